//! A list in front: models, commands, or what a decision should have been.
//!
//! ```text
//! ╭ Models ──────────────────────────────────────────╮
//! │ qw▏                                              │
//! │ qwen-3-32b                  coding · 32k · oxlo  │
//! ╰──────────────────────────────────────────────────╯
//! ```

use super::{centred, frame, row, rows_of};
use crate::human::columns;
use crate::tui::state::{Kind, Picker};
use crate::tui::text::cells::{ellipsis, paint, text_width};
use crate::tui::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Clear, Widget};

/// Paints the list and says where the caret stands.
pub(super) fn draw(picker: &Picker, styles: &Styles, buf: &mut Buffer) -> Option<Position> {
    let height = (picker.len().max(1) as u16).saturating_add(3).min(buf.area.height.saturating_sub(4).max(4));
    let area = centred(buf.area, 76, height);
    if area.height < 3 || area.width < 8 {
        return None;
    }
    Clear.render(area, buf);
    let count = picker.len().to_string();
    let inside = frame(buf, area, styles.frame_focused, (picker.kind().title(), styles.strong), (&count, styles.dim));
    let behind = paint(buf, inside, picker.filter(), styles.text);
    if picker.filter().is_empty() {
        paint(buf, inside, "type to filter", styles.dim);
    }
    let list = Rect::new(inside.x, inside.y + 1, inside.width, inside.height.saturating_sub(1));
    let first = (picker.selected() + 1).saturating_sub(usize::from(list.height));
    if picker.len() == 0 {
        let none = match picker.kind() {
            Kind::Corrections => "no such category",
            Kind::Models | Kind::Commands => "no such command; Enter puts it into the input",
        };
        paint(buf, list, none, styles.dim);
    }
    for ((index, item), place) in picker.lines().enumerate().skip(first).zip(rows_of(list)) {
        let selected = index == picker.selected();
        let (text, dim) = if selected { (styles.selected, styles.selected) } else { (styles.text, styles.dim) };
        if selected {
            buf.set_style(place, styles.selected);
        }
        // What a thing is called matters more than what there is to say about it.
        let room = usize::from(place.width).saturating_sub(text_width(&item.label) + 2);
        let detail = match picker.kind() {
            // Descriptions are read from their beginning, facts are compared at their end.
            Kind::Corrections => columns::left(&item.detail, room),
            Kind::Models | Kind::Commands => ellipsis(&item.detail, room),
        };
        row(buf, place, (&item.label, text), (&detail, dim));
    }
    Some(Position::new(behind.min(inside.right().saturating_sub(1)), inside.y))
}
