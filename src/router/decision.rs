//! The answer to "which model, and why": shown, kept with its turn, exported. Plain data, and its JSON.

use super::deciders::Decider;
use crate::config::{CategoryId, ModelId};
use crate::format::percent;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::sync::Arc;
use std::time::Duration;

/// How the hint begins of a decision for images without an image.
pub(super) const NO_PICTURE: &str = "it speaks of a picture and none is attached";

/// A model that could answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The model.
    pub model: ModelId,
    /// The provider that has it.
    pub provider: Arc<str>,
}

/// Which model answers a prompt, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What the prompt was taken for.
    pub category: CategoryId,
    /// The model that is asked first, then its fallbacks in order; never empty.
    pub candidates: Vec<Candidate>,
    /// What decided.
    pub decider: Decider,
    /// How probable categories were, from 0 to 1: all of them, the chosen one alone where no more is known, or none.
    pub probabilities: Vec<(CategoryId, f64)>,
    /// Why, in one line.
    pub reason: String,
    /// What the user should know or do, where something is missing.
    pub hint: Option<String>,
    /// What spoke for it, the strongest first.
    pub evidence: Vec<String>,
    /// How long deciding took.
    pub elapsed: Duration,
    /// How many requests deciding cost.
    pub requests: u32,
}

/// The decision of the local deciders.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalDecision {
    /// The decision, as it stands without a judge.
    pub decision: Decision,
    /// Whether a decider was sure. If not, the decision is a guess, and a judge may know better.
    pub sure: bool,
}

impl Decision {
    /// Whether it is for images, and none is attached.
    pub fn lacks_picture(&self) -> bool {
        self.hint.as_ref().is_some_and(|hint| hint.starts_with(NO_PICTURE))
    }

    /// The model that is asked first.
    pub fn model(&self) -> &ModelId {
        &self.candidates[0].model
    }

    /// The provider that is asked first.
    pub fn provider(&self) -> &str {
        &self.candidates[0].provider
    }

    /// The provider that has `model`, one of the candidates.
    pub fn provider_of(&self, model: &ModelId) -> &str {
        let candidate = self.candidates.iter().find(|candidate| candidate.model == *model);
        candidate.map_or(self.provider(), |candidate| &candidate.provider)
    }

    /// How probable the chosen category was; `None` when the decider gives no probabilities.
    pub fn confidence(&self) -> Option<f64> {
        self.probabilities.iter().find(|(id, _)| *id == self.category).map(|(_, probability)| *probability)
    }

    /// Whether this guess is likely enough to be asked before the judge has spoken: one that is more likely wrong than
    /// right would cost a request more often than it saves time.
    pub fn is_worth_racing(&self) -> bool {
        self.confidence().is_none_or(|probability| probability >= 0.5)
    }

    /// This guess, when the judge could not help: `why` says how that went.
    #[must_use]
    pub fn without_judge(self, why: &str, requests: u32) -> Self {
        let guess = self.confidence().map_or_else(String::new, |p| format!("; {} by the local guess", percent(p)));
        Self { reason: format!("{why}{guess}"), requests, ..self }
    }
}

/// The JSON of `pointsman route --json`; its keys are a contract.
impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Probabilities<'a>(&'a [(CategoryId, f64)]);
        impl Serialize for Probabilities<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.0.len()))?;
                for (id, probability) in self.0 {
                    map.serialize_entry(id, probability)?;
                }
                map.end()
            }
        }
        let models: Vec<&ModelId> = self.candidates.iter().map(|candidate| &candidate.model).collect();
        let mut object = serializer.serialize_struct("Decision", 12)?;
        object.serialize_field("category", &self.category)?;
        object.serialize_field("model", self.model())?;
        object.serialize_field("provider", self.provider())?;
        object.serialize_field("decider", self.decider.name())?;
        object.serialize_field("confidence", &self.confidence())?;
        object.serialize_field("probabilities", &Probabilities(&self.probabilities))?;
        object.serialize_field("reason", &self.reason)?;
        object.serialize_field("hint", &self.hint)?;
        object.serialize_field("evidence", &self.evidence)?;
        object.serialize_field("candidates", &models)?;
        object.serialize_field("elapsed_us", &u64::try_from(self.elapsed.as_micros()).unwrap_or(u64::MAX))?;
        object.serialize_field("requests", &self.requests)?;
        object.end()
    }
}
