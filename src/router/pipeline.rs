//! What every local decider is: asked in order, and the first that is sure wins.
//!
//! Owns the order and the question. Each decider has a file of its own and knows nothing of the others; what several of
//! them need (where the prompt lies, what the classifier says of it) is worked out once, when it is first asked for.

use super::classifier::{Classification, Classifier};
use super::decision::Decider;
use super::follow_up::{self, Follow};
use super::lessons::Lessons;
use super::memory::Memory;
use super::{Learned, Query, capability, lessons, memory, overridden};
use crate::config::{CategoryId, Config, ModelId};
use std::cell::OnceCell;

/// A step of the pipeline.
pub(super) trait Decide {
    /// What it found, when it is sure.
    fn decide(&self, ask: &Ask<'_>) -> Option<Finding>;
}

/// Who is asked before the network is, in this order. Exact memory stands before the follow-ups, and what lessons say of
/// similar prompts behind them: a correction of "fix it" has to hold, and no lesson may capture every "fix it".
const ORDER: [&dyn Decide; 6] = [
    &overridden::Overridden,
    &capability::Capability,
    &memory::Exact,
    &follow_up::FollowUp,
    &lessons::Similar,
    &super::classifier::Sure,
];

/// The finding of the first decider that is sure.
pub(super) fn first_sure(ask: &Ask<'_>) -> Option<Finding> {
    ORDER.iter().find_map(|decider| decider.decide(ask))
}

/// A query, and what the deciders may know.
pub(super) struct Ask<'a> {
    pub(super) query: Query<'a>,
    pub(super) config: &'a Config,
    pub(super) learned: &'a Learned,
    pub(super) classifier: &'a Classifier,
    classification: OnceCell<Option<Classification>>,
    follow: OnceCell<Option<Follow>>,
}

impl<'a> Ask<'a> {
    pub(super) fn new(query: Query<'a>, config: &'a Config, learned: &'a Learned, classifier: &'a Classifier) -> Self {
        Self { query, config, learned, classifier, classification: OnceCell::new(), follow: OnceCell::new() }
    }

    /// What the classifier says of the prompt alone; `None` when it cannot say anything.
    pub(super) fn classification(&self) -> Option<&Classification> {
        let think = || self.classifier.classify(self.query.prompt, self.config, &self.learned.lessons);
        self.classification.get_or_init(think).as_ref()
    }

    /// What becomes of that after the turn before; `None` when there is none or the prompt stands alone.
    pub(super) fn follow(&self) -> Option<&Follow> {
        let think = || follow_up::follow(self, self.classification()?, self.query.previous?);
        self.follow.get_or_init(think).as_ref()
    }

    /// What the user taught.
    pub(super) fn lessons(&self) -> &Lessons {
        &self.learned.lessons
    }

    /// What judges said.
    pub(super) fn memory(&self) -> &Memory {
        &self.learned.memory
    }
}

/// What a decider found: enough to make a decision of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) decider: Decider,
    pub(super) category: CategoryId,
    /// Instead of the category's own model.
    pub(super) model: Option<ModelId>,
    pub(super) probabilities: Vec<(CategoryId, f64)>,
    pub(super) reason: String,
    pub(super) evidence: Vec<String>,
    pub(super) requests: u32,
}

impl Finding {
    /// A finding with nothing but its reason.
    pub(super) fn new(decider: Decider, category: CategoryId, reason: impl Into<String>) -> Self {
        Self {
            decider,
            category,
            model: None,
            probabilities: Vec::new(),
            reason: reason.into(),
            evidence: Vec::new(),
            requests: 0,
        }
    }
}
