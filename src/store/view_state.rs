//! The table of places: where the user is in each conversation, and what the program goes on with when it starts. Must
//! not know what a place means.

use super::chats::{self, ChatRow};
use super::{Pending, Store, value};
use crate::chat::{ConversationId, Place};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashSet;
use std::sync::Arc;

/// What a program goes on with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resume {
    /// The chat that was touched last, of those that are not put away.
    pub last: Option<ChatRow>,
    /// What was being written last where nothing was asked yet.
    pub draft: Option<(ConversationId, Place)>,
    /// The latest prompts of all chats, each once, the oldest first.
    pub prompts: Vec<Arc<str>>,
}

impl Store {
    /// What to go on with, and no more than so many prompts.
    pub fn resume(&self, prompts: usize) -> Pending<Resume> {
        self.run("the last chat could not be found", move |connection| {
            Ok(Resume {
                last: chats::list(connection, 1, false)?.pop(),
                draft: draft(connection)?,
                prompts: latest_prompts(connection, prompts)?,
            })
        })
    }
}

/// Writes where the user is in a conversation. A place where there is nothing to go on with is forgotten.
pub(super) fn save(connection: &Connection, id: ConversationId, place: &Place, at: Timestamp) -> rusqlite::Result<()> {
    let id = value::whole(id.0);
    if *place == Place::default() {
        return connection.execute("DELETE FROM places WHERE conversation = ?", [id]).map(drop);
    }
    connection
        .execute(
            "INSERT INTO places (conversation, place, kept_at) VALUES (?, ?, ?)
             ON CONFLICT (conversation) DO UPDATE SET place = excluded.place, kept_at = excluded.kept_at",
            params![id, value::json(place)?, at.as_millisecond()],
        )
        .map(drop)
}

/// The place in a conversation; what cannot be read is none.
pub(super) fn of(connection: &Connection, id: ConversationId) -> rusqlite::Result<Place> {
    let place = connection
        .query_row("SELECT place FROM places WHERE conversation = ?", [value::whole(id.0)], |row| {
            value::parsed(row, "place")
        })
        .optional()?;
    Ok(place.unwrap_or_default())
}

/// The newest draft of a conversation that the list does not show, since nothing was asked there, or all was taken back.
fn draft(connection: &Connection) -> rusqlite::Result<Option<(ConversationId, Place)>> {
    let mut statement = connection.prepare(
        "SELECT conversation, place FROM places p
         WHERE NOT EXISTS (SELECT 1 FROM conversations WHERE id = p.conversation AND (turns > 0 OR deleted_at IS NOT NULL))
         ORDER BY kept_at DESC",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(place) = value::maybe_json::<Place>(row, "place")?
            && place.has_draft()
        {
            return Ok(Some((ConversationId(value::count(row, "conversation")?), place)));
        }
    }
    Ok(None)
}

fn latest_prompts(connection: &Connection, wanted: usize) -> rusqlite::Result<Vec<Arc<str>>> {
    // A user may have asked the same a thousand times; the start of the program cannot wait for that.
    let mut statement = connection.prepare(
        "SELECT prompt FROM turns WHERE origin IS NOT 'continued' AND conversation NOT IN
         (SELECT id FROM conversations WHERE deleted_at IS NOT NULL) ORDER BY id DESC LIMIT ?",
    )?;
    let mut rows = statement.query([value::whole(wanted.saturating_mul(4))])?;
    let mut seen = HashSet::new();
    let mut prompts = Vec::new();
    while prompts.len() < wanted
        && let Some(row) = rows.next()?
    {
        let prompt: Arc<str> = value::text(row, "prompt")?.into();
        if seen.insert(prompt.clone()) {
            prompts.push(prompt);
        }
    }
    prompts.reverse();
    Ok(prompts)
}
