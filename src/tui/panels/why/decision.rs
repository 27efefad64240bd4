//! What there is to say about one decision: the sidebar tells it in short, the page "why" in full.

use crate::chat::{Ending, Stage, Turn, Usage};
use crate::config::CategoryId;
use crate::format::{self, columns};
use crate::router::{Decider, Decision};
use crate::tui::action::Action;
use crate::tui::keys::{Chord, Context};
use crate::tui::state::State;
use crate::tui::text::lines::{Line, Role};

/// The cells of a bar.
const BAR: usize = 10;

/// How much the sidebar tells; the page "why" tells everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// As much as there is, within reason.
    Full,
    /// The same in fewer words.
    Brief,
    /// Without the categories that were not chosen, and without evidence.
    Short,
}

/// The route of `turn` for the sidebar.
pub(crate) fn route(state: &State, turn: &Turn, decision: &Decision, detail: Detail) -> Vec<Line> {
    let (rows, evidence_rows) = match detail {
        Detail::Full => (3, 3),
        Detail::Brief => (1, 2),
        Detail::Short => (2, 0),
    };
    let mut lines = categories(state, decision, detail == Detail::Short);
    lines.extend(corrected(turn));
    let model = turn.model().unwrap_or_else(|| decision.model());
    lines.push(Line::text(format!("{model} · {}", decision.provider_of(model)), Role::Strong));
    lines.push(Line::text(by(decision), Role::Text));
    lines.extend(reason(decision, evidence_rows > 0).map(|reason| Line::short(reason, Role::Dim, rows)));
    lines.extend(decision.hint.clone().map(|hint| Line::short(hint, Role::Notice, rows)));
    lines.extend(evidence(decision, evidence_rows).filter(|_| evidence_rows > 0));
    lines.extend(fallbacks(decision).filter(|_| detail != Detail::Brief));
    lines.extend(timings(turn));
    lines
}

/// All categories, the chosen one marked; in the history with the keys that correct to them, and with bars where the decider gives probabilities.
pub(super) fn categories(state: &State, decision: &Decision, short: bool) -> Vec<Line> {
    let correctable = matches!(state.context(), Context::History | Context::Panel);
    let line = |(index, id): (usize, &CategoryId)| {
        let chosen = *id == decision.category;
        // A judge knows only how sure it is of its own choice.
        let known = decision.probabilities.iter().find(|(known, _)| known == id).map(|(_, probability)| *probability);
        let figure =
            |p| format!("{} {}", columns::left(&columns::bar(p, BAR), BAR), columns::right(&format::percent(p), 6));
        let role = if chosen { Role::Chosen } else { Role::Dim };
        let key = correction_key(state, index).filter(|_| correctable).map(|key| format!("{key} ")).unwrap_or_default();
        let name = format!("{} {key}{id}", if chosen { "●" } else { " " });
        Line::Pair((name, role), (known.map(figure).unwrap_or_default(), role))
    };
    let ids = state.start.config.registry.categories().iter().map(|category| &category.id);
    ids.enumerate().filter(|(_, id)| !short || **id == decision.category).map(line).collect()
}

/// The key that says in the history: it should have been the category of that number.
pub(crate) fn correction_key(state: &State, index: usize) -> Option<&Chord> {
    state.start.keymap.key_in(Context::History, Action::correcting_to(index)?)
}

/// That the user knew better.
pub(super) fn corrected(turn: &Turn) -> Option<Line> {
    turn.corrected().map(|category| Line::text(format!("✎ corrected by you: {category}"), Role::Chosen))
}

/// `by judge in 312 ms · 1 request`.
pub(super) fn by(decision: &Decision) -> String {
    let requests = match decision.requests {
        0 => String::new(),
        requests => format!(" · {}", format::count(requests.into(), "request")),
    };
    match decision.decider {
        Decider::Override => "by you".to_owned(),
        decider => format!("by {decider} in {}{requests}", format::duration(decision.elapsed)),
    }
}

/// Why, unless the evidence is shown and says the same. A guess that stands because the judge failed has a reason of its
/// own.
fn reason(decision: &Decision, evidence_shown: bool) -> Option<&str> {
    let first = decision.evidence.first().filter(|_| evidence_shown);
    let repeated = first.is_some_and(|it| decision.decider == Decider::Classifier || decision.reason.contains(&**it));
    (!repeated).then_some(&*decision.reason)
}

/// What spoke for it, in at most so many rows.
pub(super) fn evidence(decision: &Decision, rows: usize) -> Option<Line> {
    let text = format!("for: {}", decision.evidence.join(", "));
    (!decision.evidence.is_empty()).then(|| Line::short(text, Role::Dim, rows))
}

/// Who would have been asked next.
pub(super) fn fallbacks(decision: &Decision) -> Option<Line> {
    let others: Vec<&str> = decision.candidates.iter().skip(1).map(|candidate| candidate.model.as_str()).collect();
    (!others.is_empty()).then(|| Line::text(format!("then {}", others.join(", ")), Role::Dim))
}

/// How it went.
pub(super) fn timings(turn: &Turn) -> Vec<Line> {
    let mut lines = Vec::new();
    match &turn.stage {
        Stage::Ended(Ending::Failed(_)) => lines.push(Line::text("failed", Role::Error)),
        Stage::Ended(Ending::Stopped) => lines.push(Line::text("stopped by you", Role::Dim)),
        Stage::Ended(Ending::Interrupted) => lines.push(Line::text("pointsman ended first", Role::Dim)),
        _ => {}
    }
    for (name, time) in [("first text", turn.timings().first_text), ("answer", turn.timings().total)] {
        lines.extend(time.map(|time| Line::pair(name, format::duration(time))));
    }
    let tokens = |usage: Usage| format!("{} + {}", usage.prompt_tokens, usage.completion_tokens);
    lines.extend(turn.usage().map(|usage| Line::pair("tokens", tokens(usage))));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    #[test]
    fn the_reason_is_said_unless_the_evidence_beside_it_says_the_same() {
        let decided = |decider, reason: &str| Decision {
            reason: reason.to_owned(),
            evidence: vec!["“Python”".to_owned()],
            ..examples::decision("coding", "qwen-3-32b", decider)
        };
        for (decider, text, shown) in [
            (Decider::Classifier, "> 99 %, for “Python”", false),
            (Decider::Default, "61 %, for “Python”", false),
            (Decider::Default, "the judge did not answer in time; 61 % by the local guess", true),
            (Decider::FollowUp, "it refers to the answer before", true),
        ] {
            let decision = decided(decider, text);
            assert_eq!(reason(&decision, true).is_some(), shown, "{text}");
            assert_eq!(reason(&decision, false), Some(text));
        }
    }
}
