//! Whether bytes that come after a sequence was given up are its rest, or were typed. A person never presses two keys within
//! milliseconds; a rest mostly comes at once, and fits.

use super::{BEL, ESC, ETX, STRING_MAX, State};

/// What is known of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Rest,
    Typed,
    /// The next byte decides; without one they were typed, unless they are whole.
    Unclear,
}

/// Judges `held`, which came after a token in `state` with `body` had been given up.
pub(super) fn judge(state: State, body: &[u8], held: &[u8]) -> Verdict {
    match state {
        State::Escape { .. } => behind_escape(held),
        State::Csi { .. } => behind_csi(body, held),
        State::String { introducer, .. } if body.is_empty() => match held {
            [first] if begins_reply(introducer, *first) => Verdict::Unclear,
            [first, second] if begins_reply(introducer, *first) && second.is_ascii_graphic() => Verdict::Rest,
            _ => Verdict::Typed,
        },
        State::String { introducer, escaped } => behind_string(introducer, escaped, held),
        State::Paste => behind_paste(held),
        _ => Verdict::Typed,
    }
}

/// Whether `held`, with nothing behind it, is a whole rest: the name of a key such as `[D`.
pub(super) fn is_whole(state: State, held: &[u8]) -> bool {
    matches!(state, State::Escape { .. }) && matches!(held, [b'[' | b'O', last] if is_bare_key(*last))
}

/// Whether a reply that is introduced so begins with `byte`: a setting's number, a title, or what a DCS or an APC is about.
pub(super) fn begins_reply(introducer: u8, byte: u8) -> bool {
    match introducer {
        b']' => byte.is_ascii_digit() || matches!(byte, b'l' | b'L'),
        b'P' => byte.is_ascii_digit() || matches!(byte, b'>' | b'!' | b'$' | b'+'),
        _ => byte == b'G',
    }
}

fn behind_escape(held: &[u8]) -> Verdict {
    match held {
        [b'[' | b'O' | b']' | b'P' | b'_'] => Verdict::Unclear,
        [b'[' | b'O', last] if is_bare_key(*last) => Verdict::Unclear,
        // The next sequence begins.
        [b'[' | b'O', last, ESC] if is_bare_key(*last) => Verdict::Rest,
        [b'[', rest @ ..] => behind_csi(b"", rest),
        [introducer @ (b']' | b'P' | b'_'), first] if begins_reply(*introducer, *first) => Verdict::Rest,
        _ => Verdict::Typed,
    }
}

fn behind_csi(body: &[u8], held: &[u8]) -> Verdict {
    let length = held.iter().take_while(|byte| (b' '..=b'?').contains(*byte)).count();
    let (parameters, behind) = held.split_at(length);
    let is_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b';' | b':');
    // Without a body the first byte may be the mark of a report.
    let numbers = match parameters {
        [b'<' | b'>' | b'?' | b'=', numbers @ ..] if body.is_empty() => match numbers {
            [first, ..] if first.is_ascii_digit() => return Verdict::Rest,
            [] if behind.is_empty() => return Verdict::Unclear,
            _ => return Verdict::Typed,
        },
        numbers => numbers,
    };
    match behind {
        [] if numbers.iter().all(is_number) && held.len() <= 64 => Verdict::Unclear,
        [b'~', ..] if !body.is_empty() => Verdict::Rest,
        [b'M' | b'm', ..] if body.starts_with(b"<") => Verdict::Rest,
        [last, ..] if !numbers.is_empty() && numbers.iter().all(is_number) && is_final(*last) => Verdict::Rest,
        _ => Verdict::Typed,
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

/// The final bytes of keys with parameters, of the mouse and of reports.
fn is_final(byte: u8) -> bool {
    matches!(byte, b'~' | b'A'..=b'F' | b'H' | b'M' | b'P'..=b'S' | b'Z' | b'c' | b'm' | b'n' | b't' | b'u' | b'y')
}
