//! What was read from a file, whichever format and version it was: whether its parts fit together.

use super::LeftOut;
use super::decode;
use super::record::{self, Conversation, Decision, Lesson, Verdict};
use crate::chat::{Blob, BlobHash, ConversationId, TurnId, id};
use crate::store::ExportedTurn;
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};

/// The greatest name that something can have `now`: another machine's clock may be ahead by a day.
pub(super) fn latest(now: Timestamp) -> u64 {
    let tomorrow = now.saturating_add(SignedDuration::from_hours(24)).unwrap_or(now);
    id::at(tomorrow, u64::MAX)
}

/// All of a file.
#[derive(Debug)]
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
    /// No name is greater.
    latest: u64,
}

impl Contents {
    /// Nothing yet, of a file that is read `now`.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            chats: Vec::new(),
            blobs: Vec::new(),
            decisions: Vec::new(),
            lessons: Vec::new(),
            verdicts: Vec::new(),
            left_out: LeftOut::default(),
            places: HashMap::new(),
            turns: HashSet::new(),
            hashes: HashSet::new(),
            latest: latest(now),
        }
    }

    /// Adds a conversation, as yet without turns.
    pub(super) fn begin(&mut self, conversation: Conversation) -> Result<(), String> {
        if conversation.id.0 > self.latest {
            return Err(format!("the name of the conversation {} lies in the future", conversation.id));
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
        if id.0 > self.latest {
            return Err(format!("the name of the turn {id} lies in the future"));
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
