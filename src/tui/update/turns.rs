//! Prompts that are sent, and what the engine reports of them.

use super::{attaching, branches, chats, corrections, place};
use crate::chat::{Ask, Delta, Ending, Origin, Prompt, Turn, TurnEvent, TurnId};
use crate::engine::{Command, Event, PersistenceStatus};
use crate::router::RouteOverride;
use crate::text::sanitize::one_line;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::panels::{self, decisions, models, report};
use crate::tui::state::{Start, State, Unqueued};

/// Sends the prompt, or makes a new line where a backslash stands before the caret.
pub(super) fn send(state: &mut State, now: Now) -> Vec<Effect> {
    if state.composer.take_backslash() {
        state.composer.insert("\n");
        return Vec::new();
    }
    let reading = state.draft.attached.reading().next();
    if let Some(text) = reading.map(|name| format!("{name} is still being read; send again in a moment")) {
        state.tell(text, now);
        return Vec::new();
    }
    if state.composer.text().trim().is_empty() && state.draft.attached.is_empty() {
        // Where there is nothing to send, Enter accepts the offer on the screen.
        let offered =
            state.conversation.is_empty() && state.other_chats.offer.is_some() && state.draft.editing.is_none();
        return if offered { chats::go_on(state, now) } else { Vec::new() };
    }
    let parent = state.parent();
    let prompt = Prompt { text: state.composer.take(), attachments: state.draft.attached.take().into() };
    branches::leave_edit(state);
    let route = state.draft.route();
    // What was chosen for one prompt is spent with it; a pin stays.
    state.draft.choice = RouteOverride::default();
    submit(state, Sending { prompt, parent, route, origin: Origin::Typed }, now)
}

/// A prompt to be sent, and where.
pub(super) struct Sending {
    pub(super) prompt: Prompt,
    pub(super) parent: Option<TurnId>,
    pub(super) route: RouteOverride,
    pub(super) origin: Origin,
}

/// Has a prompt answered, when all that were sent before it are. One that has to wait leaves the view on the answer that
/// comes.
pub(super) fn submit(state: &mut State, sending: Sending, now: Now) -> Vec<Effect> {
    let Sending { prompt, parent, route, origin } = sending;
    state.notice = None;
    state.other_chats.offer = None;
    let (chat, turn) = (state.conversation.id(), state.new_turn_id(parent, now));
    let ask = Ask { chat, parent, turn, prompt, route, origin, asked_at: now.wall };
    if state.title.as_ref().is_none_or(|title| state.conversation.retitles(&ask, title)) {
        state.title = Some(ask.prompt.title());
    }
    if state.current().is_none() {
        state.stage_since = now.since_start;
    }
    state.conversation.push(Turn::new(ask.clone()));
    if state.conversation.queue().all(|waiting| waiting.id() != turn) {
        state.cursor.select(None);
        state.transcript.follow();
    }
    // A new branch hides the turns behind its parent.
    state.transcript.update(0, state.conversation.asked());
    // What was sent is no draft any more, and the branch that it began is the one to come back to.
    [Effect::Engine(Command::Submit(ask))].into_iter().chain(place::leave(state, now)).collect()
}

pub(super) fn stop(id: TurnId) -> Effect {
    Effect::Engine(Command::Stop(id))
}

/// Records what the engine reports.
pub(super) fn engine(state: &mut State, event: Event, now: Now) -> Vec<Effect> {
    match event {
        Event::Turn(id, event) => turn(state, id, event, now),
        Event::Configured(config) => models::configured(state, config),
        Event::Unlisted(why) => models::unlisted(state, &why, now),
        Event::Connected { provider, connection } => {
            state.tell(connection.clone(), now);
            state.start = Start { provider, connection, can_judge: true, stand_in: None, ..state.start.clone() };
        }
        Event::Previewed { serial, local } => {
            let before = state.conversation.category_of_last(state.conversation.leaf());
            state.draft.preview.answered(serial, *local, before, now.since_start);
        }
        Event::Taught(lesson) => corrections::taught(state, &lesson, now),
        Event::Untaught(lesson) => corrections::untaught(state, lesson, now),
        Event::Lessons(lessons) => {
            state.lessons = Some(lessons);
            state.draft.preview.expire();
        }
        Event::Outcomes(outcomes) => {
            state.outcomes = outcomes;
            state.draft.preview.expire();
        }
        Event::Report(report) => report::reported(state, report),
        Event::ModelUse(uses) => models::used(state, uses),
        Event::Notice(text) => report::noticed(state, &text, now),
        Event::Resumed(resume) => chats::resumed(state, *resume, now),
        Event::Opened(chat) => return chats::opened(state, *chat, now),
        Event::Chats(shelf) => panels::chats::listed(state, shelf, now),
        Event::Exported(chat, blobs) => return chats::exported(state, &chat, &blobs),
        Event::Found { serial, hits } => panels::chats::found(state, serial, hits),
        Event::Decisions { serial, rows } => decisions::found(state, serial, rows),
        Event::Blob(hash, blob) => {
            state.marks.gallery.came(&hash, blob.as_ref());
            return attaching::loaded(state, &hash, blob.as_ref(), now);
        }
        Event::Persistence(status) => persistence(state, status, now),
    }
    Vec::new()
}

