//! Conversations that go for good, with all that belongs to them: those that are marked as deleted, at once or in quiet
//! moments, and those that a caller chose.

use super::thread::Chore;
use super::{blobs, maintenance, outcomes};
use rusqlite::{Connection, TransactionBehavior};

/// Erases the conversations that are marked as deleted. [`write_back`] comes after the commit.
pub(super) fn erase_marked(connection: &Connection) -> rusqlite::Result<()> {
    erase(connection, &marked(connection)?).map(drop)
}

/// Writes what was erased into the database's file. Another program may be reading what is gone; then its next change
/// overwrites it.
pub(super) fn write_back(connection: &Connection) -> rusqlite::Result<()> {
    maintenance::write_back(connection).map(drop)
}

/// Erases, one by one, the conversations that are marked now: no program can bring those back any more.
pub(super) fn purging(connection: &Connection) -> Option<Chore> {
    let mut ids = marked(connection)
        .inspect_err(|error| tracing::warn!(%error, "the deleted chats could not be found"))
        .ok()
        .filter(|ids| !ids.is_empty())?;
    Some(Box::new(move |connection| {
        if let Some(id) = ids.pop()
            && let Err(error) = erase_one(connection, id)
        {
            tracing::warn!(%error, "a deleted chat could not be erased");
        }
        !ids.is_empty()
    }))
}

/// The conversations that are marked as deleted.
fn marked(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    let mut statement = connection.prepare("SELECT id FROM conversations WHERE deleted_at IS NOT NULL")?;
    statement.query_map([], |row| row.get("id"))?.collect()
}

/// Erases a conversation if it is still marked as deleted.
fn erase_one(connection: &mut Connection, id: i64) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !marked(&transaction)?.contains(&id) {
        return Ok(());
    }
    erase(&transaction, &[id])?;
    transaction.commit()?;
    write_back(connection)
}

/// From so many turns on, writing the index of words anew takes less time than taking each turn out of it.
const BULK_ERASE_TURNS_MIN: u64 = 30;

/// Takes out conversations with all that belongs to them. Gives back how many turns they had.
pub(super) fn erase(connection: &Connection, ids: &[i64]) -> rusqlite::Result<u64> {
    let mut turns = 0;
    for id in ids {
        turns += connection
            .query_row("SELECT count(*) AS turns FROM turns WHERE conversation = ?", [id], |row| {
                row.get::<_, u32>("turns")
            })
            .map(u64::from)?;
    }
    let words = |command: &str| connection.execute_batch(&format!("INSERT INTO words (words, rank) VALUES {command}"));
    if turns > BULK_ERASE_TURNS_MIN {
        words("('secure-delete', 0)")?;
    }
    for id in ids {
        outcomes::forget_prompts(connection, *id)?;
        connection
            .execute("DELETE FROM decisions WHERE turn IN (SELECT id FROM turns WHERE conversation = ?)", [id])?;
        connection.execute("DELETE FROM turns WHERE conversation = ?", [id])?;
        connection.execute("DELETE FROM places WHERE conversation = ?", [id])?;
        connection.execute("DELETE FROM conversations WHERE id = ?", [id])?;
    }
    blobs::sweep(connection)?;
    if turns > BULK_ERASE_TURNS_MIN {
        words("('optimize', NULL)")?;
        words("('secure-delete', 1)")?;
    }
    Ok(turns)
}
