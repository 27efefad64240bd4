//! The models: one for the next prompt, or for the whole chat.

mod draw;
mod facts;

pub(super) use draw::draw;

use super::{Flow, Head, Hint, Input, OpenPanel, Opening, Panel, PanelKind, pick, show};
use crate::config::{Config, ModelId};
use crate::engine::{Command, StoreQuery};
use crate::router::RouteOverride;
use crate::store::ModelUse;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::widgets::picker::{Item, Picker};
use jiff::SignedDuration;
use ratatui::layout::{Position, Rect};
use std::sync::Arc;

/// How far back it counts how a model did.
const USE_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Debug)]
pub(crate) struct Models(Picker<ModelId>);

impl Panel for Models {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-model-picker",
        title: "Choose a model",
        words: "switch provider change llm",
        help: "choose a model",
        after: "choose-automatically",
        toggles: false,
        open,
    });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        let Input::Action(action @ (Action::Accept | Action::AcceptAndPin)) = input else {
            return pick(&mut self.0, input);
        };
        let choice = self.0.choice().cloned();
        if let Some(model) = &choice
            && !state.start.config.registry.models().contains(model)
        {
            state.models.note_typed(model.clone());
        }
        match choice {
            Some(model) if action == Action::AcceptAndPin => {
                state.tell(pinned(state, &model), now);
                state.draft.choice = RouteOverride::default();
                state.draft.pinned = Some(model);
            }
            Some(model) => state.draft.choice.model = Some(model),
            None => {}
        }
        Flow::Gone(Vec::new())
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Models").with(self.0.len().to_string())
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        self.0.rows()
    }

    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(draw(&self.0, state, area, canvas))
    }

    fn select(&mut self, line: usize) -> bool {
        self.0.select(line);
        true
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "next prompt"), (Action::AcceptAndPin, "whole chat"), (Action::Close, "close")]
    }
}

/// What is said when a model was pinned: the key that takes it back, and that nothing changes without a provider.
fn pinned(state: &State, model: &ModelId) -> String {
    let key = state.start.keymap.key(Action::ChooseAutomatically);
    let unpins = key.map(|key| format!(" · {key} unpins")).unwrap_or_default();
    let until = state.start.stand_in.as_ref();
    let until = until.map(|stand_in| format!(" · until a provider is connected, the {stand_in} answers"));
    format!("Pinned {model} to this chat{unpins}{}", until.unwrap_or_default())
}

fn open(state: &mut State, now: Now) -> Vec<Effect> {
    let models = Models(Picker::with_unlisted(items(state), |name| name.into()));
    show(state, models);
    ask(now)
}

/// Asks which models there are, and how they did.
pub(super) fn ask(now: Now) -> Vec<Effect> {
    let since = now.wall.checked_sub(USE_WITHIN).unwrap_or_default();
    vec![Effect::Engine(Command::ListModels), Effect::Engine(Command::Query(StoreQuery::ModelUse(since)))]
}

/// More is known of the models: the open list shows it, too.
pub(crate) fn configured(state: &mut State, config: Arc<Config>) {
    state.start.config = config;
    state.draft.preview.expire();
    refresh(state);
}

/// Lists the models anew in the open list.
fn refresh(state: &mut State) {
    match state.panel.take() {
        Some(OpenPanel::Models(mut models)) => {
            models.0.set_items(items(state));
            state.panel = Some(OpenPanel::Models(models));
        }
        Some(OpenPanel::Elsewhere(mut panel)) => {
            panel.refresh(state);
            state.panel = Some(OpenPanel::Elsewhere(panel));
        }
        other => state.panel = other,
    }
}

/// More is known of how the models did: the open list shows it, too.
pub(crate) fn used(state: &mut State, uses: Vec<ModelUse>) {
    state.models.uses = uses;
    refresh(state);
}

/// Shows why a provider could not list its models, while the picker is open.
pub(crate) fn unlisted(state: &mut State, why: &str, now: Now) {
    use PanelKind::{Code, Commands, Corrections, Elsewhere, Models};
    let kind = state.panel.as_ref().map(OpenPanel::kind);
    if matches!(kind, Some(Models | Elsewhere | Commands | Corrections | Code)) {
        state.tell(format!("not every model may be listed: {why}"), now);
    }
}

fn items(state: &State) -> Vec<Item<ModelId>> {
    let mut models = state.start.config.registry.models();
    models.extend(state.models.typed.iter().filter(|typed| !models.contains(typed)).cloned().collect::<Vec<_>>());
    models.into_iter().map(item).collect()
}

/// The line of a model; its facts are looked up when it is painted.
pub(super) fn item(model: ModelId) -> Item<ModelId> {
    Item { label: model.to_string(), detail: String::new(), choice: model }
}
