//! What regions and panels are painted on: the cells, the looks, the time, and what a click in each place does. Must not
//! know what is painted.

use super::click::Click;
use super::text::cells::{ellipsis, paint, text_width};
use super::text::style::TextStyle;
use super::theme::{Role, Styles};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::time::Duration;

/// Cells to paint, and how.
pub(crate) struct Canvas<'a> {
    pub(crate) buf: &'a mut Buffer,
    pub(crate) styles: &'a Styles,
    /// Since the start.
    pub(crate) now: Duration,
    clicks: Vec<(Rect, Click)>,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(buf: &'a mut Buffer, styles: &'a Styles, now: Duration) -> Self {
        Self { buf, styles, now, clicks: Vec::new() }
    }

    /// The whole screen.
    pub(crate) fn area(&self) -> Rect {
        self.buf.area
    }

    /// Makes `area` an empty surface.
    pub(crate) fn fill(&mut self, area: Rect, surface: Role) {
        let style = self.styles.of(surface);
        for position in area.intersection(self.buf.area).positions() {
            if let Some(cell) = self.buf.cell_mut(position) {
                cell.reset();
                cell.set_style(style);
            }
        }
        // What lies below cannot be clicked through it.
        self.clicks.retain(|(place, _)| place.intersection(area).is_empty());
    }

    /// Gives the cells of `area` another surface and leaves their text.
    pub(crate) fn tint(&mut self, area: Rect, surface: Role) {
        let style = self.styles.of(surface);
        self.buf.set_style(area.intersection(self.buf.area), style);
    }

    /// Paints one row of text, cut at the edge of `area`. Returns the column behind it.
    pub(crate) fn text(&mut self, area: Rect, text: &str, role: Role) -> u16 {
        paint(self.buf, area, text, self.styles.of(role))
    }

    /// Paints pieces of text behind each other; returns the column behind the last.
    pub(crate) fn pieces<'t>(&mut self, area: Rect, pieces: impl IntoIterator<Item = (&'t str, Role)>) -> u16 {
        let mut x = area.x;
        for (text, role) in pieces {
            x = self.text(Rect { x, width: area.right().saturating_sub(x), ..area }, text, role);
        }
        x
    }

    /// Paints styled text.
    pub(crate) fn styled(&mut self, area: Rect, text: &str, style: TextStyle) -> u16 {
        paint(self.buf, area, text, self.styles.of_text(style))
    }

    /// Paints a row: `left` from the left, `right` at the right edge. What does not fit is cut from the left part.
    pub(crate) fn row(&mut self, area: Rect, left: (&str, Role), right: (&str, Role)) {
        let width = usize::from(area.width);
        let right = if text_width(right.0) < width { right } else { ("", right.1) };
        let right_width = text_width(right.0);
        let left_room = if right_width == 0 { width } else { width.saturating_sub(right_width + 1) };
        self.text(area, &ellipsis(left.0, left_room), left.1);
        self.at_right(area, right.0, right.1);
    }

    /// Paints text at the right edge of `area`, where it fits. Returns its place.
    pub(crate) fn at_right(&mut self, area: Rect, text: &str, role: Role) -> Rect {
        let width = text_width(text) as u16;
        if width == 0 || width > area.width {
            return Rect { x: area.right(), width: 0, ..area };
        }
        let place = Rect::new(area.right() - width, area.y, width, 1);
        self.text(place, text, role);
        place
    }

    /// Says what a click in `area` does.
    pub(crate) fn click(&mut self, area: Rect, click: impl Into<Click>) {
        let area = area.intersection(self.buf.area);
        if !area.is_empty() {
            self.clicks.push((area, click.into()));
        }
    }

    /// What was said of clicks.
    pub(crate) fn into_clicks(self) -> Clicks {
        Clicks(self.clicks)
    }
}

/// What a click does, for each place of a frame.
#[derive(Debug, Default)]
pub struct Clicks(Vec<(Rect, Click)>);

impl Clicks {
    /// What a click in a cell does: what was painted last lies on top.
    pub fn at(&self, column: u16, row: u16) -> Option<&Click> {
        let place = Position::new(column, row);
        self.0.iter().rev().find(|(area, _)| area.contains(place)).map(|(_, click)| click)
    }
}

/// The rows of `area`, from the top.
pub(crate) fn rows_of(area: Rect) -> impl Iterator<Item = Rect> {
    (area.y..area.bottom()).map(move |y| Rect::new(area.x, y, area.width, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_means_what_was_painted_last_in_its_place() {
        let (styles, mut buf) = (Styles::plain(), Buffer::empty(Rect::new(0, 0, 20, 4)));
        let mut canvas = Canvas::new(&mut buf, &styles, Duration::ZERO);
        canvas.click(Rect::new(0, 0, 20, 1), Click::Row(0));
        canvas.click(Rect::new(0, 2, 9, 9), Click::Row(1));
        canvas.click(Rect::new(2, 2, 3, 1), Click::Row(2));
        canvas.fill(Rect::new(0, 0, 20, 1), Role::Raised);
        let clicks = canvas.into_clicks();
        let at = |x, y| clicks.at(x, y).cloned();
        assert_eq!((at(3, 0), at(0, 3), at(3, 2)), (None, Some(Click::Row(1)), Some(Click::Row(2))));
    }

    #[test]
    fn the_left_part_of_a_row_is_cut_for_the_right_one() {
        let (styles, mut buf) = (Styles::plain(), Buffer::empty(Rect::new(0, 0, 12, 1)));
        let area = buf.area;
        let mut canvas = Canvas::new(&mut buf, &styles, Duration::ZERO);
        canvas.row(area, ("a long title", Role::Text), ("12:01", Role::Secondary));
        let text: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(text, "a lon… 12:01");
    }
}
