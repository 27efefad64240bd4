//! What stands at a path where the user wants a file. Must not write anything.

use std::fs::{self, FileType};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// So many links are followed in search of a descriptor; the system gives up at about as many.
const LINKS_MAX: usize = 40;

/// What stands at a path, and where it really is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing: a file can be made here.
    Free(PathBuf),
    /// A regular file, with every link to it followed, so that replacing it leaves them as they are.
    File(PathBuf),
    /// What is written to and never replaced: a terminal, a pipe, `/dev/null`, a descriptor such as `/dev/stdout`.
    Stream(PathBuf),
}

impl Place {
    /// Looks at `path`.
    ///
    /// # Errors
    /// When it cannot be looked at, or no file can be there.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let found = match fs::metadata(path) {
            Ok(found) => Some(Kind::of(found.file_type())),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
        match decide(found, is_link, leads_to_descriptor(path)).map_err(io::Error::other)? {
            Standing::Nothing => Ok(Self::Free(path.to_owned())),
            Standing::File => fs::canonicalize(path).map(Self::File),
            Standing::Stream => Ok(Self::Stream(path.to_owned())),
        }
    }
}

/// The kinds of what a path can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    /// A terminal, `/dev/null`, a pipe.
    Stream,
    Disk,
    Socket,
}

impl Kind {
    fn of(found: FileType) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            if found.is_block_device() {
                return Self::Disk;
            }
            if found.is_socket() {
                return Self::Socket;
            }
        }
        match (found.is_file(), found.is_dir()) {
            (true, _) => Self::File,
            (_, true) => Self::Folder,
            _ => Self::Stream,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Nothing,
    File,
    Stream,
}

/// What is done with what was `found` behind all links, or why nothing is.
fn decide(found: Option<Kind>, is_link: bool, is_descriptor: bool) -> Result<Standing, &'static str> {
    match found {
        None if is_link => Err("it is a link that leads nowhere; remove it, or name the file that it should lead to"),
        None => Ok(Standing::Nothing),
        // Its name may be another file's by now.
        Some(Kind::File) if is_descriptor => Ok(Standing::Stream),
        Some(Kind::File) => Ok(Standing::File),
        Some(Kind::Stream) => Ok(Standing::Stream),
        Some(Kind::Folder) => Err("it is a folder; name a file in it"),
        Some(Kind::Disk) => Err("it is a whole disk; name a file"),
        Some(Kind::Socket) => Err("it is a socket; name a file"),
    }
}

/// Whether `path` leads to something that a process has open, as `/dev/stdout` and `/dev/fd/3` do.
fn leads_to_descriptor(path: &Path) -> bool {
    let mut at = path.to_owned();
    for _ in 0..LINKS_MAX {
        let folder = at.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let Ok(folder) = fs::canonicalize(folder) else { return false };
        if folder.starts_with("/proc") || folder.starts_with("/dev/fd") {
            return true;
        }
        let Ok(next) = fs::read_link(&at) else { return false };
        at = folder.join(next);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_replaced_and_only_where_they_have_a_name_of_their_own() {
        for (found, is_link, is_descriptor, expected) in [
            (None, false, false, Some(Standing::Nothing)),
            (None, true, false, None),
            (None, true, true, None),
            (Some(Kind::File), false, false, Some(Standing::File)),
            (Some(Kind::File), true, false, Some(Standing::File)),
            (Some(Kind::File), true, true, Some(Standing::Stream)),
            (Some(Kind::Stream), false, false, Some(Standing::Stream)),
            (Some(Kind::Stream), true, true, Some(Standing::Stream)),
            (Some(Kind::Folder), false, false, None),
            (Some(Kind::Folder), true, false, None),
            (Some(Kind::Disk), false, false, None),
            (Some(Kind::Socket), false, false, None),
        ] {
            assert_eq!(decide(found, is_link, is_descriptor).ok(), expected, "{found:?} {is_link} {is_descriptor}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_is_looked_at_behind_all_links() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "x").unwrap();
        symlink("file", at("one")).unwrap();
        symlink("one", at("two")).unwrap();
        symlink("/dev/null", at("void")).unwrap();
        symlink("loop", at("loop")).unwrap();
        let real = fs::canonicalize(at("file")).unwrap();
        assert_eq!(Place::of(&at("two")).unwrap(), Place::File(real));
        assert_eq!(Place::of(&at("void")).unwrap(), Place::Stream(at("void")));
        assert_eq!(Place::of(&at("new")).unwrap(), Place::Free(at("new")));
        assert!(Place::of(&at("loop")).is_err() && Place::of(folder.path()).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_descriptor_is_written_to_also_where_it_leads_to_a_file() {
        use std::os::fd::AsRawFd;
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let file = fs::File::create(folder.path().join("file")).unwrap();
        let descriptor = PathBuf::from(format!("/dev/fd/{}", file.as_raw_fd()));
        let link = folder.path().join("link");
        symlink(&descriptor, &link).unwrap();
        for path in [descriptor, link] {
            assert_eq!(Place::of(&path).unwrap(), Place::Stream(path.clone()));
        }
    }
}
