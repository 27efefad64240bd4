//! What the user taught by correcting a decision. Plain data; where it is kept is the store's business.

use crate::config::CategoryId;
use jiff::Timestamp;
use std::sync::Arc;

/// Names a lesson, for undoing it; later lessons have greater ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LessonId(pub i64);

/// How far a lesson reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// This very prompt.
    Prompt,
    /// This prompt and those like it.
    Always,
}

impl Scope {
    /// Its name on the screen, in JSON and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Always => "always",
        }
    }
}

/// A correction that is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Its name.
    pub id: LessonId,
    /// The prompt that was taken for something else.
    pub prompt: Arc<str>,
    /// What it was taken for.
    pub decided: CategoryId,
    /// What the user said it is.
    pub category: CategoryId,
    /// How far it reaches.
    pub scope: Scope,
    /// Where the prompt lies for the encoder; empty when it was never encoded.
    pub vector: Vec<f32>,
    /// The version of the encoder that made the vector: vectors of two encoders cannot be compared.
    pub encoder: String,
    /// When the user said so.
    pub taught_at: Timestamp,
}
