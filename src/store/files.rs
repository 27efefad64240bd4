//! The database's files on the disk: what may be one, their permissions, which file is which, and where a damaged one goes.
//! Must not know their content. `locks` knows which programs have them open, `replacement` puts a mended file in the place of a damaged one.
//!
//! Only regular files are opened, and only those that the program made get permissions: a link, a device or a FIFO in the
//! place of one is not the program's own.

use super::{locks, recover, replacement};
use jiff::Timestamp;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// What `SQLite` keeps beside the database.
pub(super) const BESIDE: [&str; 2] = [LOG, "-shm"];
const LOG: &str = "-wal";

/// The text that was copied last where there was no clipboard, beside the database. Written by the screen.
pub(crate) const COPIED: &str = "copied.txt";

/// An empty file of this name beside a database says that it seems damaged.
const SUSPECT: &str = ".suspect";

/// Where the database really is. `SQLite` follows a symbolic link and keeps its log beside the target, so all that belongs
/// to the database is looked for there.
///
/// # Errors
/// When something else than a regular file is in the place of the database or of what `SQLite` keeps beside it.
pub(super) fn resolve(path: &Path) -> io::Result<PathBuf> {
    let target = match path.symlink_metadata() {
        Ok(found) if found.is_symlink() => fs::canonicalize(path)
            .map_err(|error| unfit(path, &format!("is a symbolic link that leads nowhere ({error})")))?,
        _ => path.to_owned(),
    };
    all(&target).iter().try_for_each(|file| regular_or_none(file))?;
    Ok(target)
}

/// Refuses what is there and is no regular file.
fn regular_or_none(path: &Path) -> io::Result<()> {
    let kind = match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?.file_type(),
    };
    match () {
        () if kind.is_file() => Ok(()),
        () if kind.is_symlink() => Err(unfit(path, "is a symbolic link")),
        () if kind.is_dir() => Err(unfit(path, "is a folder")),
        () => Err(unfit(path, "is a device or a pipe, not a file")),
    }
}

/// The kind of error that [`regular_or_none`] makes.
pub(super) const UNFIT: io::ErrorKind = io::ErrorKind::Unsupported;

fn unfit(path: &Path, is_what: &str) -> io::Error {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    io::Error::new(UNFIT, format!("{name} {is_what}"))
}

/// Opens a file of the program's own as `options` say, or makes it for this user alone.
///
/// # Errors
/// Also when a link, a device, a pipe or a folder is in its place: what is behind that is not the program's own.
pub(crate) fn open_own(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    regular_or_none(path)?;
    options.create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // It may have become a link or a pipe since: neither is followed or waited for.
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

/// A file beside the database that is written, if at all, as a whole.
pub(super) fn open_beside(path: &Path, suffix: &str) -> io::Result<File> {
    open_own(&with_suffix(path, suffix), File::options().read(true).write(true).truncate(false))
}

/// Whether something is beside the database that belongs to it: it is in use, or was left in a hurry.
pub(super) fn has_journal(path: &Path) -> bool {
    BESIDE.iter().any(|suffix| with_suffix(path, suffix).exists())
}

/// Whether the database can be read as one that does not change: `SQLite` leaves nothing beside it then.
pub(super) fn is_at_rest(path: &Path) -> bool {
    !locks::is_in_use(path) && !has_journal(path)
}

/// Whether a log with something in it is beside the database.
pub(super) fn has_log(path: &Path) -> bool {
    log(path).metadata().is_ok_and(|log| log.len() > 0)
}

/// Where `SQLite` keeps the log of the database.
pub(super) fn log(path: &Path) -> PathBuf {
    with_suffix(path, LOG)
}

/// Makes the database's file where there is none, and lets no other user read what is there, unless a `link` led there:
/// then it may have been made for something else. `SQLite` gives the files that it makes beside it the same permissions.
pub(super) fn private_database(path: &Path, link: bool) -> io::Result<()> {
    // One that exists must not be opened here: closing it would release the locks that this process has on it.
    match private_options().create_new(true).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if !link {
        for file in all(path) {
            close_to_others(&file);
        }
    }
    Ok(())
}

pub(super) fn private_options() -> OpenOptions {
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
    if let Err(error) = open_beside(path, SUSPECT) {
        tracing::warn!(%error, "that the history seems damaged could not be remembered");
    }
}

/// Whether the database seemed damaged to a program.
pub(super) fn is_suspect(path: &Path) -> bool {
    with_suffix(path, SUSPECT).exists()
}

/// Forgets that the database seemed damaged.
pub(super) fn trust(path: &Path) -> io::Result<()> {
    remove(&with_suffix(path, SUSPECT))
}

/// Removes a file that may not be there.
pub(super) fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Renames a damaged database, with its log, and says where it is now. Nothing is overwritten, and nothing that has
/// something in it is deleted.
pub(super) fn set_aside(path: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let (target, has_log) = (free_name(path, DAMAGED, now), has_log(path));
    rename(path, &target)?;
    for suffix in BESIDE {
        match has_log {
            true => rename(&with_suffix(path, suffix), &with_suffix(&target, suffix))?,
            false => remove(&with_suffix(path, suffix))?,
        }
    }
    Ok(target)
}

/// Gets those of `files` out of the way, which `SQLite` kept beside another database than the one at `path`. Gives back
/// where the one is now that has something which may be in no other file.
pub(super) fn set_stale_aside(path: &Path, files: &[&str], now: Timestamp) -> io::Result<Option<PathBuf>> {
    let target = free_name(path, STALE, now);
    let mut renamed = None;
    for suffix in files {
        let file = with_suffix(path, suffix);
        // The index of the log is made from the log, and a log that was written back is empty.
        if *suffix == LOG && has_log(path) {
            let aside = with_suffix(&target, suffix);
            rename(&file, &aside)?;
            renamed = Some(aside);
        } else {
            remove(&file)?;
        }
    }
    Ok(renamed)
}

/// What stands behind the name of a database in the names of what was set aside.
const DAMAGED: &str = ".corrupt-";
const STALE: &str = ".stale-";

fn free_name(path: &Path, why: &str, now: Timestamp) -> PathBuf {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    let mut target = with_suffix(path, &format!("{why}{stamp}"));
    let mut again = 2;
    while all(&target).iter().any(|file| file.exists()) {
        target = with_suffix(path, &format!("{why}{stamp}-{again}"));
        again += 1;
    }
    target
}

/// Renames a file that may not be there.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes every file of a database that was set aside or was to replace one, and says how many; and the text that was
/// copied last, and the copies of databases that were being recovered.
pub(super) fn remove_others(path: &Path) -> io::Result<u64> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return Ok(0) };
    recover::remove_abandoned(folder);
    let begin: Vec<OsString> = [DAMAGED, STALE]
        .into_iter()
        .chain(replacement::NAMES)
        .map(|why| {
            let mut begin = OsString::from(name);
            begin.push(why);
            begin
        })
        .collect();
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let has_texts = begin.iter().any(|begin| name.as_encoded_bytes().starts_with(begin.as_encoded_bytes()));
        if has_texts || name == COPIED {
            fs::remove_file(entry.path())?;
            removed += u64::from(has_texts);
        }
    }
    Ok(removed)
}

/// The database and what can be beside it.
pub(super) fn all(path: &Path) -> Vec<PathBuf> {
    let beside = BESIDE.iter().map(|suffix| with_suffix(path, suffix));
    std::iter::once(path.to_owned()).chain(beside).collect()
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
