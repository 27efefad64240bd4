//! The task that owns the conversation and the queue.

use super::decide::{Deciding, Job, consider};
use super::knowledge::{Study, Ways};
use super::record::Recorder;
use super::running::Running;
use super::{Command, Event, Parts};
use crate::chat::{Conversation, ConversationId, Ending, Stage, Turn, TurnEvent, TurnId};
use crate::config::CategoryId;
use crate::provider::{ErrorKind, ProviderError};
use crate::router::{Lesson, Override, Scope};
use crate::store::NewLesson;
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

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
    let mut conductor = Conductor {
        parts,
        ways,
        chats: HashMap::new(),
        recorder,
        running: Vec::new(),
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
    /// The conversations that something was said in since the start.
    chats: HashMap<ConversationId, Conversation>,
    recorder: Recorder,
    /// At most one a conversation.
    running: Vec<Running>,
    models: Option<AbortOnDropHandle<Event>>,
    preview: Preview,
    /// The lessons in force.
    lessons: Vec<Lesson>,
}

/// Previews: at most one is worked out, and of those that come meanwhile only the latest matters.
#[derive(Default)]
struct Preview {
    running: Option<AbortOnDropHandle<Option<Event>>>,
    next: Option<Question>,
}

/// A prompt that is previewed, and where it would stand.
struct Question {
    serial: u64,
    chat: ConversationId,
    parent: Option<TurnId>,
    prompt: Arc<str>,
    wish: Override,
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
            Command::Submit { chat, parent, turn, prompt, wish, asked_at } => {
                let conversation = self.chats.entry(chat).or_insert_with(|| Conversation::new(chat));
                conversation.push(Turn::new(turn, prompt, wish, asked_at).after(parent));
                self.start_next(chat);
            }
            Command::Stop(id) => self.stop(id, out),
            Command::ListModels => {
                let provider = self.parts.provider.clone();
                let task = tokio::spawn(async move { Event::Models(provider.models().await) });
                self.models = Some(AbortOnDropHandle::new(task));
            }
            Command::Preview { serial, chat, parent, prompt, wish } => {
                self.preview.next = Some(Question { serial, chat, parent, prompt, wish });
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
        if self.turn(id).is_none_or(Turn::is_over) {
            return;
        }
        // Taking it out of here drops it, and with it its connection.
        let running = self.running.iter().position(|running| running.turn == id).map(|at| self.running.swap_remove(at));
        let after = running.and_then(|running| running.since_asked());
        self.record((id, TurnEvent::Ended { ending: Ending::Stopped, after }), out);
    }

    fn record(&mut self, (id, event): (TurnId, TurnEvent), out: &mut VecDeque<Event>) {
        let Some(chat) = self.chat_of(id) else { return };
        chat.apply(id, event.clone());
        let chat = chat.id();
        if let Some(turn) = self.turn(id).cloned() {
            match &event {
                TurnEvent::Decided(_) => self.recorder.decided(&turn),
                TurnEvent::Ended { ending, .. } => self.recorder.ended(&turn, ending),
                _ => {}
            }
        }
        let ended = matches!(event, TurnEvent::Ended { .. });
        out.push_back(Event::Turn(id, event));
        if ended {
            self.running.retain(|running| running.turn != id);
            self.start_next(chat);
        }
    }

    fn start_next(&mut self, chat: ConversationId) {
        if self.running.iter().any(|running| running.chat == chat) {
            return;
        }
        let Some(conversation) = self.chats.get(&chat) else { return };
        let Some(turn) = conversation.current().filter(|turn| turn.stage == Stage::Queued) else {
            return;
        };
        let job = Job {
            prompt: turn.prompt.clone(),
            wish: turn.wish.clone(),
            history: conversation.exchanges_to(turn.parent),
            turns: conversation.speaking_to(turn.parent),
            category_before: conversation.category_of_last(turn.parent).cloned(),
        };
        let deciding = Deciding {
            parts: self.parts.clone(),
            knowledge: self.ways.knowledge.clone(),
            studies: self.ways.studies.clone(),
        };
        self.running.push(Running::start(chat, turn.id, deciding, job));
    }

    fn preview_next(&mut self) {
        self.preview.running = None;
        let Some(Question { serial, chat, parent, prompt, wish }) = self.preview.next.take() else { return };
        let last = self.chats.get(&chat).and_then(|chat| chat.last_exchange(parent));
        let (last, category_before) = last.unzip();
        let job = Arc::new(Job {
            prompt,
            wish,
            history: last.into_iter().collect(),
            turns: Vec::new(),
            category_before: category_before.flatten(),
        });
        let (parts, knowledge) = (self.parts.clone(), self.ways.knowledge.clone());
        let task = tokio::spawn(async move {
            let opinion = consider(&parts, &job, knowledge.now().await).await?;
            Some(Event::Previewed { serial, opinion: Box::new(opinion) })
        });
        self.preview.running = Some(AbortOnDropHandle::new(task));
    }

    fn chat_of(&mut self, turn: TurnId) -> Option<&mut Conversation> {
        self.chats.values_mut().find(|chat| chat.turn(turn).is_some())
    }

    fn turn(&self, id: TurnId) -> Option<&Turn> {
        self.chats.values().find_map(|chat| chat.turn(id))
    }

    fn correct(&mut self, id: TurnId, category: CategoryId, scope: Scope, taught_at: Timestamp) {
        let Some(chat) = self.chat_of(id) else { return };
        let Some(turn) = chat.turn(id) else { return };
        let Some(decision) = &turn.decision else { return };
        let previous = chat.category_of_last(turn.parent).cloned();
        let (prompt, decided) = (turn.prompt.clone(), decision.category.clone());
        let lesson = NewLesson { prompt, previous, decided, category: category.clone(), scope, taught_at };
        chat.correct(id, category.clone());
        self.recorder.corrected(id, category);
        self.study(Study::Teach(lesson));
    }

    /// A turn whose correction is no longer in force is again what it was taken for.
    fn relearn(&mut self, lessons: &[Lesson]) {
        for gone in self.lessons.iter().filter(|lesson| !lessons.iter().any(|kept| kept.id == lesson.id)) {
            // One that was replaced by a lesson for the same prompt is not undone.
            if !lessons.iter().any(|kept| kept.is_about(&gone.prompt, gone.previous.as_ref())) {
                for chat in self.chats.values_mut() {
                    chat.uncorrect(&gone.prompt, &gone.category);
                }
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
        for running in std::mem::take(&mut self.running) {
            let event = TurnEvent::Ended { ending: Ending::Stopped, after: running.since_asked() };
            if let Some(chat) = self.chat_of(running.turn) {
                chat.apply(running.turn, event);
            }
            if let Some(turn) = self.turn(running.turn).cloned() {
                self.recorder.ended(&turn, &Ending::Stopped);
            }
        }
        self.recorder.finish().await;
    }
}
