//! A closing tag that nothing opened: some templates write the opening one into the prompt, so that the model's reasoning
//! begins without it.
//!
//! An answer may speak of such tags. So one counts only at the edge of a line and outside of code, and none does where an
//! opening tag stood before it. Looks at every byte once, however the text is cut.

use super::{TAGS, begins, closing};

/// What was found.
pub(super) enum Found {
    /// No tag; so many bytes at the end may begin one, or are one that more must follow.
    Nothing { held: usize },
    /// A tag that opens: the answer is about tags.
    Opening,
    /// A tag that ends the reasoning.
    Closing { at: usize, length: usize },
}

/// What has to be known of the text before.
#[derive(Debug, Clone)]
pub(super) struct Unopened {
    /// Whether there is nothing but white space in this line.
    blank: bool,
    /// How many backticks stand at the end of what came.
    ticks: usize,
    /// Whether those began the line.
    ticks_first: bool,
    code: Code,
}

/// Which code this is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    None,
    /// Within the line.
    Span,
    /// Between two fences.
    Fence,
}

impl Default for Unopened {
    fn default() -> Self {
        Self { blank: true, ticks: 0, ticks_first: false, code: Code::None }
    }
}

impl Unopened {
    /// Looks at `text`, which begins where the last one ended, less what was to be held back.
    pub(super) fn look(&mut self, text: &str) -> Found {
        for (at, byte) in text.bytes().enumerate() {
            // The first byte of each tag.
            if matches!(byte, b'<' | b'[' | 0xe2) {
                let rest = text.get(at..).unwrap_or_default();
                self.settle();
                if TAGS.iter().any(|(open, _)| begins(rest, open)) {
                    return Found::Opening;
                }
                if let Some(length) = closing(rest).filter(|_| self.code == Code::None) {
                    match rest.as_bytes().get(length) {
                        Some(b'\n') => return Found::Closing { at, length },
                        _ if self.blank => return Found::Closing { at, length },
                        None => return Found::Nothing { held: rest.len() },
                        Some(_) => {}
                    }
                } else if TAGS.iter().any(|(open, close)| begins(open, rest) || begins(close, rest)) {
                    return Found::Nothing { held: rest.len() };
                }
            }
            self.step(byte);
        }
        Found::Nothing { held: 0 }
    }

    fn step(&mut self, byte: u8) {
        if byte == b'`' {
            self.ticks_first |= self.ticks == 0 && self.blank;
            self.ticks += 1;
            return;
        }
        self.settle();
        if byte == b'\n' {
            self.blank = true;
            if self.code == Code::Span {
                self.code = Code::None;
            }
        } else {
            self.blank &= byte.is_ascii_whitespace();
        }
    }

    /// The backticks that came are all of them.
    fn settle(&mut self) {
        if self.ticks == 0 {
            return;
        }
        self.code = match (self.code, self.ticks >= 3 && self.ticks_first) {
            (Code::Fence, true) | (Code::Span, false) => Code::None,
            (Code::None | Code::Span, true) | (Code::Fence, false) => Code::Fence,
            (Code::None, false) => Code::Span,
        };
        (self.ticks, self.ticks_first, self.blank) = (0, false, false);
    }
}
