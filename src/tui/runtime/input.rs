//! The keyboard: terminal events become [`Event`]s, and a burst that no person types becomes a paste.
//!
//! Terminals with bracketed paste say what is pasted. Others send it as if it were typed, and every line's Enter would
//! send a prompt. People do not type many characters within a few milliseconds of each other; an Enter in the middle
//! of such a run is a new line. At the end of a run it is an Enter: whoever sends a line at once means to send it.

use crate::tui::event::Event;
use crate::tui::keys::Chord;
use crossterm::event::{Event as Input, EventStream, KeyEventKind, MouseEventKind};
use futures_util::StreamExt;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Characters that come within this time of each other belong to one run.
const GAP: Duration = Duration::from_millis(3);
/// So many characters make a run that no person types.
const RUN: u32 = 8;
/// Rows a turn of the wheel moves.
const WHEEL: i32 = 3;

/// Reads the terminal.
#[derive(Default)]
pub(super) struct Inputs {
    burst: Burst,
}

impl Inputs {
    /// Sends everything that is read to `events`, until nobody listens or the terminal is gone.
    pub(super) async fn forward(mut self, events: mpsc::Sender<Event>) {
        let mut stream = EventStream::new();
        let mut ahead: Option<Input> = None;
        loop {
            let input = match ahead.take() {
                Some(input) => input,
                None => match stream.next().await {
                    Some(Ok(input)) => input,
                    Some(Err(error)) => {
                        tracing::warn!(%error, "an input could not be read");
                        continue;
                    }
                    None => break,
                },
            };
            let Some(mut event) = translate(input) else { continue };
            if let Event::Key(chord) = &event {
                let in_run = self.burst.key(chord, Instant::now());
                if in_run && chord.is_plain_enter() {
                    // What follows tells whether this is the middle of a paste.
                    ahead = tokio::time::timeout(GAP, stream.next()).await.ok().flatten().and_then(Result::ok);
                    if ahead.as_ref().is_some_and(is_text) {
                        event = Event::Pasted("\n".to_owned());
                    }
                }
            }
            if events.send(event).await.is_err() {
                return;
            }
        }
        // A terminal that is gone cannot be shown anything any more.
        let _ = events.send(Event::Terminated).await;
    }
}

/// Recognizes runs of characters. Pure: time comes in as an argument.
#[derive(Debug, Default)]
struct Burst {
    run: u32,
    last: Option<Instant>,
}

impl Burst {
    /// Records a key and says whether it continues a run that no person types.
    fn key(&mut self, chord: &Chord, at: Instant) -> bool {
        let soon = self.last.is_some_and(|last| at.duration_since(last) <= GAP);
        let text = chord.typed().is_some() || chord.is_plain_enter();
        self.run = match (text, soon) {
            (true, true) => self.run + 1,
            (true, false) => 1,
            (false, _) => 0,
        };
        self.last = Some(at);
        self.run > RUN
    }
}

fn is_text(input: &Input) -> bool {
    let Some(Event::Key(chord)) = translate(input.clone()) else {
        return false;
    };
    chord.typed().is_some() || chord.is_plain_enter()
}

fn translate(input: Input) -> Option<Event> {
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => Chord::from_event(&key).map(Event::Key),
        Input::Paste(text) => Some(Event::Pasted(text)),
        Input::Resize(width, height) => Some(Event::Resized { width, height }),
        Input::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Some(Event::Wheeled(-WHEEL)),
            MouseEventKind::ScrollDown => Some(Event::Wheeled(WHEEL)),
            _ => None,
        },
        Input::Key(_) | Input::FocusGained | Input::FocusLost => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Presses "a" at every interval given, then Enter after `last`; says whether that Enter continues a run.
    fn enter_after(intervals: &[u64], last: u64) -> bool {
        let mut burst = Burst::default();
        let mut at = Instant::now();
        for &ms in intervals {
            at += Duration::from_millis(ms);
            burst.key(&"a".parse().unwrap(), at);
        }
        burst.key(&"enter".parse().unwrap(), at + Duration::from_millis(last))
    }

    #[test]
    fn only_a_run_that_no_person_types_makes_enter_suspicious() {
        assert!(enter_after(&[1; 20], 1), "a paste");
        assert!(!enter_after(&[5; 20], 5), "a fast script that types");
        assert!(!enter_after(&[1; 20], 50), "Enter a moment after a paste");
        assert!(!enter_after(&[1; 5], 1), "a few keys at once");
        assert!(!enter_after(&[80; 30], 80), "a person");
    }
}
