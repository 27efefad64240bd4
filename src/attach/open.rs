//! Reading a file from disk: only regular files, never more than a limit, and never waiting for a pipe or a device.

use super::AttachError;
use super::kind::{HEAD_BYTES, Kind};
use std::fs::{File, FileType, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The content of the file at `path`, which the user knows as `name`.
pub(super) fn bytes(path: &Path, name: &str) -> Result<Vec<u8>, AttachError> {
    let cannot = |error: io::Error| unreadable(name, &error);
    // Looked at before it is opened: opening alone can wind a tape or wait for a writer.
    regular(name, &std::fs::metadata(path).map_err(cannot)?)?;
    let mut file = open(path).map_err(cannot)?;
    // Looked at again: something else may have taken its place.
    let metadata = file.metadata().map_err(cannot)?;
    regular(name, &metadata)?;
    let claimed = metadata.len();
    let mut bytes = head(&mut file).map_err(cannot)?;
    let kind = Kind::of(&bytes);
    kind.hold_limit(name, claimed)?;
    let limit = kind.limit();
    let missing = usize::try_from(claimed).unwrap_or(0).saturating_sub(bytes.len());
    if bytes.try_reserve_exact(missing).is_err() {
        return Err(AttachError::Unreadable { name: name.to_owned(), why: "there is too little memory".to_owned() });
    }
    // It may grow while it is read, and files of the system tell no size.
    let rest = (limit + 1).saturating_sub(bytes.len() as u64);
    file.take(rest).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > limit {
        return Err(kind.too_large(name, None));
    }
    Ok(bytes)
}

/// Enough of the file to see what it is.
fn head(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(head)
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    // Neither waits for whatever is at the other end, nor takes a terminal for its own.
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    std::fs::OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

fn regular(name: &str, metadata: &Metadata) -> Result<(), AttachError> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    Err(AttachError::NotAFile { name: name.to_owned(), is: if kind.is_dir() { "a folder" } else { special(kind) } })
}

#[cfg(unix)]
fn special(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match () {
        () if kind.is_fifo() => "a named pipe",
        () if kind.is_socket() => "a socket",
        () if kind.is_block_device() || kind.is_char_device() => "a device",
        () => "no regular file",
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> &'static str {
    "no regular file"
}

fn unreadable(name: &str, error: &io::Error) -> AttachError {
    let name = name.to_owned();
    let why = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => return AttachError::Missing { name },
        ErrorKind::PermissionDenied => "you may not read it; change its permissions, or copy it".to_owned(),
        _ if is_loop(error) => "its symbolic links lead in a circle; name the file itself".to_owned(),
        _ => format!("{error}; check the path"),
    };
    AttachError::Unreadable { name, why }
}

#[cfg(unix)]
fn is_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
}

#[cfg(not(unix))]
fn is_loop(_: &io::Error) -> bool {
    false
}
