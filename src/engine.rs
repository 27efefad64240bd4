//! The life of a turn, in background tasks: [`Command`]s in, [`Event`]s out.
//!
//! ```text
//! turn        one turn as a stream of events: decide, attempts, one response    no conversation, no store
//! session     the open conversations and their queues: pure, effects as data
//! driver      the task around the session: waits, and carries the effects out   underway  what runs for it
//! writer      writes what happens, in order; recorder says what that is
//! opening     the store, opened as often as it takes
//! learning    lessons and outcomes, kept current  queries  questions to the store
//! models      the model lists of the providers   backend  the services, with what the lists say
//! one_turn    a turn without a session, for commands that ask once
//! ```
//!
//! Each turn runs in a task of its own; dropping its stream stops it, and closes its connection. Everything that happens to
//! a turn is a [`TurnEvent`](crate::chat::TurnEvent), which session and screen take in by the same function
//! ([`Turn::apply`](crate::chat::Turn::apply)).
//!
//! The channels between provider, turn and listener are bounded: a listener that does not keep up slows the stream down
//! instead of being buried.

mod backend;
mod background;
mod blobs;
mod breaker;
mod command;
mod driver;
mod event;
mod health;
mod judge;
mod learning;
mod models;
mod one_turn;
mod opening;
mod queries;
mod recorder;
mod services;
mod session;
mod turn;
mod underway;
mod writer;

pub use command::{ChatChange, Command, Preview};
pub use event::{ChatList, Event, PersistenceStatus};
pub(crate) use judge::{first_format, request as judging};
pub use one_turn::{OneTurn, OneTurnEvent};
pub use opening::copy_chat;
pub use queries::StoreQuery;
pub use services::Services;
pub use turn::{TurnInput, decide_only};

use background::Tasks;
use driver::Driver;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// How many events may wait for the listener before the stream has to.
const EVENTS_AHEAD_MAX: usize = 256;

/// A running engine. Dropping it stops everything; [`Engine::close`] has everything written first.
pub struct Engine {
    commands: mpsc::UnboundedSender<Command>,
    driver: AbortOnDropHandle<()>,
    tasks: Tasks,
}

impl Engine {
    /// Starts an engine without a conversation; must be called inside a tokio runtime.
    pub fn start(services: Services) -> (Self, mpsc::Receiver<Event>) {
        // Commands come from a person's fingers, so that queue needs no bound and sending to it never waits.
        let (commands, command_rx) = mpsc::unbounded_channel();
        let (event_tx, events) = mpsc::channel(EVENTS_AHEAD_MAX);
        let (driver, news, tasks) = Driver::new(services);
        let driver = tokio::spawn(driver::run(driver, command_rx, news, event_tx));
        (Self { commands, driver: AbortOnDropHandle::new(driver), tasks }, events)
    }

    /// Sends a command. Never waits.
    pub fn send(&self, command: Command) {
        // The driver ends only with the engine itself, so there is always a receiver.
        let _ = self.commands.send(command);
    }

    /// Stops what runs, and waits until everything is written.
    pub async fn close(self) {
        drop(self.commands);
        // A task that panicked has nothing more to write; the program is about to end either way.
        let _ = self.driver.await;
        self.tasks.end().await;
    }
}
