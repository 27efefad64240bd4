//! Where a person is in a conversation: what they were writing, reading and choosing. Kept, so that they can go on there.

use super::id::TurnId;
use super::prompt::Attachment;
use crate::config::ModelId;
use crate::router::RouteOverride;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A person's place in a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// What is in the input.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub draft: Arc<str>,
    /// The files that are attached to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The prompt that is being edited, while one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editing: Option<Editing>,
    /// Who should answer the next prompt, when the user said so.
    #[serde(skip_serializing_if = "RouteOverride::is_none")]
    pub next: RouteOverride,
    /// The model that answers this chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<ModelId>,
    /// The last turn of the branch in sight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf: Option<TurnId>,
    /// The first row in sight; `None`: the end is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

impl Place {
    /// Whether something is written here that would be lost.
    pub fn has_draft(&self) -> bool {
        let behind = |editing: &Editing| !editing.behind.trim().is_empty();
        !self.draft.trim().is_empty() || self.editing.as_ref().is_some_and(behind) || self.attached().next().is_some()
    }

    /// Every file that is attached to something that is written here.
    pub fn attached(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().chain(self.editing.iter().flat_map(|editing| &editing.attachments))
    }
}

/// An earlier prompt is being edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Editing {
    /// Whose.
    pub turn: TurnId,
    /// What was in the input before.
    pub behind: String,
    /// The files that were attached to that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// A row of a turn that survives another width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The turn.
    pub turn: TurnId,
    /// Where in it.
    pub at: Spot,
}

/// A place within a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// Who asked.
    PromptHead,
    /// The row that holds this byte of the prompt.
    Prompt(usize),
    /// The gap before the answer.
    BeforeAnswer,
    /// Who answers.
    AnswerHead,
    /// How long the model thought.
    Thought,
    /// The row that holds this byte of the reasoning.
    Reasoning(usize),
    /// The gap between the reasoning and the answer.
    BeforeText,
    /// The row that holds this byte of the answer.
    Answer(usize),
    /// A row of the answer that begins with no byte of its own, as the frame of a code block.
    Within {
        /// The byte at which it begins.
        at: usize,
        /// How many rows before it begin there, too.
        plus: usize,
    },
    /// Behind the answer, so many rows.
    Behind(usize),
}
