//! Which programs are at work on the database: one at a time opens or mends it, and each that has it open says so. Locks of
//! files, which end with their program, whatever ends it. Must not know what the database's files hold.
//!
//! Some network file systems know no locks. There every program works as if it were the only one.

use super::files::{open_beside, with_suffix};
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

/// How often a lock is tried for, and how long is waited in between. A start takes milliseconds, so one that is not over
/// after five seconds mends a long history or was stopped.
pub(super) const START_ATTEMPTS_MAX: u32 = 250;
/// [`is_in_use`] has the lock for an instant.
const PRESENCE_ATTEMPTS_MAX: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// What became of holding off every other program that opens a database.
pub(super) enum Hold {
    /// They wait until this is dropped.
    Mine { _lock: File },
    /// Another program holds this one off, and has for long.
    Others,
    /// There are no locks here.
    Unknown,
}

/// Holds off every other program that opens this database, until the result is dropped. Two that begin a database, or
/// set a damaged one aside, at the same time would be in each other's way.
pub(super) fn hold(path: &Path, attempts: u32) -> io::Result<Hold> {
    let file = open_beside(path, ".lock")?;
    match repeatedly(attempts, || file.try_lock()) {
        Ok(()) => Ok(Hold::Mine { _lock: file }),
        Err(TryLockError::WouldBlock) => {
            tracing::warn!("another program holds the history's lock; going on as far as nothing is to be mended");
            Ok(Hold::Others)
        }
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "other programs cannot be held off while the history is opened");
            Ok(Hold::Unknown)
        }
    }
}

/// Says that a program has this database open, until the result is dropped; and whether it is the only one. Where there
/// are no locks, it is said to be.
pub(super) fn enter(path: &Path) -> io::Result<(File, bool)> {
    let file = open_beside(path, ".open")?;
    let alone = match file.try_lock() {
        Ok(()) => {
            file.unlock()?;
            true
        }
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(_)) => return Ok((file, true)),
    };
    // A program that opens it meanwhile waits for the lock of [`hold`]; one that only looks is gone in an instant.
    if let Err(error) = repeatedly(PRESENCE_ATTEMPTS_MAX, || file.try_lock_shared()) {
        tracing::warn!(%error, "other programs may not know that this one has the history open");
    }
    Ok((file, alone))
}

/// Whether a program has this database open, as far as can be known without being one.
pub(super) fn is_in_use(path: &Path) -> bool {
    let Ok(file) = File::open(with_suffix(path, ".open")) else { return false };
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// Tries for a lock again while another program has it.
fn repeatedly(attempts: u32, mut lock: impl FnMut() -> Result<(), TryLockError>) -> Result<(), TryLockError> {
    for _ in 1..attempts {
        match lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            locked => return locked,
        }
    }
    lock()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::files::with_suffix;

    #[test]
    fn a_lock_that_another_program_has_for_an_instant_is_tried_for_again() {
        let mut tried = 0;
        let locked = repeatedly(5, || {
            tried += 1;
            if tried < 3 { Err(TryLockError::WouldBlock) } else { Ok(()) }
        });
        assert!(locked.is_ok() && tried == 3, "{tried}");
        assert!(matches!(repeatedly(2, || Err(TryLockError::WouldBlock)), Err(TryLockError::WouldBlock)));
    }

    #[test]
    fn a_program_is_present_also_where_another_looked_at_the_moment_when_it_came() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.db");
        let looking = open_beside(&path, ".open").unwrap();
        looking.lock().unwrap();
        let coming = std::thread::spawn({
            let path = path.clone();
            move || enter(&path).unwrap()
        });
        // The other thread waits for the shared lock or soon will, and gets it: no other program holds one.
        std::thread::yield_now();
        drop(looking);
        let (presence, _) = coming.join().unwrap();
        assert!(is_in_use(&path) && with_suffix(&path, ".open").exists());
        drop(presence);
        assert!(!is_in_use(&path));
    }
}
