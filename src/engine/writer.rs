//! Writes what happens to the store: one task, in the order in which things happened. Holds no turn, only operations that
//! are not written yet.
//!
//! Pieces of answers wait a moment, so that many become one write; everything else is written at once. A batch is written
//! whole or not at all. A batch that fails is retried until it succeeds; the status line says so meanwhile.

use super::blobs::BlobCache;
use super::opening::{OpenStore, Opener, Opening, chat};
use super::queries::StoreQuery;
use super::session::News;
use super::{Event, PersistenceStatus};
use crate::chat::ConversationId;
use crate::store::{Bundle, Store, StoreError, StoreOp, joined};
use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// How long a piece of an answer may wait to be written. Of the 300 ms that may be lost, the rest is for writing.
const APPEND_DELAY: Duration = Duration::from_millis(120);
/// How long until a batch that could not be written, or a store that could not be opened, is tried again.
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
    opener: Arc<Opener>,
    store: OpenStore,
    blobs: BlobCache,
    jobs: mpsc::UnboundedReceiver<WriteJob>,
    queries: mpsc::UnboundedSender<StoreQuery>,
    news: mpsc::UnboundedSender<News>,
    /// Operations that are not written yet, in their order.
    pending: Vec<StoreOp>,
    /// The chats in which something was asked here: what is pending may be about their turns.
    chats: BTreeSet<ConversationId>,
    /// Those of them that were in a file which is not at its place any more, for the next store that can be opened.
    displaced: VecDeque<Arc<Bundle>>,
    /// How many operations came, and how many of them were written, or had nowhere to be written.
    taken: u64,
    saved: u64,
    /// Why the last batch could not be written.
    failing: Option<String>,
    /// When the pending operations are written, or the store is opened again.
    due: Option<Instant>,
    /// Before that, a store that could not be opened is not opened again.
    reopen_at: Instant,
    retry_delay: Duration,
}

impl Writer {
    pub(super) fn new(
        opener: Arc<Opener>,
        blobs: BlobCache,
        jobs: mpsc::UnboundedReceiver<WriteJob>,
        queries: mpsc::UnboundedSender<StoreQuery>,
        news: mpsc::UnboundedSender<News>,
    ) -> Self {
        let (store, reopen_at) = (opener.subscribe(), Instant::now());
        let (pending, chats) = (Vec::new(), BTreeSet::new());
        Self {
            opener,
            store,
            blobs,
            jobs,
            queries,
            news,
            pending,
            chats,
            displaced: VecDeque::new(),
            taken: 0,
            saved: 0,
            failing: None,
            due: None,
            reopen_at,
            retry_delay: RETRY_DELAY,
        }
    }

    /// Writes until no sender is left.
    pub(super) async fn run(mut self) {
        if let Some(why) = self.unwritable().await {
            self.put_off_opening();
            self.failed(&why);
        }
        loop {
            let job = tokio::select! {
                biased;
                () = until(self.due) => {
                    self.flush().await;
                    continue;
                }
                job = self.jobs.recv() => job,
            };
            match job {
                Some(job) => self.take(job).await,
                None => break,
            }
        }
        self.reopen_at = Instant::now();
        self.flush().await;
    }

