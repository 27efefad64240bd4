//! Making the database smaller: whole conversations go, the longest untouched first. Lessons never go.

use super::{Pending, Store, chats, maintenance};
use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

/// What may stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prune {
    /// Only what was touched since then.
    pub older_than: Option<Timestamp>,
    /// No more than so many bytes, of the whole database.
    pub max_bytes: Option<u64>,
    /// Only say what would go.
    pub dry_run: bool,
}

/// What went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Conversations.
    pub chats: u64,
    /// Their turns.
    pub turns: u64,
    /// The size of the database before.
    pub bytes_before: u64,
    /// The size of the database after; about that, when this was only tried.
    pub bytes_after: u64,
}

impl Store {
    /// Deletes conversations for good until what stays is what may stay.
    pub fn prune(&self, prune: Prune) -> Pending<Pruned> {
        self.run("the history could not be made smaller", move |connection| run(connection, prune))
    }
}

fn run(connection: &mut Connection, prune: Prune) -> rusqlite::Result<Pruned> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut pruned = Pruned { bytes_before: maintenance::pages(&transaction)?.0, ..Pruned::default() };
    for (id, updated_at) in oldest_first(&transaction)? {
        let too_old = prune.older_than.is_some_and(|time| updated_at < time.as_millisecond());
        let too_much = match prune.max_bytes {
            Some(most) => maintenance::pages(&transaction)?.1 > most,
            None => false,
        };
        if !too_old && !too_much {
            break;
        }
        pruned.turns += chats::erase(&transaction, id)?;
        pruned.chats += 1;
    }
    pruned.bytes_after = maintenance::pages(&transaction)?.1;
    if prune.dry_run {
        transaction.rollback()?;
        return Ok(pruned);
    }
    transaction.commit()?;
    maintenance::shrink(connection)?;
    pruned.bytes_after = maintenance::pages(connection)?.0;
    Ok(pruned)
}

fn oldest_first(connection: &Connection) -> rusqlite::Result<Vec<(i64, i64)>> {
    let mut statement = connection.prepare("SELECT id, updated_at FROM conversations ORDER BY updated_at, id")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
