//! From a path to a connection that is fit for use: private files, settings, the latest schema. What can be read of a damaged
//! file is kept in its place, and the file set aside; one of a newer or another program is refused; one that cannot be
//! written is read.

use super::error::{StoreError, is_damage};
use super::header::Header;
use super::identity::{self, Identity, Recorded};
use super::locks::{self, Hold};
use super::salvage::{self, Salvaged};
use super::titles::named_among_others;
use super::{files, read_only, recover, replacement, schema};
use crate::disk;
use crate::format::count;
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
const ONLY_READ: &str = "the history can only be read";

/// What the user should know about how the store was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// The database was damaged and is here now.
    pub set_aside: Option<PathBuf>,
    /// What was kept of it; `None`: nothing, a new one was begun.
    pub salvaged: Option<Salvaged>,
    /// A log that belonged to another file lay beside the database and is here now.
    pub stale_log: Option<PathBuf>,
    /// Why nothing can be written; `None`: it can.
    pub read_only: Option<StoreError>,
    /// What stands in its log only, which is this one, could not be read.
    pub log_unread: Option<PathBuf>,
    /// No other pointsman has this database open, as far as can be known.
    pub alone: bool,
}

impl Opened {
    /// What is amiss with what it has, in one line; `None` when nothing is.
    pub fn notice(&self) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(aside) = &self.set_aside {
            let aside = aside.display();
            parts.push(match &self.salvaged {
                None => format!("the history was damaged; it is kept as {aside}, and a new one is begun"),
                Some(salvaged) => format!("the history was damaged; {salvaged}; the damaged file is kept as {aside}"),
            });
        }
        if let Some(log) = &self.stale_log {
            parts.push(format!(
                "the history is another one than before; what was written last into the one before may stand in its log only, \
                 which is kept as {}: rename it to the name of that file with '-wal' behind it, or delete it",
                log.display()
            ));
        }
        if let Some(log) = &self.log_unread {
            parts.push(format!(
                "the history cannot be written where it is, and what was written last stands in {}, which cannot be read \
                 there: copy both into a folder that can be written, and name it with --data-dir",
                log.display()
            ));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

impl std::fmt::Display for Salvaged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { prompts, torn, lost, .. } = self;
        write!(f, "{} could be kept", count(*prompts, "prompt"))?;
        let mut gaps = named_among_others(torn);
        gaps.extend(lost.iter().map(|what| format!("the {what}")));
        match gaps.is_empty() {
            true => write!(f, ", and nothing else is known to be lost"),
            false => write!(f, ", and something is lost of {}", gaps.join(", ")),
        }
    }
}

/// An open database.
pub(super) struct Database {
    pub(super) connection: Connection,
    pub(super) opened: Opened,
    /// Tells other programs that the database is open, as long as it is held; `None`: it is only read.
    pub(super) presence: Option<File>,
    /// Where it is, behind links.
    pub(super) path: PathBuf,
    /// Which file it is; `None`: it does not matter, since nothing is written.
    pub(super) identity: Option<Identity>,
}

/// Why a database could not be opened.
pub(super) enum Trouble {
    Files(io::Error),
    Database(rusqlite::Error),
    Told(StoreError),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Files(error)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl Trouble {
    /// Two that mend the same history would rename each other's half-built files.
    fn mended_by_another(path: &Path) -> Self {
        let (why, advice) =
            ("another pointsman is mending it".to_owned(), "wait for that one, or end it, and try again");
        Self::Told(StoreError::Failed { what: OPENED, path: path.to_owned(), why, advice })
    }

    pub(super) fn told(self, what: &'static str, path: &Path) -> StoreError {
        match self {
            Self::Files(error) => StoreError::files(what, path, &error),
            Self::Database(error) => StoreError::database(what, path, &error),
            Self::Told(error) => error,
        }
    }

    /// Whether what is there may still be read.
    fn is_about_writing(&self) -> bool {
        use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match self {
            Self::Files(error) => {
                matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem | StorageFull | QuotaExceeded)
            }
            Self::Database(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::ReadOnly
                        | ErrorCode::CannotOpen
                        | ErrorCode::PermissionDenied
                        | ErrorCode::DiskFull
                        | ErrorCode::SystemIoFailure
                )
            ),
            Self::Told(_) => false,
        }
    }
}

/// What to do with a database that cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fallback {
    /// Read it.
    Read,
    /// Nothing: it is an error.
    None,
}

