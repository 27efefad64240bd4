//! The files behind an `@`, above the input.
//!
//! ```text
//!    src/main.rs
//!  ▸ src/map.rs
//! ╭──────────────────────────────── coding 97 % → … ─╮
//! │ what does @src/ma▏                               │
//! ```

use crate::tui::layout::Regions;
use crate::tui::state::{OFFERS_SHOWN_MAX, State};
use crate::tui::text::cells::{ellipsis, paint, text_width};
use crate::tui::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// The widest the list gets, in cells.
const WIDTH_MAX: u16 = 72;

pub(super) fn draw(state: &State, styles: &Styles, regions: &Regions, buf: &mut Buffer) {
    let completion = &state.draft.completion;
    let (offers, selected) = (completion.offers(), completion.selected());
    let above = regions.composer.y;
    let rows = offers.len().min(OFFERS_SHOWN_MAX).min(usize::from(above));
    if rows == 0 {
        return;
    }
    let first = (selected + 1).saturating_sub(rows);
    let shown = offers.iter().enumerate().skip(first).take(rows);
    let widest = shown.clone().map(|(_, offer)| text_width(&offer.path)).max().unwrap_or(0) as u16;
    let width = (widest + 4).min(WIDTH_MAX).min(regions.composer.width);
    for ((index, offer), row) in shown.zip(0_u16..) {
        let place = Rect::new(regions.composer.x, above - rows as u16 + row, width, 1);
        Clear.render(place, buf);
        let is_selected = index == selected;
        let style = if is_selected { styles.selected } else { styles.text };
        buf.set_style(place, style);
        let mark = if is_selected { " ▸ " } else { "   " };
        let text = format!("{mark}{}", ellipsis(&offer.path, usize::from(width.saturating_sub(4))));
        paint(buf, place, &text, style);
    }
}
