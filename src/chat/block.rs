//! The parts of what a model said.

use super::blob::BlobRef;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A part of what a model said. A step has at most one block of text and one of reasoning, which grow while the answer
/// streams; all other blocks come whole.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// What the model thought; never sent back to a model.
    Reasoning(String),
    /// The answer.
    Text(String),
    /// A picture that the model made.
    Image(BlobRef),
    /// A tool that the model wants called.
    ToolCall(ToolCall),
    /// Something else: `kind` is the field in which the server sent it.
    Unknown {
        /// The field's name.
        kind: String,
        /// Its value.
        json: Value,
    },
}

/// A tool that a model wants called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The server's id of the call.
    #[serde(default)]
    pub id: String,
    /// The tool's name.
    #[serde(default)]
    pub name: String,
    /// The arguments as the model wrote them: JSON, if the model made no mistake.
    #[serde(default)]
    pub arguments: String,
}

impl Block {
    /// The text, of a block of text.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The reasoning, of a block of reasoning.
    pub fn reasoning(&self) -> Option<&str> {
        if let Self::Reasoning(text) = self { Some(text) } else { None }
    }

    pub(super) fn text_mut(&mut self) -> Option<&mut String> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn reasoning_mut(&mut self) -> Option<&mut String> {
        if let Self::Reasoning(text) = self { Some(text) } else { None }
    }

    /// A line for a block that is not drawn otherwise; `None` for text and reasoning.
    pub fn line(&self) -> Option<String> {
        match self {
            Self::Reasoning(_) | Self::Text(_) => None,
            Self::Image(blob) => {
                Some(format!("an image ({}, {} bytes), saved and not shown", blob.media_type, blob.size))
            }
            Self::ToolCall(call) => Some(format!("a call of the tool {}, saved and not made", call.name)),
            Self::Unknown { kind, .. } => Some(format!("{kind}, saved and not shown")),
        }
    }
}
