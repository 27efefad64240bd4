//! A look at the database from outside: whether it is whole, how large, whose. Changes nothing, begins nothing, and takes
//! no step of the schema.

use super::error::{StoreError, is_damage};
use super::{files, locks, maintenance, read_only, schema, value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ffi};
use std::collections::BTreeMap;
use std::path::Path;

const LOOKED: &str = "the history could not be looked at";

const CHATS: &str = "SELECT count(*) AS chats FROM conversations WHERE deleted_at IS NULL";

/// What a database is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Its size, in bytes.
    pub bytes: u64,
    /// Its schema; behind [`Examined::known`]: the next start takes the steps that are missing.
    pub schema: u32,
    /// The latest schema that this program knows.
    pub known: u32,
    /// How many chats it has; `None` where its schema does not tell.
    pub chats: Option<u64>,
    /// Whether a pointsman has it open.
    pub in_use: bool,
    /// The titles of chats with a text that is no UTF-8, which is shown with U+FFFD for what cannot be read.
    pub garbled: Vec<String>,
    /// Whether there is such a text that belongs to no chat.
    pub others_garbled: bool,
}

/// What the database at `path` is like; `None` when there is none.
///
/// Reads all of it, which takes a second for some hundred megabytes.
///
/// # Errors
/// When it cannot be read, is damaged, or a newer program's.
pub fn examine(path: &Path) -> Result<Option<Examined>, StoreError> {
    let path = &files::resolve(path).map_err(|error| StoreError::files(LOOKED, path, &error))?;
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => return Ok(None),
        Err(error) => return Err(StoreError::files(LOOKED, path, &error)),
    }
    let (in_use, unchanging) = (locks::is_in_use(path), files::is_at_rest(path));
    let examined = look(path, in_use, unchanging).or_else(|error| match error {
        // It may just have been opened by a pointsman, and what is read then is half of it.
        error if unchanging && is_damage(&error) && files::has_journal(path) => look(path, in_use, false),
        error => Err(error),
    });
    let examined = examined.map_err(|error| StoreError::database(LOOKED, path, &error))?;
    match examined {
        Examined { schema: found, known, .. } if found > known => {
            Err(StoreError::Newer { path: path.to_owned(), found, known })
        }
        examined => Ok(Some(examined)),
    }
}

fn look(path: &Path, in_use: bool, unchanging: bool) -> rusqlite::Result<Examined> {
    let connection = read_only::connect(path, unchanging)?;
    let schema = schema::version(&connection)?;
    let sound: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get("quick_check"))?;
    if sound != "ok" {
        return Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(sound)));
    }
    let (bytes, _) = maintenance::pages(&connection)?;
    // The first schema had no chats, and what a later one has is not known.
    let chats = match schema {
        2..=schema::KNOWN => Some(connection.query_row(CHATS, [], |row| value::count(row, "chats"))?),
        _ => None,
    };
    let garbled = if schema == schema::KNOWN { garbled(&connection)? } else { BTreeMap::new() };
    let others_garbled = garbled.contains_key(&None);
    let garbled = garbled.into_iter().filter(|(chat, _)| chat.is_some()).map(|(_, title)| title).collect();
    Ok(Examined { bytes, schema, known: schema::KNOWN, chats, in_use, garbled, others_garbled })
}

/// Every table with texts, and the chat that each row belongs to.
const TEXTS: [&str; 11] = [
    "SELECT id AS chat, title, category, model, excerpt FROM conversations",
    "SELECT conversation AS chat, * FROM turns",
    "SELECT t.conversation AS chat, s.* FROM steps s LEFT JOIN turns t ON t.id = s.turn",
    "SELECT t.conversation AS chat, b.* FROM blocks b LEFT JOIN turns t ON t.id = b.turn",
    "SELECT t.conversation AS chat, a.* FROM attachments a LEFT JOIN turns t ON t.id = a.turn",
    "SELECT t.conversation AS chat, d.* FROM decisions d LEFT JOIN turns t ON t.id = d.turn",
    "SELECT conversation AS chat, place FROM places",
    "SELECT NULL AS chat, * FROM lessons",
    "SELECT NULL AS chat, * FROM outcomes",
    "SELECT NULL AS chat, * FROM verdicts",
    "SELECT NULL AS chat, * FROM offers",
];

/// Reads every text once. Gives back the chats, by their ids, with the titles, that have one which is no UTF-8; no id stands
/// for what belongs to no chat.
fn garbled(connection: &Connection) -> rusqlite::Result<BTreeMap<Option<i64>, String>> {
    let mut garbled = BTreeMap::new();
    for sql in TEXTS {
        let mut statement = connection.prepare(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 1..columns {
                if let ValueRef::Text(bytes) = row.get_ref(column)?
                    && std::str::from_utf8(bytes).is_err()
                {
                    garbled.entry(row.get::<_, Option<i64>>("chat")?).or_insert_with(String::new);
                }
            }
        }
    }
    let mut title = connection.prepare("SELECT title FROM conversations WHERE id = ?")?;
    for (chat, named) in &mut garbled {
        let mut rows = title.query([chat])?;
        if let Some(row) = rows.next()? {
            *named = value::text(row, "title")?;
        }
    }
    Ok(garbled)
}
