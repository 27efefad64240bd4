//! What was read from a file, in the format's own shapes, whichever format it was.

use super::LeftOut;
use super::record::{Conversation, Decision, Lesson, Turn, Verdict};
use crate::chat::{ConversationId, TurnId};
use std::collections::{HashMap, HashSet};

/// All of a file.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) chats: Vec<(Conversation, Vec<Turn>)>,
    pub(super) decisions: Vec<Decision>,
    pub(super) lessons: Vec<Lesson>,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) left_out: LeftOut,
    places: HashMap<ConversationId, usize>,
    turns: HashSet<TurnId>,
}

impl Contents {
    /// Adds a conversation, as yet without turns.
    pub(super) fn begin(&mut self, conversation: Conversation) -> Result<(), String> {
        if self.places.insert(conversation.id, self.chats.len()).is_some() {
            return Err(format!("the conversation {} comes twice", conversation.id));
        }
        self.chats.push((conversation, Vec::new()));
        Ok(())
    }

    /// Adds a turn to a conversation that was added before.
    pub(super) fn turn(&mut self, conversation: ConversationId, turn: Turn) -> Result<(), String> {
        let Some((_, turns)) = self.places.get(&conversation).and_then(|place| self.chats.get_mut(*place)) else {
            return Err(format!("the conversation {conversation} of this turn stands nowhere before it"));
        };
        if !self.turns.insert(turn.id) {
            return Err(format!("the turn {} comes twice", turn.id));
        }
        if turn.parent.is_some_and(|parent| parent >= turn.id) {
            return Err(format!("the turn {} follows up on one that is not before it", turn.id));
        }
        turns.push(turn);
        Ok(())
    }
}
