//! The prompts that wait for the answer that comes, and what the user wants of those that are being taken out. The queue
//! itself is in the conversation: nothing here copies it.

use super::State;
use crate::chat::{Turn, TurnId};

/// What becomes of a prompt that is taken out of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unqueued {
    /// It goes to the input, to be edited.
    Edited,
    /// It goes to the earlier prompts.
    Dropped,
}

/// The prompts that are being taken out of the queue: the engine may have begun to answer one meanwhile.
#[derive(Debug, Default)]
pub(crate) struct LeavingQueue(Vec<(TurnId, Unqueued)>);

impl LeavingQueue {
    /// The user wants a prompt taken out.
    pub(crate) fn note(&mut self, turn: TurnId, what: Unqueued) {
        self.forget(turn);
        self.0.push((turn, what));
    }

    /// The prompt is out, or is being answered: what the user wanted of it.
    pub(crate) fn forget(&mut self, turn: TurnId) -> Option<Unqueued> {
        let at = self.0.iter().position(|(leaving, _)| *leaving == turn)?;
        Some(self.0.swap_remove(at).1)
    }
}

impl State {
    /// The prompts that wait for the answer that comes, in the order in which they will be asked.
    pub(crate) fn queue(&self) -> impl Iterator<Item = &Turn> {
        self.conversation.queue()
    }

    /// How many prompts wait.
    pub(crate) fn queued(&self) -> usize {
        self.queue().count()
    }
}
