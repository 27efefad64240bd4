//! What can go wrong with the store, in words for the user: what failed, why, what to do.

use rusqlite::ErrorCode;
use std::io;
use std::path::{Path, PathBuf};

/// Why the store could not do something. The rest of the program goes on without it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database was written by a later version of the program. It was left as it is.
    #[error(
        "{} was written by a newer pointsman (its schema is {found}, this program knows {known}) and is left as it \
         is; use the newer pointsman, or another folder with --data-dir", path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The latest schema that this program knows.
        known: u32,
    },
    /// An operation failed.
    #[error("{what} in {}: {why}; {advice}", path.display())]
    Failed {
        /// What failed.
        what: &'static str,
        /// The database.
        path: PathBuf,
        /// Why.
        why: String,
        /// What to do.
        advice: &'static str,
    },
    /// The store's thread is no more.
    #[error("the history's thread has ended, which is a mistake in pointsman; start it again")]
    Stopped,
}

impl StoreError {
    /// Why, without what failed: the same for everything that a full disk refuses.
    pub fn cause(&self) -> &str {
        match self {
            Self::Newer { .. } => "newer",
            Self::Failed { why, .. } => why,
            Self::Stopped => "stopped",
        }
    }

    /// `what` failed because the database said `error`.
    pub(super) fn database(what: &'static str, path: &Path, error: &rusqlite::Error) -> Self {
        let (why, advice) = explain(error);
        Self::Failed { what, path: path.to_owned(), why, advice }
    }

    /// `what` failed because the system said `error`.
    pub(super) fn files(what: &'static str, path: &Path, error: &io::Error) -> Self {
        let advice = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => MAKE_ROOM,
            _ => "make the folder writable, or name another with --data-dir",
        };
        Self::Failed { what, path: path.to_owned(), why: error.to_string(), advice }
    }
}

const MAKE_ROOM: &str = "free some space on it, or name another folder with --data-dir";

fn explain(error: &rusqlite::Error) -> (String, &'static str) {
    let known = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => ("the disk is full", MAKE_ROOM),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            ("it cannot be written", "make the file and its folder writable, or name another folder with --data-dir")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ("another program keeps it locked", "end that program, or try again later")
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            ("the file is damaged", "start pointsman again: it is set aside then, and a new one begun")
        }
        _ => return (error.to_string(), "try again; when it stays so, name another folder with --data-dir"),
    };
    (known.0.to_owned(), known.1)
}

/// Whether `error` says that the file itself is damaged.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}
