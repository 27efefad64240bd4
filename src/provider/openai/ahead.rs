//! How far reading may run ahead. async-openai reads a body as fast as it comes into a channel without a bound: a fast
//! server, or an answer that nobody takes yet, would fill the memory. Here the body waits while too many events lie ready.
//!
//! Events are counted in the bytes before anybody parses them, which is a guess: whoever is wrong waits a moment, and no
//! longer. Must not know what is in them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// So many events may lie ready.
const MOST: usize = 1024;
/// Where nothing is taken for so long, the count is taken to be wrong.
const MOMENT: Duration = Duration::from_millis(50);

/// The events of one answer that were read and not taken yet.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    events: AtomicUsize,
    taken: Notify,
}

impl Ahead {
    /// Waits until there is room for `portion` of the body.
    pub(super) async fn give(&self, portion: &[u8]) {
        while self.events.load(Ordering::Relaxed) >= MOST {
            if tokio::time::timeout(MOMENT, self.taken.notified()).await.is_err() {
                self.events.store(0, Ordering::Relaxed);
            }
        }
        let events = portion.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"data")).count();
        self.events.fetch_add(events, Ordering::Relaxed);
    }

    /// One was taken.
    pub(super) fn take(&self) {
        let less = |events: usize| Some(events.saturating_sub(1));
        let before = self.events.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        // Not for every one: the body is woken when it can go on for a while.
        if before == Ok(MOST / 2) {
            self.taken.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn reading_waits_while_too_much_lies_ready_and_goes_on_when_it_is_taken() {
        let ahead = Ahead::default();
        let portion = b"data: {}\n\n: a comment\n\n".repeat(MOST);
        assert!(ahead.give(&portion).now_or_never().is_some());
        {
            let mut next = std::pin::pin!(ahead.give(b"data: {}\n\n"));
            assert!((&mut next).now_or_never().is_none());
            (0..MOST).for_each(|_| ahead.take());
            assert!(next.now_or_never().is_some());
        }
        assert_eq!(ahead.events.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn what_was_miscounted_keeps_nothing_waiting_for_long() {
        let ahead = Ahead::default();
        ahead.give(&b"data\n".repeat(MOST * 3)).await;
        ahead.give(b"data: {}\n\n").await;
    }
}
