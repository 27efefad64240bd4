//! The lamp below the input: where the prompt would go on Enter, in as many words as there is room for, and about how many
//! tokens it takes.
//!
//! ```text
//! ● coding → qwen-3-32b  91 % · follow-up   Alt+1…4 change          ≈ 310 tokens
//! ```

use crate::config::{CategoryId, Escalate, ModelId};
use crate::format::{percent, thousands};
use crate::router::Decider;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::state::{Answer, Focus, State};
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use ratatui::layout::Rect;

/// What the lamp says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Lamp {
    /// The category that the hue is of; `None`: none is chosen yet.
    category: Option<CategoryId>,
    /// `coding → qwen-3-32b`, the longest form first: name, then what follows it.
    forms: Vec<(String, String)>,
    /// Something is missing.
    warns: bool,
}

/// Paints the lamp, and gives back the hue of the rail beside the input.
pub(super) fn draw(state: &State, area: Rect, canvas: &mut Canvas) -> Role {
    let lamp = lamp(state);
    let hue = match &lamp.category {
        Some(category) => state.hue(category),
        None => Role::Faint,
    };
    if area.height == 0 {
        return hue;
    }
    let right = budget(state);
    let shown = canvas.at_right(area, &right.0, right.1);
    let room = usize::from(shown.x.saturating_sub(area.x + 4));
    let fits = |form: &&(String, String)| text_width(&form.0) + text_width(&form.1) <= room;
    let last = lamp.forms.last();
    let Some((name, rest)) = lamp.forms.iter().find(fits).or(last) else { return hue };
    let dot = if lamp.category.is_some() { "● " } else { "○ " };
    let name = ellipsis(name, room);
    let x = canvas.pieces(
        area,
        [
            (dot, hue),
            (name.as_str(), if lamp.category.is_some() { hue } else { Role::Secondary }),
            (rest.as_str(), if lamp.warns { Role::Warning } else { Role::Secondary }),
        ],
    );
    let change = change(state);
    if x + 3 + (text_width(&change) as u16) < shown.x {
        canvas.text(Rect { x: x + 3, width: shown.x - x - 3, ..area }, &change, Role::Secondary);
    }
    hue
}

/// The keys that choose another category.
fn change(state: &State) -> String {
    let keymap = &state.start.keymap;
    let count = state.start.config.registry.categories().len().min(9) as u8;
    let typing = state.window.focus == Focus::Composer && !state.composer.is_empty();
    let first = keymap.key_from_input(Action::ChooseCategory(1)).map(ToString::to_string);
    match first.filter(|_| typing && count > 1) {
        Some(first) => format!("{first}…{count} change"),
        None => String::new(),
    }
}

/// About how many tokens the draft takes; a warning where that is more than the model reads.
fn budget(state: &State) -> (String, Role) {
    let tokens = state.draft_tokens();
    if tokens == 0 {
        return (String::new(), Role::Secondary);
    }
    let window = would_answer(state).map(|model| state.start.config.context_window(&model));
    match window.filter(|window| tokens > *window) {
        Some(window) => {
            let figure = |tokens: usize| thousands(tokens as u64);
            (format!("≈ {} tokens for a window of {}: too long", figure(tokens), figure(window)), Role::Warning)
        }
        None if tokens == 1 => ("≈ 1 token".to_owned(), Role::Secondary),
        None => (format!("≈ {} tokens", thousands(tokens as u64)), Role::Secondary),
    }
}

/// The model that the prompt would go to, as far as it is known.
fn would_answer(state: &State) -> Option<ModelId> {
    let route = state.draft.route();
    let registry = &state.start.config.registry;
    let chosen = route.category.and_then(|category| Some(registry.category(&category)?.model.clone()));
    let previewed = || Some(state.draft.preview.answer()?.local.decision.model().clone());
    route.model.or(chosen).or_else(previewed)
}

