//! The ids of the turns and chats that begin here.

use crate::chat::id::IdGenerator;
use crate::chat::{ConversationId, TurnId};
use jiff::Timestamp;

/// Gives out ids, each greater than those before.
pub(super) struct Ids {
    turns: IdGenerator,
    chats: IdGenerator,
}

impl Ids {
    /// `salt` tells this program from others that run at the same time.
    pub(super) fn new(salt: u64) -> Self {
        Self { turns: IdGenerator::new(salt), chats: IdGenerator::new(salt) }
    }

    pub(super) fn chat(&mut self, now: Timestamp) -> ConversationId {
        ConversationId(self.chats.next(now, 0))
    }

    /// For a turn that follows up on `parent`.
    pub(super) fn turn(&mut self, parent: Option<TurnId>, now: Timestamp) -> TurnId {
        TurnId(self.turns.next(now, parent.map_or(0, |parent| parent.0)))
    }
}
