//! The format's own shapes, field by field as `docs/history.md` describes them. They change when the format does, and
//! not when a type of the program does: a change here changes the format's version, or only adds.
//!
//! What is absent is written nowhere, so that the lines stay short; a field that this version does not know is ignored.

mod step;
pub(super) mod v1;

pub(super) use step::{Attachment, Block, Next, Note, Outcome, Request, Source, Step};

use super::clean::{Hash, Line, MediaType, Text, Time, Title};
use crate::chat::{ConversationId, TurnId};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// What the first line says the file is.
pub(super) const HISTORY: &str = "history";
/// The version of the format that is written, and the latest that is read.
pub(super) const VERSION: u64 = 2;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) pointsman: String,
    pub(super) version: u64,
}

/// A line of the file, whose turns are of the version that the first line says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Entry<Turn> {
    Conversation(Conversation),
    Turn(Box<TurnEntry<Turn>>),
    Blob(Blob),
    Decision(Box<Decision>),
    Lesson(Lesson),
    Verdict(Verdict),
    /// A later version of the program wrote it.
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Conversation {
    pub(super) id: ConversationId,
    pub(super) title: Title,
    pub(super) started_at: Time,
    pub(super) updated_at: Time,
    #[serde(default)]
    pub(super) archived: bool,
    /// Stands first in the list of chats.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) pinned: bool,
    #[serde(default, skip_serializing_if = "Place::is_empty")]
    pub(super) place: Place,
}

/// Binary content, in base 64.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Blob {
    pub(super) hash: Hash,
    pub(super) media_type: MediaType,
    pub(super) bytes: String,
}

/// Where the user is in a conversation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub(super) draft: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) attachments: Vec<Attachment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) editing: Option<Editing>,
    #[serde(skip_serializing_if = "Wish::is_empty")]
    pub(super) next: Wish,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pinned: Option<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) leaf: Option<TurnId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reading: Option<Reading>,
}

impl Place {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Editing {
    pub(super) turn: TurnId,
    #[serde(default)]
    pub(super) behind: Text,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) attachments: Vec<Attachment>,
}

/// The first row in sight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Reading {
    pub(super) turn: TurnId,
    pub(super) part: Part,
    #[serde(default)]
    pub(super) offset: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    PromptHead,
    Prompt,
    BeforeAnswer,
    AnswerHead,
    Thought,
    Reasoning,
    BeforeText,
    Answer,
    Behind,
}

/// Which category or model should answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) category: Option<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<Line>,
}

impl Wish {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A turn on a line of its own, which says whose it is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TurnEntry<Turn> {
    pub(super) conversation: ConversationId,
    #[serde(flatten)]
    pub(super) turn: Turn,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Turn {
    pub(super) id: TurnId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) parent: Option<TurnId>,
    pub(super) asked_at: Time,
    pub(super) prompt: Text,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) attachments: Vec<Attachment>,
    #[serde(default, skip_serializing_if = "Wish::is_empty")]
    pub(super) wish: Wish,
    /// Why it was asked; absent: the user wrote the prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) origin: Option<Line>,
    /// Taken back by the user before it was answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) withdrawn: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) decision: Option<Decision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) corrected_to: Option<Line>,
    /// What is repeated for programs; never read.
    #[serde(flatten, skip_deserializing)]
    pub(super) shown: Option<Shown>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<Step>,
    pub(super) ending: Ending,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) finish: Option<Finish>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Line>,
}

/// What people read of a turn, which is that of one of its steps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<Line>,
    #[serde(skip_serializing_if = "Text::is_empty")]
    pub(super) reasoning: Text,
    pub(super) answer: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prompt_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) completion_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_reasoning_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_text_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total_us: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    Answered,
    Stopped,
    Failed,
    Interrupted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Finish {
    Stop,
    Length,
    ContentFilter,
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Decision {
    pub(super) decided_at: Time,
    /// Absent: that of the turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) prompt: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) previous: Option<Line>,
    pub(super) category: Line,
    pub(super) model: Line,
    #[serde(default)]
    pub(super) provider: Line,
    pub(super) decider: Line,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) confidence: Option<f64>,
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub(super) probabilities: IndexMap<Line, f64>,
    #[serde(default)]
    pub(super) reason: Line,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<Line>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) evidence: Vec<Line>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) candidates: Vec<Line>,
    #[serde(default)]
    pub(super) elapsed_us: u64,
    #[serde(default)]
    pub(super) requests: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) overridden: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) answered_by: Option<Line>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) first_text_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) total_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) prompt_tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) completion_tokens: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) corrected_to: Option<Line>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Lesson {
    pub(super) prompt: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) previous: Option<Line>,
    pub(super) decided: Line,
    pub(super) category: Line,
    pub(super) scope: Scope,
    pub(super) taught_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) undone_at: Option<Time>,
    /// The turn that taught it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) turn: Option<TurnId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Scope {
    Prompt,
    Always,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Verdict {
    pub(super) key: Line,
    pub(super) category: Line,
    pub(super) model: Line,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) confidence: Option<f64>,
    #[serde(default)]
    pub(super) reason: Line,
    pub(super) decided_at: Time,
}
