//! The table of blocks: what the steps of a turn said.
//!
//! A block that grows is written piece by piece, a row a piece, so that a long answer costs what it is long. When its turn
//! ends, its rows become one.

use super::ops::TextKind;
use super::turns;
use super::value::{self, Columns};
use crate::chat::{BlobHash, BlobRef, Block, ConversationId, Source, ToolCall, TurnId};
use crate::text::sanitize::{Sanitizer, sanitize};
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The place of a block: its turn, its step in the turn, and its place in the step.
pub(super) type Place = (TurnId, usize, usize);

const TEXT: &str = "text";
const REASONING: &str = "reasoning";
const IMAGE: &str = "image";
const AUDIO: &str = "audio";
const SOURCES: &str = "sources";
const TOOL_CALL: &str = "tool_call";
const UNKNOWN: &str = "unknown";

/// The body of a picture or a recording; its hash is in a column of its own.
#[derive(Serialize, Deserialize)]
struct Media {
    media_type: Arc<str>,
    size: u64,
}

/// The body of a block of a kind that the writing version did not know.
#[derive(Serialize, Deserialize)]
struct Unknown {
    kind: String,
    json: Value,
}

/// Writes a piece of a block that grows.
pub(super) fn append(
    connection: &Connection,
    (turn, step, block): Place,
    kind: TextKind,
    text: &str,
) -> rusqlite::Result<()> {
    if !turns::is_open(connection, turn)? {
        return Ok(());
    }
    let kind = match kind {
        TextKind::Text => TEXT,
        TextKind::Reasoning => REASONING,
    };
    connection
        .prepare(
            "INSERT INTO blocks (turn, step, block, seq, kind, body) SELECT ?1, ?2, ?3, coalesce(max(seq), -1) + 1, ?4, ?5
             FROM blocks WHERE turn = ?1 AND step = ?2 AND block = ?3",
        )?
        .execute(params![value::whole(turn.0), value::whole(step), value::whole(block), kind, text])
        .map(drop)
}

/// Writes a block that comes whole, over what stands at its place.
pub(super) fn add(connection: &Connection, place: Place, block: &Block) -> rusqlite::Result<()> {
    if !turns::is_open(connection, place.0)? {
        return Ok(());
    }
    connection.prepare("DELETE FROM blocks WHERE turn = ? AND step = ? AND block = ?")?.execute(params![
        value::whole(place.0.0),
        value::whole(place.1),
        value::whole(place.2)
    ])?;
    insert(connection, place, block)
}

/// Writes a block where there is none.
pub(super) fn insert(connection: &Connection, (turn, step, at): Place, block: &Block) -> rusqlite::Result<()> {
    let json;
    let (kind, body, blob) = match block {
        Block::Text(text) => (TEXT, text, None),
        Block::Reasoning(text) => (REASONING, text, None),
        Block::Image(BlobRef { hash, media_type, size }) | Block::Audio(BlobRef { hash, media_type, size }) => {
            json = value::json(&Media { media_type: media_type.clone(), size: *size })?;
            (if matches!(block, Block::Image(_)) { IMAGE } else { AUDIO }, &json, Some(hash.as_str()))
        }
        Block::Sources(sources) => {
            json = value::json(sources)?;
            (SOURCES, &json, None)
        }
        Block::ToolCall(call) => {
            json = value::json(call)?;
            (TOOL_CALL, &json, None)
        }
        Block::Unknown { kind, json: known } => {
            json = value::json(&Unknown { kind: kind.clone(), json: known.clone() })?;
            (UNKNOWN, &json, None)
        }
    };
    connection
        .prepare("INSERT INTO blocks (turn, step, block, seq, kind, body, blob) VALUES (?, ?, ?, 0, ?, ?, ?)")?
        .execute(params![value::whole(turn.0), value::whole(step), value::whole(at), kind, body, blob])
        .map(drop)
}

/// Deletes the blocks of a step.
pub(super) fn delete(connection: &Connection, turn: TurnId, step: usize) -> rusqlite::Result<()> {
    connection
        .prepare("DELETE FROM blocks WHERE turn = ? AND step = ?")?
        .execute(params![value::whole(turn.0), value::whole(step)])
        .map(drop)
}

