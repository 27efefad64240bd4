//! The database as a file: how large it is, how it gets smaller, and how everything goes so that no text is left.

use super::{Pending, Store, files, value};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior, ffi};

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Conversations.
    pub chats: u64,
    /// Turns.
    pub turns: u64,
    /// Decisions.
    pub decisions: u64,
    /// Lessons, also those that were undone.
    pub lessons: u64,
    /// Files of damaged databases that were set aside, and of what was to replace them.
    pub files: u64,
}

impl Store {
    /// Deletes everything, so that no text of it is left in any file of the history.
    pub fn delete_all(&self) -> Pending<Deleted> {
        let place = self.place.clone();
        self.run("not everything could be deleted", move |connection| {
            // Triggers would take every turn out of the index of words by itself.
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
            let deleted = empty(connection);
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true)?;
            let deleted = deleted?;
            shrink(connection)?;
            let files = files::remove_others(&place.path)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
            Ok(Deleted { files, ..deleted })
        })
    }
}

fn empty(connection: &mut Connection) -> rusqlite::Result<Deleted> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "INSERT INTO words (words) VALUES ('delete-all'); DELETE FROM blocks; DELETE FROM steps;
         DELETE FROM attachments; DELETE FROM blobs; DELETE FROM places; DELETE FROM verdicts; DELETE FROM offers;
         DELETE FROM outcomes; DELETE FROM lesson_shift;",
    )?;
    let all = |table: &str| Ok::<_, rusqlite::Error>(transaction.execute(&format!("DELETE FROM {table}"), [])? as u64);
    let deleted = Deleted {
        turns: all("turns")?,
        chats: all("conversations")?,
        decisions: all("decisions")?,
        lessons: all("lessons")?,
        files: 0,
    };
    transaction.commit()?;
    Ok(deleted)
}

/// The size of the database in bytes: all of it, and what is in use.
pub(super) fn pages(connection: &Connection) -> rusqlite::Result<(u64, u64)> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| value::count(row, name));
    let (size, all, free) = (pragma("page_size")?, pragma("page_count")?, pragma("freelist_count")?);
    Ok((size * all, size * all.saturating_sub(free)))
}

/// Gives the room of what was deleted back to the disk.
pub(super) fn shrink(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("VACUUM")?;
    match write_back(connection)? {
        true => Ok(()),
        false => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)),
    }
}

/// Writes the log of changes into the database and empties it, since it still has what was deleted. Gives back whether
/// no other program was in the way.
pub(super) fn write_back(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>("busy")).map(|busy| !busy)
}
