//! Making pictures beside the screen's thread, one at a time. The screen hears of the result later, as of everything else
//! that happens.

use crate::tui::event::Event;
use crate::tui::pictures::{PictureJob, PictureResult};
use tokio::sync::mpsc;

/// Where jobs go, and come back from. Costs nothing until the first.
#[derive(Debug)]
pub(crate) struct Painter {
    sender: mpsc::Sender<PictureResult>,
    results: mpsc::Receiver<PictureResult>,
}

impl Default for Painter {
    fn default() -> Self {
        // The state gives out one job at a time, so no result ever waits for room.
        let (sender, results) = mpsc::channel(1);
        Self { sender, results }
    }
}

impl Painter {
    /// Begins a job.
    pub(crate) fn start(&self, job: PictureJob) {
        let sender = self.sender.clone();
        tokio::task::spawn_blocking(move || {
            // Without a screen there is nothing to be drawn.
            let _ = sender.blocking_send(job.run());
        });
    }

    /// The next job that is done. Giving up on it loses nothing.
    pub(crate) async fn done(&mut self) -> Event {
        match self.results.recv().await {
            Some(result) => Event::Pictured(result),
            // There is a sender in here, so the channel never closes.
            None => std::future::pending().await,
        }
    }
}
