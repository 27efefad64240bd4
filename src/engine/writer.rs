//! Writes what happens to the store: one task, in the order in which things happened. Holds no turn, only operations that
//! are not written yet.
//!
//! Pieces of answers wait a moment, so that many become one write; everything else is written at once. A batch is written
//! whole or not at all. What cannot be written is tried again until it can, and until then the user is told.

use super::learning::{OpenStore, opened};
use super::queries::StoreQuery;
use super::session::News;
use super::{Event, PersistenceStatus};
use crate::store::{Store, StoreError, StoreOp};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// How long a piece of an answer may wait to be written. Of the 300 ms that may be lost, the rest is for writing.
const APPEND_DELAY: Duration = Duration::from_millis(120);
/// How long until a batch that could not be written is tried again.
const RETRY_DELAY: Duration = Duration::from_secs(5);

/// Something for the writer to do.
pub(super) enum WriteJob {
    /// Write this; the sender is told after the first attempt, whether it succeeded or not.
    Write(StoreOp, Option<oneshot::Sender<()>>),
    /// Ask this when everything before it is written.
    Query(StoreQuery),
}

/// The task's inside.
pub(super) struct Writer {
    store: OpenStore,
    jobs: mpsc::UnboundedReceiver<WriteJob>,
    queries: mpsc::UnboundedSender<StoreQuery>,
    news: mpsc::UnboundedSender<News>,
    /// Operations that are not written yet, in their order.
    pending: Vec<StoreOp>,
    /// How many operations were written, or had nowhere to be written.
    saved: u64,
    /// Why the last batch could not be written.
    failing: Option<String>,
    /// When the pending operations are written.
    due: Option<Instant>,
}

impl Writer {
    pub(super) fn new(
        store: OpenStore,
        jobs: mpsc::UnboundedReceiver<WriteJob>,
        queries: mpsc::UnboundedSender<StoreQuery>,
        news: mpsc::UnboundedSender<News>,
    ) -> Self {
        Self { store, jobs, queries, news, pending: Vec::new(), saved: 0, failing: None, due: None }
    }

    /// Writes until no sender is left.
    pub(super) async fn run(mut self) {
        let store = opened(&mut self.store).await;
        loop {
            let job = tokio::select! {
                biased;
                () = until(self.due) => {
                    self.flush(store.as_ref()).await;
                    continue;
                }
                job = self.jobs.recv() => job,
            };
            match job {
                Some(job) => self.take(job, store.as_ref()).await,
                None => break,
            }
        }
        self.flush(store.as_ref()).await;
    }

    /// Takes a job, and those that wait behind it: they are written together.
    async fn take(&mut self, job: WriteJob, store: Option<&Store>) {
        let (mut next, mut urgent, mut attempted) = (Some(job), false, Vec::new());
        while let Some(job) = next {
            match job {
                WriteJob::Write(op, told) => {
                    urgent |= !matches!(op, StoreOp::Append { .. });
                    self.pending.push(op);
                    attempted.extend(told);
                }
                WriteJob::Query(query) => {
                    self.flush(store).await;
                    // The receiver is gone only when the program is about to end.
                    let _ = self.queries.send(query);
                }
            }
            next = self.jobs.try_recv().ok();
        }
        if urgent {
            self.flush(store).await;
        } else if !self.pending.is_empty() {
            self.due.get_or_insert_with(|| Instant::now() + APPEND_DELAY);
        }
        for told in attempted {
            // The turn may start even if the write failed. The receiver may be dropped.
            let _ = told.send(());
        }
    }

    /// Writes what is pending. Without a store there is nowhere to write it, and it is dropped.
    async fn flush(&mut self, store: Option<&Store>) {
        self.due = None;
        if self.pending.is_empty() {
            return;
        }
        if let Some(store) = store
            && let Err(error) = store.write(self.pending.clone()).await
        {
            return self.failed(&error);
        }
        self.saved += self.pending.len() as u64;
        self.pending.clear();
        if self.failing.take().is_some() {
            self.tell(News::Tell(Event::Persistence(PersistenceStatus::Saved)));
        }
        self.tell(News::Saved(self.saved));
    }

    fn failed(&mut self, error: &StoreError) {
        // Once for each cause: a full disk refuses one batch after the other.
        if self.failing.as_deref() != Some(error.cause()) {
            self.tell(News::Tell(Event::Persistence(PersistenceStatus::Unsaved(error.to_string()))));
            self.failing = Some(error.cause().to_owned());
        }
        self.due = Some(Instant::now() + RETRY_DELAY);
    }

    fn tell(&self, news: News) {
        // The receiver is gone only when the program is about to end.
        let _ = self.news.send(news);
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
