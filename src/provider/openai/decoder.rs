//! The body of one answer, read without waiting: blocks of bytes in, [`Delta`]s and an outcome out.
//!
//! Pure: no clock, no endpoint. What goes wrong is a [`Fault`], which the caller puts into words. How a body is cut into
//! blocks makes no difference to what is read.
//!
//! Of what is at hand, neighbours of one kind become one piece: a server may be far faster than a terminal, and every piece
//! costs each listener the same, however short it is.

mod ending;
mod found;
mod repeats;
mod twice;

use super::events::{Data, EVENT_BYTES_MAX, Event, Events, values};
use super::extras::Extras;
use super::wire::{Chunk, Envelope, Reason, Tokens};
use crate::provider::error::refusal::Refusal;
use crate::provider::{Delta, Finish};
use crate::text::sanitize::Sanitizer;
use crate::text::think::{Part, Splitter};
use crate::text::tolerant_json::Joiner;
use ending::Ending;
use found::Found;
use repeats::{Place, Repeats};
use std::borrow::Cow;
use std::collections::VecDeque;
use twice::Twice;

/// A piece that is as long as this, in bytes, does not grow any more.
pub(super) const PIECE_BYTES_MAX: usize = 16 * 1024;
/// No more pieces than this lie ready before more is read.
const READY_PIECES_MAX: usize = 64;

/// How a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyEnd {
    /// As its server ended it.
    Closed,
    /// Its connection broke, or nothing came any more.
    Lost,
}

/// Why an answer is none, or not all of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The server tells an error. Its words, as they came.
    Refused(String),
    /// The answer broke off; what was said last, where that may be why.
    BrokenOff(Option<String>),
    /// The body was lost before the answer was complete.
    Lost,
    /// There is nothing in the body that could be an answer.
    NoAnswer {
        /// The last line in it that is no event.
        said: Option<String>,
        /// Whether there are events that are no JSON.
        unreadable: bool,
    },
    /// So many events in a row are no JSON.
    Unreadable(u32),
    /// An event has no end.
    Endless,
}

/// A body that was read to its end. How it came makes no difference to it.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyRead {
    /// What came of it, in order, with neighbouring pieces of text joined.
    pub deltas: Vec<Delta>,
    /// Why the answer ended, or what is wrong with it.
    pub outcome: Result<Finish, Fault>,
}

/// Reads the body of an answer that comes in these blocks and ends like that.
pub fn read_body<B: AsRef<[u8]>>(blocks: impl IntoIterator<Item = B>, end: BodyEnd) -> BodyRead {
    let (mut decoder, mut pieces) = (Decoder::default(), Vec::new());
    for block in blocks {
        decoder.push(block.as_ref());
        decoder.ready.drain(..).for_each(|piece| join(&mut pieces, piece));
    }
    decoder.end(end);
    decoder.ready.drain(..).for_each(|piece| join(&mut pieces, piece));
    let deltas = pieces.into_iter().map(Piece::into_delta).collect();
    BodyRead { deltas, outcome: decoder.take_outcome().unwrap_or(Err(Fault::Lost)) }
}

fn join(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), &piece) {
        (Some(Piece::Text(text)), Piece::Text(more)) | (Some(Piece::Reasoning(text)), Piece::Reasoning(more)) => {
            text.push_str(more);
        }
        _ => pieces.push(piece),
    }
}

impl BodyRead {
    /// The text of the answer, and the model's reasoning.
    pub fn words(&self) -> (String, String) {
        let (mut text, mut reasoning) = (String::new(), String::new());
        for delta in &self.deltas {
            match delta {
                Delta::Text(piece) => text.push_str(piece),
                Delta::Reasoning(piece) => reasoning.push_str(piece),
                Delta::TextWasReasoning => reasoning.push_str(&std::mem::take(&mut text)),
                _ => {}
            }
        }
        (text, reasoning)
    }
}

/// What lies ready: text may still grow, and is shared only when it leaves.
#[derive(Debug)]
enum Piece {
    Text(String),
    Reasoning(String),
    Whole(Delta),
}

impl Piece {
    fn into_delta(self) -> Delta {
        match self {
            Self::Text(text) => Delta::Text(text.into()),
            Self::Reasoning(text) => Delta::Reasoning(text.into()),
            Self::Whole(delta) => delta,
        }
    }
}

/// The text of the answer, or of the reasoning, on its way in.
#[derive(Debug, Default)]
struct Channel {
    repeats: Repeats,
    halves: Joiner,
    sanitizer: Sanitizer,
}

impl Channel {
    /// What is new in these texts, clean; `None` where nothing is.
    fn take<const N: usize>(&mut self, texts: [(Place, Option<String>); N]) -> Option<String> {
        let mut new: Option<String> = None;
        for (place, text) in texts {
            let Some(text) = text.and_then(|text| self.repeats.new_in(place, text)) else { continue };
            let clean = self.sanitizer.push(&self.halves.push(text));
            match &mut new {
                Some(new) => new.push_str(&clean),
                None => new = Some(clean),
            }
        }
        new
    }

