//! What a key means here: what a notice offers, a letter behind the leader key, an action by the keymap, else a
//! character to type.

use super::actions;
use crate::text::sanitize::sanitize;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::{Chord, Context};
use crate::tui::panels::{self, OpenPanel, PanelKind, commands};
use crate::tui::state::{Focus, Notice, State};

pub(super) fn key(state: &mut State, chord: Chord, now: Now) -> Vec<Effect> {
    state.marks.selection = None;
    if std::mem::take(&mut state.leader) {
        return behind_leader(state, chord, now);
    }
    if let Some(action) = offered(state, chord) {
        state.notice = None;
        return act(state, Some(action), chord, now);
    }
    let context = state.context();
    let action = state.start.keymap.action(context, &chord);
    // Without a search, these are letters.
    let steps = matches!(action, Some(Action::NextHit | Action::PreviousHit));
    let searching = state.marks.search.is_some();
    // With a draft, a letter in the conversation is text: it would run a command in the middle of a word.
    let writes = context == Context::Transcript && chord.typed().is_some() && !state.composer.is_empty();
    let action = action.filter(|_| if steps { searching } else { !writes });
    let (before, told) = (place(state), state.notice.clone());
    let effects = act(state, action, chord, now);
    let after = place(state);
    let did = action.is_some() || chord.typed().is_some();
    dismiss(state, told.as_ref(), (before, after), did, now);
    effects
}

/// Does what a key stands for, or types it.
fn act(state: &mut State, action: Option<Action>, chord: Chord, now: Now) -> Vec<Effect> {
    if action != Some(Action::Leave) {
        state.leave_armed = None;
    }
    let before = state.notice.clone();
    let effects = match (action, chord.typed()) {
        (Some(action), _) => actions::perform(state, action, now),
        (None, Some(c)) => type_character(state, c, now),
        (None, None) => Vec::new(),
    };
    if action != Some(Action::DeleteToLineStart) {
        state.draft.line_cut = None;
    }
    if state.notice != before
        && let Some(notice) = &mut state.notice
    {
        notice.answer_a_key();
    }
    effects
}

/// The key behind the leader key: what it is bound to there; any other one only ends the wait.
fn behind_leader(state: &mut State, chord: Chord, now: Now) -> Vec<Effect> {
    match state.start.keymap.action_behind_leader(&chord) {
        Some(action) => act(state, Some(action), chord, now),
        None => Vec::new(),
    }
}

/// The action that the notice offers, if this is its key.
fn offered(state: &State, chord: Chord) -> Option<Action> {
    let action = state.notice.as_ref()?.offers?;
    let keymap = &state.start.keymap;
    let is_key = keymap.key_of_offer(action).is_some_and(|key| keymap.stands_for(state.context(), &chord, key));
    is_key.then_some(action)
}

/// What the user is at: the pane, what lies in front.
type Place = (Focus, Option<PanelKind>);

fn place(state: &State) -> Place {
    (state.window.focus, state.panel.as_ref().map(OpenPanel::kind))
}

/// Ends a notice when the user goes on to something else. Closing a panel is no such thing: what was done in it can
/// still be taken back.
fn dismiss(state: &mut State, told: Option<&Notice>, (before, after): (Place, Place), did: bool, now: Now) {
    let Some(notice) = told.filter(|_| state.notice.as_ref() == told) else { return };
    let closed = before.1.is_some() && after.1.is_none();
    let elsewhere = before != after;
    if !closed && (elsewhere || did && notice.is_read(now.since_start)) {
        state.notice = None;
    }
}

/// A character goes into the list's filter, or into the input, wherever the focus was: typing always means writing.
fn type_character(state: &mut State, c: char, now: Now) -> Vec<Effect> {
    // A terminal that does not bracket what is pasted sends it as keys.
    let text = sanitize(c.encode_utf8(&mut [0; 4]));
    if text.is_empty() {
        return Vec::new();
    }
    if state.context() == Context::Search {
        super::search::type_text(state, &text);
        return Vec::new();
    }
    if state.panel.is_some() {
        return panels::type_text(state, &text, now);
    }
    // A slash at the very beginning opens the commands, as in many chat programs.
    if c == '/' && state.composer.is_empty() {
        return commands::open_by_slash(state);
    }
    state.window.focus = Focus::Composer;
    state.composer.insert(&text);
    Vec::new()
}
