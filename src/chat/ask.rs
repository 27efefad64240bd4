//! One prompt on its way: everything that is known before an answer. Plain data.

use super::id::{ConversationId, TurnId};
use super::origin::Origin;
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
    /// Why it is asked.
    pub origin: Origin,
    /// When the user asked.
    pub asked_at: Timestamp,
}

impl Ask {
    /// Whether the user chose the category or the model of a prompt they wrote. Asking again and going on name a model,
    /// too, and say nothing of the router's choice.
    pub fn is_overridden(&self) -> bool {
        self.origin == Origin::Typed && !self.route.is_none()
    }

    /// Takes over what `other` asks. Conversation, parent and id stay: they are the place in the tree.
    pub(super) fn take_over(&mut self, other: Self) {
        let Self { chat, parent, turn, .. } = *self;
        *self = Self { chat, parent, turn, ..other };
    }
}
