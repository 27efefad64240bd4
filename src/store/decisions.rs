//! The table of decisions: which model, why, what came of it, and what it should have been.

mod record;

pub use record::DecisionRecord;
pub(super) use record::insert;

use super::value::{self, Columns};
use crate::chat::{ConversationId, TurnId};
use crate::config::{CategoryId, ModelId};
use crate::router::Decision;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// Names a decision; later ones have greater ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct DecisionId(pub i64);

/// A decision that was just made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDecision {
    /// When.
    pub decided_at: Timestamp,
    /// Of what.
    pub prompt: Arc<str>,
    /// Which model, and why.
    pub decision: Decision,
    /// Whether the user had said which model should answer.
    pub overridden: bool,
    /// For which turn; `None`: for none that is kept.
    pub turn: Option<TurnId>,
    /// What the turn before it was taken for.
    pub previous: Option<CategoryId>,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// With an answer.
    Answered,
    /// The user stopped it.
    Stopped,
    /// It failed.
    Failed,
}

impl End {
    const ALL: [Self; 3] = [Self::Answered, Self::Stopped, Self::Failed];

    /// Its name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How the turn ended.
    pub end: End,
    /// The model that answered, or was asked last; `None` when none was.
    pub answered_by: Option<ModelId>,
    /// From the request to the first text.
    pub first_text: Option<Duration>,
    /// From the request to the end.
    pub total: Option<Duration>,
    /// Tokens of the request, as the endpoint counts.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the answer, as the endpoint counts.
    pub completion_tokens: Option<u64>,
}

/// Which decisions are wanted; what is `None` excludes nothing. Of a name its beginning is enough: it is looked for while
/// it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// No more than so many.
    pub limit: usize,
    /// Taken for this category, or corrected to it.
    pub category: Option<CategoryId>,
    /// Decided for this model, or answered by it.
    pub model: Option<ModelId>,
    /// The decider of this name.
    pub decider: Option<String>,
    /// With this text in the prompt; the case of ASCII letters does not matter.
    pub text: Option<String>,
    /// Of a turn that ended so, as [`End::name`], or `unfinished`.
    pub outcome: Option<String>,
}

/// A decision in its place. Serialised, its keys are a contract, with those of [`DecisionRecord`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionRow {
    /// Its name.
    pub id: DecisionId,
    /// The turn that was decided.
    pub turn: Option<TurnId>,
    /// The conversation of that turn.
    pub chat: Option<ConversationId>,
    /// What that conversation is called.
    pub title: Option<String>,
    /// The decision itself.
    #[serde(flatten)]
    pub kept: DecisionRecord,
}

/// A row is read as the decision that it holds.
impl Deref for DecisionRow {
    type Target = DecisionRecord;

    fn deref(&self) -> &DecisionRecord {
        &self.kept
    }
}

/// Writes a decision, instead of an earlier one of its turn: a turn that is asked anew is decided anew. That of a turn
/// that is not there any more is not written.
pub(super) fn record(connection: &Connection, new: NewDecision) -> rusqlite::Result<()> {
    let turn = new.turn;
    if let Some(turn) = turn {
        let id = value::whole(turn.0);
        if !connection.prepare("SELECT 1 FROM turns WHERE id = ?")?.exists([id])? {
            return Ok(());
        }
        connection.prepare("DELETE FROM decisions WHERE turn = ?")?.execute([id])?;
    }
    insert(connection, turn, &new.into())
}

/// Writes what came of the decision of a turn.
pub(super) fn finish(connection: &Connection, turn: TurnId, outcome: &Outcome) -> rusqlite::Result<()> {
    let ms = |time: Option<Duration>| time.map(|time| value::whole(time.as_millis()));
    connection
        .prepare(
            "UPDATE decisions SET outcome = ?, answered_by = ?, first_text_ms = ?, total_ms = ?, prompt_tokens = ?,
             completion_tokens = ? WHERE turn = ?",
        )?
        .execute(params![
            outcome.end.name(),
            outcome.answered_by.as_ref().map(ModelId::as_str),
            ms(outcome.first_text),
            ms(outcome.total),
            outcome.prompt_tokens.map(value::whole),
            outcome.completion_tokens.map(value::whole),
            value::whole(turn.0),
        ])
        .map(drop)
}

