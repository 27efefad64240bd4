//! What follows from an event: the state changes, and effects say what the world must do. Pure.
//!
//! One family of events a file: `keys` (what a key means here), `actions` (what the user asked for), `chats` (opening
//! and leaving them), `chat_in_sight` (its title, archive, deletion), `branches` (of a chat), `corrections` (of decisions),
//! `copying` (what leaves the screen), `search` (in the conversation), `attaching` (files), `draft` (clearing it),
//! `attention` (of a user who looks elsewhere), `mouse`, `preview` (of the prompt), `place` (keeping where one is), `turns`
//! (what the engine reports). What lies in front comes first, see `panels`.

mod actions;
pub(super) mod attaching;
mod attention;
pub(super) mod branches;
mod chat_in_sight;
pub(super) mod chats;
pub(super) mod clicks;
pub(super) mod copying;
pub(super) mod corrections;
mod draft;
mod keys;
mod mouse;
mod place;
mod preview;
mod search;
mod turns;

use super::effect::Effect;
use super::event::{Event, Now};
use super::keys::Context;
use super::panels::{self, output};
use super::state::{Focus, State};
use crate::text::sanitize::sanitize;

/// Changes `state` by `event` and says what the world must do.
pub fn update(state: &mut State, event: Event, now: Now) -> Vec<Effect> {
    // Text is laid out once a frame, however much of it comes.
    let flows = event.flows();
    let ended = attention::ended(&event);
    let mut effects = happen(state, event, now);
    effects.extend(ended.and_then(|turn| attention::ring(state, turn, now)));
    effects.extend(output::end_unseen(state, now));
    expire(state, now);
    state.draft.preview.settle(now.since_start);
    state.arrange();
    panels::fit(state);
    if !flows {
        state.prepare();
        state.refresh_context();
    }
    effects.extend(attaching::follow(state));
    effects.extend(preview::ask(state, now));
    effects.extend(attention::title(state));
    // Before everything else: what comes behind the end, or behind a stop that becomes one, is not carried out.
    let leaves = effects.iter().any(|effect| matches!(effect, Effect::Quit | Effect::Suspend));
    let view = if leaves { place::leave(state, now) } else { place::note(state, now) };
    effects.splice(0..0, view);
    effects
}

fn happen(state: &mut State, event: Event, now: Now) -> Vec<Effect> {
    match event {
        Event::Key(chord) => keys::key(state, chord, now),
        Event::Pasted(text) => paste(state, &sanitize(&text), now),
        Event::Wheeled(rows) => wheel(state, rows as isize, now),
        Event::Mouse(what) => mouse::mouse(state, what, now),
        Event::Clicked(click) => clicks::click(state, click, now),
        Event::Resized { .. } | Event::Focused(_) | Event::Background(_) | Event::ShiftEnterReported => {
            window(state, &event);
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
            state.marks.colours.coloured(result);
            Vec::new()
        }
        Event::Pictured(result) => {
            state.marks.gallery.drawn(result);
            Vec::new()
        }
        Event::Copied { what, to } => {
            copying::copied(state, &what, to, now);
            Vec::new()
        }
        Event::FilesRead { serial, files } => attaching::read(state, serial, files, now),
        Event::Completed { typed, offers } => {
            attaching::completed(state, &typed, offers);
            Vec::new()
        }
        Event::NotOpened(why) => {
            state.tell(why, now);
            Vec::new()
        }
        Event::Ran { run, ran } => {
            output::ran(state, run, ran);
            Vec::new()
        }
        Event::Ticked => Vec::new(),
        Event::Terminated => vec![Effect::Quit],
        Event::StopRequested => vec![Effect::Suspend],
        Event::Continued => vec![Effect::Retake],
    }
}

/// Records what the terminal says of itself and its window.
fn window(state: &mut State, event: &Event) {
    match *event {
        Event::Resized { width, height } => state.window.size = (width, height),
        Event::Focused(focused) => state.window.focused = focused,
        Event::Background(colour) => state.start.appearance.found_background(colour),
        Event::ShiftEnterReported => state.window.shift_enter = true,
        _ => {}
    }
}

/// The wheel moves a list by its lines, everything else by its own rows.
fn wheel(state: &mut State, rows: isize, now: Now) -> Vec<Effect> {
    if state.panel.is_some() {
        return panels::scroll(state, rows, rows.signum(), now);
    }
    state.transcript.scroll_by(rows, state.conversation.turns());
    Vec::new()
}

/// Pasted text goes where typed text goes; it is never sent by itself.
fn paste(state: &mut State, text: &str, now: Now) -> Vec<Effect> {
    // What is pasted is no letter behind the leader key.
    state.leader = false;
    if state.panel.is_some() {
        return panels::type_text(state, text, now);
    }
    if state.context() == Context::Search {
        search::type_text(state, text);
        return Vec::new();
    }
    state.notice = None;
    // Nothing says any more that Ctrl+C would leave.
    state.leave_armed = None;
    state.window.focus = Focus::Composer;
    // Clearing the draft brings back what one deletion took, and nothing that came behind it.
    state.draft.line_cut = None;
    if let Some(effect) = attaching::attach_pasted(state, text) {
        return vec![effect];
    }
    state.composer.insert(text);
    Vec::new()
}

fn expire(state: &mut State, now: Now) {
    state.notice.take_if(|notice| notice.until <= now.since_start);
    state.leave_armed.take_if(|until| *until <= now.since_start);
}

#[cfg(test)]
mod tests;
