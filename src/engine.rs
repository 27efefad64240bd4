//! The life of a turn, in background tasks: [`Command`]s in, [`Event`]s out. Both faces of the program use it.
//!
//! One task, the conductor, owns the conversation and the queue: turns run one after the other, in the order in which
//! they were submitted. Each turn runs in a task of its own; stopping a turn drops that task, and with it the stream
//! and its connection. Everything that happens to a turn is a [`TurnEvent`], recorded here and shown by whoever
//! listens, by the same function ([`Turn::apply`]).
//!
//! The channels between provider, turn and listener are bounded: a listener that does not keep up slows the stream
//! down instead of being buried.

mod breaker;
mod conductor;
mod conversation;
mod execute;
mod judge;
mod turn;

use breaker::Limits;
pub use conversation::Conversation;
use judge::{Judges, ProviderJudge};
pub use turn::{Ending, Note, Stage, Timings, Turn, TurnEvent, TurnId};

use crate::config::{Config, ModelId};
use crate::provider::{Provider, ProviderError};
use crate::router::{Decision, Judge, Override, Query, Router};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// How many events may wait for a listener before the stream has to.
const EVENTS: usize = 256;

/// What the engine can be told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Answer a prompt when all before it are answered.
    Submit {
        /// The turn it becomes; the caller numbers turns in ascending order.
        turn: TurnId,
        /// The prompt.
        prompt: Arc<str>,
        /// Who should answer, when the user said so.
        wish: Override,
        /// When the user asked.
        asked_at: Timestamp,
    },
    /// Stop a turn, whether it runs or waits. One that is over is left alone.
    Stop(TurnId),
    /// Ask the provider which models it has.
    ListModels,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Something happened to a turn.
    Turn(TurnId, TurnEvent),
    /// The provider told its models, or why it could not.
    Models(Result<Vec<ModelId>, ProviderError>),
}

/// What the engine works with.
#[derive(Clone)]
pub struct Parts {
    /// The settings.
    pub config: Arc<Config>,
    /// Who answers, and judges where it can.
    pub provider: Arc<dyn Provider>,
    /// What is known of judges; lives as long as the process, over all turns and clones.
    judges: Judges,
}

impl Parts {
    /// Parts that know nothing yet of any judge.
    pub fn new(config: Arc<Config>, provider: Arc<dyn Provider>) -> Self {
        Self { config, provider, judges: Judges::default() }
    }

    /// A router over these settings.
    fn router(&self) -> Router {
        Router::new(self.config.clone(), self.provider.name())
    }

    fn judge(&self) -> ProviderJudge {
        let judge = &self.config.judge;
        let limits = Limits { failures: judge.breaker_failures, rest: judge.breaker_rest };
        ProviderJudge::new(self.provider.clone(), limits, self.judges.clone())
    }

    /// Which model answers `query`, and why, with the time it took to find out.
    pub async fn decide(&self, query: Query<'_>) -> Decision {
        let judge = self.provider.can_judge().then(|| self.judge());
        let begun = Instant::now();
        let decision = self.router().decide(query, judge.as_ref().map(|judge| judge as &dyn Judge)).await;
        Decision { elapsed: begun.elapsed(), ..decision }
    }
}

/// A running engine. Dropping it stops everything.
pub struct Engine {
    commands: mpsc::UnboundedSender<Command>,
    _conductor: AbortOnDropHandle<()>,
}

impl Engine {
    /// Starts an engine with an empty conversation; must be called inside a tokio runtime.
    pub fn start(parts: Parts) -> (Self, mpsc::Receiver<Event>) {
        // Commands come from a person's fingers, so that queue needs no bound and sending to it never waits.
        let (commands, inbox) = mpsc::unbounded_channel();
        let (outbox, events) = mpsc::channel(EVENTS);
        let conductor = tokio::spawn(conductor::run(parts, inbox, outbox));
        (Self { commands, _conductor: AbortOnDropHandle::new(conductor) }, events)
    }

    /// Sends a command. Never waits.
    pub fn send(&self, command: Command) {
        // The conductor only ends with the engine itself, so there is always someone to receive.
        let _ = self.commands.send(command);
    }
}
