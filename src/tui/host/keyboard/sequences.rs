//! Bytes of the terminal become [`Token`]s: characters, escape sequences, control strings and pastes, after ECMA-48.
//!
//! An unfinished sequence waits a moment for its rest and is then given up: it must not keep the keyboard deaf, and none
//! of it is typed. A rest that comes even later is recognized by `late`. Where the bytes are cut makes no difference.
//! Pure: time comes in as an argument. Must not know what a token means; `decode` does.
//!
//! Sources: <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>, <https://vt100.net/emu/dec_ansi_parser>.

mod late;
mod paste;
#[cfg(test)]
mod tests;
mod token;

pub(super) use token::Token;

use late::{GivenUp, Verdict};
use paste::{End, Paste};
use std::time::{Duration, Instant};

/// How long a lone ESC waits for the rest of a sequence. Longer would be felt when Esc is pressed.
const ESC_TIMEOUT: Duration = Duration::from_millis(50);
/// How long `ESC [` and the like wait: Alt+[ sends the same bytes.
const INTRODUCER_TIMEOUT: Duration = Duration::from_millis(100);
/// How long a sequence that is certainly one waits for its next byte.
const SEQUENCE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long such a sequence may take as a whole: what is typed into an unfinished one is lost.
const SEQUENCE_MAX: Duration = Duration::from_secs(3);
/// How long a paste waits for its next byte. Slow lines stall in the middle of long ones.
const PASTE_TIMEOUT: Duration = Duration::from_secs(2);
/// A single Ctrl+C after such a pause was pressed, not pasted.
const PRESS_PAUSE: Duration = Duration::from_millis(100);
/// How long bytes that may be such a rest wait for the next one.
const LATE_TIMEOUT: Duration = Duration::from_millis(20);
/// The most bytes of a control sequence's parameters. Longer ones are skipped.
const CSI_MAX: usize = 1024;
/// The most bytes of a control string. Answers to our questions have about thirty; longer ones are skipped.
const STRING_MAX: usize = 4096;

const ESC: u8 = 0x1b;
/// Ctrl+C.
const ETX: u8 = 0x03;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
const BEL: u8 = 0x07;

/// The kind of token that the bytes so far begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Ground,
    /// A character of several bytes.
    Char {
        alt: bool,
    },
    /// An ESC, or two.
    Escape {
        alt: bool,
    },
    Csi {
        alt: bool,
    },
    Linux,
    Mouse,
    Ss3 {
        alt: bool,
    },
    /// `escaped`: the last byte was an ESC.
    String {
        introducer: u8,
        escaped: bool,
    },
    Paste,
    /// Bytes that may be the rest of what was given up.
    Late,
}

/// The state machine.
#[derive(Debug, Default)]
pub(super) struct Sequences {
    state: State,
    /// The bytes of the unfinished token, without what introduces it.
    body: Vec<u8>,
    /// The unfinished token is too long to be kept.
    too_long: bool,
    paste: Paste,
    given_up: Option<GivenUp>,
    /// When the last byte came, and the first of the unfinished token.
    last: Option<Instant>,
    begun: Option<Instant>,
}

impl Sequences {
    /// Takes the bytes that were read at the time `at`, and returns the tokens that are whole now.
    pub(super) fn take(&mut self, mut bytes: &[u8], at: Instant) -> Vec<Token> {
        let mut tokens = Vec::new();
        if self.last.is_some_and(|last| at.saturating_duration_since(last) >= PRESS_PAUSE) {
            self.paste.pause();
        }
        if self.slow_since().is_some_and(|begun| at.saturating_duration_since(begun) >= SEQUENCE_MAX) {
            self.give_up(&mut tokens);
        }
        if self.state != State::Late {
            self.given_up =
                self.given_up.take().filter(|past| at.saturating_duration_since(past.last) < past.rest_max());
        }
        self.last = Some(at);
        while let Some((&byte, rest)) = bytes.split_first() {
            if self.state == State::Paste {
                bytes = self.pasted(bytes, &mut tokens);
            } else {
                self.byte(byte, &mut tokens);
                bytes = rest;
            }
        }
        tokens
    }

