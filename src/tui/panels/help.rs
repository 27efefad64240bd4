//! The help: every key in effect, from the keymap itself.

use super::{Flow, Hint, Input, Opening, Panel, show};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::{Context, HelpRow};
use crate::tui::layout::panel_area;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, paint};
use crate::tui::theme::Styles;
use crate::tui::widgets::page::Page;
use crate::tui::widgets::{frame, more_below, rows_of};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Clear, Widget};
use std::time::Duration;

/// The widest column for keys; it is less where the box is narrow.
const KEYS_WIDTH_MAX: u16 = 32;

#[derive(Debug, Default)]
pub(crate) struct Help(Page);

impl Panel for Help {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-help",
        title: "Keys and help",
        words: "shortcuts manual keyboard bindings",
        help: "all keys",
        after: "open-commands",
        toggles: false,
        open,
    });
    const CONTEXT: Context = Context::Help;

    fn update(&mut self, input: Input, _: &mut State, _: Now) -> Flow {
        let Input::Scroll { rows, .. } = input else { return Flow::Pass };
        self.0.scroll_by(rows);
        Flow::Stay(Vec::new())
    }

    fn fit(&mut self, state: &State) {
        self.0.fit(rows(state).len(), state.window.size);
    }

    fn draw(&self, state: &State, styles: &Styles, _: Duration, buf: &mut Buffer) -> Option<Position> {
        let area = panel_area(buf.area.width, buf.area.height);
        if area.is_empty() {
            return None;
        }
        Clear.render(area, buf);
        let rows = rows(state);
        let inside = frame(buf, area, styles.frame_focused, ("Keys", styles.strong), ("Esc closes", styles.dim));
        for (row, place) in rows.iter().skip(self.0.top).zip(rows_of(inside)) {
            draw_row(row, styles, place, buf);
        }
        more_below(rows.len().saturating_sub(self.0.top + usize::from(inside.height)), styles, area, buf);
        None
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Close, "close"), (Action::Down, "more")]
    }
}

fn open(state: &mut State, _: Now) -> Vec<Effect> {
    show(state, Help::default());
    Vec::new()
}

fn rows(state: &State) -> Vec<HelpRow> {
    state.start.keymap.help(state.start.config.registry.categories())
}

fn draw_row(row: &HelpRow, styles: &Styles, place: Rect, buf: &mut Buffer) {
    match row {
        HelpRow::Heading(text) => _ = paint(buf, place, text, styles.strong),
        HelpRow::Air => {}
        HelpRow::Action { keys, words: text, name } => {
            let column = KEYS_WIDTH_MAX.min(place.width * 2 / 5);
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
