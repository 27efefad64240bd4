//! The chip on the input's border: what would happen on Enter, in as many words as there is room for.

use crate::config::{Escalate, ModelId};
use crate::format::percent;
use crate::router::Decider;
use crate::tui::action::Action;
use crate::tui::state::{Answer, State};
use crate::tui::text::cells::text_width;
use crate::tui::text::lines::Role;

/// The chip for `room` cells, and what it is: chosen by the user, sure, a guess, a hint.
pub(super) fn chip(state: &State, room: usize) -> (String, Role) {
    let (mut forms, role) = forms(state);
    let fits = forms.iter().position(|form| text_width(form) <= room).unwrap_or(forms.len() - 1);
    (forms.swap_remove(fits), role)
}

/// What there is to say, the longest form first; never empty.
fn forms(state: &State) -> (Vec<String>, Role) {
    let registry = &state.start.config.registry;
    let route = state.draft.route();
    match (&route.category, &route.model) {
        (_, Some(model)) => {
            let what = if state.draft.choice.is_none() { "this chat" } else { "this prompt" };
            (vec![format!("{what} → {}", answering(state, model))], Role::Chosen)
        }
        (Some(category), None) => {
            let model = registry.category(category).map(|category| answering(state, &category.model).as_str());
            (vec![format!("{category} → {}", model.unwrap_or_default())], Role::Chosen)
        }
        (None, None) => match state.draft.preview.answer() {
            Some(answer) => previewed(answer, judged(state), &offer(state)),
            None => (automatic(state), Role::Dim),
        },
    }
}

/// What answers where `model` is wanted.
fn answering<'a>(state: &'a State, model: &'a ModelId) -> &'a ModelId {
    state.start.stand_in.as_ref().unwrap_or(model)
}

/// Whether a judge is asked when no local decider is sure.
fn judged(state: &State) -> bool {
    state.start.can_judge && state.start.config.routing.escalate != Escalate::Never
}

fn automatic(state: &State) -> Vec<String> {
    if let Some(stand_in) = &state.start.stand_in {
        return vec![format!("no model is connected: the {stand_in} answers"), stand_in.to_string()];
    }
    let long = match judged(state) {
        true => format!("automatic · {} when in doubt", state.start.config.judge.model),
        false => "automatic · decided on this machine".to_owned(),
    };
    vec![long, "automatic".to_owned()]
}

/// How a picture is attached.
fn offer(state: &State) -> String {
    let key = state.start.keymap.key_from_input(Action::PastePicture).map(|key| format!("{key} or "));
    format!("attach a picture? {}/attach", key.unwrap_or_default())
}

/// `offer` says how a picture is attached.
fn previewed(answer: &Answer, judged: bool, offer: &str) -> (Vec<String>, Role) {
    let decision = &answer.local.decision;
    let sure = answer.local.sure;
    let category = &decision.category;
    let what = match decision.decider {
        _ if !sure => format!("{category}?"),
        Decider::FollowUp if answer.stays => format!("stays {category}"),
        Decider::Memory | Decider::Capability => format!("{}: {category}", decision.decider),
        _ => category.to_string(),
    };
    // What is remembered is known, whatever the classifier would have thought.
    let known = sure && decision.decider == Decider::Memory;
    let share = decision.confidence().filter(|_| !known).map(|p| format!(" {}", percent(p))).unwrap_or_default();
    let model = decision.candidates.first().map(|candidate| candidate.model.as_str()).unwrap_or_default();
    let then = if sure || !judged { "" } else { ", then the judge" };
    let whole = format!("{what}{share} → {model}{then}");
    let mut forms = Vec::new();
    if let Some(hint) = &decision.hint {
        let (long, brief) = if decision.lacks_picture() { (offer, "no picture attached") } else { (&**hint, &**hint) };
        forms.push(format!("{whole} · {long}"));
        // What is missing matters more than who answers.
        forms.extend([&whole, &format!("{what}{share}"), &what].map(|what| format!("{what} · {brief}")));
        forms.push(brief.to_owned());
    }
    forms.extend([
        whole,
        format!("{what}{share} → {model}"),
        format!("{what} → {model}"),
        format!("{what}{share}"),
        what,
    ]);
    let role = match (&decision.hint, sure) {
        (Some(_), _) => Role::Notice,
        (None, true) => Role::Text,
        (None, false) => Role::Dim,
    };
    (forms, role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;
    use crate::router::{Decision, LocalDecision};

    fn answer(decider: Decider, sure: bool, stays: bool, share: Option<f64>, hint: Option<&str>) -> Answer {
        let decision = Decision {
            probabilities: share.map(|share| ("coding".into(), share)).into_iter().collect(),
            hint: hint.map(str::to_owned),
            ..examples::decision("coding", "qwen-3-32b", decider)
        };
        Answer { local: LocalDecision { decision, sure }, stays }
    }

    #[test]
    fn the_chip_says_what_would_happen_and_how_sure_that_is() {
        for (answer, judged, said) in [
            (answer(Decider::Classifier, true, false, Some(0.97), None), true, "coding 97 % → qwen-3-32b"),
            (answer(Decider::FollowUp, true, true, Some(0.91), None), true, "stays coding 91 % → qwen-3-32b"),
            (answer(Decider::FollowUp, true, false, Some(0.91), None), true, "coding 91 % → qwen-3-32b"),
            (answer(Decider::Memory, true, false, Some(1.0), None), true, "memory: coding → qwen-3-32b"),
            (
                answer(Decider::Default, false, false, Some(0.61), None),
                true,
                "coding? 61 % → qwen-3-32b, then the judge",
            ),
            (answer(Decider::Default, false, false, Some(0.61), None), false, "coding? 61 % → qwen-3-32b"),
            (answer(Decider::Default, false, false, None, None), false, "coding? → qwen-3-32b"),
            (
                answer(Decider::Classifier, true, false, Some(0.97), Some("none is attached")),
                true,
                "coding 97 % → qwen-3-32b · none is attached",
            ),
        ] {
            assert_eq!(previewed(&answer, judged, "attach one?").0[0], said);
        }
    }

    #[test]
    fn with_less_room_the_chip_says_less_and_never_more_than_fits() {
        let (forms, role) = previewed(&answer(Decider::Default, false, false, Some(0.61), None), true, "");
        assert_eq!(role, Role::Dim);
        let expected = [
            "coding? 61 % → qwen-3-32b, then the judge",
            "coding? 61 % → qwen-3-32b",
            "coding? → qwen-3-32b",
            "coding? 61 %",
            "coding?",
        ];
        assert_eq!(forms, expected);
        let hint = "it speaks of a picture and none is attached, so general answers";
        let (forms, _) =
            previewed(&answer(Decider::Classifier, true, false, Some(0.97), Some(hint)), true, "attach one?");
        let expected = [
            "coding 97 % → qwen-3-32b · attach one?",
            "coding 97 % → qwen-3-32b · no picture attached",
            "coding 97 % · no picture attached",
            "coding · no picture attached",
            "no picture attached",
        ];
        assert_eq!(forms[..5], expected);
    }
}
