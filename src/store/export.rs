//! All that is kept, as plain values: what is taken out of one store and into another, without loss. Must not know in
//! which files it travels.

use super::chats::{self, ChatRow, Head};
use super::decisions::DecisionRecord;
use super::value::{self, Columns};
use super::{NewLesson, Pending, Store, decisions, lessons, turns, verdicts, view_state};
use crate::chat::{ConversationId, Place, Turn};
use crate::router::CachedJudgement;
use jiff::Timestamp;
use rusqlite::{Connection, Row};

/// A conversation with everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedChat {
    /// Which.
    pub head: Head,
    /// When something was last asked or answered there.
    pub updated_at: Timestamp,
    /// Where the user was in it.
    pub place: Place,
    /// Its turns, the oldest first.
    pub turns: Vec<ExportedTurn>,
}

/// A turn with everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedTurn {
    /// The turn.
    pub turn: Turn,
    /// Whether its prompt was taken back.
    pub withdrawn: bool,
    /// What was decided, also where this version cannot read it.
    pub decision: Option<DecisionRecord>,
}

/// A lesson, in force or not.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportedLesson {
    /// What was taught.
    pub lesson: NewLesson,
    /// When it was undone, or another took its place.
    pub undone_at: Option<Timestamp>,
}

/// What belongs to no conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loose {
    /// Decisions without a turn, the oldest first.
    pub decisions: Vec<DecisionRecord>,
    /// Lessons, the oldest first.
    pub lessons: Vec<ExportedLesson>,
    /// All verdicts, by their keys.
    pub verdicts: Vec<CachedJudgement>,
}

impl Store {
    /// The conversations that were not deleted, the oldest first.
    pub fn export_ids(&self) -> Pending<Vec<ConversationId>> {
        self.run("the chats could not be read", |connection| {
            let mut statement =
                connection.prepare("SELECT id FROM conversations WHERE deleted_at IS NULL ORDER BY id")?;
            statement.query_map([], |row| Ok(ConversationId(value::count(row, "id")?)))?.collect()
        })
    }

    /// The conversations in which every prompt was taken back, what was touched last first. They are in no list, and yet
    /// saved: the user may want them gone.
    pub fn withdrawn_chats(&self) -> Pending<Vec<ChatRow>> {
        self.run("the chats could not be read", |connection| {
            let mut statement = connection.prepare(
                "SELECT id, title, started_at, updated_at, archived_at IS NOT NULL AS archived, pinned FROM conversations
                 WHERE deleted_at IS NULL AND turns = 0 ORDER BY updated_at DESC, id DESC",
            )?;
            let columns = Columns::of(&statement);
            let chat = |row: &Row<'_>| {
                let (head, updated_at) = (chats::head(row, &columns)?, value::time(row, columns.at("updated_at"))?);
                Ok(ChatRow::of(head, updated_at, 0))
            };
            statement.query_map([], chat)?.collect()
        })
    }

    /// Everything about a conversation; `None` when there is none of that name, or it was deleted.
    pub fn kept_chat(&self, id: ConversationId) -> Pending<Option<ExportedChat>> {
        self.run("the chat could not be read", move |connection| kept_chat(connection, id))
    }

    /// What belongs to no conversation.
    pub fn loose(&self) -> Pending<Loose> {
        self.run("the lessons could not be read", |connection| {
            let transaction = connection.transaction()?;
            let decisions = decisions::loose(&transaction)?;
            Ok(Loose { decisions, lessons: lessons::all(&transaction)?, verdicts: verdicts::all(&transaction)? })
        })
    }
}

fn kept_chat(connection: &mut Connection, id: ConversationId) -> rusqlite::Result<Option<ExportedChat>> {
    let transaction = connection.transaction()?;
    let Some((head, updated_at)) = chats::known(&transaction, id)? else { return Ok(None) };
    let place = view_state::of(&transaction, id)?;
    Ok(Some(ExportedChat { head, updated_at, place, turns: turns::of(&transaction, id, true)? }))
}
