//! Whether the terminal is gone. crossterm reads the end of a terminal that hung up over and over, without ever giving
//! its thread back, so this is looked at before each of its reads.

use crossterm::event::{Event, EventStream};
use futures_util::Stream;
use std::future::poll_fn;
use std::io::{IsTerminal, Result};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Watches the terminal that the keyboard is read from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watch {
    /// Whether that is the standard input: else crossterm reads another file, of which nothing is known here.
    is_input: bool,
}

impl Watch {
    /// Begins while the terminal is there: one that hung up is none any more.
    pub(super) fn begin() -> Self {
        Self { is_input: std::io::stdin().is_terminal() }
    }

    /// Whether the terminal is gone.
    pub(super) fn hung_up(self) -> bool {
        self.is_input && hung_up()
    }

    /// The next event of the terminal; `None`: the terminal is gone. Giving up on it loses nothing.
    pub(super) async fn next(self, stream: &mut EventStream) -> Option<Result<Event>> {
        let next = |context: &mut Context<'_>| match self.hung_up() {
            true => Poll::Ready(None),
            false => Pin::new(&mut *stream).poll_next(context),
        };
        poll_fn(next).await
    }
}

#[cfg(unix)]
fn hung_up() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let input = std::io::stdin();
    let mut wanted = [PollFd::new(&input, PollFlags::IN)];
    let asked = poll(&mut wanted, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    asked.is_ok() && wanted[0].revents().intersects(PollFlags::HUP | PollFlags::NVAL)
}

#[cfg(not(unix))]
fn hung_up() -> bool {
    false
}
