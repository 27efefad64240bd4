//! Everything that can be done, by name; typed behind a slash.

use super::{Flow, Hint, Input, Opening, Panel, attach, pick, show};
use crate::config::CategoryId;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::theme::Styles;
use crate::tui::widgets::picker::{Item, Look, Picker};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct Commands(Picker<Choice>);

/// The meaning of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    Command(Action),
    /// A category for the next prompt.
    Category(CategoryId),
}

impl Panel for Commands {
    const OPENING: Option<Opening> =
        Some(Opening { action: "open-commands", help: "all commands", after: "see-request", toggles: false, open });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, _: Now) -> Flow {
        match input {
            Input::Action(Action::Accept | Action::AcceptAndPin) => match self.0.choice().cloned() {
                Some(Choice::Command(action)) => return Flow::Perform(action),
                Some(Choice::Category(category)) => {
                    state.draft.choice.category = Some(category);
                    state.draft.choice.model = None;
                }
                // Nothing matches: what was typed was meant as a prompt.
                None => self.give_back(state),
            },
            // A path is typed behind the command.
            Input::Text(_) if attach_path(self.0.filter(), input).is_some() => {
                let path = attach_path(self.0.filter(), input).unwrap_or_default();
                return Flow::Gone(attach::typed(state, &path));
            }
            // The filter may have been a path.
            Input::Action(Action::Close) => self.give_back(state),
            _ => return pick(&mut self.0, input),
        }
        Flow::Gone(Vec::new())
    }

    fn draw(&self, _: &State, styles: &Styles, _: Duration, buf: &mut Buffer) -> Option<Position> {
        let none = "no such command; Enter puts it into the input";
        self.0.draw(Look { title: "Commands", none, prose: false }, styles, buf)
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "do it"), (Action::Close, "close")]
    }
}

/// The path in `/attach PATH`, once the space is typed.
fn attach_path(filter: &str, input: Input) -> Option<String> {
    let Input::Text(text) = input else { return None };
    Some(format!("{filter}{text}").strip_prefix("attach ")?.to_owned())
}

impl Commands {
    /// Puts the filter into the input, behind its slash.
    fn give_back(&self, state: &mut State) {
        if state.composer.is_empty() && !self.0.filter().is_empty() {
            state.composer.insert(&format!("/{}", self.0.filter()));
        }
    }
}

/// Opens the list.
pub(crate) fn open(state: &mut State, _: Now) -> Vec<Effect> {
    let commands = Commands(Picker::new(items(state)));
    show(state, commands);
    Vec::new()
}

fn items(state: &State) -> Vec<Item<Choice>> {
    let keymap = &state.start.keymap;
    let key = |action: Action| keymap.key_from_input(action).map(ToString::to_string).unwrap_or_default();
    let categories = state.start.config.registry.categories().iter().map(|category| Item {
        label: format!("category {}", category.id),
        detail: format!("{} answers the next prompt", category.model),
        choice: Choice::Category(category.id.clone()),
    });
    // The categories are in the list by name; by number they would be there twice.
    let actions = Action::all().iter().copied().filter(|action| action.is_command() && action.category().is_none());
    let actions = actions.map(|action| Item {
        label: action.name().into_owned(),
        detail: [action.help(), &key(action)]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        choice: Choice::Command(action),
    });
    actions.chain(categories).collect()
}