    /// Takes the part of `bytes` that belongs to the paste, and gives back the rest.
    fn pasted<'bytes>(&mut self, bytes: &'bytes [u8], tokens: &mut Vec<Token>) -> &'bytes [u8] {
        let (rest, end) = self.paste.take(bytes, tokens);
        match end {
            None => {}
            Some(End::Marker) => {
                self.reset();
                // The rest of an earlier paste does not come behind a whole one.
                self.given_up = None;
            }
            Some(End::Interrupt(key)) => {
                self.give_up(tokens);
                self.replay(&key, tokens);
            }
        }
        rest
    }

    /// Returns when the unfinished token is given up; `None`: none is unfinished.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let soonest = self.last? + self.timeout()?;
        Some(self.slow_since().map_or(soonest, |begun| soonest.min(begun + SEQUENCE_MAX)))
    }

    /// Gives up a token that has waited too long. Only when nothing more could be read: a busy machine may be late itself.
    pub(super) fn expire(&mut self, at: Instant) -> Vec<Token> {
        let mut tokens = Vec::new();
        if self.deadline().is_some_and(|deadline| deadline <= at) {
            self.give_up(&mut tokens);
        }
        tokens
    }

    /// Returns unfinished tokens when the reading ends.
    pub(super) fn finish(&mut self) -> Vec<Token> {
        let mut tokens = Vec::new();
        self.given_up = None;
        while self.state != State::Ground {
            self.abandon(&mut tokens);
        }
        tokens
    }

    fn timeout(&self) -> Option<Duration> {
        let bare = self.body.is_empty() && !self.too_long;
        Some(match self.state {
            State::Ground => return None,
            State::Escape { .. } => ESC_TIMEOUT,
            State::Linux | State::Ss3 { .. } => INTRODUCER_TIMEOUT,
            State::Csi { .. } if bare || self.is_shifted() => INTRODUCER_TIMEOUT,
            State::String { .. } if bare => INTRODUCER_TIMEOUT,
            State::Char { .. } | State::Csi { .. } | State::Mouse | State::String { .. } => SEQUENCE_TIMEOUT,
            State::Paste => PASTE_TIMEOUT,
            State::Late if self.is_likely_rest() => SEQUENCE_TIMEOUT,
            State::Late => LATE_TIMEOUT,
        })
    }

    fn is_likely_rest(&self) -> bool {
        self.given_up.as_ref().is_some_and(|past| late::is_likely(past.state, &self.body))
    }

    /// When the unfinished sequence began, if it may not go on for ever.
    fn slow_since(&self) -> Option<Instant> {
        self.begun.filter(|_| !matches!(self.state, State::Ground | State::Paste))
    }

    /// Gives up the unfinished token, and remembers it.
    fn give_up(&mut self, tokens: &mut Vec<Token>) {
        if self.state == State::Late {
            return self.settle(false, tokens);
        }
        let state = match self.state {
            // An ESC before it was a key.
            State::Escape { .. } => Some(State::Escape { alt: false }),
            State::Csi { .. } => Some(State::Csi { alt: false }),
            State::String { .. } | State::Paste => Some(self.state),
            _ => None,
        };
        let body = if self.too_long { Vec::new() } else { self.body.clone() };
        self.abandon(tokens);
        self.given_up = state.zip(self.last).map(|(state, last)| GivenUp { state, body, last });
    }

    /// Ends the unfinished token. Bytes that a person may have pressed are passed on; the beginning of a reply is not.
    fn abandon(&mut self, tokens: &mut Vec<Token>) {
        let (state, body, too_long) = (self.state, std::mem::take(&mut self.body), self.too_long);
        let typed = |c: u8| Token::Char { c: char::from(c), alt: false };
        let with_alt = |c: u8| Token::Char { c: char::from(c), alt: true };
        let bare = body.is_empty() && !too_long;
        self.reset();
        match state {
            State::Char { alt } => tokens.push(Token::Char { c: char::REPLACEMENT_CHARACTER, alt }),
            State::Escape { alt } => tokens.extend(std::iter::repeat_n(Token::Esc, 1 + usize::from(alt))),
            State::Csi { alt } if bare => {
                tokens.extend(alt.then_some(Token::Esc));
                tokens.push(with_alt(b'['));
            }
            State::Csi { alt } if !too_long && token::is_shifted_key(&body) => {
                tokens.push(token::shifted_key(body, alt));
            }
            State::Linux => tokens.extend([with_alt(b'['), typed(b'[')]),
            State::Ss3 { alt } => {
                tokens.extend(alt.then_some(Token::Esc));
                tokens.push(with_alt(b'O'));
                tokens.extend(body.into_iter().map(typed));
            }
            State::String { introducer, .. } if bare => tokens.push(with_alt(introducer)),
            State::Paste => tokens.extend(self.paste.give_up()),
            State::Late => self.replay(&body, tokens),
            State::Ground | State::Csi { .. } | State::Mouse | State::String { .. } => {}
        }
    }

    fn reset(&mut self) {
        self.state = State::Ground;
        self.body.clear();
        self.too_long = false;
        self.begun = None;
    }

    fn begin(&mut self, state: State) {
        self.body.clear();
        self.too_long = false;
        self.begun = self.last;
        self.state = state;
    }

    fn byte(&mut self, byte: u8, tokens: &mut Vec<Token>) {
        match self.state {
            State::Ground if self.given_up.is_some() => {
                self.begin(State::Late);
                self.late(byte, tokens);
            }
            State::Late => self.late(byte, tokens),
            _ => self.step(byte, tokens),
        }
    }

    fn step(&mut self, byte: u8, tokens: &mut Vec<Token>) {
        match self.state {
            State::Ground | State::Late | State::Paste => self.ground(byte, tokens),
            State::Char { alt } => self.character(byte, alt, tokens),
            State::Escape { alt } => self.escape(byte, alt, tokens),
            State::Csi { alt } => self.csi(byte, alt, tokens),
            State::Linux if (b'A'..=b'E').contains(&byte) => {
                tokens.push(Token::Linux(byte));
                self.reset();
            }
            State::Mouse if byte >= b' ' => {
                self.body.push(byte);
                if let Ok(bytes) = self.body.as_slice().try_into() {
                    tokens.push(Token::Mouse(bytes));
                    self.reset();
                }
            }
            State::Ss3 { .. } if self.body.len() < 4 && (byte.is_ascii_digit() || byte == b';') => self.body.push(byte),
            State::Ss3 { alt } if token::is_ss3(byte) => {
                tokens.push(Token::Ss3 { body: std::mem::take(&mut self.body), last: byte, alt });
                self.reset();
            }
            State::Linux | State::Mouse | State::Ss3 { .. } => self.begin_anew(byte, tokens),
            State::String { introducer, escaped } => self.string(byte, introducer, escaped, tokens),
        }
    }

    /// `byte` does not continue what is unfinished.
    fn begin_anew(&mut self, byte: u8, tokens: &mut Vec<Token>) {
        self.abandon(tokens);
        self.ground(byte, tokens);
    }

    fn ground(&mut self, byte: u8, tokens: &mut Vec<Token>) {
        match byte {
            ESC => self.begin(State::Escape { alt: false }),
            0..=0x7f => tokens.push(Token::Char { c: char::from(byte), alt: false }),
            _ => {
                self.begin(State::Char { alt: false });
                self.character(byte, false, tokens);
            }
        }
    }

    fn character(&mut self, byte: u8, alt: bool, tokens: &mut Vec<Token>) {
        self.body.push(byte);
        match std::str::from_utf8(&self.body) {
            Ok(text) => {
                let c = text.chars().next().unwrap_or_default();
                if let Ok(control @ 0x80..=0x9f) = u8::try_from(c) {
                    self.c1(control);
                } else {
                    tokens.push(Token::Char { c, alt });
                    self.reset();
                }
            }
            Err(error) if error.error_len().is_none() => {}
            Err(_) if (0x80..=0x9f).contains(&byte) && self.body.len() == 1 => self.c1(byte),
            Err(_) => {
                let is_first = self.body.len() == 1;
                self.abandon(tokens);
                if !is_first {
                    self.ground(byte, tokens);
                }
            }
        }
    }

    /// A control of one byte that stands for ESC and another one.
    fn c1(&mut self, control: u8) {
        match control {
            0x8f => self.begin(State::Ss3 { alt: false }),
            0x9b => self.begin(State::Csi { alt: false }),
            0x90 | 0x9d | 0x9f => self.begin(State::String { introducer: control - 0x40, escaped: false }),
            _ => self.reset(),
        }
    }

    fn escape(&mut self, byte: u8, alt: bool, tokens: &mut Vec<Token>) {
        match byte {
            b'[' => self.begin(State::Csi { alt }),
            b'O' => self.begin(State::Ss3 { alt }),
            ESC if !alt => self.begin(State::Escape { alt: true }),
            // These are keys of their own, and urgent.
            ETX | CAN | SUB => self.begin_anew(byte, tokens),
            _ => {
                tokens.extend(alt.then_some(Token::Esc));
                match byte {
                    ESC => self.begin(State::Escape { alt: true }),
                    b']' | b'P' | b'_' => self.begin(State::String { introducer: byte, escaped: false }),
                    0..=0x7f => {
                        tokens.push(Token::Char { c: char::from(byte), alt: true });
                        self.reset();
                    }
                    _ => {
                        self.begin(State::Char { alt: true });
                        self.character(byte, true, tokens);
                    }
                }
            }
        }
    }

    fn csi(&mut self, byte: u8, alt: bool, tokens: &mut Vec<Token>) {
        // DECRPM goes on with y behind the dollar; rxvt ends a key with it.
        if self.is_shifted() && byte != b'y' {
            return self.begin_anew(byte, tokens);
        }
        let bare = self.body.is_empty() && !self.too_long;
        match byte {
            b'[' if bare && !alt => self.begin(State::Linux),
            b'M' if bare => self.begin_after(alt, State::Mouse, tokens),
            b' '..=b'?' if self.body.len() < CSI_MAX && !self.too_long => self.body.push(byte),
            b' '..=b'?' => self.too_long = true,
            b'~' if self.body == b"200" => {
                self.paste.begin();
                self.begin_after(alt, State::Paste, tokens);
            }
            b'@'..=b'~' => {
                let body = std::mem::take(&mut self.body);
                if !self.too_long {
                    tokens.push(Token::Csi { body, last: byte, alt });
                }
                self.reset();
            }
            _ => self.begin_anew(byte, tokens),
        }
    }

    /// Begins what is no key: an ESC before it was pressed.
    fn begin_after(&mut self, alt: bool, state: State, tokens: &mut Vec<Token>) {
        tokens.extend(alt.then_some(Token::Esc));
        self.begin(state);
    }

    fn is_shifted(&self) -> bool {
        matches!(self.state, State::Csi { .. }) && !self.too_long && token::is_shifted_key(&self.body)
    }

    fn string(&mut self, byte: u8, introducer: u8, escaped: bool, tokens: &mut Vec<Token>) {
        let bare = self.body.is_empty() && !self.too_long;
        match byte {
            b'\\' if escaped => self.end_string(introducer, tokens),
            // The string is cut off, and its ESC introduces something else.
            _ if escaped => {
                self.begin(State::Escape { alt: false });
                self.step(byte, tokens);
            }
            // No reply begins like that: it was a key with Alt.
            _ if bare && !late::begins_reply(introducer, byte) => self.begin_anew(byte, tokens),
            ESC => self.state = State::String { introducer, escaped: true },
            BEL if introducer == b']' => self.end_string(introducer, tokens),
            0x9c if self.ends_with_c1() => self.end_string(introducer, tokens),
            ETX | CAN | SUB => self.begin_anew(byte, tokens),
            _ => {
                if self.body.len() == STRING_MAX {
                    self.too_long = true;
                    self.body.clear();
                }
                self.body.push(byte);
            }
        }
    }

    /// Returns true if the byte 0x9c is the end of a string here, not part of a character.
    fn ends_with_c1(&self) -> bool {
        let tail = self.body.len().saturating_sub(3);
        let lead = self.body.iter().skip(tail).rposition(|byte| *byte >= 0xc0);
        let Some(tail) = lead.and_then(|lead| self.body.get(tail + lead..)) else { return true };
        tail == [0xc2] || !std::str::from_utf8(tail).is_err_and(|error| error.error_len().is_none())
    }

    fn end_string(&mut self, introducer: u8, tokens: &mut Vec<Token>) {
        if !self.too_long {
            let mut text = std::mem::take(&mut self.body);
            // The first half of the terminator as a character of two bytes.
            if text.last() == Some(&0xc2) {
                text.pop();
            }
            tokens.push(Token::String { introducer, text });
        }
        self.reset();
    }

    fn late(&mut self, byte: u8, tokens: &mut Vec<Token>) {
        self.body.push(byte);
        let Some(past) = &self.given_up else { return self.settle(false, tokens) };
        match late::judge(past.state, &past.body, &self.body) {
            Verdict::Unclear => {}
            Verdict::Rest => self.settle(true, tokens),
            Verdict::Typed => {
                // The bytes of a paste may come later yet.
                let keep = past.state == State::Paste;
                let past = self.given_up.take().filter(|_| keep);
                self.settle(false, tokens);
                self.given_up = self.given_up.take().or(past);
            }
        }
    }

    /// Decides over the bytes that may be the rest of what was given up: they are, or were typed.
    fn settle(&mut self, is_rest: bool, tokens: &mut Vec<Token>) {
        let held = std::mem::take(&mut self.body);
        self.reset();
        let Some(past) = self.given_up.take() else { return self.replay(&held, tokens) };
        if is_rest || late::is_whole(past.state, &held) {
            self.begin(past.state);
            self.body = past.body;
            self.replay(&held, tokens);
        } else {
            self.replay(&held, tokens);
            if past.state == State::Paste {
                self.given_up = Some(past);
            }
        }
    }

    fn replay(&mut self, mut held: &[u8], tokens: &mut Vec<Token>) {
        while let Some((&byte, rest)) = held.split_first() {
            if self.state == State::Paste {
                held = self.pasted(held, tokens);
            } else {
                self.step(byte, tokens);
                held = rest;
            }
        }
    }
}
