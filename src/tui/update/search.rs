//! Looking for text in the conversation in sight.

use crate::tui::action::Action;
use crate::tui::event::Now;
use crate::tui::state::{Focus, Search, State};
use crate::tui::widgets::line_edit::LineEdit;

/// Begins a search, or writes on at the one there is.
pub(super) fn open(state: &mut State, now: Now) {
    if state.conversation.is_empty() {
        state.tell("Nothing to search yet", now);
        return;
    }
    state.panel = None;
    state.notice = None;
    match &mut state.marks.search {
        Some(search) => (search.typing, search.from) = (true, state.transcript.reading()),
        None => state.marks.search = Some(Search::begin(state.transcript.reading())),
    }
}

/// Types into the query.
pub(super) fn type_text(state: &mut State, text: &str) {
    let Some(search) = &state.marks.search else { return };
    let mut query = search.query().clone();
    query.insert(text);
    look_for(state, query);
}

/// Edits the query; deleting to the left in an empty one closes the search. `false`: the action is no editing.
pub(super) fn edit(state: &mut State, action: Action) -> bool {
    let Some(search) = &state.marks.search else { return false };
    let mut query = search.query().clone();
    match query.edit(action) {
        Some(true) => look_for(state, query),
        Some(false) if action == Action::DeleteLeft && query.is_empty() => close(state),
        Some(false) => _ = state.marks.search.as_mut().map(|search| search.move_caret(query)),
        None => return false,
    }
    true
}

fn look_for(state: &mut State, query: LineEdit) {
    let Some(search) = &mut state.marks.search else { return };
    search.look_for(query);
    state.refresh_search();
    let (transcript, turns) = (&state.transcript, state.conversation.turns());
    if let Some(search) = &mut state.marks.search {
        let following = search.from.is_none();
        search.settle_near(following, |hit| transcript.position(hit.reading(), turns));
    }
    show(state);
}

/// Goes to the next hit, or to the one before.
pub(super) fn step(state: &mut State, forward: bool) {
    state.prepare();
    let (transcript, turns) = (&state.transcript, state.conversation.turns());
    if let Some(search) = &mut state.marks.search {
        search.step(forward, |hit| transcript.position(hit.reading(), turns));
    }
    show(state);
}

/// Brings the hit that one is at in sight.
fn show(state: &mut State) {
    if let Some(hit) = state.marks.search.as_ref().and_then(Search::hit) {
        state.transcript.bring_in_sight(hit.reading(), state.conversation.turns());
        // Keys mean the turn with the hit.
        state.transcript.step_to(hit.turn);
        // An answer that comes must not carry it away.
        state.transcript.hold(state.conversation.turns());
    }
}

/// The query is written: from here on keys step through the hits.
pub(super) fn accept(state: &mut State) {
    let Some(search) = &mut state.marks.search else { return };
    if search.hit().is_none() {
        return close(state);
    }
    search.typing = false;
    state.window.focus = Focus::Transcript;
}

/// Ends the search; where it was given up while it was written, one is back where one was.
pub(super) fn close(state: &mut State) {
    if let Some(search) = state.marks.search.take()
        && search.typing
    {
        state.transcript.read_at(search.from);
    }
}
