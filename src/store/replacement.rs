//! A whole database on its way into the place of a damaged one: built beside it under another name, renamed when it is
//! whole, so that a program may be killed at any moment. Must not know what is in it.
//!
//! Only a program that holds off all others may do this: another one's work looks like what a killed one left.

use super::files::{self, remove, with_suffix};
use jiff::Timestamp;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Behind the name of the database: one that is being built, and one that is built and has not taken its place yet.
const BUILDING: &str = ".building";
const BUILT: &str = ".built";
pub(super) const NAMES: [&str; 2] = [BUILDING, BUILT];

/// What `SQLite` keeps beside a database that has no log yet.
const JOURNAL: &str = "-journal";

/// Makes the file in which a database is built that takes the place of the one at `path`, instead of one that was begun.
pub(super) fn begin(path: &Path) -> io::Result<PathBuf> {
    give_up(path)?;
    let target = with_suffix(path, BUILDING);
    files::private_options().create_new(true).open(&target)?;
    Ok(target)
}

/// Removes what is there of a replacement, whole or half.
pub(super) fn give_up(path: &Path) -> io::Result<()> {
    for name in NAMES {
        let file = with_suffix(path, name);
        remove(&with_suffix(&file, JOURNAL))?;
        files::all(&file).iter().try_for_each(|file| remove(file))?;
    }
    Ok(())
}

/// Whether there is one, of a program at work or of one that was killed.
pub(super) fn is_there(path: &Path) -> bool {
    NAMES.iter().any(|name| with_suffix(path, name).exists())
}

/// Lets the database that was built take the place of the one at `path`, which is set aside.
pub(super) fn finish(path: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let (building, built) = (with_suffix(path, BUILDING), with_suffix(path, BUILT));
    File::open(&building)?.sync_all()?;
    fs::rename(&building, &built)?;
    let aside = files::set_aside(path, now)?;
    fs::rename(&built, path)?;
    Ok(aside)
}

/// Does what is left to do where a program was killed in the middle of [`finish`].
pub(super) fn resume(path: &Path) -> io::Result<()> {
    let built = with_suffix(path, BUILT);
    if !path.exists() && built.exists() {
        fs::rename(&built, path)?;
    }
    Ok(())
}
