//! The task that owns the conversation and the queue.

use super::conversation::Conversation;
use super::decide::{Deciding, Job, consider};
use super::execute;
use super::knowledge::{Study, Ways};
use super::record::Recorder;
use super::turn::{Ending, Stage, Turn, TurnEvent, TurnId};
use super::{Command, Event, Parts};
use crate::config::CategoryId;
use crate::provider::{ErrorKind, ProviderError};
use crate::router::{Lesson, Override, Scope};
use crate::store::NewLesson;
use jiff::Timestamp;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// How many events of a turn may wait for the conductor.
const AHEAD: usize = 64;

/// Obeys `inbox` until nobody can send any more, then sees to it that everything is written down. `told` is what the
/// learner tells.
pub(super) async fn run(
    parts: Parts,
    ways: Ways,
    mut inbox: mpsc::UnboundedReceiver<Command>,
    mut told: mpsc::UnboundedReceiver<Event>,
    outbox: mpsc::Sender<Event>,
) {
    let recorder = Recorder::new(ways.store.clone());
    let conversation = Conversation::default();
    let mut conductor = Conductor {
        parts,
        ways,
        conversation,
        recorder,
        running: None,
        models: None,
        preview: Preview::default(),
        lessons: Vec::new(),
    };
    // What the listener has not been given yet. While anything is in it, nothing more is taken from the turn, so that
    // a slow listener slows the stream; commands are obeyed all the while.
    let mut pending: VecDeque<Event> = VecDeque::new();
    loop {
        tokio::select! {
            biased;
            command = inbox.recv() => match command {
                Some(command) => conductor.obey(command, &mut pending),
                None => break,
            },
            permit = outbox.reserve(), if !pending.is_empty() => match (permit, pending.pop_front()) {
                (Ok(permit), Some(event)) => permit.send(event),
                // Nobody listens any more.
                _ => break,
            },
            Some(event) = told.recv() => {
                if let Event::Lessons(lessons) = &event {
                    conductor.relearn(lessons);
                }
                pending.push_back(event);
            }
            event = answered(&mut conductor.preview.running), if conductor.preview.running.is_some() => {
                pending.extend(event.flatten());
                conductor.preview_next();
            }
            event = Running::next(&mut conductor.running), if pending.is_empty() => {
                conductor.record(event, &mut pending);
            }
            models = answered(&mut conductor.models), if conductor.models.is_some() => {
                conductor.models = None;
                pending.push_back(models.unwrap_or_else(|| {
                    let why = "pointsman made a mistake inside; please report it";
                    Event::Models(Err(ProviderError::new(ErrorKind::Protocol, why)))
                }));
            }
        }
    }
    conductor.close().await;
}

struct Conductor {
    parts: Parts,
    ways: Ways,
    conversation: Conversation,
    recorder: Recorder,
    running: Option<Running>,
    models: Option<AbortOnDropHandle<Event>>,
    preview: Preview,
    /// The lessons in force.
    lessons: Vec<Lesson>,
}

/// Previews: at most one is worked out, and of those that come meanwhile only the latest matters.
#[derive(Default)]
struct Preview {
    running: Option<AbortOnDropHandle<Option<Event>>>,
    next: Option<(u64, Arc<str>, Override)>,
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

/// What a background task found; `None` when it panicked. Waits for ever without a task.
async fn answered<T>(task: &mut Option<AbortOnDropHandle<T>>) -> Option<T> {
    match task {
        Some(task) => task.await.ok(),
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
            Command::Stop(id) => self.stop(id, out),
            Command::ListModels => {
                let provider = self.parts.provider.clone();
                let task = tokio::spawn(async move { Event::Models(provider.models().await) });
                self.models = Some(AbortOnDropHandle::new(task));
            }
            Command::Preview { serial, prompt, wish } => {
                self.preview.next = Some((serial, prompt, wish));
                if self.preview.running.is_none() {
                    self.preview_next();
                }
            }
            Command::Correct { turn, category, scope, at } => self.correct(turn, category, scope, at),
            Command::Unteach { lesson, at } => self.study(Study::Unteach(lesson, at)),
            Command::Report => self.study(Study::Report),
        }
    }

