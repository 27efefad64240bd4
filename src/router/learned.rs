//! What was learned while the program was used: the user's corrections, the judge's replies, and what became of models'
//! answers.
//!
//! Owns when a lesson, a judgement or an outcome applies to a prompt. Where they are stored is the store's business, and what
//! they decide is the deciders' and the router's.

mod lesson;
mod lessons;
mod memory;
mod outcome;
mod outcomes;
mod vector;

pub use lesson::{EncodedLesson, Lesson, LessonId, LessonShift, Scope, Topic};
pub use lessons::Lessons;
pub use memory::{CachedJudgement, Memory};
pub use outcome::{KnownOutcome, ModelOutcome, OutcomeId, OutcomeKind};
pub use outcomes::Outcomes;
pub use vector::PromptVector;

pub(super) use memory::judgement_key;
pub(super) use outcomes::Preference;

/// All that was learned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Learned {
    /// What the user taught.
    pub lessons: Lessons,
    /// What judges replied.
    pub memory: Memory,
    /// What became of models' answers.
    pub outcomes: Outcomes,
}
