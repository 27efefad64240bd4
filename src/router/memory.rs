//! What a judge said of a prompt, so that it need not be asked again. Plain data; where it is kept is the store's
//! business.

use crate::config::{CategoryId, ModelId};
use jiff::Timestamp;

/// What a judge said.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Stands for the prompt and for everything else that the verdict depends on.
    pub key: String,
    /// What the prompt is.
    pub category: CategoryId,
    /// The judge.
    pub model: ModelId,
    /// How sure it was, from 0 to 1; `None` when it did not say.
    pub confidence: Option<f64>,
    /// Why, in its words.
    pub reason: String,
    /// When it said so.
    pub decided_at: Timestamp,
}
