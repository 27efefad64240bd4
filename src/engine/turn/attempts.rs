//! The attempts of a turn to get an answer, one after the other. Each is a step of the turn; the policy is the
//! `FallbackPlan`'s.

use super::fallback::{FallbackPlan, Next};
use super::length::Length;
use super::response::ResponseStream;
use super::{TurnEvents, TurnInput};
use crate::chat::{AfterFailure, Delta, Ending, Failure, Finish, TurnEvent, Usage};
use crate::config::keys::{self, TURN_TIMEOUT};
use crate::config::{CategoryId, ModelId, ProviderConfig};
use crate::engine::Services;
use crate::engine::health::chance;
use crate::format::roughly;
use crate::provider::{ErrorKind, Phase, ProviderError};
use crate::router::Candidate;
use std::time::{Duration, Instant};

/// The attempts of one turn.
pub(super) struct Attempts<'a> {
    pub(super) services: &'a Services,
    pub(super) input: &'a TurnInput,
    pub(super) category: &'a CategoryId,
    pub(super) events: &'a TurnEvents,
    pub(super) plan: FallbackPlan,
}

/// Why there is no answer, or not all of it.
struct Unanswered {
    error: ProviderError,
    /// Whether nothing visible had come yet.
    silent: bool,
}

impl Attempts<'_> {
    /// Asks until a model answers or no candidate is left. `begun`: the first candidate was asked already.
    pub(super) async fn run(mut self, mut begun: Option<ResponseStream>) {
        let health = &self.services.health;
        // An answer that has begun is not given away, whatever is known of its model.
        let first = self.plan.untried(|candidate| begun.is_none() && health.is_sick(candidate, Instant::now()));
        let Some((mut candidate, passed)) = first else { return };
        self.pass_over(passed).await;
        let since = Instant::now();
        loop {
            health.asked(&candidate, Instant::now(), *self.services.config.retry.breaker_rest);
            let (asked, outcome) = self.attempt(&candidate, begun.take(), since).await;
            let Unanswered { error, silent } = match outcome {
                Ok(finish) => {
                    health.succeeded(&candidate);
                    return self.end(Ending::Answered(finish), asked).await;
                }
                Err(unanswered) => unanswered,
            };
            if error.is_transient() {
                health.failed(&candidate, Instant::now(), &self.services.config.retry);
            } else if error.status.is_some() {
                // An endpoint that refuses is reachable.
                health.succeeded(&candidate);
            }
            if error.kind == ErrorKind::NoVision {
                health.turned_out_blind(&candidate);
            }
            match self.after(&candidate, error, silent, since).await {
                Ok(next) => candidate = next,
                Err(message) => return self.end(Ending::Failed(message), asked).await,
            }
        }
    }

    async fn end(&self, ending: Ending, asked: Option<Instant>) {
        self.events.send(TurnEvent::Ended { ending, after: asked.map(|asked| asked.elapsed()) }).await;
    }

    /// Asks `candidate`. Returns when it was asked, if it could be, and how it went.
    async fn attempt(
        &self,
        candidate: &Candidate,
        begun: Option<ResponseStream>,
        since: Instant,
    ) -> (Option<Instant>, Result<Finish, Unanswered>) {
        let begun = match begun {
            Some(begun) => Ok(begun),
            None => ResponseStream::begin(self.services, self.input, self.category, candidate).await,
        };
        match begun {
            Ok(mut response) => {
                let time = Deadline { since, limit: self.limit(candidate), setting: self.setting(candidate) };
                let length = Length::new(*self.services.config.chat.answer_bytes);
                let outcome = answer(&mut response, self.events, &time, length).await;
                (Some(response.asked), outcome)
            }
            Err(error) => (None, Err(Unanswered { error, silent: true })),
        }
    }

    /// How long a turn may take that `candidate` answers.
    fn limit(&self, candidate: &Candidate) -> Duration {
        self.services.config.timeouts(&candidate.provider).turn
    }

    /// The configuration table in which that limit is set.
    fn setting(&self, candidate: &Candidate) -> &'static str {
        self.services.config.providers.get(&*candidate.provider).map_or(keys::NETWORK, ProviderConfig::network_table)
    }

    /// Reports the failure and returns the next candidate when the pause before it is over; where there is none, the
    /// message of the turn's end.
    async fn after(
        &mut self,
        failed: &Candidate,
        error: ProviderError,
        silent: bool,
        since: Instant,
    ) -> Result<Candidate, String> {
        let (services, now) = (self.services, Instant::now());
        // Only before the first word: two models are never spliced into one answer.
        let (next, passed) = match silent {
            true => {
                let sick = |candidate: &Candidate| services.health.is_sick(candidate, now);
                self.plan.after(failed.clone(), &error, now, chance(), sick)
            }
            false => (Next::GiveUp, Vec::new()),
        };
        let next = self.affordable(next, now, since);
        self.report(failed, &error, &next).await;
        self.pass_over(passed).await;
        match next {
            Next::Fallback(next) => Ok(next),
            Next::Retry(next, pause) => {
                tokio::time::sleep(pause).await;
                Ok(next)
            }
            Next::GiveUp => Err(error.message),
        }
    }

    /// Gives up where a retry would come after the turn's deadline, or over the budget of retries.
    fn affordable(&self, next: Next, now: Instant, since: Instant) -> Next {
        match next {
            Next::Retry(next, pause)
                if now + pause >= since + self.limit(&next)
                    || !self.services.health.spend(now, self.services.config.retry.per_minute) =>
            {
                Next::GiveUp
            }
            next => next,
        }
    }

    async fn report(&self, failed: &Candidate, error: &ProviderError, next: &Next) {
        // The ending of a turn that gives up says why.
        let (why, next) = match next {
            Next::Fallback(next) => {
                (error.what().to_owned(), AfterFailure::Fallback { model: Some(next.model.clone()) })
            }
            Next::Retry(next, pause) => {
                let (model, pause_ms) = (next.model.clone(), pause.as_millis() as u64);
                (error.what().to_owned(), AfterFailure::Retry { model, pause_ms })
            }
            Next::GiveUp => (String::new(), AfterFailure::GiveUp),
        };
        let failure = Failure { what: error.kind.name().to_owned(), why, detail: error.detail.clone(), next };
        self.events.send(TurnEvent::Failed { candidate: failed.clone(), failure }).await;
    }

    async fn pass_over(&self, passed: Vec<Candidate>) {
        for candidate in passed {
            self.events.send(TurnEvent::PassedOver(candidate)).await;
        }
    }
}

