//! One turn from its decision to the last word, as a stream of events. Knows no conversation and no store: what came
//! before the prompt comes in as [`TurnInput`]; the holder of the [`TurnStream`] writes down what comes out.
//!
//! `decide` finds the model, `fallback` is the policy after a failure, `attempts` asks, `response` is one answer, `pictures`
//! fits what is attached to the model.

mod attempts;
mod decide;
mod fallback;
mod length;
mod pictures;
mod response;

pub(super) use decide::consider;
pub use decide::decide_only;

use super::Services;
use super::learning::Learning;
use crate::chat::{Ask, Attachment, Blobs, Ending, Exchange, TurnEvent, TurnId};
use crate::config::CategoryId;
use crate::router::{Pictures, Previous, Query};
use attempts::Attempts;
use decide::Decided;
use fallback::FallbackPlan;
use futures_util::Stream;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

/// How many events of a turn may wait for the reader of its stream.
pub(super) const EVENTS_AHEAD_MAX: usize = 64;

/// How long a turn waits for its prompt to be saved. Covers hung network disks.
const SAVE_TIMEOUT: Duration = Duration::from_secs(8);

/// A prompt, and what came before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnInput {
    /// The prompt and its route.
    pub ask: Ask,
    /// What the turns before it say to a model, the oldest first.
    pub history: Vec<Exchange>,
    /// The turns that `history` comes from.
    pub turns: Vec<TurnId>,
    /// What the last of `history` was taken for.
    pub category_before: Option<CategoryId>,
    /// Whether pictures are attached to any prompt before this one.
    pub pictures_before: bool,
    /// The content of the files that are attached to any of it.
    pub files: Blobs,
}

impl TurnInput {
    /// A prompt with nothing before it.
    pub fn alone(ask: Ask) -> Self {
        Self {
            ask,
            history: Vec::new(),
            turns: Vec::new(),
            category_before: None,
            pictures_before: false,
            files: Blobs::new(),
        }
    }

    /// The turn as the router sees it.
    pub fn query(&self) -> Query<'_> {
        let last = self.history.last().zip(self.category_before.as_ref());
        let previous = last.map(|(Exchange { prompt, answer }, category)| Previous {
            prompt: &prompt.text,
            reply: answer,
            category,
        });
        let prompt = &self.ask.prompt;
        let pictures = Pictures::of(prompt.images(), self.pictures_before);
        let attached_tokens = prompt.attached_tokens();
        Query { prompt: &prompt.text, route: &self.ask.route, previous, pictures, attached_tokens }
    }

    /// Every file that is attached to the prompt or to what came before it.
    fn attachments(&self) -> impl Iterator<Item = &Attachment> {
        let prompts = self.history.iter().map(|exchange| &exchange.prompt).chain([&self.ask.prompt]);
        prompts.flat_map(|prompt| prompt.attachments.iter())
    }
}

/// Starts a turn. No request, not even the judge's, leaves before `saved` fires, or a timeout has passed.
pub(super) fn run(
    services: Services,
    learning: Learning,
    input: TurnInput,
    saved: Option<oneshot::Receiver<()>>,
) -> TurnStream {
    let (sender, events) = mpsc::channel(EVENTS_AHEAD_MAX);
    let task = tokio::spawn(async move {
        if let Some(saved) = saved {
            // A prompt that cannot be saved is answered all the same.
            let _ = tokio::time::timeout(SAVE_TIMEOUT, saved).await;
        }
        let hashes = input.attachments().map(|attachment| &attachment.blob.hash);
        let files = services.blobs.load(hashes).await;
        answer(&services, &learning, &Arc::new(TurnInput { files, ..input }), &TurnEvents(sender)).await;
    });
    TurnStream { events, task: AbortOnDropHandle::new(task), is_over: false }
}

async fn answer(services: &Services, learning: &Learning, input: &Arc<TurnInput>, events: &TurnEvents) {
    let Decided { decision, begun } = decide::decide(services, learning, input, events).await;
    let (category, candidates) = (decision.category.clone(), decision.candidates.clone());
    events.send(TurnEvent::Decided(Box::new(decision))).await;
    let plan = FallbackPlan::new(candidates, services.config.retry.clone());
    Attempts { services, input, category: &category, events, plan }.run(begun).await;
}

/// Sends the events of a turn to its stream.
struct TurnEvents(mpsc::Sender<TurnEvent>);

impl TurnEvents {
    async fn send(&self, event: TurnEvent) {
        // Without a reader the turn is being dropped.
        let _ = self.0.send(event).await;
    }
}

/// The events of a turn that runs. The last is always [`TurnEvent::Ended`]. Dropping the stream stops the turn and closes
/// its connection.
pub(super) struct TurnStream {
    events: mpsc::Receiver<TurnEvent>,
    task: AbortOnDropHandle<()>,
    is_over: bool,
}

impl Stream for TurnStream {
    type Item = TurnEvent;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<TurnEvent>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        if let Some(event) = ready!(self.events.poll_recv(context)) {
            self.is_over = matches!(event, TurnEvent::Ended { .. });
            return Poll::Ready(Some(event));
        }
        // Only a panic ends a turn without its last event. It becomes a line that the user can see.
        let what = match ready!(Pin::new(&mut self.task).poll(context)) {
            Err(error) if error.is_panic() => {
                "pointsman made a mistake inside; the conversation goes on. Please report it"
            }
            _ => "the turn ended without saying why; send the prompt again",
        };
        self.is_over = true;
        Poll::Ready(Some(TurnEvent::Ended { ending: Ending::Failed(what.to_owned()), after: None }))
    }
}
