//! A folder for what other programs read while this one runs: a prompt in the user's editor, a picture that a viewer
//! shows.
//!
//! It is of this user alone, in the folder that the system clears when the user logs out (`XDG_RUNTIME_DIR`), else in the
//! one for temporary files, and goes when the program ends. A program that was killed leaves it behind without a lock: the
//! next start removes it.

use super::TempFolder;
use directories::BaseDirs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What such a folder is called, before its random characters: nothing else may be, since it is removed with all in it.
const PREFIX: &str = ".pointsman-scratch-";

/// The folder, made when it is first needed. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scratch(Arc<Mutex<Option<TempFolder>>>);

impl Scratch {
    /// Where it is; now it is there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn path(&self) -> io::Result<PathBuf> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*made {
            // Some systems remove what has lain in such a place for long.
            Some(made) if made.path().is_dir() => Ok(made.path().to_owned()),
            _ => {
                let new = make()?;
                let path = new.path().to_owned();
                *made = Some(new);
                Ok(path)
            }
        }
    }
}

fn make() -> io::Result<TempFolder> {
    let mut failed = io::ErrorKind::NotFound.into();
    for place in places() {
        match TempFolder::create(&place, PREFIX) {
            Ok(made) => return Ok(made),
            // That of another user, after `su`.
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

/// Where such folders can be, the best place first.
fn places() -> Vec<PathBuf> {
    let runtime = BaseDirs::new().and_then(|dirs| dirs.runtime_dir().map(Path::to_owned));
    runtime.into_iter().chain([std::env::temp_dir()]).collect()
}

/// Removes what programs left behind that were killed. Blocks.
pub(crate) fn remove_abandoned() {
    for place in places() {
        TempFolder::remove_abandoned(&place, PREFIX);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_that_was_removed_meanwhile_is_made_again() {
        let scratch = Scratch::default();
        let first = scratch.path().unwrap();
        assert_eq!(scratch.clone().path().unwrap(), first);
        fs::remove_dir(&first).unwrap();
        assert!(scratch.path().unwrap().is_dir());
    }
}