/// How long a turn may take, from when on, and where that is set.
struct Deadline {
    since: Instant,
    limit: Duration,
    setting: &'static str,
}

impl Deadline {
    /// The error of an answer of `model` that took longer.
    fn is_up(&self, model: &ModelId) -> ProviderError {
        let (took, setting) = (roughly(self.since.elapsed()), self.setting);
        let what =
            format!("{model} was not done after {took}; ask for less at once, or raise {setting}.{TURN_TIMEOUT}");
        ProviderError::new(ErrorKind::Timeout(Phase::Turn), what)
    }
}

/// Hands on the answer until it is complete.
async fn answer(
    response: &mut ResponseStream,
    events: &TurnEvents,
    time: &Deadline,
    mut length: Length,
) -> Result<Finish, Unanswered> {
    let deadline = time.since + time.limit;
    let (candidate, sent) = (response.candidate.clone(), response.sent.clone());
    events.send(TurnEvent::Asked { candidate, sent, notes: std::mem::take(&mut response.notes) }).await;
    let mut silent = true;
    let mut usage = None;
    loop {
        let next = tokio::time::timeout_at(deadline.into(), response.next()).await;
        let (delta, after) = match next {
            Ok(Some(next)) => next,
            // A provider's stream says how it ended; one that does not has no more to say than "ended".
            Ok(None) => return Ok(Finish::Other),
            Err(_) => return Err(Unanswered { error: time.is_up(&response.candidate.model), silent }),
        };
        match delta {
            Ok(Delta::Finished(finish)) => {
                let cut = usage.and_then(|usage: Usage| response.size.cut_to(usage.prompt_tokens));
                if let Some(note) = cut {
                    events.send(TurnEvent::Noted(note)).await;
                }
                return Ok(finish);
            }
            Ok(delta) => {
                match delta {
                    Delta::Usage(counted) => usage = Some(counted),
                    Delta::Text(_) | Delta::Image(_) | Delta::Audio(_) => silent = false,
                    // Nothing of an answer has come.
                    Delta::TextWasReasoning => silent = true,
                    _ => {}
                }
                let (delta, too_long) = length.take(delta);
                events.send(TurnEvent::Came { delta, after }).await;
                if let Some(error) = too_long {
                    // Another model would be no answer to that.
                    return Err(Unanswered { error, silent: false });
                }
            }
            Err(error) => return Err(Unanswered { error, silent }),
        }
    }
}
