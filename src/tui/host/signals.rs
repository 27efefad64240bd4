//! What ends the program from outside, and when it is meant for another program.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Whether another program has the terminal. For a moment after their end, too: the Ctrl+C that ended them may reach us
/// later than their end does.
#[derive(Debug, Clone, Default)]
pub(super) struct Away(Arc<Mutex<Absence>>);

#[derive(Debug, Clone, Copy, Default)]
enum Absence {
    #[default]
    Never,
    Now,
    Since(Instant),
}

/// How late a signal may come.
const LATE: Duration = Duration::from_millis(500);

impl Away {
    pub(super) fn begin(&self) {
        self.set(Absence::Now);
    }

    pub(super) fn end(&self) {
        self.set(Absence::Since(Instant::now()));
    }

    fn is_now(&self) -> bool {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Absence::Never => false,
            Absence::Now => true,
            Absence::Since(end) => end.elapsed() < LATE,
        }
    }

    fn set(&self, absence: Absence) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = absence;
    }
}

/// What ends the program from outside. Listened to before the terminal is taken over: a signal that came in between
/// would leave the terminal as it is then.
pub(in crate::tui) struct Signals {
    #[cfg(unix)]
    listening: [tokio::signal::unix::Signal; 3],
}

impl Signals {
    #[cfg(unix)]
    pub(in crate::tui) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()];
        let [terminate, hang_up, interrupt] = kinds.map(signal);
        Ok(Self { listening: [terminate?, hang_up?, interrupt?] })
    }

    /// Waits for one of them. While `away`, Ctrl+C is meant for the program that has the terminal: an editor, say, whose user
    /// gives up. It reaches the whole group, and must not cost the prompt.
    #[cfg(unix)]
    pub(super) async fn received(self, away: &Away) {
        let [mut terminate, mut hang_up, mut interrupt] = self.listening;
        loop {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = hang_up.recv() => return,
                _ = interrupt.recv() => {}
            }
            if !away.is_now() {
                return;
            }
        }
    }

    #[cfg(not(unix))]
    pub(in crate::tui) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    pub(super) async fn received(self, _: &Away) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}
