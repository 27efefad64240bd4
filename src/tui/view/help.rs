//! The help: every key in effect, from the keymap itself.

use super::{frame, more_below, rows_of};
use crate::tui::keys::HelpRow;
use crate::tui::layout::panel_area;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, paint};
use crate::tui::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// The widest column for keys; it is less where the box is narrow.
const KEYS: u16 = 32;

pub(super) fn draw(state: &State, styles: &Styles, top: usize, buf: &mut Buffer) {
    let area = panel_area(buf.area.width, buf.area.height);
    if area.is_empty() {
        return;
    }
    Clear.render(area, buf);
    let rows = state.help();
    let inside = frame(buf, area, styles.frame_focused, ("Keys", styles.strong), ("Esc closes", styles.dim));
    for (line, place) in rows.iter().skip(top).zip(rows_of(inside)) {
        match line {
            HelpRow::Heading(text) => _ = paint(buf, place, text, styles.strong),
            HelpRow::Air => {}
            HelpRow::Action { keys, words: text, name } => {
                let column = KEYS.min(place.width * 2 / 5);
                let shown = ellipsis(keys, usize::from(column.saturating_sub(2)));
                paint(buf, Rect { width: column, ..place }, &shown, styles.accent);
                let words = Rect::new(place.x + column, place.y, place.width - column, 1);
                let behind = paint(buf, words, &ellipsis(text, usize::from(words.width)), styles.text);
                let name_width = name.len() as u16;
                if behind + 2 + name_width <= place.right() {
                    paint(buf, Rect::new(place.right() - name_width, place.y, name_width, 1), name, styles.dim);
                }
            }
        }
    }
    more_below(rows.len().saturating_sub(top + usize::from(inside.height)), styles, area, buf);
}
