//! The decisions of this chat, the latest first: when, what, which model, how long. ✎: the user's word; ✗: it failed.

use crate::chat::{Ending, Stage, Turn};
use crate::config::CategoryId;
use crate::format::{self, columns};
use crate::router::Decision;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::{Role, letter};
use crate::tui::widgets::first_shown;
use ratatui::layout::Rect;

/// The most cells of a category.
const CATEGORY_WIDTH_MAX: usize = 9;

pub(super) fn draw(state: &State, area: Rect, canvas: &mut Canvas) {
    if area.height < 3 || state.decided().next().is_none() {
        return;
    }
    let head = Rect { y: area.y + 1, height: 1, ..area };
    canvas.text(head, "HISTORY", Role::Secondary);
    let inside = Rect { y: area.y + 2, height: area.height - 2, ..area };
    let focused = state.window.focus == Focus::Decisions;
    // Without a selection the first line, the latest decision, is the one that is shown above.
    let selected = state.cursor.selected();
    let at = selected.and_then(|id| state.decided().position(|turn| turn.id() == id)).unwrap_or(0);
    let first = first_shown(at, inside.height);
    let marked = (focused || selected.is_some()).then_some(at);
    let shown = || state.decided().enumerate().skip(first).zip(rows_of(inside));
    // As wide as the names in sight need it: then there is room for the times more often.
    let names = shown().filter_map(|((_, turn), _)| turn.category());
    let column = columns::widest(names.map(CategoryId::as_str)).min(CATEGORY_WIDTH_MAX);
    for ((index, turn), place) in shown() {
        if let Some(decision) = &turn.decision {
            if marked == Some(index) {
                canvas.tint(Rect { x: place.x - 1, width: place.width + 2, ..place }, Role::Selected);
            }
            row(state, (turn, decision), column, place, canvas);
        }
    }
}

fn row(state: &State, (turn, decision): (&Turn, &Decision), column: usize, place: Rect, canvas: &mut Canvas) {
    let time = turn.asked_at().to_zoned(state.start.timezone.clone()).strftime("%H:%M ").to_string();
    let category = turn.category().unwrap_or(&decision.category);
    let model = turn.model().unwrap_or_else(|| decision.model());
    let lamp = if canvas.styles.in_colour() { '■' } else { letter(category) };
    let hue = state.hue(category);
    let name = columns::left(&ellipsis(category.as_str(), column), column);
    let right = match (&turn.stage, turn.timings().total) {
        (Stage::Ended(_), Some(total)) => format::duration(total),
        (Stage::Ended(_), None) => String::new(),
        _ => "…".to_owned(),
    };
    canvas.at_right(place, &right, Role::Secondary);
    let room = Rect { width: place.width.saturating_sub(text_width(&right) as u16 + 1), ..place };
    let x = canvas.pieces(
        room,
        [
            (time.as_str(), Role::Secondary),
            (format!("{lamp} ").as_str(), hue),
            (name.as_str(), Role::Text),
            (format!(" {} ", mark(turn)).as_str(), Role::Accent),
        ],
    );
    let rest = Rect { x, width: room.right().saturating_sub(x), ..room };
    canvas.text(rest, &ellipsis(model.as_str(), usize::from(rest.width)), Role::Secondary);
    canvas.click(place, Click::Decision(turn.id()));
}

fn mark(turn: &Turn) -> &'static str {
    match &turn.stage {
        _ if turn.correction.is_some() => "✎",
        Stage::Ended(Ending::Failed(_)) => "✗",
        _ if turn.ask.is_overridden() => "✎",
        _ => " ",
    }
}
