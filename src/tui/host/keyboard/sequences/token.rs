//! The tokens in the terminal's bytes: characters, sequences, strings, pastes.

/// Something whole that the terminal sent. `alt`: an ESC stands before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui::host::keyboard) enum Token {
    /// A character; control characters, too.
    Char { c: char, alt: bool },
    /// An ESC with nothing behind it.
    Esc,
    /// `ESC [`: parameters with intermediates, and the final byte.
    Csi { body: Vec<u8>, last: u8, alt: bool },
    /// `ESC O`: perhaps a parameter, and the final byte.
    Ss3 { body: Vec<u8>, last: u8, alt: bool },
    /// `ESC [ [` of the Linux console.
    Linux(u8),
    /// `ESC [ M`: the mouse with three bytes.
    Mouse([u8; 3]),
    /// An OSC, a DCS or an APC, by the byte that introduces it.
    String { introducer: u8, text: Vec<u8> },
    /// A bracketed paste, or a part of a very long one.
    Paste(String),
}

/// Returns true if the parameters of `ESC [` are a key of rxvt with Shift, as in `ESC [ 3 $`.
pub(super) fn is_shifted_key(body: &[u8]) -> bool {
    let number = body.strip_suffix(b"$").unwrap_or_default();
    !number.is_empty() && number.iter().all(u8::is_ascii_digit)
}

/// A key of rxvt with Shift: the dollar is its final byte.
pub(super) fn shifted_key(mut body: Vec<u8>, alt: bool) -> Token {
    body.pop();
    Token::Csi { body, last: b'$', alt }
}

/// Returns true if `byte` ends a key that begins with `ESC O`.
pub(super) fn is_ss3(byte: u8) -> bool {
    matches!(byte, b'A'..=b'F' | b'H' | b'I' | b'M' | b'P'..=b'S' | b'X' | b'a'..=b'd' | b'j'..=b'y')
}