/// Opens the database at `path`, or begins one there.
pub(super) fn open(named: &Path, now: Timestamp, fallback: Fallback) -> Result<Database, StoreError> {
    let path = files::resolve(named).map_err(|error| StoreError::files(OPENED, named, &error))?;
    match (open_to_write(&path, path != named, now), fallback) {
        (Ok(database), _) => Ok(database),
        (Err(trouble), Fallback::Read) => read_instead(path, trouble),
        (Err(trouble), Fallback::None) => Err(trouble.told(OPENED, &path)),
    }
}

/// Opens the database at `path` to be read only, when that is all that `trouble` leaves.
fn read_instead(path: PathBuf, trouble: Trouble) -> Result<Database, StoreError> {
    if trouble.is_about_writing() {
        match read_only::open(&path) {
            Ok(Some((connection, log_unread))) => {
                let read_only = Some(trouble.told(ONLY_READ, &path));
                let log_unread = log_unread.then(|| files::log(&path));
                let opened = Opened { read_only, log_unread, ..Opened::default() };
                return Ok(Database { connection, opened, presence: None, path, identity: None });
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the history cannot even be read"),
        }
    }
    Err(trouble.told(OPENED, &path))
}

fn open_to_write(path: &Path, link: bool, now: Timestamp) -> Result<Database, Trouble> {
    let folder = path.parent().unwrap_or(Path::new(""));
    disk::make_folders(folder)?;
    recover::remove_abandoned(folder);
    let hold = locks::hold(path, locks::START_ATTEMPTS_MAX)?;
    open_holding(path, link, now, &hold)
}

/// The same, when it is known whether other programs are held off.
pub(super) fn open_holding(path: &Path, link: bool, now: Timestamp, hold: &Hold) -> Result<Database, Trouble> {
    // What is there of a replacement is the other program's, and what is in its place meanwhile goes.
    if matches!(hold, Hold::Others) && replacement::is_there(path) {
        return Err(Trouble::mended_by_another(path));
    }
    let (mut presence, alone) = locks::enter(path)?;
    replacement::resume(path)?;
    let recorded = Recorded::read(&mut presence)?;
    let mut stale_log = recorded.set_stale_aside(path, now)?;
    // Where another one is open, perhaps in this process, the file must not be looked at.
    let header = if alone { Header::read(path).ok() } else { None };
    let state = header.as_ref().and_then(|header| header.as_ref()?.state());
    let is_damaged = header.as_ref().is_some_and(|header| header.as_ref().is_some_and(Header::is_damaged));
    if header.is_some() && !is_damaged && stale_log.is_none() {
        stale_log = recorded.set_overwritten_aside(path, state, now)?;
    }
    let mut opened = Opened { stale_log, alone, ..Opened::default() };
    let attempted = match header.flatten() {
        Some(header) if header.misleads() => Err(Trouble::Database(damage("its first bytes are damaged"))),
        _ => attempt(path, link),
    };
    let connection = match attempted {
        Err(Trouble::Database(error)) if is_damage(&error) => {
            if matches!(hold, Hold::Others) {
                return Err(Trouble::mended_by_another(path));
            }
            (opened.set_aside, opened.salvaged) = clear(path, link, now)?;
            attempt(path, link)?
        }
        attempted => attempted?,
    };
    // Whole or new: either way nothing is wrong with it any more, and what was to replace it is a copy of its texts.
    files::trust(path)?;
    if matches!(hold, Hold::Mine { .. }) {
        replacement::give_up(path)?;
    }
    let identity = Identity::of(path)?;
    let state = match opened.set_aside {
        None if alone => state,
        None => recorded.state_of(identity),
        Some(_) => None,
    };
    if let Err(error) = identity::record(&mut presence, path, state) {
        tracing::warn!(%error, "should the history be replaced, its log may be taken for the new one's");
    }
    Ok(Database { connection, opened, presence: Some(presence), path: path.to_owned(), identity })
}

/// Makes room for a whole database where a damaged one is: one with what could be read of it, or a new one. Gives back where
/// the damaged one is now, and what could be read.
fn clear(path: &Path, link: bool, now: Timestamp) -> Result<(Option<PathBuf>, Option<Salvaged>), Trouble> {
    match rescue(path)? {
        Some(salvaged) => Ok((Some(replacement::finish(path, now)?), Some(salvaged))),
        // What a link leads to and nothing can be read of may be anything.
        None if link => Err(Trouble::Told(StoreError::Foreign { path: path.to_owned() })),
        None => Ok((Some(files::set_aside(path, now)?), None)),
    }
}

/// Builds a database of what can be read of the one at `path`, beside it. `None`: nothing can.
fn rescue(path: &Path) -> Result<Option<Salvaged>, Trouble> {
    if Header::read(path)?.is_some_and(|header| header.can_be_mended()) {
        let copy = recover::Copy::of(path, path.parent().unwrap_or(Path::new("")))?;
        if let Some(salvaged) = rescue_from(copy.path(), path)? {
            return Ok(Some(salvaged));
        }
    }
    rescue_from(path, path)
}

fn rescue_from(file: &Path, path: &Path) -> Result<Option<Salvaged>, Trouble> {
    let opened = salvage::source(file).and_then(|source| Ok((schema::version(&source)?, source)));
    let (found, source) = match opened {
        Ok((found, source)) if (1..=schema::KNOWN).contains(&found) => (found, source),
        Err(error) if !is_damage(&error) => return Err(error.into()),
        _ => return Ok(None),
    };
    let target = replacement::begin(path)?;
    let salvaged = build(&source, found, &target);
    match salvaged {
        Ok(salvaged) if salvaged.rows > 0 => return Ok(Some(salvaged)),
        _ => replacement::give_up(path)?,
    }
    salvaged.map(|_| None).map_err(Trouble::from)
}

fn build(source: &Connection, found: u32, target: &Path) -> rusqlite::Result<Salvaged> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(target, flags)?;
    // Until it is whole, it is nothing: what a crash leaves of it is begun anew.
    connection.pragma_update(None, "synchronous", false)?;
    let salvaged = salvage::salvage(source, found, &mut connection)?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(salvaged)
}

