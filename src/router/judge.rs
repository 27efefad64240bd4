//! Asking a model for the category: what it is asked, and what its reply means. Sending it is the caller's business.

mod question;
mod reply;
mod schema;

pub use question::Question;

use crate::config::CategoryId;
use futures_util::future::BoxFuture;
use std::time::Duration;

/// Someone who can be asked for a category. Dropping the future gives up on it.
pub trait Judge: Send + Sync {
    /// Asks, with as many requests as it takes, and within the question's time.
    fn ask<'a>(&'a self, question: Question<'a>) -> BoxFuture<'a, Asked>;
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The ruling, or why there is none.
    pub ruling: Result<Ruling, JudgeError>,
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

/// What is said to a judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// What it is told first.
    pub system: String,
    /// What it is to classify, shortened.
    pub message: String,
    /// The longest reply, in tokens.
    pub max_tokens: u32,
}

/// What a judge said, validated.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// The category, one of the configured.
    pub category: CategoryId,
    /// How sure the judge says it is, from 0 to 1.
    pub confidence: Option<f64>,
    /// Why: one clean line of a few words.
    pub reason: Option<String>,
    /// Whether the prompt continues the turn before it.
    pub follow_up: bool,
}

impl Ruling {
    /// A category and nothing else.
    fn bare(category: CategoryId) -> Self {
        Self { category, confidence: None, reason: None, follow_up: false }
    }
}

/// Why there is no ruling. Reads on after "the judge NAME".
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
