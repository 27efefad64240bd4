//! The life of a turn, in background tasks: [`Command`]s in, [`Event`]s out. Both faces of the program use it.
//!
//! One task, the conductor, owns the conversation and the queue: turns run one after the other, in the order in which
//! they were submitted. Each turn runs in a task of its own; stopping a turn drops that task, and with it the stream
//! and its connection. Everything that happens to a turn is a [`TurnEvent`], recorded here and shown by whoever
//! listens, by the same function ([`Turn::apply`]). A second task, the learner, keeps what was learned.
//!
//! The channels between provider, turn and listener are bounded: a listener that does not keep up slows the stream
//! down instead of being buried.

mod breaker;
mod conductor;
mod decide;
mod execute;
mod judge;
mod knowledge;
mod record;
mod running;

use breaker::Limits;
use judge::{Judges, ProviderJudge};
use knowledge::{Learner, aside};

use crate::chat::{ConversationId, TurnEvent, TurnId};
use crate::config::{CategoryId, Config, Escalate, ModelId};
use crate::provider::{Provider, ProviderError};
use crate::router::{
    Decision, Head, Judge, Learned, Lesson, LessonId, Memory, Opinion, Override, Query, Router, Scope,
};
use crate::store::{Recalled, RouteReport, Store};
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// How many events may wait for a listener before the stream has to.
const EVENTS: usize = 256;

/// What the engine can be told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Answer a prompt when all before it are answered.
    Submit {
        /// The conversation that it belongs to; an unknown one begins with it.
        chat: ConversationId,
        /// What it follows up on.
        parent: Option<TurnId>,
        /// The turn it becomes: a new name, greater than its parent's.
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
    /// Say what would become of a prompt, by the local deciders alone. Only the latest is answered.
    Preview {
        /// Comes back with the answer.
        serial: u64,
        /// The conversation that it would belong to.
        chat: ConversationId,
        /// What it would follow up on.
        parent: Option<TurnId>,
        /// The prompt so far.
        prompt: Arc<str>,
        /// Who should answer, when the user said so.
        wish: Override,
    },
    /// Learn that the decision of a turn was wrong.
    Correct {
        /// The turn.
        turn: TurnId,
        /// What it should have been.
        category: CategoryId,
        /// How far that reaches.
        scope: Scope,
        /// When the user said so.
        at: Timestamp,
    },
    /// Unlearn a lesson.
    Unteach {
        /// The lesson.
        lesson: LessonId,
        /// When the user said so.
        at: Timestamp,
    },
    /// Tell how routing did.
    Report,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Something happened to a turn.
    Turn(TurnId, TurnEvent),
    /// The provider told its models, or why it could not.
    Models(Result<Vec<ModelId>, ProviderError>),
    /// What would become of a prompt.
    Previewed {
        /// The number of the question.
        serial: u64,
        /// What the local deciders make of it.
        opinion: Box<Opinion>,
    },
    /// A correction was learned.
    Taught(Lesson),
    /// A lesson is no longer in force.
    Untaught(LessonId),
    /// All lessons in force, whenever they change.
    Lessons(Vec<Lesson>),
    /// How routing did.
    Report(Box<RouteReport>),
    /// Something that the user should know, in one line.
    Notice(String),
}

/// What the engine works with. Clones share what they remember.
#[derive(Clone)]
pub struct Parts {
    /// The settings.
    pub config: Arc<Config>,
    /// Who answers, and judges where it can.
    pub provider: Arc<dyn Provider>,
    /// Where decisions and lessons are kept; `None`: nowhere.
    store: Option<PathBuf>,
    router: Router,
    /// What is known of judges; lives as long as the process, over all turns and clones.
    judges: Judges,
}

impl Parts {
    /// Parts that keep nothing and know nothing yet of any judge.
    pub fn new(config: Arc<Config>, provider: Arc<dyn Provider>) -> Self {
        let router = Router::new(config.clone(), provider.name(), None);
        Self { config, provider, store: None, router, judges: Judges::default() }
    }

    /// These, with a store in the file at `path`, which is opened when the engine starts.
    #[must_use]
    pub fn with_store(self, path: PathBuf) -> Self {
        Self { store: Some(path), ..self }
    }