/// Takes what can be read of the database `from`, which is left as it is, into a new one at `into`.
///
/// # Errors
/// When `from` is no database of this program, or `into` cannot be written.
pub(super) fn salvage_into(from: &Path, into: &Path) -> Result<Salvaged, StoreError> {
    let opened = salvage::source(from).and_then(|source| Ok((schema::version(&source)?, source)));
    let (found, source) = match opened {
        Err(error) if is_damage(&error) => return Err(StoreError::Foreign { path: from.to_owned() }),
        opened => opened.map_err(|error| StoreError::database("what is left could not be read", from, &error))?,
    };
    match found {
        // Where the list of tables cannot be read either, the rows say what it is.
        ..=schema::KNOWN if found == 0 || !schema::is_ours(&source, found).unwrap_or(true) => {
            Err(StoreError::Foreign { path: from.to_owned() })
        }
        ..=schema::KNOWN => {
            let failed = |error: rusqlite::Error| StoreError::database("what was read could not be kept", into, &error);
            files::private_database(into, false)
                .map_err(|error| StoreError::files("what was read could not be kept", into, &error))?;
            build(&source, found, into).map_err(failed)
        }
        _ => Err(StoreError::Newer { path: from.to_owned(), found, known: schema::KNOWN }),
    }
}

/// Opens what is there.
fn attempt(path: &Path, link: bool) -> Result<Connection, Trouble> {
    files::private_database(path, link)?;
    let (connection, found) = connect(path)?;
    if found > schema::KNOWN {
        return Err(Trouble::Told(StoreError::Newer { path: path.to_owned(), found, known: schema::KNOWN }));
    }
    if !schema::is_ours(&connection, found)? {
        return Err(Trouble::Told(StoreError::Foreign { path: path.to_owned() }));
    }
    if connection.is_readonly("main")? {
        return Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_READONLY), None).into());
    }
    let connection = prepare(connection)?;
    Ok(inspect(connection, path)?)
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
    if let Err(error) = schema::draw_history(&mut connection) {
        tracing::warn!(%error, "should another history be copied over this one, that may not be noticed");
    }
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
    match rebuild_indexes(&connection) {
        Ok(()) => Ok(connection),
        Err(error) if hindered(&error) => Err(error),
        Err(_) => Err(damage),
    }
}

fn check(connection: &Connection) -> rusqlite::Result<()> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get("integrity_check"))?;
    match found.as_str() {
        "ok" => Ok(()),
        _ => Err(damage(&found)),
    }
}

fn damage(what: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(what.to_owned()))
}

/// Makes all indexes anew, for all that they hold is in the tables, too; changes nothing when that does not help.
fn rebuild_indexes(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch("INSERT INTO words (words) VALUES ('rebuild')")?;
    if check(&transaction).is_err() {
        transaction.execute_batch("REINDEX")?;
        check(&transaction)?;
    }
    transaction.commit()
}

/// Whether something else than damage was in the way, so that a later start can do better.
fn hindered(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DiskFull | ErrorCode::ReadOnly))
}
