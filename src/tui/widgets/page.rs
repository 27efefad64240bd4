//! A page of lines to read in a panel.

use super::more_below;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::text::cells::ellipsis;
use crate::tui::text::lines::{Line, rows};
use crate::tui::text::wrap::Wrapped;
use ratatui::layout::Rect;

/// The first row of a page that is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) top: usize,
}

impl Page {
    /// Moves by so many rows; [`Page::fit`] keeps that within the page.
    pub(crate) fn scroll_by(&mut self, rows: isize) {
        self.top = self.top.saturating_add_signed(rows);
    }

    /// Stays within the `rows` of the page, of which `height` are shown.
    pub(crate) fn fit(&mut self, rows: usize, height: u16) {
        self.top = self.top.min(rows.saturating_sub(usize::from(height)));
    }

    /// Paints the lines.
    pub(crate) fn draw(self, lines: &[Line], area: Rect, canvas: &mut Canvas) {
        paint_lines(lines, self.top, area, canvas);
        let rows = rows(lines, usize::from(area.width));
        more_below(rows.saturating_sub(self.top + usize::from(area.height)), area, canvas);
    }
}

/// Paints `lines` from row `top` on, as far as `area` goes.
pub(crate) fn paint_lines(lines: &[Line], top: usize, area: Rect, canvas: &mut Canvas) {
    let width = usize::from(area.width);
    // Rows above the top are counted, not painted.
    let mut places = std::iter::repeat_n(None, top).chain(rows_of(area).map(Some));
    for line in lines {
        for index in 0..line.rows(width) {
            match places.next() {
                Some(Some(place)) => paint_row(line, index, place, canvas),
                Some(None) => {}
                None => return,
            }
        }
    }
}

fn paint_row(line: &Line, index: usize, place: Rect, canvas: &mut Canvas) {
    match line {
        Line::Air => {}
        Line::Text((text, role), most) => {
            let width = usize::from(place.width);
            let wrapped = Wrapped::new(text, width);
            // What does not fit into the last row is cut there, and that is shown.
            let shown = match wrapped.len() > *most && index + 1 == *most {
                true => ellipsis(text.get(wrapped.range(index).start..).unwrap_or_default(), width),
                false => wrapped.row(text, index).to_owned(),
            };
            canvas.text(place, &shown, *role);
        }
        Line::Pair((left, left_role), (right, right_role)) => {
            canvas.row(place, (left, *left_role), (right, *right_role));
        }
        Line::Pieces(pieces) => {
            canvas.pieces(place, pieces.iter().map(|(text, role)| (text.as_str(), *role)));
        }
    }
}
