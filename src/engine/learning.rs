//! Caches lessons, judgements and outcomes: loads them from the store when they are first asked for, and applies every
//! change after it.
//!
//! One task changes it; deciders take snapshots. Learning takes milliseconds to seconds of computing, which is done beside
//! the tasks, never on one; no decision waits for what only a change of the encoder or an import has left to compute. The
//! same task opens the store, since the first decision must not overlook what is in it.

use super::opening::{Opener, Opening, opened};
use super::session::News;
use super::{Event, PersistenceStatus};
use crate::chat::TurnId;
use crate::router::{
    CachedJudgement, EncodedLesson, KnownOutcome, Learned, Lesson, LessonId, Lessons, Memory, ModelOutcome, OutcomeId,
    Outcomes, RouteOverride, Router,
};
use crate::store::{ModelList, NewLesson, Recalled, Store, StoreError};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// How long a decision waits for what the store has: a disk may be behind a dead network.
const RECALL_TIMEOUT: Duration = Duration::from_secs(8);

/// What a turn needs of the learner: snapshots of what was learned, and where to send what is learned now.
#[derive(Clone)]
pub(super) struct Learning {
    known: watch::Receiver<Option<Arc<Learned>>>,
    pub(super) jobs: mpsc::UnboundedSender<LearnJob>,
}

impl Learning {
    /// What a decision about a prompt depends on. Waits until what the store has is known; where the user chose, nothing is
    /// asked for.
    pub(super) async fn of(&self, route: &RouteOverride) -> Arc<Learned> {
        if !route.is_none() {
            return Arc::default();
        }
        let mut known = self.known.clone();
        if known.borrow().is_none() {
            // The learner is gone only when the program is about to end.
            let _ = self.jobs.send(LearnJob::Recall);
        }
        // The learner exited before loading; use no lessons.
        let known = tokio::time::timeout(RECALL_TIMEOUT, known.wait_for(Option::is_some)).await;
        known.ok().and_then(Result::ok).and_then(|known| known.clone()).unwrap_or_default()
    }
}

/// Something that is to be learned or unlearned.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LearnJob {
    /// What the store has is to be known. So it is with every other job.
    Recall,
    Teach(NewLesson),
    Unteach(LessonRef, Timestamp),
    Remember(CachedJudgement),
    Observe(ModelOutcome),
    UndoOutcome(OutcomeId, Timestamp),
}

