//! Making the database smaller: whole conversations go, the longest untouched first, and
//! by age also what was decided outside of them. Lessons and outcomes never go, but for the
//! prompts of outcomes.

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
    /// No more conversations go than so many: what the user agreed to.
    pub at_most: Option<u64>,
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
    /// Decisions that belong to no turn.
    pub decisions: u64,
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
    let (bytes_before, used) = maintenance::pages(connection)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Chosen once: how much room a chat takes is only about known, and to choose again would take more than was foreseen.
    let gone = choose(&transaction, prune, used)?;
    let foreseen = used.saturating_sub(gone.iter().map(|chat| chat.bytes).sum());
    let too_old = prune.older_than.map_or(i64::MIN, Timestamp::as_millisecond);
    let mut pruned = Pruned {
        chats: gone.len() as u64,
        turns: gone.iter().map(|chat| chat.turns).sum(),
        decisions: transaction
            .query_row(&format!("SELECT count(*) AS loose {LOOSE}"), [too_old], |row| value::count(row, "loose"))?,
        bytes_before,
        bytes_after: foreseen,
    };
    if prune.dry_run {
        return Ok(pruned);
    }
    let ids: Vec<i64> = gone.into_iter().map(|chat| chat.id).collect();
    erase::erase(&transaction, &ids)?;
    transaction.execute(&format!("DELETE {LOOSE}"), [too_old])?;
    transaction.commit()?;
    // Room that was free before counts, too.
    if pruned.chats + pruned.decisions > 0 || prune.max_bytes.is_some_and(|most| bytes_before > most) {
        maintenance::shrink(connection)?;
    }
    pruned.bytes_after = maintenance::pages(connection)?.0;
    Ok(pruned)
}

/// The decisions before a time that belong to no turn. They hold prompts, as turns do.
const LOOSE: &str = "FROM decisions WHERE decided_at < ? AND NOT EXISTS (SELECT 1 FROM turns t WHERE t.id = turn)";

/// About how many bytes the conversations take with all that belongs to them: the pages of their tables and indexes, but
/// for the first of each, which an empty one has, too. Of the decisions only the part that has a turn.
fn room(connection: &Connection) -> rusqlite::Result<u64> {
    connection.query_row(
        "WITH taken AS (SELECT tbl_name AS owner, pgsize * (pageno - 1) / pageno AS bytes
           FROM dbstat JOIN sqlite_schema USING (name) WHERE aggregate = TRUE)
         SELECT CAST(coalesce(sum(iif(owner = 'decisions', bytes * share, bytes)), 0) AS INTEGER) AS room FROM taken,
           (SELECT coalesce(sum(iif(turn IS NULL, 0.0, size)) / sum(size), 0) AS share
            FROM (SELECT turn, octet_length(prompt) + 400 AS size FROM decisions))
         WHERE owner NOT IN ('lessons', 'lesson_shift', 'outcomes', 'verdicts')",
        [],
        |row| value::count(row, "room"),
    )
}

/// A conversation and about how many bytes it takes, with its part of the indexes.
struct Candidate {
    id: i64,
    updated_at: i64,
    turns: u64,
    bytes: u64,
}

/// The conversations that must go from the `used` bytes, the longest untouched first.
fn choose(connection: &Connection, prune: Prune, used: u64) -> rusqlite::Result<Vec<Candidate>> {
    let mut statement = connection.prepare(
        "SELECT c.id, c.updated_at, count(t.id) AS turns, coalesce(sum(octet_length(prompt) + 400
             + (SELECT coalesce(sum(coalesce(octet_length(request), 0)), 0) FROM steps s WHERE s.turn = t.id)
             + (SELECT coalesce(sum(iif(blob IS NULL, octet_length(body), body ->> '$.size')), 0) FROM blocks b WHERE b.turn = t.id)
             + (SELECT coalesce(sum(size), 0) FROM attachments a WHERE a.turn = t.id)), 0) AS bytes
         FROM conversations c LEFT JOIN turns t ON t.conversation = c.id GROUP BY c.id ORDER BY c.updated_at, c.id",
    )?;
    let mut all: Vec<Candidate> = statement
        .query_map([], |row| {
            let (turns, bytes) = (value::count(row, "turns")?, value::count(row, "bytes")?);
            Ok(Candidate { id: row.get("id")?, updated_at: row.get("updated_at")?, turns, bytes })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let room = room(connection)?;
    let texts: u64 = all.iter().map(|chat| chat.bytes).sum();
    let mut left = used;
    let mut must_go = |chat: &mut Candidate| {
        let too_old = prune.older_than.is_some_and(|time| chat.updated_at < time.as_millisecond());
        let goes = too_old || prune.max_bytes.is_some_and(|most| left > most);
        chat.bytes = (u128::from(room) * u128::from(chat.bytes) / u128::from(texts.max(1))) as u64;
        left = left.saturating_sub(chat.bytes);
        goes
    };
    let stays = all.iter_mut().position(|chat| !must_go(chat)).unwrap_or(all.len());
    all.truncate(prune.at_most.map_or(stays, |most| stays.min(usize::try_from(most).unwrap_or(usize::MAX))));
    Ok(all)
}
