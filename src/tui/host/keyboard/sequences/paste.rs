//! The text between the brackets of a paste, as far as it has come.

use super::{ESC, ETX, Token};

/// The end of a paste.
const END: &[u8] = b"\x1b[201~";
/// The most bytes that are kept of a paste. A longer one is passed on in parts, so that nothing of it is lost.
const PART_MAX: usize = 8 << 20;

/// The longest encoding of Ctrl+C.
const INTERRUPT_MAX: usize = 32;

/// The way in which a paste ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// As it should.
    Marker,
    /// By Ctrl+C, in these bytes.
    Interrupt(Vec<u8>),
}

#[derive(Debug, Default)]
pub(super) struct Paste {
    text: Vec<u8>,
    /// The number of bytes of [`END`] that came last.
    matched: usize,
    /// Bytes that came after a pause, as long as they may be Ctrl+C.
    pressed: Option<Vec<u8>>,
}

impl Paste {
    /// Nothing came for so long that the next bytes may be a key.
    pub(super) fn pause(&mut self) {
        if self.matched == 0 && self.pressed.is_none() {
            self.pressed = Some(Vec::new());
        }
    }

    /// Takes the bytes of the paste, and returns those behind it and how it ended.
    pub(super) fn take<'bytes>(
        &mut self,
        mut bytes: &'bytes [u8],
        tokens: &mut Vec<Token>,
    ) -> (&'bytes [u8], Option<End>) {
        while let Some(mut pressed) = self.pressed.take() {
            let Some((&byte, behind)) = bytes.split_first() else {
                self.pressed = Some(pressed);
                return (bytes, None);
            };
            pressed.push(byte);
            bytes = behind;
            if is_interrupt(&pressed) {
                return (bytes, Some(End::Interrupt(pressed)));
            } else if may_be_interrupt(&pressed) {
                self.pressed = Some(pressed);
            } else if let (_, Some(end)) = self.text(&pressed, tokens) {
                return (bytes, Some(end));
            }
        }
        self.text(bytes, tokens)
    }

    fn text<'bytes>(&mut self, mut bytes: &'bytes [u8], tokens: &mut Vec<Token>) -> (&'bytes [u8], Option<End>) {
        while let Some((&byte, behind)) = bytes.split_first() {
            if END.get(self.matched) == Some(&byte) {
                self.matched += 1;
                bytes = behind;
                if self.matched == END.len() {
                    self.matched = 0;
                    tokens.push(Token::Paste(into_text(std::mem::take(&mut self.text))));
                    return (bytes, Some(End::Marker));
                }
                continue;
            }
            self.text.extend(END.iter().take(std::mem::take(&mut self.matched)));
            let plain = bytes.iter().position(|byte| *byte == ESC).unwrap_or(bytes.len());
            let (plain, behind) = bytes.split_at(plain.min(PART_MAX.saturating_sub(self.text.len())));
            self.text.extend_from_slice(plain);
            bytes = behind;
            if self.text.len() >= PART_MAX {
                tokens.push(self.part());
            }
        }
        (bytes, None)
    }

    /// Begins anew.
    pub(super) fn begin(&mut self) {
        *self = Self::default();
    }

    /// Returns the text of a paste whose end does not come. Half an end is none of it; the other half may come later.
    pub(super) fn give_up(&mut self) -> Option<Token> {
        self.text.extend(self.pressed.take().into_iter().flatten());
        let text = std::mem::take(&mut self.text);
        (!text.is_empty()).then(|| Token::Paste(into_text(text)))
    }

    /// All but the last bytes: they may be half a character or half a line break.
    fn part(&mut self) -> Token {
        let end = self.text.len().saturating_sub(4);
        let is_boundary = |byte: &u8| !(0x80..0xc0).contains(byte) && *byte != b'\n';
        let behind = self.text.iter().skip(end).position(is_boundary).unwrap_or(0);
        let rest = self.text.split_off(end + behind);
        Token::Paste(into_text(std::mem::replace(&mut self.text, rest)))
    }
}

fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Returns true if `bytes` are Ctrl+C in one of its encodings.
fn is_interrupt(bytes: &[u8]) -> bool {
    let Some(sequence) = bytes.strip_prefix(b"\x1b[") else { return bytes == [ETX] };
    let kitty = sequence.strip_suffix(b"u").map(|key| key.strip_suffix(b":1").unwrap_or(key));
    kitty.is_some_and(|key| key == b"99;5" || key.ends_with(b":99;5")) || sequence == b"27;5;99~"
}

/// Returns true if they begin like that.
fn may_be_interrupt(bytes: &[u8]) -> bool {
    let is_parameter = |byte: &u8| matches!(byte, b'0'..=b'9' | b':' | b';');
    match bytes {
        [ESC] => true,
        [ESC, b'[', parameters @ ..] => bytes.len() < INTERRUPT_MAX && parameters.iter().all(is_parameter),
        _ => false,
    }
}
