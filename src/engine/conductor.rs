//! The task that owns the conversation and the queue.

use super::conversation::Conversation;
use super::execute::{self, Job};
use super::turn::{Ending, Stage, Turn, TurnEvent, TurnId};
use super::{Command, Event, Parts};
use crate::provider::{ErrorKind, ProviderError};
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// How many events of a turn may wait for the conductor.
const AHEAD: usize = 64;

/// Obeys `inbox` until the engine is dropped.
pub(super) async fn run(parts: Parts, mut inbox: mpsc::UnboundedReceiver<Command>, outbox: mpsc::Sender<Event>) {
    let mut conductor = Conductor { parts, conversation: Conversation::default(), running: None, models: None };
    // What the listener has not been given yet. While anything is in it, nothing more is taken from the turn, so that
    // a slow listener slows the stream; commands are obeyed all the while.
    let mut pending: VecDeque<Event> = VecDeque::new();
    loop {
        tokio::select! {
            biased;
            command = inbox.recv() => match command {
                Some(command) => conductor.obey(command, &mut pending),
                None => return,
            },
            permit = outbox.reserve(), if !pending.is_empty() => match (permit, pending.pop_front()) {
                (Ok(permit), Some(event)) => permit.send(event),
                // Nobody listens any more.
                _ => return,
            },
            event = Running::next(&mut conductor.running), if pending.is_empty() => {
                conductor.record(event, &mut pending);
            }
            models = listed(&mut conductor.models) => {
                conductor.models = None;
                pending.push_back(models);
            }
        }
    }
}

struct Conductor {
    parts: Parts,
    conversation: Conversation,
    running: Option<Running>,
    models: Option<AbortOnDropHandle<Event>>,
}

/// The turn that runs. Dropping it stops it and closes its connection.
struct Running {
    id: TurnId,
    events: mpsc::Receiver<TurnEvent>,
    task: AbortOnDropHandle<()>,
    /// When its model was asked.
    asked: Option<Instant>,
}

impl Running {
    fn since_asked(&self) -> Option<Duration> {
        self.asked.map(|asked| asked.elapsed())
    }

    /// The next event of the running turn; waits for ever while none runs.
    async fn next(running: &mut Option<Self>) -> (TurnId, TurnEvent) {
        let Some(running) = running else {
            return std::future::pending().await;
        };
        if let Some(event) = running.events.recv().await {
            return (running.id, event);
        }
        // Only a panic ends a turn without its last event. It becomes a line that the user can see.
        let what = match (&mut running.task).await {
            Err(error) if error.is_panic() => {
                "pointsman made a mistake inside; the conversation goes on. Please report it"
            }
            _ => "the turn ended without saying why; send the prompt again",
        };
        (running.id, TurnEvent::Ended { ending: Ending::Failed(what.to_owned()), after: running.since_asked() })
    }
}

async fn listed(models: &mut Option<AbortOnDropHandle<Event>>) -> Event {
    match models {
        Some(task) => task.await.unwrap_or_else(|_| {
            let why = "pointsman made a mistake inside; please report it";
            Event::Models(Err(ProviderError::new(ErrorKind::Protocol, why)))
        }),
        None => std::future::pending().await,
    }
}

impl Conductor {
    fn obey(&mut self, command: Command, out: &mut VecDeque<Event>) {
        match command {
            Command::Submit { turn, prompt, wish, asked_at } => {
                self.conversation.push(Turn::new(turn, prompt, wish, asked_at));
                self.start_next();
            }
            Command::Stop(id) => {
                if self.conversation.turn(id).is_none_or(Turn::is_over) {
                    return;
                }
                // Taking it out of here drops it, and with it its connection.
                let running = self.running.take_if(|running| running.id == id);
                let after = running.and_then(|running| running.since_asked());
                self.record((id, TurnEvent::Ended { ending: Ending::Stopped, after }), out);
            }
            Command::ListModels => {
                let provider = self.parts.provider.clone();
                let task = tokio::spawn(async move { Event::Models(provider.models().await) });
                self.models = Some(AbortOnDropHandle::new(task));
            }
        }
    }

    fn record(&mut self, (id, event): (TurnId, TurnEvent), out: &mut VecDeque<Event>) {
        let ended = matches!(event, TurnEvent::Ended { .. });
        if let (TurnEvent::Asked { .. }, Some(running)) = (&event, &mut self.running) {
            running.asked = Some(Instant::now());
        }
        self.conversation.apply(id, event.clone());
        out.push_back(Event::Turn(id, event));
        if ended {
            if self.running.as_ref().is_some_and(|running| running.id == id) {
                self.running = None;
            }
            self.start_next();
        }
    }

    fn start_next(&mut self) {
        if self.running.is_some() {
            return;
        }
        let Some(turn) = self.conversation.current().filter(|turn| turn.stage == Stage::Queued) else {
            return;
        };
        let id = turn.id;
        let job = Job {
            prompt: turn.prompt.clone(),
            wish: turn.wish.clone(),
            history: self.conversation.exchanges_before(id),
            category_before: self.conversation.category_before(id).cloned(),
        };
        let (sender, events) = mpsc::channel(AHEAD);
        let task = tokio::spawn(execute::run(self.parts.clone(), job, sender));
        self.running = Some(Running { id, events, task: AbortOnDropHandle::new(task), asked: None });
    }
}
