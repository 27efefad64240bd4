//! Caches lessons and judgements: loads them from the store at the start, and applies every change after it.
//!
//! One task changes it; deciders take snapshots. Learning takes milliseconds to seconds of computing, which is done beside
//! the tasks, never on one. The same task opens the store, since the first decision must not overlook what is in it.

use super::session::News;
use super::{Event, PersistenceStatus};
use crate::chat::TurnId;
use crate::router::{CachedJudgement, Learned, Lesson, LessonId, Lessons, Memory, Router};
use crate::store::{ModelList, NewLesson, Recalled, Store, StoreError};
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// How long a decision waits for what the store has: a disk may be behind a dead network.
const RECALL_TIMEOUT: Duration = Duration::from_secs(8);

/// Snapshots of what was learned; clones see the same.
#[derive(Clone)]
pub(super) struct LessonCache(watch::Receiver<Option<Arc<Learned>>>);

impl LessonCache {
    /// What is known now. Waits until what the store has is known.
    pub(super) async fn now(&self) -> Arc<Learned> {
        let mut known = self.0.clone();
        // The learner exited before loading; use no lessons.
        let known = tokio::time::timeout(RECALL_TIMEOUT, known.wait_for(Option::is_some)).await;
        known.ok().and_then(Result::ok).and_then(|known| known.clone()).unwrap_or_default()
    }
}

/// What a turn needs of the learner: what was learned, and where to send what is learned now.
#[derive(Clone)]
pub(super) struct Learning {
    pub(super) lessons: LessonCache,
    pub(super) jobs: mpsc::UnboundedSender<LearnJob>,
}

/// Something that is to be learned or unlearned.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LearnJob {
    Teach(NewLesson),
    Unteach(LessonRef, Timestamp),
    Remember(CachedJudgement),
}

/// A lesson, by its id or by the turn that taught it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LessonRef {
    Id(LessonId),
    Of(TurnId),
}

/// The store, once it is known whether there is one.
pub(super) type OpenStore = watch::Receiver<Opening>;

/// What became of opening the store.
#[derive(Clone)]
pub(super) enum Opening {
    Underway,
    Open {
        store: Store,
        /// Whether no other program had it open.
        alone: bool,
    },
    /// Nothing is saved.
    Nowhere,
}

/// The store, when it is known whether there is one.
pub(super) async fn opened(store: &mut OpenStore) -> Option<Store> {
    match &*store.wait_for(|opening| !matches!(opening, Opening::Underway)).await.ok()? {
        Opening::Open { store, .. } => Some(store.clone()),
        Opening::Underway | Opening::Nowhere => None,
    }
}

/// The task that learns.
pub(super) struct Learner {
    router: Router,
    jobs: mpsc::UnboundedReceiver<LearnJob>,
    news: mpsc::UnboundedSender<News>,
    known: watch::Sender<Option<Arc<Learned>>>,
    store: watch::Sender<Opening>,
    /// Gets the model lists of earlier runs.
    model_lists: Option<oneshot::Sender<Vec<ModelList>>>,
}

/// What a started learner gives to the other tasks.
pub(super) struct Known {
    pub(super) learning: Learning,
    pub(super) store: OpenStore,
    pub(super) model_lists: oneshot::Receiver<Vec<ModelList>>,
}

impl Learner {
    /// A learner that reports to `news`, and what it gives to the other tasks.
    pub(super) fn new(router: Router, news: mpsc::UnboundedSender<News>) -> (Self, Known) {
        let (known, lessons) = watch::channel(None);
        let (store, open) = watch::channel(Opening::Underway);
        let (sender, jobs) = mpsc::unbounded_channel();
        let (lists, model_lists) = oneshot::channel();
        let learning = Learning { lessons: LessonCache(lessons), jobs: sender };
        let learner = Self { router, jobs, news, known, store, model_lists: Some(lists) };
        (learner, Known { learning, store: open, model_lists })
    }

