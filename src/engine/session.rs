//! The conversations that are open, their queues, and what is to be done about commands and news. Pure: a command or a
//! piece of news in, state changed, effects out as data; the driver carries them out.
//!
//! The turns of one conversation run one after the other, in the order in which they were submitted; those of several
//! conversations run at the same time. A conversation stays open while the user looks at it, while something in it is to
//! be answered, and while something of it is not saved: so it is never read from the store before it is written there.

mod chats;
mod corrections;
mod effect;
mod news;
mod outcomes;
mod previews;
mod queue;
mod turns;

pub(super) use effect::SessionEffect;
pub(super) use news::{News, ReadResult};

use super::learning::LearnJob;
use super::turn::TurnInput;
use super::{Command, Event};
use crate::chat::{Blobs, ConversationId, Ending, Turn, TurnEvent, TurnId};
use crate::config::CategoryId;
use crate::provider::Found;
use crate::store::{Chat, StoreOp};
use jiff::Timestamp;
use previews::Previews;
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

/// When something happens: for durations, and for people.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) instant: Instant,
    pub(super) wall: Timestamp,
}

/// What the session reacts to.
#[derive(Debug)]
pub(super) enum Input {
    /// The user wants something.
    Command(Command),
    /// Something happened.
    News(News),
}

/// The open conversations.
#[derive(Default)]
pub(super) struct Session {
    chats: HashMap<ConversationId, OpenChat>,
    /// The conversation that the user looks at; `None`: the first one, which has not been named yet.
    shown: Option<ConversationId>,
    /// At most one turn a conversation.
    running: Vec<Running>,
    previews: Previews,
    /// The turns whose corrections are being learned, in their order; `None`: the user has said something else since.
    teaching: VecDeque<Option<TurnId>>,
    /// A server that was found; it answers as soon as no turn runs.
    found: Option<Found>,
    /// Whether the user deleted a conversation.
    deleted: bool,
    /// How many operations the writer was given, and how many of them are written.
    written: u64,
    saved: u64,
}

/// A conversation, and how much of it is saved.
struct OpenChat {
    chat: Chat,
    /// The number of its last operation.
    last_write: u64,
    /// Whether the user deleted it.
    deleted: bool,
}

/// A turn that runs.
struct Running {
    chat: ConversationId,
    turn: TurnId,
    /// What the turn before it was taken for.
    before: Option<CategoryId>,
    /// When its model was asked.
    asked: Option<Instant>,
}

type Effects = Vec<SessionEffect>;

impl Session {
    /// Reacts to `input`.
    pub(super) fn update(&mut self, input: Input, now: Now) -> Effects {
        let mut out = Effects::new();
        match input {
            Input::Command(command) => self.obey(command, now, &mut out),
            Input::News(news) => self.hear(news, now, &mut out),
        }
        out
    }

    fn obey(&mut self, command: Command, now: Now, out: &mut Effects) {
        match command {
            Command::Submit(ask) => self.submit(ask, out),
            Command::AskAnew(turn) => self.ask_anew(turn, out),
            Command::Redirect { turn, route } => self.redirect(turn, route, now, out),
            Command::Unqueue(turn) => self.unqueue(turn, now, out),
            Command::Requeue { turn, later } => self.requeue(turn, later, now, out),
            Command::Stop(turn) => self.stop(turn, now, out),
            Command::ListModels => out.push(SessionEffect::ListModels),
            Command::Preview(preview) => self.preview(preview, out),
            Command::Correct { turn, category, scope, at } => self.correct(turn, category, scope, at, now, out),
            Command::Recall => out.push(SessionEffect::Learn(LearnJob::Recall)),
            Command::Unteach { lesson, at } => out.push(SessionEffect::unteach(lesson, at)),
            Command::Open(chat) => self.open(chat, out),
            Command::Prefer { chosen, over, at } => self.prefer(chosen, over, at, out),
            Command::UndoOutcome { outcome, at } => {
                out.push(SessionEffect::Learn(LearnJob::UndoOutcome(outcome, at)));
            }
            Command::LookAt(chat) => self.look_at(chat, now, out),
            Command::Change(chat, change) => self.change(chat, change, out),
            Command::Query(query) => out.push(SessionEffect::Query(query)),
            Command::Hold(blob) => out.push(SessionEffect::Hold(blob)),
        }
    }

