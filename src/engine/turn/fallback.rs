//! The fallback and retry policy of one turn: which candidate is asked first, which next when one fails, when one is asked
//! again, and when the turn gives up. Pure: errors, the time and chance come in.
//!
//! Fallbacks come first and without a pause, while a candidate is left that was not asked. Then the policy backs off: the
//! candidate that may be asked again the soonest is retried, after the pause that the endpoint asked for or one that
//! doubles each time. Chance spreads the pauses, so that programs that failed together do not come back together.

use crate::config::RetryConfig;
use crate::provider::{ErrorKind, FallbackScope, Phase, ProviderError};
use crate::router::Candidate;
use std::time::{Duration, Instant};

/// The longest pause that doubling leads to.
const BACKOFF_MAX: Duration = Duration::from_secs(30);

/// What happens after a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// A candidate that was not asked yet is asked at once.
    Fallback(Candidate),
    /// A candidate is asked again after a pause.
    Retry(Candidate, Duration),
    /// The turn ends.
    GiveUp,
}

/// The candidates that were not asked yet, and those that may be asked again.
#[derive(Debug)]
pub(super) struct FallbackPlan {
    left: Vec<Candidate>,
    failed: Vec<Failed>,
    /// How many retries there were.
    retries: u32,
    limits: RetryConfig,
}

#[derive(Debug)]
struct Failed {
    candidate: Candidate,
    times: u32,
    /// From when on it may be asked again; `None`: never.
    ready: Option<Instant>,
}

impl FallbackPlan {
    pub(super) fn new(candidates: Vec<Candidate>, limits: RetryConfig) -> Self {
        Self { left: candidates, failed: Vec::new(), retries: 0, limits }
    }

    /// Takes the first candidate that was not asked and is not `sick`; when all are sick, the first. Returns the candidates
    /// that were passed over, too.
    pub(super) fn untried(&mut self, sick: impl Fn(&Candidate) -> bool) -> Option<(Candidate, Vec<Candidate>)> {
        let well = self.left.iter().position(|candidate| !sick(candidate));
        let at = well.unwrap_or(0);
        let passed = self.left.get(..at).unwrap_or_default().to_vec();
        (at < self.left.len()).then(|| (self.left.remove(at), passed))
    }

    /// Decides what follows after `candidate` failed at `now` with no visible answer. `chance` is from 0 to 1.
    pub(super) fn after(
        &mut self,
        candidate: Candidate,
        error: &ProviderError,
        now: Instant,
        chance: f64,
        sick: impl Fn(&Candidate) -> bool,
    ) -> (Next, Vec<Candidate>) {
        // A fallback that wants another key, or cannot take this request, says nothing about candidates that may be retried.
        let hope = self.failed.iter().any(|failed| failed.ready.is_some());
        let scope = match (error.fallback_scope(), error.kind) {
            (FallbackScope::Nothing, ErrorKind::Auth) if hope => FallbackScope::OtherProviders,
            (FallbackScope::Nothing, kind) if hope && kind != ErrorKind::Timeout(Phase::Turn) => {
                FallbackScope::OtherModels
            }
            (scope, _) => scope,
        };
        match scope {
            FallbackScope::Nothing => return (Next::GiveUp, Vec::new()),
            FallbackScope::OtherProviders => self.left.retain(|other| other.provider != candidate.provider),
            FallbackScope::OtherModels => {}
        }
        self.fail(candidate, error, now, chance);
        if let Some((next, passed)) = self.untried(sick) {
            return (Next::Fallback(next), passed);
        }
        (self.again(now), Vec::new())
    }

    fn fail(&mut self, candidate: Candidate, error: &ProviderError, now: Instant, chance: f64) {
        let known = self.failed.iter().position(|failed| failed.candidate == candidate);
        let times = known.map_or(0, |at| self.failed.remove(at).times) + 1;
        let pause = error.retry_after.unwrap_or_default().max(self.pause(times, chance));
        let ready = (error.is_transient() && pause <= *self.limits.longest_wait).then(|| now + pause);
        self.failed.push(Failed { candidate, times, ready });
    }

    /// The pause before the next try: doubled each time, and half of it left to chance.
    fn pause(&self, times: u32, chance: f64) -> Duration {
        let doubled = self.limits.backoff.saturating_mul(1 << (times - 1).min(16)).min(BACKOFF_MAX);
        doubled.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }

