//! What there is to say about one decision: the sidebar tells it in short, the page "why" in full.

use super::{Line, Role};
use crate::config::CategoryId;
use crate::engine::{Ending, Stage, Turn};
use crate::human::{self, columns};
use crate::router::{Decider, Decision};
use crate::tui::state::State;

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
    lines.extend(corrected(state, turn, decision));
    let model = turn.model.as_ref().unwrap_or_else(|| decision.model());
    lines.push(Line::text(format!("{model} · {}", decision.provider()), Role::Strong));
    lines.push(Line::text(by(decision), Role::Text));
    lines.push(Line::short(decision.reason.clone(), Role::Dim, rows));
    lines.extend(decision.hint.clone().map(|hint| Line::short(hint, Role::Notice, rows)));
    lines.extend(evidence(decision, evidence_rows).filter(|_| evidence_rows > 0));
    lines.extend(fallbacks(decision).filter(|_| detail != Detail::Brief));
    lines.extend(timings(turn));
    lines
}

/// All categories, the chosen one marked; with bars where the decider gives probabilities.
pub(super) fn categories(state: &State, decision: &Decision, short: bool) -> Vec<Line> {
    let line = |id: &CategoryId| {
        let chosen = *id == decision.category;
        // A judge knows only how sure it is of its own choice.
        let known = decision.probabilities.iter().find(|(known, _)| known == id).map(|(_, probability)| *probability);
        let figure =
            |p| format!("{} {}", columns::left(&columns::bar(p, BAR), BAR), columns::right(&human::percent(p), 6));
        let role = if chosen { Role::Chosen } else { Role::Dim };
        let name = format!("{} {id}", if chosen { "●" } else { " " });
        Line::Pair((name, role), (known.map(figure).unwrap_or_default(), role))
    };
    let ids = state.start.config.registry.categories().iter().map(|category| &category.id);
    ids.filter(|id| !short || **id == decision.category).map(line).collect()
}

/// That the user knew better.
pub(super) fn corrected(state: &State, turn: &Turn, decision: &Decision) -> Option<Line> {
    let category = state.routes.correction(turn.id)?;
    let text = if *category == decision.category {
        format!("✎ {category} it is, you say")
    } else {
        format!("✎ corrected by you: {category}")
    };
    Some(Line::text(text, Role::Chosen))
}

/// `by judge in 312 ms · 1 request`.
pub(super) fn by(decision: &Decision) -> String {
    let requests = match decision.requests {
        0 => String::new(),
        requests => format!(" · {}", human::count(requests.into(), "request")),
    };
    match decision.decider {
        Decider::Override => "by you".to_owned(),
        decider => format!("by {decider} in {}{requests}", human::duration(decision.elapsed)),
    }
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
        _ => {}
    }
    for (name, time) in [("first text", turn.timings.first_text), ("answer", turn.timings.total)] {
        lines.extend(time.map(|time| Line::pair(name, human::duration(time))));
    }
    let tokens = |usage: crate::provider::Usage| format!("{} + {}", usage.prompt_tokens, usage.completion_tokens);
    lines.extend(turn.usage.map(|usage| Line::pair("tokens", tokens(usage))));
    lines
}
