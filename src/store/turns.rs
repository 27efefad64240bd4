//! The table of turns, and the pieces of answers that still come. Must not know what a turn is for.
//!
//! An answer is written piece by piece while it streams, and whole when the turn is settled: a long answer costs what it
//! is long, and the index of words is written once. A turn without an end was interrupted, and has what came till then.

use super::chats::{self, Head};
use super::decisions::KeptDecision;
use super::kept::KeptTurn;
use super::{Pending, Store, value};
use crate::chat::{ConversationId, Ending, Request, Stage, Timings, Turn, TurnId, Usage};
use crate::config::{CategoryId, ModelId};
use crate::router::RouteOverride;
use crate::text::sanitize::sanitize;
use jiff::Timestamp;
use rusqlite::{Connection, Row, TransactionBehavior, params};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// What came of an answer since the last piece.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Piece {
    /// Of the answer.
    pub answer: String,
    /// Of the reasoning.
    pub reasoning: String,
}

impl Store {
    /// Keeps a turn when it is asked, so that not even a power cut takes the prompt. A turn that is asked anew is kept
    /// instead of what became of it before. Begins the conversation where there is none.
    pub fn begin(&self, head: Head, turn: Turn) -> Pending<()> {
        self.run("the prompt could not be kept", move |connection| {
            durably(connection, |connection| begin(connection, &head, &turn))
        })
    }

    /// Keeps what came of an answer. A turn that is over, or not there, is left as it is.
    pub fn append(&self, turn: TurnId, piece: Piece) -> Pending<()> {
        self.run("the answer could not be kept", move |connection| append(connection, turn, &piece))
    }

    /// Keeps what became of a turn so far, the whole of it. One that is not there any more was deleted, perhaps by another
    /// program, and stays so. Its parent and what it should have been taken for are not its own to say.
    pub fn update(&self, turn: Turn) -> Pending<()> {
        self.run("the answer could not be kept", move |connection| update(connection, &turn))
    }

    /// Keeps what a turn should have been taken for.
    pub fn correct_turn(&self, turn: TurnId, category: CategoryId) -> Pending<()> {
        self.run("the correction could not be kept", move |connection| correct(connection, turn, &category))
    }

    /// Hides a turn whose prompt was taken back: what followed up on it follows up on what it followed up on. Its prompt
    /// can still be recalled.
    pub fn withdraw(&self, turn: TurnId) -> Pending<()> {
        self.run("the prompt could not be taken back", move |connection| withdraw(connection, turn))
    }
}

/// Does `work` so that its commits, and those before it, outlive a power cut.
pub(super) fn durably<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.pragma_update(None, "synchronous", "full")?;
    let done = work(connection);
    connection.pragma_update(None, "synchronous", "normal")?;
    done
}

pub(super) fn begin(connection: &mut Connection, head: &Head, turn: &Turn) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    chats::touch(&transaction, head, ended_at(turn))?;
    // Whoever asks something in a chat wants it, whatever another program thought of it.
    transaction.execute("UPDATE conversations SET deleted_at = NULL WHERE id = ?", [value::whole(head.id.0)])?;
    put(&transaction, head.id, turn)?;
    transaction.execute("DELETE FROM pieces WHERE turn = ?", [value::whole(turn.id.0)])?;
    transaction.commit()
}

fn update(connection: &mut Connection, turn: &Turn) -> rusqlite::Result<()> {
    let us = |time: Option<Duration>| time.map(|time| value::whole(time.as_micros()));
    let id = value::whole(turn.id.0);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute(
        "UPDATE turns SET ending = ?, model = ?, prompt_tokens = ?, completion_tokens = ?,
         first_reasoning_us = ?, first_text_us = ?, total_us = ?, notes = ?, answer = ?, reasoning = ?, request = ? WHERE id = ?",
        params![
            ending(turn)?,
            turn.model.as_ref().map(ModelId::as_str),
            turn.usage.map(|usage| value::whole(usage.prompt_tokens)),
            turn.usage.map(|usage| value::whole(usage.completion_tokens)),
            us(turn.timings.first_reasoning),
            us(turn.timings.first_text),
            us(turn.timings.total),
            value::json(&turn.notes)?,
            turn.answer,
            turn.reasoning,
            turn.request.as_deref().map(value::json).transpose()?,
            id,
        ],
    )?;
    transaction.execute("DELETE FROM pieces WHERE turn = ?", [id])?;
    transaction.execute(
        "UPDATE conversations SET updated_at = max(updated_at, ?) WHERE id = (SELECT conversation FROM turns WHERE id = ?)",
        params![ended_at(turn).as_millisecond(), id],
    )?;
    transaction.commit()
}

/// When something last happened to a turn.
fn ended_at(turn: &Turn) -> Timestamp {
    turn.timings.total.and_then(|total| turn.asked_at.checked_add(total).ok()).unwrap_or(turn.asked_at)
}

