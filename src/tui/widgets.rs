//! What panels are made of: lists to choose from, pages and texts to read, a line to write. Must not know the state.

pub(crate) mod cells;
pub(crate) mod line_edit;
pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod picker;
pub(crate) mod scroll_text;

use super::canvas::Canvas;
use super::layout::LOW;
use super::text::cells::text_width;
use super::theme::Role;
use ratatui::layout::Rect;

/// At the lower right corner of `area`: how many rows there are below what is shown.
pub(crate) fn more_below(below: usize, area: Rect, canvas: &mut Canvas) {
    let text = format!(" ↓ {below} more ");
    let width = text_width(&text) as u16;
    if below > 0 && area.height > 0 && width < area.width {
        // In the air below, where there is some: nothing is covered there.
        let y = if canvas.area().height >= LOW { area.bottom() } else { area.bottom() - 1 };
        let place = Rect::new(area.right() - width, y, width, 1);
        canvas.fill(place, Role::Raised);
        canvas.text(place, &text, Role::Accent);
    }
}

/// The first of so many lines that is shown, so that the selected one is.
pub(crate) fn first_shown(selected: usize, height: u16) -> usize {
    (selected + 1).saturating_sub(usize::from(height))
}
