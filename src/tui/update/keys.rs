//! What a key means here: an action by the keymap, else a character to type.

use super::{actions, lists};
use crate::text::sanitize::sanitize;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::{Chord, Context};
use crate::tui::state::{Focus, Overlay, State};
use std::mem::{Discriminant, discriminant};

pub(super) fn key(state: &mut State, chord: Chord, now: Now) -> Vec<Effect> {
    let context = state.context();
    let action = state.start.keymap.action(context, &chord);
    // Without a search, these are letters.
    let steps = matches!(action, Some(Action::NextHit | Action::PreviousHit));
    let action = action.filter(|_| state.search.is_some() || !steps);
    state.selection = None;
    if action != Some(Action::Leave) {
        state.leave_armed = None;
    }
    let (before, told) = (place(state), state.notice.clone());
    let effects = match (action, chord.typed()) {
        (Some(action), _) => actions::perform(state, action, now),
        (None, Some(c)) => type_character(state, c),
        (None, None) => Vec::new(),
    };
    // A notice is about what the user was doing: who goes on to something else has read it.
    let after = place(state);
    let closed = before.1.is_some() && after.1.is_none();
    if state.notice == told && before != after && !closed {
        state.notice = None;
    }
    effects
}

/// What the user is at: the pane, what lies in front, how much is written.
fn place(state: &State) -> (Focus, Option<Discriminant<Overlay>>, usize) {
    (state.focus, state.overlay.as_ref().map(discriminant), state.composer.text().len())
}

/// A character goes into the list's filter, or into the input, wherever the focus was: typing always means writing.
fn type_character(state: &mut State, c: char) -> Vec<Effect> {
    // A terminal that does not bracket what is pasted sends it as keys.
    let text = sanitize(c.encode_utf8(&mut [0; 4]));
    if text.is_empty() {
        return Vec::new();
    }
    if state.context() == Context::Search {
        super::search::type_text(state, &text);
        return Vec::new();
    }
    match &mut state.overlay {
        Some(_) => return super::type_in_front(state, &text),
        // A slash at the very beginning opens the commands, as in many chat programs.
        None if c == '/' && state.composer.is_empty() => lists::open_commands(state),
        None => {
            state.focus = Focus::Composer;
            state.composer.insert(&text);
        }
    }
    Vec::new()
}
