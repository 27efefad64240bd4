//! New files and folders for this user alone, over nothing that is there. Must not know what is in them.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use tempfile::TempDir;

/// A new folder. It goes with all that is in it unless it is kept.
pub(crate) struct NewFolder(TempDir);

impl NewFolder {
    /// Makes the folder `name` in `parent`.
    ///
    /// # Errors
    /// When it cannot be made; [`io::ErrorKind::AlreadyExists`] where something of that name is there.
    pub(crate) fn create(parent: &Path, name: &OsStr) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        // Without random characters it is that name, tried once.
        builder.prefix(name).rand_bytes(0);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        builder.tempdir_in(parent).map(Self)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Leaves it where it is.
    pub(crate) fn keep(self) {
        let _ = self.0.keep();
    }
}

/// Writes a new file: all of it or nothing.
///
/// # Errors
/// When it cannot be written; [`io::ErrorKind::AlreadyExists`] where something of that name is there.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path)?.write_all(bytes);
    if written.is_err() {
        // Half a file is worse than none: it was ours, and nothing was in its place.
        let _ = std::fs::remove_file(path);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_made_over_nothing_and_goes_unless_it_is_kept() {
        let parent = tempfile::tempdir().unwrap();
        let make = || NewFolder::create(parent.path(), OsStr::new("a-files"));
        let folder = make().unwrap();
        assert_eq!(folder.path(), parent.path().join("a-files"));
        write_new(&folder.path().join("1.txt"), b"one").unwrap();
        assert_eq!(make().err().unwrap().kind(), io::ErrorKind::AlreadyExists);
        #[cfg(unix)]
        for (path, mode) in [("a-files", 0o700), ("a-files/1.txt", 0o600)] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(parent.path().join(path).metadata().unwrap().permissions().mode() & 0o777, mode);
        }
        drop(folder);
        assert!(!parent.path().join("a-files").exists());
        let folder = make().unwrap();
        write_new(&folder.path().join("1.txt"), b"one").unwrap();
        folder.keep();
        let path = parent.path().join("a-files/1.txt");
        assert_eq!(write_new(&path, b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(path).unwrap(), b"one");
    }
}
