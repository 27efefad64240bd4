//! The models: one for the next prompt, or for the whole chat.

use super::{Flow, Hint, Input, OpenPanel, Opening, Panel, PanelKind, pick, show};
use crate::config::{Config, ModelId};
use crate::engine::Command;
use crate::router::RouteOverride;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::theme::Styles;
use crate::tui::widgets::picker::{Item, Look, Picker};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use std::sync::Arc;
use std::time::Duration;

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
        match self.0.choice().cloned() {
            Some(model) if action == Action::AcceptAndPin => {
                let when = state.start.stand_in.as_ref();
                let when = when.map_or_else(
                    || "from now on".to_owned(),
                    |stand_in| format!("once a provider is connected; until then the {stand_in} does"),
                );
                state.tell(format!("{model} answers this chat {when}"), now);
                state.draft.choice = RouteOverride::default();
                state.draft.pinned = Some(model);
            }
            Some(model) => state.draft.choice.model = Some(model),
            None => {}
        }
        Flow::Gone(Vec::new())
    }

    fn draw(&self, _: &State, styles: &Styles, _: Duration, buf: &mut Buffer) -> Option<Position> {
        self.0.draw(Look { title: "Models", ..LOOK }, styles, buf)
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "next prompt"), (Action::AcceptAndPin, "whole chat"), (Action::Close, "close")]
    }
}

/// The look of every list of models.
pub(super) const LOOK: Look = Look { title: "", none: "no such command; Enter puts it into the input", prose: false };

fn open(state: &mut State, _: Now) -> Vec<Effect> {
    let models = Models(Picker::with_unlisted(items(state), |name| name.into()));
    show(state, models);
    vec![Effect::Engine(Command::ListModels)]
}

/// More is known of the models: the open list shows it, too.
pub(crate) fn configured(state: &mut State, config: Arc<Config>) {
    state.start.config = config;
    state.draft.preview.expire();
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

/// Shows why a provider could not list its models, while the picker is open.
pub(crate) fn unlisted(state: &mut State, why: &str, now: Now) {
    use PanelKind::{Code, Commands, Corrections, Elsewhere, Models};
    let kind = state.panel.as_ref().map(OpenPanel::kind);
    if matches!(kind, Some(Models | Elsewhere | Commands | Corrections | Code)) {
        state.tell(format!("not every model may be listed: {why}"), now);
    }
}

fn items(state: &State) -> Vec<Item<ModelId>> {
    state.start.config.registry.models().into_iter().map(|model| item(state, model)).collect()
}

/// The line of a model.
pub(super) fn item(state: &State, model: ModelId) -> Item<ModelId> {
    Item { label: model.to_string(), detail: describe(state, &model), choice: model }
}

/// The facts about a model: its categories, its context window, images, its provider.
fn describe(state: &State, model: &ModelId) -> String {
    let config = &state.start.config;
    let registry = &config.registry;
    let mut facts: Vec<String> = Vec::new();
    let answers = registry.categories().iter().filter(|category| category.model == *model);
    facts.extend(answers.map(|category| category.id.to_string()));
    if let Some(info) = registry.model(model) {
        facts.extend(info.context_window.map(|window| format!("{}k", *window / 1024)));
        facts.extend(info.sees().then(|| "sees images".to_owned()));
    }
    // The offline guide answers under every name.
    let provider = if state.start.can_judge { config.address(model).provider } else { &state.start.provider };
    facts.push(provider.to_owned());
    facts.join(" · ")
}
