//! One turn from decision to last word. Reports everything as [`TurnEvent`]s; whoever drops it stops it.

use super::Parts;
use super::turn::{Ending, Note, TurnEvent};
use crate::chat::{Exchange, context_window};
use crate::config::{CategoryId, ModelId};
use crate::provider::{ChatRequest, Delta, Finish, ProviderError, ReplyFormat};
use crate::router::{Decision, Override, Previous, Query};
use futures_util::StreamExt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// What a turn is about.
pub(super) struct Job {
    pub(super) prompt: Arc<str>,
    pub(super) wish: Override,
    pub(super) history: Vec<Exchange>,
    /// What the last of `history` was taken for.
    pub(super) category_before: Option<CategoryId>,
}

impl Job {
    /// The last whole turn, as the router sees it.
    fn previous(&self) -> Option<Previous<'_>> {
        let (Exchange { prompt, answer }, category) = self.history.last().zip(self.category_before.as_ref())?;
        Some(Previous { prompt, reply: answer, category })
    }
}

/// Runs a turn. The last event is always [`TurnEvent::Ended`].
pub(super) async fn run(parts: Parts, job: Job, events: mpsc::Sender<TurnEvent>) {
    let report = Report(events);
    let decision = decide(&parts, &job, &report).await;
    let candidates: Vec<ModelId> = decision.candidates.iter().map(|candidate| candidate.model.clone()).collect();
    let system = parts.config.system_prompt(&decision.category).to_owned();
    report.send(TurnEvent::Decided(Box::new(decision))).await;
    let mut left = candidates.into_iter().peekable();
    while let Some(model) = left.next() {
        let asked = Instant::now();
        match answer(&parts, &job, &system, &model, &report).await {
            Ok(finish) => return report.end(Ending::Answered(finish), asked.elapsed()).await,
            // Sideways, and only before the first word: two models are never spliced into one answer.
            Err(Unanswered { error, silent: true }) if error.is_availability() && left.peek().is_some() => {
                report.send(TurnEvent::Noted(Note::FellBack { from: model, why: error.what().to_owned() })).await;
            }
            Err(Unanswered { error, .. }) => return report.end(Ending::Failed(error.message), asked.elapsed()).await,
        }
    }
}

async fn decide(parts: &Parts, job: &Job, report: &Report) -> Decision {
    let asks = parts.provider.can_judge() && !parts.router().is_settled(&job.wish);
    let judge = asks.then(|| parts.config.judge.model.clone());
    report.send(TurnEvent::Started { judge }).await;
    parts.decide(Query { prompt: &job.prompt, wish: &job.wish, previous: job.previous() }).await
}

struct Unanswered {
    error: ProviderError,
    /// Whether nothing visible had come yet.
    silent: bool,
}

async fn answer(
    parts: &Parts,
    job: &Job,
    system: &str,
    model: &ModelId,
    report: &Report,
) -> Result<Finish, Unanswered> {
    let window = parts.config.context_window(model);
    let fitted = context_window::fit(system, &job.history, &job.prompt, window, parts.config.chat.answer_reserve);
    report.send(TurnEvent::Asked { model: model.clone() }).await;
    if fitted.left_out > 0 {
        report.send(TurnEvent::Noted(Note::LeftOut { turns: fitted.left_out, window })).await;
    }
    if fitted.overflows {
        report.send(TurnEvent::Noted(Note::TooLong { tokens: fitted.tokens, window })).await;
    }
    let asked = Instant::now();
    let mut deltas = parts.provider.stream(ChatRequest {
        model: model.clone(),
        messages: fitted.messages,
        max_tokens: None,
        deterministic: false,
        format: ReplyFormat::Text,
    });
    let mut silent = true;
    while let Some(delta) = deltas.next().await {
        match delta {
            Ok(Delta::Text(text)) => {
                silent = false;
                report.send(TurnEvent::Text { text, after: asked.elapsed() }).await;
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

/// Where events go. The conductor is there as long as the turn is: when it is not, the turn is being dropped.
struct Report(mpsc::Sender<TurnEvent>);

impl Report {
    async fn send(&self, event: TurnEvent) {
        let _ = self.0.send(event).await;
    }

    async fn end(&self, ending: Ending, after: Duration) {
        self.send(TurnEvent::Ended { ending, after: Some(after) }).await;
    }
}
