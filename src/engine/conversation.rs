//! The turns of one conversation, in order.

use super::turn::{Turn, TurnEvent, TurnId};
use crate::chat::Exchange;
use crate::config::CategoryId;

/// Turns in the order in which they were asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conversation {
    turns: Vec<Turn>,
}

impl Conversation {
    /// All turns.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// The turn of that name.
    pub fn turn(&self, id: TurnId) -> Option<&Turn> {
        self.index(id).map(|index| &self.turns[index])
    }

    /// Adds a turn behind all others.
    pub fn push(&mut self, turn: Turn) {
        debug_assert!(self.turns.last().is_none_or(|last| last.id < turn.id), "ids ascend");
        self.turns.push(turn);
    }

    /// Takes a turn out, as if it had never been asked.
    pub fn remove(&mut self, id: TurnId) -> Option<Turn> {
        self.index(id).map(|index| self.turns.remove(index))
    }

    /// Records what happened to a turn; one that is gone is ignored. Gives back where the turn stands.
    pub fn apply(&mut self, id: TurnId, event: TurnEvent) -> Option<usize> {
        let index = self.index(id)?;
        self.turns[index].apply(event);
        Some(index)
    }

    /// Records what a turn should have been taken for.
    pub fn correct(&mut self, id: TurnId, category: CategoryId) {
        if let Some(index) = self.index(id) {
            self.turns[index].corrected = Some(category);
        }
    }

    /// Forgets what turns of this prompt should have been taken for, where that was `category`.
    pub fn uncorrect(&mut self, prompt: &str, category: &CategoryId) {
        for turn in self.turns.iter_mut().filter(|turn| &*turn.prompt == prompt) {
            turn.corrected.take_if(|corrected| *corrected == *category);
        }
    }

    /// The first turn that is not over: the one that runs, or is about to.
    pub fn current(&self) -> Option<&Turn> {
        // Turns run in order, so what is not over stands at the end: search from there.
        self.turns.iter().rev().take_while(|turn| !turn.is_over()).last()
    }

    /// What the turns before `id` say to a model.
    pub fn exchanges_before(&self, id: TurnId) -> Vec<Exchange> {
        self.turns.iter().take_while(|turn| turn.id < id).filter_map(Turn::exchange).collect()
    }

    /// What the last turn before `id` that says anything to a model was taken for.
    pub fn category_before(&self, id: TurnId) -> Option<&CategoryId> {
        let mut before = self.turns.iter().rev().filter(|turn| turn.id < id);
        let last = before.find(|turn| turn.exchange().is_some())?;
        last.category()
    }

    /// What the last turn that says anything to a model says, and what it was taken for.
    pub fn last_exchange(&self) -> Option<(Exchange, Option<CategoryId>)> {
        let (turn, exchange) = self.turns.iter().rev().find_map(|turn| Some((turn, turn.exchange()?)))?;
        Some((exchange, turn.category().cloned()))
    }

    fn index(&self, id: TurnId) -> Option<usize> {
        self.turns.binary_search_by_key(&id, |turn| turn.id).ok()
    }
}
