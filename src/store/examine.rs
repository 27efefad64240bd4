//! A look at the database from outside: whether it is whole, how large, whose. Changes nothing, begins nothing, and takes
//! no step of the schema.

use super::error::{StoreError, is_damage};
use super::{files, maintenance, schema, value};
use rusqlite::{Connection, OpenFlags, ffi};
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

const LOOKED: &str = "the history could not be looked at";

const CHATS: &str = "SELECT count(*) AS chats FROM conversations WHERE deleted_at IS NULL";

/// How long a writer is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(1);

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
}

/// What the database at `path` is like; `None` when there is none.
///
/// Reads all of it, which takes a second for some hundred megabytes.
///
/// # Errors
/// When it cannot be read, is damaged, or a newer program's.
pub fn examine(path: &Path) -> Result<Option<Examined>, StoreError> {
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => return Ok(None),
        Err(error) => return Err(StoreError::files(LOOKED, path, &error)),
    }
    // One that no program has open is read as if nothing could change: `SQLite` would leave files beside it otherwise.
    let in_use = files::is_in_use(path);
    let unchanging = !in_use && !files::has_journal(path);
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
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(address(path, unchanging), flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
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
    Ok(Examined { bytes, schema, known: schema::KNOWN, chats, in_use })
}

/// The path as the address of a file, which alone can say that nothing changes.
fn address(path: &Path, unchanging: bool) -> String {
    let mut address = String::from("file:");
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => address.push(char::from(byte)),
            _ => {
                let _ = write!(address, "%{byte:02x}");
            }
        }
    }
    if unchanging {
        address.push_str("?immutable=1");
    }
    address
}
