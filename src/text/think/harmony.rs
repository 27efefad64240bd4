//! The harmony format, where a server passes it on: messages that name their channel between special tokens. What is in
//! the channel `final` is the answer, and so is what is said to the user before a tool is called; the rest is reasoning.
//!
//! An answer about such tokens has none of their heads: it stays whole. Looks at every byte a bounded number of times.

use super::{Part, begins, begun};

/// What a message may begin with.
pub(super) const BEGINNINGS: [&str; 2] = ["<|channel|>", "<|start|>"];
/// What ends the head of a message.
const MESSAGE: &str = "<|message|>";
/// What ends a message: a token for that, or the beginning of the next one.
const ENDS: [&str; 5] = ["<|end|>", "<|return|>", "<|call|>", "<|start|>", "<|channel|>"];
/// What every token begins with, and ends with.
const OPEN: &str = "<|";
const CLOSE: &str = "|>";
/// The longest head of a message, in bytes. What is longer is none, and is shown.
const HEAD_BYTES_MAX: usize = 512;

/// Where in the messages the text is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Harmony {
    /// In the head of a message; `first`: of the first one.
    Head { first: bool },
    /// In its text.
    Body { answers: bool },
    /// In an answer that only begins like a message.
    Verbatim,
}

impl Default for Harmony {
    fn default() -> Self {
        Self::Head { first: true }
    }
}

impl Harmony {
    /// Adds what `text` holds to `parts`; gives back what has to be seen again with what comes next.
    pub(super) fn push(&mut self, text: &str, parts: &mut Vec<Part>) -> String {
        let mut rest = text;
        loop {
            match *self {
                Self::Head { first } => match head(rest) {
                    Some(Ok((head, behind))) => {
                        *self = Self::Body { answers: answers(head) };
                        rest = behind;
                    }
                    Some(Err(_)) if first => *self = Self::Verbatim,
                    Some(Err(token)) => {
                        // The token would end the text that it begins.
                        let (token, behind) = rest.split_at_checked(token).unwrap_or((rest, ""));
                        add(token, true, parts);
                        *self = Self::Body { answers: true };
                        rest = behind;
                    }
                    None => return rest.to_owned(),
                },
                Self::Body { answers } => {
                    let Some((said, token)) = body(rest) else {
                        let held = ENDS.iter().map(|token| begun(rest, token)).max().unwrap_or(0);
                        let (said, held) = rest.split_at_checked(rest.len() - held).unwrap_or((rest, ""));
                        add(said, answers, parts);
                        return held.to_owned();
                    };
                    add(said, answers, parts);
                    // The beginning of the next message belongs to its head.
                    let done = said.len() + if BEGINNINGS.contains(&token) { 0 } else { token.len() };
                    rest = rest.get(done..).unwrap_or_default();
                    *self = Self::Head { first: false };
                }
                Self::Verbatim => {
                    add(rest, true, parts);
                    return String::new();
                }
            }
        }
    }

    /// Adds what was held back, when nothing more comes.
    pub(super) fn finish(self, held: &str, parts: &mut Vec<Part>) {
        match self {
            Self::Body { answers } => add(held, answers, parts),
            // A head without a message says nothing; words without a head do, and a whole answer may be a single token.
            Self::Head { first }
                if held.trim_start().starts_with(OPEN)
                    && is_head(held)
                    && !(first && held.trim_end().ends_with(CLOSE)) => {}
            Self::Head { first: true } | Self::Verbatim => add(held, true, parts),
            Self::Head { first: false } => add(held.trim(), true, parts),
        }
    }
}

/// The head that `text` begins with, and what is behind it; or the length of the token that begins what is no head.
/// `None`: more has to come.
fn head(text: &str) -> Option<Result<(&str, &str), usize>> {
    let most = HEAD_BYTES_MAX + MESSAGE.len();
    let start = text.get(..text.floor_char_boundary(most)).unwrap_or(text);
    let found = tokens(start).find(|(_, rest)| begins(rest, MESSAGE)).and_then(|(end, _)| text.split_at_checked(end));
    match found {
        Some((head, message)) if is_head(head) => message.get(MESSAGE.len()..).map(|behind| Ok((head, behind))),
        None if text.len() < most => None,
        _ => Some(Err(BEGINNINGS.iter().find(|token| begins(text, token)).map_or(0, |token| token.len()))),
    }
}

/// The text in front of the next end of a message, and the token that is this end.
fn body(text: &str) -> Option<(&str, &'static str)> {
    tokens(text).find_map(|(at, rest)| {
        let token = ENDS.into_iter().find(|token| begins(rest, token))?;
        Some((text.get(..at)?, token))
    })
}

/// Where in `text` a token may begin, and what is behind that.
fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices(OPEN).filter_map(|(at, _)| Some((at, text.get(at..)?)))
}

/// Whether `text` is a head, or the beginning of one: nothing but tokens, the last of them perhaps cut, each with no more
/// than the name of a role, a channel or a format behind it, and the recipient `to=…`.
fn is_head(text: &str) -> bool {
    let mut parts = text.split(OPEN);
    let before = parts.next().unwrap_or_default();
    is_named(before) && parts.all(|part| is_named(part.split_once(CLOSE).map_or(part, |(_, behind)| behind)))
}

fn is_named(words: &str) -> bool {
    let (mut names, mut recipients) = (0, 0);
    for word in words.split_whitespace() {
        *if word.starts_with("to=") { &mut recipients } else { &mut names } += 1;
    }
    recipients <= 1 && names <= 1 + recipients
}

/// Whether a message with this head is for the user.
fn answers(head: &str) -> bool {
    let channel = head.rsplit_once("<|channel|>").map_or("final", |(_, channel)| channel.trim_start());
    // What has a recipient is for a tool.
    (channel.starts_with("final") || channel.starts_with("commentary")) && !head.contains("to=")
}

fn add(text: &str, answers: bool, parts: &mut Vec<Part>) {
    match (text.is_empty(), answers) {
        (true, _) => {}
        (false, true) => parts.push(Part::Answer(text.to_owned())),
        (false, false) => parts.push(Part::Reasoning(text.to_owned())),
    }
}
