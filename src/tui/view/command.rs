//! A command over a block of code: the line where it is written, the question whether it should run, what it printed.
//!
//! ```text
//! ╭ Output ─────────────────────────── Esc closes ─╮
//! │ `python3 -` ended well · exit status: 0        │
//! │                                                │
//! │ 1 2 3                                          │
//! ╰──────────────────────────────────── ↓ 9 more ──╯
//! ```

use super::list::draw_line;
use super::{more_below, page, rows_of};
use crate::tui::state::{Order, Sheet};
use crate::tui::text::cells::paint;
use crate::tui::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Paints the line where a command is written and says where the caret stands.
pub(super) fn draw(order: &Order, last: &str, styles: &Styles, buf: &mut Buffer) -> Option<Position> {
    let hint = match last {
        "" => "a command that reads it from its input, such as python3 -".to_owned(),
        last => format!("Enter: {last}"),
    };
    let title = ("Run over this code", "Enter goes on");
    draw_line(title, (&order.command, &hint), styles, buf)
}

/// Paints a text below its head.
pub(super) fn draw_sheet((title, hint): (&str, &str), sheet: &Sheet, styles: &Styles, buf: &mut Buffer) {
    let (area, inside) = page::open(styles, title, hint, sheet.rows().len(), buf);
    for ((text, is_head), place) in sheet.rows().skip(sheet.top).zip(rows_of(inside)) {
        paint(buf, place, text, if is_head { styles.strong } else { styles.text });
    }
    more_below(sheet.rows().len().saturating_sub(sheet.top + usize::from(inside.height)), styles, area, buf);
}
