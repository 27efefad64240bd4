//! One turn from decision to last word. Reports everything as [`TurnEvent`]s; whoever drops it stops it.

use super::Parts;
use super::decide::{Decided, Deciding, Job};
use crate::chat::{Ending, Note, Request, TurnEvent, context_window};
use crate::config::{CategoryId, ModelId};
use crate::provider::{ChatRequest, Delta, Deltas, Finish, Outgoing, ProviderError, ReplyFormat};
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
    let Decided { decision, mut begun } = deciding.decide(&job, &report).await;
    let candidates: Vec<ModelId> = decision.candidates.iter().map(|candidate| candidate.model.clone()).collect();
    let category = decision.category.clone();
    report.send(TurnEvent::Decided(Box::new(decision))).await;
    let mut left = candidates.into_iter().peekable();
    while let Some(model) = left.next() {
        let begin = || Answering::begin(&deciding.parts, &job, &category, &model);
        let mut answering = begun.take().unwrap_or_else(begin);
        match answer(&mut answering, &report).await {
            Ok(finish) => return report.end(Ending::Answered(finish), answering.asked.elapsed()).await,
            // Sideways, and only before the first word: two models are never spliced into one answer.
            Err(Unanswered { error, silent: true }) if error.is_availability() && left.peek().is_some() => {
                report.send(TurnEvent::Noted(Note::FellBack { from: model, why: error.what().to_owned() })).await;
            }
            Err(Unanswered { error, .. }) => {
                return report.end(Ending::Failed(error.message), answering.asked.elapsed()).await;
            }
        }
    }
}

struct Unanswered {
    error: ProviderError,
    /// Whether nothing visible had come yet.
    silent: bool,
}

async fn answer(answering: &mut Answering, report: &Report) -> Result<Finish, Unanswered> {
    report.send(TurnEvent::Asked { model: answering.model.clone(), request: answering.sent.clone() }).await;
    for note in std::mem::take(&mut answering.notes) {
        report.send(TurnEvent::Noted(note)).await;
    }
    let mut silent = true;
    while let Some((delta, after)) = answering.next().await {
        match delta {
            Ok(Delta::Text(text)) => {
                silent = false;
                report.send(TurnEvent::Text { text, after }).await;
            }
            Ok(Delta::Reasoning(text)) => report.send(TurnEvent::Reasoning(text)).await,
            Ok(Delta::Usage(usage)) => report.send(TurnEvent::Used(usage)).await,
            Ok(Delta::Finished(finish)) => return Ok(finish),
            Err(error) => return Err(Unanswered { error, silent }),
        }
    }
    // A provider's stream says how it ended; one that does not has no more to say than "ended".
    Ok(Finish::Other)
}

/// An answer that comes. Dropping it closes its connection.
pub(super) struct Answering {
    model: ModelId,
    sent: Arc<Request>,
    asked: Instant,
    notes: Vec<Note>,
    deltas: Deltas,
    /// What came while nobody was to see it.
    held: VecDeque<Result<Delta, ProviderError>>,
}

impl Answering {
    /// Asks `model`, which answers for `category`. The request leaves when the answer is first awaited.
    pub(super) fn begin(parts: &Parts, job: &Job, category: &CategoryId, model: &ModelId) -> Self {
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
            model: model.clone(),
            messages: Vec::new(),
            max_tokens: None,
            deterministic: false,
            format: ReplyFormat::Text,
        };
        let Outgoing { url, mut body } = parts.provider.outgoing(&bare);
        // Their place is kept, so that the request can be shown as it was.
        body.insert("messages".to_owned(), Value::Null);
        let since = job.turns.get(fitted.left_out).copied();
        let sent = Arc::new(Request { url, body, system: system.to_owned(), since });
        let deltas = parts.provider.stream(ChatRequest { messages: fitted.messages, ..bare });
        Self { model: model.clone(), sent, asked: Instant::now(), notes, deltas, held: VecDeque::new() }
    }

    /// Takes in what comes without showing it. Never ends; giving up on it loses nothing.
    pub(super) async fn hold(&mut self) -> Infallible {
        while self.held.len() < HELD {
            let Some(delta) = self.deltas.next().await else { break };
            self.held.push_back(delta);
        }
        std::future::pending().await
    }

    /// The next piece, and how long after asking it could be seen: what was held back counts from when it is shown, since
    /// that is what the user waited.
    async fn next(&mut self) -> Option<(Result<Delta, ProviderError>, Duration)> {
        let delta = match self.held.pop_front() {
            Some(held) => held,
            None => self.deltas.next().await?,
        };
        Some((delta, self.asked.elapsed()))
    }
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