    /// These, with a classifier that uses `head` instead of the weights that come with the program.
    #[must_use]
    pub fn with_head(self, head: Head) -> Self {
        let router = Router::new(self.config.clone(), self.provider.name(), Some(Arc::new(head)));
        Self { router, ..self }
    }

    /// The router over these settings.
    pub fn router(&self) -> &Router {
        &self.router
    }

    /// What the judge alone makes of `query`, whatever the settings say of asking it, and however often it failed.
    ///
    /// # Errors
    /// Why it could not say anything.
    pub async fn decide_by_judge(&self, query: Query<'_>) -> Result<Decision, String> {
        let judge = ProviderJudge::new(
            self.provider.clone(),
            Limits { failures: 0, rest: Duration::ZERO },
            self.judges.clone(),
        );
        self.router.judge(query, &judge).await.0
    }

    /// What was learned in earlier runs; nothing when it cannot be read, which is logged.
    pub async fn learned(&self) -> Learned {
        let Some(path) = self.store.clone().filter(|path| path.exists()) else {
            return Learned::default();
        };
        let recalled = match aside(move || Store::open(&path, Timestamp::now())).await {
            Some(Ok((store, _))) => store.recall().await,
            Some(Err(error)) => Err(error),
            None => return Learned::default(),
        };
        match recalled {
            Ok(Recalled { lessons, verdicts }) => {
                Learned { lessons: self.router.learn(lessons), memory: Memory::new(verdicts) }
            }
            Err(error) => {
                tracing::warn!(%error, "nothing was recalled");
                Learned::default()
            }
        }
    }

    /// The judge, where one may be asked.
    fn judge(&self) -> Option<ProviderJudge> {
        let judge = &self.config.judge;
        let limits = Limits { failures: judge.breaker_failures, rest: judge.breaker_rest };
        let asked = self.config.routing.escalate != Escalate::Never && self.provider.can_judge();
        asked.then(|| ProviderJudge::new(self.provider.clone(), limits, self.judges.clone()))
    }

    /// Which model answers `query`, and why, with the time it took to find out. Waits for the judge where the local
    /// deciders are not sure.
    pub async fn decide(&self, query: Query<'_>, learned: &Learned) -> Decision {
        let judge = self.judge();
        let begun = Instant::now();
        let judge = judge.as_ref().map(|judge| judge as &dyn Judge);
        let decision = self.router.decide(query, learned, judge).await;
        Decision { elapsed: begun.elapsed(), ..decision }
    }
}

/// A running engine. Dropping it stops everything; [`Engine::close`] lets it write down what is to be kept first.
pub struct Engine {
    commands: mpsc::UnboundedSender<Command>,
    conductor: AbortOnDropHandle<()>,
    learner: AbortOnDropHandle<()>,
}

impl Engine {
    /// Starts an engine with an empty conversation; must be called inside a tokio runtime.
    pub fn start(parts: Parts) -> (Self, mpsc::Receiver<Event>) {
        // Commands come from a person's fingers, so that queue needs no bound and sending to it never waits. What the
        // learner tells comes at the same pace.
        let (commands, inbox) = mpsc::unbounded_channel();
        let (news, told) = mpsc::unbounded_channel();
        let (outbox, events) = mpsc::channel(EVENTS);
        let (learner, ways) = Learner::new(parts.router.clone(), news);
        let learner = tokio::spawn(learner.run(parts.store.clone()));
        let conductor = tokio::spawn(conductor::run(parts, ways, inbox, told, outbox));
        let (conductor, learner) = (AbortOnDropHandle::new(conductor), AbortOnDropHandle::new(learner));
        (Self { commands, conductor, learner }, events)
    }

    /// Sends a command. Never waits.
    pub fn send(&self, command: Command) {
        // The conductor only ends with the engine itself, so there is always someone to receive.
        let _ = self.commands.send(command);
    }

    /// Stops what runs, and waits until everything that is to be kept was handed to the store.
    pub async fn close(self) {
        let Self { commands, conductor, learner } = self;
        drop(commands);
        // A task that panicked has nothing more to write; the program is about to end either way.
        let _ = conductor.await;
        let _ = learner.await;
    }
}
