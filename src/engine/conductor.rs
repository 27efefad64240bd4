//! The task that owns the conversation and the queue.

use super::Ways;
use super::catalogue::{Catalogue, News};
use super::decide::{Deciding, Job, consider};
use super::keep::{Change, Keep};
use super::knowledge::Study;
use super::library::Lookup;
use super::running::Running;
use super::{Command, Event, Parts};
use crate::chat::{Conversation, ConversationId, Ending, Place, Stage, Turn, TurnEvent, TurnId, title};
use crate::config::CategoryId;
use crate::provider::Found;
use crate::router::{Lesson, RouteOverride, Scope};
use crate::store::{Chat, Head, NewLesson, StoreError};
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

/// Obeys `inbox` until nobody can send any more, then sees to it that everything is written down. `told` is what the
/// learner tells.
pub(super) async fn run(
    parts: Parts,
    ways: Ways,
    catalogue: Catalogue,
    mut inbox: mpsc::UnboundedReceiver<Command>,
    mut told: mpsc::UnboundedReceiver<Event>,
    outbox: mpsc::Sender<Event>,
) {
    let mut conductor = Conductor {
        catalogue,
        found: None,
        parts,
        ways,
        chats: HashMap::new(),
        shown: None,
        kept: HashMap::new(),
        running: Vec::new(),
        opening: VecDeque::new(),
        deleted: false,
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
            chat = wanted(&mut conductor.opening) => conductor.opened(chat, &mut pending),
            news = conductor.catalogue.next() => conductor.catalogued(news, &mut pending),
        }
    }
    conductor.close();
}

struct Conductor {
    parts: Parts,
    ways: Ways,
    /// The conversation in sight, and those in which something is still to be answered.
    chats: HashMap<ConversationId, Chat>,
    /// The conversation that the user looks at.
    shown: Option<ConversationId>,
    /// Of the turns that wait: when their prompts are kept.
    kept: HashMap<TurnId, oneshot::Receiver<()>>,
    /// At most one a conversation.
    running: Vec<Running>,
    /// The conversations that are wanted, in the order in which they were.
    opening: VecDeque<Wanted>,
    /// Whether the user deleted a conversation.
    deleted: bool,
    /// Which models there are.
    catalogue: Catalogue,
    /// The server that answers as soon as nothing runs.
    found: Option<Found>,
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
    route: RouteOverride,
}

/// The next conversation that was read. Waits for ever while none is wanted.
async fn wanted(opening: &mut VecDeque<Wanted>) -> (ConversationId, Read) {
    let Some((id, chat)) = opening.front_mut() else {
        return std::future::pending().await;
    };
    let found = (*id, chat.await.unwrap_or(Err(StoreError::Stopped)));
    opening.pop_front();
    found
}

/// A conversation as it was read; `None` when it is not kept.
type Read = Result<Option<Box<Chat>>, StoreError>;

