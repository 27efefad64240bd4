//! Caches lessons, judgements and outcomes: loads them from the store at the start, and applies every change after it.
//!
//! One task changes it; deciders take snapshots. Learning takes milliseconds to seconds of computing, which is done beside
//! the tasks, never on one. The same task opens the store, since the first decision must not overlook what is in it.

use super::opening::{Opener, Opening, opened};
use super::session::News;
use super::{Event, PersistenceStatus};
use crate::chat::TurnId;
use crate::router::{
    CachedJudgement, EncodedLesson, KnownOutcome, Learned, Lesson, LessonId, Lessons, Memory, ModelOutcome, OutcomeId,
    Outcomes, Router,
};
use crate::store::{ModelList, NewLesson, Recalled, Store, StoreError};
use jiff::Timestamp;
use std::collections::HashMap;
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
    Observe(ModelOutcome),
    UndoOutcome(OutcomeId, Timestamp),
}

/// So many prompts are encoded before the next job is looked for: some 50 milliseconds.
const PLACED_AT_ONCE: usize = 8;

/// A lesson, by its id or by the turn that taught it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LessonRef {
    Id(LessonId),
    Of(TurnId),
}

/// The task that learns.
pub(super) struct Learner {
    router: Router,
    jobs: mpsc::UnboundedReceiver<LearnJob>,
    news: mpsc::UnboundedSender<News>,
    known: watch::Sender<Option<Arc<Learned>>>,
    opener: Arc<Opener>,
    /// The lessons of this session that are in force, for a store that is opened later.
    taught: Vec<(LessonId, NewLesson)>,
    /// Gets the model lists of earlier runs.
    model_lists: Option<oneshot::Sender<Vec<ModelList>>>,
}

/// What a started learner gives to the other tasks.
pub(super) struct Known {
    pub(super) learning: Learning,
    pub(super) model_lists: oneshot::Receiver<Vec<ModelList>>,
}

impl Learner {
    /// A learner that reports to `news` and opens the store by `opener`, and what it gives to the other tasks.
    pub(super) fn new(router: Router, opener: Arc<Opener>, news: mpsc::UnboundedSender<News>) -> (Self, Known) {
        let (known, lessons) = watch::channel(None);
        let (sender, jobs) = mpsc::unbounded_channel();
        let (lists, model_lists) = oneshot::channel();
        let learning = Learning { lessons: LessonCache(lessons), jobs: sender };
        let learner = Self { router, jobs, news, known, opener, taught: Vec::new(), model_lists: Some(lists) };
        (learner, Known { learning, model_lists })
    }

    /// Opens the store and learns until no sender is left. With `incognito` what the store has is known, and nothing is
    /// written.
    pub(super) async fn run(mut self, incognito: bool) {
        let store = self.open(incognito).await;
        let mut changes = self.opener.subscribe();
        let mut recalled = self.recall(store.as_ref()).await;
        let mut store = store.filter(|store| !incognito && store.read_only().is_none());
        if let Some(lists) = self.model_lists.take() {
            // The receiver is gone only when the program is about to end.
            let _ = lists.send(std::mem::take(&mut recalled.offers));
        }
        self.learn_all(recalled, store.as_ref()).await;
        let mut without_store = 0;
        // What the user does is learned first; places are found in between.
        let mut all_placed = false;
        loop {
            let job = tokio::select! {
                biased;
                Ok(()) = changes.changed() => {
                    store = opened(&mut changes).await.filter(|_| !incognito);
                    self.learn_anew(store.as_ref()).await;
                    all_placed = false;
                    continue;
                }
                job = self.jobs.recv(), if all_placed => job,
                () = std::future::ready(()), if !all_placed => self.jobs.try_recv().ok(),
            };
            let Some(job) = job else {
                if all_placed || self.jobs.is_closed() {
                    return;
                }
                all_placed = !self.place_outcomes(store.as_ref()).await;
                continue;
            };
            match job {
                LearnJob::Teach(lesson) => {
                    without_store -= 1;
                    self.teach(lesson, store.as_ref(), LessonId(without_store)).await;
                }
                LearnJob::Unteach(lesson, at) => self.unteach(lesson, at, store.as_ref()).await,
                LearnJob::Remember(verdict) => self.remember(verdict, store.as_ref()),
                LearnJob::Observe(outcome) => self.observe(outcome, store.as_ref()).await,
                LearnJob::UndoOutcome(id, at) => self.undo_outcome(id, at, store.as_ref()).await,
            }
        }
    }