    fn again(&mut self, now: Instant) -> Next {
        let ready = |failed: &Failed| failed.ready.map(|ready| (ready, failed.candidate.clone()));
        let soonest = self.failed.iter().filter_map(ready).min_by_key(|(ready, _)| *ready);
        match soonest {
            Some((ready, candidate)) if self.retries < self.limits.retries => {
                self.retries += 1;
                Next::Retry(candidate, ready.saturating_duration_since(now))
            }
            _ => Next::GiveUp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> RetryConfig {
        let seconds = |seconds: f64| seconds.try_into().unwrap();
        RetryConfig {
            retries: 2,
            backoff: seconds(1.0),
            longest_wait: seconds(60.0),
            per_minute: 20,
            breaker_failures: 3,
            breaker_window: seconds(60.0),
            breaker_rest: seconds(30.0),
        }
    }

    fn candidate(name: &str) -> Candidate {
        let provider = name.split_once('/').map_or("main", |(provider, _)| provider);
        crate::examples::candidate(name, provider)
    }

    fn error(kind: ErrorKind, retry_after: Option<u64>) -> ProviderError {
        ProviderError { retry_after: retry_after.map(Duration::from_secs), ..ProviderError::new(kind, "no") }
    }

    /// Who is asked, and when, where everybody fails: `a`, `b+1.5` for after a pause, `.` for the end.
    fn walk(candidates: &[&str], sick: &[&str], failures: &[(ErrorKind, Option<u64>)]) -> String {
        let sick = |candidate: &Candidate| sick.contains(&candidate.model.as_str());
        let mut plan = FallbackPlan::new(candidates.iter().map(|name| candidate(name)).collect(), limits());
        let (mut asked, passed) = plan.untried(sick).unwrap();
        let mut said: Vec<String> = passed.iter().map(|passed| format!("({})", passed.model)).collect();
        said.push(asked.model.to_string());
        let mut now = Instant::now();
        for (kind, retry_after) in failures {
            let (next, passed) = plan.after(asked.clone(), &error(*kind, *retry_after), now, 1.0, sick);
            said.extend(passed.iter().map(|passed| format!("({})", passed.model)));
            match next {
                Next::Fallback(next) => {
                    said.push(next.model.to_string());
                    asked = next;
                }
                Next::Retry(next, pause) => {
                    said.push(format!("{}+{}", next.model, pause.as_secs_f64()));
                    (asked, now) = (next, now + pause);
                }
                Next::GiveUp => {
                    said.push(".".to_owned());
                    break;
                }
            }
        }
        said.join(" ")
    }

    #[test]
    fn a_turn_falls_back_at_once_then_backs_off_and_gives_up() {
        use ErrorKind as Kind;
        let server = (Kind::Server, None);
        let limited = |seconds| (Kind::RateLimited, Some(seconds));
        for (name, candidates, sick, failures, went) in [
            ("sideways", &["a", "b", "c"][..], &[][..], vec![server, server], "a b c"),
            ("then again, each time later", &["a"], &[], vec![server, server, server], "a a+1 a+2 ."),
            ("the first again when all failed", &["a", "b"], &[], vec![server, server], "a b a+1"),
            ("as the endpoint asks", &["a"], &[], vec![limited(7)], "a a+7"),
            ("whoever may be asked the soonest", &["a", "b"], &[], vec![limited(7), limited(3)], "a b b+3"),
            ("longer than anybody waits", &["a"], &[], vec![limited(61)], "a ."),
            ("one waits too long, the other does not", &["a", "b"], &[], vec![limited(99), server], "a b b+1"),
            ("a refusal is final", &["a", "b"], &[], vec![(Kind::BadRequest, None)], "a ."),
            ("so is a wrong key", &["a", "b"], &[], vec![(Kind::Auth, None)], "a ."),
            ("a fallback that wants another key", &["a", "o/b"], &[], vec![server, (Kind::Auth, None)], "a o/b a+1"),
            (
                "an unknown model is not asked again",
                &["a", "b"],
                &[],
                vec![(Kind::UnknownModel, None), server],
                "a b b+1",
            ),
            (
                "a model that the plan does not have",
                &["a", "b"],
                &[],
                vec![(Kind::Permission, None), server],
                "a b b+1",
            ),
            ("of another provider, too", &["a", "o/b"], &[], vec![(Kind::Permission, None)], "a o/b"),
            ("no model is in the plan", &["a", "b"], &[], vec![(Kind::Permission, None); 2], "a b ."),
            ("a model that cannot see", &["a", "b", "o/c"], &[], vec![(Kind::NoVision, None); 2], "a b o/c"),
            ("no model sees", &["a"], &[], vec![(Kind::NoVision, None)], "a ."),
            ("the whole account is blocked", &["a", "b", "o/c"], &[], vec![(Kind::Blocked, None)], "a o/c"),
            (
                "a wrong key behind another plan",
                &["a", "b"],
                &[],
                vec![(Kind::Permission, None), (Kind::Auth, None)],
                "a b .",
            ),
            ("nobody knows the model", &["a"], &[], vec![(Kind::UnknownModel, None)], "a ."),
            ("another provider", &["a", "b", "o/c"], &[], vec![(Kind::Unreachable, None)], "a o/c"),
            ("unreachable, and no other provider", &["a", "b"], &[], vec![(Kind::Unreachable, None)], "a a+1"),
            ("a used up quota is not asked again", &["a", "b"], &[], vec![(Kind::Quota, None)], "a ."),
            ("the whole time is up", &["a", "b"], &[], vec![(Kind::Timeout(Phase::Turn), None)], "a ."),
            (
                "a fallback that cannot take it",
                &["a", "b"],
                &[],
                vec![server, (Kind::ContextOverflow, None)],
                "a b a+1",
            ),
            ("or the next one", &["a", "b", "c"], &[], vec![server, (Kind::BadRequest, None)], "a b c"),
            (
                "out of time after a failure",
                &["a", "b"],
                &[],
                vec![server, (Kind::Timeout(Phase::Turn), None)],
                "a b .",
            ),
            ("too slow", &["a", "b"], &[], vec![(Kind::Timeout(Phase::FirstToken), None)], "a b"),
            ("a sick one is passed over", &["a", "b"], &["a"], vec![], "(a) b"),
            ("and asked when nobody else is left", &["a", "b"], &["a"], vec![server, server], "(a) b a b+1"),
            ("all are sick", &["a", "b"], &["a", "b"], vec![server], "a b"),
        ] {
            assert_eq!(walk(candidates, sick, &failures), went, "{name}");
        }
    }

    #[test]
    fn chance_takes_at_most_half_of_a_pause() {
        let plan = FallbackPlan::new(vec![candidate("a")], limits());
        let pauses = [(1, 0.0), (1, 1.0), (3, 0.5), (40, 1.0)].map(|(times, chance)| plan.pause(times, chance));
        assert_eq!(pauses.map(|pause| pause.as_millis()), [500, 1_000, 3_000, 30_000]);
    }
}
