//! The deciders, in order: the first that is sure wins.
//!
//! | order | decider    | file         | sure when                                                             |
//! |-------|------------|--------------|-----------------------------------------------------------------------|
//! | 1     | override   | `overridden` | the user named a category or a model; nothing beats it                |
//! | 2     | capability | `capability` | an image is attached: only models that see can answer                 |
//! | 3     | memory     | `memory`     | this very prompt was corrected by the user or decided by the judge    |
//! | 4     | follow-up  | `follow_up`  | it continues the last turn, and one category stands out               |
//! | 5     | memory     | `similar`    | prompts like it were corrected by the user                            |
//! | 6     | classifier | `classifier` | its calibrated probability passes the threshold                       |
//! | 7     | judge      |              | a model can be asked, and its reply names one of the categories       |
//! | 8     | default    |              | nothing else: the classifier's best guess, else the default category  |
//!
//! Owns the order and the names; the router itself asks the last two. Each decider has a file of its own and knows nothing of
//! the others. A new one is its file, its lines here (module, [`ORDER`], table, and [`Decider`] when no present name fits) and
//! its line in `docs/router.md`.

mod capability;
mod classifier;
mod follow_up;
mod memory;
mod overridden;
mod similar;

pub(super) use classifier::best_guess;

use super::context::{Context, Finding};
use std::fmt;

/// Exact memory stands before the follow-ups, and what lessons say of similar prompts behind them: a correction of "fix it"
/// has to hold, and no lesson may capture every "fix it".
const ORDER: [(Decider, Decide); 6] = [
    (Decider::Override, overridden::decide),
    (Decider::Capability, capability::decide),
    (Decider::Memory, memory::decide),
    (Decider::FollowUp, follow_up::decide),
    (Decider::Memory, similar::decide),
    (Decider::Classifier, classifier::decide),
];

/// A local decider: what it found, when it is sure.
type Decide = fn(&Context<'_>) -> Option<Finding>;

/// The finding of the first decider that is sure.
pub(super) fn first_sure(context: &Context<'_>) -> Option<(Decider, Finding)> {
    ORDER.iter().find_map(|(decider, decide)| Some((*decider, decide(context)?)))
}

/// Declares [`Decider`] from one row a decider, so that no name can be forgotten.
macro_rules! deciders {
    ($($(#[$doc:meta])* $decider:ident = $name:literal,)*) => {
        /// What decided. Judge and default stand behind the local deciders.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Decider {
            $($(#[$doc])* $decider,)*
        }

        impl Decider {
            /// Its name on the screen, in JSON and in the documentation.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$decider => $name,)*
                }
            }

            /// The decider of that name; `None` when this version knows none.
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$decider),)*
                    _ => None,
                }
            }
        }
    };
}

deciders! {
    /// The user named the category or the model.
    Override = "override",
    /// The request needs something that only some models have.
    Capability = "capability",
    /// The prompt was corrected or judged before, or is like one that was corrected.
    Memory = "memory",
    /// The prompt continues the conversation.
    FollowUp = "follow-up",
    /// The local classifier was sure.
    Classifier = "classifier",
    /// The judge was asked.
    Judge = "judge",
    /// No decider was sure.
    Default = "default",
}

impl fmt::Display for Decider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
