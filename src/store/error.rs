//! What can go wrong with the store, in words for the user: what failed, why, what to do.

use super::files::UNFIT;
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
    /// It is another program's file, or no history at all. It was left as it is.
    #[error(
        "{} is not a history of pointsman and is left as it is; move it away, or name another folder with --data-dir",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file that was opened is not at its place any more. Nothing was written.
    #[error(
        "the history {} was {} while pointsman ran; put it back, or start pointsman again", path.display(),
        if *gone { "moved or deleted" } else { "replaced by another file" }
    )]
    Replaced {
        /// Its place.
        path: PathBuf,
        /// Whether nothing is there now.
        gone: bool,
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
            Self::Foreign { .. } => "foreign",
            Self::Replaced { .. } => "replaced",
            Self::Failed { why, .. } => why,
            Self::Stopped => "stopped",
        }
    }

    /// Whether opening the history again may help: its file is another one now, or what can be read of it has to be kept.
    pub fn wants_reopening(&self) -> bool {
        matches!(self, Self::Replaced { .. }) || matches!(self, Self::Failed { why, .. } if why == DAMAGED)
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
            _ if is_out_of_files(error) => "let it have more files open (ulimit -n), and start it again",
            UNFIT => "move it away, or name another folder with --data-dir",
            _ => "make the folder writable, or name another with --data-dir",
        };
        Self::Failed { what, path: path.to_owned(), why: error.to_string(), advice }
    }
}

/// Whether this process, or the whole system, has as many files open as it may.
fn is_out_of_files(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

const DAMAGED: &str = "the file is damaged";

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
            (DAMAGED, "run 'pointsman history recover': what can be read of it is kept, and the file set aside")
        }
        _ => return (error.to_string(), "try again; when it stays so, name another folder with --data-dir"),
    };
    (known.0.to_owned(), known.1)
}

/// Whether `error` says that the file itself is damaged.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}
