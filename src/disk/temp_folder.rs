//! A folder that goes with its program. One that was killed leaves it behind without a lock, by which the next program knows
//! that it may be removed. Must not know what is in it.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use tempfile::{Builder, TempDir};

/// How many random characters its name ends with.
const RANDOM: usize = 8;

/// The folder. It goes with all that is in it.
#[derive(Debug)]
pub(crate) struct TempFolder {
    folder: TempDir,
    /// Says that this program lives.
    _lock: Option<File>,
}

impl TempFolder {
    /// Makes one in `place`, for this user alone. Nothing else there may be called `prefix` and eight characters, since
    /// that is removed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn create(place: &Path, prefix: &str) -> io::Result<Self> {
        let mut builder = Builder::new();
        builder.prefix(prefix).rand_bytes(RANDOM);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir_in(place)?;
        let lock = lock(folder.path());
        Ok(Self { folder, _lock: lock })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Removes those in `place` whose program was killed. Blocks.
    pub(crate) fn remove_abandoned(place: &Path, prefix: &str) {
        for entry in fs::read_dir(place).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let random = name.to_str().and_then(|name| name.strip_prefix(prefix));
            let is_one = random.is_some_and(|random| random.len() == RANDOM);
            // What lies in a folder for all users may be another one's, or lead elsewhere.
            let is_ours = entry.metadata().is_ok_and(|found| found.is_dir() && is_ours(&found));
            if is_one && is_ours && lock(&entry.path()).is_some() {
                let _ = fs::remove_dir_all(entry.path());
            }
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

    const PREFIX: &str = ".some-folder-";

    #[test]
    fn a_folder_goes_with_its_program_and_what_a_dead_one_left_at_the_next_start() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        let living = TempFolder::create(place.path(), PREFIX).unwrap();
        fs::write(living.path().join("prompt.md"), "secret").unwrap();
        let outside = at("outside");
        fs::create_dir(&outside).unwrap();
        for name in [".some-folder-abcdefgh", ".some-folder-mine", "some-folder-abcdefgh"] {
            fs::create_dir(at(name)).unwrap();
            fs::write(at(name).join("prompt.md"), "secret").unwrap();
        }
        std::os::unix::fs::symlink(&outside, at(".some-folder-ijklmnop")).unwrap();
        TempFolder::remove_abandoned(place.path(), PREFIX);
        assert!(!at(".some-folder-abcdefgh").exists(), "its lock is free");
        assert!(living.path().join("prompt.md").exists() && outside.exists());
        assert!(at(".some-folder-mine").exists() && at("some-folder-abcdefgh").exists());
        let path = living.path().to_owned();
        drop(living);
        assert!(!path.exists());
    }
}
