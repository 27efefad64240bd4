//! Bytes as text: the encoding is found, and what is no text is told apart. Must not clean the text.

/// A text, and what the user should know of how it was read.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) remark: Option<String>,
}

/// One control character in so many bytes is too many for a text.
const BYTES_A_CONTROL: usize = 50;

/// What Windows-1252 has where Latin-1 has control characters; 0 where it has nothing.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•',
    '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// The text of `bytes`; `None` where they are no text.
pub(super) fn decode(bytes: &[u8]) -> Option<Decoded> {
    let read_as = |text, encoding: &str| Decoded { text, remark: Some(format!("read as {encoding}")) };
    if let Some((encoding, text)) = utf_16(bytes) {
        return Some(read_as(text, encoding));
    }
    // A mark of UTF-16 before what is none.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) || has_many_controls(bytes) {
        return None;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Decoded { text: text.to_owned(), remark: None });
    }
    // A damaged text in UTF-8 has more characters of several bytes than mistakes.
    let mistakes = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let characters: usize =
        bytes.utf8_chunks().map(|chunk| chunk.valid().chars().filter(|c| !c.is_ascii()).count()).sum();
    if characters > mistakes {
        let remark = Some("some bytes are no UTF-8 and were replaced".to_owned());
        return Some(Decoded { text: String::from_utf8_lossy(bytes).into_owned(), remark });
    }
    let text = windows_1252(bytes)?;
    Some(read_as(text, "Windows-1252 (Latin-1); if letters look wrong, save it as UTF-8"))
}

/// Whether there are more control characters than a text has. Those of terminals, as in a log with colours, are no sign.
fn has_many_controls(bytes: &[u8]) -> bool {
    let is_control = |byte: &&u8| matches!(byte, 1..=7 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    bytes.iter().filter(is_control).count() > 2 + bytes.len() / BYTES_A_CONTROL
}

/// The name of the encoding, and the text.
fn utf_16(bytes: &[u8]) -> Option<(&'static str, String)> {
    const LITTLE: &str = "UTF-16, little-endian";
    const BIG: &str = "UTF-16, big-endian";
    let marked = bytes.split_at_checked(2).and_then(|(mark, rest)| match mark {
        b"\xff\xfe" => Some((LITTLE, rest)),
        b"\xfe\xff" => Some((BIG, rest)),
        _ => None,
    });
    let (encoding, rest) = marked.or_else(|| {
        // Without a mark: nearly every letter of Western texts has a zero byte, on always the same side.
        let zeros = |offset| bytes.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd, half) = (zeros(0), zeros(1), bytes.len() / 2);
        let is_clear = |many: usize, few: usize| half > 1 && many * 10 >= half * 7 && few * 100 <= half;
        match () {
            () if is_clear(odd, even) => Some((LITTLE, bytes)),
            () if is_clear(even, odd) => Some((BIG, bytes)),
            () => None,
        }
    })?;
    let (units, odd) = rest.as_chunks::<2>();
    let unit = |pair: &[u8; 2]| if encoding == LITTLE { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
    let text = String::from_utf16(&units.iter().map(unit).collect::<Vec<u16>>()).ok()?;
    let controls =
        text.chars().filter(|c| *c == '\0' || c.is_control() && !c.is_whitespace() && *c != '\u{1b}').count();
    (odd.is_empty() && controls <= text.len() / BYTES_A_CONTROL).then_some((encoding, text))
}

/// `None` where there are bytes that stand for nothing.
fn windows_1252(bytes: &[u8]) -> Option<String> {
    let decoded = |byte: &u8| match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(*byte),
    };
    let text: String = bytes.iter().map(decoded).collect();
    (!text.contains('\0')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Option<(String, String)> {
        decode(bytes).map(|decoded| (decoded.text, decoded.remark.unwrap_or_default()))
    }

    fn utf_16_of(text: &str, mark: bool, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.then_some(0xfeff).into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn the_encoding_of_a_text_is_found() {
        let text = "Grüße, 5 €\nzweite Zeile";
        let found =
            |bytes: &[u8]| decoded(bytes).map(|(text, remark)| (text, remark.chars().take(28).collect::<String>()));
        let is = |remark: &str| Some((text.to_owned(), remark.to_owned()));
        assert_eq!(found(text.as_bytes()), is(""));
        assert_eq!(found(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), is(""));
        for mark in [true, false] {
            assert_eq!(found(&utf_16_of(text, mark, u16::to_le_bytes)), is("read as UTF-16, little-endia"), "{mark}");
            assert_eq!(found(&utf_16_of(text, mark, u16::to_be_bytes)), is("read as UTF-16, big-endian"), "{mark}");
        }
        let western = b"Gr\xfc\xdfe, 5 \x80\nzweite Zeile";
        assert_eq!(found(western), is("read as Windows-1252 (Latin-"));
    }

    #[test]
    fn a_damaged_text_in_utf_8_is_not_taken_for_another_encoding() {
        let (text, remark) = decoded("Grüße aus Köln\u{2026}".as_bytes().split_last().unwrap().1).unwrap();
        assert_eq!(
            (text.as_str(), remark.as_str()),
            ("Grüße aus Köln\u{fffd}", "some bytes are no UTF-8 and were replaced")
        );
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let cases: [&[u8]; 6] = [
            b"a\0b",
            b"\xff\xfe\0\0a\0\0\0",
            b"\x01\x02\x03\x04\x05\x06",
            b"\xff\xfea",
            b"caf\xe9 \x81",
            b"\xff\xfe\x00\xd8a\0",
        ];
        for bytes in cases {
            assert_eq!(decoded(bytes), None, "{bytes:?}");
        }
        assert!(decode(b"\x1b[31mred\x1b[0m\nand \x1b[1mmore\x1b[0m\n").is_some(), "a log with colours is a text");
        assert!(decode(b"page one\x0cpage two").is_some());
    }
}
