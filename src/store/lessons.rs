//! The table of lessons. What was undone stays in it, out of force.

use super::export::ExportedLesson;
use super::value::{self, Columns};
use super::{Pending, Store, outcomes, verdicts};
use crate::chat::{ConversationId, TurnId};
use crate::config::CategoryId;
use crate::router::{EncodedLesson, Lesson, LessonId, LessonShift, Scope, Topic};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use std::collections::HashMap;
use std::sync::Arc;

/// A lesson that has no name yet; its fields are those of [`Lesson`].
#[derive(Debug, Clone, PartialEq)]
pub struct NewLesson {
    /// The prompt that was taken for something else.
    pub prompt: Arc<str>,
    /// What the turn before it was taken for, when there was one.
    pub previous: Option<CategoryId>,
    /// What it was taken for.
    pub decided: CategoryId,
    /// What the user said it is.
    pub category: CategoryId,
    /// How far it reaches.
    pub scope: Scope,
    /// When the user said so.
    pub taught_at: Timestamp,
    /// The turn that taught it; `None`: unknown.
    pub turn: Option<TurnId>,
}

impl NewLesson {
    /// It under the name that it got.
    pub fn named(&self, id: LessonId) -> Lesson {
        let Self { prompt, previous, decided, category, scope, taught_at, turn } = self.clone();
        let turn = turn.map(|turn| turn.0);
        Lesson { id, prompt, previous, decided, category, scope, taught_at, turn, imported_from: None }
    }

    /// What it is about.
    pub fn topic(&self) -> Topic {
        Topic::new(&self.prompt, self.previous.as_ref())
    }
}

/// What of imports was undone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UndoneImports {
    /// Lessons.
    pub lessons: u64,
    /// Verdicts of judges.
    pub verdicts: u64,
}

impl Store {
    /// Keeps what all lessons add to the head's weights.
    pub fn keep_shift(&self, shift: LessonShift) -> Pending<()> {
        self.run("what the lessons add to the weights could not be kept", move |connection| {
            connection
                .execute(
                    "INSERT OR REPLACE INTO lesson_shift (id, made_of, weights) VALUES (0, ?, ?)",
                    params![shift.made_of.cast_signed(), value::floats(&shift.weights)],
                )
                .map(drop)
        })
    }

    /// Puts every lesson out of force that was imported, and forgets the verdicts that came along; of those from one file
    /// where it is named.
    pub fn undo_imported(&self, from: Option<String>, at: Timestamp) -> Pending<UndoneImports> {
        self.run("the imported lessons could not be undone", move |connection| {
            undo_imported(connection, from.as_deref(), at)
        })
    }
}

pub(super) fn teach(connection: &mut Connection, lesson: &NewLesson) -> rusqlite::Result<LessonId> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let id = replace(&transaction, lesson)?;
    transaction.commit()?;
    Ok(id)
}

/// Teaches a lesson that is not there, not even out of force; `None`: it is out of force.
pub(super) fn teach_once(connection: &mut Connection, lesson: &NewLesson) -> rusqlite::Result<Option<LessonId>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let known = transaction
        .query_row(
            // As `import` knows a lesson again. Times are kept in milliseconds.
            "SELECT id, undone_at FROM lessons WHERE taught_at = ? AND prompt = ? AND previous IS ? AND category = ?
             ORDER BY undone_at IS NOT NULL, id LIMIT 1",
            params![
                lesson.taught_at.as_millisecond(),
                &*lesson.prompt,
                lesson.previous.as_ref().map(CategoryId::as_str),
                lesson.category.as_str(),
            ],
            |row| Ok((LessonId(row.get("id")?), row.get::<_, Option<i64>>("undone_at")?.is_some())),
        )
        .optional()?;
    let id = match known {
        Some((id, is_undone)) => (!is_undone).then_some(id),
        None => Some(replace(&transaction, lesson)?),
    };
    transaction.commit()?;
    Ok(id)
}

