//! What was learned while the program was used: the user's corrections and the judge's replies.
//!
//! Owns when a lesson or a judgement applies to a prompt. Where they are stored is the store's business, and what they
//! decide is the deciders'.

mod lesson;
mod lessons;
mod memory;

pub use lesson::{Lesson, LessonId, Scope};
pub use lessons::Lessons;
pub use memory::{CachedJudgement, Memory};

pub(super) use memory::judgement_key;

/// All that was learned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Learned {
    /// What the user taught.
    pub lessons: Lessons,
    /// What judges replied.
    pub memory: Memory,
}