/// What there is to say.
fn lamp(state: &State) -> Lamp {
    let registry = &state.start.config.registry;
    let route = state.draft.route();
    match (&route.category, &route.model) {
        (category, Some(model)) => {
            let model = answering(state, model);
            let what = if state.draft.choice.is_none() { "pinned" } else { "your choice" };
            let category = category.clone();
            let name = category.as_ref().map_or_else(|| model.to_string(), |category| format!("{category} → {model}"));
            Lamp { category, forms: vec![(name, format!("  {what}"))], warns: false }
        }
        (Some(category), None) => {
            let model = registry.category(category).map(|category| answering(state, &category.model).as_str());
            let name = format!("{category} → {}", model.unwrap_or_default());
            let forms = vec![(name, "  your choice".to_owned()), (category.to_string(), String::new())];
            Lamp { category: Some(category.clone()), forms, warns: false }
        }
        (None, None) => match state.draft.preview.answer() {
            Some(answer) => previewed(answer, judged(state), &offer(state)),
            None => Lamp { category: None, forms: automatic(state), warns: false },
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

fn automatic(state: &State) -> Vec<(String, String)> {
    let forms = |long: &str, rest: String| vec![(long.to_owned(), rest), (long.to_owned(), String::new())];
    if let Some(stand_in) = &state.start.stand_in {
        return forms("auto", format!("  not connected: the {stand_in} answers"));
    }
    match judged(state) {
        true => forms("auto", format!("  asks {} when unsure", state.start.config.judge.model)),
        false => forms("auto", "  decided on this machine".to_owned()),
    }
}

/// How a picture is attached.
fn offer(state: &State) -> String {
    let key = state.start.keymap.key_from_input(Action::PastePicture).map(|key| format!("{key} or "));
    format!("attach a picture? {}/attach", key.unwrap_or_default())
}

/// The preview in words; `offer` says how a picture is attached.
fn previewed(answer: &Answer, judged: bool, offer: &str) -> Lamp {
    let decision = &answer.local.decision;
    let sure = answer.local.sure;
    let category = &decision.category;
    let model = decision.candidates.first().map(|candidate| candidate.model.as_str()).unwrap_or_default();
    // What is remembered is sure, whatever the classifier would say.
    let remembered = sure && decision.decider == Decider::Memory;
    let share = decision.confidence().filter(|_| !remembered).map(|p| format!("  {}", percent(p))).unwrap_or_default();
    let by = match decision.decider {
        _ if !sure && judged => " · will be checked",
        _ if !sure => " · best guess",
        Decider::FollowUp if answer.stays => " · follow-up",
        Decider::Memory => "  remembered",
        Decider::Capability => "  by the attachment",
        _ => "",
    };
    let name = if sure { category.to_string() } else { format!("probably {category}") };
    let whole = format!("{name} → {model}");
    let mut forms = Vec::new();
    if let Some(hint) = &decision.hint {
        let (long, brief) = if decision.lacks_picture() { (offer, "no picture attached") } else { (&**hint, &**hint) };
        forms.push((whole.clone(), format!("{share} · {long}")));
        // What is missing matters more than who answers.
        forms.extend([&whole, &name].map(|name| (name.clone(), format!("{share} · {brief}"))));
    }
    forms.extend([
        (whole.clone(), format!("{share}{by}")),
        (whole.clone(), share.clone()),
        (whole, String::new()),
        (name.clone(), share),
        (name, String::new()),
    ]);
    Lamp { category: Some(category.clone()), forms, warns: decision.hint.is_some() }
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

    fn said(lamp: &Lamp) -> Vec<String> {
        lamp.forms.iter().map(|(name, rest)| format!("{name}{rest}")).collect()
    }

    #[test]
    fn the_lamp_says_what_would_happen_and_how_sure_that_is() {
        for (answer, judged, expected) in [
            (answer(Decider::Classifier, true, false, Some(0.97), None), true, "coding → qwen-3-32b  97 %"),
            (answer(Decider::FollowUp, true, true, Some(0.91), None), true, "coding → qwen-3-32b  91 % · follow-up"),
            (answer(Decider::FollowUp, true, false, Some(0.91), None), true, "coding → qwen-3-32b  91 %"),
            (answer(Decider::Memory, true, false, Some(1.0), None), true, "coding → qwen-3-32b  remembered"),
            (
                answer(Decider::Default, false, false, Some(0.61), None),
                true,
                "probably coding → qwen-3-32b  61 % · will be checked",
            ),
            (
                answer(Decider::Default, false, false, Some(0.61), None),
                false,
                "probably coding → qwen-3-32b  61 % · best guess",
            ),
            (
                answer(Decider::Classifier, true, false, Some(0.97), Some("none is attached")),
                true,
                "coding → qwen-3-32b  97 % · none is attached",
            ),
        ] {
            assert_eq!(said(&previewed(&answer, judged, "attach one?"))[0], expected);
        }
    }

    #[test]
    fn with_less_room_the_lamp_says_less() {
        let lamp = previewed(&answer(Decider::Default, false, false, Some(0.61), None), true, "");
        let expected = [
            "probably coding → qwen-3-32b  61 % · will be checked",
            "probably coding → qwen-3-32b  61 %",
            "probably coding → qwen-3-32b",
            "probably coding  61 %",
            "probably coding",
        ];
        assert_eq!(said(&lamp), expected);
        let hint = "it speaks of a picture and none is attached, so general answers";
        let lamp = previewed(&answer(Decider::Classifier, true, false, Some(0.97), Some(hint)), true, "attach one?");
        let expected = [
            "coding → qwen-3-32b  97 % · attach one?",
            "coding → qwen-3-32b  97 % · no picture attached",
            "coding  97 % · no picture attached",
        ];
        assert_eq!((said(&lamp)[..3].to_vec(), lamp.warns), (expected.map(str::to_owned).to_vec(), true));
    }
}
