//! The tasks behind a session or a single turn: one learns, one writes, one looks things up.

use super::Services;
use super::learning::{Known, LearnJob, Learner, Learning};
use super::opening::{OpenStore, Opener};
use super::queries::{self, StoreQuery};
use super::session::News;
use super::writer::{WriteJob, Writer};
use crate::store::ModelList;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

/// The senders to the background tasks. Once all are dropped, the tasks finish what they have and end.
pub(super) struct Mailboxes {
    pub(super) learning: Learning,
    pub(super) writes: mpsc::UnboundedSender<WriteJob>,
    pub(super) queries: mpsc::UnboundedSender<StoreQuery>,
}

/// The tasks, and what they give to the one in front of them.
pub(super) struct Background {
    pub(super) mailboxes: Mailboxes,
    pub(super) news: mpsc::UnboundedReceiver<News>,
    pub(super) store: OpenStore,
    pub(super) model_lists: oneshot::Receiver<Vec<ModelList>>,
    pub(super) tasks: Tasks,
}

/// The tasks, in the order in which they end.
pub(super) struct Tasks([AbortOnDropHandle<()>; 3]);

impl Background {
    /// Starts the tasks; must be called inside a tokio runtime.
    pub(super) fn start(services: &Services) -> Self {
        // Commands come from a person's fingers, and the tasks report at the same pace, so these queues need no bound.
        let (news_tx, news) = mpsc::unbounded_channel();
        let (writes, jobs) = mpsc::unbounded_channel();
        let (queries, questions) = mpsc::unbounded_channel();
        let opener = Arc::new(Opener::new(services.store.clone(), news_tx.clone()));
        let store = opener.subscribe();
        let (learner, Known { learning, model_lists }) =
            Learner::new(services.router.clone(), opener.clone(), news_tx.clone());
        services.blobs.connect(store.clone());
        let saver = Writer::new(opener, services.blobs.clone(), jobs, queries.clone(), news_tx.clone());
        let learner = learner.run(services.incognito);
        let lookups = queries::run(store.clone(), services.blobs.clone(), questions, news_tx);
        let tasks = [tokio::spawn(saver.run()), tokio::spawn(lookups), tokio::spawn(learner)];
        Self {
            mailboxes: Mailboxes { learning, writes, queries },
            news,
            store,
            model_lists,
            tasks: Tasks(tasks.map(AbortOnDropHandle::new)),
        }
    }
}

impl Mailboxes {
    /// Sends to the writer. It ends only after the last sender, so there is always a receiver.
    pub(super) fn write(&self, job: WriteJob) {
        let _ = self.writes.send(job);
    }

    /// Sends to the learner, which ends only after the last sender.
    pub(super) fn learn(&self, job: LearnJob) {
        let _ = self.learning.jobs.send(job);
    }

    /// Asks the store, beside the writer.
    pub(super) fn query(&self, query: StoreQuery) {
        let _ = self.queries.send(query);
    }
}

impl Tasks {
    /// Waits until everything is written. All mailboxes must be dropped before.
    pub(super) async fn end(self) {
        for task in self.0 {
            // A task that panicked has nothing more to write; the program is about to end either way.
            let _ = task.await;
        }
    }
}