    fn finish(&mut self) -> String {
        let mut rest = self.halves.push(self.repeats.finish());
        rest.extend(self.halves.finish());
        self.sanitizer.push(&rest)
    }
}

/// Reads one body.
pub(super) struct Decoder {
    events: Events,
    ready: VecDeque<Piece>,
    text: Channel,
    reasoning: Channel,
    /// Some servers leave the reasoning in the text.
    splitter: Splitter,
    /// And some of these send it apart, too.
    twice: Twice,
    /// Tool calls and whatever else is neither text nor reasoning.
    extras: Extras,
    ending: Ending,
    tokens: Tokens,
    outcome: Option<Result<Finish, Fault>>,
    ended: bool,
    /// Whether a token has come.
    spoke: bool,
    /// Whether an event came since it was last asked.
    heard: bool,
    found: Found,
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            events: Events::new(EVENT_BYTES_MAX),
            ready: VecDeque::new(),
            text: Channel::default(),
            reasoning: Channel::default(),
            splitter: Splitter::default(),
            twice: Twice::default(),
            extras: Extras::default(),
            ending: Ending::default(),
            tokens: Tokens::default(),
            outcome: None,
            ended: false,
            spoke: false,
            heard: false,
            found: Found::default(),
        }
    }
}

impl Decoder {
    /// Takes in the next block of the body.
    pub(super) fn push(&mut self, block: &[u8]) {
        self.found.block(block);
        if !self.ended {
            self.events.push(block);
            self.take_events();
        }
    }

    /// The body is at its end.
    pub(super) fn end(&mut self, end: BodyEnd) {
        if self.ended {
            return;
        }
        let skipped = self.found.skipped;
        self.events.end();
        self.take_events();
        if self.ended {
            return;
        }
        let outcome = match (self.ending.finish(end), end) {
            (Some(finish), _) => Ok(finish),
            (None, BodyEnd::Lost) => Err(Fault::Lost),
            (None, BodyEnd::Closed) => Err(self.found.broken_off(self.spoke)),
        };
        if outcome.is_err() {
            // The last event is incomplete; that the answer is says enough.
            self.found.skipped = skipped;
        }
        self.finish(outcome);
    }

    /// The next piece that lies ready.
    pub(super) fn next(&mut self) -> Option<Delta> {
        self.ready.pop_front().map(Piece::into_delta)
    }

    /// How the answer ended, once it did and all its pieces are out. Told once.
    pub(super) fn take_outcome(&mut self) -> Option<Result<Finish, Fault>> {
        self.outcome.take_if(|_| self.ready.is_empty())
    }

    /// Whether nothing lies ready.
    pub(super) fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    /// Whether more can go along with what is ready.
    pub(super) fn has_room(&self) -> bool {
        let is_full = match self.ready.back() {
            Some(Piece::Text(text) | Piece::Reasoning(text)) => text.len() >= PIECE_BYTES_MAX,
            _ => false,
        };
        !self.ended && !is_full && self.ready.len() < READY_PIECES_MAX
    }

    /// Whether the answer is over, so that nothing but what it cost can follow.
    pub(super) fn is_over(&self) -> bool {
        self.ending.is_sure()
    }

    /// Whether a token has come.
    pub(super) fn spoke(&self) -> bool {
        self.spoke
    }

    /// Whether an event came since this was last asked, and none of them ended the answer.
    pub(super) fn take_sign_of_life(&mut self) -> bool {
        std::mem::take(&mut self.heard) && !self.ending.is_told()
    }