    fn stop(&mut self, id: TurnId, out: &mut VecDeque<Event>) {
        if self.conversation.turn(id).is_none_or(Turn::is_over) {
            return;
        }
        // Taking it out of here drops it, and with it its connection.
        let running = self.running.take_if(|running| running.id == id);
        let after = running.and_then(|running| running.since_asked());
        self.record((id, TurnEvent::Ended { ending: Ending::Stopped, after }), out);
    }

    fn record(&mut self, (id, event): (TurnId, TurnEvent), out: &mut VecDeque<Event>) {
        if let (TurnEvent::Asked { .. }, Some(running)) = (&event, &mut self.running) {
            running.asked = Some(Instant::now());
        }
        self.conversation.apply(id, event.clone());
        if let Some(turn) = self.conversation.turn(id) {
            match &event {
                TurnEvent::Decided(_) => self.recorder.decided(turn),
                TurnEvent::Ended { ending, .. } => self.recorder.ended(turn, ending),
                _ => {}
            }
        }
        let ended = matches!(event, TurnEvent::Ended { .. });
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
        let deciding = Deciding {
            parts: self.parts.clone(),
            knowledge: self.ways.knowledge.clone(),
            studies: self.ways.studies.clone(),
        };
        let (sender, events) = mpsc::channel(AHEAD);
        let task = tokio::spawn(execute::run(deciding, Arc::new(job), sender));
        self.running = Some(Running { id, events, task: AbortOnDropHandle::new(task), asked: None });
    }

    fn preview_next(&mut self) {
        self.preview.running = None;
        let Some((serial, prompt, wish)) = self.preview.next.take() else { return };
        let (last, category_before) = self.conversation.last_exchange().unzip();
        let job = Arc::new(Job {
            prompt,
            wish,
            history: last.into_iter().collect(),
            category_before: category_before.flatten(),
        });
        let (parts, knowledge) = (self.parts.clone(), self.ways.knowledge.clone());
        let task = tokio::spawn(async move {
            let opinion = consider(&parts, &job, knowledge.now().await).await?;
            Some(Event::Previewed { serial, opinion: Box::new(opinion) })
        });
        self.preview.running = Some(AbortOnDropHandle::new(task));
    }

    fn correct(&mut self, id: TurnId, category: CategoryId, scope: Scope, taught_at: Timestamp) {
        let Some(turn) = self.conversation.turn(id) else { return };
        let Some(decision) = &turn.decision else { return };
        let previous = self.conversation.category_before(id).cloned();
        let (prompt, decided) = (turn.prompt.clone(), decision.category.clone());
        let lesson = NewLesson { prompt, previous, decided, category: category.clone(), scope, taught_at };
        self.conversation.correct(id, category.clone());
        self.recorder.corrected(id, category);
        self.study(Study::Teach(lesson));
    }

    /// A turn whose correction is no longer in force is again what it was taken for.
    fn relearn(&mut self, lessons: &[Lesson]) {
        for gone in self.lessons.iter().filter(|lesson| !lessons.iter().any(|kept| kept.id == lesson.id)) {
            // One that was replaced by a lesson for the same prompt is not undone.
            if !lessons.iter().any(|kept| kept.is_about(&gone.prompt, gone.previous.as_ref())) {
                self.conversation.uncorrect(&gone.prompt, &gone.category);
            }
        }
        self.lessons = lessons.to_vec();
    }

    fn study(&self, study: Study) {
        // The learner ends when nobody can ask it any more.
        let _ = self.ways.studies.send(study);
    }

    /// Stops what runs, and waits until the rest is written down.
    async fn close(mut self) {
        if let Some(running) = self.running.take() {
            let event = TurnEvent::Ended { ending: Ending::Stopped, after: running.since_asked() };
            self.conversation.apply(running.id, event);
            if let Some(turn) = self.conversation.turn(running.id) {
                self.recorder.ended(turn, &Ending::Stopped);
            }
        }
        self.recorder.finish().await;
    }
}