    /// Opens the store, and gives it to all who write or read, unless it is only read here.
    async fn open(&self, incognito: bool) -> Option<Store> {
        let opened = if incognito && !self.opener.is_there() { None } else { self.opener.open().await };
        if incognito {
            self.opener.publish(Opening::Nowhere);
            self.send(News::Tell(Event::Persistence(PersistenceStatus::Incognito)));
        }
        match opened {
            Some(Ok((store, opened))) => {
                if !incognito {
                    self.opener.publish(Opening::Open { store: store.clone(), alone: opened.alone });
                }
                Some(store)
            }
            Some(Err(error)) if incognito => {
                self.tell(&error);
                None
            }
            Some(Err(error)) => {
                self.opener.publish(Opening::Failed(error));
                None
            }
            None => {
                self.opener.publish(Opening::Nowhere);
                None
            }
        }
    }

    async fn recall(&self, store: Option<&Store>) -> Recalled {
        match store {
            Some(store) => store.recall().await.unwrap_or_else(|error| {
                self.tell(&error);
                Recalled::default()
            }),
            None => Recalled::default(),
        }
    }

    /// Knows what was recalled, and nothing else.
    async fn learn_all(&self, recalled: Recalled, store: Option<&Store>) {
        let (router, lessons, encoded) = (self.router.clone(), recalled.lessons, recalled.encoded.clone());
        let lessons = spawn_compute(move || router.learn(lessons, encoded)).await.unwrap_or_default();
        for (id, encoded) in lessons.encoded().filter(|(id, encoded)| recalled.encoded.get(id) != Some(*encoded)) {
            keep_encoded(store, id, encoded);
        }
        let outcomes = Outcomes::new(recalled.outcomes);
        self.publish(Learned { lessons, memory: Memory::new(recalled.verdicts), outcomes });
        if self.learned().outcomes.iter().next().is_some() {
            self.tell_outcomes();
        }
    }

    /// The store is another one now: what it has is known, and what was taught in this session is taught there, too.
    async fn learn_anew(&mut self, store: Option<&Store>) {
        let Some(open) = store else { return };
        let known = self.recall(store).await.lessons;
        for (id, lesson) in &mut self.taught {
            if let Some(there) = known.iter().find(|there| lesson.named(there.id) == **there) {
                *id = there.id;
            } else if let Ok(new) = open.teach(lesson.clone()).await {
                *id = new;
            }
        }
        let recalled = self.recall(store).await;
        self.learn_all(recalled, store).await;
    }

    /// Learns a lesson. Without a store it holds until the program ends, under the id `spare`.
    async fn teach(&mut self, lesson: NewLesson, store: Option<&Store>, spare: LessonId) {
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
        self.taught.push((id, lesson.clone()));
        let lesson = lesson.named(id);
        let taught = lesson.clone();
        self.change(move |router, lessons| router.teach(lessons, lesson)).await;
        if let Some((_, encoded)) = self.learned().lessons.encoded().find(|(known, _)| *known == id) {
            keep_encoded(store, id, encoded);
        }
        self.send(News::Learned(taught));
    }