    /// Takes a job, and those that wait behind it: they are written together.
    async fn take(&mut self, job: WriteJob) {
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
                    self.flush().await;
                    self.ask(query);
                }
            }
            next = self.jobs.try_recv().ok();
        }
        if urgent {
            self.flush().await;
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
        if let StoreOp::Begin { head, .. } | StoreOp::Requeue { head, .. } = &op {
            self.chats.insert(head.id);
        }
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

    /// Writes what is pending. Where nothing is to be saved, it is dropped.
    async fn flush(&mut self) {
        self.due = None;
        if self.pending.is_empty() && self.failing.is_none() {
            return;
        }
        let mut store = match self.writable().await {
            Ok(store) => store,
            Err(error) => return self.failed(&error),
        };
        while !self.pending.is_empty() {
            let count = self.next_batch();
            if let Some(open) = store.take() {
                store = match self.write(open, count).await {
                    Ok(open) => Some(open),
                    Err(error) => return self.failed(&error),
                };
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

    /// Writes so many operations, and gives back the store that is written to from now on.
    async fn write(&mut self, store: Store, count: usize) -> Result<Store, StoreError> {
        match self.write_to(&store, count).await {
            Ok(()) => Ok(store),
            Err(error) if error.wants_reopening() && Instant::now() >= self.reopen_at => {
                // The file is not at this place any more, or is about to be set aside, and is to be whole without a log.
                if let Err(error) = store.write_back().await {
                    tracing::warn!(%error, "what was written last may stand in the log only");
                }
                let store = match &error {
                    StoreError::Replaced { path, gone } => self.replace(store, &error, path, *gone).await?,
                    _ => self.reopen().await?,
                };
                // What a store refuses that was opened just now, it refuses.
                self.write_to(&store, count).await.map(|()| store)
            }
            Err(error) => Err(error),
        }
    }

    /// Writes so many operations behind the chats that they may be about. As long as one of those cannot come along, nothing
    /// is written: the file would have turns without those before them, and pieces of answers would find no turn.
    async fn write_to(&mut self, store: &Store, count: usize) -> Result<(), StoreError> {
        while let Some(chat) = self.displaced.front() {
            store.import(chat.clone()).await?;
            self.displaced.pop_front();
        }
        store.write(self.batch(count)).await
    }

    fn batch(&self, count: usize) -> Vec<StoreOp> {
        self.pending.iter().take(count).cloned().collect()
    }

    /// What became of opening the store.
    async fn opening(&mut self) -> Opening {
        let known = self.store.wait_for(|opening| !matches!(opening, Opening::Underway)).await;
        // The sender is held here, so it is there.
        known.map_or(Opening::Nowhere, |opening| opening.clone())
    }

    /// Why nothing can be written, once that is known.
    async fn unwritable(&mut self) -> Option<StoreError> {
        match self.opening().await {
            Opening::Open { store, .. } => store.read_only().cloned(),
            Opening::Failed(error) => Some(error),
            Opening::Underway | Opening::Nowhere => None,
        }
    }

    /// The store to write to, opened again where it could not be written; `None`: nothing is to be saved.
    async fn writable(&mut self) -> Result<Option<Store>, StoreError> {
        match self.unwritable().await {
            Some(error) if Instant::now() < self.reopen_at => Err(error),
            Some(_) => self.reopen().await.map(Some),
            None => Ok(match self.opening().await {
                Opening::Open { store, .. } => Some(store),
                _ => None,
            }),
        }
    }

    async fn reopen(&mut self) -> Result<Store, StoreError> {
        // Opening takes seconds where another program holds the file.
        self.put_off_opening();
        self.opener.reopen().await
    }

    fn put_off_opening(&mut self) {
        self.reopen_at = Instant::now() + self.retry_delay;
    }

    /// Opens what is in the place of the file of `store` now. The chats of this session come along, so that what is pending
    /// finds its turns.
    async fn replace(
        &mut self,
        store: Store,
        error: &StoreError,
        path: &Path,
        gone: bool,
    ) -> Result<Store, StoreError> {
        for id in &self.chats {
            match chat(&store, *id).await {
                Ok(chat) => self.displaced.extend(chat.map(Arc::new)),
                Err(error) => tracing::warn!(%error, "a chat did not come along"),
            }
        }
        // It is not written to again, not even when it is put back: its log may have been set aside by then.
        self.opener.publish(Opening::Failed(error.clone()));
        drop(store);
        let other = self.reopen().await?;
        let what = match gone {
            true => "was moved or deleted while pointsman ran; a new one is begun",
            false => "was replaced by another file while pointsman ran",
        };
        let notice = format!("the history {} {what}; this chat goes on in it", path.display());
        self.tell(News::Tell(Event::Notice(notice)));
        Ok(other)
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
        self.due = Some(Instant::now() + self.retry_delay);
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
