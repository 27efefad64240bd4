//! A page in front: why, lessons, report.
//!
//! ```text
//! ╭ Why ─────────────────────────────── Esc closes ─╮
//! │ Write a Python function to merge two lists      │
//! │                                                 │
//! │ coding → qwen-3-32b                             │
//! ╰───────────────────────────────────── ↓ 9 more ──╯
//! ```

use super::{centred, frame, more_below, row, rows_of};
use crate::tui::action::Action;
use crate::tui::keys::Context;
use crate::tui::layout::panel_area;
use crate::tui::page::{Line, Role, lessons, rows};
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, paint};
use crate::tui::text::wrap::Wrapped;
use crate::tui::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Paints the page in front from its row `top` on.
pub(super) fn draw(state: &State, styles: &Styles, title: &str, top: usize, buf: &mut Buffer) {
    let width = width(buf);
    let lines = state.page(width);
    let rows = rows(&lines, width);
    let (area, inside) = open(styles, title, "Esc closes", rows, buf);
    paint_lines(&lines, top, styles, inside, buf);
    let below = rows.saturating_sub(top + usize::from(inside.height));
    more_below(below, styles, area, buf);
}

/// Paints the lessons, one of them selected.
pub(super) fn draw_lessons(state: &State, styles: &Styles, selected: usize, buf: &mut Buffer) {
    let count = state.lessons.len();
    let undo = state.start.keymap.key_in(Context::Panel, Action::UndoCorrection).filter(|_| count > 0);
    let hint = undo.map_or_else(|| "Esc closes".to_owned(), |key| format!("{key} undoes · Esc closes"));
    let width = width(buf);
    let lines = if count == 0 { vec![lessons::none(state)] } else { lessons::lessons(state, width) };
    let (area, inside) = open(styles, "Lessons", &hint, rows(&lines, width), buf);
    if count == 0 {
        return paint_lines(&lines, 0, styles, inside, buf);
    }
    let first = (selected + 1).saturating_sub(usize::from(inside.height));
    for ((index, line), place) in lines.iter().enumerate().skip(first).zip(rows_of(inside)) {
        paint_lines(std::slice::from_ref(line), 0, styles, place, buf);
        if index == selected {
            buf.set_style(place, styles.selected);
        }
    }
    more_below(count.saturating_sub(first + usize::from(inside.height)), styles, area, buf);
}

/// How wide a line of a page may be.
fn width(buf: &Buffer) -> usize {
    usize::from(panel_area(buf.area.width, buf.area.height).width.saturating_sub(4))
}

/// Clears the place of a page of so many rows and frames it; gives back the place and what is inside. A short page
/// leaves what lies behind it in sight.
pub(super) fn open(styles: &Styles, title: &str, hint: &str, rows: usize, buf: &mut Buffer) -> (Rect, Rect) {
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
pub(super) fn paint_lines(lines: &[Line], top: usize, styles: &Styles, area: Rect, buf: &mut Buffer) {
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
