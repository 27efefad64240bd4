//! A turn of version 1 of the format: one request, one answer, and notes. Is only read.

use super::{Decision, Ending, Finish, Request, Wish};
use crate::archive::clean::{Line, Text, Time};
use crate::chat::TurnId;
use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(in crate::archive) struct Turn {
    pub(in crate::archive) id: TurnId,
    #[serde(default)]
    pub(in crate::archive) parent: Option<TurnId>,
    pub(in crate::archive) asked_at: Time,
    pub(in crate::archive) prompt: Text,
    #[serde(default)]
    pub(in crate::archive) wish: Wish,
    #[serde(default)]
    pub(in crate::archive) withdrawn: bool,
    #[serde(default)]
    pub(in crate::archive) decision: Option<Decision>,
    #[serde(default)]
    pub(in crate::archive) corrected_to: Option<Line>,
    #[serde(default)]
    pub(in crate::archive) model: Option<Line>,
    #[serde(default)]
    pub(in crate::archive) request: Option<Request>,
    #[serde(default)]
    pub(in crate::archive) reasoning: Text,
    #[serde(default)]
    pub(in crate::archive) answer: Text,
    pub(in crate::archive) ending: Ending,
    #[serde(default)]
    pub(in crate::archive) finish: Option<Finish>,
    #[serde(default)]
    pub(in crate::archive) error: Option<Line>,
    #[serde(default)]
    pub(in crate::archive) notes: Vec<Note>,
    #[serde(default)]
    pub(in crate::archive) prompt_tokens: Option<u64>,
    #[serde(default)]
    pub(in crate::archive) completion_tokens: Option<u64>,
    #[serde(default)]
    pub(in crate::archive) first_reasoning_us: Option<u64>,
    #[serde(default)]
    pub(in crate::archive) first_text_us: Option<u64>,
    #[serde(default)]
    pub(in crate::archive) total_us: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
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
    FellBack {
        from: Line,
        why: Line,
        #[serde(default)]
        detail: Text,
    },
    Again {
        from: Line,
        what: Line,
        why: Line,
        detail: Text,
        model: Line,
        pause_ms: u64,
    },
    Skipped {
        events: u32,
    },
    PassedOver {
        model: Line,
    },
    GaveUp {
        from: Line,
        detail: Text,
    },
    #[serde(other)]
    Unknown,
}
