//! Tells the rest of a sequence that was given up from typed text. A person never presses two keys within milliseconds; a
//! rest mostly comes at once, and has the form of a key or of a report.
//!
//! Bytes behind a lone ESC are a rest only when they are whole: a prompt may begin with `]1`, `[<5` or `P1`, and must not
//! be lost. So they stay undecided until their last byte, and are typed if that does not come.

use super::{BEL, ESC, ETX, STRING_MAX, State};
use std::time::{Duration, Instant};

/// How long after the last byte of what was given up its rest may come.
const LATE_MAX: Duration = Duration::from_secs(5);
/// The same behind what may have been a key: Esc, Alt+[ and the like. A line that splits a sequence delays its rest by some
/// 100 ms; what comes later was typed.
const LATE_AFTER_KEY_MAX: Duration = Duration::from_millis(500);
/// The most bytes of an undecided control sequence.
const CSI_HELD_MAX: usize = 64;
/// The most digits of the number that an OSC begins with.
const OSC_DIGITS_MAX: usize = 4;

/// A sequence that was given up, in case its rest comes.
#[derive(Debug)]
pub(super) struct GivenUp {
    pub(super) state: State,
    pub(super) body: Vec<u8>,
    /// When its last byte came.
    pub(super) last: Instant,
}

impl GivenUp {
    /// How long after its last byte the rest may come.
    pub(super) fn rest_max(&self) -> Duration {
        let may_be_key = self.body.is_empty() && self.state != State::Paste;
        if may_be_key { LATE_AFTER_KEY_MAX } else { LATE_MAX }
    }
}

/// The decision over the bytes so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Rest,
    Typed,
    /// The next byte decides; without one they were typed, unless they are whole.
    Unclear,
}

/// How far the bytes behind an introducer have the form of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Other,
    Begun,
    Reply,
}

/// Judges `held`, which came after a token in `state` with `body` had been given up.
pub(super) fn judge(state: State, body: &[u8], held: &[u8]) -> Verdict {
    match state {
        State::Escape { .. } => behind_escape(held),
        State::Csi { .. } => behind_csi(body, held),
        State::String { introducer, .. } if body.is_empty() => behind_introducer(introducer, held),
        State::String { introducer, escaped } => behind_string(introducer, escaped, held),
        State::Paste => behind_paste(held),
        _ => Verdict::Typed,
    }
}

/// Returns true if `held`, with nothing behind it, is a whole rest: the name of a key such as `[D`.
pub(super) fn is_whole(state: State, held: &[u8]) -> bool {
    matches!(state, State::Escape { .. }) && matches!(held, [b'[' | b'O', last] if is_bare_key(*last))
}

/// Returns true if `held` looks so much like a report that its end is worth a longer wait.
pub(super) fn is_likely(state: State, held: &[u8]) -> bool {
    match (state, held) {
        (State::Escape { .. }, [b'[', rest @ ..]) | (State::Csi { .. }, rest) => {
            matches!(rest, [b'<' | b'>' | b'?' | b'=', b'0'..=b'9', ..])
        }
        (State::Escape { .. }, [introducer, text @ ..]) => form(*introducer, text) == Form::Reply,
        (State::String { introducer, .. }, text) => form(introducer, text) == Form::Reply,
        _ => false,
    }
}

/// Returns true if a reply that is introduced so begins with `byte`: a setting's number, a title, or the subject of a DCS
/// or an APC.
pub(super) fn begins_reply(introducer: u8, byte: u8) -> bool {
    match introducer {
        b']' => byte.is_ascii_digit() || matches!(byte, b'l' | b'L'),
        b'P' => byte.is_ascii_digit() || matches!(byte, b'>' | b'!' | b'$' | b'+'),
        _ => byte == b'G',
    }
}

fn behind_escape(held: &[u8]) -> Verdict {
    match held {
        [b'[' | b'O'] => Verdict::Unclear,
        [b'[' | b'O', last] if is_bare_key(*last) => Verdict::Unclear,
        // The next sequence begins.
        [b'[' | b'O', last, ESC] if is_bare_key(*last) => Verdict::Rest,
        [b'[', rest @ ..] => behind_csi(b"", rest),
        [introducer @ (b']' | b'P' | b'_'), rest @ ..] => behind_introducer(*introducer, rest),
        _ => Verdict::Typed,
    }
}

