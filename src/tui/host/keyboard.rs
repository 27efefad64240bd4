//! The thread that reads the terminal: `reader` gets its bytes, `sequences` finds where characters and escape sequences
//! begin and end, `decode` says what they mean, `decoder` is all of that without the terminal. On Windows `console` reads.
//!
//! The thread sends events and nothing else. It reports once why it ended; the host reads no keyboard after that.

#[cfg(not(unix))]
mod console;
#[cfg(unix)]
mod decode;
#[cfg(unix)]
mod decoder;
#[cfg(unix)]
mod reader;
#[cfg(unix)]
mod replies;
#[cfg(unix)]
mod sequences;

#[cfg(unix)]
pub use decoder::decode_input;

#[cfg(not(unix))]
use console::read;
#[cfg(unix)]
use reader::read;

use crate::tui::event::Event;
use std::io::{self, PipeReader, PipeWriter};
use std::thread;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// How long another program waits for the thread to let go of the terminal. It lets go at once, unless the loop has more
/// inputs to do than the channel holds.
const STOP_TIMEOUT: Duration = Duration::from_millis(200);

/// The thread. Dropping it ends the reading.
pub(super) struct Keyboard {
    /// The thread watches the other end, which it can wait for together with the terminal. `None`: it does not run.
    stop: Option<PipeWriter>,
    ended: oneshot::Receiver<io::Result<()>>,
}

impl Keyboard {
    /// Begins to read, and sends what was read to `events`.
    pub(super) fn start(events: mpsc::Sender<Event>) -> Self {
        Self::running(move |stopped| read(&events, &stopped))
    }

    fn running(read: impl FnOnce(PipeReader) -> io::Result<()> + Send + 'static) -> Self {
        let (end, ended) = oneshot::channel();
        let started = io::pipe().and_then(|(stopped, stop)| {
            let thread = thread::Builder::new().name("keyboard".to_owned());
            thread.spawn(move || end.send(read(stopped)))?;
            Ok(stop)
        });
        match started {
            Ok(stop) => Self { stop: Some(stop), ended },
            Err(error) => {
                let (end, ended) = oneshot::channel();
                let _ = end.send(Err(error));
                Self { stop: None, ended }
            }
        }
    }

    /// Ends the reading, and waits until the terminal is free.
    pub(super) async fn stop(self) {
        drop(self.stop);
        let _ = tokio::time::timeout(STOP_TIMEOUT, self.ended).await;
    }

    /// Waits for the reading to end by itself; `Ok`: the terminal is gone. Must not be asked again after that.
    ///
    /// # Errors
    /// If the terminal cannot be read any more.
    pub(super) async fn ended(&mut self) -> io::Result<()> {
        let ended = (&mut self.ended).await;
        ended.unwrap_or_else(|_| Err(io::Error::other("the thread that reads it panicked")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[tokio::test]
    async fn the_end_of_the_reading_is_reported_with_its_reason_also_after_a_panic() {
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
        let reading = |mut stopped: PipeReader| stopped.read(&mut [0]).map(|_| ());
        Keyboard::running(reading).stop().await;
        let (end, ended) = oneshot::channel();
        drop(Keyboard::running(move |mut stopped| {
            let _ = stopped.read(&mut [0]);
            let _ = end.send(());
            Ok(())
        }));
        ended.await.unwrap();
    }
}
