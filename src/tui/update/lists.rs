//! The lists in front: models, commands, blocks of code, and what a decision should have been.

use super::{actions, branches, copying, corrections};
use crate::chat::TurnId;
use crate::config::{Category, Config, ModelId};
use crate::engine::Command;
use crate::format::columns;
use crate::router::RouteOverride;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::state::{Choice, Item, Kind, Overlay, Picker, State};
use std::sync::Arc;

pub(super) fn open_models(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::List(Picker::new(Kind::Models, model_items(state))));
    vec![Effect::Engine(Command::ListModels)]
}

pub(super) fn open_commands(state: &mut State) {
    state.overlay = Some(Overlay::List(Picker::new(Kind::Commands, command_items(state))));
}

/// Who is asked the prompt of a turn again: any model, the runner-up first, the one that answered last.
pub(super) fn open_elsewhere(state: &mut State, turn: TurnId) -> Vec<Effect> {
    state.overlay = Some(Overlay::List(Picker::new(Kind::Elsewhere(turn), elsewhere_items(state, turn))));
    vec![Effect::Engine(Command::ListModels)]
}

fn elsewhere_items(state: &State, turn: TurnId) -> Vec<Item> {
    let known = state.conversation.turn(turn);
    let decision = known.and_then(|turn| turn.decision.as_ref());
    let next = decision.into_iter().flat_map(|decision| decision.candidates.iter().map(|next| next.model.clone()));
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
    let answered = known.and_then(|turn| turn.model.as_ref());
    let (last, first): (Vec<_>, Vec<_>) = order.into_iter().partition(|model| Some(model) == answered);
    let item = |model: ModelId| Item {
        label: model.to_string(),
        detail: describe(state, &model),
        choice: Choice::Elsewhere(turn, model),
    };
    first.into_iter().chain(last).map(item).collect()
}

/// What the decision of a turn should have been: any category.
pub(super) fn open_corrections(state: &mut State, turn: TurnId) {
    let categories = state.start.config.registry.categories();
    let width = columns::widest(categories.iter().map(|category| category.id.as_str()));
    let item = |(index, category): (usize, &Category)| Item {
        label: format!("{} {}", index + 1, columns::left(category.id.as_str(), width)),
        detail: category.description.clone(),
        choice: Choice::Correction(turn, category.id.clone()),
    };
    let items = categories.iter().enumerate().map(item).collect();
    state.overlay = Some(Overlay::List(Picker::new(Kind::Corrections, items)));
}

/// More is known of the models: the open list shows it, too.
pub(super) fn configured(state: &mut State, config: Arc<Config>) {
    state.start.config = config;
    state.preview.expire();
    let Some(Overlay::List(picker)) = &state.overlay else { return };
    let items = match picker.kind() {
        Kind::Models => model_items(state),
        Kind::Elsewhere(turn) => elsewhere_items(state, turn),
        Kind::Commands | Kind::Corrections | Kind::Code => return,
    };
    if let Some(Overlay::List(picker)) = &mut state.overlay {
        picker.set_items(items);
    }
}

/// Takes the selected line.
pub(super) fn accept(state: &mut State, pin: bool, now: Now) -> Vec<Effect> {
    let Some(Overlay::List(picker)) = state.overlay.take() else {
        return Vec::new();
    };
    match picker.choice().cloned() {
        Some(Choice::Model(model)) if pin => {
            state.tell(format!("{model} answers this chat from now on"), now);
            state.next = RouteOverride::default();
            state.pinned = Some(model);
        }
        Some(Choice::Model(model)) => state.next.model = Some(model),
        Some(Choice::Category(category)) => {
            state.next.category = Some(category);
            state.next.model = None;
        }
        Some(Choice::Elsewhere(turn, model)) => {
            // It is the same kind of prompt, whoever answers.
            let category = state.conversation.turn(turn).and_then(|turn| turn.category().cloned());
            let route = RouteOverride { category, model: Some(model) };
            return branches::ask_again(state, turn, route, now);
        }
        Some(Choice::Correction(turn, category)) => return corrections::correct(state, turn, category, now),
        Some(Choice::Command(action)) => return actions::perform(state, action, now),
        Some(Choice::Code(block)) => return copying::copy(state, &block.code, "the code", now),
        // Nothing matches: what was typed was meant as a prompt.
        None => give_back(state, &picker),
    }
    Vec::new()
}

/// Closes what is in front. What was typed behind a slash goes to the input: it may have been a path.
pub(super) fn close(state: &mut State) {
    if let Some(Overlay::List(picker)) = state.overlay.take() {
        give_back(state, &picker);
    }
}

fn give_back(state: &mut State, picker: &Picker) {
    if picker.kind() == Kind::Commands && state.composer.is_empty() && !picker.filter().is_empty() {
        let text = format!("/{}", picker.filter());
        state.composer.insert(&text);
    }
}

fn model_items(state: &State) -> Vec<Item> {
    let item = |model: ModelId| Item {
        label: model.to_string(),
        detail: describe(state, &model),
        choice: Choice::Model(model),
    };
    state.start.config.registry.models().into_iter().map(item).collect()
}

/// What it usually answers, how much it holds, whether it sees, who has it.
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

fn command_items(state: &State) -> Vec<Item> {
    let keymap = &state.start.keymap;
    let key = |action: Action| keymap.key_from_input(action).map(ToString::to_string).unwrap_or_default();
    let categories = state.start.config.registry.categories().iter().map(|category| Item {
        label: format!("category {}", category.id),
        detail: format!("{} answers the next prompt", category.model),
        choice: Choice::Category(category.id.clone()),
    });
    // The categories are in the list by name; by number they would be there twice.
    let actions = Action::ALL.iter().filter(|action| action.is_command() && action.category().is_none());
    let actions = actions.map(|&action| Item {
        label: action.name().to_owned(),
        detail: [action.help(), &key(action)]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        choice: Choice::Command(action),
    });
    actions.chain(categories).collect()
}
