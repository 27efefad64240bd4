//! Which line of the history of decisions is selected, and in which order decisions were corrected. What a correction
//! says stands in its turn, and nowhere else.

use crate::chat::TurnId;

/// The selection in the history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DecisionCursor {
    /// `None`: the latest decision, whichever that is.
    selected: Option<TurnId>,
    /// The turns that were corrected since the chat was opened, the latest last.
    corrected: Vec<TurnId>,
}

impl DecisionCursor {
    /// The selected decision.
    pub(crate) fn selected(&self) -> Option<TurnId> {
        self.selected
    }

    /// Another conversation is in sight.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Selects one, or goes back to the latest.
    pub(crate) fn select(&mut self, id: Option<TurnId>) {
        self.selected = id;
    }

    /// Moves the selection in `history` (the latest first); it stops at both ends. The first line is the latest
    /// decision only as long as no newer one comes, so it is selected by its id like every other.
    pub(crate) fn move_by(&mut self, lines: isize, history: &[TurnId]) {
        let at = self.selected.and_then(|id| history.iter().position(|&known| known == id)).unwrap_or(0);
        let last = history.len().saturating_sub(1);
        self.selected = history.get(at.saturating_add_signed(lines).min(last)).copied();
    }

    /// The user corrected the decision of a turn.
    pub(crate) fn note_correction(&mut self, id: TurnId) {
        self.corrected.retain(|earlier| *earlier != id);
        self.corrected.push(id);
    }

    /// The turns that were corrected, the latest first. Some corrections may be undone.
    pub(crate) fn corrected(&self) -> impl Iterator<Item = TurnId> {
        self.corrected.iter().rev().copied()
    }
}
