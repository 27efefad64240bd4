//! One correction by the user, and how far it reaches. Plain data.

use super::vector::PromptVector;
use crate::config::CategoryId;
use crate::router::prompt::normalized;
use crate::text::sanitize::one_line;
use jiff::Timestamp;
use std::sync::Arc;

/// The id of a lesson, for undoing it; later lessons have greater ids.
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
    /// Its id.
    pub id: LessonId,
    /// The prompt that was taken for something else.
    pub prompt: Arc<str>,
    /// What the turn before it was taken for, when there was one.
    pub previous: Option<CategoryId>,
    /// What it was taken for.
    pub decided: CategoryId,
    /// What the user said it is.
    pub category: CategoryId,
    /// How far it reaches.
    pub scope: Scope,
    /// When the user said so.
    pub taught_at: Timestamp,
    /// The id of the turn that taught it; `None`: unknown. Means nothing here: it goes back to the caller.
    pub turn: Option<u64>,
    /// The file that it was imported from, by its name; `None`: the user taught it here.
    pub imported_from: Option<Arc<str>>,
}

/// What a lesson is about. Of two lessons with the same topic only one can be in force.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Topic {
    prompt: String,
    previous: Option<CategoryId>,
}

impl Topic {
    /// `prompt` after a turn of the category `previous`. Case, spaces and marks at the end do not matter.
    pub fn new(prompt: &str, previous: Option<&CategoryId>) -> Self {
        Self { prompt: normalized(prompt), previous: previous.cloned() }
    }
}

/// What all lessons in force add to the head's weights, small enough to be stored, since making it takes long.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LessonShift {
    /// The hash of all that it was made of.
    pub made_of: u64,
    /// For each of the head's categories a number for each of the encoder's, then the constant; empty: nothing.
    pub weights: Vec<f32>,
}

/// What the local model makes of a lesson's prompt, small enough to be stored beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct EncodedLesson {
    /// Where it lies.
    pub vector: PromptVector,
    /// The checksum of the head that gave the logits.
    pub head: u64,
    /// What that head says of it before any lesson: a number a category.
    pub logits: Vec<f32>,
}

impl Lesson {
    /// What it is about.
    pub fn topic(&self) -> Topic {
        Topic::new(&self.prompt, self.previous.as_ref())
    }

    /// The lesson as evidence.
    pub(in crate::router) fn quoted(&self) -> String {
        format!("your correction of “{}”", one_line(&self.prompt, 60))
    }
}
