//! What the engine can be told to do.

use crate::chat::{ConversationId, Place, TurnId};
use crate::config::CategoryId;
use crate::router::{LessonId, RouteOverride, Scope};
use crate::store::Filter;
use jiff::Timestamp;
use std::sync::Arc;

/// What the engine can be told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Answer a prompt when all before it are answered.
    Submit {
        /// The conversation that it belongs to; an unknown one begins with it.
        chat: ConversationId,
        /// What it follows up on.
        parent: Option<TurnId>,
        /// The turn it becomes: a new name, greater than its parent's.
        turn: TurnId,
        /// The prompt.
        prompt: Arc<str>,
        /// Who should answer, when the user said so.
        route: RouteOverride,
        /// When the user asked.
        asked_at: Timestamp,
    },
    /// Ask a turn again that was never answered, in its place.
    AskAnew(TurnId),
    /// Have somebody else answer a turn that waits for its answer. One of which something was answered, or that is over,
    /// is left alone.
    Redirect {
        /// The turn.
        turn: TurnId,
        /// Who should answer.
        route: RouteOverride,
    },
    /// Stop a turn, whether it runs or waits. One that is over is left alone.
    Stop(TurnId),
    /// Ask everyone in use which models they have, where that is not known or was told long ago; and where nobody can
    /// answer, look for a server on this machine.
    ListModels,
    /// Say what would become of a prompt, by the local deciders alone. Only the latest is answered.
    Preview {
        /// Comes back with the answer.
        serial: u64,
        /// The conversation that it would belong to.
        chat: ConversationId,
        /// What it would follow up on.
        parent: Option<TurnId>,
        /// The prompt so far.
        prompt: Arc<str>,
        /// Who should answer, when the user said so.
        route: RouteOverride,
    },
    /// Learn that the decision of a turn was wrong.
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
    /// Unlearn a lesson.
    Unteach {
        /// The lesson.
        lesson: LessonId,
        /// When the user said so.
        at: Timestamp,
    },
    /// Tell how routing did.
    Report,
    /// Tell what a start can go on with.
    Resume,
    /// Show a conversation that was kept.
    Open(ConversationId),
    /// Give out everything about a conversation.
    Fetch(ConversationId),
    /// The user looks at this conversation now, which may be new.
    LookAt(ConversationId),
    /// Keep where the user is in a conversation.
    Keep {
        /// The conversation.
        chat: ConversationId,
        /// Where.
        place: Box<Place>,
        /// When.
        at: Timestamp,
    },
    /// Give a conversation another title.
    Rename {
        /// The conversation.
        chat: ConversationId,
        /// Its title.
        title: String,
    },
    /// Put a conversation in the archive, or take it out.
    Archive {
        /// The conversation.
        chat: ConversationId,
        /// Since when it belongs there; `None`: not any more.
        at: Option<Timestamp>,
    },
    /// Delete a conversation. Until the program ends that can be taken back.
    Delete {
        /// The conversation.
        chat: ConversationId,
        /// When.
        at: Timestamp,
    },
    /// Take a deletion back.
    Restore(ConversationId),
    /// List the conversations.
    ListChats,
    /// Find a text in all conversations. Only the latest is answered.
    Search {
        /// Comes back with the answer.
        serial: u64,
        /// What to look for.
        text: String,
    },
    /// List decisions over all conversations. Only the latest is answered.
    ListDecisions {
        /// Comes back with the answer.
        serial: u64,
        /// Which.
        filter: Box<Filter>,
    },
}