/// Makes one row of each block of a turn. The pieces are joined here, one after the other: SQL would sort them, and hold
/// them twice.
pub(super) fn compact(connection: &Connection, turn: i64) -> rusqlite::Result<()> {
    let in_pieces: Vec<(i64, i64)> = connection
        .prepare("SELECT step, block FROM blocks WHERE turn = ? AND seq > 0 GROUP BY step, block")?
        .query_map([turn], |row| Ok((row.get("step")?, row.get("block")?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (step, block) in in_pieces {
        let place = params![turn, step, block];
        let mut whole = String::new();
        let mut pieces =
            connection.prepare("SELECT body FROM blocks WHERE turn = ? AND step = ? AND block = ? ORDER BY seq")?;
        let mut rows = pieces.query(place)?;
        while let Some(row) = rows.next()? {
            whole.push_str(&value::raw(row, "body")?);
        }
        drop(rows);
        connection
            .prepare("DELETE FROM blocks WHERE turn = ? AND step = ? AND block = ? AND seq > 0")?
            .execute(place)?;
        let mut update =
            connection.prepare("UPDATE blocks SET body = ? WHERE turn = ? AND step = ? AND block = ? AND seq = 0")?;
        update.raw_bind_parameter(1, &whole)?;
        // `SQLite` has its own copy now, and makes a second one while it writes. A third would be seen in the memory of the
        // process: an answer may be as long as `chat.answer_bytes`.
        drop(whole);
        for (at, place) in [turn, step, block].into_iter().enumerate() {
            update.raw_bind_parameter(at + 2, place)?;
        }
        update.raw_execute()?;
    }
    Ok(())
}

/// The blocks of a conversation's turns by turn and step, each step's in their order; those of turns that were withdrawn
/// only when `all` are wanted.
pub(super) fn of(
    connection: &Connection,
    chat: ConversationId,
    all: bool,
) -> rusqlite::Result<HashMap<(TurnId, u64), Vec<Block>>> {
    let mut statement = connection.prepare(
        "SELECT b.turn, b.step, b.seq, b.kind, b.body, b.blob FROM turns t CROSS JOIN blocks b ON b.turn = t.id
         WHERE t.conversation = ? AND t.withdrawn <= ? ORDER BY t.withdrawn, t.id, b.step, b.block, b.seq",
    )?;
    let columns = Columns::of(&statement);
    let mut rows = statement.query(params![value::whole(chat.0), all])?;
    let mut blocks: HashMap<(TurnId, u64), Vec<Block>> = HashMap::new();
    // What hides text may be cut in two, so a block is cleaned as one text.
    let mut cleaner = Sanitizer::default();
    while let Some(row) = rows.next()? {
        let turn = TurnId(value::count(row, columns.at("turn"))?);
        let of_step = blocks.entry((turn, value::count(row, columns.at("step"))?)).or_default();
        let goes_on = row.get::<_, i64>(columns.at("seq"))? > 0;
        let kind = &*value::raw(row, columns.at("kind"))?;
        let body = &*value::raw(row, columns.at("body"))?;
        match of_step.last_mut() {
            Some(Block::Text(text)) if goes_on && kind == TEXT => text.push_str(&cleaner.push(body)),
            Some(Block::Reasoning(text)) if goes_on && kind == REASONING => text.push_str(&cleaner.push(body)),
            _ => {
                cleaner = Sanitizer::default();
                of_step.push(read(row, &columns, kind, body, &mut cleaner)?);
            }
        }
    }
    Ok(blocks)
}

/// A block; one that cannot be read as what it says it is, is unknown.
fn read(row: &Row<'_>, columns: &Columns, kind: &str, body: &str, cleaner: &mut Sanitizer) -> rusqlite::Result<Block> {
    let known = match kind {
        TEXT => Some(Block::Text(cleaner.push(body))),
        REASONING => Some(Block::Reasoning(cleaner.push(body))),
        IMAGE | AUDIO => {
            let hash = value::maybe_text(row, columns.at("blob"))?.and_then(|hash| BlobHash::parse(&hash));
            let media = hash.zip(value::from_json::<Media>(body));
            let blob = media.map(|(hash, Media { media_type, size })| BlobRef { hash, media_type, size });
            blob.map(if kind == IMAGE { Block::Image } else { Block::Audio })
        }
        SOURCES => value::from_json::<Vec<Source>>(body)
            .map(|sources| sources.iter().map(|Source { url, title }| Source::new(url, title)).collect())
            .map(Block::Sources),
        TOOL_CALL => value::from_json::<ToolCall>(body).map(Block::ToolCall),
        UNKNOWN => value::from_json(body).map(|Unknown { kind, json }| Block::of_field(kind, json)),
        _ => None,
    };
    let unknown = || Block::Unknown {
        kind: sanitize(kind),
        json: value::from_json(body).unwrap_or_else(|| Value::String(sanitize(body))),
    };
    Ok(known.unwrap_or_else(unknown))
}
