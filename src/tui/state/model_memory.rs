//! What this run knows of models besides the settings: names that were typed, and how models did lately.

use crate::config::ModelId;
use crate::store::ModelUse;

/// What is known of models.
#[derive(Debug, Default)]
pub(crate) struct ModelMemory {
    /// Names that the user typed and that no provider lists, the latest first.
    pub(crate) typed: Vec<ModelId>,
    /// How each model did that was asked lately.
    pub(crate) uses: Vec<ModelUse>,
}

impl ModelMemory {
    /// How `model` did lately; `None`: it was not asked.
    pub(crate) fn of(&self, model: &ModelId) -> Option<&ModelUse> {
        self.uses.iter().find(|used| used.model == *model)
    }

    /// Notes that the user typed the name of `model`.
    pub(crate) fn note_typed(&mut self, model: ModelId) {
        self.typed.retain(|typed| *typed != model);
        self.typed.insert(0, model);
    }
}
