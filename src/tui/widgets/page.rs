//! A page of lines to read, in the middle of the screen.
//!
//! ```text
//! ╭ Why ─────────────────────────────── Esc closes ─╮
//! │ Write a Python function to merge two lists      │
//! │                                                 │
//! │ coding → qwen-3-32b                             │
//! ╰───────────────────────────────────── ↓ 9 more ──╯
//! ```

use super::{centred, frame, more_below, row, rows_of};
use crate::tui::layout::panel_area;
use crate::tui::text::cells::{ellipsis, paint};
use crate::tui::text::lines::{Line, Role, rows};
use crate::tui::text::wrap::Wrapped;
use crate::tui::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// A page of lines, and the first row that is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) top: usize,
}

impl Page {
    /// Moves by so many rows; [`Page::fit`] keeps that within the page.
    pub(crate) fn scroll_by(&mut self, rows: isize) {
        self.top = self.top.saturating_add_signed(rows);
    }

    /// Stays within the `rows` of the page, on a screen of this size.
    pub(crate) fn fit(&mut self, rows: usize, screen: (u16, u16)) {
        self.top = self.top.min(rows.saturating_sub(inside(screen).1));
    }

    /// Paints the page: `lines`, which were made for [`width`] cells.
    pub(crate) fn draw(self, (title, hint): (&str, &str), lines: &[Line], styles: &Styles, buf: &mut Buffer) {
        let rows = rows(lines, width((buf.area.width, buf.area.height)));
        let (area, inside) = open(styles, title, hint, rows, buf);
        paint_lines(lines, self.top, styles, inside, buf);
        more_below(rows.saturating_sub(self.top + usize::from(inside.height)), styles, area, buf);
    }
}

/// The width of a line of a page on a screen of this size.
pub(crate) fn width(screen: (u16, u16)) -> usize {
    inside(screen).0
}

/// The columns and rows of a page on a screen of this size.
pub(crate) fn inside((width, height): (u16, u16)) -> (usize, usize) {
    let area = panel_area(width, height);
    (usize::from(area.width.saturating_sub(4)), usize::from(area.height.saturating_sub(2)))
}

/// Clears the place of a page of so many rows and frames it; gives back the place and what is inside. A short page
/// leaves what lies behind it in sight.
pub(crate) fn open(styles: &Styles, title: &str, hint: &str, rows: usize, buf: &mut Buffer) -> (Rect, Rect) {
    let most = panel_area(buf.area.width, buf.area.height);
    let height = rows.saturating_add(2).min(usize::from(most.height)) as u16;
    let area = centred(most, most.width, height);
    if area.is_empty() {
        return (area, area);
    }
    Clear.render(area, buf);
    (area, frame(buf, area, styles.frame_focused, (title, styles.strong), (hint, styles.dim)))
}

/// Paints `lines` from row `top` on, as far as `area` goes.
pub(crate) fn paint_lines(lines: &[Line], top: usize, styles: &Styles, area: Rect, buf: &mut Buffer) {
    let width = usize::from(area.width);
    // Rows above the top are counted, not painted.
    let mut places = std::iter::repeat_n(None, top).chain(rows_of(area).map(Some));
    for line in lines {
        for index in 0..line.rows(width) {
            match places.next() {
                Some(Some(place)) => paint_row(line, index, styles, place, buf),
                Some(None) => {}
                None => return,
            }
        }
    }
}

fn paint_row(line: &Line, index: usize, styles: &Styles, place: Rect, buf: &mut Buffer) {
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
            paint(buf, place, &shown, styles.of(*role));
        }
        Line::Pair((left, left_role), (right, right_role)) => {
            row(buf, place, (left, styles.of(*left_role)), (right, styles.of(*right_role)));
        }
        Line::Figure(crate::report::Line { label, bar, value }) => {
            let gap = crate::report::Line::GAP;
            let mut x = place.x;
            for (text, role) in [(label, Role::Text), (bar, Role::Chosen), (value, Role::Text)] {
                if !text.is_empty() {
                    let rest = Rect { x, width: place.right().saturating_sub(x), ..place };
                    x = paint(buf, rest, text, styles.of(role)) + gap.len() as u16;
                }
            }
        }
    }
}
