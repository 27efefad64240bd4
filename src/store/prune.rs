//! Making the database smaller: whole conversations go, the longest untouched first. Lessons never go.

use super::{Pending, Store, erase, maintenance, value};
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
    let bytes_before = maintenance::pages(connection)?.0;
    let mut pruned = Pruned { bytes_before, bytes_after: bytes_before, ..Pruned::default() };
    // How much room a chat takes is only about known: it is looked again when some have gone.
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let gone = choose(&transaction, prune)?;
        pruned.chats += gone.len() as u64;
        if prune.dry_run {
            for chat in gone {
                pruned.turns += chat.turns;
                pruned.bytes_after = pruned.bytes_after.saturating_sub(chat.bytes);
            }
            return Ok(pruned);
        }
        if gone.is_empty() && pruned.chats > 0 {
            return Ok(pruned);
        }
        let done = gone.is_empty();
        let ids: Vec<i64> = gone.into_iter().map(|chat| chat.id).collect();
        pruned.turns += erase::erase(&transaction, &ids)?;
        transaction.commit()?;
        maintenance::shrink(connection)?;
        pruned.bytes_after = maintenance::pages(connection)?.0;
        if done {
            return Ok(pruned);
        }
    }
}

/// A conversation and about how many bytes it takes, with its part of the indexes.
struct Candidate {
    id: i64,
    updated_at: i64,
    turns: u64,
    bytes: u64,
}

/// The conversations that must go, the longest untouched first.
fn choose(connection: &Connection, prune: Prune) -> rusqlite::Result<Vec<Candidate>> {
    let mut statement = connection.prepare(
        "SELECT c.id, c.updated_at, count(t.id) AS turns,
           coalesce(sum(octet_length(prompt) + octet_length(answer) + octet_length(reasoning)
             + coalesce(octet_length(request), 0) + 400), 0) AS bytes
         FROM conversations c LEFT JOIN turns t ON t.conversation = c.id GROUP BY c.id ORDER BY c.updated_at, c.id",
    )?;
    let mut all: Vec<Candidate> = statement
        .query_map([], |row| {
            let (turns, bytes) = (value::count(row, "turns")?, value::count(row, "bytes")?);
            Ok(Candidate { id: row.get(0)?, updated_at: row.get(1)?, turns, bytes })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let used = maintenance::pages(connection)?.1;
    let texts: u64 = all.iter().map(|chat| chat.bytes).sum();
    let mut left = used;
    let mut must_go = |chat: &mut Candidate| {
        let too_old = prune.older_than.is_some_and(|time| chat.updated_at < time.as_millisecond());
        let goes = too_old || prune.max_bytes.is_some_and(|most| left > most);
        chat.bytes = (u128::from(used) * u128::from(chat.bytes) / u128::from(texts.max(1))) as u64;
        left = left.saturating_sub(chat.bytes);
        goes
    };
    let stays = all.iter_mut().position(|chat| !must_go(chat)).unwrap_or(all.len());
    all.truncate(stays);
    Ok(all)
}
