//! The thread that reads the terminal. In the middle of a sequence whose end does not come crossterm waits for it without
//! giving its thread back, so that thread must do nothing else: frames, signals and answers go on.
//!
//! The thread sends events and nothing else. It reports once why it ended; the host reads no keyboard after that.

use super::hangup::Watch;
use super::input::Inputs;
use crate::tui::event::Event;
use crossterm::event::EventStream;
use std::io;
use std::thread;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How long another program waits for the thread to let go of the terminal. In the middle of an unfinished sequence it
/// lets go with the next byte.
const STOP_TIMEOUT: Duration = Duration::from_millis(200);

/// The thread. Dropping it ends the reading.
pub(super) struct Keyboard {
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<io::Result<()>>,
}

impl Keyboard {
    /// Begins to read, and sends what was read to `events`.
    pub(super) fn start(events: mpsc::Sender<Event>) -> Self {
        Self::running(move |stopped| read(events, stopped))
    }

    fn running(read: impl FnOnce(oneshot::Receiver<()>) -> io::Result<()> + Send + 'static) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (end, mut ended) = oneshot::channel();
        let thread = thread::Builder::new().name("keyboard".to_owned()).spawn(move || {
            let _ = end.send(read(stopped));
        });
        if let Err(error) = thread {
            let (end, failed) = oneshot::channel();
            let _ = end.send(Err(error));
            ended = failed;
        }
        Self { stop, ended }
    }

    /// Ends the reading, and waits until the terminal is free.
    pub(super) async fn stop(self) {
        drop(self.stop);
        let _ = tokio::time::timeout(STOP_TIMEOUT, self.ended).await;
    }

    /// Waits for the reading to end by itself; `Ok`: the terminal is gone. Must not be asked again after that.
    ///
    /// # Errors
    /// Why the terminal cannot be read any more.
    pub(super) async fn ended(&mut self) -> io::Result<()> {
        let ended = (&mut self.ended).await;
        ended.unwrap_or_else(|_| Err(io::Error::other("the thread that reads it panicked")))
    }
}

fn read(events: mpsc::Sender<Event>, stopped: oneshot::Receiver<()>) -> io::Result<()> {
    let watch = Watch::begin();
    if !watch.hung_up() {
        // Where crossterm cannot open the terminal it says so here, and panics in the next step. Why is not known.
        crossterm::event::poll(Duration::ZERO)
            .map_err(|error| io::Error::other(format!("{error}; too few files may be open: see 'ulimit -n'")))?;
    }
    // Only for the time: reading blocks.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        tokio::select! {
            biased;
            _ = stopped => Ok(()),
            ended = Inputs::default().forward(watch, EventStream::new(), events) => ended,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn why_the_reading_ended_is_told_also_after_a_panic() {
        assert!(Keyboard::running(|_| Ok(())).ended().await.is_ok());
        let failed = Keyboard::running(|_| Err(io::Error::other("no terminal"))).ended().await;
        assert_eq!(failed.unwrap_err().to_string(), "no terminal");
        let panicked = Keyboard::running(|_| unreachable!("a test")).ended().await;
        assert!(panicked.unwrap_err().to_string().contains("panicked"));
    }

    #[tokio::test]
    async fn a_thread_that_hangs_is_not_waited_for() {
        let (release, held) = std::sync::mpsc::channel::<()>();
        Keyboard::running(move |_| held.recv().map_err(io::Error::other)).stop().await;
        drop(release);
    }

    #[tokio::test]
    async fn a_thread_that_is_stopped_or_dropped_ends() {
        let reading = |stopped: oneshot::Receiver<()>| stopped.blocking_recv().map_err(io::Error::other);
        Keyboard::running(reading).stop().await;
        let (told, ends) = oneshot::channel();
        drop(Keyboard::running(move |stopped| {
            let _ = stopped.blocking_recv();
            let _ = told.send(());
            Ok(())
        }));
        ends.await.unwrap();
    }
}
