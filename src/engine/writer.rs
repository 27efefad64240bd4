//! Writes what happens to the store: one task, in the order in which things happened. Holds no turn, only operations that
//! are not written yet.
//!
//! Pieces of answers wait a moment, so that many become one write; everything else is written at once. A batch is written
//! whole or not at all. A batch that fails is retried until it succeeds; the status line says so meanwhile.

use super::blobs::BlobCache;
use super::learning::{OpenStore, opened};
use super::queries::StoreQuery;
use super::session::News;
use super::{Event, PersistenceStatus};
use crate::store::{Store, StoreError, StoreOp, joined};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// How long a piece of an answer may wait to be written. Of the 300 ms that may be lost, the rest is for writing.
const APPEND_DELAY: Duration = Duration::from_millis(120);
/// How long until a batch that could not be written is tried again.
const RETRY_DELAY: Duration = Duration::from_secs(5);

/// Something for the writer to do.
pub(super) enum WriteJob {
    /// Write this, and reply after the first attempt, whether it succeeded or not.
    Write(StoreOp, Option<oneshot::Sender<()>>),
    /// Ask this when everything before it is written.
    Query(StoreQuery),
}

/// The task's inside.
pub(super) struct Writer {
    store: OpenStore,
    blobs: BlobCache,
    jobs: mpsc::UnboundedReceiver<WriteJob>,
    queries: mpsc::UnboundedSender<StoreQuery>,
    news: mpsc::UnboundedSender<News>,
    /// Operations that are not written yet, in their order.
    pending: Vec<StoreOp>,
    /// How many operations came, and how many of them were written, or had nowhere to be written.
    taken: u64,
    saved: u64,
    /// Why the last batch could not be written.
    failing: Option<String>,
    /// When the pending operations are written.
    due: Option<Instant>,
}

impl Writer {
    pub(super) fn new(
        store: OpenStore,
        blobs: BlobCache,
        jobs: mpsc::UnboundedReceiver<WriteJob>,
        queries: mpsc::UnboundedSender<StoreQuery>,
        news: mpsc::UnboundedSender<News>,
    ) -> Self {
        let pending = Vec::new();
        Self { store, blobs, jobs, queries, news, pending, taken: 0, saved: 0, failing: None, due: None }
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
                WriteJob::Write(op, reply) => {
                    // While the disk fails, only a turn that waits for its prompt is worth another attempt before its time.
                    urgent |= reply.is_some() || self.failing.is_none() && !matches!(op, StoreOp::Append { .. });
                    self.push(op);
                    attempted.extend(reply);
                }
                WriteJob::Query(query) => {
                    self.flush(store).await;
                    self.ask(query);
                }
            }
            next = self.jobs.try_recv().ok();
        }
        if urgent {
            self.flush(store).await;
        } else if !self.pending.is_empty() {
            self.due.get_or_insert_with(|| Instant::now() + APPEND_DELAY);
        }
        for reply in attempted {
            // The turn may start even if the write failed. The receiver may be dropped.
            let _ = reply.send(());
        }
    }

    fn push(&mut self, op: StoreOp) {
        self.taken += 1;
        // Of the places where the user is in a chat only the latest matters.
        if let StoreOp::SaveView(chat, ..) = &op {
            self.pending.retain(|earlier| !matches!(earlier, StoreOp::SaveView(of, ..) if of == chat));
        }
        // What an operation refers to is written in the same batch.
        let unsaved = op.attachments().into_iter().filter_map(|attachment| self.blobs.unsaved(&attachment.blob.hash));
        self.pending.extend(unsaved.map(StoreOp::PutBlob));
        self.pending.push(op);
    }

    /// Asks the store, unless what it would be asked about is not there yet.
    fn ask(&self, query: StoreQuery) {
        if self.pending.is_empty() {
            // The receiver is gone only when the program is about to end.
            let _ = self.queries.send(query);
        } else {
            let why =
                "this chat is not all kept yet, so it cannot be written; try again when the disk can be written to";
            self.tell(News::Tell(Event::Notice(why.to_owned())));
        }
    }

    /// Writes what is pending. Without a store there is nowhere to write it, and it is dropped.
    async fn flush(&mut self, store: Option<&Store>) {
        self.due = None;
        if self.pending.is_empty() {
            return;
        }
        while !self.pending.is_empty() {
            let count = self.next_batch();
            let batch = self.pending.iter().take(count).cloned().collect();
            if let Some(store) = store
                && let Err(error) = store.write(batch).await
            {
                return self.failed(&error);
            }
            for op in self.pending.drain(..count) {
                if let StoreOp::PutBlob(blob) = op
                    && store.is_some()
                {
                    self.blobs.saved(blob.reference().hash);
                }
            }
        }
        self.saved = self.taken;
        if self.failing.take().is_some() {
            self.tell(News::Tell(Event::Persistence(PersistenceStatus::Saved)));
        }
        self.tell(News::Saved(self.saved));
    }

    /// How many operations are written together next. Ending a turn takes a while, as its answer goes into the index of
    /// words; the last pieces of the answer do not wait for that, since the program may be killed meanwhile.
    fn next_batch(&self) -> usize {
        let end = self.pending.iter().position(|op| matches!(op, StoreOp::UpdateStep { .. } | StoreOp::End { .. }));
        end.filter(|before| *before > 0).unwrap_or(self.pending.len())
    }

    fn failed(&mut self, error: &StoreError) {
        // Once for each cause: a full disk refuses one batch after the other.
        if self.failing.as_deref() != Some(error.cause()) {
            self.tell(News::Tell(Event::Persistence(PersistenceStatus::Unsaved(error.to_string()))));
            self.failing = Some(error.cause().to_owned());
        }
        // Many small pieces may come until the next attempt.
        self.pending = joined(std::mem::take(&mut self.pending));
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
