//! Painting what every region and panel is made of: frames, rows, lists to choose from, pages to read.
//!
//! Must not know the state, nor what is painted.

pub(crate) mod line_edit;
pub(crate) mod list;
pub(crate) mod page;
pub(crate) mod picker;
pub(crate) mod scroll_text;

use super::text::cells::{ellipsis, paint, text_width};
use super::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, BorderType, Widget};

/// A frame with a title on the left and one on the right; gives back what is inside, with a column of air.
pub(crate) fn frame(buf: &mut Buffer, area: Rect, style: Style, title: (&str, Style), right: (&str, Style)) -> Rect {
    Block::bordered().border_type(BorderType::Rounded).border_style(style).render(area, buf);
    let room = usize::from(area.width.saturating_sub(4));
    let right_width = if right.0.is_empty() { 0 } else { (text_width(right.0) + 2).min(room) };
    let left_room = room.saturating_sub(right_width + 1);
    if !title.0.is_empty() && left_room > 3 {
        let text = format!(" {} ", ellipsis(title.0, left_room - 2));
        paint(buf, Rect::new(area.x + 1, area.y, area.width.saturating_sub(2), 1), &text, title.1);
    }
    if right_width > 2 {
        let text = format!(" {} ", ellipsis(right.0, right_width - 2));
        let x = area.right().saturating_sub(2 + right_width as u16);
        paint(buf, Rect::new(x, area.y, right_width as u16, 1), &text, right.1);
    }
    Rect::new(area.x + 2, area.y + 1, area.width.saturating_sub(4), area.height.saturating_sub(2))
}

/// One row: `left` from the left, `right` at the right edge; what does not fit is cut from the left part.
pub(crate) fn row(buf: &mut Buffer, area: Rect, left: (&str, Style), right: (&str, Style)) {
    let width = usize::from(area.width);
    let right = if text_width(right.0) < width { right } else { ("", right.1) };
    let right_width = text_width(right.0);
    let left_room = if right_width == 0 { width } else { width.saturating_sub(right_width + 1) };
    paint(buf, area, &ellipsis(left.0, left_room), left.1);
    if right_width > 0 {
        let x = area.x + (width - right_width) as u16;
        paint(buf, Rect::new(x, area.y, right_width as u16, 1), right.0, right.1);
    }
}

/// On the lower edge of a frame: how many rows there are below what is shown.
pub(crate) fn more_below(below: usize, styles: &Styles, area: Rect, buf: &mut Buffer) {
    more_or_less_below(below, false, styles, area, buf);
}

/// The same, where it may be an estimate.
pub(crate) fn more_or_less_below(below: usize, estimated: bool, styles: &Styles, area: Rect, buf: &mut Buffer) {
    let text = format!(" ↓ {}{below} more ", if estimated { "≈ " } else { "" });
    let width = text_width(&text) as u16;
    if below > 0 && area.height > 0 && width + 4 <= area.width {
        paint(buf, Rect::new(area.right() - width - 2, area.bottom() - 1, width, 1), &text, styles.notice);
    }
}

/// The rows of `area`, from the top.
pub(crate) fn rows_of(area: Rect) -> impl Iterator<Item = Rect> {
    (area.y..area.bottom()).map(move |y| Rect::new(area.x, y, area.width, 1))
}

/// A box in the middle of the screen, at most so large, with at least a little of the screen around it.
pub(crate) fn centred(screen: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(screen.width);
    let height = height.min(screen.height);
    Rect::new(screen.x + (screen.width - width) / 2, screen.y + (screen.height - height) / 2, width, height)
}
