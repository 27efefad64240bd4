//! One turn outside of any session, for commands that ask once: answered, saved and learned from like any other.

use super::background::{Background, Mailboxes, Tasks};
use super::session::News;
use super::turn::{self, TurnInput, TurnStream};
use super::writer::WriteJob;
use super::{Event, PersistenceStatus, Services, recorder};
use crate::chat::{Ask, Ending, Turn, TurnEvent};
use crate::clock;
use crate::store::{Head, StoreOp};
use futures_util::StreamExt;
use tokio::sync::{mpsc, oneshot};

/// A turn that runs. Dropping it stops it; [`OneTurn::close`] has everything written first.
pub struct OneTurn {
    turn: Turn,
    stream: TurnStream,
    mailboxes: Mailboxes,
    news: mpsc::UnboundedReceiver<News>,
    tasks: Tasks,
}

/// What happens while it runs.
#[derive(Debug)]
pub enum OneTurnEvent {
    /// Something happened to the turn, which is as it is now.
    Turn(TurnEvent),
    /// Something that the user should know, in one line.
    Notice(String),
    /// The turn is not saved: why, and what to do.
    Unsaved(String),
}

impl OneTurn {
    /// Starts the turn; must be called inside a tokio runtime. The conversation goes to the archive, where a search finds
    /// it.
    pub fn start(services: Services, ask: Ask) -> Self {
        let Background { mailboxes, news, tasks, .. } = Background::start(&services);
        let head =
            Head { id: ask.chat, title: ask.prompt.title(), started_at: ask.asked_at, archived: true, pinned: false };
        let (attempted, saving) = oneshot::channel();
        mailboxes.write(WriteJob::Write(StoreOp::Begin { head, ask: ask.clone() }, Some(attempted)));
        let learning = mailboxes.learning.clone();
        let stream = turn::run(services, learning, TurnInput::alone(ask.clone()), Some(saving));
        Self { turn: Turn::new(ask), stream, mailboxes, news, tasks }
    }

    /// The turn as it is now.
    pub fn turn(&self) -> &Turn {
        &self.turn
    }

    /// What happens next; `None` when the turn is over. Safe to cancel.
    pub async fn next(&mut self) -> Option<OneTurnEvent> {
        loop {
            tokio::select! {
                biased;
                Some(news) = self.news.recv() => match news {
                    News::Tell(Event::Notice(text)) => return Some(OneTurnEvent::Notice(text)),
                    News::Tell(Event::Persistence(PersistenceStatus::Unsaved(why))) => {
                        return Some(OneTurnEvent::Unsaved(why));
                    }
                    _ => {}
                },
                event = self.stream.next() => {
                    let event = event?;
                    self.record(event.clone());
                    return Some(OneTurnEvent::Turn(event));
                }
            }
        }
    }

    fn record(&mut self, event: TurnEvent) {
        let grown = self.turn.apply(event.clone());
        for op in recorder::operations(&self.turn, event, grown, None, clock::now()) {
            self.mailboxes.write(WriteJob::Write(op, None));
        }
    }

    /// Stops the turn where it is not over, and waits until everything is written.
    pub async fn close(mut self) {
        if !self.turn.is_over() {
            self.record(TurnEvent::Ended { ending: Ending::Interrupted, after: None });
        }
        let Self { turn, stream, mailboxes, tasks, .. } = self;
        // The turn, too: while a long answer is written, the store holds it twice.
        drop((turn, stream, mailboxes));
        tasks.end().await;
    }
}