/// The decisions of a conversation's turns. What each should have been is said by its turn.
pub(super) fn of(connection: &Connection, chat: ConversationId) -> rusqlite::Result<HashMap<TurnId, DecisionRecord>> {
    let mut statement = connection.prepare(&format!(
        "SELECT {}, NULL AS corrected_to, d.turn FROM turns t JOIN decisions d ON d.turn = t.id WHERE t.conversation = ?",
        DecisionRecord::COLUMNS
    ))?;
    let columns = Columns::of(&statement);
    let decided = |row: &Row<'_>| {
        let kept = DecisionRecord::read(row, &columns)?;
        Ok((TurnId(value::count(row, columns.at("turn"))?), kept))
    };
    statement.query_map([value::whole(chat.0)], decided)?.collect()
}

/// The decisions without a turn, the oldest first.
pub(super) fn loose(connection: &Connection) -> rusqlite::Result<Vec<DecisionRecord>> {
    let mut statement = connection.prepare(&format!(
        "SELECT {}, d.corrected_to FROM decisions d LEFT JOIN turns t ON t.id = d.turn WHERE t.id IS NULL ORDER BY d.id",
        DecisionRecord::COLUMNS
    ))?;
    let columns = Columns::of(&statement);
    statement.query_map([], |row| DecisionRecord::read(row, &columns))?.collect()
}

/// Decisions with what they belong to; those of a conversation that was deleted, and of prompts that were taken back,
/// are not to be seen. What one should have been is said by its turn, where it has one.
const SHOWN: &str = "coalesce(t.corrected, d.corrected_to) AS corrected_to, d.id, d.turn, t.conversation AS chat,
     c.title AS title FROM decisions d
     LEFT JOIN turns t ON t.id = d.turn LEFT JOIN conversations c ON c.id = t.conversation
     WHERE c.deleted_at IS NULL AND coalesce(t.withdrawn, 0) = 0";

pub(super) fn find(connection: &Connection, filter: &Filter) -> rusqlite::Result<Vec<DecisionRow>> {
    let mut statement = connection.prepare(&format!(
        "SELECT {}, {SHOWN}
           AND (?1 IS NULL OR substr(d.category, 1, length(?1)) = ?1
             OR substr(coalesce(t.corrected, d.corrected_to), 1, length(?1)) = ?1)
           AND (?2 IS NULL OR substr(d.model, 1, length(?2)) = ?2 OR substr(d.answered_by, 1, length(?2)) = ?2)
           AND (?3 IS NULL OR substr(d.decider, 1, length(?3)) = ?3)
           AND (?4 IS NULL OR d.prompt LIKE ?4 ESCAPE '\\')
           AND (?5 IS NULL OR substr(coalesce(d.outcome, 'unfinished'), 1, length(?5)) = ?5)
         ORDER BY d.decided_at DESC, d.id DESC LIMIT ?6",
        DecisionRecord::COLUMNS
    ))?;
    let wanted = params![
        filter.category.as_ref().map(CategoryId::as_str),
        filter.model.as_ref().map(ModelId::as_str),
        filter.decider,
        filter.text.as_deref().map(containing),
        filter.outcome,
        value::whole(filter.limit),
    ];
    let columns = Columns::of(&statement);
    statement.query_map(wanted, |row| in_place(row, &columns))?.collect()
}

pub(super) fn one(connection: &Connection, id: DecisionId) -> rusqlite::Result<Option<DecisionRow>> {
    let mut statement = connection.prepare(&format!("SELECT {}, {SHOWN} AND d.id = ?", DecisionRecord::COLUMNS))?;
    let columns = Columns::of(&statement);
    statement.query_map([id.0], |row| in_place(row, &columns))?.next().transpose()
}

/// The pattern of `LIKE` for everything that contains `text`.
fn containing(text: &str) -> String {
    let literal = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{literal}%")
}

fn in_place(row: &Row<'_>, columns: &Columns) -> rusqlite::Result<DecisionRow> {
    let kept = DecisionRecord::read(row, columns)?;
    Ok(DecisionRow {
        kept,
        id: DecisionId(row.get(columns.at("id"))?),
        turn: value::maybe_count(row, columns.at("turn"))?.map(TurnId),
        chat: value::maybe_count(row, columns.at("chat"))?.map(ConversationId),
        title: value::maybe_text(row, columns.at("title"))?,
    })
}
