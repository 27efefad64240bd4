//! A line that tells the user something, may offer an action, and goes by itself.

use crate::text::sanitize::sanitize;
use crate::tui::action::Action;
use std::time::Duration;

/// How long a notice stays, and how long a long one does.
const SECONDS: u64 = 6;
const SECONDS_MAX: u64 = 10;
/// Text up to this length is read in [`SECONDS`]; each further piece of this length takes a second more.
const BYTES_A_SECOND: u64 = 40;
const SHORT: u64 = 80;
/// A notice that no key asked for stays at least so long while the user types: it would be gone before it is read.
const UNREAD: Duration = Duration::from_millis(1500);

/// A line in the status row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// What it says.
    pub(crate) text: String,
    /// When it goes, since the start.
    pub(crate) until: Duration,
    /// When it came.
    since: Duration,
    /// Whether it answers a key: then the next key shows that it was read.
    answers: bool,
    /// What its key does while it is there.
    pub(crate) offers: Option<Action>,
}

impl Notice {
    /// A notice that stays long enough to be read.
    pub(crate) fn new(text: impl Into<String>, now: Duration) -> Self {
        // It may quote a path, a setting or what a program said.
        let text = sanitize(&text.into());
        let more = (text.len() as u64).saturating_sub(SHORT).div_ceil(BYTES_A_SECOND);
        let until = now + Duration::from_secs((SECONDS + more).min(SECONDS_MAX));
        Self { text, until, since: now, answers: false, offers: None }
    }

    /// The same, for exactly so long.
    pub(crate) fn lasting(self, time: Duration) -> Self {
        Self { until: self.since + time, ..self }
    }

    /// The same, with an action that its key does while it is there.
    pub(crate) fn offering(self, action: Action) -> Self {
        Self { offers: Some(action), ..self }
    }

    /// Notes that a key was answered by it.
    pub(crate) fn answer_a_key(&mut self) {
        self.answers = true;
    }

    /// Whether a key that does something else ends it.
    pub(crate) fn is_read(&self, now: Duration) -> bool {
        self.answers || now >= self.since + UNREAD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_lives_six_seconds_and_a_long_one_at_most_ten() {
        for (length, seconds) in [(1, 6), (80, 6), (81, 7), (200, 9), (5000, 10)] {
            assert_eq!(Notice::new("x".repeat(length), Duration::ZERO).until, Duration::from_secs(seconds), "{length}");
        }
    }
}
