//! Opening the store, also again: when it could not be opened at the start, when its file was replaced or damaged since.
//! The tasks that read and write take the store from here, and so get the one that is open now.

use super::Event;
use super::learning::spawn_compute;
use super::session::News;
use crate::archive;
use crate::chat::{BlobHash, ConversationId};
use crate::clock;
use crate::store::{Bundle, Imported, Opened, Store, StoreError};
use std::collections::BTreeSet;
use std::path::PathBuf;
use tokio::sync::{mpsc, watch};

/// The store, once it is known whether there is one.
pub(super) type OpenStore = watch::Receiver<Opening>;

/// What became of opening the store.
#[derive(Clone)]
pub(super) enum Opening {
    Underway,
    Open {
        store: Store,
        /// Whether no other program had it open.
        alone: bool,
    },
    /// It could not be opened, and that is tried again.
    Failed(StoreError),
    /// Nothing is to be saved.
    Nowhere,
}

/// The store that is open now, when it is known whether there is one.
pub(super) async fn opened(store: &mut OpenStore) -> Option<Store> {
    match &*store.wait_for(|opening| !matches!(opening, Opening::Underway)).await.ok()? {
        Opening::Open { store, .. } => Some(store.clone()),
        Opening::Underway | Opening::Failed(_) | Opening::Nowhere => None,
    }
}

/// Opens the store at one path, and gives it to all who want it.
pub(super) struct Opener {
    path: Option<PathBuf>,
    news: mpsc::UnboundedSender<News>,
    opening: watch::Sender<Opening>,
}

impl Opener {
    /// One that has opened nothing yet; without a `path` it never will.
    pub(super) fn new(path: Option<PathBuf>, news: mpsc::UnboundedSender<News>) -> Self {
        Self { path, news, opening: watch::Sender::new(Opening::Underway) }
    }

    /// Whether there may be something to open.
    pub(super) fn is_there(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.exists())
    }

    /// The store, whenever it is another one.
    pub(super) fn subscribe(&self) -> OpenStore {
        self.opening.subscribe()
    }

    /// Opens the store and says what the user should know of that; `None` when there is no path. Publishes nothing.
    pub(super) async fn open(&self) -> Option<Result<(Store, Opened), StoreError>> {
        let path = self.path.clone()?;
        let opened = spawn_compute(move || Store::open(&path, clock::now())).await?;
        Some(opened.inspect(|(_, opened)| self.tell(opened)))
    }

    /// Opens the store again, to write to it, and gives it to all who want it.
    pub(super) async fn reopen(&self) -> Result<Store, StoreError> {
        let path = self.path.clone().ok_or(StoreError::Stopped)?;
        let opened = spawn_compute(move || Store::open_to_write(&path, clock::now())).await;
        let (store, opened) = opened.unwrap_or(Err(StoreError::Stopped))?;
        self.tell(&opened);
        self.publish(Opening::Open { store: store.clone(), alone: opened.alone });
        Ok(store)
    }

    fn tell(&self, opened: &Opened) {
        if let Some(notice) = opened.notice() {
            // The receiver is gone only when the program is about to end.
            let _ = self.news.send(News::Tell(Event::Notice(notice)));
        }
    }

    /// Gives this to all who want the store.
    pub(super) fn publish(&self, opening: Opening) {
        self.opening.send_replace(opening);
    }
}

/// Has `into` take in a chat of `from`, with its files, as far as `into` does not have it; `None`: `from` does not.
///
/// # Errors
/// When one of them cannot be read or written.
pub async fn copy_chat(from: &Store, id: ConversationId, into: &Store) -> Result<Option<Imported>, StoreError> {
    match chat(from, id).await? {
        Some(bundle) => into.import(bundle).await.map(Some),
        None => Ok(None),
    }
}

/// A chat with its files, for another store to take in; `None` where `from` does not have it.
pub(super) async fn chat(from: &Store, id: ConversationId) -> Result<Option<Bundle>, StoreError> {
    let Some(chat) = from.kept_chat(id).await? else { return Ok(None) };
    let hashes: BTreeSet<BlobHash> = archive::blobs(&chat).cloned().collect();
    let mut blobs = Vec::new();
    for hash in hashes {
        blobs.extend(from.blob(hash).await?);
    }
    Ok(Some(Bundle { chats: vec![chat], blobs, ..Bundle::default() }))
}
