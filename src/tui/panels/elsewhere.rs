//! The models that a prompt can be asked again: the runner-up first, the one that answered last.

use super::models::{ask, draw, item};
use super::{Flow, Head, Hint, Input, Opening, Panel, pick, show};
use crate::chat::{Turn, TurnId};
use crate::config::ModelId;
use crate::provider::offline;
use crate::router::RouteOverride;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::update::branches;
use crate::tui::widgets::picker::{Item, Picker};
use ratatui::layout::{Position, Rect};

#[derive(Debug)]
pub(crate) struct Elsewhere {
    turn: TurnId,
    models: Picker<ModelId>,
}

impl Panel for Elsewhere {
    const OPENING: Option<Opening> = Some(Opening {
        action: "ask-elsewhere",
        title: "Retry with another model",
        words: "regenerate compare again different switch",
        help: "retry with another model",
        after: "run-over-code",
        toggles: false,
        open,
    });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        let Input::Action(Action::Accept | Action::AcceptAndPin) = input else {
            return pick(&mut self.models, input);
        };
        let Some(model) = self.models.choice().cloned() else { return Flow::Gone(Vec::new()) };
        // The model changes, not the kind of prompt.
        let category = state.conversation.turn(self.turn).and_then(|turn| turn.category().cloned());
        let route = RouteOverride { category, model: Some(model) };
        Flow::Gone(branches::ask_again(state, self.turn, route, now))
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Ask again")
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        self.models.rows()
    }

    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(draw(&self.models, state, area, canvas))
    }

    fn select(&mut self, line: usize) -> bool {
        self.models.select(line);
        true
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "ask"), (Action::Close, "close")]
    }
}

impl Elsewhere {
    /// More is known of the models.
    pub(super) fn refresh(&mut self, state: &State) {
        self.models.set_items(items(state, self.turn));
    }
}

fn open(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(turn) = branches::at_hand(state).map(Turn::id) else {
        state.tell("nothing was asked yet", now);
        return Vec::new();
    };
    let models = Picker::new(items(state, turn));
    show(state, Elsewhere { turn, models });
    ask(now)
}

fn items(state: &State, turn: TurnId) -> Vec<Item<ModelId>> {
    let known = state.conversation.turn(turn);
    let decision = known.and_then(|turn| turn.decision.as_ref());
    let next = decision.into_iter().flat_map(|decision| &decision.candidates);
    // The guide is no model that could be chosen.
    let next = next.filter(|next| *next.provider != *offline::NAME).map(|next| next.model.clone());
    // After the fallbacks, who answers what was second most probable.
    let registry = &state.start.config.registry;
    let mut others: Vec<_> = decision.map(|decision| decision.probabilities.clone()).unwrap_or_default();
    others.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let second = others.iter().filter_map(|(id, _)| Some(registry.category(id)?.model.clone()));
    let mut order: Vec<ModelId> = Vec::new();
    for model in next.chain(second).chain(registry.models()) {
        if !order.contains(&model) {
            order.push(model);
        }
    }
    let answered = known.and_then(Turn::model);
    let (last, first): (Vec<_>, Vec<_>) = order.into_iter().partition(|model| Some(model) == answered);
    first.into_iter().chain(last).map(item).collect()
}
