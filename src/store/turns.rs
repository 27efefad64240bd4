//! The table of turns: prompts, and how they ended. What came of them is in `steps`, the router's view in `decisions`.
//! Must not know what a turn is for.
//!
//! A turn without an ending is not over, or was interrupted: then it has what came till then.

use super::chats::{self, Head};
use super::decisions::{self, DecisionRecord, Outcome};
use super::export::ExportedTurn;
use super::value::{self, Columns};
use super::{attachments, blocks, steps};
use crate::chat::{Ask, ConversationId, Ending, Origin, Prompt, Stage, Step, Turn, TurnId};
use crate::config::{CategoryId, ModelId};
use crate::router::RouteOverride;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

/// The step of a turn `t` whose answer people read, as `Step::is_visible` says.
pub(super) const SHOWN_STEP: &str = "SELECT max(s.step) FROM steps s WHERE s.turn = t.id AND (s.outcome IS NULL
     OR (s.outcome LIKE '{\"failed\"%' AND (s.request IS NOT NULL
       OR EXISTS (SELECT 1 FROM blocks said WHERE said.turn = s.turn AND said.step = s.step))))";

/// Whether something can still come of a turn: it is there, not over, and was not taken back.
pub(super) fn is_open(connection: &Connection, turn: TurnId) -> rusqlite::Result<bool> {
    connection
        .prepare("SELECT 1 FROM turns WHERE id = ? AND ending IS NULL AND withdrawn = 0")?
        .exists([value::whole(turn.0)])
}

/// Writes a turn that is asked, and forgets what became of it before.
pub(super) fn begin(connection: &Connection, head: &Head, ask: &Ask) -> rusqlite::Result<()> {
    chats::touch(connection, head, ask.asked_at)?;
    // A prompt in a chat brings it back, whatever another program thought of it.
    connection.execute("UPDATE conversations SET deleted_at = NULL WHERE id = ?", [value::whole(head.id.0)])?;
    let over = "UPDATE SET parent = excluded.parent, asked_at = excluded.asked_at, prompt = excluded.prompt,
         route_category = excluded.route_category, route_model = excluded.route_model, origin = excluded.origin,
         ending = NULL, answer_block = NULL, corrected = NULL WHERE turns.conversation = excluded.conversation";
    if insert(connection, head.id, ask, false, over)? {
        let id = value::whole(ask.turn.0);
        for table in ["blocks", "steps", "attachments", "decisions"] {
            connection.prepare(&format!("DELETE FROM {table} WHERE turn = ?"))?.execute([id])?;
        }
        attachments::insert(connection, ask.turn, &ask.prompt.attachments)?;
    }
    Ok(())
}

/// Writes a turn, with `on_conflict` where there is one of that id. Gives back whether anything was written.
fn insert(
    connection: &Connection,
    chat: ConversationId,
    ask: &Ask,
    withdrawn: bool,
    on_conflict: &str,
) -> rusqlite::Result<bool> {
    let written = connection
        .prepare(&format!(
            "INSERT INTO turns (id, conversation, parent, asked_at, withdrawn, prompt, route_category, route_model,
             origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO {on_conflict}"
        ))?
        .execute(params![
            value::whole(ask.turn.0),
            value::whole(chat.0),
            ask.parent.map(|parent| value::whole(parent.0)),
            ask.asked_at.as_millisecond(),
            withdrawn,
            &*ask.prompt.text,
            ask.route.category.as_ref().map(CategoryId::as_str),
            ask.route.model.as_ref().map(ModelId::as_str),
            (ask.origin != Origin::Typed).then(|| ask.origin.name()),
        ])?;
    Ok(written > 0)
}

/// Writes a turn with everything that belongs to it, but for its decision, where it is not known. Gives back whether it
/// was not.
pub(super) fn add(connection: &Connection, chat: ConversationId, kept: &ExportedTurn) -> rusqlite::Result<bool> {
    let Turn { ask, steps, stage, correction, .. } = &kept.turn;
    if !insert(connection, chat, ask, kept.withdrawn, "NOTHING")? {
        return Ok(false);
    }
    attachments::insert(connection, ask.turn, &ask.prompt.attachments)?;
    for (place, step) in steps.iter().enumerate() {
        steps::insert(connection, ask.turn, place, step)?;
    }
    if let Some(correction) = correction {
        correct(connection, ask.turn, Some(&correction.category))?;
    }
    if let Stage::Ended(ending) = stage {
        set_ending(connection, ask.turn, ending)?;
    }
    Ok(true)
}

/// Writes how a turn ended. It comes into the index of words by that, so it comes last, and in a statement of its own: until
/// the end of a statement `SQLite` holds a copy of the answer for each of its triggers that reads it.
fn set_ending(connection: &Connection, turn: TurnId, ending: &Ending) -> rusqlite::Result<()> {
    if *ending == Ending::Interrupted {
        return Ok(());
    }
    let turn = value::whole(turn.0);
    connection
        .prepare(&format!(
            "UPDATE turns AS t SET answer_block = (SELECT b.id FROM blocks b
               WHERE b.turn = t.id AND b.step = ({SHOWN_STEP}) AND b.kind = 'text' ORDER BY b.block LIMIT 1)
             WHERE id = ? AND ending IS NULL"
        ))?
        .execute([turn])?;
    connection
        .prepare("UPDATE turns SET ending = ? WHERE id = ? AND ending IS NULL")?
        .execute(params![value::json(ending)?, turn])
        .map(drop)
}

