//! The routing history over all chats, and the way from there to a turn.

mod draw;

use super::{Flow, Head, Hint, Input, OpenPanel, Opening, Panel};
use crate::engine::{Command, StoreQuery};
use crate::store::{DecisionRow, Filter};
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::update::chats;
use crate::tui::widgets::line_edit::LineEdit;
use crate::tui::widgets::list::rows as list_rows;
use ratatui::layout::{Position, Rect};

/// The most decisions that are listed.
const ROWS_MAX: usize = 500;

/// The fewest rows that the list has room for.
const ROWS_MIN: usize = 8;

/// The prefixes of a word of the filter, and their meanings.
const KEYS: [(&str, &str); 5] =
    [("category:", "category"), ("model:", "model"), ("by:", "by"), ("decider:", "by"), ("outcome:", "outcome")];

/// The list.
#[derive(Debug, Default)]
pub(crate) struct Decisions {
    /// `None` until they have come.
    rows: Option<Vec<DecisionRow>>,
    filter: LineEdit,
    serial: u64,
    selected: usize,
    /// The most rows that there were: a list that is searched must not jump.
    tallest: usize,
}

impl Panel for Decisions {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-decisions",
        title: "Past routes",
        words: "history decisions log routing",
        help: "past routes, over all chats",
        after: "undo-deletion",
        toggles: true,
        open,
    });
    const CONTEXT: Context = Context::Decisions;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        match input {
            Input::Text(text) => {
                self.filter.insert(text);
                self.selected = 0;
                Flow::Stay(vec![self.question()])
            }
            Input::Scroll { lines, .. } => {
                let last = self.rows.as_ref().map_or(0, Vec::len).saturating_sub(1);
                self.selected = self.selected.saturating_add_signed(lines).min(last);
                Flow::Stay(Vec::new())
            }
            Input::Action(Action::Accept | Action::AcceptAndPin) => self.see_why(state, now),
            Input::Action(action) => match self.filter.edit(action) {
                Some(true) => {
                    self.selected = 0;
                    Flow::Stay(vec![self.question()])
                }
                Some(false) => Flow::Stay(Vec::new()),
                None => Flow::Pass,
            },
        }
    }

    fn head(&self, _: &State) -> Head {
        let count = self.rows.as_ref().map(|rows| rows.len().to_string());
        Head::new("Past routes").with(count.unwrap_or_default())
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        list_rows(self.tallest.max(ROWS_MIN))
    }

    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(draw::draw(self, state, area, canvas))
    }

    fn select(&mut self, line: usize) -> bool {
        self.selected = line;
        true
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "open"), (Action::Close, "close")]
    }
}

impl Decisions {
    /// Asks for the decisions that fit the filter.
    fn question(&mut self) -> Effect {
        self.serial += 1;
        Effect::Engine(Command::Query(StoreQuery::Decisions {
            serial: self.serial,
            filter: Box::new(parse(self.filter.text())),
        }))
    }

    /// Goes to the turn of the selected decision, and to why it went where it went.
    fn see_why(&mut self, state: &mut State, now: Now) -> Flow {
        let row = self.rows.as_ref().and_then(|rows| rows.get(self.selected));
        match row.map(|row| row.chat.zip(row.turn)) {
            Some(Some((chat, turn))) => {
                let list = Box::new(std::mem::take(self));
                return Flow::Gone(chats::see_why(state, chat, turn, list, now));
            }
            Some(None) => state.tell("this was decided before chats were kept: there is no more to see", now),
            None => {}
        }
        Flow::Stay(Vec::new())
    }
}

fn open(state: &mut State, _: Now) -> Vec<Effect> {
    go_back(state, Box::default())
}

/// Goes back to a list that another panel was opened from.
pub(super) fn go_back(state: &mut State, mut list: Box<Decisions>) -> Vec<Effect> {
    let question = list.question();
    state.panel = Some(OpenPanel::Decisions(list));
    vec![question]
}

/// Takes the decisions; those of an earlier question are of no use any more.
pub(crate) fn found(state: &mut State, serial: u64, rows: Vec<DecisionRow>) {
    if let Some(OpenPanel::Decisions(list)) = &mut state.panel
        && serial == list.serial
    {
        list.selected = list.selected.min(rows.len().saturating_sub(1));
        list.tallest = list.tallest.max(rows.len());
        list.rows = Some(rows);
    }
}

/// `category:coding by:judge merge lists`: words with a key narrow down, the others are looked for in the prompts.
fn parse(text: &str) -> Filter {
    let mut filter = Filter { limit: ROWS_MAX, ..Filter::default() };
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let keyed = KEYS.iter().find_map(|(key, about)| Some((*about, word.strip_prefix(key)?)));
        match keyed {
            // The value is about to be typed.
            Some((_, "")) => {}
            Some(("category", value)) => filter.category = Some(value.into()),
            Some(("model", value)) => filter.model = Some(value.into()),
            Some(("by", value)) => filter.decider = Some(value.to_owned()),
            Some((_, value)) => filter.outcome = Some(value.to_owned()),
            None => words.push(word),
        }
    }
    filter.text = (!words.is_empty()).then(|| words.join(" "));
    filter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_a_key_narrow_down_and_the_others_are_text() {
        let filter = parse("category:coding  merge by:judge outcome:failed lists model:qwen");
        assert_eq!(filter.category, Some("coding".into()));
        assert_eq!(filter.model, Some("qwen".into()));
        assert_eq!((filter.decider.as_deref(), filter.outcome.as_deref()), (Some("judge"), Some("failed")));
        assert_eq!(filter.text.as_deref(), Some("merge lists"));
        assert_eq!(parse("category: std::vec").text.as_deref(), Some("std::vec"));
        assert_eq!((parse(" ").text, parse(" ").category), (None, None));
    }
}