/// What happens is saved, or not any more: the first time in words, from then on as a mark.
fn persistence(state: &mut State, status: PersistenceStatus, now: Now) {
    match (&status, &state.persistence) {
        (PersistenceStatus::Unsaved(why), _) => state.tell(format!("not kept: {}", one_line(why, 400)), now),
        (PersistenceStatus::Saved, PersistenceStatus::Unsaved(_)) => state.tell("everything is kept again", now),
        (PersistenceStatus::Saved | PersistenceStatus::Incognito, _) => {}
    }
    state.persistence = status;
}

fn turn(state: &mut State, id: TurnId, event: TurnEvent, now: Now) {
    if matches!(event, TurnEvent::Corrected(_)) {
        // What the user says of a decision changes no stage, and no row of the conversation.
        state.conversation.apply(id, event);
        return;
    }
    let stopped = matches!(event, TurnEvent::Ended { ending: Ending::Stopped, .. });
    if matches!(event, TurnEvent::Ended { .. }) {
        chats::ended_elsewhere(state, id, now);
        // What follows up on what is known only now.
        state.draft.preview.expire();
    }
    if matches!(event, TurnEvent::Started) {
        state.leaving_queue.forget(id);
    }
    // What was the answer is not any more; one that grows as long by the next frame must not pass for it.
    let begins_anew = matches!(event, TurnEvent::Came { delta: Delta::TextWasReasoning, .. });
    let goes_on = matches!(&event, TurnEvent::Came { delta, .. } if !matches!(delta, Delta::Skipped(_)));
    // That an endpoint begins to respond says nothing of the model, which may not have read the prompt yet.
    let heard = !matches!(event, TurnEvent::Came { delta: Delta::Opened, .. });
    // What becomes of a prompt in the queue says nothing of the answer that is waited for.
    let waits = state.queue().any(|turn| turn.id() == id);
    if !state.conversation.apply(id, event) {
        return;
    }
    if !goes_on && !waits {
        state.stage_since = now.since_start;
    }
    if heard && !waits {
        state.heard_at = now.since_start;
    }
    if stopped && state.conversation.turn(id).is_some_and(Turn::is_withdrawn) {
        take_back(state, id, now);
    } else {
        if begins_anew {
            state.transcript.lay_out_turn_anew(id);
        }
        lay_out(state, id);
    }
}

/// A prompt that was stopped before anything came, or was taken out of the queue, returns to the input as if it had never
/// been sent. Where the user already writes something else, or dropped it, it waits among the earlier prompts instead.
fn take_back(state: &mut State, id: TurnId, now: Now) {
    let Some(turn) = state.conversation.remove(id) else {
        return;
    };
    let dropped = state.leaving_queue.forget(id) == Some(Unqueued::Dropped);
    if state.cursor.selected() == Some(id) {
        state.cursor.select(None);
    }
    if state.conversation.is_empty() {
        state.title = None;
    }
    state.transcript.update(0, state.conversation.asked());
    if turn.is_continuation() {
        return;
    }
    state.composer.remember(turn.prompt().clone());
    if dropped {
        state.tell(format!("Dropped {} · it is among the earlier prompts (Up)", turn.excerpt()), now);
    } else if state.composer.is_empty() {
        state.composer.set_text(turn.prompt());
        if state.draft.attached.is_empty() {
            state.draft.attached.set(turn.ask.prompt.attachments.to_vec());
        }
        // What was chosen for it comes back with it; a pin is still in place.
        if state.draft.choice.is_none() && *turn.route() != state.draft.route() {
            state.draft.choice = turn.ask.route;
        }
    } else {
        state.tell("Stopped · the prompt is among the earlier ones (Up on the first line)", now);
    }
}

fn lay_out(state: &mut State, id: TurnId) {
    let turns = state.conversation.asked();
    let first = turns.partition_point(|turn| turn.id() < id);
    state.transcript.update(first, turns);
}