/// How a turn ended, as a column. An end that nobody saw is no end.
fn ending(turn: &Turn) -> rusqlite::Result<Option<String>> {
    match &turn.stage {
        Stage::Ended(Ending::Interrupted) => Ok(None),
        Stage::Ended(ending) => value::json(ending).map(Some),
        _ => Ok(None),
    }
}

/// Writes a turn over what is there of it.
fn put(connection: &Connection, chat: ConversationId, turn: &Turn) -> rusqlite::Result<()> {
    let over = "UPDATE SET parent = excluded.parent, asked_at = excluded.asked_at, prompt = excluded.prompt,
         wish_category = excluded.wish_category, wish_model = excluded.wish_model, ending = excluded.ending,
         model = excluded.model, corrected = excluded.corrected, prompt_tokens = excluded.prompt_tokens,
         completion_tokens = excluded.completion_tokens, first_reasoning_us = excluded.first_reasoning_us,
         first_text_us = excluded.first_text_us, total_us = excluded.total_us, notes = excluded.notes, answer = excluded.answer,
         reasoning = excluded.reasoning, request = excluded.request
         WHERE turns.conversation = excluded.conversation";
    insert(connection, chat, turn, false, over).map(drop)
}

/// Writes a turn where it is not known. Gives back whether it was not.
pub(super) fn add(connection: &Connection, chat: ConversationId, kept: &KeptTurn) -> rusqlite::Result<bool> {
    insert(connection, chat, &kept.turn, kept.withdrawn, "NOTHING")
}

fn insert(
    connection: &Connection,
    chat: ConversationId,
    turn: &Turn,
    withdrawn: bool,
    on_conflict: &str,
) -> rusqlite::Result<bool> {
    let us = |time: Option<Duration>| time.map(|time| value::whole(time.as_micros()));
    let mut statement = connection.prepare(&format!(
        "INSERT INTO turns (id, conversation, withdrawn, parent, asked_at, prompt, wish_category, wish_model, ending,
         model, corrected, prompt_tokens, completion_tokens, first_reasoning_us, first_text_us, total_us, notes, answer, reasoning,
         request) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO {on_conflict}"
    ))?;
    let written = statement.execute(params![
        value::whole(turn.id.0),
        value::whole(chat.0),
        withdrawn,
        turn.parent.map(|parent| value::whole(parent.0)),
        turn.asked_at.as_millisecond(),
        &*turn.prompt,
        turn.route.category.as_ref().map(CategoryId::as_str),
        turn.route.model.as_ref().map(ModelId::as_str),
        ending(turn)?,
        turn.model.as_ref().map(ModelId::as_str),
        turn.corrected.as_ref().map(CategoryId::as_str),
        turn.usage.map(|usage| value::whole(usage.prompt_tokens)),
        turn.usage.map(|usage| value::whole(usage.completion_tokens)),
        us(turn.timings.first_reasoning),
        us(turn.timings.first_text),
        us(turn.timings.total),
        value::json(&turn.notes)?,
        turn.answer,
        turn.reasoning,
        turn.request.as_deref().map(value::json).transpose()?,
    ])?;
    Ok(written > 0)
}

fn correct(connection: &mut Connection, turn: TurnId, category: &CategoryId) -> rusqlite::Result<()> {
    let wanted = rusqlite::params![category.as_str(), value::whole(turn.0)];
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute("UPDATE turns SET corrected = ? WHERE id = ?", wanted)?;
    transaction.execute("UPDATE decisions SET corrected_to = ? WHERE turn = ?", wanted)?;
    transaction.commit()
}

fn append(connection: &mut Connection, turn: TurnId, piece: &Piece) -> rusqlite::Result<()> {
    let turn = value::whole(turn.0);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction
        .prepare(
            "INSERT INTO pieces (turn, seq, answer, reasoning)
             SELECT id, coalesce((SELECT max(seq) FROM pieces WHERE turn = ?1), 0) + 1, ?2, ?3
             FROM turns WHERE id = ?1 AND ending IS NULL AND withdrawn = 0",
        )?
        .execute(params![turn, piece.answer, piece.reasoning])?;
    transaction.commit()
}

fn withdraw(connection: &mut Connection, turn: TurnId) -> rusqlite::Result<()> {
    let turn = value::whole(turn.0);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute(
        "UPDATE turns SET parent = (SELECT parent FROM turns WHERE id = ?1)
         WHERE conversation = (SELECT conversation FROM turns WHERE id = ?1) AND parent = ?1",
        [turn],
    )?;
    transaction.execute("UPDATE turns SET withdrawn = 1 WHERE id = ?", [turn])?;
    transaction.execute("DELETE FROM pieces WHERE turn = ?", [turn])?;
    transaction.commit()
}

