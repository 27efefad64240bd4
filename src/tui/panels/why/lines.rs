//! The page "why": everything that is known about one decision.

use super::decision::{by, categories, corrected, evidence, fallbacks, timings};
use crate::chat::{Ending, Stage, Turn};
use crate::config::ModelId;
use crate::router::Decision;
use crate::text::sanitize::one_line;
use crate::tui::state::State;
use crate::tui::text::lines::{Line, Role};

/// More of a prompt than this says no more about which it was.
const PROMPT: usize = 300;

/// Everything that is known about the decision of `turn`.
pub(crate) fn why(state: &State, turn: &Turn, decision: &Decision) -> Vec<Line> {
    let first_line = turn.prompt().trim().lines().next().unwrap_or_default();
    let mut lines = vec![Line::short(one_line(first_line, PROMPT), Role::Strong, 2), Line::Air];
    lines.push(Line::text(format!("{} → {}", decision.category, decision.model()), Role::Chosen));
    lines.extend(corrected(turn));
    lines.push(Line::text(by(decision), Role::Text));
    lines.push(Line::text(decision.reason.clone(), Role::Text));
    lines.extend(decision.hint.clone().map(|hint| Line::text(hint, Role::Notice)));
    lines.push(Line::Air);
    lines.extend(categories(state, decision, false));
    lines.push(Line::Air);
    lines.extend(evidence(decision, usize::MAX));
    lines.push(answered(turn, decision));
    lines.extend(fallbacks(decision));
    lines.extend(turn.remarks().map(|line| Line::text(line, Role::Notice)));
    if let Stage::Ended(Ending::Failed(why)) = &turn.stage {
        lines.push(Line::text(why.clone(), Role::Error));
    }
    lines.push(Line::Air);
    let asked = turn.asked_at().to_zoned(state.start.timezone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    lines.push(Line::pair("asked", asked));
    lines.push(Line::pair("requests to decide", decision.requests.to_string()));
    lines.extend(timings(turn));
    lines.extend(turn.failures().flat_map(|(model, detail)| failure(model, detail)));
    lines
}

/// What is known of a failure beside its line.
fn failure(model: &ModelId, detail: &str) -> Vec<Line> {
    let head = Line::text(format!("why {model} could not answer"), Role::Strong);
    let detail = detail.lines().map(|line| Line::text(line.to_owned(), Role::Dim));
    [Line::Air, head].into_iter().chain(detail).collect()
}

/// Who answers, and where.
fn answered(turn: &Turn, decision: &Decision) -> Line {
    let model = turn.model().unwrap_or_else(|| decision.model());
    Line::text(format!("{model} · {}", decision.provider_of(model)), Role::Strong)
}
