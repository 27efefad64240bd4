//! Branches: editing an earlier prompt, asking one again, and going from one branch to the other. Nothing is replaced.

use super::turns::{self, Sending};
use crate::chat::{Editing, Origin, Turn, TurnId};
use crate::engine::Command;
use crate::provider::offline;
use crate::router::RouteOverride;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::panels::{About, OpenPanel};
use crate::tui::state::{Focus, State};

/// Puts the prompt at hand in the input; what is sent then begins a new branch beside it.
pub(super) fn edit(state: &mut State, now: Now) {
    let written = state.turn_at_hand().filter(|turn| !turn.is_continuation());
    let Some((turn, prompt)) = written.map(|turn| (turn.id(), turn.ask.prompt.clone())) else {
        return state.tell("No prompt here to edit", now);
    };
    let (behind, attachments) = match state.draft.editing.take() {
        Some(editing) => (editing.behind, editing.attachments),
        None => (state.composer.draft().to_string(), state.draft.attached.take()),
    };
    state.draft.editing = Some(Editing { turn, behind, attachments });
    state.composer.change_to(&prompt.text);
    state.draft.attached.set(prompt.attachments.to_vec());
    state.window.focus = Focus::Composer;
}

/// Leaves the edited prompt as it was; what was in the input before comes back.
pub(super) fn leave_edit(state: &mut State) {
    if let Some(Editing { behind, attachments, .. }) = state.draft.editing.take() {
        state.composer.change_to(&behind);
        state.draft.attached.set(attachments);
    }
}

/// Shows the branch so many steps on from the one at hand, from the turn on that branches. At the ends it stays.
pub(super) fn flip(state: &mut State, steps: isize, now: Now) {
    let Some(turn) = branching(state) else {
        return state.tell("No other branches here · an edited prompt makes one", now);
    };
    flip_at(state, turn, steps, now);
}

/// Shows the branch so many steps on from `turn`.
pub(super) fn flip_at(state: &mut State, turn: TurnId, steps: isize, now: Now) {
    let siblings = state.conversation.siblings(turn);
    // A click may be about a turn of a chat that has been left meanwhile.
    let Some(at) = siblings.iter().position(|sibling| *sibling == turn) else { return };
    let to = at.saturating_add_signed(steps).min(siblings.len().saturating_sub(1));
    state.tell(format!("Branch {} of {}", to + 1, siblings.len()), now);
    if to == at {
        return;
    }
    let target = siblings[to];
    state.conversation.show(target);
    state.transcript.update(0, state.conversation.asked());
    state.transcript.show_turn(target, state.conversation.turns());
    state.cursor.select(None);
    state.draft.preview.expire();
}

/// The turn with branches that keys are about: the one at hand, else the nearest before it.
fn branching(state: &State) -> Option<TurnId> {
    state.conversation.branching_before(state.transcript.turn_at_hand()?)
}

/// What a model is told that has not finished.
const GO_ON: &str = "Go on exactly where you stopped.";

/// Has the answer at hand continued by the model that gave it, as a turn of its own: what comes now is never joined to
/// what came before.
pub(super) fn continue_answer(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(turn) = at_hand(state).filter(|turn| turn.can_go_on()) else {
        let is_complete = at_hand(state).is_some_and(|turn| turn.is_over() && !turn.answer().trim().is_empty());
        let why = if is_complete { "This answer is complete" } else { "No answer here that could go on" };
        state.tell(why, now);
        return Vec::new();
    };
    // The guide is no model that could be asked.
    let by_guide = turn.decision.as_ref().is_some_and(|decision| decision.provider() == offline::NAME);
    let model = turn.model().filter(|_| !by_guide).cloned();
    let (id, route) = (turn.id(), RouteOverride { category: turn.category().cloned(), model });
    state.panel = None;
    let sending = Sending { prompt: GO_ON.into(), parent: Some(id), route, origin: Origin::Continued };
    turns::submit(state, sending, now)
}

/// The turn that is looked into, selected in the history, or at hand in the conversation.
pub(in crate::tui) fn at_hand(state: &State) -> Option<&Turn> {
    let looked_into = match state.panel.as_ref().map(OpenPanel::about) {
        Some(About::Prompt(turn) | About::Decision(turn)) => Some(turn),
        _ => state.cursor.selected().filter(|_| state.window.focus == Focus::Decisions),
    };
    match looked_into {
        Some(turn) => state.conversation.turn(turn),
        None => state.turn_at_hand(),
    }
}

/// Sends the prompts that an earlier run left in its queue, in their places. Gives back nothing where there are none.
pub(super) fn ask_waiting(state: &mut State, now: Now) -> Option<Vec<Effect>> {
    let waiting = state.conversation.waiting();
    for turn in &waiting {
        state.conversation.ask_anew(*turn);
    }
    state.stage_since = now.since_start;
    state.transcript.update(0, state.conversation.asked());
    state.transcript.follow();
    let ask = |turn| Effect::Engine(Command::AskAnew(turn));
    (!waiting.is_empty()).then(|| waiting.into_iter().map(ask).collect())
}

/// Asks the prompt of a turn again, beside its first answer; in its place, when it was never answered.
pub(in crate::tui) fn ask_again(state: &mut State, turn: TurnId, route: RouteOverride, now: Now) -> Vec<Effect> {
    let Some(known) = state.conversation.turn(turn) else { return Vec::new() };
    if !known.is_over() && known.answer().is_empty() && route != *known.route() {
        // No model has answered yet: this one does, and not one after the other.
        return vec![Effect::Engine(Command::Redirect { turn, route })];
    }
    let (prompt, parent) = (known.ask.prompt.clone(), known.parent());
    // What follows up on it was asked without it: then it cannot be answered in its place any more.
    let last = state.conversation.all().iter().all(|other| other.parent() != Some(turn));
    if route == *known.route() && known.can_be_asked_anew() && last {
        state.conversation.ask_anew(turn);
        state.conversation.show(turn);
        state.stage_since = now.since_start;
        state.transcript.update(0, state.conversation.asked());
        state.transcript.follow();
        return vec![Effect::Engine(Command::AskAnew(turn))];
    }
    let origin = if known.is_continuation() { Origin::Continued } else { Origin::AskedAgain };
    turns::submit(state, Sending { prompt, parent, route, origin }, now)
}
