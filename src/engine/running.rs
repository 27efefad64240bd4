//! A turn that runs: its task and what it reports.

use super::decide::{Deciding, Job};
use super::execute;
use crate::chat::{ConversationId, Ending, TurnEvent, TurnId};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// How many events of a turn may wait for the conductor.
const AHEAD: usize = 64;

/// The turn that runs in a conversation. Dropping it stops it and closes its connection.
pub(super) struct Running {
    pub(super) chat: ConversationId,
    pub(super) turn: TurnId,
    events: mpsc::Receiver<TurnEvent>,
    task: AbortOnDropHandle<()>,
    /// When its model was asked.
    asked: Option<Instant>,
}

impl Running {
    pub(super) fn start(chat: ConversationId, turn: TurnId, deciding: Deciding, job: Job) -> Self {
        let (sender, events) = mpsc::channel(AHEAD);
        let task = tokio::spawn(execute::run(deciding, Arc::new(job), sender));
        Self { chat, turn, events, task: AbortOnDropHandle::new(task), asked: None }
    }

    pub(super) fn since_asked(&self) -> Option<Duration> {
        self.asked.map(|asked| asked.elapsed())
    }

    /// The next event of any of the turns that run; waits for ever while none does.
    pub(super) async fn next(running: &mut [Self]) -> (TurnId, TurnEvent) {
        poll_fn(|context| {
            for one in &mut *running {
                if let Poll::Ready(event) = one.poll_next(context) {
                    return Poll::Ready((one.turn, event));
                }
            }
            Poll::Pending
        })
        .await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<TurnEvent> {
        if let Some(event) = ready!(self.events.poll_recv(context)) {
            match event {
                TurnEvent::Asked { .. } => self.asked = Some(Instant::now()),
                // One that raced the judge was asked before that was told.
                TurnEvent::Text { after, .. } | TurnEvent::Reasoning { after, .. } => {
                    let began = Instant::now().checked_sub(after);
                    self.asked = self.asked.map(|asked| began.map_or(asked, |began| asked.min(began)));
                }
                _ => {}
            }
            return Poll::Ready(event);
        }
        // Only a panic ends a turn without its last event. It becomes a line that the user can see.
        let what = match ready!(Pin::new(&mut self.task).poll(context)) {
            Err(error) if error.is_panic() => {
                "pointsman made a mistake inside; the conversation goes on. Please report it"
            }
            _ => "the turn ended without saying why; send the prompt again",
        };
        Poll::Ready(TurnEvent::Ended { ending: Ending::Failed(what.to_owned()), after: self.since_asked() })
    }
}
