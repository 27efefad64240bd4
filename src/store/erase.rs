//! Conversations that go for good, with all that belongs to them: those that are marked as deleted, at once or in quiet
//! moments, and those that someone else chose.

use super::thread::Chore;
use super::{Pending, Store, maintenance};
use rusqlite::{Connection, TransactionBehavior};

impl Store {
    /// Erases the conversations that are marked as deleted, with all that belongs to them. Gives back how many.
    pub fn purge(&self) -> Pending<u64> {
        self.run("the deleted chats could not be erased", |connection| {
            let marked = marked(connection)?;
            erase_marked(connection, &marked)
        })
    }
}

/// Erases, one by one, the conversations that are marked now: nobody can want those back any more.
pub(super) fn purging(connection: &Connection) -> Option<Chore> {
    let mut ids = marked(connection)
        .inspect_err(|error| tracing::warn!(%error, "the deleted chats could not be found"))
        .ok()
        .filter(|ids| !ids.is_empty())?;
    Some(Box::new(move |connection| {
        if let Some(id) = ids.pop()
            && let Err(error) = erase_marked(connection, &[id])
        {
            tracing::warn!(%error, "a deleted chat could not be erased");
        }
        !ids.is_empty()
    }))
}

/// The conversations that are marked as deleted.
fn marked(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    let mut statement = connection.prepare("SELECT id FROM conversations WHERE deleted_at IS NOT NULL")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// Takes out those of these conversations that are still marked as deleted. Gives back how many.
fn erase_marked(connection: &mut Connection, ids: &[i64]) -> rusqlite::Result<u64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let still: Vec<i64> = marked(&transaction)?.into_iter().filter(|id| ids.contains(id)).collect();
    erase(&transaction, &still)?;
    transaction.commit()?;
    // Someone may be reading what is gone; then their next change overwrites it.
    maintenance::write_back(connection)?;
    Ok(still.len() as u64)
}

/// From so many turns on, writing the index of words anew takes less time than taking each turn out of it.
const MANY: u64 = 30;

/// Takes out conversations with all that belongs to them. Gives back how many turns they had.
pub(super) fn erase(connection: &Connection, ids: &[i64]) -> rusqlite::Result<u64> {
    let mut turns = 0;
    for id in ids {
        turns += connection
            .query_row("SELECT count(*) FROM turns WHERE conversation = ?", [id], |row| row.get::<_, u32>(0))
            .map(u64::from)?;
    }
    let words = |command: &str| connection.execute_batch(&format!("INSERT INTO words (words, rank) VALUES {command}"));
    if turns > MANY {
        words("('secure-delete', 0)")?;
    }
    for id in ids {
        connection
            .execute("DELETE FROM decisions WHERE turn IN (SELECT id FROM turns WHERE conversation = ?)", [id])?;
        connection.execute("DELETE FROM turns WHERE conversation = ?", [id])?;
        connection.execute("DELETE FROM places WHERE conversation = ?", [id])?;
        connection.execute("DELETE FROM conversations WHERE id = ?", [id])?;
    }
    if turns > MANY {
        words("('optimize', NULL)")?;
        words("('secure-delete', 1)")?;
    }
    Ok(turns)
}
