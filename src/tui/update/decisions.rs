//! The routing history over all chats: its list, and the way from there to a turn.

use super::chats;
use crate::engine::Command;
use crate::store::DecisionRow;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::state::{Overlay, State};

/// Opens the list; the same key closes it.
pub(super) fn list(state: &mut State) -> Vec<Effect> {
    if matches!(state.overlay, Some(Overlay::Decisions(_))) {
        state.overlay = None;
        return Vec::new();
    }
    state.overlay = Some(Overlay::Decisions(Box::default()));
    ask(state)
}

/// Asks for what the list is about now.
pub(super) fn ask(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Decisions(list)) = &mut state.overlay else { return Vec::new() };
    let (serial, filter) = list.question();
    vec![Effect::Engine(Command::ListDecisions { serial, filter })]
}

/// The decisions came.
pub(super) fn found(state: &mut State, serial: u64, rows: Vec<DecisionRow>) {
    if let Some(Overlay::Decisions(list)) = &mut state.overlay {
        list.found(serial, rows);
    }
}

/// Takes a character of the filter back.
pub(super) fn erase(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Decisions(list)) = &mut state.overlay else { return Vec::new() };
    if list.erase() { ask(state) } else { Vec::new() }
}

/// Goes to the turn of the selected decision, and to why it went where it went.
pub(super) fn accept(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(Overlay::Decisions(list)) = state.overlay.take_if(|overlay| matches!(overlay, Overlay::Decisions(_)))
    else {
        return Vec::new();
    };
    let place = list.row().map(|row| row.chat.zip(row.turn));
    match place {
        Some(Some((chat, turn))) => chats::see_why(state, chat, turn, list, now),
        Some(None) => {
            state.overlay = Some(Overlay::Decisions(list));
            state.tell("this was decided before chats were kept: there is no more to see", now);
            Vec::new()
        }
        None => {
            state.overlay = Some(Overlay::Decisions(list));
            Vec::new()
        }
    }
}

/// Goes back to the list, where the page in front was opened from it.
pub(super) fn go_back(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Why { list: Some(list), .. }) = state.overlay.take() else { return Vec::new() };
    state.overlay = Some(Overlay::Decisions(list));
    // A correction shows in the list, too.
    ask(state)
}
