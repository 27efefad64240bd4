//! What is kept between two runs: conversations, decisions with what came of them, lessons, what became of models' answers,
//! the judge's verdicts. One `SQLite` file.
//!
//! A [`Store`] is a cheap handle. Its methods hand work to the one thread that owns the connection and return at once;
//! work is done in the order of the calls, whether or not anyone awaits the [`Pending`] result. Nothing here decides
//! anything: what a lesson or a verdict means is the router's. Must not know the engine or a face, and asks no clock:
//! times come in.
//!
//! A store that cannot be opened is an error with a way out in its message, and no reason not to go on without one.

mod attachments;
mod blobs;
mod blocks;
mod chats;
mod days;
mod decisions;
mod erase;
mod error;
mod examine;
mod excerpt;
mod export;
mod files;
mod header;
mod identity;
mod import;
pub(crate) mod legacy;
mod lessons;
mod locks;
mod maintenance;
mod model_lists;
mod model_use;
mod open;
mod ops;
mod outcomes;
mod prune;
mod read_only;
mod recover;
mod replacement;
mod report;
mod salvage;
mod schema;
mod search;
mod steps;
mod thread;
mod titles;
mod turns;
mod value;
mod verdicts;
mod view_state;

pub use chats::{Chat, ChatRow, Head};
pub use days::{DayCount, Days};
pub use decisions::{DecisionId, DecisionRecord, DecisionRow, End, Filter, NewDecision, Outcome};
pub use error::StoreError;
pub use examine::{Examined, examine};
pub use export::{ExportedChat, ExportedLesson, ExportedTurn, Loose};
pub(crate) use files::{COPIED, open_own};
pub use import::{Bundle, Imported};
pub use lessons::{NewLesson, UndoneImports};
pub use maintenance::Deleted;
pub use model_lists::ModelList;
pub use model_use::ModelUse;
pub use open::Opened;
pub use ops::{StoreOp, TextKind, joined};
pub use prune::{Prune, Pruned};
pub use recover::{Recovery, mark_to_be_read};
pub use report::{Count, JudgeCount, ModelCount, Percentiles, RouteReport, Share};
pub use salvage::Salvaged;
pub use search::Hit;
pub use thread::Pending;
pub(crate) use titles::named_among_others;
pub use view_state::Resume;

use crate::router::{CachedJudgement, EncodedLesson, KnownOutcome, Lesson, LessonId, LessonShift};
use identity::Identity;
use jiff::Timestamp;
use open::Fallback;
use rusqlite::Connection;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thread::Worker;

/// The database's name in the data folder.
pub const FILE: &str = "pointsman.db";

/// A handle to the store. Clones share the thread; dropping the last one waits until all work is done.
#[derive(Debug, Clone)]
pub struct Store {
    place: Arc<Place>,
    worker: Arc<Worker>,
}

/// Where the database is.
#[derive(Debug)]
struct Place {
    path: PathBuf,
    /// Which file was opened there; `None`: it does not matter.
    identity: Option<Identity>,
    /// Why nothing can be written; `None`: it can.
    read_only: Option<StoreError>,
}

impl Place {
    /// Whether the file that was opened is still at its place.
    fn check(&self) -> Result<(), StoreError> {
        // A folder that cannot be looked at, on a network that is gone, says nothing.
        let Ok(found) = Identity::of(&self.path) else { return Ok(()) };
        match self.identity.is_none() || found == self.identity {
            true => Ok(()),
            false => Err(StoreError::Replaced { path: self.path.clone(), gone: found.is_none() }),
        }
    }

    /// `what` failed because the database said `error`.
    fn failed(&self, what: &'static str, error: &rusqlite::Error) -> StoreError {
        if error::is_damage(error) {
            files::suspect(&self.path);
        }
        StoreError::database(what, &self.path, error)
    }
}

