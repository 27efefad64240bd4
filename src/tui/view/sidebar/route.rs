//! The route of the shown turn: what it was taken for, by what, and why.

use crate::chat::{Ending, Stage, Turn};
use crate::config::CategoryId;
use crate::format::columns::thin_bar;
use crate::format::{self, columns};
use crate::router::{Decider, Decision};
use crate::tui::action::Action;
use crate::tui::keys::Context;
use crate::tui::panels::PanelKind;
use crate::tui::panels::why::decision::{correction_key, decided_by};
use crate::tui::state::State;
use crate::tui::text::lines::Line;
use crate::tui::theme::Role;
use std::time::Duration;

/// The cells of a bar.
const BAR_WIDTH: usize = 10;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// As much as there is, within reason.
    Full,
    /// Without the categories that are improbable.
    Brief,
    /// The result alone.
    Short,
}

pub(super) fn lines(state: &State, now: Duration, detail: Detail, width: usize) -> Vec<Line> {
    let Some(turn) = state.shown_turn() else {
        let key = state.start.keymap.key_from_input(Action::Open(PanelKind::Decisions));
        let past = key.map(|key| format!(" · {key} past routes")).unwrap_or_default();
        return vec![Line::text(format!("Nothing routed yet{past}"), Role::Secondary)];
    };
    let Some(decision) = &turn.decision else {
        if turn.is_over() {
            return vec![Line::text("not recorded", Role::Secondary)];
        }
        let waited = state.waited(now);
        let what =
            turn.stage.judge().map_or_else(|| "choosing a category".to_owned(), |judge| format!("asking {judge}"));
        return vec![Line::text(format!("{what}{waited}"), Role::Secondary)];
    };
    let mut lines = result(state, turn, decision);
    if detail == Detail::Short {
        return lines;
    }
    let bars = bars(state, decision, detail, width);
    if !bars.is_empty() {
        lines.push(Line::Air);
        lines.extend(bars);
    }
    let because = because(decision);
    if !because.is_empty() {
        lines.push(Line::Air);
        lines.extend(because);
    }
    lines
}

/// The result, and what it came from.
fn result(state: &State, turn: &Turn, decision: &Decision) -> Vec<Line> {
    let category = &decision.category;
    let model = turn.model().unwrap_or_else(|| decision.model());
    let pieces = vec![
        (category.to_string(), state.hue(category)),
        (" → ".to_owned(), Role::Faint),
        (model.to_string(), Role::Strong),
    ];
    let mut lines = vec![Line::Pieces(pieces), Line::short(decided_by(decision), Role::Secondary, 1)];
    if decision.requests > 0 {
        let spent = format::count(decision.requests.into(), "request");
        lines.push(Line::short(format!("{spent} to decide"), Role::Secondary, 1));
    }
    lines
        .extend(turn.corrected().map(|category| Line::text(format!("✎ corrected by you to {category}"), Role::Accent)));
    lines.extend(decision.hint.clone().map(|hint| Line::short(hint, Role::Warning, 3)));
    if let Stage::Ended(Ending::Failed(_)) = &turn.stage {
        lines.push(Line::text("✗ failed", Role::Error));
    }
    lines
}

/// How probable each category was. With the focus here, the keys that correct to them.
fn bars(state: &State, decision: &Decision, detail: Detail, width: usize) -> Vec<Line> {
    let focused = state.context() == Context::History;
    if decision.probabilities.is_empty() && !focused {
        return Vec::new();
    }
    let categories = state.start.config.registry.categories();
    let widest = columns::widest(categories.iter().map(|category| category.id.as_str())).min(width.saturating_sub(20));
    let line = |(index, id): (usize, &CategoryId)| {
        let chosen = *id == decision.category;
        let share = decision.probabilities.iter().find(|(other, _)| other == id).map(|(_, share)| *share);
        let key = correction_key(state, index).filter(|_| focused).map(|key| format!("{key} ")).unwrap_or_default();
        let name = columns::left(id.as_str(), widest);
        let mut pieces = vec![
            (if chosen { "● " } else { "  " }.to_owned(), state.hue(id)),
            (key, Role::Key),
            (format!("{name} "), if chosen { Role::Strong } else { Role::Secondary }),
        ];
        if let Some(share) = share {
            let (full, rest) = thin_bar(share, BAR_WIDTH);
            let percent = columns::right(&format::percent(share), 7);
            pieces.extend([
                (full, state.hue(id)),
                (rest, Role::Rule),
                (percent, if chosen { Role::Text } else { Role::Secondary }),
            ]);
        }
        Line::Pieces(pieces)
    };
    let ids = categories.iter().map(|category| &category.id).enumerate();
    let shown = ids.filter(|(_, id)| detail == Detail::Full || focused || **id == decision.category);
    shown.map(line).collect()
}

/// Why, unless the evidence beside it says the same. A guess that stands because the judge failed has a reason of its own.
fn reason(decision: &Decision) -> Option<&str> {
    let repeated = match decision.evidence.first() {
        Some(first) => decision.decider == Decider::Classifier || decision.reason.contains(&**first),
        None => decision.decider == Decider::Override,
    };
    (!repeated).then_some(&*decision.reason)
}

/// What spoke for it, and what is asked where the model cannot answer.
fn because(decision: &Decision) -> Vec<Line> {
    let mut lines = Vec::new();
    if !decision.evidence.is_empty() {
        lines.push(Line::short(format!("because {}", decision.evidence.join(" · ")), Role::Text, 3));
    }
    if let Some(reason) = reason(decision) {
        lines.push(Line::short(reason, Role::Text, 3));
    }
    let others: Vec<&str> = decision.candidates.iter().skip(1).map(|candidate| candidate.model.as_str()).collect();
    if !others.is_empty() {
        lines.push(Line::short(format!("if it fails  {}", others.join(", ")), Role::Secondary, 1));
    }
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
            assert_eq!(reason(&decided(decider, text)).is_some(), shown, "{text}");
        }
    }
}
