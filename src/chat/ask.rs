//! One prompt on its way: everything that is known before an answer. Plain data.

use super::id::{ConversationId, TurnId};
use super::prompt::Prompt;
use crate::router::RouteOverride;
use jiff::Timestamp;

/// A prompt, and where in which conversation it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The conversation; an unknown one begins with this prompt.
    pub chat: ConversationId,
    /// The turn that it follows up on; `None`: it begins a branch of its own.
    pub parent: Option<TurnId>,
    /// The turn that it becomes: a new id, greater than its parent's.
    pub turn: TurnId,
    /// What the user asks.
    pub prompt: Prompt,
    /// Which category or model should answer, when the user said so.
    pub route: RouteOverride,
    /// When the user asked.
    pub asked_at: Timestamp,
}
