//! The cells of a row of a list: the lamp of its category, then columns. Must not know which list it is.

use crate::config::{Category, CategoryId};
use crate::tui::canvas::Canvas;
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::{Role, hue, letter};
use ratatui::layout::Rect;

/// What stands between two columns.
pub(crate) const GAP: usize = 2;

/// Paints the lamp of a category into the first cell of `place`: `sign` in its hue, or its letter where there are no
/// colours. Returns what is left of the row behind it.
pub(crate) fn lamp(
    id: Option<&CategoryId>,
    categories: &[Category],
    sign: char,
    place: Rect,
    canvas: &mut Canvas,
) -> Rect {
    if let Some(id) = id {
        let sign = if canvas.styles.in_colour() { sign } else { letter(id) };
        canvas.text(place, sign.encode_utf8(&mut [0; 4]), hue(id, categories));
    }
    behind(place, 2)
}

/// Paints one column, cut to `width` cells. Returns what is left of the row behind it.
pub(crate) fn cell(text: &str, width: usize, role: Role, place: Rect, canvas: &mut Canvas) -> Rect {
    if width == 0 {
        return place;
    }
    let width = width.min(usize::from(place.width));
    canvas.text(Rect { width: width as u16, ..place }, &ellipsis(text, width), role);
    behind(place, width + GAP)
}

/// Paints one column at the right edge, `width` cells wide and set to the right. Returns what is left before it.
pub(crate) fn right_cell(text: &str, width: usize, role: Role, place: Rect, canvas: &mut Canvas) -> Rect {
    if width == 0 {
        return place;
    }
    canvas.at_right(place, &ellipsis(text, width.min(usize::from(place.width))), role);
    Rect { width: place.width.saturating_sub((width + GAP) as u16), ..place }
}

/// The row without its first cells.
pub(crate) fn behind(place: Rect, cells: usize) -> Rect {
    let cells = (cells as u16).min(place.width);
    Rect { x: place.x + cells, width: place.width - cells, ..place }
}

/// Marks the selected row, with the cell of air at both sides.
pub(crate) fn select(place: Rect, canvas: &mut Canvas) {
    canvas.tint(Rect { x: place.x.saturating_sub(1), width: place.width + 2, ..place }, Role::Selected);
}

/// The cells that the widest of `texts` takes, and no more than `most`.
pub(crate) fn widest<'a>(texts: impl IntoIterator<Item = &'a str>, most: usize) -> usize {
    texts.into_iter().map(text_width).max().unwrap_or(0).min(most)
}
