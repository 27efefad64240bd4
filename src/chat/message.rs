//! The messages of a request.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Us, setting the scene.
    System,
    /// The person.
    User,
    /// A model.
    Assistant,
}

/// One message of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said. Shared: a conversation is sent again with every prompt.
    pub content: Arc<str>,
}

impl Message {
    /// A message of `role`.
    pub fn new(role: Role, content: impl Into<Arc<str>>) -> Self {
        Self { role, content: content.into() }
    }
}

/// A prompt and its answer: the unit in which a conversation is cut, so that no answer loses its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What the person asked.
    pub prompt: Arc<str>,
    /// What a model answered, perhaps only the part that came.
    pub answer: Arc<str>,
}
