//! The figures of the shown turn's answer, and how much of the model's window the chat takes.

use crate::format::{self, thousands};
use crate::tui::state::State;
use crate::tui::text::lines::Line;
use crate::tui::theme::Role;

/// The groups "this answer" and "context"; each with its head, and air above it.
pub(super) fn lines(state: &State, _width: usize) -> Vec<Line> {
    let Some(turn) = state.shown_turn() else { return Vec::new() };
    let mut lines = Vec::new();
    let timings = turn.timings();
    let mut facts = Vec::new();
    for (name, time) in [("first token", timings.first_text), ("total", timings.total)] {
        facts.extend(
            time.map(|time| Line::Pair((name.to_owned(), Role::Secondary), (format::duration(time), Role::Text))),
        );
    }
    if let Some(usage) = turn.usage() {
        let tokens =
            format!("{} in · {} out", thousands(usage.prompt_tokens.into()), thousands(usage.completion_tokens.into()));
        facts.push(Line::Pair(("tokens".to_owned(), Role::Secondary), (tokens, Role::Text)));
    }
    if !facts.is_empty() {
        lines.extend([Line::Air, Line::text("THIS ANSWER", Role::Secondary), Line::Air]);
        lines.extend(facts);
    }
    lines
}
