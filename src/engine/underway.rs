//! What runs for the session: turns, a preview, conversations that are being read.

use super::Services;
use super::learning::Learning;
use super::opening::{OpenStore, opened};
use super::session::{News, ReadResult};
use super::turn::{self, TurnInput, TurnStream};
use crate::chat::{ConversationId, TurnEvent, TurnId};
use crate::router::LocalDecision;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use futures_util::{FutureExt, StreamExt};
use std::collections::HashMap;
use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::oneshot;
use tokio_util::task::AbortOnDropHandle;

/// What a preview found, with the number of its question.
type PreviewAnswer = Option<(u64, Box<LocalDecision>)>;

/// What runs. Dropping it stops everything.
#[derive(Default)]
pub(super) struct Underway {
    /// Dropping a stream stops its turn.
    turns: Vec<(TurnId, TurnStream)>,
    /// Of turns that wait: when saving their prompts was attempted.
    saving: HashMap<TurnId, oneshot::Receiver<()>>,
    /// In the order in which they were wanted.
    reads: FuturesOrdered<BoxFuture<'static, (ConversationId, ReadResult)>>,
    preview: Option<AbortOnDropHandle<PreviewAnswer>>,
}

impl Underway {
    /// The prompt of a turn is being saved: the turn waits for `attempted`.
    pub(super) fn saving(&mut self, turn: TurnId, attempted: oneshot::Receiver<()>) {
        self.saving.insert(turn, attempted);
    }

    /// Starts a turn.
    pub(super) fn start(&mut self, services: Services, learning: Learning, input: TurnInput) {
        let id = input.ask.turn;
        let saved = self.saving.remove(&id);
        self.turns.push((id, turn::run(services, learning, input, saved)));
    }

    /// Stops a turn.
    pub(super) fn stop(&mut self, turn: TurnId) {
        self.saving.remove(&turn);
        self.turns.retain(|(id, _)| *id != turn);
    }

    /// Works out what would become of a prompt; an earlier preview is given up.
    pub(super) fn preview(&mut self, services: Services, learning: Learning, serial: u64, input: TurnInput) {
        self.preview = Some(AbortOnDropHandle::new(tokio::spawn(async move {
            let learned = learning.of(&input.ask.route).await;
            let opinion = turn::consider(&services, &Arc::new(input), learned).await?;
            Some((serial, Box::new(opinion)))
        })));
    }

    /// Reads a conversation.
    pub(super) fn read(&mut self, mut store: OpenStore, chat: ConversationId) {
        let read = async move {
            match opened(&mut store).await {
                Some(store) => (chat, store.chat(chat).await.map(|read| read.map(Box::new))),
                None => (chat, Ok(None)),
            }
        };
        self.reads.push_back(read.boxed());
    }

    /// What happens next; turns are only looked at `with_turns`. Pending for ever while nothing runs. Safe to cancel.
    pub(super) async fn next(&mut self, with_turns: bool) -> News {
        tokio::select! {
            biased;
            answer = finished(&mut self.preview) => {
                self.preview = None;
                News::Previewed(answer)
            }
            (turn, event) = next_event(&mut self.turns), if with_turns => News::Turn(turn, event),
            Some((chat, read)) = self.reads.next() => News::Read(chat, read),
        }
    }
}

/// The next event of any turn that runs; pending for ever while none does. Turns that are over are let go.
async fn next_event(turns: &mut Vec<(TurnId, TurnStream)>) -> (TurnId, TurnEvent) {
    poll_fn(|context| {
        let mut at = 0;
        while let Some((id, stream)) = turns.get_mut(at) {
            match stream.poll_next_unpin(context) {
                Poll::Ready(Some(event)) => return Poll::Ready((*id, event)),
                Poll::Ready(None) => drop(turns.remove(at)),
                Poll::Pending => at += 1,
            }
        }
        Poll::Pending
    })
    .await
}

/// What a preview found; pending for ever without one.
async fn finished(preview: &mut Option<AbortOnDropHandle<PreviewAnswer>>) -> PreviewAnswer {
    match preview {
        Some(task) => task.await.ok().flatten(),
        None => pending().await,
    }
}
