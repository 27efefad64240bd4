//! The task around the session: it waits for commands and news, and carries the session's effects out. Decides nothing.

use super::backend::Backend;
use super::background::{Background, Mailboxes, Tasks};
use super::models::ListEvent;
use super::opening::OpenStore;
use super::queries::StoreQuery;
use super::session::{Input, News, Now, Session, SessionEffect};
use super::underway::Underway;
use super::writer::WriteJob;
use super::{Command, Event, Services};
use crate::clock;
use std::collections::VecDeque;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

/// The session, and what works for it.
pub(super) struct Driver {
    session: Session,
    underway: Underway,
    backend: Backend,
    mailboxes: Mailboxes,
    store: OpenStore,
    /// What the listener has not been given yet.
    pending: VecDeque<Event>,
}

impl Driver {
    /// A driver of a new session. Returns the news for it, and the tasks behind it, too.
    pub(super) fn new(services: Services) -> (Self, mpsc::UnboundedReceiver<News>, Tasks) {
        let Background { mailboxes, news, store, model_lists, tasks } = Background::start(&services);
        let (session, underway) = (Session::default(), Underway::default());
        let (backend, pending) = (Backend::new(services, model_lists), VecDeque::new());
        (Self { session, underway, backend, mailboxes, store, pending }, news, tasks)
    }

    fn react(&mut self, input: Input) {
        let effects = self.session.update(input, now());
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<SessionEffect>) {
        for effect in effects {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: SessionEffect) {
        let services = || self.backend.services.clone();
        match effect {
            SessionEffect::Write(op) => self.mailboxes.write(WriteJob::Write(op, None)),
            SessionEffect::WriteBefore(turn, op) => {
                let (attempted, saving) = oneshot::channel();
                self.underway.saving(turn, saving);
                self.mailboxes.write(WriteJob::Write(op, Some(attempted)));
            }
            SessionEffect::StartTurn(input) => {
                self.underway.start(services(), self.mailboxes.learning.clone(), *input);
            }
            SessionEffect::DropTurn(turn) => self.underway.stop(turn),
            SessionEffect::Preview(serial, input) => {
                self.underway.preview(services(), self.mailboxes.learning.clone(), serial, *input);
            }
            SessionEffect::Hold(blob) => self.backend.services.blobs.put(blob),
            SessionEffect::Learn(job) => self.mailboxes.learn(job),
            // What is exported has to be written before.
            SessionEffect::Query(query @ StoreQuery::Export(_)) => self.mailboxes.write(WriteJob::Query(query)),
            SessionEffect::Query(query) => self.mailboxes.query(query),
            SessionEffect::Read(chat) => self.underway.read(self.store.clone(), chat),
            SessionEffect::ListModels => self.backend.refresh(),
            SessionEffect::Connect(found) => {
                let effects = self.backend.connect(found);
                self.carry_out(effects);
            }
            SessionEffect::Emit(event) => self.pending.push_back(event),
        }
    }
}

/// Carries out what the session wants until no command can come any more, then has everything written.
pub(super) async fn run(
    mut driver: Driver,
    mut commands: mpsc::UnboundedReceiver<Command>,
    mut news: mpsc::UnboundedReceiver<News>,
    events: mpsc::Sender<Event>,
) {
    loop {
        let input = tokio::select! {
            biased;
            command = commands.recv() => match command {
                Some(command) => Input::Command(command),
                None => break,
            },
            permit = events.reserve(), if !driver.pending.is_empty() => match (permit, driver.pending.pop_front()) {
                (Ok(permit), Some(event)) => {
                    permit.send(event);
                    continue;
                }
                // The listener is gone.
                _ => break,
            },
            Some(news) = news.recv() => Input::News(news),
            // While the listener has events to take, nothing more is taken from a turn: a slow listener slows the stream.
            news = driver.underway.next(driver.pending.is_empty()) => Input::News(news),
            event = driver.backend.next() => match event {
                ListEvent::Discovered(found) => Input::News(News::Discovered(found)),
                event => {
                    let effects = driver.backend.take(event);
                    driver.carry_out(effects);
                    continue;
                }
            },
        };
        driver.react(input);
    }
    let effects = driver.session.close(now());
    driver.carry_out(effects);
}

fn now() -> Now {
    Now { instant: Instant::now(), wall: clock::now() }
}

#[cfg(test)]
mod tests;
