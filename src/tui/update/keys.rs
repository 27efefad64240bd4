//! What a key means here: an action by the keymap, else a character to type.

use super::actions;
use crate::text::sanitize::sanitize;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::{Chord, Context};
use crate::tui::panels::{self, OpenPanel, PanelKind, commands};
use crate::tui::state::{Focus, State};

pub(super) fn key(state: &mut State, chord: Chord, now: Now) -> Vec<Effect> {
    let context = state.context();
    let action = state.start.keymap.action(context, &chord);
    // Without a search, these are letters.
    let steps = matches!(action, Some(Action::NextHit | Action::PreviousHit));
    let action = action.filter(|_| state.marks.search.is_some() || !steps);
    state.marks.selection = None;
    if action != Some(Action::Leave) {
        state.leave_armed = None;
    }
    let (before, told) = (place(state), state.notice.clone());
    let effects = match (action, chord.typed()) {
        (Some(action), _) => actions::perform(state, action, now),
        (None, Some(c)) => type_character(state, c, now),
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
fn place(state: &State) -> (Focus, Option<PanelKind>, usize) {
    (state.window.focus, state.panel.as_ref().map(OpenPanel::kind), state.composer.text().len())
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
        return commands::open(state, now);
    }
    state.window.focus = Focus::Composer;
    state.composer.insert(&text);
    Vec::new()
}