    /// Unlearns a lesson that is in force; a later one for the same prompt may have replaced it.
    async fn unteach(&mut self, which: LessonRef, at: Timestamp, store: Option<&Store>) {
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
        self.taught.retain(|(taught, _)| *taught != id);
        self.change(move |router, lessons| router.unlearn(lessons, id)).await;
        if let Some(turn) = lesson.turn {
            self.change_outcomes(|outcomes| outcomes.without_correction_of(turn));
        }
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

    /// Counts an outcome, unless that was done before. Not without a store: one run has too few to say anything.
    async fn observe(&self, outcome: ModelOutcome, store: Option<&Store>) {
        let Some(store) = store.filter(|_| self.router.learns_models()) else { return };
        let (router, prompt) = (self.router.clone(), outcome.prompt.clone());
        let vector = spawn_compute(move || router.vector(&prompt)).await.flatten();
        match store.observe(outcome.clone(), vector.clone()).await {
            Ok(Some(id)) => self.change_outcomes(|outcomes| outcomes.and(KnownOutcome { id, outcome, vector })),
            Ok(None) => {}
            Err(error) => self.tell(&error),
        }
    }

    /// Has an outcome not count any more. Without a store, it counts again in the next run.
    async fn undo_outcome(&self, id: OutcomeId, at: Timestamp, store: Option<&Store>) {
        let learned = self.learned();
        let Some(known) = learned.outcomes.iter().find(|known| known.id == id) else { return };
        if let Some(store) = store
            && let Err(error) = store.undo_outcome(id, at).await
        {
            return self.tell(&error);
        }
        self.change_outcomes(|outcomes| outcomes.without(id));
        self.send(News::Tell(Event::Notice(format!("undone: {} does not count any more", known.outcome))));
    }

    /// Finds out where the prompts of some outcomes lie of which that is unknown: all are unknown after a change of the
    /// encoder. Gives back whether there are more.
    async fn place_outcomes(&self, store: Option<&Store>) -> bool {
        let learned = self.learned();
        let mut unplaced =
            learned.outcomes.iter().filter(|known| known.vector.is_none() && !known.outcome.prompt.is_empty());
        let mut vectors = HashMap::new();
        for known in unplaced.by_ref().take(PLACED_AT_ONCE).filter(|_| self.router.learns_models()) {
            let (router, prompt) = (self.router.clone(), known.outcome.prompt.clone());
            let Some(vector) = spawn_compute(move || router.vector(&prompt)).await.flatten() else { return false };
            if let Some(store) = store {
                drop(store.place_outcome(known.id, vector.clone()));
            }
            vectors.insert(known.id, vector);
        }
        let any = !vectors.is_empty();
        if any {
            self.change_outcomes(|outcomes| outcomes.placed(vectors));
        }
        any && unplaced.next().is_some()
    }

    fn change_outcomes(&self, change: impl FnOnce(&Outcomes) -> Outcomes) {
        let mut learned = (*self.learned()).clone();
        learned.outcomes = change(&learned.outcomes);
        self.known.send_replace(Some(Arc::new(learned)));
        self.tell_outcomes();
    }

    fn tell_outcomes(&self) {
        let outcomes = self.learned().outcomes.iter().cloned().collect();
        self.send(News::Tell(Event::Outcomes(outcomes)));
    }

    async fn change(&self, change: impl FnOnce(&Router, &Lessons) -> Lessons + Send + 'static) {
        let (router, learned) = (self.router.clone(), self.learned());
        let changed = spawn_compute(move || {
            let lessons = change(&router, &learned.lessons);
            Learned { lessons, memory: learned.memory.clone(), outcomes: learned.outcomes.clone() }
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

/// Has what the local model makes of a lesson stored beside it, so that the next start need not compute it.
fn keep_encoded(store: Option<&Store>, id: LessonId, encoded: &EncodedLesson) {
    if let Some(store) = store {
        drop(store.encode_lesson(id, encoded.clone()));
    }
}

/// Computes beside the tasks. `None` when the computation panicked: the program goes on with what it knew.
pub(super) async fn spawn_compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