    fn hear(&mut self, news: News, now: Now, out: &mut Effects) {
        match news {
            News::Turn(turn, event) => self.record(turn, event, now, out),
            News::Read(chat, read) => self.opened(chat, read, out),
            News::Previewed(answer) => self.previewed(answer, out),
            News::Learned(lesson) => self.learned(lesson, now, out),
            News::Unlearned(lesson) => self.unlearned(&lesson, now, out),
            News::Saved(count) => self.saved(count),
            News::Discovered(found) => {
                self.found = found;
                self.connect(out);
            }
            News::Tell(event) => out.push(SessionEffect::Emit(event)),
        }
    }

    /// What is left to write and to learn when the program ends: turns that run are interrupted.
    pub(super) fn close(&mut self, now: Now) -> Effects {
        let mut out = Effects::new();
        self.leave(now, &mut out);
        for Running { turn, .. } in std::mem::take(&mut self.running) {
            self.record(turn, TurnEvent::Ended { ending: Ending::Interrupted, after: None }, now, &mut out);
        }
        if self.deleted {
            self.write(StoreOp::Purge, None, &mut out);
        }
        out.retain(|effect| matches!(effect, SessionEffect::Write(_) | SessionEffect::Learn(_)));
        out
    }

    /// A server that was found answers, unless a turn runs just now.
    fn connect(&mut self, out: &mut Effects) {
        if let Some(found) = self.found.take_if(|_| self.running.is_empty()) {
            out.push(SessionEffect::Connect(found));
        }
    }

    /// Has an operation written; `chat` stays open until it is.
    fn write(&mut self, op: StoreOp, chat: Option<ConversationId>, out: &mut Effects) {
        self.written += 1;
        if let Some(open) = chat.and_then(|chat| self.chats.get_mut(&chat)) {
            open.last_write = self.written;
        }
        out.push(SessionEffect::Write(op));
    }

    /// The conversation of a turn.
    fn chat_of(&self, turn: TurnId) -> Option<ConversationId> {
        self.chats.iter().find(|(_, open)| open.chat.conversation.turn(turn).is_some()).map(|(id, _)| *id)
    }

    fn turn(&self, id: TurnId) -> Option<&Turn> {
        self.chats.values().find_map(|open| open.chat.conversation.turn(id))
    }

    fn emit(event: Event, out: &mut Effects) {
        out.push(SessionEffect::Emit(event));
    }

    fn notice(text: &str, out: &mut Effects) {
        Self::emit(Event::Notice(text.to_owned()), out);
    }

    /// A prompt as the router and the models see it.
    fn input(&self, turn: &Turn) -> Option<TurnInput> {
        let conversation = &self.chats.get(&turn.ask.chat)?.chat.conversation;
        Some(TurnInput {
            ask: turn.ask.clone(),
            history: conversation.exchanges_to(turn.parent()),
            turns: conversation.speaking_to(turn.parent()),
            category_before: conversation.category_of_last(turn.parent()).cloned(),
            pictures_before: conversation.has_pictures_to(turn.parent()),
            // Read when its time has come: most of the history may wait for hours.
            files: Blobs::new(),
        })
    }
}

impl Running {
    /// How long ago its model was asked.
    fn since_asked(&self, now: Now) -> Option<Duration> {
        self.asked.map(|asked| now.instant.saturating_duration_since(asked))
    }

    /// Notes when the model was asked. One that raced the judge was asked before that was reported.
    fn note(&mut self, event: &TurnEvent, now: Now) {
        match event {
            TurnEvent::Asked { .. } => self.asked = Some(now.instant),
            TurnEvent::Came { after, .. } => {
                let began = now.instant.checked_sub(*after);
                self.asked = self.asked.map(|asked| began.map_or(asked, |began| asked.min(began)));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
