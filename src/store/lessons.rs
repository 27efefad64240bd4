//! The table of lessons. What was undone stays in it, out of force.

use super::value;
use crate::config::CategoryId;
use crate::router::{Lesson, LessonId, Scope};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
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
}

pub(super) fn teach(connection: &mut Connection, lesson: &NewLesson) -> rusqlite::Result<LessonId> {
    let taught_at = lesson.taught_at.as_millisecond();
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let same = |earlier: &&Lesson| earlier.is_about(&lesson.prompt, lesson.previous.as_ref());
    for earlier in in_force(&transaction)?.iter().filter(same) {
        put_out_of_force(&transaction, earlier.id, lesson.taught_at)?;
    }
    transaction.execute(
        "INSERT INTO lessons (prompt, previous, decided, category, scope, taught_at) VALUES (?, ?, ?, ?, ?, ?)",
        params![
            &*lesson.prompt,
            lesson.previous.as_ref().map(CategoryId::as_str),
            lesson.decided.as_str(),
            lesson.category.as_str(),
            lesson.scope.name(),
            taught_at,
        ],
    )?;
    let id = LessonId(transaction.last_insert_rowid());
    transaction.commit()?;
    Ok(id)
}

pub(super) fn undo(connection: &mut Connection, id: LessonId, at: Timestamp) -> rusqlite::Result<Option<Lesson>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found =
        transaction.query_row("SELECT * FROM lessons WHERE id = ? AND undone_at IS NULL", [id.0], lesson).optional()?;
    if let Some(lesson) = &found {
        put_out_of_force(&transaction, id, at)?;
        transaction.execute(
            "UPDATE decisions SET corrected_to = NULL WHERE prompt = ? AND corrected_to = ?",
            params![&*lesson.prompt, lesson.category.as_str()],
        )?;
    }
    transaction.commit()?;
    Ok(found)
}

fn put_out_of_force(connection: &Connection, id: LessonId, at: Timestamp) -> rusqlite::Result<()> {
    connection.execute("UPDATE lessons SET undone_at = ? WHERE id = ?", params![at.as_millisecond(), id.0]).map(drop)
}

pub(super) fn in_force(connection: &Connection) -> rusqlite::Result<Vec<Lesson>> {
    let mut statement = connection.prepare("SELECT * FROM lessons WHERE undone_at IS NULL ORDER BY id")?;
    statement.query_map([], lesson)?.collect()
}

fn lesson(row: &Row<'_>) -> rusqlite::Result<Lesson> {
    // The schema allows these two names only.
    let scope = match row.get::<_, String>("scope")?.as_str() {
        "always" => Scope::Always,
        _ => Scope::Prompt,
    };
    Ok(Lesson {
        id: LessonId(row.get("id")?),
        prompt: row.get::<_, String>("prompt")?.into(),
        previous: row.get::<_, Option<String>>("previous")?.map(CategoryId::from),
        decided: row.get::<_, String>("decided")?.into(),
        category: row.get::<_, String>("category")?.into(),
        scope,
        taught_at: value::time(row, "taught_at")?,
    })
}
