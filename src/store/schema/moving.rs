//! The part of migration 5 that SQL cannot do: makes steps of what happened to each turn. Uses no code that writes the
//! tables as they are now, since that code changes with them.

use crate::chat::StepOutcome;
use crate::config::ModelId;
use crate::router::Candidate;
use crate::store::legacy::{OldNote, OldTurn};
use crate::store::value;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, Statement, params, params_from_iter};
use std::borrow::Cow;

/// How many turns are moved before their old rows are deleted, which makes room for the next ones.
const BATCH_TURNS: i64 = 500;

/// A turn as it was; what is only copied, as it stands.
struct Old {
    id: i64,
    is_open: bool,
    copied: Vec<Value>,
    notes: Vec<OldNote>,
    model: Option<String>,
    decided: Option<Candidate>,
    answer: String,
    reasoning: String,
    request: Value,
    figures: Vec<Value>,
}

/// The columns of a turn that stay as they are.
const COPIED: [&str; 10] = [
    "id",
    "conversation",
    "parent",
    "asked_at",
    "withdrawn",
    "prompt",
    "wish_category",
    "wish_model",
    "ending",
    "corrected",
];
/// The columns that go to the step with the content.
const FIGURES: [&str; 5] = ["prompt_tokens", "completion_tokens", "first_reasoning_us", "first_text_us", "total_us"];

/// Moves all turns.
pub(super) fn move_turns(connection: &Connection) -> rusqlite::Result<()> {
    let mut some = connection.prepare(
        "SELECT t.*, d.model AS decided_model, d.provider AS decided_provider
         FROM old_turns t LEFT JOIN decisions d ON d.turn = t.id WHERE t.id > ? ORDER BY t.id LIMIT ?",
    )?;
    let mut target = Target::new(connection)?;
    let mut last = i64::MIN;
    loop {
        let turns: Vec<Old> = some.query_map([last, BATCH_TURNS], read)?.collect::<rusqlite::Result<_>>()?;
        let Some(newest) = turns.last().map(|turn| turn.id) else { return Ok(()) };
        for mut turn in turns {
            if turn.is_open {
                add_pieces(connection, &mut turn)?;
            }
            target.write(turn)?;
        }
        last = newest;
        connection.execute("DELETE FROM pieces WHERE turn <= ?", [last])?;
        connection.execute("DELETE FROM old_turns WHERE id <= ?", [last])?;
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Old> {
    let all = |names: &[&str]| names.iter().map(|name| copied(row, name)).collect::<rusqlite::Result<Vec<Value>>>();
    let text = |name: &str| value::maybe_raw(row, name).map(|text| text.map(Cow::into_owned));
    let decided = text("decided_model")?.zip(text("decided_provider")?);
    Ok(Old {
        id: row.get("id")?,
        is_open: row.get_ref("ending")? == ValueRef::Null,
        copied: all(&COPIED)?,
        notes: OldNote::all(value::maybe_json(row, "notes")?),
        model: text("model")?,
        decided: decided.map(|(model, provider)| Candidate { model: model.into(), provider: provider.into() }),
        answer: value::raw(row, "answer")?.into_owned(),
        reasoning: value::raw(row, "reasoning")?.into_owned(),
        request: copied(row, "request")?,
        figures: all(&FIGURES)?,
    })
}

/// A value that is only copied.
fn copied(row: &Row<'_>, name: &str) -> rusqlite::Result<Value> {
    match row.get_ref(name)? {
        ValueRef::Text(_) => Ok(Value::Text(value::raw(row, name)?.into_owned())),
        _ => row.get(name),
    }
}

/// Adds what came of an answer since its turn was last written whole.
fn add_pieces(connection: &Connection, turn: &mut Old) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT answer, reasoning FROM pieces WHERE turn = ? ORDER BY seq")?;
    let mut rows = statement.query([turn.id])?;
    while let Some(row) = rows.next()? {
        turn.answer += &value::raw(row, "answer")?;
        turn.reasoning += &value::raw(row, "reasoning")?;
    }
    Ok(())
}

/// The tables that a turn comes into.
struct Target<'a> {
    turns: Statement<'a>,
    steps: Statement<'a>,
    content: Statement<'a>,
    blocks: Statement<'a>,
    /// The id of the last block.
    last_block: i64,
}

impl<'a> Target<'a> {
    fn new(connection: &'a Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            turns: connection.prepare(
                "INSERT INTO turns (id, conversation, parent, asked_at, withdrawn, prompt, route_category, route_model,
                 ending, corrected, answer_block) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?,
            steps: connection
                .prepare("INSERT INTO steps (turn, step, provider, model, outcome, notes) VALUES (?, ?, ?, ?, ?, ?)")?,
            content: connection.prepare(
                "UPDATE steps SET prompt_tokens = ?, completion_tokens = ?, first_reasoning_us = ?, first_text_us = ?,
                 total_us = ?, request = ? WHERE turn = ? AND step = ?",
            )?,
            last_block: 0,
            blocks: connection
                .prepare("INSERT INTO blocks (id, turn, step, block, seq, kind, body) VALUES (?, ?, ?, ?, 0, ?, ?)")?,
        })
    }

    fn write(&mut self, turn: Old) -> rusqlite::Result<()> {
        let texts = [("reasoning", &turn.reasoning), ("text", &turn.answer)];
        let blocks: Vec<(&str, &String)> = texts.into_iter().filter(|(_, body)| !body.is_empty()).collect();
        let was_asked = turn.request != Value::Null || !blocks.is_empty();
        let old = OldTurn {
            notes: turn.notes,
            model: turn.model.map(ModelId::from),
            decided: turn.decided,
            has_content: was_asked || turn.figures.iter().any(|figure| *figure != Value::Null),
        };
        let (steps, content) = old.steps();
        let is_shown = |at: &usize| was_asked || steps[*at].outcome == StepOutcome::Current;
        let is_read = !turn.is_open && !turn.answer.is_empty() && content.as_ref().is_some_and(is_shown);
        // The answer is the last of the blocks.
        let answer = if is_read { Value::Integer(self.last_block + value::whole(blocks.len())) } else { Value::Null };
        self.turns.execute(params_from_iter(turn.copied.into_iter().chain([answer])))?;
        for (at, step) in steps.iter().enumerate() {
            let is_current = step.outcome == StepOutcome::Current;
            self.steps.execute(params![
                turn.id,
                value::whole(at),
                step.candidate.as_ref().map(|candidate| &*candidate.provider),
                step.model().map(ModelId::as_str),
                (!is_current).then(|| value::json(&step.outcome)).transpose()?,
                (!step.notes.is_empty()).then(|| value::json(&step.notes)).transpose()?,
            ])?;
        }
        let Some(content) = content.map(value::whole) else { return Ok(()) };
        let place = [turn.request, Value::Integer(turn.id), Value::Integer(content)];
        self.content.execute(params_from_iter(turn.figures.into_iter().chain(place)))?;
        for (place, (kind, body)) in blocks.into_iter().enumerate() {
            self.last_block += 1;
            self.blocks.execute(params![self.last_block, turn.id, content, value::whole(place), kind, body])?;
        }
        Ok(())
    }
}
