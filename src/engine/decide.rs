//! Finding out who answers a turn: the local deciders first, then the judge as the settings say.
//!
//! With `race` the best guess is asked at once and its answer held back, unseen, until the judge has spoken. When they
//! agree, or the judge cannot say, the answer that has come so far is shown and goes on; when they do not, it is dropped
//! with its connection, and counts as a request that deciding cost.

use super::execute::{Answering, Report};
use super::knowledge::{Knowledge, Study};
use super::{Parts, aside};
use crate::chat::{Exchange, TurnEvent, TurnId};
use crate::config::{CategoryId, Escalate};
use crate::router::{Decision, Judge, Learned, LocalDecision, Previous, Query, RouteOverride};
use jiff::Timestamp;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

/// What a turn is about.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) prompt: Arc<str>,
    pub(super) route: RouteOverride,
    pub(super) history: Vec<Exchange>,
    /// The turns that `history` comes from.
    pub(super) turns: Vec<TurnId>,
    /// What the last of `history` was taken for.
    pub(super) category_before: Option<CategoryId>,
}

impl Job {
    /// The turn as the router sees it.
    pub(super) fn query(&self) -> Query<'_> {
        let last = self.history.last().zip(self.category_before.as_ref());
        let previous = last.map(|(Exchange { prompt, answer }, category)| Previous { prompt, reply: answer, category });
        Query { prompt: &self.prompt, route: &self.route, previous, images: 0 }
    }
}

/// Who answers, and the answer as far as it has come when it was begun already.
pub(super) struct Decided {
    pub(super) decision: Decision,
    pub(super) begun: Option<Answering>,
}

/// What deciding needs besides the turn itself.
pub(super) struct Deciding {
    pub(super) parts: Parts,
    pub(super) knowledge: Knowledge,
    pub(super) studies: mpsc::UnboundedSender<Study>,
    /// When the prompt is kept.
    pub(super) kept: Option<oneshot::Receiver<()>>,
}

impl Deciding {
    /// Decides; reports when a judge is asked.
    pub(super) async fn decide(&self, job: &Arc<Job>, report: &Report) -> Decided {
        report.send(TurnEvent::Started).await;
        let learned = self.knowledge.now().await;
        let begun = Instant::now();
        let LocalDecision { decision, sure } = match consider(&self.parts, job, learned).await {
            Some(local) => local,
            // A panic in a decider is ours to mend; the prompt is answered all the same, without it.
            None => self.parts.router().undecided(job.query()),
        };
        let guess = Decision { elapsed: begun.elapsed(), ..decision };
        let Some(judge) = self.parts.judge().filter(|_| !sure) else {
            return Decided { decision: guess, begun: None };
        };
        report.send(TurnEvent::Judging { judge: self.parts.config.judge.model.clone() }).await;
        let mut held = match self.parts.config.routing.escalate {
            // Who keeps failing is not worth a request that may be thrown away.
            Escalate::Race if guess.is_worth_racing() && !self.parts.health.is_sick(&guess.candidates[0], begun) => {
                Answering::begin(&self.parts, job, &guess.category, guess.model()).ok()
            }
            Escalate::Race | Escalate::Wait | Escalate::Never => None,
        };
        let router = self.parts.router();
        let (ruling, requests) = tokio::select! {
            biased;
            ruling = router.judge(job.query(), &judge as &dyn Judge) => ruling,
            never = hold(&mut held) => match never {},
        };
        let elapsed = begun.elapsed();
        match ruling {
            Ok(ruled) => {
                let verdict = router.judgement(job.query(), &ruled, Timestamp::now());
                // Nobody learns any more only when the program is about to end.
                let _ = self.studies.send(Study::Remember(verdict));
                let agreed = ruled.model() == guess.model() && ruled.category == guess.category;
                let lost = u32::from(held.is_some() && !agreed);
                let decision = Decision { elapsed, requests: ruled.requests + lost, ..ruled };
                Decided { decision, begun: held.filter(|_| agreed) }
            }
            Err(why) => {
                let decision = Decision { elapsed, ..guess.without_judge(&why, requests) };
                Decided { decision, begun: held }
            }
        }
    }
}

/// What the local deciders make of a turn, worked out beside the tasks.
pub(super) async fn consider(parts: &Parts, job: &Arc<Job>, learned: Arc<Learned>) -> Option<LocalDecision> {
    let (router, job) = (parts.router().clone(), job.clone());
    aside(move || router.consider(job.query(), &learned)).await
}

/// Takes in what comes of an answer that nobody may see yet. Never ends.
async fn hold(held: &mut Option<Answering>) -> Infallible {
    match held {
        Some(answering) => answering.hold().await,
        None => std::future::pending().await,
    }
}