/// Puts a lesson into force, and those out of it that are about the same.
fn replace(connection: &Connection, lesson: &NewLesson) -> rusqlite::Result<LessonId> {
    let topic = lesson.topic();
    for earlier in in_force(connection)?.iter().filter(|earlier| earlier.topic() == topic) {
        put_out_of_force(connection, earlier.id, lesson.taught_at)?;
    }
    insert(connection, lesson, None, None)
}

pub(super) fn insert(
    connection: &Connection,
    lesson: &NewLesson,
    undone_at: Option<Timestamp>,
    imported_from: Option<&str>,
) -> rusqlite::Result<LessonId> {
    let mut statement = connection.prepare(
        "INSERT INTO lessons (prompt, previous, decided, category, scope, taught_at, undone_at, turn, imported_from)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    statement.execute(params![
        &*lesson.prompt,
        lesson.previous.as_ref().map(CategoryId::as_str),
        lesson.decided.as_str(),
        lesson.category.as_str(),
        lesson.scope.name(),
        lesson.taught_at.as_millisecond(),
        undone_at.map(Timestamp::as_millisecond),
        lesson.turn.map(|turn| value::whole(turn.0)),
        imported_from,
    ])?;
    Ok(LessonId(connection.last_insert_rowid()))
}

pub(super) fn undo(connection: &mut Connection, id: LessonId, at: Timestamp) -> rusqlite::Result<Option<Lesson>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = one(&transaction, id)?;
    if let Some(lesson) = &found {
        take_back(&transaction, lesson, at)?;
    }
    transaction.commit()?;
    Ok(found)
}

/// Puts a lesson out of force, and takes back the correction that it came from.
fn take_back(connection: &Connection, lesson: &Lesson, at: Timestamp) -> rusqlite::Result<()> {
    put_out_of_force(connection, lesson.id, at)?;
    let Some(turn) = lesson.turn else { return Ok(()) };
    connection.execute(
        "UPDATE turns SET corrected = NULL WHERE id = ? AND corrected = ?",
        params![value::whole(turn), lesson.category.as_str()],
    )?;
    outcomes::forget_correction(connection, turn)
}

fn undo_imported(connection: &mut Connection, from: Option<&str>, at: Timestamp) -> rusqlite::Result<UndoneImports> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut undone =
        UndoneImports { verdicts: verdicts::forget_imported(&transaction, from)?, ..UndoneImports::default() };
    let is_from = |lesson: &&Lesson| match (&lesson.imported_from, from) {
        (Some(file), Some(from)) => **file == *from,
        (file, _) => file.is_some(),
    };
    for lesson in in_force(&transaction)?.iter().filter(is_from) {
        take_back(&transaction, lesson, at)?;
        undone.lessons += 1;
    }
    transaction.commit()?;
    Ok(undone)
}

/// Finds the turns that taught lessons of which that is unknown, as in what earlier versions wrote.
pub(super) fn find_turns(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(include_str!("lesson_turns.sql"))
}

pub(super) fn encode(connection: &Connection, id: LessonId, encoded: &EncodedLesson) -> rusqlite::Result<()> {
    connection
        .prepare("UPDATE lessons SET encoder = ?, vector = ?, head = ?, logits = ? WHERE id = ?")?
        .execute(params![
            encoded.vector.encoder.cast_signed(),
            value::bytes(&encoded.vector.numbers),
            encoded.head.cast_signed(),
            value::floats(&encoded.logits),
            id.0,
        ])
        .map(drop)
}

/// Lessons with what the local model made of them.
pub(super) type Encoded = (Vec<Lesson>, HashMap<LessonId, EncodedLesson>);

/// The lessons in force, the oldest first, with what the local model made of them, as far as that is stored. Thousands of
/// them are read before a decision is made.
pub(super) fn recall(connection: &Connection) -> rusqlite::Result<Encoded> {
    let mut statement = connection.prepare("SELECT * FROM lessons WHERE undone_at IS NULL ORDER BY id")?;
    let columns = Columns::of(&statement);
    let [encoder_at, vector_at, head_at, logits_at] =
        ["encoder", "vector", "head", "logits"].map(|name| columns.at(name));
    let (mut lessons, mut encoded) = (Vec::new(), HashMap::new());
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let lesson = lesson(row, &columns)?;
        let head: Option<i64> = row.get(head_at)?;
        if let Some((vector, head)) = value::maybe_vector(row, encoder_at, vector_at)?.zip(head) {
            let logits = value::as_floats(row, logits_at)?;
            encoded.insert(lesson.id, EncodedLesson { vector, head: head.cast_unsigned(), logits });
        }
        lessons.push(lesson);
    }
    Ok((lessons, encoded))
}