    /// The beginning of a body in which there was no answer.
    pub(super) fn head(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.found.head)
    }

    fn take_events(&mut self) {
        while !self.ended
            && let Some(event) = self.events.next()
        {
            self.heard = true;
            match event {
                Event::Data(data) => self.data(&data),
                Event::Comment => {}
                Event::Stray(line) => self.found.stray = Some(line),
                Event::TooLong => self.found.skipped = self.found.skipped.saturating_add(1),
                Event::Endless => self.finish(Err(Fault::Endless)),
            }
        }
    }

    fn data(&mut self, data: &Data) {
        let text = String::from_utf8_lossy(&data.bytes);
        let text = text.trim_start_matches('\u{feff}').trim();
        if data.name == "error" {
            return self.finish(Err(Fault::Refused(text.to_owned())));
        }
        match text.as_bytes() {
            b"[DONE]" => return self.done(),
            // Some servers wrap their comments, too. What is empty says nothing.
            [] | [b':', ..] => return,
            [b'{' | b'[', ..] => {}
            // A sign of life in words, such as `ping`.
            _ => {
                self.found.foreign = true;
                return;
            }
        }
        if let Some(chunk) = Chunk::read(text) {
            return self.readable(chunk, text, data.bare);
        }
        // Some servers put several values into one event.
        let chunks: Option<Vec<_>> = values(text).into_iter().map(|one| Some((Chunk::read(one)?, one))).collect();
        if let Some(chunks) = chunks {
            for (chunk, one) in chunks {
                if self.ended {
                    break;
                }
                self.readable(chunk, one, data.bare);
            }
            return;
        }
        // One event that is no JSON says nothing about the next ones.
        // Its text is not logged: a server may repeat the key in it.
        tracing::debug!(bytes = text.len(), "skipped an event");
        if let Some(fault) = self.found.unreadable() {
            self.finish(Err(fault));
        }
    }

    /// An event that was read from `json`.
    fn readable(&mut self, chunk: Chunk, json: &str, bare: bool) {
        let envelope = chunk.envelope(json);
        if envelope == Envelope::Failed || envelope == Envelope::Doubtful && !self.spoke {
            return self.finish(Err(Fault::Refused(json.to_owned())));
        }
        if envelope == Envelope::Doubtful {
            self.found.doubt = Some(Refusal::read(json).message);
        }
        self.found.readable();
        if !self.spoke
            && let Some(message) = chunk.message_alone()
        {
            self.found.stray = Some(message.to_owned());
        }
        self.chunk(chunk, bare);
    }

    /// The server says that this was all, whatever it was.
    fn done(&mut self) {
        let outcome = match self.ending.finish(BodyEnd::Closed) {
            None if self.found.nothing_but_noise() => Err(self.found.no_answer()),
            finish => Ok(finish.unwrap_or(Finish::Other)),
        };
        self.finish(outcome);
    }

    /// `bare`: it stood there without a frame, as a whole answer does.
    fn chunk(&mut self, mut chunk: Chunk, bare: bool) {
        let words = chunk.take_words();
        let is_whole = bare && (words.message_text.is_some() || words.message_reasoning.is_some());
        let message = if words.in_pieces { Place::MessagePiece } else { Place::Message };
        let reasoning =
            [(Place::Delta, words.reasoning), (Place::Details, words.details), (message, words.message_reasoning)];
        let reasoning = self.reasoning.take(reasoning);
        let text = self.text.take([(Place::Delta, words.text), (message, words.message_text)]);
        let spoke = reasoning.is_some() || text.is_some();
        self.spoke |= spoke;
        if spoke {
            self.found.doubt = None;
        }
        if let Some(reasoning) = reasoning {
            self.splitter.reasoning_came_apart();
            self.twice.came_apart(&reasoning);
            self.ready(Piece::Reasoning(reasoning));
        }
        self.split(text.unwrap_or_default());
        self.extras.take(&mut chunk);
        while let Some(delta) = self.extras.next_ready() {
            self.ready(Piece::Whole(delta));
        }
        let tokens = chunk.tokens().or(self.tokens);
        if tokens != self.tokens {
            self.tokens = tokens;
            if let Some(usage) = tokens.usage() {
                self.ready(Piece::Whole(Delta::Usage(usage)));
            }
        }
        let reason = chunk.finish_reason().unwrap_or_default();
        if Reason::read(reason) == Reason::GaveUp {
            return self.finish(Err(Fault::BrokenOff(Some("the model's host gave up".to_owned()))));
        }
        self.ending.take(reason, spoke, is_whole);
    }

    fn split(&mut self, text: String) {
        let mut parts = Vec::new();
        if !text.is_empty() {
            self.splitter.push(text, &mut parts);
        }
        self.parts(parts);
    }

    fn parts(&mut self, parts: Vec<Part>) {
        for part in parts {
            match part {
                Part::Reasoning(text) => {
                    if let Some(text) = self.twice.in_text(text) {
                        self.ready(Piece::Reasoning(text));
                    }
                }
                Part::Answer(text) => {
                    self.reasoning_in_text_ends();
                    self.ready(Piece::Text(text));
                }
                Part::AnswerWasReasoning => self.ready(Piece::Whole(Delta::TextWasReasoning)),
            }
        }
    }

    fn reasoning_in_text_ends(&mut self) {
        let reasoning = self.twice.end();
        self.ready(Piece::Reasoning(reasoning));
    }

    fn ready(&mut self, piece: Piece) {
        match (self.ready.back_mut(), &piece) {
            // Cleaning and splitting may leave nothing of a piece; then nothing came.
            (_, Piece::Text(new) | Piece::Reasoning(new)) if new.is_empty() => {}
            (Some(Piece::Text(text)), Piece::Text(new)) | (Some(Piece::Reasoning(text)), Piece::Reasoning(new))
                if text.len() < PIECE_BYTES_MAX =>
            {
                text.push_str(new);
            }
            _ => self.ready.push_back(piece),
        }
    }

    fn finish(&mut self, outcome: Result<Finish, Fault>) {
        let reasoning = self.reasoning.finish();
        self.ready(Piece::Reasoning(reasoning));
        let text = self.text.finish();
        self.split(text);
        let mut rest = Vec::new();
        self.splitter.finish(outcome == Ok(Finish::Stop), &mut rest);
        self.parts(rest);
        self.reasoning_in_text_ends();
        // What is no answer at all says so itself.
        let told = matches!(outcome, Err(Fault::Unreadable(_) | Fault::Endless));
        if self.found.skipped > 0 && self.found.read > 0 && !told {
            self.ready(Piece::Whole(Delta::Skipped(self.found.skipped)));
        }
        self.ready.extend(self.extras.finish().into_iter().map(Piece::Whole));
        self.outcome = Some(outcome);
        self.ended = true;
    }
}

#[cfg(test)]
mod tests;
