//! One turn from decision to last word. Reports everything as [`TurnEvent`]s; whoever drops it stops it.

use super::Parts;
use super::course::{Course, Next};
use super::decide::{Decided, Deciding, Job};
use super::health::chance;
use crate::chat::{Ending, Note, Request, TurnEvent, context_window};
use crate::config::keys::{self, TURN_TIMEOUT};
use crate::config::{CategoryId, ModelId, ProviderConfig};
use crate::format;
use crate::provider::{
    ChatRequest, Delta, Deltas, ErrorKind, Finish, Outgoing, Phase, ProviderError, Reached, ReplyFormat,
};
use crate::router::Candidate;
use futures_util::StreamExt;
use serde_json::Value;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// So many pieces of an answer are held back while the judge thinks; then its stream has to wait.
const HELD: usize = 1024;

/// A disk that does not answer for so long, as one behind a dead network, keeps no prompt waiting any longer.
const PATIENCE: Duration = Duration::from_secs(8);

/// Runs a turn. The last event is always [`TurnEvent::Ended`].
pub(super) async fn run(mut deciding: Deciding, job: Arc<Job>, events: mpsc::Sender<TurnEvent>) {
    let report = Report(events);
    if let Some(kept) = deciding.kept.take() {
        // No request, not even the judge's, leaves before the prompt is on the disk, or cannot get there.
        let _ = tokio::time::timeout(PATIENCE, kept).await;
    }
    let Decided { decision, begun } = deciding.decide(&job, &report).await;
    let (category, candidates) = (decision.category.clone(), decision.candidates.clone());
    report.send(TurnEvent::Decided(Box::new(decision))).await;
    let course = Course::new(candidates, deciding.parts.config.retry.clone());
    Attempts { parts: &deciding.parts, job: &job, category: &category, report: &report, course }.run(begun).await;
}

/// The attempts of a turn to get an answer, one after the other.
struct Attempts<'a> {
    parts: &'a Parts,
    job: &'a Job,
    category: &'a CategoryId,
    report: &'a Report,
    course: Course,
}

/// Why there is no answer, or not all of it.
struct Unanswered {
    error: ProviderError,
    /// Whether nothing visible had come yet.
    silent: bool,
}

impl Attempts<'_> {
    /// Asks until somebody answers or nobody is left. `begun`: the first was asked already.
    async fn run(mut self, mut begun: Option<Answering>) {
        let health = &self.parts.health;
        // An answer that has begun is not given away, whatever is known of its model.
        let first = self.course.untried(|candidate| begun.is_none() && health.is_sick(candidate, Instant::now()));
        let Some((mut candidate, passed)) = first else { return };
        self.pass_over(passed).await;
        let since = Instant::now();
        loop {
            health.asked(&candidate, Instant::now(), *self.parts.config.retry.breaker_rest);
            let (asked, outcome) = self.attempt(&candidate, begun.take(), since).await;
            let Unanswered { error, silent } = match outcome {
                Ok(finish) => {
                    health.succeeded(&candidate);
                    return self.report.end(Ending::Answered(finish), asked.elapsed()).await;
                }
                Err(unanswered) => unanswered,
            };
            if error.is_transient() {
                health.failed(&candidate, Instant::now(), &self.parts.config.retry);
            } else if error.status.is_some() {
                // Who refuses is there.
                health.succeeded(&candidate);
            }
            match self.after(&candidate, error, silent, since).await {
                Ok(next) => candidate = next,
                Err(message) => return self.report.end(Ending::Failed(message), asked.elapsed()).await,
            }
        }
    }

    /// Asks `candidate`; when that was, and how it went.
    async fn attempt(
        &self,
        candidate: &Candidate,
        begun: Option<Answering>,
        since: Instant,
    ) -> (Instant, Result<Finish, Unanswered>) {
        let begun = begun.map_or_else(|| Answering::begin(self.parts, self.job, self.category, &candidate.model), Ok);
        match begun {
            Ok(mut answering) => {
                let time = Time { since, limit: self.limit(candidate), setting: self.setting(candidate) };
                let outcome = answer(&mut answering, self.report, &time).await;
                (answering.asked, outcome)
            }
            Err(error) => (Instant::now(), Err(Unanswered { error, silent: true })),
        }
    }

    /// How long a turn may take that `candidate` answers.
    fn limit(&self, candidate: &Candidate) -> Duration {
        self.parts.config.timeouts(&candidate.provider).turn
    }

    /// Where that is set.
    fn setting(&self, candidate: &Candidate) -> &'static str {
        self.parts.config.providers.get(&*candidate.provider).map_or(keys::NETWORK, ProviderConfig::network_table)
    }

    /// Who is asked after a failure, when the pause before that is over; the message of the end where nobody is.
    async fn after(
        &mut self,
        failed: &Candidate,
        error: ProviderError,
        silent: bool,
        since: Instant,
    ) -> Result<Candidate, String> {
        let (parts, now) = (self.parts, Instant::now());
        // Only before the first word: two models are never spliced into one answer.
        let (next, passed) = match silent {
            true => {
                let sick = |candidate: &Candidate| parts.health.is_sick(candidate, now);
                self.course.after(failed.clone(), &error, now, chance(), sick)
            }
            false => (Next::End, Vec::new()),
        };
        self.pass_over(passed).await;
        let (from, why) = (failed.model.clone(), error.what().to_owned());
        match next {
            Next::Sideways(next) => {
                self.note(Note::FellBack { from, why, detail: error.detail }).await;
                Ok(next)
            }
            // What cannot be waited for is not begun.
            Next::Again(next, pause)
                if now + pause < since + self.limit(&next)
                    && parts.health.spend(now, parts.config.retry.per_minute) =>
            {
                let (model, pause_ms) = (next.model.clone(), pause.as_millis() as u64);
                let what = error.kind.name().to_owned();
                self.note(Note::Again { from, what, why, detail: error.detail, model, pause_ms }).await;
                tokio::time::sleep(pause).await;
                Ok(next)
            }
            Next::Again(..) | Next::End => {
                self.note(Note::GaveUp { from, detail: error.detail }).await;
                Err(error.message)
            }
        }
    }

    async fn pass_over(&self, passed: Vec<Candidate>) {
        for candidate in passed {
            self.note(Note::PassedOver { model: candidate.model }).await;
        }
    }

    async fn note(&self, note: Note) {
        self.report.send(TurnEvent::Noted(note)).await;
    }
}

