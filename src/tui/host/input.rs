//! The keyboard: terminal events become [`Event`]s. `burst` finds what is pasted without brackets; what the terminal says
//! when it is asked comes through the keyboard, too, and `replies` takes it out first.

use super::burst::{HOLD, Pastes, Run};
use super::hangup::Watch;
use super::replies::{Filter, Passed, Reply};
use crate::tui::event::{Event, Mouse};
use crate::tui::keys::Chord;
use crossterm::event::{Event as Input, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use std::io;
use std::time::Instant;
use tokio::sync::mpsc;

/// So many failures behind each other are the end.
const FAILURES_MAX: u32 = 10;
/// Rows a turn of the wheel moves.
const WHEEL: i32 = 3;

/// Reads the terminal.
pub(super) struct Inputs {
    pastes: Pastes,
    replies: Filter,
    run: Run,
}

impl Default for Inputs {
    fn default() -> Self {
        Self { pastes: Pastes::of_terminal(), replies: Filter::default(), run: Run::default() }
    }
}

impl Inputs {
    /// Sends everything that is read to `events`, until the receiver is dropped or the terminal is gone.
    ///
    /// # Errors
    /// When reading has failed so often that it will not succeed any more.
    pub(super) async fn forward(
        mut self,
        watch: Watch,
        mut stream: EventStream,
        events: mpsc::Sender<Event>,
    ) -> io::Result<()> {
        let mut failures = 0;
        loop {
            // While an Enter is held, the run it belongs to is over when nothing comes for a moment.
            let held = self.run.is_held().then_some(HOLD);
            let input = match [held, self.replies.patience()].into_iter().flatten().min() {
                Some(patience) => tokio::time::timeout(patience, watch.next(&mut stream)).await.ok(),
                None => Some(watch.next(&mut stream).await),
            };
            let ready = match input {
                None => self.wait_is_over(Instant::now()),
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
                    let at = Instant::now();
                    let passed = self.replies.take(input, at);
                    self.follow(passed, at)
                }
            };
            for event in ready {
                if events.send(event).await.is_err() {
                    return Ok(());
                }
            }
        }
    }

    /// Nothing came for as long as it was waited for.
    fn wait_is_over(&mut self, at: Instant) -> Vec<Event> {
        let mut ready = self.run.release(self.pastes);
        let passed = self.replies.expire(at);
        ready.extend(self.follow(passed, at));
        ready
    }

    fn follow(&mut self, passed: Vec<Passed>, at: Instant) -> Vec<Event> {
        let mut ready = Vec::new();
        for event in passed.into_iter().filter_map(translate) {
            if matches!(event, Event::Pasted(_)) {
                self.pastes = Pastes::Seen;
            }
            ready.extend(self.run.take(event, at, self.pastes));
        }
        ready
    }
}

fn translate(passed: Passed) -> Option<Event> {
    let input = match passed {
        Passed::Input(input) => input,
        Passed::Reply(Reply::Background(colour)) => return Some(Event::Background(colour)),
        Passed::Reply(Reply::ShiftEnter) => return Some(Event::ShiftEnterReported),
    };
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => Chord::from_event(&key).map(Event::Key),
        Input::Paste(text) => Some(Event::Pasted(text)),
        Input::Resize(width, height) => Some(Event::Resized { width, height }),
        Input::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Some(Event::Wheeled(-WHEEL)),
            MouseEventKind::ScrollDown => Some(Event::Wheeled(WHEEL)),
            MouseEventKind::Down(MouseButton::Left) => Some(Event::Mouse(Mouse::Pressed(mouse.column, mouse.row))),
            MouseEventKind::Drag(MouseButton::Left) => Some(Event::Mouse(Mouse::Dragged(mouse.column, mouse.row))),
            MouseEventKind::Up(MouseButton::Left) => Some(Event::Mouse(Mouse::Released)),
            _ => None,
        },
        Input::FocusGained => Some(Event::Focused(true)),
        Input::FocusLost => Some(Event::Focused(false)),
        Input::Key(_) => None,
    }
}
