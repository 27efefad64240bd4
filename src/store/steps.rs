//! The table of steps: the attempts of a turn to get an answer. What each of them said is in `blocks`.

use super::value::{self, Columns};
use super::{blocks, turns};
use crate::chat::{Block, ConversationId, SentRequest, Step, StepOutcome, Timings, TurnId, Usage};
use crate::router::Candidate;
use crate::text::sanitize::sanitize;
use rusqlite::{Connection, Row, params};
use std::collections::HashMap;
use std::sync::Arc;

/// Writes a step that begins, with its blocks, over what stands at its place.
pub(super) fn begin(connection: &Connection, turn: TurnId, at: usize, step: &Step) -> rusqlite::Result<()> {
    if !turns::is_open(connection, turn)? {
        return Ok(());
    }
    blocks::delete(connection, turn, at)?;
    insert(connection, turn, at, step)
}

/// Writes what is known of a step now, but for its blocks.
pub(super) fn update(connection: &Connection, turn: TurnId, at: usize, step: &Step) -> rusqlite::Result<()> {
    let known = connection
        .prepare("SELECT 1 FROM steps WHERE turn = ? AND step = ?")?
        .exists(params![value::whole(turn.0), value::whole(at)])?;
    if known && turns::is_open(connection, turn)? { put(connection, turn, at, step) } else { Ok(()) }
}

/// Writes a step with its blocks.
pub(super) fn insert(connection: &Connection, turn: TurnId, at: usize, step: &Step) -> rusqlite::Result<()> {
    put(connection, turn, at, step)?;
    for (place, block) in step.blocks.iter().enumerate() {
        blocks::insert(connection, (turn, at, place), block)?;
    }
    Ok(())
}

fn put(connection: &Connection, turn: TurnId, at: usize, step: &Step) -> rusqlite::Result<()> {
    let candidate = step.candidate.as_ref();
    let current = step.outcome == StepOutcome::Current;
    connection
        .prepare(
            "INSERT OR REPLACE INTO steps (turn, step, provider, model, request, outcome, notes, prompt_tokens,
             completion_tokens, first_reasoning_us, first_text_us, total_us)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            value::whole(turn.0),
            value::whole(at),
            candidate.map(|candidate| &*candidate.provider),
            candidate.map(|candidate| candidate.model.as_str()),
            step.sent.as_deref().map(value::json).transpose()?,
            (!current).then(|| value::json(&step.outcome)).transpose()?,
            (!step.notes.is_empty()).then(|| value::json(&step.notes)).transpose()?,
            step.usage.map(|usage| value::whole(usage.prompt_tokens)),
            step.usage.map(|usage| value::whole(usage.completion_tokens)),
            step.timings.first_reasoning.map(value::us),
            step.timings.first_text.map(value::us),
            step.timings.total.map(value::us),
        ])
        .map(drop)
}

/// The steps of a conversation's turns, each turn's in their order; those of turns that were withdrawn only when `all`
/// are wanted.
pub(super) fn of(
    connection: &Connection,
    chat: ConversationId,
    all: bool,
) -> rusqlite::Result<HashMap<TurnId, Vec<Step>>> {
    let mut blocks = blocks::of(connection, chat, all)?;
    let mut statement = connection.prepare(
        "SELECT s.* FROM turns t CROSS JOIN steps s ON s.turn = t.id WHERE t.conversation = ? AND t.withdrawn <= ?
         ORDER BY t.withdrawn, t.id, s.step",
    )?;
    let columns = Columns::of(&statement);
    let mut rows = statement.query(params![value::whole(chat.0), all])?;
    let mut steps: HashMap<TurnId, Vec<Step>> = HashMap::new();
    let mut last: Option<Candidate> = None;
    while let Some(row) = rows.next()? {
        let turn = TurnId(value::count(row, columns.at("turn"))?);
        let said = blocks.remove(&(turn, value::count(row, columns.at("step"))?)).unwrap_or_default();
        let step = read(row, &columns, said, last.as_ref())?;
        last.clone_from(&step.candidate);
        steps.entry(turn).or_default().push(step);
    }
    Ok(steps)
}

/// A step. Most have the candidate of the last one, and then share its names.
fn read(row: &Row<'_>, columns: &Columns, blocks: Vec<Block>, last: Option<&Candidate>) -> rusqlite::Result<Step> {
    let number = |name: &str| value::maybe_count(row, columns.at(name));
    let duration = |name: &str| value::maybe_duration(row, columns.at(name));
    let provider = value::maybe_raw(row, columns.at("provider"))?.unwrap_or_default();
    let model = value::maybe_raw(row, columns.at("model"))?;
    let model = model.as_deref();
    let same = last.filter(|last| Some(last.model.as_str()) == model && *last.provider == *provider);
    let named = |model| Candidate { model: sanitize(model).into(), provider: sanitize(&provider).into() };
    Ok(Step {
        candidate: same.cloned().or_else(|| model.map(named)),
        // What cannot be read must not hide the rest of its step.
        sent: value::maybe_json::<SentRequest>(row, columns.at("request"))?.map(Arc::new),
        outcome: value::maybe_json(row, columns.at("outcome"))?.unwrap_or_default(),
        notes: value::maybe_json(row, columns.at("notes"))?.unwrap_or_default(),
        usage: number("prompt_tokens")?
            .zip(number("completion_tokens")?)
            .map(|(prompt_tokens, completion_tokens)| Usage { prompt_tokens, completion_tokens }),
        timings: Timings {
            first_reasoning: duration("first_reasoning_us")?,
            first_text: duration("first_text_us")?,
            total: duration("total_us")?,
        },
        blocks,
    })
}
