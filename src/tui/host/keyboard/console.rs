//! Reads the console of Windows through crossterm, which gets keys there, not bytes.

use crate::tui::event::Event;
use crate::tui::host::input::Inputs;
use crossterm::event::EventStream;
use futures_util::StreamExt;
use std::io::{self, PipeReader, Read};
use std::thread;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

/// The most failures behind each other. With the last one the reading ends.
const FAILURES_MAX: u32 = 10;

/// Reads until the console is gone, the receiver of `events` is dropped, or the other end of `stopped` is.
///
/// # Errors
/// When reading has failed so often that it will not succeed any more.
pub(super) fn read(events: &mpsc::Sender<Event>, stopped: &PipeReader) -> io::Result<()> {
    let (stop, stopping) = oneshot::channel();
    let mut stopped = stopped.try_clone()?;
    // The runtime cannot wait for a pipe there. The thread ends with the pipe's other end.
    thread::spawn(move || {
        let _ = stopped.read(&mut [0]);
        let _ = stop.send(());
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        let mut inputs = Inputs::default();
        let ended = tokio::select! {
            biased;
            _ = stopping => Ok(()),
            ended = forward(EventStream::new(), &mut inputs, events) => ended,
        };
        // A key that was read is not lost.
        for event in inputs.release() {
            if events.send(event).await.is_err() {
                break;
            }
        }
        ended
    })
}

async fn forward(mut stream: EventStream, inputs: &mut Inputs, events: &mpsc::Sender<Event>) -> io::Result<()> {
    let mut failures = 0;
    loop {
        let input = match inputs.deadline() {
            Some(deadline) => tokio::time::timeout_at(deadline.into(), stream.next()).await.ok(),
            None => Some(stream.next().await),
        };
        let ready = match input {
            None => inputs.expire(Instant::now()),
            Some(None) => return Ok(()),
            Some(Some(Err(error))) => {
                tracing::warn!(%error, "an input could not be read");
                failures += 1;
                if failures == FAILURES_MAX {
                    return Err(error);
                }
                continue;
            }
            Some(Some(Ok(input))) => {
                failures = 0;
                inputs.take(input, Instant::now())
            }
        };
        for event in ready {
            if events.send(event).await.is_err() {
                return Ok(());
            }
        }
    }
}
