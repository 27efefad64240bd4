//! The table of conversations: the list of them, one with all its turns, their titles, and how they go. Must not know
//! who looks at them.
//!
//! Deleting only marks a conversation, so that the user can have it back.

use super::{Pending, Store, places, turns, value};
use crate::chat::{Conversation, ConversationId, Place};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

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
        title: value::text(row, 1)?,
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
