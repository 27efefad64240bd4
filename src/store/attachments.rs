//! The table of attachments: the files that go with prompts. Must not hold their content, which is in `blobs`.

use super::value::{self, Columns};
use crate::chat::{Attachment, BlobHash, BlobRef, ConversationId, Extent, TurnId};
use rusqlite::{Connection, Row, params};
use std::collections::HashMap;

/// Writes the attachments of a turn that has none.
pub(super) fn insert(connection: &Connection, turn: TurnId, attachments: &[Attachment]) -> rusqlite::Result<()> {
    for (place, Attachment { name, blob, extent }) in attachments.iter().enumerate() {
        let (pixels, text) = match *extent {
            Extent::Pixels { width, height } => (Some((width, height)), None),
            Extent::Text { lines, tokens } => (None, Some((lines, tokens))),
            Extent::Unknown => (None, None),
        };
        connection
            .prepare(
                "INSERT INTO attachments (turn, seq, name, blob, media_type, size, width, height, lines, tokens)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                value::whole(turn.0),
                value::whole(place),
                name,
                blob.hash.as_str(),
                &*blob.media_type,
                value::whole(blob.size),
                pixels.map(|(width, _)| width),
                pixels.map(|(_, height)| height),
                text.map(|(lines, _)| lines),
                text.map(|(_, tokens)| tokens),
            ])?;
    }
    Ok(())
}

/// The attachments of a conversation's turns, each turn's in their order. One whose blob has no hash is left out: it
/// could never be shown.
pub(super) fn of(connection: &Connection, chat: ConversationId) -> rusqlite::Result<HashMap<TurnId, Vec<Attachment>>> {
    let mut statement = connection.prepare(
        "SELECT a.* FROM turns t CROSS JOIN attachments a ON a.turn = t.id WHERE t.conversation = ?
         ORDER BY t.withdrawn, t.id, a.seq",
    )?;
    let columns = Columns::of(&statement);
    let mut rows = statement.query([value::whole(chat.0)])?;
    let mut attachments: HashMap<TurnId, Vec<Attachment>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let Some(hash) = BlobHash::parse(&value::text(row, columns.at("blob"))?) else { continue };
        let blob = BlobRef {
            hash,
            media_type: value::text(row, columns.at("media_type"))?.into(),
            size: value::count(row, columns.at("size"))?,
        };
        let turn = TurnId(value::count(row, columns.at("turn"))?);
        let (name, extent) = (value::text(row, columns.at("name"))?, extent(row, &columns)?);
        attachments.entry(turn).or_default().push(Attachment { name, blob, extent });
    }
    Ok(attachments)
}

fn extent(row: &Row<'_>, columns: &Columns) -> rusqlite::Result<Extent> {
    let number = |column| row.get::<_, Option<u32>>(columns.at(column));
    Ok(match (number("width")?, number("height")?, number("lines")?, number("tokens")?) {
        (Some(width), Some(height), ..) => Extent::Pixels { width, height },
        (_, _, Some(lines), Some(tokens)) => Extent::Text { lines, tokens },
        _ => Extent::Unknown,
    })
}
