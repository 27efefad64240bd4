//! Sections without names to resolve. Each is one struct: the shape in the file, the setting in use, and what
//! `config show` prints.
//!
//! A new setting is a field here and its default with a comment in `assets/config.toml`. Must not know other sections.

use super::checked::{
    AnswerBytes, ContextWindow, ImageSide, Probability, Refusal, Seconds, printable, shown_path, system_prompt,
    unless_empty,
};
use super::registry::{CategoryId, ModelId};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::path::PathBuf;

/// What is said around the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChatConfig {
    /// The system prompt, unless the category has its own; empty: none.
    #[serde(deserialize_with = "system_prompt")]
    pub system_prompt: String,
    /// The context window of a model that has no figure of its own.
    pub context_window: ContextWindow,
    /// Tokens kept free for the answer.
    pub answer_reserve: usize,
    /// How long the text of an answer may become, and its reasoning, in bytes.
    pub answer_bytes: AnswerBytes,
    /// The longest side of a picture that is sent, unless the model has its own.
    pub image_side: ImageSide,
    /// The largest picture that is sent, in bytes.
    pub image_bytes: u64,
}

/// How prompts find their category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingConfig {
    /// The category of a prompt that cannot be classified. Validation makes sure that it exists.
    pub default: CategoryId,
    /// From which probability on the classifier is sure; `None`: as its weights were calibrated.
    pub threshold: Option<Probability>,
    /// What happens when no local decider is sure.
    pub escalate: Escalate,
    /// Whether what becomes of models' answers is counted, and chooses among the models of a category.
    pub learn_models: bool,
    /// A file of `pointsman train`, instead of the shipped weights.
    #[serde(default, deserialize_with = "unless_empty", serialize_with = "shown_path")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<PathBuf>,
}

impl RoutingConfig {
    /// From which probability on a decider is sure whose weights were `calibrated` to another.
    pub fn threshold_or(&self, calibrated: f64) -> f64 {
        self.threshold.map_or(calibrated, |threshold| *threshold)
    }
}

/// What happens when no local decider is sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Escalate {
    /// The best guess starts answering, unseen, while the judge is asked.
    Race,
    /// The judge is asked first.
    Wait,
    /// The best guess answers; no judge is ever asked.
    Never,
}

/// The model that classifies prompts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeConfig {
    /// The model that is asked.
    #[serde(deserialize_with = "judge_model")]
    pub model: ModelId,
    /// How long an answer may take, whatever number of requests it needs.
    #[serde(rename = "timeout_seconds")]
    pub timeout: Seconds,
    /// How long a bare label may be, in tokens.
    #[serde(deserialize_with = "label_tokens")]
    pub max_tokens: u32,
    /// How long an answer in JSON may be, in tokens.
    #[serde(deserialize_with = "json_tokens")]
    pub max_tokens_structured: u32,
    /// The system prompt for a bare label, with the placeholders `{categories}` and `{descriptions}`.
    #[serde(deserialize_with = "system_prompt")]
    pub system_prompt: String,
    /// The system prompt for JSON, with the placeholders `{categories}`, `{descriptions}` and `{examples}`.
    #[serde(deserialize_with = "system_prompt")]
    pub system_prompt_structured: String,
    /// How many failures in a row open its breaker; 0: none do.
    pub breaker_failures: u32,
    /// How long the breaker stays open.
    #[serde(rename = "breaker_seconds")]
    pub breaker_rest: Seconds,
}

/// What is done when a model cannot answer and no fallback can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryConfig {
    /// How often a turn asks again.
    pub retries: u32,
    /// The first pause; it doubles from one to the next.
    #[serde(rename = "backoff_seconds")]
    pub backoff: Seconds,
    /// The longest pause; where an endpoint asks for more, the turn ends and says so.
    #[serde(rename = "longest_wait_seconds")]
    pub longest_wait: Seconds,
    /// How often all turns together ask again in a minute.
    pub per_minute: u32,
    /// How many failures in a row open a model's breaker, so that others come first; 0: none do.
    pub breaker_failures: u32,
    /// Only failures within this time count.
    #[serde(rename = "breaker_window_seconds")]
    pub breaker_window: Seconds,
    /// How long the breaker stays open.
    #[serde(rename = "breaker_seconds")]
    pub breaker_rest: Seconds,
}

fn judge_model<'de, D: Deserializer<'de>>(from: D) -> Result<ModelId, D::Error> {
    let model = String::deserialize(from)?;
    if model.trim().is_empty() {
        let fix = "write the name of a fast model: it is asked which category a prompt belongs to";
        return Err(D::Error::custom(Refusal::new("there is no judge", fix)));
    }
    printable(&model).map_err(D::Error::custom)?;
    Ok(model.into())
}

fn label_tokens<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    answer_tokens(from, 10)
}

fn json_tokens<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    answer_tokens(from, 200)
}

/// Reads how long an answer of the judge may be; `enough` is what a refusal tells to write.
fn answer_tokens<'de, D: Deserializer<'de>>(from: D, enough: u32) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        0 => {
            let refusal = Refusal::new("a judge that may not answer cannot judge", format!("write {enough} or so"));
            Err(D::Error::custom(refusal))
        }
        tokens => Ok(tokens),
    }
}
