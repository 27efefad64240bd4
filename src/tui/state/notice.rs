//! A line that tells the user something and goes by itself.

use crate::text::sanitize::sanitize;
use std::time::Duration;

/// A line in the status row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// What it says.
    pub(crate) text: String,
    /// When it goes, since the start.
    pub(crate) until: Duration,
}

impl Notice {
    /// A notice that stays long enough to be read.
    pub(crate) fn new(text: impl Into<String>, now: Duration) -> Self {
        // It may quote a path, a setting or what a program said.
        let text = sanitize(&text.into());
        // What is long takes longer to read.
        let seconds = 5 + text.len() as u64 / 40;
        Self { text, until: now + Duration::from_secs(seconds) }
    }
}
