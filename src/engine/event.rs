//! What the engine reports.

use crate::chat::{Blob, BlobHash, Blobs, TurnEvent, TurnId};
use crate::config::Config;
use crate::router::{KnownOutcome, Lesson, LessonId, LocalDecision};
use crate::store::{Chat, ChatRow, DecisionRow, ExportedChat, Hit, ModelUse, Resume, RouteReport};
use std::sync::Arc;

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Something happened to a turn.
    Turn(TurnId, TurnEvent),
    /// The settings from now on: more is known of the models.
    Configured(Arc<Config>),
    /// Why a provider could not list its models.
    Unlisted(String),
    /// A server was found that answers from now on.
    Connected {
        /// Its name.
        provider: String,
        /// Which provider answers and why, in one line.
        connection: String,
    },
    /// What would become of a prompt.
    Previewed {
        /// The number of the question.
        serial: u64,
        /// What the local deciders make of it.
        local: Box<LocalDecision>,
    },
    /// A correction was learned.
    Taught(Lesson),
    /// A lesson is no longer in force.
    Untaught(LessonId),
    /// All lessons in force, whenever they change.
    Lessons(Vec<Lesson>),
    /// All outcomes of models that count, the oldest first, at the start and whenever they change.
    Outcomes(Vec<KnownOutcome>),
    /// How routing did.
    Report(Box<RouteReport>),
    /// How each model did that was asked lately.
    ModelUse(Vec<ModelUse>),
    /// What a start can go on with.
    Resumed(Box<Resume>),
    /// A conversation as it is now.
    Opened(Box<Chat>),
    /// Everything about a conversation, to be written to a file, with the pictures and files that it shows.
    Exported(Box<ExportedChat>, Blobs),
    /// The conversations.
    Chats(ChatList),
    /// Where a text occurs.
    Found {
        /// The number of the question.
        serial: u64,
        /// The latest first.
        hits: Vec<Hit>,
    },
    /// Decisions over all conversations.
    Decisions {
        /// The number of the question.
        serial: u64,
        /// The latest first.
        rows: Vec<DecisionRow>,
    },
    /// The content of a file; `None`: it is not there.
    Blob(BlobHash, Option<Blob>),
    /// Whether what happens is saved.
    Persistence(PersistenceStatus),
    /// Something that the user should know, in one line.
    Notice(String),
}

/// Whether what happens is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersistenceStatus {
    /// It is.
    Saved,
    /// It is not: why, and what to do.
    Unsaved(String),
    /// The user wants nothing saved.
    Incognito,
}

/// The list of chats, as far as there is one.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatList {
    /// The latest first.
    Listed(Vec<ChatRow>),
    /// There is no store.
    Unavailable,
}
