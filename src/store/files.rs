//! The database's files on the disk: their permissions, and where a damaged one goes. Knows nothing of their content.

use jiff::Timestamp;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What `SQLite` keeps beside the database.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// The text that was copied last where there was no clipboard, beside the database. Written by the screen.
pub(crate) const COPIED: &str = "copied.txt";

/// An empty file of this name beside a database says that it seems damaged.
const SUSPECT: &str = ".suspect";

/// Makes `folder` and those above it, for this user alone. One that exists keeps its permissions: it is the user's.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// How often and how long is waited for another program that opens the history: five seconds.
const LOCK_ATTEMPTS_MAX: u32 = 250;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Holds off every other program that opens this database, until the result is dropped. Two that begin a database, or
/// set a damaged one aside, at the same time would be in each other's way.
pub(super) fn hold(path: &Path) -> io::Result<File> {
    let file = private_options().create(true).truncate(false).open(with_suffix(path, ".lock"))?;
    // Some network file systems know no locks, and a program that was stopped in the few milliseconds that this takes keeps
    // its lock: neither may keep this one from starting. Two starts at the same moment are rare.
    for _ in 0..LOCK_ATTEMPTS_MAX {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "other programs cannot be held off while the history is opened");
                return Ok(file);
            }
        }
    }
    tracing::warn!("another program holds the history's lock; going on without it");
    Ok(file)
}

/// Says that a program has this database open, until the result is dropped; and whether it is the only one. Where there
/// are no locks, it is said to be.
pub(super) fn enter(path: &Path) -> io::Result<(File, bool)> {
    let file = private_options().create(true).truncate(false).open(with_suffix(path, ".open"))?;
    let alone = match file.try_lock() {
        Ok(()) => {
            file.unlock()?;
            true
        }
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => return Ok((file, true)),
    };
    // A program that opens it meanwhile waits for the lock of [`hold`], so none can be in the way.
    if let Err(error) = file.try_lock_shared() {
        tracing::warn!(%error, "other programs may not know that this one has the history open");
    }
    Ok((file, alone))
}

/// Whether a program has this database open, as far as can be known without being one.
pub(super) fn is_in_use(path: &Path) -> bool {
    let Ok(file) = File::open(with_suffix(path, ".open")) else { return false };
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// Whether something is beside the database that belongs to it: it is in use, or was left in a hurry.
pub(super) fn has_journal(path: &Path) -> bool {
    BESIDE.iter().any(|suffix| with_suffix(path, suffix).exists())
}

/// Makes the database's file where there is none, and lets no other user read what is there. `SQLite` gives the files
/// that it makes beside it the same permissions.
pub(super) fn private_database(path: &Path) -> io::Result<()> {
    // One that exists must not be opened here: closing it would release the locks that this process has on it.
    match private_options().create_new(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    for file in all(path) {
        close_to_others(&file);
    }
    Ok(())
}

fn private_options() -> OpenOptions {
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// The permissions of everyone but the owner.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

#[cfg(unix)]
fn close_to_others(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(found) = fs::metadata(file) else { return };
    let mode = found.permissions().mode();
    if mode & OTHERS == 0 {
        return;
    }
    // Some file systems know no permissions: that is no reason to keep no history.
    if let Err(error) = fs::set_permissions(file, fs::Permissions::from_mode(mode & !OTHERS)) {
        tracing::warn!(%error, file = %file.display(), "others may be able to read this file");
    }
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) {}

/// Remembers that the database seems damaged, for the next one that opens it.
pub(super) fn suspect(path: &Path) {
    if let Err(error) = private_options().create(true).truncate(false).open(with_suffix(path, SUSPECT)) {
        tracing::warn!(%error, "that the history seems damaged could not be remembered");
    }
}

/// Whether the database seemed damaged to a program.
pub(super) fn is_suspect(path: &Path) -> bool {
    with_suffix(path, SUSPECT).exists()
}

/// Forgets that the database seemed damaged.
pub(super) fn trust(path: &Path) -> io::Result<()> {
    match fs::remove_file(with_suffix(path, SUSPECT)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Renames a damaged database, with what is beside it, and says where it is now. Nothing is overwritten or deleted.
pub(super) fn set_aside(path: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    let mut target = with_suffix(path, &format!(".corrupt-{stamp}"));
    let mut again = 2;
    while all(&target).iter().any(|file| file.exists()) {
        target = with_suffix(path, &format!(".corrupt-{stamp}-{again}"));
        again += 1;
    }
    for (from, to) in all(path).iter().zip(all(&target)) {
        match fs::rename(from, to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => other?,
        }
    }
    Ok(target)
}

/// Removes every file of a database that was set aside, and says how many; and the text that was copied last.
pub(super) fn remove_set_aside(path: &Path) -> io::Result<u64> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(0) };
    let mut begin = OsString::from(name);
    begin.push(".corrupt-");
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let set_aside = entry.file_name().as_encoded_bytes().starts_with(begin.as_encoded_bytes());
        if set_aside || entry.file_name() == COPIED {
            fs::remove_file(entry.path())?;
            removed += u64::from(set_aside);
        }
    }
    Ok(removed)
}

/// The database and what can be beside it.
fn all(path: &Path) -> Vec<PathBuf> {
    let beside = BESIDE.iter().map(|suffix| with_suffix(path, suffix));
    std::iter::once(path.to_owned()).chain(beside).collect()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