/// How long a turn may take, from when on, and where that is set.
struct Time {
    since: Instant,
    limit: Duration,
    setting: &'static str,
}

impl Time {
    /// The error of an answer of `model` that took longer.
    fn is_up(&self, model: &ModelId) -> ProviderError {
        let (took, setting) = (format::roughly(self.since.elapsed()), self.setting);
        let what =
            format!("{model} was not done after {took}; ask for less at once, or raise {setting}.{TURN_TIMEOUT}");
        ProviderError::new(ErrorKind::Timeout(Phase::Turn), what)
    }
}

async fn answer(answering: &mut Answering, report: &Report, time: &Time) -> Result<Finish, Unanswered> {
    let deadline = time.since + time.limit;
    report.send(TurnEvent::Asked { model: answering.model.clone(), request: answering.sent.clone() }).await;
    for note in std::mem::take(&mut answering.notes) {
        report.send(TurnEvent::Noted(note)).await;
    }
    let mut silent = true;
    loop {
        let next = tokio::time::timeout_at(deadline.into(), answering.next()).await;
        let (delta, after) = match next {
            Ok(Some(next)) => next,
            // A provider's stream says how it ended; one that does not has no more to say than "ended".
            Ok(None) => return Ok(Finish::Other),
            Err(_) => return Err(Unanswered { error: time.is_up(&answering.model), silent }),
        };
        match delta {
            Ok(Delta::Text(text)) => {
                silent = false;
                report.send(TurnEvent::Text { text, after }).await;
            }
            Ok(Delta::Reasoning(text)) => report.send(TurnEvent::Reasoning { text, after }).await,
            Ok(Delta::Opened) => report.send(TurnEvent::Opened).await,
            Ok(Delta::Alive) => report.send(TurnEvent::Alive).await,
            Ok(Delta::Skipped(events)) => report.send(TurnEvent::Noted(Note::Skipped { events })).await,
            Ok(Delta::Usage(usage)) => report.send(TurnEvent::Used(usage)).await,
            Ok(Delta::Finished(finish)) => return Ok(finish),
            Err(error) => return Err(Unanswered { error, silent }),
        }
    }
}

/// An answer that comes. Dropping it closes its connection.
pub(super) struct Answering {
    model: ModelId,
    sent: Arc<Request>,
    asked: Instant,
    notes: Vec<Note>,
    deltas: Deltas,
    /// What came while nobody was to see it, and how long after asking.
    held: VecDeque<(Result<Delta, ProviderError>, Duration)>,
    /// How much later than it came the reasoning that was held counts, once it is shown.
    late: Option<Duration>,
}

