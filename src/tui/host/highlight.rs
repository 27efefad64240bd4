//! Colouring code beside the screen's thread. The result comes later, as an event.

use crate::tui::event::Event;
use crate::tui::text::highlight::{HighlightJob, HighlightResult};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::mpsc;

/// Where jobs go, and come back from. Costs nothing until the first.
#[derive(Debug)]
pub(in crate::tui) struct Highlighter {
    sender: mpsc::Sender<HighlightResult>,
    results: mpsc::Receiver<HighlightResult>,
}

impl Default for Highlighter {
    fn default() -> Self {
        // The state gives out one job at a time, so no result ever waits for room.
        let (sender, results) = mpsc::channel(1);
        Self { sender, results }
    }
}

impl Highlighter {
    /// Begins a job.
    pub(in crate::tui) fn start(&self, job: HighlightJob) {
        let sender = self.sender.clone();
        tokio::task::spawn_blocking(move || {
            // A grammar that panics costs the colours of its block, and not those of all others.
            let found = catch_unwind(AssertUnwindSafe(|| job.highlight())).ok().flatten();
            // Without a screen there is nothing to be coloured.
            let _ = sender.blocking_send(job.done(found));
        });
    }

    /// The next job that is done. Giving up on it loses nothing.
    pub(in crate::tui) async fn done(&mut self) -> Event {
        match self.results.recv().await {
            Some(result) => Event::Highlighted(result),
            // There is a sender in here, so the channel never closes.
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::TurnId;
    use crate::tui::state::{BlockId, Colours};

    #[tokio::test]
    async fn a_job_that_goes_out_comes_back_with_colours_and_the_next_one_follows() {
        let mut highlighter = Highlighter::default();
        let mut colours = Colours::default();
        let id = BlockId { turn: TurnId(1), at: 0 };
        let code = "let x;\n".repeat(100);
        let mut jobs = 0;
        while let Some(job) = colours.want(&id, "rust", &code, 99) {
            highlighter.start(job);
            if let Event::Highlighted(result) = highlighter.done().await {
                colours.coloured(result);
                jobs += 1;
            }
        }
        assert_eq!(jobs, 2);
        assert!(colours.line(&id, 99).is_some());
    }
}
