//! From a path to a connection that is fit for use: private files, settings, the latest schema. A damaged file is set
//! aside and a new one begun; a newer one is refused.

use super::error::{StoreError, is_damage};
use super::{files, schema};
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long an operation waits for another program that writes. A write takes about a millisecond, so a program that holds
/// the database for longer is stuck.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

const OPENED: &str = "the history could not be opened";

/// What the user should know about how the store was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// The database was damaged, is here now, and a new one was begun.
    pub set_aside: Option<PathBuf>,
    /// No other pointsman has this database open, as far as can be known.
    pub alone: bool,
}

impl Opened {
    /// It in one line; `None` when all is well.
    pub fn notice(&self) -> Option<String> {
        let aside = self.set_aside.as_ref()?;
        Some(format!("the history was damaged; it is kept as {}, and a new one is begun", aside.display()))
    }
}

/// A connection, what is to be said of it, and the file that tells others of it as long as it is held.
pub(super) fn open(path: &Path, now: Timestamp) -> Result<(Connection, Opened, File), StoreError> {
    let failed = |error: io::Error| StoreError::files(OPENED, path, &error);
    files::private_folder(path.parent().unwrap_or(Path::new(""))).map_err(failed)?;
    let _hold = files::hold(path).map_err(failed)?;
    let (presence, alone) = files::enter(path).map_err(failed)?;
    let (connection, set_aside) = match attempt(path)? {
        Ok(connection) => (connection, None),
        Err(error) if is_damage(&error) => {
            let aside = files::set_aside(path, now)
                .map_err(|error| StoreError::files("the damaged history could not be set aside", path, &error))?;
            let connection = attempt(path)?.map_err(|error| StoreError::database(OPENED, path, &error))?;
            (connection, Some(aside))
        }
        Err(error) => return Err(StoreError::database(OPENED, path, &error)),
    };
    // Whole or new: either way nothing is wrong with it any more.
    files::trust(path).map_err(failed)?;
    Ok((connection, Opened { set_aside, alone }, presence))
}

/// Opens what is there. What `SQLite` says is told apart, since damage can be helped.
fn attempt(path: &Path) -> Result<rusqlite::Result<Connection>, StoreError> {
    files::private_database(path).map_err(|error| StoreError::files(OPENED, path, &error))?;
    let (connection, found) = match connect(path) {
        Ok(connected) => connected,
        Err(error) => return Ok(Err(error)),
    };
    if found > schema::KNOWN {
        return Err(StoreError::Newer { path: path.to_owned(), found, known: schema::KNOWN });
    }
    Ok(prepare(connection).and_then(|connection| inspect(connection, path)))
}

/// A connection and the schema that it found. Changes nothing in the file.
fn connect(path: &Path) -> rusqlite::Result<(Connection, u32)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let found = schema::version(&connection)?;
    Ok((connection, found))
}

fn prepare(mut connection: Connection) -> rusqlite::Result<Connection> {
    // Readers and a writer do not wait for each other, and a commit costs one write. A crash of the program loses
    // nothing; a power cut may lose the last commits, never the database.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is deleted is overwritten, not only forgotten.
    connection.pragma_update(None, "secure_delete", true)?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Reads the whole database when it seemed damaged to a program. Otherwise the time is better spent: what is damaged
/// deep inside is found when it is read, and then it does.
fn inspect(connection: Connection, path: &Path) -> rusqlite::Result<Connection> {
    if !files::is_suspect(path) {
        return Ok(connection);
    }
    let Err(damage) = check(&connection) else { return Ok(connection) };
    if !is_damage(&damage) {
        return Err(damage);
    }
    match rebuild_words(&connection) {
        Ok(()) => Ok(connection),
        Err(error) if hindered(&error) => Err(error),
        Err(_) => Err(damage),
    }
}

fn check(connection: &Connection) -> rusqlite::Result<()> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get("integrity_check"))?;
    match found.as_str() {
        "ok" => Ok(()),
        _ => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(found))),
    }
}

/// Makes the index of words anew, for all that it holds is in the turns, too; changes nothing when that does not help.
fn rebuild_words(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch("INSERT INTO words (words) VALUES ('rebuild')")?;
    check(&transaction)?;
    transaction.commit()
}

/// Whether something else than damage was in the way, so that a later start can do better.
fn hindered(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DiskFull | ErrorCode::ReadOnly))
}
