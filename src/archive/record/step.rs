//! The shapes of a step and of what belongs to it, and of attachments.

use crate::archive::clean::{FileName, Hash, Line, MediaType, Text};
use crate::chat::TurnId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A file that goes with a prompt; its content is a blob.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::archive) struct Attachment {
    pub(in crate::archive) name: FileName,
    pub(in crate::archive) hash: Hash,
    pub(in crate::archive) media_type: MediaType,
    pub(in crate::archive) size: u64,
    /// Of a picture: its size in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) height: Option<u32>,
    /// Of a text: its length.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) lines: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) tokens: Option<u32>,
}

/// An attempt to get an answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::archive) struct Step {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) model: Option<Line>,
    #[serde(skip_serializing_if = "Line::is_empty")]
    pub(in crate::archive) provider: Line,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) request: Option<Request>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::archive) blocks: Vec<Block>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::archive) notes: Vec<Note>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) prompt_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) completion_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) first_reasoning_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) first_text_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) total_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) outcome: Option<Outcome>,
}

/// What went over the wire, without the texts of the turns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::archive) struct Request {
    pub(in crate::archive) url: Line,
    #[serde(default)]
    pub(in crate::archive) body: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub(in crate::archive) system: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::archive) since: Option<TurnId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(in crate::archive) sees: bool,
}

/// A part of what a model said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::archive) enum Block {
    Reasoning {
        text: Text,
    },
    Text {
        text: Text,
    },
    Image {
        hash: Hash,
        media_type: MediaType,
        size: u64,
    },
    Audio {
        hash: Hash,
        media_type: MediaType,
        size: u64,
    },
    Sources {
        sources: Vec<Source>,
    },
    ToolCall {
        #[serde(default, skip_serializing_if = "Line::is_empty")]
        id: Line,
        #[serde(default)]
        name: Line,
        #[serde(default)]
        arguments: Text,
    },
    Unknown {
        field: Line,
        value: Value,
    },
    /// A later version of the program wrote it.
    #[serde(other)]
    Later,
}

/// What an answer cites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::archive) struct Source {
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub(in crate::archive) url: Line,
    #[serde(default, skip_serializing_if = "Line::is_empty")]
    pub(in crate::archive) title: Line,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::archive) enum Note {
    LeftOut {
        turns: usize,
        window: usize,
    },
    TooLong {
        tokens: usize,
        window: usize,
    },
    PromptCut {
        read: u64,
        sent: usize,
    },
    Skipped {
        events: u32,
    },
    #[serde(other)]
    Later,
}

/// Why another step followed, or none could.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::archive) enum Outcome {
    Failed {
        #[serde(default, skip_serializing_if = "Line::is_empty")]
        what: Line,
        #[serde(default, skip_serializing_if = "Line::is_empty")]
        why: Line,
        #[serde(default, skip_serializing_if = "Text::is_empty")]
        detail: Text,
        next: Next,
    },
    PassedOver,
    Lost,
    #[serde(other)]
    Later,
}

/// What followed a failure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::archive) enum Next {
    Fallback {
        /// Absent: unknown, as in what earlier versions wrote.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<Line>,
    },
    Retry {
        model: Line,
        pause_ms: u64,
    },
    GiveUp,
}
