//! What was read from a file, in the format's own shapes, whichever format it was.

use super::LeftOut;
use super::record::{Conversation, Decision, Lesson, Turn, Verdict};
use crate::chat::{ConversationId, TurnId, name};
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};

/// The greatest name that something can have `now`: another machine's clock may be ahead by a day.
pub(super) fn latest(now: Timestamp) -> u64 {
    let tomorrow = now.saturating_add(SignedDuration::from_hours(24)).unwrap_or(now);
    name::at(tomorrow, u64::MAX)
}

/// All of a file.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) chats: Vec<(Conversation, Vec<Turn>)>,
    pub(super) decisions: Vec<Decision>,
    pub(super) lessons: Vec<Lesson>,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) left_out: LeftOut,
    places: HashMap<ConversationId, usize>,
    turns: HashSet<TurnId>,
    /// No name is greater.
    latest: u64,
}

impl Contents {
    /// Nothing yet, of a file that is read `now`.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            chats: Vec::new(),
            decisions: Vec::new(),
            lessons: Vec::new(),
            verdicts: Vec::new(),
            left_out: LeftOut::default(),
            places: HashMap::new(),
            turns: HashSet::new(),
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
    pub(super) fn turn(&mut self, conversation: ConversationId, turn: Turn) -> Result<(), String> {
        let Some((_, turns)) = self.places.get(&conversation).and_then(|place| self.chats.get_mut(*place)) else {
            return Err(format!("the conversation {conversation} of this turn stands nowhere before it"));
        };
        if turn.id.0 > self.latest {
            return Err(format!("the name of the turn {} lies in the future", turn.id));
        }
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