/// What all lessons together add to the head's weights, as far as that is stored.
pub(super) fn shift(connection: &Connection) -> rusqlite::Result<LessonShift> {
    let shift = |row: &Row<'_>| {
        let made_of: i64 = row.get("made_of")?;
        Ok(LessonShift { made_of: made_of.cast_unsigned(), weights: value::as_floats(row, "weights")? })
    };
    let stored = connection.query_row("SELECT made_of, weights FROM lesson_shift", [], shift).optional()?;
    Ok(stored.unwrap_or_default())
}

fn put_out_of_force(connection: &Connection, id: LessonId, at: Timestamp) -> rusqlite::Result<()> {
    connection.execute("UPDATE lessons SET undone_at = ? WHERE id = ?", params![at.as_millisecond(), id.0]).map(drop)
}

pub(super) fn in_force(connection: &Connection) -> rusqlite::Result<Vec<Lesson>> {
    recall(connection).map(|(lessons, _)| lessons)
}

/// The lessons in force that turns of a conversation taught, by turn.
pub(super) fn of(connection: &Connection, chat: ConversationId) -> rusqlite::Result<HashMap<TurnId, LessonId>> {
    let mut statement = connection.prepare(
        "SELECT l.id, l.turn FROM lessons l CROSS JOIN turns t ON t.id = l.turn
         WHERE l.undone_at IS NULL AND t.conversation = ? ORDER BY l.id",
    )?;
    let taught = |row: &Row<'_>| Ok((TurnId(value::count(row, "turn")?), LessonId(row.get("id")?)));
    statement.query_map([value::whole(chat.0)], taught)?.collect()
}

/// Every lesson, in force or not, the oldest first.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<ExportedLesson>> {
    let mut statement = connection.prepare("SELECT * FROM lessons ORDER BY id")?;
    let columns = Columns::of(&statement);
    let kept = |row: &Row<'_>| {
        let Lesson { prompt, previous, decided, category, scope, taught_at, turn, .. } = lesson(row, &columns)?;
        let undone_at = match row.get::<_, Option<i64>>("undone_at")? {
            Some(_) => Some(value::time(row, "undone_at")?),
            None => None,
        };
        let turn = turn.map(TurnId);
        let lesson = NewLesson { prompt, previous, decided, category, scope, taught_at, turn };
        Ok(ExportedLesson { lesson, undone_at })
    };
    statement.query_map([], kept)?.collect()
}

/// A lesson in force.
fn one(connection: &Connection, id: LessonId) -> rusqlite::Result<Option<Lesson>> {
    let mut statement = connection.prepare("SELECT * FROM lessons WHERE id = ? AND undone_at IS NULL")?;
    let columns = Columns::of(&statement);
    statement.query_row([id.0], |row| lesson(row, &columns)).optional()
}

fn lesson(row: &Row<'_>, columns: &Columns) -> rusqlite::Result<Lesson> {
    // The schema allows these two names only.
    let scope = match &*value::raw(row, columns.at("scope"))? {
        "always" => Scope::Always,
        _ => Scope::Prompt,
    };
    Ok(Lesson {
        id: LessonId(row.get(columns.at("id"))?),
        prompt: value::text(row, columns.at("prompt"))?.into(),
        previous: value::maybe_text(row, columns.at("previous"))?.map(CategoryId::from),
        decided: value::text(row, columns.at("decided"))?.into(),
        category: value::text(row, columns.at("category"))?.into(),
        scope,
        taught_at: value::time(row, columns.at("taught_at"))?,
        turn: value::maybe_count(row, columns.at("turn"))?,
        imported_from: value::maybe_text(row, columns.at("imported_from"))?.map(Into::into),
    })
}
