//! The frame of a list with a line to type into on top, and that line alone.
//!
//! ```text
//! ╭ Models ──────────────────────────────────────────╮
//! │ qw▏                                              │
//! │ qwen-3-32b                  coding · 32k · oxlo  │
//! ╰──────────────────────────────────────────────────╯
//! ```

use super::line_edit::LineEdit;
use super::{centred, frame};
use crate::tui::text::cells::{ellipsis, paint, prefix};
use crate::tui::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Clear, Widget};

/// A list with a line to type into on top.
pub(crate) struct Filtered<'a> {
    pub(crate) title: &'a str,
    pub(crate) count: usize,
    /// The most cells it takes.
    pub(crate) width: u16,
    /// True: it takes the height of the screen, since a list that is searched must not jump.
    pub(crate) tall: bool,
    pub(crate) filter: &'a LineEdit,
    /// The text where nothing was typed.
    pub(crate) hint: &'a str,
    /// The text where there are no lines.
    pub(crate) none: &'a str,
}

/// The place of the lines of such a list, and the caret.
pub(crate) struct Drawn {
    pub(crate) rows: Rect,
    pub(crate) caret: Position,
}

/// Paints everything of a list but its `lines`.
pub(crate) fn filtered(list: &Filtered, lines: usize, styles: &Styles, buf: &mut Buffer) -> Option<Drawn> {
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
fn written(line: &LineEdit, hint: &str, inside: Rect, styles: &Styles, buf: &mut Buffer) -> Position {
    let width = usize::from(inside.width);
    let (text, caret) = line.view(width);
    paint(buf, inside, prefix(text, width).0, styles.text);
    if line.is_empty() {
        paint(buf, inside, &ellipsis(hint, width), styles.dim);
    }
    Position::new((inside.x + caret as u16).min(inside.right().saturating_sub(1)), inside.y)
}

/// A line to write, in a frame of its own: what it is, what Enter does, the text, and what stands where there is none.
pub(crate) fn draw_input(
    (title, enter): (&str, &str),
    (line, hint): (&LineEdit, &str),
    styles: &Styles,
    buf: &mut Buffer,
) -> Option<Position> {
    let area = centred(buf.area, 76, 3);
    if area.height < 3 || area.width < 8 {
        return None;
    }
    Clear.render(area, buf);
    let inside = frame(buf, area, styles.frame_focused, (title, styles.strong), (enter, styles.dim));
    Some(written(line, hint, inside, styles, buf))
}
