//! Command lines that the user wrote: how they are run, and how they end with all that they started.
//!
//! Must not know what they are for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::process::Command;

/// A command line for the system's shell.
#[cfg(not(windows))]
pub(crate) fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line]);
    command
}

/// A command line for the system's shell.
#[cfg(windows)]
pub(crate) fn shell(line: &str) -> Command {
    let mut command = Command::new("cmd");
    // As it was written: cmd has its own rules for quotes.
    command.arg("/C").raw_arg(line);
    command
}

/// The processes of a command that leads a group of its own. Ends them when it is dropped before they are over.
pub(crate) struct Group {
    leader: Option<u32>,
    over: Arc<AtomicBool>,
}

impl Group {
    /// The group that the process `leader` leads, until `over` says that it has ended.
    pub(crate) fn of(leader: Option<u32>, over: Arc<AtomicBool>) -> Self {
        Self { leader, over }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // After its end the number may be another process's.
        if self.over.load(Ordering::Relaxed) {
            return;
        }
        #[cfg(unix)]
        if let Some(leader) = self.leader.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
        #[cfg(not(unix))]
        let _ = self.leader;
    }
}
