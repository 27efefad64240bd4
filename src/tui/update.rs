//! What follows from an event: the state changes, and effects say what the world must do. Pure.
//!
//! One family of events a file: `keys` (what a key means here), `actions` (what the user asked for), `lists` (pickers),
//! `pages` (why, lessons, report), `corrections` (of decisions), `preview` (of the prompt), `turns` (what the engine
//! reports).

mod actions;
mod corrections;
mod keys;
mod lists;
mod pages;
mod preview;
mod turns;

use super::effect::Effect;
use super::event::{Event, Now};
use super::state::{Focus, Overlay, State};
use crate::chat::sanitize::sanitize;

/// Changes `state` by `event` and says what the world must do.
pub fn update(state: &mut State, event: Event, now: Now) -> Vec<Effect> {
    let mut effects = match event {
        Event::Key(chord) => keys::key(state, chord, now),
        Event::Pasted(text) => {
            paste(state, &sanitize(&text));
            Vec::new()
        }
        Event::Wheeled(rows) => {
            // A list moves by its lines, everything else by the wheel's rows.
            let rows = if matches!(state.overlay, Some(Overlay::List(_) | Overlay::Lessons { .. })) {
                rows.signum()
            } else {
                rows
            };
            actions::scroll(state, rows as isize);
            Vec::new()
        }
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
        Event::Ticked => Vec::new(),
        Event::Terminated => vec![Effect::Quit],
    };
    expire(state, now);
    state.arrange();
    effects.extend(preview::ask(state));
    effects
}

/// Pasted text goes where typed text goes; it is never sent by itself.
fn paste(state: &mut State, text: &str) {
    match &mut state.overlay {
        Some(Overlay::List(picker)) => picker.type_text(text),
        Some(_) => {}
        None => {
            state.notice = None;
            state.focus = Focus::Composer;
            state.composer.insert(text);
        }
    }
}

fn expire(state: &mut State, now: Now) {
    state.notice.take_if(|notice| notice.until <= now.since_start);
    state.leave_armed.take_if(|until| *until <= now.since_start);
}

#[cfg(test)]
mod tests;
