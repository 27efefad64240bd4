//! The history of decisions, the latest first: when, what, who, how long. ✎: the user's word; ✗: it failed.

use crate::chat::{Ending, Stage, Turn};
use crate::config::CategoryId;
use crate::format::{self, columns};
use crate::router::{Decider, Decision};
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Styles;
use crate::tui::widgets::{row, rows_of};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The most cells of a category.
const CATEGORY: usize = 9;

pub(super) fn draw(state: &State, styles: &Styles, inside: Rect, buf: &mut Buffer) {
    let focused = state.window.focus == Focus::Decisions;
    // Without a selection the first line, the latest decision, is the one that is shown above.
    let selected = state.cursor.selected();
    let at = selected.and_then(|id| state.decided().position(|turn| turn.id() == id)).unwrap_or(0);
    let first = (at + 1).saturating_sub(usize::from(inside.height));
    let marked = (focused || selected.is_some()).then_some(at);
    let shown = || state.decided().enumerate().skip(first).zip(rows_of(inside));
    // As wide as the names in sight need it: then there is room for the times more often.
    let names = shown().filter_map(|((_, turn), _)| turn.category());
    let column = columns::widest(names.map(CategoryId::as_str)).min(CATEGORY);
    for ((index, turn), place) in shown() {
        if let Some(decision) = &turn.decision {
            draw_row(state, (turn, decision, column), styles, marked == Some(index), place, buf);
        }
    }
}

fn draw_row(
    state: &State,
    (turn, decision, column): (&Turn, &Decision, usize),
    styles: &Styles,
    selected: bool,
    place: Rect,
    buf: &mut Buffer,
) {
    let time = turn.asked_at().to_zoned(state.start.timezone.clone()).strftime("%H:%M").to_string();
    let category = turn.category().unwrap_or(&decision.category);
    let model = turn.model().unwrap_or_else(|| decision.model());
    let category = columns::left(&ellipsis(category.as_str(), column), column);
    let left = format!("{time} {category} {} {model}", mark(turn, decision));
    let right = match (&turn.stage, turn.timings().total) {
        (Stage::Ended(_), Some(total)) => format::duration(total),
        (Stage::Ended(_), None) => String::new(),
        _ => "…".to_owned(),
    };
    // Who answered matters more than how long it took.
    let fits = text_width(&left) + 1 + text_width(&right) <= usize::from(place.width);
    let right = if fits { right } else { String::new() };
    let style = if selected { styles.selected } else { styles.text };
    if selected {
        buf.set_style(place, styles.selected);
    }
    row(buf, place, (&left, style), (&right, style));
}

fn mark(turn: &Turn, decision: &Decision) -> &'static str {
    match (&turn.stage, decision.decider) {
        _ if turn.correction.is_some() => "✎",
        (Stage::Ended(Ending::Failed(_)), _) => "✗",
        (_, Decider::Override) => "✎",
        _ => " ",
    }
}
