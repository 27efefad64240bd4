//! The files behind an `@`, above the input.
//!

use crate::tui::canvas::Canvas;
use crate::tui::layout::Regions;
use crate::tui::state::{OFFERS_SHOWN_MAX, State};
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use ratatui::layout::Rect;

/// The widest the list gets, in cells.
const WIDTH_MAX: u16 = 72;

pub(super) fn draw(state: &State, regions: &Regions, canvas: &mut Canvas) {
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
        let is_selected = index == selected;
        canvas.fill(place, if is_selected { Role::Selected } else { Role::Raised });
        let mark = if is_selected { " ▸ " } else { "   " };
        let text = format!("{mark}{}", ellipsis(&offer.path, usize::from(width.saturating_sub(4))));
        canvas.text(place, &text, Role::Text);
    }
}
