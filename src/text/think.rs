//! Reasoning that a server leaves in the answer: between tags at its very beginning, in front of a closing tag whose
//! opening one the model's template wrote, or in the channels of the harmony format.
//!
//! Pure: text in, its parts out, in their order. An answer about such tags stays whole: an opening tag counts at the very
//! beginning only, and not where the model ends without closing it; a closing tag without one counts at the edge of a line,
//! outside of code and quotes. Sanitized text comes in, so that nothing invisible hides in a tag.

mod harmony;
mod unopened;

use harmony::Harmony;
use unopened::{Found, Unopened};

/// The tags around reasoning: one that opens and the one that closes it. ASCII letters of either case.
pub const TAGS: [(&str, &str); 6] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
];

/// So much white space before a tag, in bytes, and it is no beginning any more: a model that sends nothing else must not
/// be held back for ever.
const MARGIN: usize = 1024;

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text of the reasoning.
    Reasoning(String),
    /// Text of the answer.
    Answer(String),
    /// Everything that was taken for the answer so far is reasoning.
    AnswerWasReasoning,
}

/// Splits an answer that comes in pieces, which may end anywhere.
#[derive(Debug, Clone, Default)]
pub struct Splitter {
    place: Place,
    /// What may be the beginning of a tag.
    held: String,
    /// Whether any text was taken for the answer, and whether any of it is more than white space.
    answered: bool,
    spoke: bool,
    /// Whether reasoning came apart from the answer.
    apart: bool,
    /// The opening tag and all that came behind it, as long as nothing closed it.
    unclosed: String,
}

#[derive(Debug, Clone, Default)]
enum Place {
    /// Nothing but white space, and perhaps a part of a tag.
    #[default]
    Before,
    /// Behind an opening tag, up to the one that closes it.
    Inside { close: &'static str },
    /// Behind the closing tag: white space here is not the answer's.
    Between,
    /// In an answer that turns out to be reasoning where a closing tag comes.
    Answer(Unopened),
    /// In messages that name their channel.
    Channels(Harmony),
    /// The rest, whatever is in it.
    Rest,
}

impl Splitter {
    /// Reasoning came apart from the answer: a closing tag behind text of the answer is a part of it.
    pub fn reasoning_came_apart(&mut self) {
        self.apart = true;
    }

    /// Adds to `parts` what `piece` holds, given all pieces before it. A part of a tag is held back until it is known to
    /// be one or not.
    pub fn push(&mut self, piece: String, parts: &mut Vec<Part>) {
        let mut text = if self.held.is_empty() { piece } else { std::mem::take(&mut self.held) + &piece };
        loop {
            match &mut self.place {
                Place::Before => match opening(&text) {
                    Opening::Tag { length, close } => {
                        self.unclosed.extend(text.drain(..length));
                        self.place = Place::Inside { close };
                    }
                    Opening::Channel => self.place = Place::Channels(Harmony::default()),
                    Opening::Perhaps => {
                        self.held = text;
                        return;
                    }
                    Opening::None => self.place = Place::Answer(Unopened::default()),
                },
                Place::Inside { close } => {
                    let Some(end) = find(&text, close) else {
                        self.held = text.split_off(text.len() - begun(&text, close));
                        self.unclosed.push_str(&text);
                        return reasoning(text, parts);
                    };
                    reasoning(text.drain(..end).collect(), parts);
                    text.drain(..close.len());
                    self.unclosed = String::new();
                    self.place = Place::Between;
                }
                Place::Between => {
                    text.drain(..text.len() - text.trim_start().len());
                    if text.is_empty() {
                        return;
                    }
                    self.place = Place::Rest;
                }
                Place::Answer(unopened) => match unopened.look(&text) {
                    Found::Nothing { held } => {
                        self.held = text.split_off(text.len() - held);
                        return self.answer(text, parts);
                    }
                    Found::Opening => self.place = Place::Rest,
                    Found::Closing { at, .. } if self.is_answer(text.get(..at)) => self.place = Place::Rest,
                    Found::Closing { at, length } => {
                        let behind = text.split_off(at + length);
                        text.truncate(at);
                        self.was_reasoning(text, parts);
                        text = behind;
                    }
                },
                Place::Channels(harmony) => {
                    self.held = harmony.push(&text, parts);
                    return;
                }
                Place::Rest => return self.answer(text, parts),
            }
        }
    }