    /// Opens the store at `path` and learns until no sender is left. With `incognito` what the store has is known, and
    /// nothing is written.
    pub(super) async fn run(mut self, path: Option<PathBuf>, incognito: bool) {
        let opened = match path.filter(|path| !incognito || path.exists()) {
            Some(path) => self.open(path).await,
            None => None,
        };
        let written = opened.as_ref().filter(|_| !incognito);
        self.store
            .send_replace(written.cloned().map_or(Opening::Nowhere, |(store, alone)| Opening::Open { store, alone }));
        if incognito {
            self.send(News::Tell(Event::Persistence(PersistenceStatus::Incognito)));
        }
        let recalled = match &opened {
            Some((store, _)) => store.recall().await.unwrap_or_else(|error| {
                self.tell(&error);
                Recalled::default()
            }),
            None => Recalled::default(),
        };
        let store = opened.filter(|_| !incognito).map(|(store, _)| store);
        if let Some(lists) = self.model_lists.take() {
            // The receiver is gone only when the program is about to end.
            let _ = lists.send(recalled.offers);
        }
        let (router, lessons) = (self.router.clone(), recalled.lessons);
        let lessons = spawn_compute(move || router.learn(lessons)).await.unwrap_or_default();
        self.publish(Learned { lessons, memory: Memory::new(recalled.verdicts) });
        let mut without_store = 0;
        while let Some(job) = self.jobs.recv().await {
            match job {
                LearnJob::Teach(lesson) => {
                    without_store -= 1;
                    self.teach(lesson, store.as_ref(), LessonId(without_store)).await;
                }
                LearnJob::Unteach(lesson, at) => self.unteach(lesson, at, store.as_ref()).await,
                LearnJob::Remember(verdict) => self.remember(verdict, store.as_ref()),
            }
        }
    }

    /// The store, and whether no other program has it open.
    async fn open(&self, path: PathBuf) -> Option<(Store, bool)> {
        let opened = spawn_compute(move || Store::open(&path, Timestamp::now())).await?;
        match opened {
            Ok((store, opened)) => {
                if let Some(notice) = opened.notice() {
                    self.send(News::Tell(Event::Notice(notice)));
                }
                Some((store, opened.alone))
            }
            Err(error) => {
                self.send(News::Tell(Event::Persistence(PersistenceStatus::Unsaved(error.to_string()))));
                None
            }
        }
    }

    /// Learns a lesson. Without a store it holds until the program ends, under the id `spare`.
    async fn teach(&self, lesson: NewLesson, store: Option<&Store>, spare: LessonId) {
        let id = match store {
            Some(store) => match store.teach(lesson.clone()).await {
                Ok(id) => id,
                Err(error) => {
                    self.tell(&error);
                    spare
                }
            },
            None => spare,
        };
        let lesson = lesson.named(id);
        let taught = lesson.clone();
        self.change(move |router, lessons| router.teach(lessons, lesson)).await;
        self.send(News::Learned(taught));
    }

    /// Unlearns a lesson that is in force; a later one for the same prompt may have replaced it.
    async fn unteach(&self, which: LessonRef, at: Timestamp, store: Option<&Store>) {
        let wanted = |lesson: &&Lesson| match which {
            LessonRef::Id(id) => lesson.id == id,
            LessonRef::Of(turn) => lesson.turn == Some(turn.0),
        };
        let Some(lesson) = self.learned().lessons.iter().find(wanted).cloned() else { return };
        if let Some(store) = store
            && let Err(error) = store.undo_lesson(lesson.id, at).await
        {
            return self.tell(&error);
        }
        let id = lesson.id;
        self.change(move |router, lessons| router.unlearn(lessons, id)).await;
        self.send(News::Unlearned(lesson));
    }

    fn remember(&self, verdict: CachedJudgement, store: Option<&Store>) {
        if let Some(store) = store {
            drop(store.remember(verdict.clone()));
        }
        let mut learned = (*self.learned()).clone();
        learned.memory.remember(verdict);
        self.publish(learned);
    }

    async fn change(&self, change: impl FnOnce(&Router, &Lessons) -> Lessons + Send + 'static) {
        let (router, learned) = (self.router.clone(), self.learned());
        let changed = spawn_compute(move || {
            let lessons = change(&router, &learned.lessons);
            Learned { lessons, memory: learned.memory.clone() }
        });
        if let Some(learned) = changed.await {
            self.publish(learned);
        }
    }

    fn learned(&self) -> Arc<Learned> {
        self.known.borrow().clone().unwrap_or_default()
    }

    fn publish(&self, learned: Learned) {
        let lessons = learned.lessons.iter().cloned().collect();
        self.known.send_replace(Some(Arc::new(learned)));
        self.send(News::Tell(Event::Lessons(lessons)));
    }

    fn tell(&self, error: &StoreError) {
        self.send(News::Tell(Event::Notice(error.to_string())));
    }

    fn send(&self, news: News) {
        // The receiver is gone only when the program is about to end.
        let _ = self.news.send(news);
    }
}

/// Computes beside the tasks. `None` when the computation panicked: the program goes on with what it knew.
pub(super) async fn spawn_compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
