//! What was read from a file, whichever format and version it was: whether its parts fit together.

use super::LeftOut;
use super::decode;
use super::record::{self, Conversation, Decision, Lesson, Verdict};
use crate::chat::id::has_room_behind;
use crate::chat::{Blob, BlobHash, ConversationId, TurnId};
use crate::store::ExportedTurn;
use std::collections::{HashMap, HashSet};

/// All of a file.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) chats: Vec<(Conversation, Vec<ExportedTurn>)>,
    pub(super) blobs: Vec<Blob>,
    pub(super) decisions: Vec<Decision>,
    pub(super) lessons: Vec<Lesson>,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) left_out: LeftOut,
    places: HashMap<ConversationId, usize>,
    turns: HashSet<TurnId>,
    hashes: HashSet<BlobHash>,
}

impl Contents {
    /// Adds a conversation, as yet without turns.
    pub(super) fn begin(&mut self, conversation: Conversation) -> Result<(), String> {
        // A name may lie in the future: a clock can be ahead, and what it named comes in under the same name each time.
        if !has_room_behind(conversation.id.0) {
            return Err(format!("no later name could follow that of the conversation {}", conversation.id));
        }
        if self.places.insert(conversation.id, self.chats.len()).is_some() {
            return Err(format!("the conversation {} comes twice", conversation.id));
        }
        self.chats.push((conversation, Vec::new()));
        Ok(())
    }

    /// Adds a turn to a conversation that was added before.
    pub(super) fn turn(&mut self, kept: ExportedTurn) -> Result<(), String> {
        let (chat, id, parent) = (kept.turn.ask.chat, kept.turn.id(), kept.turn.parent());
        let Some((_, turns)) = self.places.get(&chat).and_then(|place| self.chats.get_mut(*place)) else {
            return Err(format!("the conversation {chat} of this turn stands nowhere before it"));
        };
        if !has_room_behind(id.0) {
            return Err(format!("no later name could follow that of the turn {id}"));
        }
        if !self.turns.insert(id) {
            return Err(format!("the turn {id} comes twice"));
        }
        if parent.is_some_and(|parent| parent >= id) {
            return Err(format!("the turn {id} follows up on one that is not before it"));
        }
        turns.push(kept);
        Ok(())
    }

    /// Adds a blob; one that was added before is the same.
    pub(super) fn blob(&mut self, record: &record::Blob) -> Result<(), String> {
        let blob = decode::blob(record)?;
        if self.hashes.insert(record.hash.0.clone()) {
            self.blobs.push(blob);
        }
        Ok(())
    }
}
