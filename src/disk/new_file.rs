//! A file on its way to its place: no program finds it before it is whole, and nothing is left of it when the program is
//! killed.
//!
//! Linux makes files without a name on most file systems: they go with the program, whatever ends it. Elsewhere such a
//! file is hidden and named after its target, and its lock says that its writer lives: the next writer of the same target
//! removes those without one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, TempPath};

/// How many random characters a hidden name ends with.
const RANDOM: usize = 6;
/// So many characters of the target's name are in a hidden one: a longer name could have no file.
const NAME_CHARS_MAX: usize = 60;
/// Where Linux has the files that a process has open.
#[cfg(target_os = "linux")]
const DESCRIPTORS: &str = "/proc/self/fd";

/// See the module.
pub(crate) struct NewFile {
    target: PathBuf,
    file: File,
    /// Its name until then, where it needs one.
    hidden: Option<TempPath>,
}

impl NewFile {
    /// Begins what is to be the file at `target`, for this user alone.
    pub(crate) fn for_target(target: &Path) -> io::Result<Self> {
        match unnamed(folder_of(target)) {
            Some(file) => Ok(Self { target: target.to_owned(), file, hidden: None }),
            None => Self::hidden(target),
        }
    }

    fn hidden(target: &Path) -> io::Result<Self> {
        let (folder, prefix) = (folder_of(target), prefix(target));
        // Otherwise the error names the hidden temporary file, which means nothing to the user.
        if !folder.exists() {
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("there is no folder {}", folder.display())));
        }
        remove_abandoned(folder, &prefix);
        let (file, hidden) = Builder::new().prefix(&prefix).rand_bytes(RANDOM).tempfile_in(folder)?.into_parts();
        // Some file systems have no locks: then nothing is ever removed there.
        let _ = file.try_lock();
        Ok(Self { target: target.to_owned(), file, hidden: Some(hidden) })
    }

    /// Puts it into its place, in which there must be nothing.
    ///
    /// # Errors
    /// When it cannot be there; [`io::ErrorKind::AlreadyExists`] where something is.
    pub(crate) fn publish(self) -> io::Result<()> {
        self.file.sync_all()?;
        match self.hidden {
            Some(hidden) => hidden.persist_noclobber(&self.target).map_err(|error| error.error),
            None => link(&self.file, &self.target),
        }
    }

    /// Puts it into its place, also over a file, whose owner and permissions it takes.
    ///
    /// # Errors
    /// When it cannot be there. What was there is there still.
    pub(crate) fn replace(self) -> io::Result<()> {
        take_access(&self.file, &self.target);
        self.file.sync_all()?;
        let hidden = if let Some(hidden) = self.hidden {
            hidden
        } else {
            // Nothing can be given a name that is taken, so it gets another one for a moment.
            let (folder, prefix) = (folder_of(&self.target), prefix(&self.target));
            remove_abandoned(folder, &prefix);
            let _ = self.file.try_lock();
            let mut builder = Builder::new();
            builder.prefix(&prefix).rand_bytes(RANDOM);
            builder.make_in(folder, |path| link(&self.file, path))?.into_temp_path()
        };
        hidden.persist(&self.target).map_err(|error| error.error)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let name: String = name.chars().take(NAME_CHARS_MAX).collect();
    format!(".{name}.pointsman-")
}

/// Removes the hidden files that a writer of the same target left behind.
fn remove_abandoned(folder: &Path, prefix: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(prefix));
        let is_hidden = random.is_some_and(|random| random.len() == RANDOM && random.is_ascii());
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_hidden && is_file && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A file without a name, where the system and the file system of `folder` have them.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // Only there can it be given a name later.
    if !Path::new(DESCRIPTORS).exists() {
        return None;
    }
    let flags = rustix::fs::OFlags::TMPFILE.bits().cast_signed();
    File::options().write(true).mode(0o600).custom_flags(flags).open(folder).ok()
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> Option<File> {
    None
}

/// Gives a file without a name this one.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let descriptor = format!("{DESCRIPTORS}/{}", file.as_raw_fd());
    Ok(linkat(CWD, descriptor, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Gives our own file the owner and the permissions of what it replaces: those were the user's choice.
#[cfg(unix)]
fn take_access(file: &File, target: &Path) {
    use rustix::fs::{Gid, Uid, fchown};
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let (Ok(old), Ok(new)) = (fs::metadata(target), file.metadata()) else { return };
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        // Only the superuser may: it is another user's file that is replaced then.
        let _ = fchown(file, Some(Uid::from_raw(old.uid())), Some(Gid::from_raw(old.gid())));
    }
    let _ = file.set_permissions(fs::Permissions::from_mode(old.mode() & 0o777));
}

#[cfg(not(unix))]
fn take_access(_: &File, _: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ways in which a file can come about here.
    const MAKERS: [fn(&Path) -> io::Result<NewFile>; 2] = [NewFile::for_target, NewFile::hidden];

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().flatten();
        entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_there_when_it_is_whole_and_over_nothing_unless_it_replaces() {
        for make in MAKERS {
            let folder = tempfile::tempdir().unwrap();
            let target = folder.path().join("a.txt");
            let begin = |content: &[u8]| {
                let mut file = make(&target).unwrap();
                file.write_all(content).unwrap();
                assert!(!target.exists() || fs::read(&target).unwrap() == b"one");
                file
            };
            drop(begin(b"zero"));
            begin(b"one").publish().unwrap();
            assert_eq!(begin(b"two").publish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(fs::read(&target).unwrap(), b"one");
            begin(b"three").replace().unwrap();
            assert_eq!(fs::read(&target).unwrap(), b"three");
            assert_eq!(names(folder.path()), ["a.txt"]);
        }
    }

    #[test]
    fn what_a_dead_writer_left_goes_with_the_next_one_and_what_a_living_one_writes_stays() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.txt");
        let living = NewFile::hidden(&target).unwrap();
        let lives = names(folder.path())[0].clone();
        let others = ["a.txt.pointsman-abcdef", ".b.txt.pointsman-abcdef", ".a.txt.pointsman-notes of mine"];
        for name in [".a.txt.pointsman-abcdef", others[0], others[1], others[2]] {
            fs::write(folder.path().join(name), "secret").unwrap();
        }
        for make in MAKERS {
            make(&target).unwrap().replace().unwrap();
        }
        let mut left = names(folder.path());
        left.sort();
        let mut expected = vec![lives, "a.txt".to_owned()];
        expected.extend(others.map(str::to_owned));
        expected.sort();
        assert_eq!(left, expected);
        drop(living);
    }

    #[test]
    fn the_longest_name_that_a_file_can_have_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("漢".repeat(85));
        for make in MAKERS {
            make(&target).unwrap().replace().unwrap();
        }
        assert!(target.exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn while_it_is_written_no_folder_lists_it() {
        let folder = tempfile::tempdir().unwrap();
        // Not every file system has files without a name.
        if let Some(file) = unnamed(folder.path()) {
            assert_eq!(names(folder.path()), [""; 0]);
            link(&file, &folder.path().join("named")).unwrap();
            assert_eq!(names(folder.path()), ["named"]);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_named_and_not_the_hidden_file() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("none");
        for make in MAKERS {
            let error = make(&folder.join("file")).err().unwrap().to_string();
            assert_eq!(error, format!("there is no folder {}", folder.display()));
        }
    }
}
