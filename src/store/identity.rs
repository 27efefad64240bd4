//! Which file is which, whatever its name: whether the database at a path is the one that was opened there, and whether
//! what `SQLite` keeps beside it belongs to it.
//!
//! `SQLite` finds the log of a database by its name alone and replays it into whatever has the database's name. A log of
//! another file (a backup was renamed over the database, say) would fall on the new one. So the file that tells of running
//! programs also has the identities of the database and of the files beside it. When the database is another one since and
//! a file beside it is the same as before, that file belongs to the database before, and is set aside. A folder that was
//! copied as a whole has other files throughout, and keeps its log.
//!
//! A file may also get the content of another one and stay the same file (`cp backup.db pointsman.db`). So the state of the
//! database is recorded, too, as it was in its own file when a program began: which history it is, and a counter that only
//! grows. A log whose database is another history since, or an earlier state of its own, is set aside. Both are read out of
//! the database's own file, into which only checkpoints write, and a checkpoint that was killed half-way leaves either the
//! one first page or the next: a program that was killed never has its own log taken from it. Not found are a copy that was
//! taken after the program began, and a file that is overwritten while a program runs: neither can be told from a checkpoint.

use super::files::{self, BESIDE, has_log, with_suffix};
use super::header::State;
use jiff::Timestamp;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Which file something is. Never reused while the file is open; the time of its birth tells it from a later file that got
/// the number of a deleted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
    born_ns: u128,
}

impl Identity {
    /// That of the file at `path`; `None`: there is none.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub(super) fn of(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(found) => Ok(Some(Self::from(&found))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn from(found: &Metadata) -> Self {
        let born = found.created().ok().and_then(|born| born.duration_since(UNIX_EPOCH).ok());
        let (device, inode) = number(found);
        Self { device, inode, born_ns: born.map_or(0, |born| born.as_nanos()) }
    }

    fn read(line: &str) -> Option<Self> {
        let mut numbers = line.split(' ');
        let identity = Self {
            device: numbers.next()?.parse().ok()?,
            inode: numbers.next()?.parse().ok()?,
            born_ns: numbers.next()?.parse().ok()?,
        };
        numbers.next().is_none().then_some(identity)
    }

    fn line(self) -> String {
        format!("{} {} {}\n", self.device, self.inode, self.born_ns)
    }
}

#[cfg(unix)]
fn number(found: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

// There an open file cannot be moved or replaced.
#[cfg(not(unix))]
fn number(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// The end of what is written, so that half of it is not taken for all.
const END: &str = "end\n";

/// Writes into `record` which files the database at `path` consists of, and the `state` that it had before it was opened, if
/// that is known.
pub(super) fn record(record: &mut File, path: &Path, state: Option<State>) -> io::Result<()> {
    let mut text = String::new();
    for file in std::iter::once(path.to_owned()).chain(BESIDE.map(|suffix| with_suffix(path, suffix))) {
        text += &Identity::of(&file)?.map_or_else(|| "none\n".to_owned(), Identity::line);
    }
    text += &state.map_or_else(|| "none\n".to_owned(), |state| format!("{} {}\n", state.history, state.changes));
    record.set_len(0)?;
    record.rewind()?;
    record.write_all((text + END).as_bytes())
}

/// What [`record`] wrote.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    database: Option<Identity>,
    /// Those of [`BESIDE`].
    beside: Vec<Option<Identity>>,
    state: Option<State>,
}

impl Recorded {
    /// What stands in `record`: nothing where it is no text, or half of one.
    pub(super) fn read(record: &mut File) -> io::Result<Self> {
        let mut text = String::new();
        record.rewind()?;
        if Read::by_ref(record).take(4_096).read_to_string(&mut text).is_err() {
            return Ok(Self::default());
        }
        let Some(text) = text.strip_suffix(END) else { return Ok(Self::default()) };
        let mut lines = text.lines();
        let database = lines.next().and_then(Identity::read);
        let beside = lines.by_ref().take(BESIDE.len()).map(Identity::read).collect();
        Ok(Self { database, beside, state: lines.next().and_then(read_state) })
    }

    /// The state that was recorded, if it is that of the file which is the database now.
    pub(super) fn state_of(&self, database: Option<Identity>) -> Option<State> {
        self.state.filter(|_| database.is_some() && database == self.database)
    }

    /// Sets aside what lies beside the database at `path` and belongs to another file. Gives back where the log is now, if
    /// there was one with something in it.
    pub(super) fn set_stale_aside(&self, path: &Path, now: Timestamp) -> io::Result<Option<PathBuf>> {
        if self.database.is_none() || Identity::of(path)? == self.database {
            return Ok(None);
        }
        let mut stale = Vec::new();
        for (suffix, recorded) in BESIDE.into_iter().zip(&self.beside) {
            if recorded.is_some() && Identity::of(&with_suffix(path, suffix))? == *recorded {
                stale.push(suffix);
            }
        }
        files::set_stale_aside(path, &stale, now)
    }

    /// The same where the file is the one before and has got another content: it was in `state` when no program had it
    /// open any more. `None`: it does not say its state.
    pub(super) fn set_overwritten_aside(
        &self,
        path: &Path,
        state: Option<State>,
        now: Timestamp,
    ) -> io::Result<Option<PathBuf>> {
        let Some(before) = self.state_of(Identity::of(path)?) else { return Ok(None) };
        let goes_on = state.is_some_and(|is| is.history == before.history && is.changes >= before.changes);
        match goes_on || !has_log(path) {
            true => Ok(None),
            false => files::set_stale_aside(path, &BESIDE, now),
        }
    }
}

fn read_state(line: &str) -> Option<State> {
    let (history, changes) = line.split_once(' ')?;
    Some(State { history: history.parse().ok()?, changes: changes.parse().ok()? })
}