/// What was learned in earlier runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recalled {
    /// The lessons in force, the oldest first.
    pub lessons: Vec<Lesson>,
    /// What the local model made of them, as far as that was computed before.
    pub encoded: HashMap<LessonId, EncodedLesson>,
    /// What they add to the head's weights, as far as that was computed before.
    pub shift: LessonShift,
    /// What became of models' answers, the oldest first, and no more than can matter.
    pub outcomes: Vec<KnownOutcome>,
    /// The judge's verdicts, the newest first, and no more than can matter.
    pub verdicts: Vec<CachedJudgement>,
}

impl Store {
    /// Opens the database at `path`, or begins one there; `now` names a damaged one that is set aside.
    ///
    /// Takes some milliseconds of disk on the calling thread, and seconds when another program holds the file.
    ///
    /// # Errors
    /// When there can be no database at `path`, or it is a newer program's. One that cannot be written is no error: it is
    /// read ([`Store::read_only`]).
    pub fn open(path: &Path, now: Timestamp) -> Result<(Self, Opened), StoreError> {
        Self::start(open::open(path, now, Fallback::Read)?)
    }

    /// The same, where nothing else than writing is of use.
    ///
    /// # Errors
    /// Also when it cannot be written.
    pub fn open_to_write(path: &Path, now: Timestamp) -> Result<(Self, Opened), StoreError> {
        Self::start(open::open(path, now, Fallback::None)?)
    }

    fn start(database: open::Database) -> Result<(Self, Opened), StoreError> {
        let open::Database { connection, opened, presence, path, identity } = database;
        let chore = opened.alone.then(|| erase::purging(&connection)).flatten();
        let worker = Worker::start(connection, presence, chore)
            .map_err(|error| StoreError::files("the history's thread could not be started", &path, &error))?;
        let place = Place { path, identity, read_only: opened.read_only.clone() };
        let store = Self { place: Arc::new(place), worker: Arc::new(worker) };
        if opened.alone {
            // Nobody writes those answers any more. When it fails, that is logged.
            drop(store.run("what came of the last answer could not be put in its place", turns::fold));
        }
        Ok((store, opened))
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.place.path
    }

    /// Why nothing can be written; `None`: it can.
    pub fn read_only(&self) -> Option<&StoreError> {
        self.place.read_only.as_ref()
    }

    /// Writes all that stands in the log into the database's file, wherever that is now: the log stays behind when a file
    /// is moved.
    pub fn write_back(&self) -> Pending<()> {
        self.run("the log could not be written back", |connection| maintenance::write_back(connection).map(drop))
    }

    /// All that was learned in earlier runs.
    pub fn recall(&self) -> Pending<Recalled> {
        self.run("the lessons could not be read", |connection| {
            let ((lessons, encoded), shift) = (lessons::recall(connection)?, lessons::shift(connection)?);
            let (outcomes, verdicts) = (outcomes::newest(connection)?, verdicts::newest(connection)?);
            Ok(Recalled { lessons, encoded, shift, outcomes, verdicts })
        })
    }

    /// The models that providers told in earlier runs, by their names.
    pub fn model_lists(&self) -> Pending<Vec<ModelList>> {
        self.run("the lists of models could not be read", |connection| model_lists::all(connection))
    }

    /// Keeps a lesson. It replaces an earlier one for the same prompt, whatever its case and spacing.
    pub fn teach(&self, lesson: NewLesson) -> Pending<LessonId> {
        self.run("the lesson could not be kept", move |connection| lessons::teach(connection, &lesson))
    }

    /// Keeps a lesson unless it was kept before. `None`: it was, and was undone or replaced since.
    pub fn teach_once(&self, lesson: NewLesson) -> Pending<Option<LessonId>> {
        self.run("the lesson could not be kept", move |connection| lessons::teach_once(connection, &lesson))
    }

    /// Keeps what the local model makes of a lesson.
    pub fn encode_lesson(&self, id: LessonId, encoded: EncodedLesson) -> Pending<()> {
        self.run("the lesson's vector could not be kept", move |connection| lessons::encode(connection, id, &encoded))
    }

