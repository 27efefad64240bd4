//! Reading a database where nothing can be written: a medium or folder that is read-only, a file of another user, a full
//! disk. Leaves nothing beside it.

use super::{files, salvage, schema};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// How long a writer is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection to the database at `path`, with the schema that this program knows, and whether its log could not be read;
/// `None` when there is no database that it knows.
pub(super) fn open(path: &Path) -> rusqlite::Result<Option<(Connection, bool)>> {
    let (found, connection, log_unread) = match read_version(path, files::is_at_rest(path)) {
        // A database in this mode is read with its log, by an index of the log that lies in a file beside it. Where that
        // file is not there and cannot be made, the database alone can be read, as one that does not change.
        Err(error) if cannot_begin(&error) => {
            let (found, connection) = read_version(path, true)?;
            (found, connection, files::has_log(path))
        }
        read => {
            let (found, connection) = read?;
            (found, connection, false)
        }
    };
    let connection = match found {
        schema::KNOWN => connection,
        1..schema::KNOWN if schema::is_ours(&connection, found)? => {
            // The steps of the schema are taken in a copy in memory.
            let mut copy = Connection::open_in_memory()?;
            salvage::salvage(&connection, found, &mut copy)?;
            copy
        }
        _ => return Ok(None),
    };
    connection.pragma_update(None, "query_only", true)?;
    Ok(Some((connection, log_unread)))
}

fn cannot_begin(error: &rusqlite::Error) -> bool {
    use ErrorCode::{CannotOpen, DiskFull, PermissionDenied, ReadOnly, SystemIoFailure};
    matches!(error.sqlite_error_code(), Some(CannotOpen | DiskFull | PermissionDenied | ReadOnly | SystemIoFailure))
}

fn read_version(path: &Path, unchanging: bool) -> rusqlite::Result<(u32, Connection)> {
    let connection = connect(path, unchanging)?;
    Ok((schema::version(&connection)?, connection))
}

/// A connection that writes nothing into the database; where it is `unchanging`, no other program may write there.
pub(super) fn connect(path: &Path, unchanging: bool) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(address(path, unchanging), flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
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
