//! The life of a turn, in background tasks: [`Command`]s in, [`Event`]s out. Both faces of the program use it.
//!
//! One task, the conductor, owns the conversations and their queues: the turns of one run one after the other, in the
//! order in which they were submitted. Each turn runs in a task of its own; stopping a turn drops that task, and with it
//! the stream and its connection. Everything that happens to a turn is a [`TurnEvent`](crate::chat::TurnEvent), recorded here and shown by
//! whoever listens, by the same function ([`Turn::apply`](crate::chat::Turn::apply)).
//!
//! Beside it, the keeper writes everything down, the library looks things up in what was kept, and the learner keeps what
//! was learned.
//!
//! The channels between provider, turn and listener are bounded: a listener that does not keep up slows the stream
//! down instead of being buried.

mod breaker;
mod catalogue;
mod command;
mod conductor;
mod course;
mod decide;
mod event;
mod execute;
mod health;
mod judge;
mod keep;
mod knowledge;
mod library;
mod parts;
mod running;

pub use command::Command;
pub use event::{Event, Keeping, Shelf};
pub(crate) use judge::request as judging;
pub use parts::Parts;

use catalogue::Catalogue;
use keep::{Keep, Keeper};
use knowledge::{Knowledge, Learner, Study, aside};
use library::Lookup;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// How many events may wait for a listener before the stream has to.
const EVENTS: usize = 256;

/// The ways from the conductor to the other tasks.
struct Ways {
    knowledge: Knowledge,
    studies: mpsc::UnboundedSender<Study>,
    keep: mpsc::UnboundedSender<Keep>,
    lookups: mpsc::UnboundedSender<Lookup>,
}

/// A running engine. Dropping it stops everything; [`Engine::close`] lets it write down what is to be kept first.
pub struct Engine {
    commands: mpsc::UnboundedSender<Command>,
    /// In the order in which they end.
    tasks: [AbortOnDropHandle<()>; 4],
}

impl Engine {
    /// Starts an engine without a conversation; must be called inside a tokio runtime.
    pub fn start(parts: Parts) -> (Self, mpsc::Receiver<Event>) {
        // Commands come from a person's fingers, so that queue needs no bound and sending to it never waits. What the
        // other tasks tell comes at the same pace.
        let (commands, inbox) = mpsc::unbounded_channel();
        let (news, told) = mpsc::unbounded_channel();
        let (outbox, events) = mpsc::channel(EVENTS);
        let (keep, to_keep) = mpsc::unbounded_channel();
        let (lookups, asked) = mpsc::unbounded_channel();
        let (learner, known) = Learner::new(parts.router.clone(), news.clone());
        let keeper = Keeper::new(known.store.clone(), to_keep, news.clone());
        let learner = tokio::spawn(learner.run(parts.store.clone(), parts.incognito));
        let library = tokio::spawn(library::run(known.store.clone(), asked, news));
        let keeper = tokio::spawn(keeper.run());
        let ways = Ways { knowledge: known.knowledge, studies: known.studies, keep, lookups };
        let catalogue = Catalogue::new(parts.config.clone(), known.offers);
        let conductor = tokio::spawn(conductor::run(parts, ways, catalogue, inbox, told, outbox));
        let tasks = [conductor, keeper, library, learner].map(AbortOnDropHandle::new);
        (Self { commands, tasks }, events)
    }

    /// Sends a command. Never waits.
    pub fn send(&self, command: Command) {
        // The conductor only ends with the engine itself, so there is always someone to receive.
        let _ = self.commands.send(command);
    }

    /// Stops what runs, and waits until everything that is to be kept is written.
    pub async fn close(self) {
        drop(self.commands);
        for task in self.tasks {
            // A task that panicked has nothing more to write; the program is about to end either way.
            let _ = task.await;
        }
    }
}
