//! Getting at what is left in a database that was set aside, or in one of an earlier version: a copy of all that can be
//! read, with the latest schema, in a folder of its own. The file itself is left as it is.

use super::header::{self, Header};
use super::{Salvaged, Store, StoreError, files, open};
use crate::disk::{self, TempFolder};
use jiff::Timestamp;
use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

const READ: &str = "the file could not be read";
const ADVICE: &str = "name a database that pointsman set aside, or an earlier one";

/// What the folder of the copies is called, before its random characters.
const COPIES: &str = ".recovering-";

/// What could be read of a database. It is gone when this is dropped.
pub struct Recovery {
    /// A store with what could be read.
    pub store: Store,
    /// What that is, and what could not be read.
    pub salvaged: Salvaged,
    // Dropped last, behind the store in it.
    _copy: Copy,
}

/// A copy of a database and of what is beside it, with the first bytes put right where they are damaged. `SQLite` would write
/// into the file itself. It is gone when this is dropped.
pub(super) struct Copy {
    file: PathBuf,
    folder: TempFolder,
}

impl Copy {
    /// Makes one of the database at `path`, in a new folder in `beside`.
    pub(super) fn of(path: &Path, beside: &Path) -> io::Result<Self> {
        let folder = TempFolder::create(beside, COPIES)?;
        let file = folder.path().join("copy.db");
        for (from, to) in files::all(path).iter().zip(files::all(&file)) {
            match fs::copy(from, to) {
                Err(error) if from == path || error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        if Header::read(&file)?.is_some_and(|header| header.can_be_mended()) {
            header::mend(&file)?;
        }
        Ok(Self { file, folder })
    }

    pub(super) fn path(&self) -> &Path {
        &self.file
    }
}

impl Recovery {
    /// Reads what can be read of the database `file`, by means of a copy in a new folder in `beside`; `now` is the time.
    ///
    /// # Errors
    /// When it is no database of pointsman, or one of a newer version; or when it cannot be copied.
    pub fn of(file: &Path, beside: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let unreadable = |why: &dyn Display| {
            let (path, why) = (file.to_owned(), why.to_string());
            StoreError::Failed { what: READ, path, why, advice: ADVICE }
        };
        let path = files::resolve(file).map_err(|error| unreadable(&error))?;
        let beyond = |error: io::Error| StoreError::files("a copy of the file could not be made", beside, &error);
        disk::make_folders(beside).map_err(beyond)?;
        File::open(&path).map_err(|error| unreadable(&error))?;
        let copy = Copy::of(&path, beside).map_err(beyond)?;
        let target = copy.folder.path().join(super::FILE);
        let salvaged = open::salvage_into(copy.path(), &target).map_err(|error| match error {
            StoreError::Foreign { .. } => unreadable(&"it is not a history of pointsman"),
            StoreError::Newer { found, known, .. } => StoreError::Newer { path: path.clone(), found, known },
            error => error,
        })?;
        let (store, _) = Store::open(&target, now)?;
        Ok(Self { store, salvaged, _copy: copy })
    }
}

/// Removes the copies in `folder` that a program left which was killed: all texts of a database are in them.
pub(super) fn remove_abandoned(folder: &Path) {
    TempFolder::remove_abandoned(folder, COPIES);
}

/// Has the next one that opens the database at `path` read all of it, and keep what can be read where it is damaged.
pub fn mark_to_be_read(path: &Path) {
    files::suspect(&files::resolve(path).unwrap_or_else(|_| path.to_owned()));
}