/// Puts what came of answers whose turns were never settled into the turns. Only when no other program writes them.
pub(super) fn fold(connection: &mut Connection) -> rusqlite::Result<()> {
    let torn: Vec<i64> = connection
        .prepare("SELECT DISTINCT turn FROM pieces")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if torn.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for turn in torn {
        let (answer, reasoning) = pieces(&transaction, turn)?;
        transaction.execute(
            "UPDATE turns SET answer = answer || ?2, reasoning = reasoning || ?3 WHERE id = ?1",
            params![turn, answer, reasoning],
        )?;
        transaction.execute("DELETE FROM pieces WHERE turn = ?", [turn])?;
    }
    transaction.commit()
}

/// What came of a turn's answer, and of its reasoning, since it was last written whole.
fn pieces(connection: &Connection, turn: i64) -> rusqlite::Result<(String, String)> {
    let mut statement = connection.prepare("SELECT answer, reasoning FROM pieces WHERE turn = ? ORDER BY seq")?;
    let mut rows = statement.query([turn])?;
    let (mut answer, mut reasoning) = (String::new(), String::new());
    while let Some(row) = rows.next()? {
        answer += row.get_ref(0)?.as_str()?;
        reasoning += row.get_ref(1)?.as_str()?;
    }
    Ok((sanitize(&answer), sanitize(&reasoning)))
}

/// The turns of a conversation, the oldest first; those that were withdrawn only when `all` are wanted.
pub(super) fn of(connection: &Connection, chat: ConversationId, all: bool) -> rusqlite::Result<Vec<KeptTurn>> {
    let mut decisions = decisions(connection, chat)?;
    let mut statement = connection.prepare(
        "SELECT id, parent, asked_at, prompt, wish_category, wish_model, ending, model, corrected, prompt_tokens,
         completion_tokens, first_text_us, total_us, notes, answer, reasoning, request, withdrawn, first_reasoning_us
         FROM turns
         WHERE conversation = ? AND withdrawn <= ?",
    )?;
    let mut kept: Vec<KeptTurn> = statement
        .query_map(params![value::whole(chat.0), all], |row| {
            Ok(KeptTurn { turn: turn(row)?, withdrawn: row.get(17)?, decision: None })
        })?
        .collect::<rusqlite::Result<_>>()?;
    kept.sort_by_key(|kept| kept.turn.id);
    for KeptTurn { turn, decision, .. } in &mut kept {
        *decision = decisions.remove(&turn.id);
        turn.decision = decision.as_ref().and_then(KeptDecision::decision);
        if turn.stage == Stage::Ended(Ending::Interrupted) {
            let (answer, reasoning) = pieces(connection, value::whole(turn.id.0))?;
            turn.answer += &answer;
            turn.reasoning += &reasoning;
        }
    }
    Ok(kept)
}

fn decisions(connection: &Connection, chat: ConversationId) -> rusqlite::Result<HashMap<TurnId, KeptDecision>> {
    let mut statement = connection.prepare(&format!(
        "SELECT {}, d.turn AS turn FROM turns t JOIN decisions d ON d.turn = t.id WHERE t.conversation = ?",
        KeptDecision::COLUMNS
    ))?;
    statement
        .query_map([value::whole(chat.0)], |row| Ok((TurnId(value::count(row, "turn")?), KeptDecision::read(row)?)))?
        .collect()
}

fn turn(row: &Row<'_>) -> rusqlite::Result<Turn> {
    let number = |column: usize| value::maybe_count(row, column);
    let name = |column: usize| value::maybe_text(row, column);
    let json = |column: usize| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str_or_null()?);
    let usage = number(9)?.zip(number(10)?);
    Ok(Turn {
        id: TurnId(value::count(row, 0)?),
        parent: number(1)?.map(TurnId),
        asked_at: value::time(row, 2)?,
        prompt: value::text(row, 3)?.into(),
        route: RouteOverride { category: name(4)?.map(Into::into), model: name(5)?.map(Into::into) },
        // What cannot be read must not hide the rest of its turn.
        stage: Stage::Ended(json(6)?.and_then(value::from_json).unwrap_or(Ending::Interrupted)),
        judge: None,
        pause: None,
        opened: false,
        decision: None,
        model: name(7)?.map(Into::into),
        corrected: name(8)?.map(Into::into),
        usage: usage.map(|(prompt_tokens, completion_tokens)| Usage { prompt_tokens, completion_tokens }),
        timings: Timings {
            first_reasoning: number(18)?.map(Duration::from_micros),
            first_text: number(11)?.map(Duration::from_micros),
            total: number(12)?.map(Duration::from_micros),
        },
        notes: json(13)?.and_then(value::from_json).unwrap_or_default(),
        answer: value::text(row, 14)?,
        reasoning: value::text(row, 15)?,
        request: json(16)?.and_then(value::from_json::<Request>).map(Arc::new),
    })
}
