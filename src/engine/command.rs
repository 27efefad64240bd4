//! What the engine can be told to do.

use super::queries::StoreQuery;
use crate::chat::{Ask, Blob, ConversationId, Place, Prompt, TurnId};
use crate::config::CategoryId;
use crate::router::{LessonId, OutcomeId, RouteOverride, Scope};
use jiff::Timestamp;

/// What the engine can be told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Answer a prompt when all before it are answered.
    Submit(Ask),
    /// Ask a turn again that was never answered, in its place.
    AskAnew(TurnId),
    /// Have another model answer a turn that waits for its answer. One of which something was answered, or that is over,
    /// is left alone.
    Redirect {
        /// The turn.
        turn: TurnId,
        /// Which category or model should answer.
        route: RouteOverride,
    },
    /// Take a turn that waits out of the queue. One that is being answered is left alone.
    Unqueue(TurnId),
    /// Move a prompt in the queue by one place: it changes places with the one before it, or behind it.
    Requeue {
        /// The turn in whose place the prompt is now.
        turn: TurnId,
        /// Whether it is asked later than now.
        later: bool,
    },
    /// Stop a turn, whether it runs or waits. One that is over is left alone.
    Stop(TurnId),
    /// Ask every provider in use for its models, where they are unknown or were listed long ago; and where no provider
    /// can answer, look for a server on this machine.
    ListModels,
    /// Say what would become of a prompt, by the local deciders alone. Only the latest is answered.
    Preview(Preview),
    /// Learn that the decision of a turn was wrong. Saying what was decided takes an earlier correction back.
    Correct {
        /// The turn.
        turn: TurnId,
        /// What it should have been.
        category: CategoryId,
        /// How far that reaches.
        scope: Scope,
        /// When the user said so.
        at: Timestamp,
    },
    /// Tell all lessons, and what was learned of models, where that was not asked for before.
    Recall,
    /// Unlearn a lesson.
    Unteach {
        /// The lesson.
        lesson: LessonId,
        /// When the user said so.
        at: Timestamp,
    },
    /// Count that of two answers to the same prompt, seen side by side, one was chosen.
    Prefer {
        /// The turn whose answer was chosen.
        chosen: TurnId,
        /// The turn whose answer was not.
        over: TurnId,
        /// When the user chose.
        at: Timestamp,
    },
    /// Have an outcome not count any more.
    UndoOutcome {
        /// The outcome.
        outcome: OutcomeId,
        /// When the user said so.
        at: Timestamp,
    },
    /// Show a conversation from the store.
    Open(ConversationId),
    /// The user looks at this conversation now, which may be new.
    LookAt(ConversationId),
    /// Change something about a conversation as a whole.
    Change(ConversationId, ChatChange),
    /// Hold the content of a file that is attached to the prompt that is being written.
    Hold(Blob),
    /// Look something up in the store.
    Query(StoreQuery),
}

/// A change of a conversation as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatChange {
    /// The user is at this place in it, at this time.
    SaveView(Box<Place>, Timestamp),
    /// It gets another title.
    Rename(String),
    /// It goes to the archive at this time, or comes back.
    Archive(Option<Timestamp>),
    /// It stands first in the list, or not any more.
    Pin(bool),
    /// It is deleted at this time. Until the program ends that can be taken back.
    Delete(Timestamp),
    /// It is not deleted after all.
    Restore,
}

/// A prompt that is still being typed, and where it would stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Comes back with the answer.
    pub serial: u64,
    /// The conversation that it would belong to.
    pub chat: ConversationId,
    /// The turn that it would follow up on.
    pub parent: Option<TurnId>,
    /// The prompt so far.
    pub prompt: Prompt,
    /// Which category or model should answer, when the user said so.
    pub route: RouteOverride,
}
