//! The table of lessons. What was undone stays in it, out of force.

use super::export::ExportedLesson;
use super::{outcomes, value};
use crate::chat::{ConversationId, TurnId};
use crate::config::CategoryId;
use crate::router::{EncodedLesson, Lesson, LessonId, Scope};
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
        Lesson { id, prompt, previous, decided, category, scope, taught_at, turn: turn.map(|turn| turn.0) }
    }
}

pub(super) fn teach(connection: &mut Connection, lesson: &NewLesson) -> rusqlite::Result<LessonId> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let same = |earlier: &&Lesson| earlier.is_about(&lesson.prompt, lesson.previous.as_ref());
    for earlier in in_force(&transaction)?.iter().filter(same) {
        put_out_of_force(&transaction, earlier.id, lesson.taught_at)?;
    }
    let id = insert(&transaction, lesson, None)?;
    transaction.commit()?;
    Ok(id)
}

pub(super) fn insert(
    connection: &Connection,
    lesson: &NewLesson,
    undone_at: Option<Timestamp>,
) -> rusqlite::Result<LessonId> {
    connection.execute(
        "INSERT INTO lessons (prompt, previous, decided, category, scope, taught_at, undone_at, turn)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            &*lesson.prompt,
            lesson.previous.as_ref().map(CategoryId::as_str),
            lesson.decided.as_str(),
            lesson.category.as_str(),
            lesson.scope.name(),
            lesson.taught_at.as_millisecond(),
            undone_at.map(Timestamp::as_millisecond),
            lesson.turn.map(|turn| value::whole(turn.0)),
        ],
    )?;
    Ok(LessonId(connection.last_insert_rowid()))
}

/// Whether this lesson was kept before, in force or not.
pub(super) fn is_known(connection: &Connection, lesson: &NewLesson) -> rusqlite::Result<bool> {
    connection
        .prepare("SELECT 1 FROM lessons WHERE taught_at = ? AND prompt = ? AND previous IS ? AND category = ?")?
        .exists(params![
            lesson.taught_at.as_millisecond(),
            &*lesson.prompt,
            lesson.previous.as_ref().map(CategoryId::as_str),
            lesson.category.as_str(),
        ])
}

pub(super) fn undo(connection: &mut Connection, id: LessonId, at: Timestamp) -> rusqlite::Result<Option<Lesson>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found =
        transaction.query_row("SELECT * FROM lessons WHERE id = ? AND undone_at IS NULL", [id.0], lesson).optional()?;
    if let Some(lesson) = &found {
        put_out_of_force(&transaction, id, at)?;
        transaction.execute(
            "UPDATE turns SET corrected = NULL WHERE id = ? AND corrected = ?",
            params![lesson.turn.map(value::whole), lesson.category.as_str()],
        )?;
        lesson.turn.map_or(Ok(()), |turn| outcomes::forget_correction(&transaction, turn))?;
    }
    transaction.commit()?;
    Ok(found)
}

/// Finds the turns that taught lessons of which that is unknown, as in what earlier versions wrote.
pub(super) fn find_turns(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(include_str!("lesson_turns.sql"))
}

pub(super) fn encode(connection: &Connection, id: LessonId, encoded: &EncodedLesson) -> rusqlite::Result<()> {
    let logits: Vec<u8> = encoded.logits.iter().flat_map(|logit| logit.to_le_bytes()).collect();
    connection
        .prepare("UPDATE lessons SET encoder = ?, vector = ?, head = ?, logits = ? WHERE id = ?")?
        .execute(params![
            encoded.vector.encoder.cast_signed(),
            value::bytes(&encoded.vector.numbers),
            encoded.head.cast_signed(),
            logits,
            id.0,
        ])
        .map(drop)
}

/// What the local model made of the lessons in force, as far as that is stored.
pub(super) fn encoded(connection: &Connection) -> rusqlite::Result<HashMap<LessonId, EncodedLesson>> {
    let mut statement = connection.prepare(
        "SELECT id, encoder, vector, head, logits FROM lessons WHERE undone_at IS NULL AND head IS NOT NULL",
    )?;
    let encoded = |row: &Row<'_>| {
        let vector = value::maybe_vector(row)?;
        let head: i64 = row.get("head")?;
        let (logits, _) = row.get_ref("logits")?.as_blob_or_null()?.unwrap_or_default().as_chunks();
        let logits = logits.iter().copied().map(f32::from_le_bytes).collect();
        let id = LessonId(row.get("id")?);
        Ok(vector.map(|vector| (id, EncodedLesson { vector, head: head.cast_unsigned(), logits })))
    };
    statement.query_map([], encoded)?.filter_map(Result::transpose).collect()
}

fn put_out_of_force(connection: &Connection, id: LessonId, at: Timestamp) -> rusqlite::Result<()> {
    connection.execute("UPDATE lessons SET undone_at = ? WHERE id = ?", params![at.as_millisecond(), id.0]).map(drop)
}

pub(super) fn in_force(connection: &Connection) -> rusqlite::Result<Vec<Lesson>> {
    let mut statement = connection.prepare("SELECT * FROM lessons WHERE undone_at IS NULL ORDER BY id")?;
    statement.query_map([], lesson)?.collect()
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
    let kept = |row: &Row<'_>| {
        let Lesson { prompt, previous, decided, category, scope, taught_at, turn, .. } = lesson(row)?;
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

fn lesson(row: &Row<'_>) -> rusqlite::Result<Lesson> {
    // The schema allows these two names only.
    let scope = match &*value::raw(row, "scope")? {
        "always" => Scope::Always,
        _ => Scope::Prompt,
    };
    Ok(Lesson {
        id: LessonId(row.get("id")?),
        prompt: value::text(row, "prompt")?.into(),
        previous: value::maybe_text(row, "previous")?.map(CategoryId::from),
        decided: value::text(row, "decided")?.into(),
        category: value::text(row, "category")?.into(),
        scope,
        taught_at: value::time(row, "taught_at")?,
        turn: value::maybe_count(row, "turn")?,
    })
}
