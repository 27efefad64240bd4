//! Everything that can be done, by title, synonym or name; typed behind a slash, too.

mod rows;

use super::{Flow, Head, Hint, Input, Opening, Panel, attach, show};
use crate::format::columns;
use crate::tui::action::Action;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use crate::tui::widgets::first_shown;
use crate::tui::widgets::line_edit::LineEdit;
use crate::tui::widgets::list::{self, filtered};
use ratatui::layout::{Position, Rect};
use rows::{Choice, Command};

/// The commands, the filter and the selected line. Invariant: `selected` is one of `matches`, while there is any.
#[derive(Debug)]
pub(crate) struct Commands {
    all: Vec<Command>,
    filter: LineEdit,
    /// The commands that fit the filter, the best first.
    matches: Vec<usize>,
    selected: usize,
    /// Whether a slash in the input opened it: what turns out to be no command then goes back there.
    by_slash: bool,
}

impl Panel for Commands {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-commands",
        title: "All commands",
        words: "palette menu actions",
        help: "all commands",
        after: "see-request",
        toggles: false,
        open,
    });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        match input {
            Input::Action(Action::Accept | Action::AcceptAndPin) => self.choose(state, now),
            Input::Text(text) => self.type_text(text, state),
            Input::Scroll { lines, .. } => {
                let last = self.matches.len().saturating_sub(1);
                self.selected = self.selected.saturating_add_signed(lines).min(last);
                Flow::Stay(Vec::new())
            }
            Input::Action(Action::Close) => {
                self.give_back("", state);
                Flow::Gone(Vec::new())
            }
            Input::Action(Action::DeleteLeft) if self.filter.is_empty() => Flow::Gone(Vec::new()),
            Input::Action(action) => {
                let action = if action == Action::RemoveFile { Action::DeleteRight } else { action };
                match self.filter.edit(action) {
                    Some(changed) => {
                        if changed {
                            self.refresh();
                        }
                        Flow::Stay(Vec::new())
                    }
                    None => Flow::Pass,
                }
            }
        }
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Commands").with(self.matches.len().to_string())
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        list::rows(self.matches.len())
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        let lines = (self.matches.len(), "No match");
        let (rows, caret) = filtered((&self.filter, "what do you want to do?"), lines, area, canvas);
        let shown = || self.matches.iter().filter_map(|&index| self.all.get(index)).enumerate();
        let first = first_shown(self.selected, rows.height);
        let titles = columns::widest(self.all.iter().map(|command| command.title.as_str()));
        for ((index, command), place) in shown().skip(first).zip(rows_of(rows)) {
            if index == self.selected {
                canvas.tint(place, Role::Selected);
            }
            canvas.click(place, Click::Row(index));
            draw_row(command, titles, place, canvas);
        }
        Some(caret)
    }

    fn select(&mut self, line: usize) -> bool {
        self.selected = line.min(self.matches.len().saturating_sub(1));
        true
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "do it"), (Action::Close, "close")]
    }
}

/// Paints a command: its title, what it does where there is room, and its key in a column of its own.
fn draw_row(command: &Command, titles: usize, place: Rect, canvas: &mut Canvas) {
    canvas.row(place, (&command.title, Role::Text), (&command.key, Role::Key));
    let room = usize::from(place.width).saturating_sub(titles + text_width(&command.key) + 4);
    let says_more = !command.help.eq_ignore_ascii_case(&command.title);
    if room > 12 && says_more {
        let x = place.x + titles as u16 + 2;
        canvas.text(Rect { x, width: room as u16, ..place }, &ellipsis(&command.help, room), Role::Secondary);
    }
}

impl Commands {
    fn new(state: &State, by_slash: bool) -> Self {
        let all = rows::all(state);
        let mut panel = Self { all, filter: LineEdit::default(), matches: Vec::new(), selected: 0, by_slash };
        panel.refresh();
        panel
    }

    fn refresh(&mut self) {
        self.matches = rows::matching(&self.all, self.filter.text());
        self.selected = 0;
    }

    /// Types into the filter. What can be no command goes to the input at once, where it was meant for it.
    fn type_text(&mut self, text: &str, state: &mut State) -> Flow {
        // A path is typed behind the command.
        if let Some(path) = format!("{}{text}", self.filter.text()).strip_prefix("attach ") {
            return Flow::Gone(attach::typed(state, path));
        }
        let mut longer = self.filter.clone();
        longer.insert(text);
        if self.by_slash && (text.contains('/') || rows::matching(&self.all, longer.text()).is_empty()) {
            self.give_back(text, state);
            return Flow::Gone(Vec::new());
        }
        self.filter = longer;
        self.refresh();
        Flow::Stay(Vec::new())
    }

    /// Does what the selected line says. Without one it says so and stays.
    fn choose(&self, state: &mut State, now: Now) -> Flow {
        match self.matches.get(self.selected).and_then(|&index| self.all.get(index)).map(|it| &it.choice) {
            Some(Choice::Command(action)) => Flow::Perform(*action),
            Some(Choice::Category(category)) => {
                state.draft.choice.category = Some(category.clone());
                state.draft.choice.model = None;
                Flow::Gone(Vec::new())
            }
            None => {
                state.tell(format!("No command {}", self.filter.text()), now);
                Flow::Stay(Vec::new())
            }
        }
    }

    /// Puts what was typed behind a slash into the input, with its slash and `more` behind it.
    fn give_back(&self, more: &str, state: &mut State) {
        let typed = format!("{}{more}", self.filter.text());
        if self.by_slash && state.composer.is_empty() && !typed.is_empty() {
            state.composer.insert(&format!("/{typed}"));
        }
    }
}

fn open(state: &mut State, _: Now) -> Vec<Effect> {
    let commands = Commands::new(state, false);
    show(state, commands);
    Vec::new()
}

/// Opens the list behind a slash that was typed into the empty input.
pub(crate) fn open_by_slash(state: &mut State) -> Vec<Effect> {
    let commands = Commands::new(state, true);
    show(state, commands);
    Vec::new()
}

#[cfg(test)]
mod tests;