    /// Adds what was held back, when nothing more comes. `complete`: the model said all it had to say. Then what began with
    /// a tag that nothing closed is an answer about tags, and else reasoning that was cut.
    pub fn finish(&mut self, complete: bool, parts: &mut Vec<Part>) {
        let held = std::mem::take(&mut self.held);
        // The end of the text is the edge of a line.
        let closes = closing(&held) == Some(held.len()) && !self.is_answer(None);
        match &mut self.place {
            Place::Inside { .. } => {
                let all = std::mem::take(&mut self.unclosed) + &held;
                let (_, behind) = all.split_at(opened(&all));
                let says_anything = !behind.trim().is_empty();
                reasoning(held, parts);
                if complete && says_anything {
                    self.answer(all, parts);
                }
            }
            Place::Answer(_) if closes => {
                self.was_reasoning(String::new(), parts);
            }
            Place::Channels(harmony) => harmony.finish(&held, parts),
            Place::Before | Place::Between | Place::Answer(_) | Place::Rest => self.answer(held, parts),
        }
    }

    fn answer(&mut self, text: String, parts: &mut Vec<Part>) {
        if !text.is_empty() {
            self.answered = true;
            self.spoke = self.spoke || !text.trim().is_empty();
            parts.push(Part::Answer(text));
        }
    }

    /// Whether what came so far, and `before`, is the answer whatever tag closes behind it.
    fn is_answer(&self, before: Option<&str>) -> bool {
        self.apart && (self.spoke || before.is_some_and(|before| !before.trim().is_empty()))
    }

    /// A closing tag came without an opening one, and `text` before it.
    fn was_reasoning(&mut self, text: String, parts: &mut Vec<Part>) {
        if self.answered {
            parts.push(Part::AnswerWasReasoning);
        }
        reasoning(text, parts);
        self.place = Place::Between;
    }
}

fn reasoning(text: String, parts: &mut Vec<Part>) {
    if !text.is_empty() {
        parts.push(Part::Reasoning(text));
    }
}

enum Opening {
    /// With the white space before it this long.
    Tag {
        length: usize,
        close: &'static str,
    },
    /// A message of a channel.
    Channel,
    /// More has to come before it is known.
    Perhaps,
    None,
}

fn opening(text: &str) -> Opening {
    let start = text.trim_start();
    let before = text.len() - start.len();
    if before > MARGIN {
        return Opening::None;
    }
    for (open, close) in TAGS {
        if begins(start, open) {
            return Opening::Tag { length: before + open.len(), close };
        }
    }
    if harmony::BEGINNINGS.iter().any(|token| begins(start, token)) {
        return Opening::Channel;
    }
    let mut known = TAGS.iter().map(|(open, _)| *open).chain(harmony::BEGINNINGS);
    if known.any(|tag| begins(tag, start)) { Opening::Perhaps } else { Opening::None }
}

/// The length of the opening tag that `text` begins with, and of the white space before it.
fn opened(text: &str) -> usize {
    match opening(text) {
        Opening::Tag { length, .. } => length,
        Opening::Channel | Opening::Perhaps | Opening::None => 0,
    }
}

/// The length of the closing tag that `text` begins with.
fn closing(text: &str) -> Option<usize> {
    TAGS.iter().find(|(_, close)| begins(text, close)).map(|(_, close)| close.len())
}

/// Whether `text` begins with `tag`.
fn begins(text: &str, tag: &str) -> bool {
    text.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag))
}

/// Where `tag` is in `text` first.
fn find(text: &str, tag: &str) -> Option<usize> {
    let first = tag.chars().next()?;
    let mut places = text.match_indices(first).map(|(at, _)| at);
    places.find(|&at| text.get(at..).is_some_and(|rest| begins(rest, tag)))
}

/// How many bytes at the end of `text` may begin `tag`, which is not in it.
fn begun(text: &str, tag: &str) -> usize {
    let ends = |length: &usize| {
        let end = text.len().checked_sub(*length).and_then(|at| text.get(at..));
        end.zip(tag.get(..*length)).is_some_and(|(end, start)| end.eq_ignore_ascii_case(start))
    };
    (1..tag.len()).rev().find(ends).unwrap_or(0)
}

#[cfg(test)]
mod tests;
