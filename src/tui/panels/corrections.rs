//! The categories that a decision should have been.

use super::{Flow, Hint, Input, Opening, Panel, pick, show};
use crate::chat::{Turn, TurnId};
use crate::config::{Category, CategoryId};
use crate::format::columns;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::theme::Styles;
use crate::tui::update::corrections;
use crate::tui::widgets::picker::{Item, Look, Picker};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct Corrections {
    turn: TurnId,
    categories: Picker<CategoryId>,
}

impl Panel for Corrections {
    const OPENING: Option<Opening> = Some(Opening {
        action: "correct-decision",
        title: "Correct the route",
        words: "wrong category teach fix decision lesson",
        help: "correct the route",
        after: "open-model-picker",
        toggles: false,
        open,
    });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        let Input::Action(Action::Accept | Action::AcceptAndPin) = input else {
            return pick(&mut self.categories, input);
        };
        let Some(category) = self.categories.choice().cloned() else { return Flow::Gone(Vec::new()) };
        Flow::Gone(corrections::correct(state, self.turn, category, now))
    }

    fn draw(&self, _: &State, styles: &Styles, _: Duration, buf: &mut Buffer) -> Option<Position> {
        let look = Look { title: "It should have been", none: "no such category", prose: true };
        self.categories.draw(look, styles, buf)
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "learn it"), (Action::Close, "close")]
    }
}

fn open(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(turn) = state.decision_at_hand().map(Turn::id) else {
        state.tell("Nothing routed yet", now);
        return Vec::new();
    };
    let categories = state.start.config.registry.categories();
    let width = columns::widest(categories.iter().map(|category| category.id.as_str()));
    let item = |(index, category): (usize, &Category)| Item {
        label: format!("{} {}", index + 1, columns::left(category.id.as_str(), width)),
        detail: category.description.clone(),
        choice: category.id.clone(),
    };
    let items = categories.iter().enumerate().map(item).collect();
    show(state, Corrections { turn, categories: Picker::new(items) });
    Vec::new()
}
