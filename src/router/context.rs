//! What the deciders may know of one prompt, and what one of them returns.
//!
//! Owns what several deciders need (the classification of the prompt, how it continues the last turn): computed once, when
//! the first decider asks. Must not know the deciders.

use super::learned::{Learned, Preference, PromptVector};
use super::model::{self, Classification, Classifier, Continuation};
use super::query::Query;
use crate::config::{Category, CategoryId, Config, ModelId};
use std::cell::OnceCell;

/// A query, and all that a decision may depend on.
pub(super) struct Context<'a> {
    pub(super) query: Query<'a>,
    pub(super) config: &'a Config,
    pub(super) learned: &'a Learned,
    pub(super) classifier: &'a Classifier,
    classification: OnceCell<Option<Classification>>,
    continuation: OnceCell<Option<Continuation>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(query: Query<'a>, config: &'a Config, learned: &'a Learned, classifier: &'a Classifier) -> Self {
        let (classification, continuation) = (OnceCell::new(), OnceCell::new());
        Self { query, config, learned, classifier, classification, continuation }
    }

    /// What the classifier says of the prompt alone, lessons included; `None` without an encoder or a head.
    pub(super) fn classification(&self) -> Option<&Classification> {
        let compute = || {
            let (prompt, pictures) = (self.query.prompt, self.query.pictures);
            self.classifier.classify(prompt, pictures, self.config, self.learned.lessons.weights())
        };
        self.classification.get_or_init(compute).as_ref()
    }

    /// What the prompt is as a continuation of the last turn; `None` when there is no such turn or the prompt stands alone.
    pub(super) fn continuation(&self) -> Option<&Continuation> {
        let compute = || model::continuation(&self.query, self.config, self.classifier, self.classification()?);
        self.continuation.get_or_init(compute).as_ref()
    }

    /// Which of `models`, which would be asked in this order, outcomes put first; always one of `category`'s own.
    pub(super) fn preference(&self, category: &Category, models: &[ModelId]) -> Option<Preference> {
        let own = category.candidates();
        let count = models.iter().take_while(|model| own.contains(model)).count();
        let vector = || Some(PromptVector::new(self.classification()?.vector()));
        self.learned.outcomes.preferred(&category.id, &models[..count], vector)
    }
}

/// What a decider found: enough to make a decision of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) category: CategoryId,
    /// Instead of the category's own model.
    pub(super) model: Option<ModelId>,
    pub(super) probabilities: Vec<(CategoryId, f64)>,
    pub(super) reason: String,
    pub(super) evidence: Vec<String>,
}

impl Finding {
    /// A finding with nothing but its reason.
    pub(super) fn new(category: CategoryId, reason: impl Into<String>) -> Self {
        Self { category, model: None, probabilities: Vec::new(), reason: reason.into(), evidence: Vec::new() }
    }
}

/// The category of prompts that cannot be classified. Validation made sure that it exists.
pub(super) fn default_category(config: &Config) -> &Category {
    let registry = &config.registry;
    registry.category(&config.routing.default).unwrap_or(&registry.categories()[0])
}
