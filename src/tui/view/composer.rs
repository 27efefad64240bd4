//! The input, with the chip that says what would happen on Enter.
//!
//! ```text
//! ╭ 2 queued ──────────────── coding 97 % → qwen-3-32b ─╮
//! │ and now without the while loop▏                     │
//! ╰─────────────────────────────────────────────────────╯
//! ```

use super::chip::chip;
use crate::tui::layout::Regions;
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::{ellipsis, paint, text_width};
use crate::tui::theme::Styles;
use crate::tui::widgets::{frame, rows_of};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Paints the input and says where the caret stands.
pub(super) fn draw(state: &State, styles: &Styles, regions: &Regions, buf: &mut Buffer) -> Position {
    let focused = state.window.focus == Focus::Composer && state.panel.is_none();
    if regions.composer_framed() {
        let style = if focused { styles.frame_focused } else { styles.frame };
        let mut about: Vec<&str> = Vec::new();
        let queued = format!("{} queued", state.queued());
        about.extend((state.queued() > 0).then_some(&*queued));
        about.extend(state.draft.editing.as_ref().map(|_| "a new branch · Esc leaves it"));
        let queued = about.join(" · ");
        // The corners and the air around the texts take their part of the border.
        let beside = if queued.is_empty() { 0 } else { text_width(&queued) + 3 };
        let room = usize::from(regions.composer.width).saturating_sub(6 + beside);
        let (chip, role) = chip(state, room);
        frame(buf, regions.composer, style, (&queued, styles.notice), (&chip, styles.of(role)));
    }
    let area = regions.composer_text();
    for (text, place) in state.composer.shown_rows().zip(rows_of(area)) {
        paint(buf, place, text, styles.text);
    }
    if state.composer.is_empty() {
        let hint = ellipsis("Message", usize::from(area.width.saturating_sub(1)));
        paint(buf, area, &hint, styles.dim);
    }
    let (column, row) = state.composer.caret_cell();
    let right = area.right().saturating_sub(1).max(area.x);
    let bottom = area.bottom().saturating_sub(1).max(area.y);
    Position::new((area.x + column).min(right), (area.y + row).min(bottom))
}
