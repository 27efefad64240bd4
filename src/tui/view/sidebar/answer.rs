//! The figures of the shown turn's answer, and how much of the model's window the chat takes.

use crate::format::columns::thin_bar;
use crate::format::{self, count, percent, thousands};
use crate::tui::state::State;
use crate::tui::text::lines::Line;
use crate::tui::theme::Role;

/// The cells of the bar.
const BAR_WIDTH: usize = 10;

/// The groups "this answer" and "context"; each with its head, and air above it.
pub(super) fn lines(state: &State) -> Vec<Line> {
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
        let tokens = format!("{} in · {} out", thousands(usage.prompt_tokens), thousands(usage.completion_tokens));
        facts.push(Line::Pair(("tokens".to_owned(), Role::Secondary), (tokens, Role::Text)));
    }
    if !facts.is_empty() {
        lines.extend([Line::Air, Line::text("THIS ANSWER", Role::Secondary), Line::Air]);
        lines.extend(facts);
    }
    lines.extend(context(state));
    lines
}

/// `▰▰▱▱▱▱ 9 % of 32,768`
fn context(state: &State) -> Vec<Line> {
    let Some(meter) = state.context_meter() else { return Vec::new() };
    let Some(window) = meter.window.filter(|window| *window > 0) else { return Vec::new() };
    let share = (meter.tokens as f64 / window as f64).min(1.0);
    let (full, rest) = thin_bar(share, BAR_WIDTH);
    let about = if meter.estimated && share >= 0.01 { "≈ " } else { "" };
    let pieces = vec![
        (full, Role::Text),
        (rest, Role::Rule),
        (format!("  {about}{} of {}", percent(share), thousands(window as u64)), Role::Text),
    ];
    let mut lines = vec![Line::Air, Line::text("CONTEXT", Role::Secondary), Line::Air, Line::Pieces(pieces)];
    if meter.left_out > 0 {
        let text = format!("{} left out of the next request", count(meter.left_out as u64, "old turn"));
        lines.push(Line::short(text, Role::Warning, 2));
    }
    lines
}
