//! The table of conversations: the list of them, one with all its turns, their titles, and how they go. Must not know
//! who looks at them.
//!
//! Deleting only marks a conversation, so that the user can have it back; purging takes it out with all that belongs
//! to it.

use super::thread::Chore;
use super::{Pending, Store, maintenance, places, turns, value};
use crate::chat::{Conversation, ConversationId, Place};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

/// What there is to say of a conversation besides its turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its name.
    pub id: ConversationId,
    /// What it is called.
    pub title: String,
    /// When it was begun.
    pub started_at: Timestamp,
    /// Whether the user has put it away.
    pub archived: bool,
}

/// A line in the list of chats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatRow {
    /// Which.
    pub head: Head,
    /// When something was last asked or answered there.
    pub updated_at: Timestamp,
    /// How many turns it has, on all branches.
    pub turns: u64,
    /// Whether its youngest turn has no end.
    pub interrupted: bool,
}

/// A conversation as it was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Chat {
    /// Which.
    pub head: Head,
    /// Its turns, with the branch in sight that was in sight.
    pub conversation: Conversation,
    /// Where the user was in it.
    pub place: Place,
}

impl Store {
    /// The chats that have turns and were not deleted, what was touched last first.
    pub fn chats(&self) -> Pending<Vec<ChatRow>> {
        self.run("the chats could not be read", |connection| list(connection, i64::MAX, true))
    }

    /// A conversation with its turns; `None` when there is none of that name, or it was deleted.
    pub fn chat(&self, id: ConversationId) -> Pending<Option<Chat>> {
        self.run("the chat could not be read", move |connection| chat(connection, id))
    }

    /// Gives a conversation another title.
    pub fn rename(&self, id: ConversationId, title: String) -> Pending<()> {
        self.run("the title could not be kept", move |connection| set(connection, id, "title", title))
    }

    /// Puts a conversation away, or gets it out again.
    pub fn archive(&self, id: ConversationId, at: Option<Timestamp>) -> Pending<()> {
        let at = at.map(Timestamp::as_millisecond);
        self.run("the chat could not be put away", move |connection| set(connection, id, "archived_at", at))
    }

    /// Marks a conversation as deleted: it is found nowhere any more, and can be had back until it is purged.
    pub fn delete(&self, id: ConversationId, at: Timestamp) -> Pending<()> {
        let at = at.as_millisecond();
        self.run("the chat could not be deleted", move |connection| set(connection, id, "deleted_at", Some(at)))
    }

    /// Takes the mark off again.
    pub fn restore(&self, id: ConversationId) -> Pending<()> {
        self.run("the chat could not be restored", move |connection| set(connection, id, "deleted_at", None::<i64>))
    }

    /// Deletes the conversations that are marked, with all that belongs to them. Gives back how many.
    pub fn purge(&self) -> Pending<u64> {
        self.run("the deleted chats could not be erased", purge)
    }
}

/// Sets one column of a conversation.
fn set(connection: &Connection, id: ConversationId, column: &str, value: impl rusqlite::ToSql) -> rusqlite::Result<()> {
    connection
        .execute(&format!("UPDATE conversations SET {column} = ? WHERE id = ?"), params![value, value::whole(id.0)])
        .map(drop)
}

/// Sees to it that there is such a conversation, and notes that something happened there. A title that it has stays,
/// since another program may have given it.
pub(super) fn touch(connection: &Connection, head: &Head, at: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare(
            "INSERT INTO conversations (id, title, started_at, updated_at, archived_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET updated_at = max(updated_at, excluded.updated_at),
             title = iif(title = '', excluded.title, title)",
        )?
        .execute(params![
            value::whole(head.id.0),
            head.title,
            head.started_at.as_millisecond(),
            at.as_millisecond(),
            head.archived.then_some(at.as_millisecond()),
        ])
        .map(drop)
}

/// So many chats of the list, the archived ones among them or not.
pub(super) fn list(connection: &Connection, limit: i64, archived: bool) -> rusqlite::Result<Vec<ChatRow>> {
    let mut statement = connection.prepare(
        "SELECT id, title, started_at, updated_at, archived_at IS NOT NULL, turns,
           youngest IN (SELECT id FROM turns WHERE ending IS NULL AND withdrawn = 0)
         FROM conversations WHERE deleted_at IS NULL AND turns > 0 AND (?2 OR archived_at IS NULL)
         ORDER BY updated_at DESC, id DESC LIMIT ?1",
    )?;
    statement
        .query_map(params![limit, archived], |row| {
            Ok(ChatRow {
                head: head(row)?,
                updated_at: value::time(row, 3)?,
                turns: value::count(row, 5)?,
                interrupted: row.get(6)?,
            })
        })?
        .collect()
}

/// What a conversation is; its columns stand in this order in every query: name, title, begin, last time, archived.
pub(super) fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head {
        id: ConversationId(value::count(row, 0)?),
        title: row.get(1)?,
        started_at: value::time(row, 2)?,
        archived: row.get(4)?,
    })
}

/// A conversation that was not deleted, and when it was last touched.
pub(super) fn known(connection: &Connection, id: ConversationId) -> rusqlite::Result<Option<(Head, Timestamp)>> {
    connection
        .query_row(
            "SELECT id, title, started_at, updated_at, archived_at IS NOT NULL FROM conversations
             WHERE id = ? AND deleted_at IS NULL",
            [value::whole(id.0)],
            |row| Ok((head(row)?, value::time(row, 3)?)),
        )
        .optional()
}

fn chat(connection: &mut Connection, id: ConversationId) -> rusqlite::Result<Option<Chat>> {
    // One moment of all tables.
    let transaction = connection.transaction()?;
    let Some((head, _)) = known(&transaction, id)? else { return Ok(None) };
    let turns = turns::of(&transaction, id, false)?.into_iter().map(|kept| kept.turn).collect();
    let place = places::of(&transaction, id)?;
    Ok(Some(Chat { head, conversation: Conversation::restore(id, turns, place.leaf), place }))
}

fn purge(connection: &mut Connection) -> rusqlite::Result<u64> {
    let marked = marked(connection)?;
    erase_marked(connection, &marked)?;
    Ok(marked.len() as u64)
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

/// Takes out those of these conversations that are marked as deleted.
fn erase_marked(connection: &mut Connection, ids: &[i64]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let still: Vec<i64> = marked(&transaction)?.into_iter().filter(|id| ids.contains(id)).collect();
    erase(&transaction, &still)?;
    transaction.commit()?;
    // Someone may be reading what is gone; then their next change overwrites it.
    maintenance::write_back(connection).map(drop)
}

/// From so many turns on, writing the index of words anew takes less time than taking each turn out of it.
const MANY: u64 = 50;

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