    /// Puts a lesson out of force and gives it back; `None` when none of that name is in force.
    pub fn undo_lesson(&self, id: LessonId, at: Timestamp) -> Pending<Option<Lesson>> {
        self.run("the lesson could not be undone", move |connection| lessons::undo(connection, id, at))
    }

    /// Keeps what a judge said, instead of what was kept under the same key.
    pub fn remember(&self, verdict: CachedJudgement) -> Pending<()> {
        self.run("the judge's verdict could not be kept", move |connection| verdicts::remember(connection, &verdict))
    }

    /// The decisions that fit `filter`, the newest first.
    pub fn decisions(&self, filter: Filter) -> Pending<Vec<DecisionRow>> {
        self.run("the decisions could not be read", move |connection| decisions::find(connection, &filter))
    }

    /// One decision; `None` when there is none of that name, or its conversation was deleted.
    pub fn decision(&self, id: DecisionId) -> Pending<Option<DecisionRow>> {
        self.run("the decision could not be read", move |connection| decisions::one(connection, id))
    }

    /// How routing did, from `since` on or from the beginning.
    pub fn report(&self, since: Option<Timestamp>) -> Pending<RouteReport> {
        self.run("the decisions could not be read", move |connection| report::report(connection, since))
    }

    /// How many prompts each of these days had, by category: the earliest day first, also those without any.
    pub fn days(&self, days: Days) -> Pending<Vec<DayCount>> {
        self.run("the decisions could not be read", move |connection| days::count(connection, &days))
    }

    /// How each model that was asked since a time did.
    pub fn model_use(&self, since: Timestamp) -> Pending<Vec<ModelUse>> {
        self.run("the answers could not be read", move |connection| model_use::since(connection, since))
    }

    fn run<T: Send + 'static>(
        &self,
        failed: &'static str,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Pending<T> {
        self.run_named(move |connection| work(connection).map_err(|error| (failed, error)))
    }

    /// Has the thread do `work`, which says itself what failed.
    fn run_named<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, (&'static str, rusqlite::Error)> + Send + 'static,
    ) -> Pending<T> {
        let place = self.place.clone();
        self.submit(move |connection| work(connection).map_err(|(failed, error)| place.failed(failed, &error)))
    }

    /// The same, unless the file that was opened is not at its place any more: then nothing is done.
    fn run_in_place<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, (&'static str, rusqlite::Error)> + Send + 'static,
    ) -> Pending<T> {
        let place = self.place.clone();
        self.submit(move |connection| {
            place.check()?;
            work(connection).map_err(|(failed, error)| place.failed(failed, &error))
        })
    }

    fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Pending<T> {
        let (reply, pending) = Pending::new();
        self.worker.send(Box::new(move |connection| {
            if let Err(Err(error)) = reply.send(work(connection)) {
                tracing::warn!(%error, "no caller waited to hear this");
            }
        }));
        pending
    }
}

#[cfg(test)]
impl Store {
    /// Lets the file grow by no more than so many pages, as on a full disk; `None`: as it likes.
    pub(crate) fn limit(&self, pages: Option<u32>) -> Pending<()> {
        self.run("the limit could not be set", move |connection| {
            let used: u32 = connection.query_row("PRAGMA page_count", [], |row| row.get("page_count"))?;
            let most = pages.map_or(u32::MAX - 1, |more| used + more);
            connection.pragma_update(None, "max_page_count", most)
        })
    }

    /// Lets the database take no turns, whichever program writes, as a disk that has room for nothing else.
    pub(crate) fn refuse_turns(&self, refuse: bool) -> Pending<()> {
        let refusal = "CREATE TRIGGER refusal BEFORE INSERT ON turns BEGIN SELECT RAISE(ABORT, 'no turns'); END";
        self.run("the refusal could not be set", move |connection| {
            connection.execute_batch(if refuse { refusal } else { "DROP TRIGGER refusal" })
        })
    }
}

#[cfg(test)]
mod tests;
