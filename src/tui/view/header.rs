//! The row with the chat's title, how long it is, and how much of the model's window it takes.

use crate::format::{count, percent};
use crate::text::sanitize::one_line;
use crate::tui::canvas::Canvas;
use crate::tui::layout::Regions;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use ratatui::layout::Rect;

/// The most characters of a title.
const TITLE_CHARS_MAX: usize = 120;

/// From this share of the window on it is worth noticing.
const NEARLY_FULL: f64 = 0.8;

pub(super) fn draw(state: &State, regions: &Regions, canvas: &mut Canvas) {
    let area = regions.column(regions.header);
    if area.height == 0 {
        return;
    }
    let turns = state.conversation.turns().len();
    let title = state.title.as_deref().map_or_else(|| "New chat".to_owned(), |title| one_line(title, TITLE_CHARS_MAX));
    let turns = if turns > 0 { count(turns as u64, "turn") } else { String::new() };
    let (right, role) = context(state);
    let room = usize::from(area.width).saturating_sub(text_width(&right) + 2);
    // The title matters more than the number of its turns.
    let title = ellipsis(&title, room);
    let behind = canvas.text(area, &title, Role::Strong);
    let rest = Rect { x: behind + 3, width: area.right().saturating_sub(behind + 3), ..area };
    if text_width(&turns) + text_width(&right) + 2 < usize::from(rest.width) {
        canvas.text(rest, &turns, Role::Secondary);
    }
    canvas.at_right(area, &right, role);
}

/// How much of the window of the model that would answer the conversation takes, where the window is known.
fn context(state: &State) -> (String, Role) {
    let Some(meter) = state.context_meter() else { return (String::new(), Role::Secondary) };
    let Some(window) = meter.window.filter(|window| *window > 0) else { return (String::new(), Role::Secondary) };
    let share = meter.tokens as f64 / window as f64;
    let about = if meter.estimated && share >= 0.01 { "≈ " } else { "" };
    let role = if share > NEARLY_FULL { Role::Warning } else { Role::Secondary };
    (format!("context {about}{}", percent(share.min(1.0))), role)
}
