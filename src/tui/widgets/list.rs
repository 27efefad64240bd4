//! A line to type into: the filter above a list, or a text by itself.

use super::line_edit::LineEdit;
use crate::tui::canvas::Canvas;
use crate::tui::text::cells::{ellipsis, prefix};
use crate::tui::theme::Role;
use ratatui::layout::{Position, Rect};

/// Paints the line into the first row of `area`, or `hint` where there is nothing yet. Returns the place of the caret.
pub(crate) fn written(line: &LineEdit, hint: &str, area: Rect, canvas: &mut Canvas) -> Position {
    let width = usize::from(area.width);
    let (text, caret) = line.view(width);
    canvas.text(area, prefix(text, width).0, Role::Text);
    if line.is_empty() {
        canvas.text(area, &ellipsis(hint, width), Role::Secondary);
    }
    Position::new((area.x + caret as u16).min(area.right().saturating_sub(1)), area.y)
}

/// The filter of a list with `lines` lines in the first row of `area`, and `none` below it where there are no lines. Returns
/// the place of the lines, and that of the caret.
pub(crate) fn filtered(
    (filter, hint): (&LineEdit, &str),
    (lines, none): (usize, &str),
    area: Rect,
    canvas: &mut Canvas,
) -> (Rect, Position) {
    let caret = written(filter, hint, area, canvas);
    // A blank row sets the lines apart, where there is room.
    let head = if area.height > 6 { 2 } else { 1 }.min(area.height);
    let rows = Rect { y: area.y + head, height: area.height - head, ..area };
    if lines == 0 {
        canvas.text(rows, none, Role::Secondary);
    }
    (rows, caret)
}

/// The rows that such a list with so many lines would like.
pub(crate) fn rows(lines: usize) -> usize {
    lines.max(1) + 2
}
