//! Finding out which model answers a turn: the local deciders first, then the judge as the settings say.
//!
//! With `race` the best guess is asked at once and its answer held back, unseen, until the judge has answered. When they
//! agree, or the judge cannot say, the answer that has come so far is shown and goes on; when they do not, it is dropped
//! with its connection, and counts as a request that deciding cost.

use super::response::ResponseStream;
use super::{TurnEvents, TurnInput};
use crate::chat::TurnEvent;
use crate::clock;
use crate::config::Escalate;
use crate::engine::Services;
use crate::engine::judge::ProviderJudge;
use crate::engine::learning::{LearnJob, Learning, spawn_compute};
use crate::router::{Decision, Judge, Learned, LocalDecision, Query};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

/// The decision, and the answer as far as it has come when it was begun already.
pub(super) struct Decided {
    pub(super) decision: Decision,
    pub(super) begun: Option<ResponseStream>,
}

/// Decides a turn; reports when a judge is asked, and a guess that lost.
pub(super) async fn decide(
    services: &Services,
    learning: &Learning,
    input: &Arc<TurnInput>,
    events: &TurnEvents,
) -> Decided {
    events.send(TurnEvent::Started).await;
    let learned = learning.of(&input.ask.route).await;
    let begun = Instant::now();
    let LocalDecision { decision, sure } = match consider(services, input, learned.clone()).await {
        Some(opinion) => opinion,
        // A decider panicked; the prompt is answered all the same, without it.
        None => services.answered_here(services.router().undecided(input.query()), input.ask.prompt.images()),
    };
    let guess = Decision { elapsed: begun.elapsed(), ..decision };
    let Some(judge) = services.judge().filter(|_| !sure) else {
        return Decided { decision: guess, begun: None };
    };
    events.send(TurnEvent::Judging { judge: services.config.judge.model.clone() }).await;
    Escalation { services, learning, learned: &learned, input, events, guess, begun }.run(&judge).await
}

/// A guess that a judge is asked about.
struct Escalation<'a> {
    services: &'a Services,
    learning: &'a Learning,
    learned: &'a Learned,
    input: &'a Arc<TurnInput>,
    events: &'a TurnEvents,
    guess: Decision,
    /// When deciding began.
    begun: Instant,
}

impl Escalation<'_> {
    async fn run(self, judge: &ProviderJudge) -> Decided {
        let (router, query) = (self.services.router(), self.input.query());
        let mut held = self.race().await;
        let (ruling, requests) = tokio::select! {
            biased;
            ruling = router.judge(query, self.learned, judge as &dyn Judge) => ruling,
            never = hold(&mut held) => match never {},
        };
        let (guess, elapsed) = (self.guess, self.begun.elapsed());
        let ruled = match ruling {
            Ok(ruled) => ruled,
            Err(why) => {
                let decision = Decision { elapsed, ..guess.without_judge(&why, requests) };
                return Decided { decision, begun: held };
            }
        };
        // The learner is gone only when the program is about to end.
        let _ = self.learning.jobs.send(LearnJob::Remember(router.judgement(query, &ruled, clock::now())));
        let agreed = ruled.model() == guess.model() && ruled.category == guess.category;
        let lost = held.take_if(|_| !agreed);
        let decision = Decision { elapsed, requests: ruled.requests + u32::from(lost.is_some()), ..ruled };
        if let Some(lost) = lost {
            let (candidate, sent) = (lost.candidate.clone(), lost.sent.clone());
            // Its connection closes first: the guess may cost nothing more.
            drop(lost);
            self.events.send(TurnEvent::Lost { candidate, sent }).await;
        }
        Decided { decision, begun: held }
    }

    /// Asks the guess meanwhile, where the settings say so and it is worth it.
    async fn race(&self) -> Option<ResponseStream> {
        let (services, guess) = (self.services, &self.guess);
        match services.config.routing.escalate {
            // A model that keeps failing is not worth a request that may be thrown away.
            Escalate::Race if guess.is_worth_racing() && !services.health.is_sick(&guess.candidates[0], self.begun) => {
                ResponseStream::begin(services, self.input, &guess.category, &guess.candidates[0]).await.ok()
            }
            Escalate::Race | Escalate::Wait | Escalate::Never => None,
        }
    }
}

/// Decides `query` without a turn: asks the local deciders, then waits for the judge where none of them is sure.
pub async fn decide_only(services: &Services, query: Query<'_>, learned: &Learned) -> Decision {
    let judge = services.judge();
    let begun = Instant::now();
    let judge = judge.as_ref().map(|judge| judge as &dyn Judge);
    let decision = services.router().decide(query, learned, judge).await;
    Decision { elapsed: begun.elapsed(), ..decision }
}

/// What the local deciders make of a turn, worked out beside the tasks, and which candidates are asked here.
pub(in crate::engine) async fn consider(
    services: &Services,
    input: &Arc<TurnInput>,
    learned: Arc<Learned>,
) -> Option<LocalDecision> {
    let (router, input) = (services.router().clone(), input.clone());
    let images = input.ask.prompt.images();
    let local = spawn_compute(move || router.consider(input.query(), &learned)).await?;
    Some(services.answered_here(local, images))
}

/// Takes in what comes of an answer that may not be shown yet. Never ends.
async fn hold(held: &mut Option<ResponseStream>) -> Infallible {
    match held {
        Some(response) => response.hold().await,
        None => std::future::pending().await,
    }
}
