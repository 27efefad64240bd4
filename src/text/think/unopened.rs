//! A closing tag that nothing opened: some templates write the opening one into the prompt, so that the model's reasoning
//! begins without it.
//!
//! An answer may speak of such tags. So one counts only at the edge of a line and outside of code and quotes, and none
//! does where an opening tag stood before it. Looks at every byte once, however the text is cut.

use super::{TAGS, begins, closing};

/// How many marks make a fence.
const FENCE_MARKS_MIN: usize = 3;
/// A line that is indented by so many columns is code.
const CODE_COLUMNS: usize = 4;

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
    /// Whether there is nothing but white space in this line, and how many columns of it.
    blank: bool,
    columns: usize,
    /// Whether this line is quoted.
    quoted: bool,
    /// The backticks or tildes at the end of what came.
    run: Run,
    code: Code,
}

/// Marks of one kind, side by side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Run {
    mark: u8,
    length: usize,
    /// Whether they begin their line.
    is_first: bool,
}

/// Which code this is inside of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    None,
    /// Within the line, up to as many backticks.
    Span(usize),
    /// Behind the marks that open a fence, in their line.
    Opening(Run),
    /// Between two fences.
    Fence(Run),
    /// Behind the marks that close a fence, unless more stands in their line.
    Closing(Run),
}

impl Default for Unopened {
    fn default() -> Self {
        Self { blank: true, columns: 0, quoted: false, run: Run::default(), code: Code::None }
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
                let closing = closing(rest);
                if let Some(length) = closing.filter(|_| !self.is_code()) {
                    match rest.as_bytes().get(length) {
                        Some(b'\n') => return Found::Closing { at, length },
                        _ if self.blank => return Found::Closing { at, length },
                        None => return Found::Nothing { held: rest.len() },
                        Some(_) => {}
                    }
                } else if closing.is_none()
                    && TAGS.iter().any(|(open, close)| begins(open, rest) || begins(close, rest))
                {
                    return Found::Nothing { held: rest.len() };
                }
            }
            self.step(byte);
        }
        Found::Nothing { held: 0 }
    }

    /// Whether a tag here would be in code, or in a quote, which is about a tag like code.
    fn is_code(&self) -> bool {
        match self.code {
            _ if self.quoted => true,
            // Some models end their reasoning right behind a fence.
            Code::None | Code::Closing(_) => self.blank && self.columns >= CODE_COLUMNS,
            Code::Span(_) | Code::Opening(_) | Code::Fence(_) => true,
        }
    }

    fn step(&mut self, byte: u8) {
        if matches!(byte, b'`' | b'~') {
            if self.run.mark != byte {
                self.settle();
                self.run = Run { mark: byte, length: 0, is_first: self.blank };
            }
            self.run.length += 1;
            return;
        }
        self.settle();
        if byte == b'\n' {
            (self.blank, self.columns, self.quoted) = (true, 0, false);
            self.code = match self.code {
                Code::None | Code::Span(_) | Code::Closing(_) => Code::None,
                Code::Opening(fence) | Code::Fence(fence) => Code::Fence(fence),
            };
            return;
        }
        if byte.is_ascii_whitespace() {
            self.columns += if byte == b'\t' { CODE_COLUMNS - self.columns % CODE_COLUMNS } else { 1 };
            return;
        }
        self.quoted |= self.blank && byte == b'>';
        self.speak();
    }

    /// The line goes on with something that is no white space.
    fn speak(&mut self) {
        self.blank = false;
        if let Code::Closing(fence) = self.code {
            self.code = Code::Fence(fence);
        }
    }

    /// The marks that came side by side are all of them.
    fn settle(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.length == 0 {
            return;
        }
        self.speak();
        let (is_fence, is_tick) = (run.is_first && run.length >= FENCE_MARKS_MIN, run.mark == b'`');
        self.code = match self.code {
            Code::None if is_fence => Code::Opening(run),
            Code::None if is_tick => Code::Span(run.length),
            Code::Span(length) if is_tick && run.length == length => Code::None,
            // Behind backticks that open a fence no backtick stands in their line: these are code within it.
            Code::Opening(open) if is_tick && open.mark == b'`' => {
                if run.length == open.length {
                    Code::None
                } else {
                    Code::Span(open.length)
                }
            }
            Code::Fence(open) if is_fence && run.mark == open.mark && run.length >= open.length => Code::Closing(open),
            other => other,
        };
    }
}
