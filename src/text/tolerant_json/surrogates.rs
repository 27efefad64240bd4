//! Letters that a server cuts in two: each event then holds half of a surrogate pair, which no text can.
//!
//! A half travels through the texts of an event as a mark of noncharacters, which the sanitizer takes out wherever the
//! halves are not joined here.

/// The first digit of a mark: 32 noncharacters follow one another.
const ZERO: u32 = 0xfdd0;
/// How many characters a mark has.
const DIGITS: usize = 3;
const FIRST: u16 = 0xd800;

/// The mark of a half.
pub(super) fn mark(half: u16) -> [char; DIGITS] {
    let digit =
        |shift: u16| char::from_u32(ZERO + u32::from((half.wrapping_sub(FIRST) >> shift) & 31)).unwrap_or_default();
    [digit(10), digit(5), digit(0)]
}

/// The half that `text` begins with, and what is behind its mark.
fn half(text: &str) -> Option<(u16, &str)> {
    let mut rest = text.chars();
    let mut value = 0;
    for _ in 0..DIGITS {
        let digit = u32::from(rest.next()?).checked_sub(ZERO).filter(|digit| *digit < 32)?;
        value = value << 5 | digit as u16;
    }
    (value < 0x800).then_some((FIRST + value, rest.as_str()))
}

/// Joins the halves in a text that comes in pieces.
#[derive(Debug, Default)]
pub(crate) struct Joiner {
    /// The first half of a letter, at the end of the last piece.
    first: Option<u16>,
}

impl Joiner {
    /// The text of `piece`, given all pieces before it; a half without another becomes the replacement character.
    pub(crate) fn push(&mut self, piece: String) -> String {
        // Nearly all pieces.
        if piece.is_empty() || self.first.is_none() && !piece.contains(['\u{fdd0}', '\u{fdd1}']) {
            return piece;
        }
        let mut joined = String::with_capacity(piece.len());
        let mut rest = piece.as_str();
        while let Some(c) = rest.chars().next() {
            let found = half(rest);
            if let (Some(first), Some((second, behind))) = (self.first, found)
                && let Some(Ok(whole)) = char::decode_utf16([first, second]).next()
            {
                self.first = None;
                joined.push(whole);
                rest = behind;
                continue;
            }
            joined.extend(self.finish());
            match found {
                Some((half, behind)) if half < 0xdc00 => (self.first, rest) = (Some(half), behind),
                Some((_, behind)) => {
                    joined.push(char::REPLACEMENT_CHARACTER);
                    rest = behind;
                }
                None => {
                    joined.push(c);
                    rest = rest.get(c.len_utf8()..).unwrap_or_default();
                }
            }
        }
        joined
    }

    /// What stands for a half that waits for its other one, when nothing more comes.
    pub(crate) fn finish(&mut self) -> Option<char> {
        self.first.take().map(|_| char::REPLACEMENT_CHARACTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(pieces: &[&[u16]]) -> String {
        let mut joiner = Joiner::default();
        let marked = |units: &[u16]| {
            let one = |unit: &u16| match char::from_u32(u32::from(*unit)) {
                Some(c) => c.to_string(),
                None => mark(*unit).iter().collect(),
            };
            units.iter().map(one).collect::<String>()
        };
        let mut whole: String = pieces.iter().map(|piece| joiner.push(marked(piece))).collect();
        whole.extend(joiner.finish());
        whole
    }

    #[test]
    fn two_halves_are_one_letter_and_half_a_letter_is_replaced() {
        let (a, high, low) = (u16::from(b'a'), 0xd83d, 0xde00);
        for (pieces, text) in [
            (&[&[a, high][..], &[low, a]][..], "a😀a"),
            (&[&[a, high], &[], &[low]], "a😀"),
            (&[&[high, low]], "😀"),
            (&[&[a, high], &[a]], "a\u{fffd}a"),
            (&[&[low, a]], "\u{fffd}a"),
            (&[&[high], &[high, low]], "\u{fffd}😀"),
            (&[&[a, high]], "a\u{fffd}"),
            (&[&[0xdbff], &[0xdfff]], "\u{10ffff}"),
        ] {
            assert_eq!(joined(pieces), text, "{pieces:x?}");
        }
    }
}