/// So many prompts are encoded before the next job is looked for: some 50 milliseconds.
pub(super) const ENCODED_AT_ONCE: usize = 8;

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
        let learning = Learning { known: lessons, jobs: sender };
        let learner = Self { router, jobs, news, known, opener, taught: Vec::new(), model_lists: Some(lists) };
        (learner, Known { learning, model_lists })
    }

    /// Opens the store and learns until no sender is left. With `incognito` what the store has is known, and nothing is
    /// written.
    pub(super) async fn run(mut self, incognito: bool) {
        let mut readable = self.open(incognito).await;
        let mut changes = self.opener.subscribe();
        let lists = match &readable {
            Some(store) => self.heard(store.model_lists().await),
            None => Vec::new(),
        };
        if let Some(to) = self.model_lists.take() {
            // The receiver is gone only when the program is about to end.
            let _ = to.send(lists);
        }
        let mut store = readable.clone().filter(|store| !incognito && store.read_only().is_none());
        let mut is_recalled = false;
        let mut without_store = 0;
        // What the user does is learned first; what is left to compute of earlier runs is computed in between.
        let mut all_computed = true;
        loop {
            let job = tokio::select! {
                biased;
                Ok(()) = changes.changed() => {
                    store = opened(&mut changes).await.filter(|_| !incognito);
                    if is_recalled {
                        self.learn_anew(store.as_ref()).await;
                        all_computed = false;
                    } else {
                        readable = store.clone().or(readable);
                    }
                    continue;
                }
                job = self.jobs.recv(), if all_computed => job,
                () = std::future::ready(()), if !all_computed => self.jobs.try_recv().ok(),
            };
            let Some(job) = job else {
                if all_computed || self.jobs.is_closed() {
                    return;
                }
                all_computed = !self.compute(store.as_ref()).await;
                continue;
            };
            if !is_recalled {
                self.recall(readable.as_ref()).await;
                (is_recalled, all_computed) = (true, false);
            }
            match job {
                LearnJob::Recall => {}
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

    /// The reply of the store; the default value when the store failed, after a notice that says so.
    fn heard<T: Default>(&self, reply: Result<T, StoreError>) -> T {
        reply.unwrap_or_else(|error| {
            self.tell(&error);
            T::default()
        })
    }

    /// Knows what the store has, and nothing else.
    async fn recall(&self, store: Option<&Store>) {
        let Recalled { lessons, encoded, shift, outcomes, verdicts } = match store {
            Some(store) => self.heard(store.recall().await),
            None => Recalled::default(),
        };
        let router = self.router.clone();
        let lessons = spawn_compute(move || router.recall(lessons, encoded, shift)).await.unwrap_or_default();
        self.publish(Learned { lessons, memory: Memory::new(verdicts), outcomes: Outcomes::new(outcomes) });
        if self.learned().outcomes.iter().next().is_some() {
            self.tell_outcomes();
        }
    }

    /// The store is another one now: what it has is known, and what was taught in this session is taught there, too.
    async fn learn_anew(&mut self, store: Option<&Store>) {
        let Some(open) = store else { return };
        for (id, lesson) in std::mem::take(&mut self.taught) {
            match open.teach_once(lesson.clone()).await {
                Ok(Some(there)) => self.taught.push((there, lesson)),
                // It was undone or replaced there, by another program.
                Ok(None) => {}
                Err(_) => self.taught.push((id, lesson)),
            }
        }
        self.recall(store).await;
    }

    /// Computes a part of what is left to compute of earlier runs. Gives back whether there may be more.
    async fn compute(&self, store: Option<&Store>) -> bool {
        self.encode_lessons(store).await || self.fit_lessons(store).await || self.place_outcomes(store).await
    }

    /// Encodes some lessons of which that was not done: all are such after a change of the encoder. Gives back whether there
    /// were any.
    async fn encode_lessons(&self, store: Option<&Store>) -> bool {
        let (router, lessons) = (self.router.clone(), self.learned().lessons.clone());
        let encoded = spawn_compute(move || router.encode(&lessons, ENCODED_AT_ONCE)).await;
        let Some((lessons, ids)) = encoded.filter(|(_, ids)| !ids.is_empty()) else { return false };
        for (id, encoded) in lessons.encoded().filter(|(id, _)| ids.contains(id)) {
            keep_encoded(store, id, encoded);
        }
        self.replace(lessons);
        true
    }

    /// Fits the weights to the lessons, where that was not done. Gives back whether it was.
    async fn fit_lessons(&self, store: Option<&Store>) -> bool {
        let (router, lessons) = (self.router.clone(), self.learned().lessons.clone());
        let Some(lessons) = spawn_compute(move || router.fit(&lessons)).await.flatten() else { return false };
        keep_shift(store, &lessons);
        self.replace(lessons);
        true
    }

    /// Takes the same lessons of which more is computed; nothing is new to the user.
    fn replace(&self, lessons: Lessons) {
        self.known.send_replace(Some(Arc::new(Learned { lessons, ..(*self.learned()).clone() })));
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
        let topic = lesson.topic();
        self.taught.retain(|(_, earlier)| earlier.topic() != topic);
        self.taught.push((id, lesson.clone()));
        let lesson = lesson.named(id);
        let taught = lesson.clone();
        self.change(move |router, lessons| router.teach(lessons, lesson)).await;
        if let Some((_, encoded)) = self.learned().lessons.encoded().find(|(known, _)| *known == id) {
            keep_encoded(store, id, encoded);
        }
        keep_shift(store, &self.learned().lessons);
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
        keep_shift(store, &self.learned().lessons);
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
        for known in unplaced.by_ref().take(ENCODED_AT_ONCE).filter(|_| self.router.learns_models()) {
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

/// Has what the lessons add to the weights stored, too.
fn keep_shift(store: Option<&Store>, lessons: &Lessons) {
    if let Some(store) = store {
        drop(store.keep_shift(lessons.shift().clone()));
    }
}

/// Computes beside the tasks. `None` when the computation panicked: the program goes on with what it knew.
pub(super) async fn spawn_compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