/// A conversation that is being read.
type Wanted = (ConversationId, oneshot::Receiver<Read>);

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
            Command::Submit { chat, parent, turn, prompt, route, asked_at } => {
                self.submit(chat, Turn::new(turn, prompt, route, asked_at).after(parent));
            }
            Command::AskAnew(turn) => self.ask_anew(turn),
            Command::Redirect { turn, route } => self.redirect(turn, route, out),
            Command::Open(chat) => self.open(chat, out),
            Command::Fetch(chat) => self.keep(Keep::Fetch(chat)),
            Command::LookAt(chat) => self.look_at(chat),
            Command::Keep { chat, place, at } => {
                if let Some(known) = self.chats.get_mut(&chat) {
                    known.place = (*place).clone();
                }
                self.change(Change::Placed(chat, place, at));
            }
            Command::Rename { chat, title } => {
                if let Some(known) = self.chats.get_mut(&chat) {
                    known.head.title.clone_from(&title);
                }
                self.change(Change::Renamed(chat, title));
            }
            Command::Archive { chat, at } => self.change(Change::Archived(chat, at)),
            Command::Delete { chat, at } => {
                self.deleted = true;
                self.change(Change::Deleted(chat, at));
            }
            Command::Restore(chat) => self.change(Change::Restored(chat)),
            Command::Resume => self.look_up(Lookup::Resume),
            Command::ListChats => self.look_up(Lookup::Chats),
            Command::Search { serial, text } => self.look_up(Lookup::Search(serial, text)),
            Command::ListDecisions { serial, filter } => self.look_up(Lookup::Decisions(serial, filter)),
            Command::Stop(id) => self.stop(id, out),
            Command::ListModels => self.catalogue.refresh(&self.parts),
            Command::Preview { serial, chat, parent, prompt, route } => {
                self.preview.next = Some(Question { serial, chat, parent, prompt, route });
                if self.preview.running.is_none() {
                    self.preview_next();
                }
            }
            Command::Correct { turn, category, scope, at } => self.correct(turn, category, scope, at),
            Command::Unteach { lesson, at } => self.study(Study::Unteach(lesson, at)),
            Command::Report => self.look_up(Lookup::Report),
        }
    }

    fn submit(&mut self, chat: ConversationId, turn: Turn) {
        let archived = self.parts.archives;
        let known = self.chats.entry(chat).or_insert_with(|| {
            let head = Head { id: chat, title: title(&turn.prompt), started_at: turn.asked_at, archived };
            Chat { head, conversation: Conversation::new(chat), place: Place::default() }
        });
        let id = turn.id;
        // The prompt that gave the title may have been taken back.
        let title =
            known.conversation.is_empty().then(|| title(&turn.prompt)).filter(|title| *title != known.head.title);
        if let Some(title) = &title {
            known.head.title.clone_from(title);
        }
        known.conversation.push(turn);
        self.begin(chat, id);
        if let Some(title) = title {
            self.change(Change::Renamed(chat, title));
        }
    }

    /// A turn that was never answered waits for its time again.
    fn ask_anew(&mut self, turn: TurnId) {
        let Some(chat) = self.chat_of(turn) else { return };
        chat.conversation.ask_anew(turn);
        let id = chat.head.id;
        self.begin(id, turn);
    }

    /// Somebody else answers a turn of which nothing was answered yet.
    fn redirect(&mut self, id: TurnId, route: RouteOverride, out: &mut VecDeque<Event>) {
        if self.turn(id).is_none_or(|turn| turn.is_over() || !turn.answer.is_empty()) {
            let why = "the answer had begun meanwhile; ask again to have one of another model beside it";
            return out.push_back(Event::Notice(why.to_owned()));
        }
        // Taking it out of here drops it, and with it its connection.
        self.running.retain(|running| running.turn != id);
        self.record((id, TurnEvent::Redirected(route)), out);
        if let Some(chat) = self.chat_of(id).map(|chat| chat.head.id) {
            self.begin(chat, id);
        }
    }

    fn begin(&mut self, chat: ConversationId, id: TurnId) {
        let Some(known) = self.chats.get(&chat) else { return };
        let Some(turn) = known.conversation.turn(id).filter(|turn| turn.stage == Stage::Queued) else { return };
        let (kept, waits) = oneshot::channel();
        self.keep(Keep::Begun { head: known.head.clone(), turn: Box::new(turn.clone()), kept });
        self.kept.insert(id, waits);
        self.start_next(chat);
    }

    /// The user wants to see a conversation.
    fn open(&mut self, chat: ConversationId, out: &mut VecDeque<Event>) {
        if let Some(known) = self.chats.get(&chat) {
            return out.push_back(Event::Opened(Box::new(known.clone())));
        }
        let (reply, waits) = oneshot::channel();
        self.keep(Keep::Open(chat, reply));
        self.opening.push_back((chat, waits));
    }

    /// A conversation was read; without one it was deleted meanwhile, or cannot be read, which was told.
    fn opened(&mut self, (id, chat): (ConversationId, Read), out: &mut VecDeque<Event>) {
        let chat = match chat {
            Ok(Some(chat)) => chat,
            Ok(None) => return out.push_back(Event::Notice("this chat is not there any more".to_owned())),
            Err(error) => return out.push_back(Event::Notice(error.to_string())),
        };
        // Something may have been said in it since it was wanted.
        let known = self.chats.entry(id).or_insert_with(|| *chat);
        out.push_back(Event::Opened(Box::new(known.clone())));
    }

    /// The user looks at another conversation: of the others only those are needed in which something happens.
    fn look_at(&mut self, chat: ConversationId) {
        self.shown = Some(chat);
        self.chats.retain(|id, known| *id == chat || !known.conversation.open().is_empty());
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
        chat.conversation.apply(id, event.clone());
        let ended = matches!(event, TurnEvent::Ended { .. });
        let withdrawn = chat.conversation.turn(id).is_some_and(Turn::is_withdrawn);
        if withdrawn {
            chat.conversation.remove(id);
        }
        let chat = chat.head.id;
        self.keep(Keep::Happened(id, event.clone()));
        if withdrawn {
            self.change(Change::Withdrawn(id));
        }
        out.push_back(Event::Turn(id, event));
        if ended {
            self.kept.remove(&id);
            self.running.retain(|running| running.turn != id);
            self.connect(out);
            self.start_next(chat);
        }
    }

    /// More is known of the models, or of who has them.
    fn catalogued(&mut self, news: News, out: &mut VecDeque<Event>) {
        match news {
            News::Kept(offers) => self.catalogue.recall(offers, &self.parts),
            News::Told(provider, Ok(models)) => {
                let offer = self.catalogue.told(provider, models);
                self.change(Change::Offered(offer));
            }
            News::Told(provider, Err(why)) => {
                self.catalogue.failed(Some(&provider));
                return out.push_back(Event::Unlisted(why));
            }
            News::Sought(found) => {
                self.found = found;
                return self.connect(out);
            }
            News::Nothing => {
                self.catalogue.failed(None);
                let why = "pointsman made a mistake inside; please report it";
                return out.push_back(Event::Unlisted(why.to_owned()));
            }
        }
        self.configure(out);
    }

    /// A server that was found answers, unless somebody is answering just now.
    fn connect(&mut self, out: &mut VecDeque<Event>) {
        let Some(found) = self.found.take_if(|_| self.running.is_empty()) else { return };
        let connection = found.connection(&self.parts.config);
        self.parts = self.parts.answered_by(&found);
        self.catalogue.over(self.parts.config.clone());
        out.push_back(Event::Configured(self.parts.config.clone()));
        out.push_back(Event::Connected { provider: found.provider.clone(), connection });
        let offer = self.catalogue.told(found.provider, found.listed);
        self.change(Change::Offered(offer));
    }

    /// What comes from now on knows what the catalogue knows. Turns that run go on with what they began with.
    fn configure(&mut self, out: &mut VecDeque<Event>) {
        let config = self.catalogue.config();
        if config != *self.parts.config {
            self.parts = self.parts.over(config);
            out.push_back(Event::Configured(self.parts.config.clone()));
        }
    }

    fn start_next(&mut self, chat: ConversationId) {
        if self.running.iter().any(|running| running.chat == chat) {
            return;
        }
        let Some(conversation) = self.chats.get(&chat).map(|known| &known.conversation) else { return };
        let Some(turn) = conversation.current().filter(|turn| turn.stage == Stage::Queued) else {
            return;
        };
        let job = Job {
            prompt: turn.prompt.clone(),
            route: turn.route.clone(),
            history: conversation.exchanges_to(turn.parent),
            turns: conversation.speaking_to(turn.parent),
            category_before: conversation.category_of_last(turn.parent).cloned(),
        };
        let (id, before) = (turn.id, job.category_before.clone());
        let deciding = Deciding {
            parts: self.parts.clone(),
            knowledge: self.ways.knowledge.clone(),
            studies: self.ways.studies.clone(),
            kept: self.kept.remove(&id),
        };
        self.keep(Keep::Started(id, before));
        self.running.push(Running::start(chat, id, deciding, job));
    }

    fn preview_next(&mut self) {
        self.preview.running = None;
        let Some(Question { serial, chat, parent, prompt, route }) = self.preview.next.take() else { return };
        let last = self.chats.get(&chat).and_then(|chat| chat.conversation.last_exchange(parent));
        let (last, category_before) = last.unzip();
        let job = Arc::new(Job {
            prompt,
            route,
            history: last.into_iter().collect(),
            turns: Vec::new(),
            category_before: category_before.flatten(),
        });
        let (parts, knowledge) = (self.parts.clone(), self.ways.knowledge.clone());
        let task = tokio::spawn(async move {
            let local = consider(&parts, &job, knowledge.now().await).await?;
            Some(Event::Previewed { serial, local: Box::new(local) })
        });
        self.preview.running = Some(AbortOnDropHandle::new(task));
    }

    fn chat_of(&mut self, turn: TurnId) -> Option<&mut Chat> {
        self.chats.values_mut().find(|chat| chat.conversation.turn(turn).is_some())
    }

    fn turn(&self, id: TurnId) -> Option<&Turn> {
        self.chats.values().find_map(|chat| chat.conversation.turn(id))
    }

    fn correct(&mut self, id: TurnId, category: CategoryId, scope: Scope, taught_at: Timestamp) {
        let Some(Chat { conversation: chat, .. }) = self.chat_of(id) else { return };
        let Some(turn) = chat.turn(id) else { return };
        let Some(decision) = &turn.decision else { return };
        let previous = chat.category_of_last(turn.parent).cloned();
        let (prompt, decided) = (turn.prompt.clone(), decision.category.clone());
        let lesson = NewLesson { prompt, previous, decided, category: category.clone(), scope, taught_at };
        chat.correct(id, Some(category.clone()));
        self.change(Change::Corrected(id, category));
        self.study(Study::Teach(lesson));
    }

    fn relearn(&mut self, lessons: &[Lesson]) {
        for chat in self.chats.values_mut() {
            chat.conversation.relearn(&self.lessons, lessons);
        }
        self.lessons = lessons.to_vec();
    }

    fn study(&self, study: Study) {
        // The learner ends when nobody can ask it any more.
        let _ = self.ways.studies.send(study);
    }

    fn keep(&self, keep: Keep) {
        // The keeper ends when nobody can give it anything any more.
        let _ = self.ways.keep.send(keep);
    }

    fn change(&self, change: Change) {
        self.keep(Keep::Changed(change));
    }

    fn look_up(&self, lookup: Lookup) {
        let _ = self.ways.lookups.send(lookup);
    }

    /// Stops what runs. What is written of it is for the keeper, which ends after this.
    fn close(mut self) {
        for running in std::mem::take(&mut self.running) {
            let event = TurnEvent::Ended { ending: Ending::Interrupted, after: running.since_asked() };
            self.keep(Keep::Happened(running.turn, event));
        }
        if self.deleted {
            self.change(Change::Purged);
        }
    }
}