/// Writes how a turn ended and what came of its decision.
pub(super) fn end(
    connection: &Connection,
    turn: TurnId,
    ending: &Ending,
    outcome: Option<&Outcome>,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let id = value::whole(turn.0);
    blocks::compact(connection, id)?;
    set_ending(connection, turn, ending)?;
    if let Some(outcome) = outcome {
        decisions::finish(connection, turn, outcome)?;
    }
    connection
        .prepare(
            "UPDATE conversations SET updated_at = max(updated_at, ?)
             WHERE id = (SELECT conversation FROM turns WHERE id = ?)",
        )?
        .execute(params![at.as_millisecond(), id])
        .map(drop)
}

/// Writes what a turn should have been taken for.
pub(super) fn correct(connection: &Connection, turn: TurnId, category: Option<&CategoryId>) -> rusqlite::Result<()> {
    connection
        .prepare("UPDATE turns SET corrected = ? WHERE id = ?")?
        .execute(params![category.map(CategoryId::as_str), value::whole(turn.0)])
        .map(drop)
}

/// Hides a turn whose prompt was taken back: what followed up on it follows up on what it followed up on.
pub(super) fn withdraw(connection: &Connection, turn: TurnId) -> rusqlite::Result<()> {
    let turn = value::whole(turn.0);
    connection.execute(
        "UPDATE turns SET parent = (SELECT parent FROM turns WHERE id = ?1)
         WHERE conversation = (SELECT conversation FROM turns WHERE id = ?1) AND parent = ?1",
        [turn],
    )?;
    connection.execute("UPDATE turns SET withdrawn = 1 WHERE id = ?", [turn]).map(drop)
}

/// Makes one row of each block of the turns that were interrupted. Only when no other program writes them.
pub(super) fn fold(connection: &mut Connection) -> rusqlite::Result<()> {
    let torn: Vec<i64> = connection
        .prepare(
            "SELECT id FROM turns t WHERE ending IS NULL AND withdrawn = 0
             AND EXISTS (SELECT 1 FROM blocks b WHERE b.turn = t.id AND b.seq > 0)",
        )?
        .query_map([], |row| row.get("id"))?
        .collect::<rusqlite::Result<_>>()?;
    if torn.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    for turn in torn {
        blocks::compact(&transaction, turn)?;
    }
    transaction.commit()
}

/// The turns of a conversation, the oldest first; those that were withdrawn only when `all` are wanted. Their corrections
/// are without the lessons, which have other ids elsewhere; `lessons::of` has them.
pub(super) fn of(connection: &Connection, chat: ConversationId, all: bool) -> rusqlite::Result<Vec<ExportedTurn>> {
    let mut decisions = decisions::of(connection, chat)?;
    let mut steps = steps::of(connection, chat, all)?;
    let mut attachments = attachments::of(connection, chat)?;
    let mut statement = connection.prepare("SELECT * FROM turns WHERE conversation = ? AND withdrawn <= ?")?;
    let columns = Columns::of(&statement);
    let mut kept: Vec<ExportedTurn> = statement
        .query_map(params![value::whole(chat.0), all], |row| {
            let mut ask = ask(row, &columns, chat)?;
            ask.prompt.attachments = attachments.remove(&ask.turn).unwrap_or_default().into();
            let steps = steps.remove(&ask.turn).unwrap_or_default();
            let decision = decisions.remove(&ask.turn);
            let turn = turn(row, &columns, ask, steps, decision.as_ref())?;
            Ok(ExportedTurn { turn, withdrawn: row.get(columns.at("withdrawn"))?, decision })
        })?
        .collect::<rusqlite::Result<_>>()?;
    kept.sort_by_key(|kept| kept.turn.id());
    Ok(kept)
}

fn ask(row: &Row<'_>, columns: &Columns, chat: ConversationId) -> rusqlite::Result<Ask> {
    let text: std::sync::Arc<str> = value::text(row, columns.at("prompt"))?.into();
    Ok(Ask {
        chat,
        turn: TurnId(value::count(row, columns.at("id"))?),
        parent: value::maybe_count(row, columns.at("parent"))?.map(TurnId),
        asked_at: value::time(row, columns.at("asked_at"))?,
        prompt: Prompt::from(text),
        route: RouteOverride {
            category: value::maybe_text(row, columns.at("route_category"))?.map(Into::into),
            model: value::maybe_text(row, columns.at("route_model"))?.map(Into::into),
        },
        origin: value::maybe_text(row, columns.at("origin"))?.as_deref().map_or(Origin::Typed, Origin::named),
    })
}

fn turn(
    row: &Row<'_>,
    columns: &Columns,
    ask: Ask,
    steps: Vec<Step>,
    decision: Option<&DecisionRecord>,
) -> rusqlite::Result<Turn> {
    let corrected = value::maybe_text(row, columns.at("corrected"))?;
    Ok(Turn {
        ask,
        decision: decision.and_then(DecisionRecord::decision),
        steps,
        // An ending that cannot be read must not hide the rest of its turn.
        stage: Stage::Ended(value::maybe_json(row, columns.at("ending"))?.unwrap_or(Ending::Interrupted)),
        correction: corrected.map(|category| crate::chat::Correction { category: category.into(), lesson: None }),
    })
}
