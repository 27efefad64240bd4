//! When a model that keeps failing is left alone, and when it is tried again. Pure: the time comes in.
//!
//! The usual circuit breaker: closed, open after so many failures in a row, then one probe at a time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// When a [`Breaker`] opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// So many failures in a row open it; 0: none do.
    pub(super) failures: u32,
    /// Only those of so long a time count.
    pub(super) within: Duration,
    /// How long it stays open.
    pub(super) rest: Duration,
}

/// Counts failures in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Breaker {
    /// When they were, the earliest first: no more than those that count.
    failures: VecDeque<Instant>,
    /// No request is sent before this.
    shut_until: Option<Instant>,
}

impl Breaker {
    /// Whether to try now, when a try takes `longest` at most. A try after a rest is a probe: it has the floor alone for
    /// as long as it can take, so that one that is given up half-way does not keep others out for ever.
    ///
    /// # Errors
    /// How long to wait instead.
    pub(super) fn admit(&mut self, now: Instant, longest: Duration) -> Result<(), Duration> {
        match self.shut_until {
            None => Ok(()),
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                self.shut_until = Some(now + longest);
                Ok(())
            }
        }
    }

    /// A try ended well.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A try failed.
    pub(super) fn failed(&mut self, now: Instant, limits: Limits) {
        if limits.failures == 0 {
            return;
        }
        let counts = |at: &Instant| now.saturating_duration_since(*at) <= limits.within;
        self.failures.retain(counts);
        self.failures.push_back(now);
        // A probe that fails says enough.
        let probed = self.shut_until.is_some();
        if probed || self.failures.len() >= limits.failures as usize {
            self.failures.drain(..self.failures.len().saturating_sub(limits.failures as usize));
            self.shut_until = Some(now + limits.rest);
        }
    }

    /// Failures in a row that counted last.
    pub(super) fn failures(&self) -> u32 {
        self.failures.len() as u32
    }

    /// Whether it is left alone at `now`; asking does not count as a try.
    pub(super) fn is_open(&self, now: Instant) -> bool {
        self.shut_until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { failures: 3, within: Duration::from_mins(1), rest: Duration::from_secs(30) };
    const LONGEST: Duration = Duration::from_secs(5);

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Fails,
        Succeeds,
        /// It may be tried.
        Admits,
        /// It has to be left alone for so many seconds more.
        Refuses(u64),
    }

    #[test]
    fn three_failures_in_a_row_open_it_and_one_probe_closes_it() {
        use Step::{Admits, Fails, Refuses, Succeeds};
        for (name, steps) in [
            ("closed at first", &[(0, Admits), (0, Admits)][..]),
            ("two failures are not enough", &[(0, Fails), (1, Fails), (2, Admits)]),
            ("three are", &[(0, Fails), (1, Fails), (2, Fails), (2, Refuses(30)), (31, Refuses(1))]),
            ("those of long ago do not count", &[(0, Fails), (1, Fails), (61, Fails), (61, Admits)]),
            ("those within the time do", &[(0, Fails), (30, Fails), (60, Fails), (60, Refuses(30))]),
            ("a success between them counts", &[(0, Fails), (1, Fails), (2, Succeeds), (3, Fails), (3, Admits)]),
            ("after the rest one probe", &[(0, Fails), (0, Fails), (0, Fails), (30, Admits), (30, Refuses(5))]),
            (
                "a probe that succeeds closes it",
                &[(0, Fails), (0, Fails), (0, Fails), (30, Admits), (31, Succeeds), (31, Admits), (31, Admits)],
            ),
            (
                "a probe that fails opens it at once",
                &[(0, Fails), (0, Fails), (0, Fails), (30, Admits), (31, Fails), (31, Refuses(30)), (61, Admits)],
            ),
            (
                "a probe that is given up keeps nobody out for long",
                &[(0, Fails), (0, Fails), (0, Fails), (30, Admits), (34, Refuses(1)), (35, Admits)],
            ),
        ] {
            let (begin, mut breaker) = (Instant::now(), Breaker::default());
            for &(second, step) in steps {
                let now = begin + Duration::from_secs(second);
                match step {
                    Fails => breaker.failed(now, LIMITS),
                    Succeeds => breaker.succeeded(),
                    Admits => assert_eq!(breaker.admit(now, LONGEST), Ok(()), "{name}, at {second} s"),
                    Refuses(seconds) => {
                        let wait = Err(Duration::from_secs(seconds));
                        assert_eq!(breaker.admit(now, LONGEST), wait, "{name}, at {second} s");
                    }
                }
            }
        }
    }

    #[test]
    fn without_a_limit_it_never_opens() {
        let (now, mut breaker) = (Instant::now(), Breaker::default());
        for _ in 0..100 {
            breaker.failed(now, Limits { failures: 0, ..LIMITS });
        }
        assert_eq!(breaker.admit(now, LONGEST), Ok(()));
    }
}
