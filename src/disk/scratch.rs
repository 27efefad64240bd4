//! A folder for what other programs read while this one runs: a prompt in the user's editor, a picture that a viewer
//! shows.
//!
//! It is of this user alone, in the folder that the system clears when the user logs out (`XDG_RUNTIME_DIR`), else in the
//! one for temporary files, and goes when the program ends. A program that was killed leaves it behind without a lock: the
//! next start removes it.

use directories::BaseDirs;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::{Builder, TempDir};

/// What such a folder is called, before its random characters: nothing else may be, since it is removed with all in it.
const PREFIX: &str = ".pointsman-scratch-";
const RANDOM: usize = 8;

/// The folder, made when it is first needed. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scratch(Arc<Mutex<Option<Made>>>);

#[derive(Debug)]
struct Made {
    folder: TempDir,
    /// Says that this program lives.
    _lock: Option<File>,
}

impl Scratch {
    /// Where it is; now it is there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn path(&self) -> io::Result<PathBuf> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*made {
            // Some systems remove what has lain in such a place for long.
            Some(made) if made.folder.path().is_dir() => Ok(made.folder.path().to_owned()),
            _ => {
                let new = make()?;
                let path = new.folder.path().to_owned();
                *made = Some(new);
                Ok(path)
            }
        }
    }
}

fn make() -> io::Result<Made> {
    let mut failed = io::ErrorKind::NotFound.into();
    for place in places() {
        match make_in(&place) {
            Ok(made) => return Ok(made),
            // That of another user, after `su`.
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn make_in(place: &Path) -> io::Result<Made> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).rand_bytes(RANDOM);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let folder = builder.tempdir_in(place)?;
    let lock = lock(folder.path());
    Ok(Made { folder, _lock: lock })
}

/// Where such folders can be, the best place first.
fn places() -> Vec<PathBuf> {
    let runtime = BaseDirs::new().and_then(|dirs| dirs.runtime_dir().map(Path::to_owned));
    runtime.into_iter().chain([std::env::temp_dir()]).collect()
}

/// Removes what programs left behind that were killed. Blocks.
pub(crate) fn remove_abandoned() {
    for place in places() {
        remove_abandoned_in(&place);
    }
}

fn remove_abandoned_in(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        let is_scratch = random.is_some_and(|random| random.len() == RANDOM);
        // What lies in a folder for all users may be another one's, or lead elsewhere.
        let is_ours = entry.metadata().is_ok_and(|found| found.is_dir() && is_ours(&found));
        if is_scratch && is_ours && lock(&entry.path()).is_some() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The lock of a folder, as long as no other program has it.
#[cfg(unix)]
fn lock(folder: &Path) -> Option<File> {
    File::open(folder).ok().filter(|folder| folder.try_lock().is_ok())
}

// Folders cannot be locked there, and are only removed when the program ends.
#[cfg(not(unix))]
fn lock(_: &Path) -> Option<File> {
    None
}

#[cfg(unix)]
fn is_ours(found: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::uid(found) == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_ours(_: &fs::Metadata) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_with_its_program_and_what_a_dead_one_left_at_the_next_start() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        let living = make_in(place.path()).unwrap();
        fs::write(living.folder.path().join("prompt.md"), "secret").unwrap();
        let outside = at("outside");
        fs::create_dir(&outside).unwrap();
        for name in [".pointsman-scratch-abcdefgh", ".pointsman-scratch-mine", "pointsman-scratch-abcdefgh"] {
            fs::create_dir(at(name)).unwrap();
            fs::write(at(name).join("prompt.md"), "secret").unwrap();
        }
        std::os::unix::fs::symlink(&outside, at(".pointsman-scratch-ijklmnop")).unwrap();
        remove_abandoned_in(place.path());
        assert!(!at(".pointsman-scratch-abcdefgh").exists(), "nobody holds its lock");
        assert!(living.folder.path().join("prompt.md").exists() && outside.exists());
        assert!(at(".pointsman-scratch-mine").exists() && at("pointsman-scratch-abcdefgh").exists());
        let path = living.folder.path().to_owned();
        drop(living);
        assert!(!path.exists());
    }

    #[test]
    fn a_folder_that_was_removed_meanwhile_is_made_again() {
        let scratch = Scratch::default();
        let first = scratch.path().unwrap();
        assert_eq!(scratch.clone().path().unwrap(), first);
        fs::remove_dir(&first).unwrap();
        assert!(scratch.path().unwrap().is_dir());
    }
}
