//! A list in front: models, commands, blocks of code, or what a decision should have been.
//!
//! ```text
//! ╭ Models ──────────────────────────────────────────╮
//! │ qw▏                                              │
//! │ qwen-3-32b                  coding · 32k · oxlo  │
//! ╰──────────────────────────────────────────────────╯
//! ```

use super::{centred, frame, row, rows_of};
use crate::format::columns;
use crate::tui::state::{Kind, Picker};
use crate::tui::text::cells::{ellipsis, paint, text_width};
use crate::tui::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Clear, Widget};

/// A list with a line to type into on top.
pub(super) struct Filtered<'a> {
    pub(super) title: &'a str,
    pub(super) count: usize,
    /// The most cells it takes.
    pub(super) width: u16,
    /// Whether it takes the height of the screen however many lines there are: one that is searched must not jump.
    pub(super) tall: bool,
    pub(super) filter: &'a str,
    /// What stands where nothing was typed.
    pub(super) hint: &'a str,
    /// What stands where there are no lines.
    pub(super) none: &'a str,
}

/// Where the lines of such a list go, and the caret.
pub(super) struct Drawn {
    pub(super) rows: Rect,
    pub(super) caret: Position,
}

/// Paints everything of a list but its `lines`.
pub(super) fn filtered(list: &Filtered, lines: usize, styles: &Styles, buf: &mut Buffer) -> Option<Drawn> {
    let most = buf.area.height.saturating_sub(4).max(4);
    let height = if list.tall { most } else { (lines.max(1) as u16).saturating_add(3).min(most) };
    let area = centred(buf.area, list.width, height);
    if area.height < 3 || area.width < 8 {
        return None;
    }
    Clear.render(area, buf);
    let count = list.count.to_string();
    let inside = frame(buf, area, styles.frame_focused, (list.title, styles.strong), (&count, styles.dim));
    let caret = written(list.filter, list.hint, inside, styles, buf);
    let rows = Rect::new(inside.x, inside.y + 1, inside.width, inside.height.saturating_sub(1));
    if lines == 0 {
        paint(buf, rows, list.none, styles.dim);
    }
    Some(Drawn { rows, caret })
}

/// Paints a line that is being written, or `hint` where there is nothing yet, and says where the caret stands.
fn written(text: &str, hint: &str, inside: Rect, styles: &Styles, buf: &mut Buffer) -> Position {
    // The end is what is written at.
    let room = usize::from(inside.width.saturating_sub(1));
    let mut shown = text;
    while text_width(shown) > room {
        let mut characters = shown.chars();
        characters.next();
        shown = characters.as_str();
    }
    let behind = paint(buf, inside, shown, styles.text);
    if text.is_empty() {
        paint(buf, inside, &ellipsis(hint, usize::from(inside.width)), styles.dim);
    }
    Position::new(behind.min(inside.right().saturating_sub(1)), inside.y)
}

/// A line to write, in a frame of its own: what it is, what Enter does, the text, and what stands where there is none.
pub(super) fn draw_line(
    (title, enter): (&str, &str),
    (text, hint): (&str, &str),
    styles: &Styles,
    buf: &mut Buffer,
) -> Option<Position> {
    let area = centred(buf.area, 76, 3);
    if area.height < 3 || area.width < 8 {
        return None;
    }
    Clear.render(area, buf);
    let inside = frame(buf, area, styles.frame_focused, (title, styles.strong), (enter, styles.dim));
    Some(written(text, hint, inside, styles, buf))
}

/// Paints the list and says where the caret stands.
pub(super) fn draw(picker: &Picker, styles: &Styles, buf: &mut Buffer) -> Option<Position> {
    let none = match picker.kind() {
        Kind::Corrections => "no such category",
        Kind::Code => "no code like that",
        Kind::Models | Kind::Elsewhere(_) | Kind::Commands => "no such command; Enter puts it into the input",
    };
    let list = Filtered {
        title: picker.kind().title(),
        count: picker.len(),
        width: 76,
        tall: false,
        filter: picker.filter(),
        hint: "type to filter",
        none,
    };
    let drawn = filtered(&list, picker.len(), styles, buf)?;
    let first = (picker.selected() + 1).saturating_sub(usize::from(drawn.rows.height));
    for ((index, item), place) in picker.lines().enumerate().skip(first).zip(rows_of(drawn.rows)) {
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
            Kind::Models | Kind::Elsewhere(_) | Kind::Commands | Kind::Code => ellipsis(&item.detail, room),
        };
        row(buf, place, (&item.label, text), (&detail, dim));
    }
    Some(drawn.caret)
}
