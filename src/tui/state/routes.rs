//! The selection in the history of decisions.

use crate::engine::TurnId;

/// Which decision is selected; `None`: the latest, whichever that is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Routes {
    selected: Option<TurnId>,
}

impl Routes {
    /// The selected decision.
    pub(crate) fn selected(&self) -> Option<TurnId> {
        self.selected
    }

    /// Selects one, or goes back to the latest.
    pub(crate) fn select(&mut self, id: Option<TurnId>) {
        self.selected = id;
    }

    /// Moves the selection in `history` (the latest first); it stops at both ends. The first line is the latest
    /// decision only as long as no newer one comes, so it is selected by name like every other.
    pub(crate) fn move_by(&mut self, lines: isize, history: &[TurnId]) {
        let at = self.selected.and_then(|id| history.iter().position(|&known| known == id)).unwrap_or(0);
        let last = history.len().saturating_sub(1);
        self.selected = history.get(at.saturating_add_signed(lines).min(last)).copied();
    }
}
