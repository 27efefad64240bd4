//! What was learned, kept current: lessons and verdicts from the store at the start, and every change after it.
//!
//! One task changes it; whoever decides takes a snapshot. Learning takes milliseconds to seconds of computing, which is
//! done beside the tasks, never on one.

use super::{Event, Keeping};
use crate::router::{CachedJudgement, Learned, Lesson, LessonId, Lessons, Memory, Router};
use crate::store::{NewLesson, Offer, Recalled, Store, StoreError};
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// How long a decision waits for what the store has: a disk may be behind a dead network.
const PATIENCE: Duration = Duration::from_secs(8);

/// Snapshots of what was learned; clones see the same.
#[derive(Clone)]
pub(super) struct Knowledge(watch::Receiver<Option<Arc<Learned>>>);

impl Knowledge {
    /// What is known now. Waits until what the store has is known: the first decision must not overlook it.
    pub(super) async fn now(&self) -> Arc<Learned> {
        let mut known = self.0.clone();
        // Gone without ever having known anything: nothing was learned.
        let known = tokio::time::timeout(PATIENCE, known.wait_for(Option::is_some)).await;
        known.ok().and_then(Result::ok).and_then(|known| known.clone()).unwrap_or_default()
    }
}

/// Something that is to be learned or looked up.
pub(super) enum Study {
    Teach(NewLesson),
    Unteach(LessonId, Timestamp),
    Remember(CachedJudgement),
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
    /// Nothing is kept.
    Nowhere,
}

/// The task that learns, with its ways in and out.
pub(super) struct Learner {
    pub(super) router: Router,
    pub(super) studies: mpsc::UnboundedReceiver<Study>,
    pub(super) events: mpsc::UnboundedSender<Event>,
    pub(super) known: watch::Sender<Option<Arc<Learned>>>,
    pub(super) store: watch::Sender<Opening>,
    /// Gets what providers told in earlier runs.
    pub(super) offers: Option<oneshot::Sender<Vec<Offer>>>,
}

/// The ways to a learner that was started.
pub(super) struct Known {
    pub(super) knowledge: Knowledge,
    pub(super) store: OpenStore,
    pub(super) studies: mpsc::UnboundedSender<Study>,
    pub(super) offers: oneshot::Receiver<Vec<Offer>>,
}

impl Learner {
    /// A learner that tells `events`, and the ways to it.
    pub(super) fn new(router: Router, events: mpsc::UnboundedSender<Event>) -> (Self, Known) {
        let (known, knowledge) = watch::channel(None);
        let (store, open) = watch::channel(Opening::Underway);
        let (sender, studies) = mpsc::unbounded_channel();
        let (told, offers) = oneshot::channel();
        let known_to = Known { knowledge: Knowledge(knowledge), store: open, studies: sender, offers };
        (Self { router, studies, events, known, store, offers: Some(told) }, known_to)
    }

    /// Opens the store at `path` and learns until nobody asks any more. With `incognito` what the store has is known,
    /// and nothing is written.
    pub(super) async fn run(mut self, path: Option<PathBuf>, incognito: bool) {
        let opened = match path.filter(|path| !incognito || path.exists()) {
            Some(path) => self.open(path).await,
            None => None,
        };
        let kept = opened.as_ref().filter(|_| !incognito);
        self.store
            .send_replace(kept.cloned().map_or(Opening::Nowhere, |(store, alone)| Opening::Open { store, alone }));
        if incognito {
            self.send(Event::Keeping(Keeping::Incognito));
        }
        let recalled = match &opened {
            Some((store, _)) => store.recall().await.unwrap_or_else(|error| {
                self.tell(&error);
                Recalled::default()
            }),
            None => Recalled::default(),
        };
        let store = opened.filter(|_| !incognito).map(|(store, _)| store);
        if let Some(offers) = self.offers.take() {
            // Nobody wants to know any more only when the program is about to end.
            let _ = offers.send(recalled.offers);
        }
        let (router, lessons) = (self.router.clone(), recalled.lessons);
        let lessons = aside(move || router.learn(lessons)).await.unwrap_or_default();
        self.publish(Learned { lessons, memory: Memory::new(recalled.verdicts) });
        let mut without_store = 0;
        while let Some(study) = self.studies.recv().await {
            match study {
                Study::Teach(lesson) => {
                    without_store -= 1;
                    self.teach(lesson, store.as_ref(), LessonId(without_store)).await;
                }
                Study::Unteach(id, at) => self.unteach(id, at, store.as_ref()).await,
                Study::Remember(verdict) => self.remember(verdict, store.as_ref()),
            }
        }
    }

    /// The store, and whether no other program has it open.
    async fn open(&self, path: PathBuf) -> Option<(Store, bool)> {
        let opened = aside(move || Store::open(&path, Timestamp::now())).await?;
        match opened {
            Ok((store, opened)) => {
                if let Some(notice) = opened.notice() {
                    self.send(Event::Notice(notice));
                }
                Some((store, opened.alone))
            }
            Err(error) => {
                self.send(Event::Keeping(Keeping::Nothing(error.to_string())));
                None
            }
        }
    }

    /// Without a store a lesson holds until the program ends; `spare` names it then.
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
        let NewLesson { prompt, previous, decided, category, scope, taught_at } = lesson;
        let lesson = Lesson { id, prompt, previous, decided, category, scope, taught_at };
        let taught = lesson.clone();
        self.change(move |router, lessons| router.teach(lessons, lesson)).await;
        self.send(Event::Taught(taught));
    }

    async fn unteach(&self, id: LessonId, at: Timestamp, store: Option<&Store>) {
        if let Some(store) = store
            && let Err(error) = store.undo_lesson(id, at).await
        {
            return self.tell(&error);
        }
        self.change(move |router, lessons| router.unlearn(lessons, id)).await;
        self.send(Event::Untaught(id));
    }

    fn remember(&self, verdict: CachedJudgement, store: Option<&Store>) {
        if let Some(store) = store {
            drop(store.remember(verdict.clone()));
        }
        let mut learned = self.learned();
        learned.memory.remember(verdict);
        self.publish(learned);
    }

    async fn change(&self, change: impl FnOnce(&Router, &Lessons) -> Lessons + Send + 'static) {
        let (router, learned) = (self.router.clone(), self.learned());
        let Learned { lessons, memory } = learned;
        if let Some(lessons) = aside(move || change(&router, &lessons)).await {
            self.publish(Learned { lessons, memory });
        }
    }

    fn learned(&self) -> Learned {
        self.known.borrow().as_deref().cloned().unwrap_or_default()
    }

    fn publish(&self, learned: Learned) {
        let lessons = learned.lessons.iter().cloned().collect();
        self.known.send_replace(Some(Arc::new(learned)));
        self.send(Event::Lessons(lessons));
    }

    fn tell(&self, error: &StoreError) {
        self.send(Event::Notice(error.to_string()));
    }

    fn send(&self, event: Event) {
        // Whoever listened is gone: then the program is about to end.
        let _ = self.events.send(event);
    }
}

/// Computes beside the tasks. `None` when the computation panicked: the program goes on with what it knew.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
