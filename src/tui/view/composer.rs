//! The input, with the chip that says who would answer.
//!
//! ```text
//! ╭ 2 queued ─────────────────── coding → qwen-3-32b ─╮
//! │ and now without the while loop▏                   │
//! ╰───────────────────────────────────────────────────╯
//! ```

use super::{frame, rows_of};
use crate::tui::layout::Regions;
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::{ellipsis, paint};
use crate::tui::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Paints the input and says where the caret stands.
pub(super) fn draw(state: &State, styles: &Styles, regions: &Regions, buf: &mut Buffer) -> Position {
    let focused = state.focus == Focus::Composer && state.overlay.is_none();
    let (chip, chosen) = chip(state);
    if regions.composer_framed() {
        let style = if focused { styles.frame_focused } else { styles.frame };
        let queued = match state.queued() {
            0 => String::new(),
            queued => format!("{queued} queued"),
        };
        let chip_style = if chosen { styles.chosen } else { styles.dim };
        frame(buf, regions.composer, style, (&queued, styles.notice), (&chip, chip_style));
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

/// What would happen on Enter, and whether the user chose it.
fn chip(state: &State) -> (String, bool) {
    let registry = &state.start.config.registry;
    let wish = state.wish();
    match (&wish.category, &wish.model) {
        (_, Some(model)) if state.next.is_none() => (format!("this chat → {model}"), true),
        (_, Some(model)) => (format!("this prompt → {model}"), true),
        (Some(category), None) => {
            let model = registry.category(category).map(|category| category.model.to_string()).unwrap_or_default();
            (format!("{category} → {model}"), true)
        }
        (None, None) if state.start.can_judge => {
            (format!("automatic · {} decides", state.start.config.judge.model), false)
        }
        (None, None) => ("automatic · rules decide".to_owned(), false),
    }
}
