//! Files and folders that the program writes for the user: new ones are for this user alone, whole or not at all, and
//! nothing that is no regular file is ever replaced. Files that the user names are read as far as they fit into memory.
//! Must not know what is in them.
//!
//! `place` says what stands at a path, `new_file` is a file on its way there, `scratch` holds what other programs read
//! while this one runs, in a `temp_folder`, which goes with its program.

mod new_file;
mod place;
mod scratch;
mod temp_folder;

pub(crate) use new_file::NewFile;
pub(crate) use place::Place;
pub(crate) use scratch::{Scratch, remove_abandoned as remove_abandoned_scratch};
pub(crate) use temp_folder::TempFolder;

use std::ffi::OsStr;
use std::fs::{DirBuilder, File};
use std::io::{self, Read, Write};
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

/// Makes a folder and those above it, as far as they are not there. Only new ones get permissions.
pub(crate) fn make_folders(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The most that is read of a file with settings, keys of the keyboard or certificates, in bytes. The largest in use, a
/// bundle of all authorities of the web, has a quarter of this.
pub(crate) const SETTINGS_BYTES_MAX: u64 = 1024 * 1024;

/// The content of `path`.
///
/// # Errors
/// When it cannot be read, is no regular file (a device never ends, a pipe may never begin), or has more than `bytes_max`
/// bytes.
pub(crate) fn read(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let found = std::fs::metadata(path)?;
    if !found.is_file() {
        return Err(io::Error::other(if found.is_dir() { "it is a folder" } else { "it is no regular file" }));
    }
    let mut bytes = Vec::new();
    let read = File::open(path)?.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if read as u64 > bytes_max {
        let limit = match bytes_max / 1_000_000 {
            0 => format!("{} KB", bytes_max / 1_000),
            megabytes => format!("{megabytes} MB"),
        };
        return Err(io::Error::other(format!("it has more than {limit}")));
    }
    Ok(bytes)
}

/// Writes a new file: all of it or nothing.
///
/// # Errors
/// When it cannot be written; [`io::ErrorKind::AlreadyExists`] where something of that name is there, also a link that
/// leads nowhere.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let mut file = NewFile::for_target(path)?;
    file.write_all(bytes)?;
    file.publish()
}

/// Writes a file, a new one or in the place of one that is there: its readers have the old content or all of the new.
/// What is no file is written to.
///
/// # Errors
/// When it cannot be written, or nothing can be where it is.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match Place::of(path)? {
        Place::Stream(stream) => open_stream(&stream)?.write_all(bytes),
        Place::Free(target) | Place::File(target) => {
            let mut file = NewFile::for_target(&target)?;
            file.write_all(bytes)?;
            file.replace()
        }
    }
}

/// Opens what is written to and never replaced. A pipe is waited for until something reads from it.
pub(crate) fn open_stream(path: &Path) -> io::Result<File> {
    // Behind what is there: a descriptor such as `/dev/stdout` may lead to a file.
    File::options().append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_or_too_large_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "12345").unwrap();
        let why = |path: &Path, max| read(path, max).unwrap_err().to_string();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        assert_eq!(why(&file, 4), "it has more than 0 KB");
        assert_eq!(why(folder.path(), 5), "it is a folder");
        assert_eq!(read(&folder.path().join("none"), 5).unwrap_err().kind(), io::ErrorKind::NotFound);
        #[cfg(unix)]
        assert_eq!(why(Path::new("/dev/zero"), 5), "it is no regular file");
    }

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

    #[cfg(unix)]
    #[test]
    fn what_stands_there_stays_what_it_is() {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mode = |name: &str| at(name).metadata().unwrap().permissions().mode() & 0o777;

        std::fs::write(at("file"), "old").unwrap();
        std::fs::set_permissions(at("file"), std::fs::Permissions::from_mode(0o644)).unwrap();
        symlink("file", at("link")).unwrap();
        write(&at("link"), b"new").unwrap();
        assert!(at("link").symlink_metadata().unwrap().is_symlink());
        assert_eq!((std::fs::read(at("file")).unwrap(), mode("file")), (b"new".to_vec(), 0o644));

        symlink("nowhere", at("dead")).unwrap();
        let why = write(&at("dead"), b"new").unwrap_err().to_string();
        assert!(why.contains("leads nowhere"), "{why}");
        assert_eq!(write_new(&at("dead"), b"new").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(!at("nowhere").exists() && at("dead").symlink_metadata().unwrap().is_symlink());

        symlink("/dev/null", at("void")).unwrap();
        write(&at("void"), b"new").unwrap();
        write(Path::new("/dev/null"), b"new").unwrap();
        assert!(Path::new("/dev/null").metadata().unwrap().file_type().is_char_device());
        assert!(at("void").symlink_metadata().unwrap().is_symlink());

        let fifo = at("fifo");
        assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let read = std::thread::spawn({
            let fifo = fifo.clone();
            move || std::fs::read(fifo).unwrap()
        });
        write(&fifo, b"through").unwrap();
        assert_eq!(read.join().unwrap(), b"through");
        assert!(fifo.metadata().unwrap().file_type().is_fifo());

        write(&at("new"), b"new").unwrap();
        assert_eq!(mode("new"), 0o600);
        assert!(write(folder.path(), b"new").unwrap_err().to_string().contains("folder"));
    }
}
