//! The window's size. On Unix a signal says that it is another one; on Windows the keyboard's reader does.

use crate::tui::event::Event;
use std::io;
use tokio::sync::mpsc;

/// The source of resizes.
pub(super) struct Resizes {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
}

impl Resizes {
    #[cfg(unix)]
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { signal: signal(SignalKind::window_change())? })
    }

    /// Sends each new size to `events`, until its receiver is dropped.
    #[cfg(unix)]
    pub(super) async fn forward(mut self, events: mpsc::Sender<Event>) {
        while self.signal.recv().await.is_some() {
            let Ok((width, height)) = crossterm::terminal::size() else { continue };
            if events.send(Event::Resized { width, height }).await.is_err() {
                return;
            }
        }
    }

    #[cfg(not(unix))]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    pub(super) async fn forward(self, _: mpsc::Sender<Event>) {}
}