fn behind_csi(body: &[u8], held: &[u8]) -> Verdict {
    let length = held.iter().take_while(|byte| (b' '..=b'?').contains(*byte)).count();
    let (parameters, behind) = held.split_at(length);
    let whole = [body, parameters].concat();
    match behind {
        [] if held.len() <= CSI_HELD_MAX && is_numbers(&whole) => Verdict::Unclear,
        // A letter alone, behind an unfinished sequence of other numbers, was pressed.
        [last, ..] if parameters.is_empty() && !matches!(last, b'~' | b'M' | b'm') => Verdict::Typed,
        [last, ..] if is_numbers(&whole) && ends_csi(&whole, *last) => Verdict::Rest,
        _ => Verdict::Typed,
    }
}

/// Returns true if `parameters` are numbers, perhaps behind the mark of a report and before the dollar of a mode's.
fn is_numbers(parameters: &[u8]) -> bool {
    let numbers = match parameters {
        [b'<' | b'>' | b'?' | b'=', numbers @ ..] => numbers.strip_suffix(b"$").unwrap_or(numbers),
        numbers => numbers,
    };
    numbers.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':'))
}

/// Returns true if `last` ends a key, the mouse or a report with these parameters.
fn ends_csi(parameters: &[u8], last: u8) -> bool {
    let count = parameters.split(|byte| *byte == b';').filter(|number| !number.is_empty()).count();
    match (parameters, last) {
        ([], _) => false,
        ([b'<', ..], b'M' | b'm') | ([b'0'..=b'9', ..], b'M' | b't') => count == 3,
        ([b'?' | b'>' | b'=', ..], b'c' | b'n' | b'u' | b'y') => count > 0,
        ([b'0'..=b'9', ..], b'~' | b'u') => count > 0,
        // Without modifiers these keys have no parameters.
        ([b'1', ..], b'A'..=b'F' | b'H' | b'P'..=b'S' | b'Z') | ([b'0'..=b'9', ..], b'R') => count == 2,
        _ => false,
    }
}

/// Judges what stands behind `ESC ]` and the like when those were given up.
fn behind_introducer(introducer: u8, held: &[u8]) -> Verdict {
    match form(introducer, held) {
        Form::Other => Verdict::Typed,
        Form::Begun => Verdict::Unclear,
        Form::Reply => behind_string(introducer, false, held),
    }
}

/// Compares `text` with the replies that terminals give: `]11;`, `P>|`, `P1$`, `_Gi=`.
fn form(introducer: u8, text: &[u8]) -> Form {
    let begins = |with: &[u8]| match text.len() < with.len() {
        true if with.starts_with(text) => Form::Begun,
        false if text.starts_with(with) => Form::Reply,
        _ => Form::Other,
    };
    match introducer {
        b']' => {
            let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            match text.get(digits) {
                None if digits <= OSC_DIGITS_MAX => Form::Begun,
                Some(b';') if (1..=OSC_DIGITS_MAX).contains(&digits) => Form::Reply,
                _ => Form::Other,
            }
        }
        b'P' => match text {
            [b'>', ..] => begins(b">|"),
            [b'!', ..] => begins(b"!|"),
            [] | [b'0' | b'1'] => Form::Begun,
            [b'0' | b'1', b'$' | b'+', ..] => Form::Reply,
            _ => Form::Other,
        },
        b'_' => begins(b"Gi="),
        _ => Form::Other,
    }
}

fn behind_string(introducer: u8, escaped: bool, held: &[u8]) -> Verdict {
    match held {
        [b'\\'] if escaped => Verdict::Rest,
        [.., ESC, b'\\'] => Verdict::Rest,
        [_, .., BEL] if introducer == b']' => Verdict::Rest,
        _ if held.len() > STRING_MAX => Verdict::Typed,
        [text @ .., ESC] | text if text.iter().all(|byte| *byte >= b' ' && *byte != 0x7f) => Verdict::Unclear,
        _ => Verdict::Typed,
    }
}

fn behind_paste(held: &[u8]) -> Verdict {
    let characters = held.iter().filter(|byte| !(0x80..0xc0).contains(*byte)).count();
    match held {
        [ESC | ETX, ..] => Verdict::Typed,
        _ if characters > 1 => Verdict::Rest,
        _ => Verdict::Unclear,
    }
}

fn is_bare_key(byte: u8) -> bool {
    matches!(byte, b'A'..=b'D' | b'F' | b'H' | b'I' | b'O' | b'P'..=b'S' | b'Z')
}
