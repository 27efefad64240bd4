//! Keeping the place: what is written, read and chosen here is told to the engine soon after it changes, so that
//! nothing of it is lost.

use crate::chat::Place;
use crate::engine::{ChatChange, Command};
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::state::State;
use std::time::Duration;

/// How long a change may wait for others to come along.
const PACE: Duration = Duration::from_millis(200);

/// What is to be kept now, if anything. Sets the clock for what is to be kept soon.
pub(super) fn note(state: &mut State, now: Now) -> Option<Effect> {
    if state.is_at(&state.saved_view.place) {
        state.saved_view.due = None;
        return None;
    }
    let due = *state.saved_view.due.get_or_insert(now.since_start + PACE);
    (due <= now.since_start).then(|| keep(state, now))
}

/// Keeps the place at once, before it is left.
pub(super) fn leave(state: &mut State, now: Now) -> Option<Effect> {
    (!state.is_at(&state.saved_view.place)).then(|| keep(state, now))
}

fn keep(state: &mut State, now: Now) -> Effect {
    state.saved_view.due = None;
    state.saved_view.place = state.place();
    let change = ChatChange::SaveView(Box::new(state.saved_view.place.clone()), now.wall);
    Effect::Engine(Command::Change(state.conversation.id(), change))
}

/// Goes to `place` of the conversation that is in sight now, which is where it was kept.
pub(super) fn take(state: &mut State, place: Place) {
    state.composer.change_to(&place.draft);
    state.draft.attached.set(place.attachments);
    state.draft.editing = place.editing.filter(|editing| state.conversation.turn(editing.turn).is_some());
    state.draft.choice = place.next;
    state.draft.pinned = place.pinned;
    if let Some(leaf) = place.leaf {
        state.conversation.show(leaf);
    }
    state.transcript.clear();
    state.marks.search = None;
    state.marks.selection = None;
    state.transcript.update(0, state.conversation.asked());
    state.transcript.read_at(place.reading);
    state.saved_view.place = state.place();
    state.saved_view.due = None;
}
