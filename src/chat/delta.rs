//! What comes of an answer while it streams. Plain data: providers make it, turns take it in.

use super::blob::Blob;
use super::block::ToolCall;
use super::source::Source;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// A piece of an answer. Text is shared, not copied, on its way to the store and the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta {
    /// The endpoint began to respond. Says nothing of the model: some respond before they read the prompt.
    Opened,
    /// The endpoint said that it is still there, and nothing else.
    Alive,
    /// Text of the answer.
    Text(Arc<str>),
    /// Text of the model's reasoning before the answer.
    Reasoning(Arc<str>),
    /// All text of the answer so far was reasoning: only its end said so.
    TextWasReasoning,
    /// A picture that the model made.
    Image(Blob),
    /// A recording that the model made.
    Audio(Blob),
    /// What the answer cites, as far as that is known: all of it, in the order of its numbers.
    Sources(Vec<Source>),
    /// A tool that the model wants called.
    ToolCall(ToolCall),
    /// Something that this version does not know: `kind` is the field in which the server sent it.
    Unknown {
        /// The field's name.
        kind: String,
        /// Its value.
        json: Value,
    },
    /// What the answer cost, as the endpoint counts.
    Usage(Usage),
    /// How many events could not be read and were left out; words may be missing.
    Skipped(u32),
    /// The answer is complete.
    Finished(Finish),
}

/// Tokens, as the endpoint counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Of the request.
    pub prompt_tokens: u64,
    /// Of the answer.
    pub completion_tokens: u64,
}

/// Why an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model had said everything.
    Stop,
    /// It had said as much as it may.
    Length,
    /// The endpoint withheld the rest.
    ContentFilter,
    /// A reason that is not known here.
    Other,
}
