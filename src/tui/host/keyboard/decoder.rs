//! From the terminal's bytes to [`Event`]s. Pure: bytes and the time come in as arguments.

use super::decode::{Input, decode};
use super::replies::Reply;
use super::sequences::{Sequences, Token};
use crate::tui::event::Event;
use crate::tui::host::input::Inputs;
use std::time::{Duration, Instant};

#[derive(Default)]
pub(super) struct Decoder {
    sequences: Sequences,
    inputs: Inputs,
}

impl Decoder {
    /// Takes what was read, and gives back what can go on now.
    pub(super) fn take(&mut self, bytes: &[u8], at: Instant) -> Vec<Event> {
        let tokens = self.sequences.take(bytes, at);
        self.follow(tokens, at)
    }

    /// When to call [`Decoder::expire`] if nothing is read until then; `None`: nothing waits.
    pub(super) fn deadline(&self) -> Option<Instant> {
        [self.sequences.deadline(), self.inputs.deadline()].into_iter().flatten().min()
    }

    /// Gives up what has waited too long.
    pub(super) fn expire(&mut self, at: Instant) -> Vec<Event> {
        let mut ready = self.inputs.expire(at);
        let tokens = self.sequences.expire(at);
        ready.extend(self.follow(tokens, at));
        ready
    }

    /// Returns events that still wait when the reading ends.
    pub(super) fn finish(&mut self, at: Instant) -> Vec<Event> {
        let tokens = self.sequences.finish();
        let mut ready = self.follow(tokens, at);
        ready.extend(self.inputs.release());
        ready
    }

    fn follow(&mut self, tokens: Vec<Token>, at: Instant) -> Vec<Event> {
        let (mut inputs, mut ready) = (Vec::new(), Vec::new());
        for token in tokens {
            decode(token, &mut inputs);
            for input in inputs.drain(..) {
                ready.extend(match input {
                    Input::Event(event) => self.inputs.take(event, at),
                    Input::Shortcut(key, place) => self.inputs.take_shortcut(&key, place, at),
                    Input::Reply(Reply::Background(colour)) => self.inputs.pass_on(Event::Background(colour), at),
                    Input::Reply(Reply::ShiftEnter) => self.inputs.pass_on(Event::ShiftEnterReported, at),
                });
            }
        }
        ready
    }
}

/// Decodes bytes that are read in these pieces, each so long after the one before it. For the fuzz target and tests.
#[must_use]
pub fn decode_input(pieces: &[(Duration, &[u8])]) -> Vec<Event> {
    let mut decoder = Decoder::default();
    let mut at = Instant::now();
    let mut events = Vec::new();
    for (pause, bytes) in pieces {
        let next = at + *pause;
        while let Some(deadline) = decoder.deadline().filter(|deadline| *deadline <= next && *pause > Duration::ZERO) {
            events.extend(decoder.expire(deadline));
        }
        at = next;
        events.extend(decoder.take(bytes, at));
    }
    events.extend(decoder.finish(at));
    events
}
