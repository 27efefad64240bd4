//! The table of conversations: the list of them, one with all its turns, their titles, and how they go. Must not know
//! what they are shown for.
//!
//! Deleting only marks a conversation, so that the user can have it back.

use super::value::{self, Columns};
use super::{Pending, Store, excerpt, lessons, turns, view_state};
use crate::chat::{Conversation, ConversationId, Place, Turn};
use crate::config::{CategoryId, ModelId};
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
    /// Whether the user wants to find it first.
    pub pinned: bool,
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
    /// What its youngest turn was taken for, or corrected to; `None`: nothing was decided.
    pub category: Option<CategoryId>,
    /// The model that answered its youngest turn, or was to; `None`: nothing was decided.
    pub model: Option<ModelId>,
    /// How the youngest answer begins, or the prompt where there is none, in one line of at most 120
    /// characters.
    pub excerpt: String,
}

impl ChatRow {
    /// A line of which no more is known: nothing was decided, and nothing said.
    pub fn of(head: Head, updated_at: Timestamp, turns: u64) -> Self {
        let (category, model, excerpt) = (None, None, String::new());
        Self { head, updated_at, turns, interrupted: false, category, model, excerpt }
    }
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
}

/// Sets one column of a conversation.
pub(super) fn set(
    connection: &Connection,
    id: ConversationId,
    column: &str,
    value: impl rusqlite::ToSql,
) -> rusqlite::Result<()> {
    connection
        .execute(&format!("UPDATE conversations SET {column} = ? WHERE id = ?"), params![value, value::whole(id.0)])
        .map(drop)
}

/// Sees to it that there is such a conversation, and notes that something happened there. A title that it has stays,
/// since another program may have given it.
pub(super) fn touch(connection: &Connection, head: &Head, at: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare(
            "INSERT INTO conversations (id, title, started_at, updated_at, archived_at, pinned)
             VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET updated_at = max(updated_at, excluded.updated_at),
             title = iif(title = '', excluded.title, title)",
        )?
        .execute(params![
            value::whole(head.id.0),
            head.title,
            head.started_at.as_millisecond(),
            at.as_millisecond(),
            head.archived.then_some(at.as_millisecond()),
            head.pinned,
        ])
        .map(drop)
}

/// So many chats of the list, the archived ones among them or not.
pub(super) fn list(connection: &Connection, limit: i64, archived: bool) -> rusqlite::Result<Vec<ChatRow>> {
    let mut statement = connection.prepare(
        "SELECT id, title, started_at, updated_at, archived_at IS NOT NULL AS archived, pinned, turns, category, model,
           excerpt, youngest IN (SELECT id FROM turns WHERE ending IS NULL AND withdrawn = 0) AS interrupted
         FROM conversations WHERE deleted_at IS NULL AND turns > 0 AND (?2 OR archived_at IS NULL)
         ORDER BY updated_at DESC, id DESC LIMIT ?1",
    )?;
    let columns = Columns::of(&statement);
    statement
        .query_map(params![limit, archived], |row| {
            Ok(ChatRow {
                head: head(row, &columns)?,
                updated_at: value::time(row, columns.at("updated_at"))?,
                turns: value::count(row, columns.at("turns"))?,
                category: value::maybe_text(row, columns.at("category"))?.map(Into::into),
                model: value::maybe_text(row, columns.at("model"))?.map(Into::into),
                excerpt: excerpt::of(&value::maybe_raw(row, columns.at("excerpt"))?.unwrap_or_default()),
                interrupted: row.get(columns.at("interrupted"))?,
            })
        })?
        .collect()
}

/// What a conversation is, from the columns of those names.
pub(super) fn head(row: &Row<'_>, columns: &Columns) -> rusqlite::Result<Head> {
    Ok(Head {
        id: ConversationId(value::count(row, columns.at("id"))?),
        title: value::text(row, columns.at("title"))?,
        started_at: value::time(row, columns.at("started_at"))?,
        archived: row.get(columns.at("archived"))?,
        pinned: row.get(columns.at("pinned"))?,
    })
}

/// A conversation that was not deleted, and when it was last touched.
pub(super) fn known(connection: &Connection, id: ConversationId) -> rusqlite::Result<Option<(Head, Timestamp)>> {
    let mut statement = connection.prepare(
        "SELECT id, title, started_at, archived_at IS NOT NULL AS archived, pinned, updated_at FROM conversations
         WHERE id = ? AND deleted_at IS NULL",
    )?;
    let columns = Columns::of(&statement);
    let read = |row: &Row<'_>| Ok((head(row, &columns)?, value::time(row, columns.at("updated_at"))?));
    statement.query_row([value::whole(id.0)], read).optional()
}

fn chat(connection: &mut Connection, id: ConversationId) -> rusqlite::Result<Option<Chat>> {
    // One moment of all tables.
    let transaction = connection.transaction()?;
    let Some((head, _)) = known(&transaction, id)? else { return Ok(None) };
    let mut turns: Vec<Turn> = turns::of(&transaction, id, false)?.into_iter().map(|kept| kept.turn).collect();
    let mut lessons = lessons::of(&transaction, id)?;
    for turn in &mut turns {
        if let Some(correction) = &mut turn.correction {
            correction.lesson = lessons.remove(&turn.ask.turn);
        }
    }
    let place = view_state::of(&transaction, id)?;
    Ok(Some(Chat { head, conversation: Conversation::restore(id, turns, place.leaf), place }))
}
