//! Steps from prompt to prompt and from message to message, and the turn that keys are about. Owns
//! no state of its own.

use super::Transcript;
use crate::chat::{Spot, Turn, TurnId};

impl Transcript {
    /// Goes so many prompts up (negative) or down.
    pub(crate) fn go_by_prompts(&mut self, prompts: isize, turns: &[Turn]) {
        self.settle(turns);
        let Some(here) = self.at_hand() else { return };
        // Up from inside a turn is its own prompt first.
        let inside = prompts < 0 && self.starts[here] < self.top;
        let target = if inside { here.checked_add_signed(prompts + 1) } else { here.checked_add_signed(prompts) };
        match target.filter(|target| *target < self.entries.len()) {
            Some(index) => {
                self.cursor = Some(self.entries[index].id);
                if !self.shows(self.starts[index]) || index < here {
                    self.go_to_row(self.starts[index], turns);
                }
            }
            None if prompts > 0 => self.follow(),
            None => self.go_to_row(0, turns),
        }
    }

    /// Goes so many messages up (negative) or down: to the head of a prompt, or of an answer.
    pub(crate) fn go_by_messages(&mut self, messages: isize, turns: &[Turn]) {
        self.settle(turns);
        let Some(here) = self.turn_of(self.top) else { return };
        self.reach(here, self.entries[here].rows + 1, 1, turns);
        self.find_top(turns);
        let around = here.saturating_sub(1)..(here + 2).min(self.entries.len());
        let heads = around.flat_map(|index| {
            let layout = self.entries[index].layout.as_ref();
            let answer = layout.map(|layout| self.starts[index] + layout.row(Spot::AnswerHead, &turns[index]));
            [Some(self.starts[index]), answer].into_iter().flatten()
        });
        let heads: Vec<usize> = heads.collect();
        let target = match messages {
            ..0 => heads.into_iter().rev().find(|head| *head < self.top),
            _ => heads.into_iter().find(|head| *head > self.top),
        };
        match target {
            Some(row) => {
                self.cursor = self.turn_of(row).map(|index| self.entries[index].id);
                self.go_to_row(row, turns);
            }
            None if messages > 0 => self.follow(),
            None => self.go_to_row(0, turns),
        }
    }

    /// The turn that keys are about: the one that was stepped to while it is in sight, else the last whose prompt is.
    pub(crate) fn turn_at_hand(&self) -> Option<TurnId> {
        self.at_hand().map(|index| self.entries[index].id)
    }

    fn at_hand(&self) -> Option<usize> {
        let first = self.turn_of(self.top)?;
        let last = self.turn_of((self.top + self.height).min(self.total()).saturating_sub(1)).unwrap_or(first);
        let stepped_to = self.cursor.and_then(|id| self.index(id));
        Some(stepped_to.filter(|index| (first..=last).contains(index)).unwrap_or(last))
    }

    /// Makes a turn in sight the one that keys are about.
    pub(crate) fn step_to(&mut self, id: TurnId) {
        self.cursor = Some(id);
    }
}
