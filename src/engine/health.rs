//! What is remembered of everyone who was asked for an answer, for the life of the process: who keeps failing, and how
//! often models were asked again. Must not know of turns.

use super::breaker::{Breaker, Limits};
use crate::config::{ModelId, RetryConfig};
use crate::router::Candidate;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The time that the budget of retries is for.
const MINUTE: Duration = Duration::from_mins(1);

/// Shared by all clones.
#[derive(Clone, Default)]
pub(super) struct Health(Arc<Mutex<Records>>);

#[derive(Default)]
struct Records {
    breakers: HashMap<(Arc<str>, ModelId), Breaker>,
    /// Those that refused pictures, whatever is said of them.
    blind: HashSet<(Arc<str>, ModelId)>,
    /// When models were asked again, the earliest first.
    retries: VecDeque<Instant>,
}

impl Health {
    fn records(&self) -> MutexGuard<'_, Records> {
        // Nothing can panic while this is held, and the records are whole between any two lines of it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `candidate` failed so often that others come first.
    pub(super) fn is_sick(&self, candidate: &Candidate, now: Instant) -> bool {
        self.records().breakers.get(&name(candidate)).is_some_and(|breaker| breaker.is_open(now))
    }

    /// `candidate` is asked. After a rest it is a probe: until that has ended, or could have, others come first again.
    pub(super) fn asked(&self, candidate: &Candidate, now: Instant, longest: Duration) {
        if let Some(breaker) = self.records().breakers.get_mut(&name(candidate)) {
            // A candidate that rests is asked only when no other is left.
            let _ = breaker.admit(now, longest);
        }
    }

    /// `candidate` answered.
    pub(super) fn succeeded(&self, candidate: &Candidate) {
        self.records().breakers.remove(&name(candidate));
    }

    /// `candidate` could not answer.
    pub(super) fn failed(&self, candidate: &Candidate, now: Instant, limits: &RetryConfig) {
        let limits =
            Limits { failures: limits.breaker_failures, within: *limits.breaker_window, rest: *limits.breaker_rest };
        self.records().breakers.entry(name(candidate)).or_default().failed(now, limits);
    }

    /// `candidate` refused pictures.
    pub(super) fn turned_out_blind(&self, candidate: &Candidate) {
        self.records().blind.insert(name(candidate));
    }

    /// Whether `candidate` has refused pictures.
    pub(super) fn is_blind(&self, candidate: &Candidate) -> bool {
        self.records().blind.contains(&name(candidate))
    }

    /// Takes one of the retries that a minute has; false when there is none left.
    pub(super) fn spend(&self, now: Instant, per_minute: u32) -> bool {
        let retries = &mut self.records().retries;
        retries.retain(|at| now.saturating_duration_since(*at) < MINUTE);
        let left = retries.len() < per_minute as usize;
        if left {
            retries.push_back(now);
        }
        left
    }
}

fn name(candidate: &Candidate) -> (Arc<str>, ModelId) {
    (candidate.provider.clone(), candidate.model.clone())
}

/// A number from 0 to 1 that cannot be foreseen. The standard library's maps are seeded by the system, which is random
/// enough to keep programs apart that failed together.
pub(super) fn chance() -> f64 {
    (RandomState::new().build_hasher().finish() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_retries_and_no_more() {
        let (health, begin) = (Health::default(), Instant::now());
        let spend = |second| health.spend(begin + Duration::from_secs(second), 2);
        assert_eq!([0, 10, 20, 59].map(spend), [true, true, false, false]);
        assert_eq!([60, 61, 70].map(spend), [true, false, true]);
    }

    #[test]
    fn chance_is_from_nought_to_one_and_differs() {
        let drawn = [(); 32].map(|()| chance());
        assert!(drawn.iter().all(|chance| (0.0..1.0).contains(chance)));
        assert!(drawn.iter().any(|chance| (chance - drawn[0]).abs() > f64::EPSILON));
    }
}
