//! What follows from an event: the state changes, and effects say what the world must do. Pure.
//!
//! One family of events a file: `keys` (what a key means here), `actions` (what the user asked for), `lists` (pickers),
//! `chats` and `decisions` (the lists over everything that was kept), `branches` (of a chat), `pages` (why, lessons,
//! report), `corrections` (of decisions), `copying` (what leaves the screen), `search` (in the conversation), `mouse`,
//! `preview` (of the prompt), `place` (keeping where one is), `turns` (what the engine reports).

mod actions;
mod branches;
mod chats;
mod copying;
mod corrections;
mod decisions;
mod keys;
mod lists;
mod mouse;
mod pages;
mod place;
mod preview;
mod search;
mod turns;

use super::effect::Effect;
use super::event::{Event, Now};
use super::keys::Context;
use super::state::{Focus, Overlay, State};
use crate::text::sanitize::sanitize;

/// Changes `state` by `event` and says what the world must do.
pub fn update(state: &mut State, event: Event, now: Now) -> Vec<Effect> {
    // Text is laid out once a frame, however much of it comes.
    let flows = event.flows();
    let mut effects = match event {
        Event::Key(chord) => keys::key(state, chord, now),
        Event::Pasted(text) => paste(state, &sanitize(&text)),
        Event::Wheeled(rows) => {
            // A list moves by its lines, everything else by the wheel's rows.
            let rows = if moves_by_lines(state) { rows.signum() } else { rows };
            actions::scroll(state, rows as isize);
            Vec::new()
        }
        Event::Mouse(what) => mouse::mouse(state, what, now),
        Event::Resized { width, height } => {
            state.size = (width, height);
            Vec::new()
        }
        Event::Engine(event) => turns::engine(state, event, now),
        Event::Edited(Ok(text)) => {
            state.composer.set_text(sanitize(&text).trim_end());
            Vec::new()
        }
        Event::Edited(Err(why)) => {
            state.tell(why, now);
            Vec::new()
        }
        Event::Saved(saved) => {
            chats::saved(state, saved, now);
            Vec::new()
        }
        Event::Highlighted(result) => {
            state.colours.coloured(result);
            Vec::new()
        }
        Event::Copied { what, to } => {
            copying::copied(state, &what, to, now);
            Vec::new()
        }
        Event::Ran { run, ran } => {
            copying::ran(state, run, ran);
            Vec::new()
        }
        Event::Ticked => Vec::new(),
        Event::Terminated => vec![Effect::Quit],
    };
    effects.extend(copying::end_unseen(state, now));
    expire(state, now);
    state.arrange();
    if !flows {
        state.prepare();
    }
    effects.extend(preview::ask(state));
    if effects.contains(&Effect::Quit) {
        // Before everything else: what comes behind the end is not carried out.
        effects.splice(0..0, place::leave(state, now));
    } else {
        effects.extend(place::note(state, now));
    }
    effects
}

/// Whether what lies in front is a list with a selected line.
fn moves_by_lines(state: &State) -> bool {
    let lists = matches!(state.overlay, Some(Overlay::List(_) | Overlay::Lessons { .. }));
    lists || matches!(state.overlay, Some(Overlay::Chats(_) | Overlay::Decisions(_)))
}

/// Pasted text goes where typed text goes; it is never sent by itself.
fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if state.overlay.is_some() {
        return type_in_front(state, text);
    }
    if state.context() == Context::Search {
        search::type_text(state, text);
        return Vec::new();
    }
    state.notice = None;
    state.focus = Focus::Composer;
    state.composer.insert(text);
    Vec::new()
}

/// Text goes into the filter of what lies in front, if it has one.
fn type_in_front(state: &mut State, text: &str) -> Vec<Effect> {
    match &mut state.overlay {
        Some(Overlay::List(picker)) => picker.type_text(text),
        Some(Overlay::Chats(list)) => return chats::type_text(list, text),
        Some(Overlay::Decisions(list)) => {
            list.type_text(text);
            return decisions::ask(state);
        }
        Some(Overlay::Rename { title: line, .. }) => line.extend(text.chars().filter(|c| !c.is_control())),
        Some(Overlay::Command(order)) => order.command.extend(text.chars().filter(|c| !c.is_control())),
        _ => {}
    }
    Vec::new()
}

fn expire(state: &mut State, now: Now) {
    state.notice.take_if(|notice| notice.until <= now.since_start);
    state.leave_armed.take_if(|until| *until <= now.since_start);
}

#[cfg(test)]
mod tests;
