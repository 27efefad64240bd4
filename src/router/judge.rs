//! The judge: a model that is asked for the category. Owns the prompt and what the reply means; sending it is the caller's
//! business.

mod reply;
mod request;
mod schema;

pub use request::JudgeRequest;

use crate::config::CategoryId;
use futures_util::future::BoxFuture;
use std::time::Duration;

/// A model that can be asked for a category. Dropping the future cancels the request.
pub trait Judge: Send + Sync {
    /// Asks, with as many requests as it takes, and within the time of the request.
    fn ask<'a>(&'a self, request: JudgeRequest<'a>) -> BoxFuture<'a, JudgeOutcome>;
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgeOutcome {
    /// The reply, or why there is none.
    pub reply: Result<JudgeReply, JudgeError>,
    /// How many requests were sent.
    pub requests: u32,
}

/// How a judge is asked to reply: from the most to the least that is asked of a provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON that fits a schema.
    #[default]
    Schema,
    /// One JSON object, described in words.
    Json,
    /// The bare name of a category.
    Label,
}

impl Format {
    /// What to ask for when this is refused.
    pub fn below(self) -> Option<Self> {
        match self {
            Self::Schema => Some(Self::Json),
            Self::Json => Some(Self::Label),
            Self::Label => None,
        }
    }
}

/// The messages to a judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgePrompt {
    /// The system message.
    pub system: String,
    /// The user message: the prompt to classify, shortened.
    pub message: String,
    /// The longest reply, in tokens.
    pub max_tokens: u32,
}

/// What a judge said, validated.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgeReply {
    /// The category, one of the configured.
    pub category: CategoryId,
    /// How sure the judge says it is, from 0 to 1.
    pub confidence: Option<f64>,
    /// Why: one clean line of a few words.
    pub reason: Option<String>,
    /// Whether the prompt continues the turn before it.
    pub follow_up: bool,
}

impl JudgeReply {
    /// A category and nothing else.
    fn bare(category: CategoryId) -> Self {
        Self { category, confidence: None, reason: None, follow_up: false }
    }
}

/// Why there is no reply that names a category. Reads on after "the judge NAME".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// The deadline passed.
    #[error("did not answer within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The request failed; the text says how.
    #[error("could not be asked: {0}")]
    Failed(String),
    /// It failed so often that it is left alone for a while.
    #[error("failed {failures} times; asked again in {} s", .again.as_secs_f64().ceil())]
    Resting {
        /// In a row.
        failures: u32,
        /// Until it is asked again.
        again: Duration,
    },
    /// It replied nothing.
    #[error("replied nothing")]
    Silent,
    /// It replied something that names no category; the text is its beginning, on one line.
    #[error("replied '{0}', which is no category")]
    Unreadable(String),
}

#[cfg(test)]
pub(super) mod tests {
    use super::Format;
    use crate::config::{Config, Overrides, Source};

    pub(super) fn config(user: &str) -> Config {
        let source = Source { path: "test.toml".into(), text: user.to_owned() };
        Config::load(Some(&source), &Overrides::default()).unwrap()
    }

    #[test]
    fn each_format_asks_less_of_a_provider_than_the_one_above() {
        let ladder: Vec<Format> = std::iter::successors(Some(Format::default()), |format| format.below()).collect();
        assert_eq!(ladder, [Format::Schema, Format::Json, Format::Label]);
    }
}
