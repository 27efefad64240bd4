//! The help: ten keys to know, three columns, and every key in effect; filtered while one types.

mod rows;

use super::{Flow, Head, Hint, Input, Opening, Panel, show};
use crate::tui::action::Action;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::widgets::line_edit::LineEdit;
use crate::tui::widgets::list::{self, filtered};
use crate::tui::widgets::more_below;
use ratatui::layout::{Position, Rect};
use rows::Line;

#[derive(Debug, Default)]
pub(crate) struct Help {
    filter: LineEdit,
    /// The first row that is shown.
    top: usize,
}

impl Panel for Help {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-help",
        title: "Keys and help",
        words: "shortcuts manual keyboard bindings settings",
        help: "all keys",
        after: "open-commands",
        toggles: false,
        open,
    });
    const CONTEXT: Context = Context::Help;

    fn update(&mut self, input: Input, _: &mut State, _: Now) -> Flow {
        match input {
            Input::Scroll { rows, .. } => self.top = self.top.saturating_add_signed(rows),
            Input::Text(text) => {
                self.filter.insert(text);
                self.top = 0;
            }
            // In an empty line there is nothing else to go to the ends of.
            Input::Action(Action::LineStart) if self.filter.is_empty() => self.top = 0,
            Input::Action(Action::LineEnd) if self.filter.is_empty() => self.top = usize::MAX,
            Input::Action(action) => match self.filter.edit(action) {
                Some(true) => self.top = 0,
                Some(false) => {}
                None => return Flow::Pass,
            },
        }
        Flow::Stay(Vec::new())
    }

    fn fit(&mut self, state: &State) {
        let (width, height) = state.panel_room();
        let shown = usize::from(height.saturating_sub(2)).max(1);
        self.top = self.top.min(self.lines(state, width.into()).len().saturating_sub(shown));
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Keys")
    }

    fn rows(&self, state: &State, width: u16) -> usize {
        list::rows(self.lines(state, width.into()).len())
    }

    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        let lines = self.lines(state, area.width.into());
        let hint = "a key, or what you want to do";
        let (rows, caret) = filtered((&self.filter, hint), (lines.len(), "No match"), area, canvas);
        for (line, place) in lines.iter().skip(self.top).zip(rows_of(rows)) {
            line.draw(place, canvas);
        }
        more_below(lines.len().saturating_sub(self.top + usize::from(rows.height)), rows, canvas);
        Some(caret)
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Close, "close"), (Action::Down, "more")]
    }
}

impl Help {
    /// What is shown on a screen of so many columns: with a filter the rows that fit, else everything.
    fn lines(&self, state: &State, width: usize) -> Vec<Line> {
        let page = state.start.keymap.help(state.start.config.registry.categories());
        match self.filter.text().trim() {
            "" => rows::whole(page, width),
            filter => rows::sections(page.fitting(filter)),
        }
    }
}

fn open(state: &mut State, _: Now) -> Vec<Effect> {
    show(state, Help::default());
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    fn texts(filter: &str, width: usize) -> Vec<String> {
        let help = Help { filter: LineEdit::new(filter), top: 0 };
        help.lines(&State::new(examples::start()), width).iter().map(Line::text).collect()
    }

    #[test]
    fn the_keys_to_know_stand_first_and_then_writing_reading_and_routing_side_by_side() {
        let wide = texts("", 120);
        assert!(wide[0].contains("Ten keys to know") && wide[1].contains("Enter Send"), "{wide:#?}");
        let heads = wide.iter().position(|line| line.contains("Write") && line.contains("Route"));
        assert!(
            heads.is_some_and(|heads| wide[heads + 1..=heads + 10].iter().all(|row| row.matches(" | ").count() == 2)),
            "{wide:#?}"
        );
        let narrow = texts("", 60);
        assert!(narrow.iter().all(|line| !line.contains(" | ")), "below each other where there is no room");
    }

    #[test]
    fn typing_leaves_the_keys_that_fit_by_key_title_name_or_synonym() {
        for (filter, found) in [
            ("ctrl+y", "put back"),
            ("branch", "next branch"),
            ("toggle-mouse", "mouse on/off"),
            ("regenerate", "retry"),
            ("quit nothing-like-that", ""),
        ] {
            let rows = texts(filter, 120);
            assert!(rows.iter().any(|row| row.contains(found)) != found.is_empty(), "{filter}: {rows:?}");
        }
    }

    #[test]
    fn every_key_in_the_short_parts_is_bound_and_every_title_is_there() {
        let state = State::new(examples::start());
        let page = state.start.keymap.help(state.start.config.registry.categories());
        let columns = page.columns.iter().flat_map(|(_, rows)| rows);
        for row in page.know.iter().chain(columns) {
            assert!(!row.keys.is_empty() && !row.text.is_empty(), "{row:?}");
        }
        assert!(page.columns.iter().all(|(_, rows)| rows.len() == 10));
    }
}
