//! Other programs: the environment that they get, and how they end with all that they started.
//!
//! Must not know what they are for, or which variables hold secrets.

use std::ffi::OsStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::process::Command;

/// The environment of child processes: this program's own, without the variables that are withheld. A command over code
/// runs what a model wrote, so a key in its environment is in reach of a prompt injection.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChildEnv {
    withheld: Arc<[String]>,
}

impl ChildEnv {
    /// Withholds the variables of these names.
    pub(crate) fn without(names: impl IntoIterator<Item = String>) -> Self {
        Self { withheld: names.into_iter().collect() }
    }

    /// A program, not started yet.
    pub(crate) fn program(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(name);
        for name in &*self.withheld {
            command.env_remove(name);
        }
        command
    }

    /// A command line for the system's shell, not started yet.
    #[cfg(not(windows))]
    pub(crate) fn shell(&self, line: &str) -> Command {
        let mut command = self.program("sh");
        command.args(["-c", line]);
        command
    }

    /// A command line for the system's shell, not started yet.
    #[cfg(windows)]
    pub(crate) fn shell(&self, line: &str) -> Command {
        let mut command = self.program("cmd");
        // As it was written: cmd has its own rules for quotes.
        command.arg("/C").raw_arg(line);
        command
    }
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
