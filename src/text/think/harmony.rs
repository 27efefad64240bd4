//! The harmony format, where a server passes it on: messages that name their channel between special tokens. What is in
//! the channel `final` is the answer, and so is what is said to the user before a tool is called; the rest is reasoning.

use super::{Part, begun, find};

/// What a message may begin with.
pub(super) const BEGINNINGS: [&str; 2] = ["<|channel|>", "<|start|>"];
/// What ends the head of a message.
const MESSAGE: &str = "<|message|>";
/// What ends a message: a token for that, or the beginning of the next one.
const ENDS: [&str; 5] = ["<|end|>", "<|return|>", "<|call|>", "<|start|>", "<|channel|>"];
/// The longest head of a message, in bytes. What is longer is none, and is shown.
const HEAD_BYTES_MAX: usize = 512;

/// Where in the messages the text is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Harmony {
    /// In the head of a message.
    #[default]
    Head,
    /// In its text.
    Body { answers: bool },
}

impl Harmony {
    /// Adds what `text` holds to `parts`; gives back what has to be seen again with what comes next.
    pub(super) fn push(&mut self, mut text: String, parts: &mut Vec<Part>) -> String {
        loop {
            match *self {
                Self::Head => match find(&text, MESSAGE) {
                    Some(end) if end <= HEAD_BYTES_MAX => {
                        let head: String = text.drain(..end).collect();
                        text.drain(..MESSAGE.len());
                        *self = Self::Body { answers: answers(&head) };
                    }
                    _ if text.len() >= HEAD_BYTES_MAX + MESSAGE.len() => *self = Self::Body { answers: true },
                    _ => return text,
                },
                Self::Body { answers } => {
                    let end = ENDS.iter().filter_map(|token| Some((find(&text, token)?, *token))).min();
                    let Some((end, token)) = end else {
                        let held = ENDS.iter().map(|token| begun(&text, token)).max().unwrap_or(0);
                        let rest = text.split_off(text.len() - held);
                        add(text, answers, parts);
                        return rest;
                    };
                    add(text.drain(..end).collect(), answers, parts);
                    // The beginning of the next message belongs to its head.
                    if !BEGINNINGS.contains(&token) {
                        text.drain(..token.len());
                    }
                    *self = Self::Head;
                }
            }
        }
    }

    /// Adds what was held back, when nothing more comes.
    pub(super) fn finish(self, held: String, parts: &mut Vec<Part>) {
        match self {
            Self::Body { answers } => add(held, answers, parts),
            // A head without a message says nothing; words without a head do.
            Self::Head if held.trim_start().starts_with("<|") => {}
            Self::Head => add(held.trim().to_owned(), true, parts),
        }
    }
}

/// Whether a message with this head is for the user.
fn answers(head: &str) -> bool {
    let channel = head.rsplit_once("<|channel|>").map_or("final", |(_, channel)| channel.trim_start());
    // What has a recipient is for a tool.
    (channel.starts_with("final") || channel.starts_with("commentary")) && !head.contains("to=")
}

fn add(text: String, answers: bool, parts: &mut Vec<Part>) {
    match (text.is_empty(), answers) {
        (true, _) => {}
        (false, true) => parts.push(Part::Answer(text)),
        (false, false) => parts.push(Part::Reasoning(text)),
    }
}
