//! Looks things up in the store: the list of chats, texts, decisions, the report. Changes nothing.
//!
//! One task does it, beside the one that writes. While the user types, only the latest question of a kind is answered.

use super::blobs::BlobCache;
use super::opening::{OpenStore, Opening, opened};
use super::session::News;
use super::{ChatList, Event};
use crate::archive;
use crate::chat::{BlobHash, Blobs, ConversationId};
use crate::store::{Days, ExportedChat, Filter, Resume, RouteReport, Store, StoreError};
use jiff::Timestamp;
use tokio::sync::mpsc;

/// How many hits of a search are shown.
const SEARCH_HITS_MAX: usize = 60;
/// How many earlier prompts can be recalled.
const RECALLED_PROMPTS_MAX: usize = 300;

/// A question to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreQuery {
    /// What a start can go on with.
    Resume,
    /// All chats.
    Chats,
    /// Where a text occurs in all conversations. Only the latest is answered.
    Search {
        /// Comes back with the answer.
        serial: u64,
        /// What to look for.
        text: String,
    },
    /// Decisions over all conversations. Only the latest is answered.
    Decisions {
        /// Comes back with the answer.
        serial: u64,
        /// Which.
        filter: Box<Filter>,
    },
    /// How routing did, over all, and on each of these days.
    Report(Days),
    /// How each model did that was asked since this time.
    ModelUse(Timestamp),
    /// Everything about a conversation, with what a page of it shows.
    Export(ConversationId),
    /// The content of an attached file, or of a picture in an answer.
    Blob(BlobHash),
}

impl StoreQuery {
    /// Whether the answer to it is of no use any more once `later` was asked.
    fn is_superseded_by(&self, later: &Self) -> bool {
        match self {
            Self::Blob(_) => self == later,
            _ => std::mem::discriminant(self) == std::mem::discriminant(later),
        }
    }
}

/// Answers until no sender is left.
pub(super) async fn run(
    mut store: OpenStore,
    blobs: BlobCache,
    mut questions: mpsc::UnboundedReceiver<StoreQuery>,
    news: mpsc::UnboundedSender<News>,
) {
    let mut waiting: Vec<StoreQuery> = Vec::new();
    loop {
        if waiting.is_empty() {
            match questions.recv().await {
                Some(query) => waiting.push(query),
                None => return,
            }
        }
        while let Ok(query) = questions.try_recv() {
            // A later question of the same kind makes the earlier one obsolete.
            waiting.retain(|earlier| !earlier.is_superseded_by(&query));
            waiting.push(query);
        }
        let query = waiting.remove(0);
        // It may be another one than the last time.
        let open = opened(&mut store).await;
        let alone = matches!(*store.borrow(), Opening::Open { alone: true, .. });
        let answer = match (query, &open) {
            // Also where nothing is saved: it may be held.
            (StoreQuery::Blob(hash), _) => Event::Blob(hash.clone(), blobs.get(&hash).await),
            (query, Some(store)) => {
                answer(store, alone, query).await.unwrap_or_else(|error| Event::Notice(error.to_string()))
            }
            (query, None) => without_store(&query),
        };
        // The receiver is gone only when the program is about to end.
        let _ = news.send(News::Tell(answer));
    }
}

async fn answer(store: &Store, alone: bool, query: StoreQuery) -> Result<Event, StoreError> {
    Ok(match query {
        StoreQuery::Resume => {
            let resume = store.resume(RECALLED_PROMPTS_MAX).await?;
            // A draft that another running program is writing stays there.
            Event::Resumed(Box::new(Resume { draft: resume.draft.filter(|_| alone), ..resume }))
        }
        StoreQuery::Chats => Event::Chats(ChatList::Listed(store.chats().await?)),
        StoreQuery::Search { serial, text } => {
            Event::Found { serial, hits: store.search(text, SEARCH_HITS_MAX).await? }
        }
        StoreQuery::Decisions { serial, filter } => Event::Decisions { serial, rows: store.decisions(*filter).await? },
        StoreQuery::Report(days) => {
            let days = store.days(days).await?;
            Event::Report(Box::new(RouteReport { days, ..store.report(None).await? }))
        }
        StoreQuery::ModelUse(since) => Event::ModelUse(store.model_use(since).await?),
        StoreQuery::Export(chat) => match store.kept_chat(chat).await? {
            Some(chat) => {
                let blobs = shown_blobs(store, &chat).await?;
                Event::Exported(Box::new(chat), blobs)
            }
            None => not_saved(),
        },
        StoreQuery::Blob(hash) => Event::Blob(hash.clone(), store.blob(hash).await?),
    })
}

/// The pictures and files that a page of this chat shows, as far as the store has them.
async fn shown_blobs(store: &Store, chat: &ExportedChat) -> Result<Blobs, StoreError> {
    let mut blobs = Blobs::new();
    for hash in archive::shown_blobs(chat) {
        if !blobs.contains_key(hash)
            && let Some(blob) = store.blob(hash.clone()).await?
        {
            blobs.insert(hash.clone(), blob);
        }
    }
    Ok(blobs)
}

fn not_saved() -> Event {
    Event::Notice("this chat is not kept, so it cannot be written".to_owned())
}

/// The answer where there is no store.
fn without_store(query: &StoreQuery) -> Event {
    match query {
        StoreQuery::Resume => Event::Resumed(Box::default()),
        StoreQuery::Chats => Event::Chats(ChatList::Unavailable),
        StoreQuery::Search { serial, .. } => Event::Found { serial: *serial, hits: Vec::new() },
        StoreQuery::Decisions { serial, .. } => Event::Decisions { serial: *serial, rows: Vec::new() },
        StoreQuery::Report(_) => Event::Notice("there is no report: nothing is being kept".to_owned()),
        StoreQuery::ModelUse(_) => Event::ModelUse(Vec::new()),
        StoreQuery::Export(_) => not_saved(),
        StoreQuery::Blob(hash) => Event::Blob(hash.clone(), None),
    }
}
