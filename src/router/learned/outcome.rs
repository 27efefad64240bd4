//! What became of one model's answer when the user went on: it was chosen over another's, or did not satisfy. Plain data.

use super::vector::PromptVector;
use crate::config::{CategoryId, ModelId};
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;

/// The id of an outcome, for undoing it; later outcomes have greater ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutcomeId(pub i64);

/// Declares [`OutcomeKind`] from one row a kind, so that no name and no weight can be forgotten.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $halves:literal;)*) => {
        /// What the user did, from which the outcome follows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum OutcomeKind {
            $($(#[$doc])* $kind,)*
        }

        impl OutcomeKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// Its name in JSON and in the store.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }

            /// How much it counts, in halves.
            pub fn halves(self) -> u32 {
                match self {
                    $(Self::$kind => $halves,)*
                }
            }
        }
    };
}

kinds! {
    /// Asked another model the same, and went on below its answer.
    Continued = "continued", 2;
    /// Saw two answers side by side, and chose one.
    Compared = "compared", 2;
    /// Asked another model the same, and left the chat with its answer in sight. Weaker: it may have been read and no more.
    Left = "left", 1;
    /// Asked the same model the same again.
    Regenerated = "regenerated", 1;
    /// Said that the prompt belongs to another category. Weaker: that is about the category first.
    Corrected = "corrected", 1;
}

impl OutcomeKind {
    /// The kind of that name; `None` when this version knows none.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelOutcome {
    /// What the user did.
    pub kind: OutcomeKind,
    /// What was asked; empty when it had no text, or its conversation is gone.
    pub prompt: Arc<str>,
    /// What it was taken for.
    pub category: CategoryId,
    /// The model whose answer was chosen; `None`: none was, the other only did not satisfy.
    pub winner: Option<ModelId>,
    /// The model whose answer was not.
    pub loser: ModelId,
    /// When.
    pub at: Timestamp,
    /// The id of the turn that was chosen, or that did not satisfy. Means nothing here: it goes back to the caller.
    pub turn: u64,
}

impl ModelOutcome {
    /// What was asked, for people.
    pub fn asked(&self) -> &str {
        if self.prompt.is_empty() { "(no text)" } else { &self.prompt }
    }

    /// Whether it says the same as `other`, if more or less strongly. Only one of them counts: that with more weight, of
    /// equals the earlier.
    pub fn repeats(&self, other: &Self) -> bool {
        let chose_the_same = self.winner.is_some() && self.winner == other.winner;
        self.turn == other.turn && self.loser == other.loser && (chose_the_same || self.kind == other.kind)
    }

    /// Whether it says that the category of `turn` was corrected.
    pub fn is_correction_of(&self, turn: u64) -> bool {
        self.kind == OutcomeKind::Corrected && self.turn == turn
    }
}

/// `kimi-k2.6 over deepseek-v3.2`, in a few words.
impl fmt::Display for ModelOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.winner {
            Some(winner) => write!(f, "{winner} over {}", self.loser),
            None => write!(f, "not {} ({})", self.loser, self.kind.name()),
        }
    }
}

/// An outcome that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownOutcome {
    /// Its id.
    pub id: OutcomeId,
    /// What it says.
    pub outcome: ModelOutcome,
    /// Where its prompt lies; `None`: not known yet, so that it is near to nothing.
    pub vector: Option<PromptVector>,
}