impl Answering {
    /// Asks `model`, which answers for `category`. The request leaves when the answer is first awaited.
    ///
    /// # Errors
    /// That there is no key for it.
    pub(super) fn begin(
        parts: &Parts,
        job: &Job,
        category: &CategoryId,
        model: &ModelId,
    ) -> Result<Self, ProviderError> {
        let Reached { provider, model: called } = parts.providers.reach(model, &parts.config)?;
        let window = parts.config.context_window(model);
        let system = parts.config.system_prompt(category);
        let fitted = context_window::fit(system, &job.history, &job.prompt, window, parts.config.chat.answer_reserve);
        let mut notes = Vec::new();
        if fitted.left_out > 0 {
            notes.push(Note::LeftOut { turns: fitted.left_out, window });
        }
        if fitted.overflows {
            notes.push(Note::TooLong { tokens: fitted.tokens, window });
        }
        let bare = ChatRequest {
            model: called,
            messages: Vec::new(),
            max_tokens: None,
            deterministic: false,
            format: ReplyFormat::Text,
        };
        let Outgoing { url, mut body } = provider.outgoing(&bare);
        // Their place is kept, so that the request can be shown as it was.
        body.insert("messages".to_owned(), Value::Null);
        let since = job.turns.get(fitted.left_out).copied();
        let sent = Arc::new(Request { url, body, system: system.to_owned(), since });
        let deltas = provider.stream(ChatRequest { messages: fitted.messages, ..bare });
        let (model, held) = (model.clone(), VecDeque::new());
        Ok(Self { model, sent, asked: Instant::now(), notes, deltas, held, late: None })
    }

    /// Takes in what comes without showing it. Never ends; giving up on it loses nothing.
    pub(super) async fn hold(&mut self) -> Infallible {
        while self.held.len() < HELD {
            let Some(delta) = self.deltas.next().await else { break };
            self.held.push_back((delta, self.asked.elapsed()));
        }
        std::future::pending().await
    }

    /// The next piece, and how long after asking it could be seen: what was held back counts from when it is shown, since
    /// that is what the user waited. Reasoning keeps its distance from what followed it: so long the model thought.
    async fn next(&mut self) -> Option<(Result<Delta, ProviderError>, Duration)> {
        let late = *self.late.get_or_insert_with(|| lateness(&self.held, self.asked.elapsed()));
        match self.held.pop_front() {
            Some((reasoning @ Ok(Delta::Reasoning(_)), came)) => Some((reasoning, came + late)),
            Some((held, _)) => Some((held, self.asked.elapsed())),
            None => Some((self.deltas.next().await?, self.asked.elapsed())),
        }
    }
}

/// How much later than it came the end of the reasoning is `shown`: not at all when it still goes on.
fn lateness(held: &VecDeque<(Result<Delta, ProviderError>, Duration)>, shown: Duration) -> Duration {
    let thinks = |delta: &Result<Delta, ProviderError>| {
        matches!(delta, Ok(Delta::Opened | Delta::Alive | Delta::Reasoning(_) | Delta::Usage(_) | Delta::Skipped(_)))
    };
    let end = held.iter().find(|(delta, _)| !thinks(delta));
    end.map_or(Duration::ZERO, |(_, came)| shown.saturating_sub(*came))
}

/// Where events go. The conductor is there as long as the turn is: when it is not, the turn is being dropped.
pub(super) struct Report(mpsc::Sender<TurnEvent>);

impl Report {
    pub(super) async fn send(&self, event: TurnEvent) {
        let _ = self.0.send(event).await;
    }

    async fn end(&self, ending: Ending, after: Duration) {
        self.send(TurnEvent::Ended { ending, after: Some(after) }).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// An answer that was asked for ten seconds ago, of which nothing was shown so far.
    fn held(held: impl IntoIterator<Item = (Delta, u64)>, coming: Vec<Delta>) -> Answering {
        Answering {
            model: "m".into(),
            sent: Arc::default(),
            asked: Instant::now().checked_sub(seconds(10)).unwrap(),
            notes: Vec::new(),
            deltas: stream::iter(coming).map(Ok).boxed(),
            held: held.into_iter().map(|(delta, came)| (Ok(delta), seconds(came))).collect(),
            late: None,
        }
    }

    fn reasoning() -> Delta {
        Delta::Reasoning("hm".to_owned())
    }

    fn text() -> Delta {
        Delta::Text("yes".to_owned())
    }

    #[tokio::test]
    async fn a_held_back_answer_counts_from_its_showing_and_keeps_reasoning_time() {
        let mut answering = held([(reasoning(), 1), (reasoning(), 2), (text(), 4)], vec![text()]);
        let (_, first) = answering.next().await.unwrap();
        let (_, second) = answering.next().await.unwrap();
        let (delta, shown) = answering.next().await.unwrap();
        assert_eq!(delta, Ok(text()));
        assert!(shown >= seconds(10) && first >= seconds(7) && shown >= first + seconds(3), "{first:?}, {shown:?}");
        assert_eq!(second, first + seconds(1));
    }

    #[tokio::test]
    async fn reasoning_that_still_goes_on_when_it_is_shown_began_when_it_came() {
        let mut answering = held([(reasoning(), 2)], vec![reasoning(), text()]);
        assert_eq!(answering.next().await.unwrap().1, seconds(2));
        assert!(answering.next().await.unwrap().1 >= seconds(10));
    }
}
