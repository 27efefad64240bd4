//! JSON that is not quite JSON, as other programs write it: a list is read entry by entry, so that one that is wrong takes
//! no other with it, and an entry is mended where it can be. Knows no format.
//!
//! Mended are halves of surrogate pairs (`\ud83d` where an emoji was cut), numbers that JSON has not (`NaN`, `Infinity`,
//! `1e999`), bytes that are no UTF-8, control characters and backslashes in strings. An entry never grows to more than six
//! times its size, and only one is mended at a time.

use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

/// The entries of a list as they stand in the file.
pub(super) struct Entries<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether the end of the list was reached.
    pub(super) has_ended: bool,
}

/// An entry of a list, or the beginning of one that the file breaks off.
pub(super) struct Entry<'a> {
    bytes: &'a [u8],
    /// How many bytes stand before it.
    pub(super) offset: usize,
    /// Whether its end is there.
    pub(super) is_whole: bool,
}

impl<'a> Entries<'a> {
    /// Those of the list that `bytes` begins with, if it is one.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let begin = bytes.iter().position(|byte| !byte.is_ascii_whitespace());
        let at = begin.filter(|at| bytes[*at] == b'[').map_or(bytes.len(), |at| at + 1);
        Self { bytes, at, has_ended: false }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let rest = self.bytes.get(self.at..)?;
        let offset = self.at + rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b',')?;
        if self.bytes[offset] == b']' {
            // What stands behind the list is none of it.
            self.at = self.bytes.len();
            self.has_ended = true;
            return None;
        }
        let (length, is_whole) = extent(&self.bytes[offset..]);
        self.at = offset + length;
        Some(Entry { bytes: &self.bytes[offset..self.at], offset, is_whole })
    }
}

/// How long the value is that `bytes` begin with, and whether its end is there. Only brackets and strings count.
fn extent(bytes: &[u8]) -> (usize, bool) {
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            // A bracket that closes nothing is an entry by itself: an empty one would come again and again.
            b',' | b']' | b'}' if depth == 0 => return (at.max(1), true),
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return (at + 1, true);
                }
            }
            _ => {}
        }
    }
    (bytes.len(), false)
}

impl Entry<'_> {
    /// What it says, and whether it had to be mended for that; why it says nothing.
    pub(super) fn value(&self) -> Result<(Value, bool), serde_json::Error> {
        let text = String::from_utf8_lossy(self.bytes);
        let is_text = matches!(text, Cow::Borrowed(_));
        match serde_json::from_str(&text) {
            Ok(value) => Ok((value, !is_text)),
            // What no mending changes has its own reason, and that says more.
            Err(error) => serde_json::from_str(&mended(&text)).map_err(|_still_wrong| error).map(|value| (value, true)),
        }
    }
}

/// `json` with everything in place of which something can stand that JSON has.
fn mended(json: &str) -> String {
    let mut mended = String::with_capacity(json.len());
    let mut rest = json.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => {
                mended.push('"');
                mend_string(&mut rest, &mut mended);
            }
            c if is_bare(c) => {
                let mut word = c.to_string();
                while let Some(c) = rest.next_if(|c| is_bare(*c)) {
                    word.push(c);
                }
                // Numbers that are none, or too great, and words of other languages.
                let is_known = matches!(word.as_str(), "true" | "false" | "null");
                let is_number = serde_json::from_str::<f64>(&word).is_ok();
                mended.push_str(if is_known || is_number { &word } else { "null" });
            }
            c => mended.push(c),
        }
    }
    mended
}

/// What a number or a word outside of strings is made of.
fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_')
}

/// Mends a string up to its end.
fn mend_string(rest: &mut Peekable<Chars<'_>>, mended: &mut String) {
    while let Some(c) = rest.next() {
        match c {
            '"' => return mended.push('"'),
            '\\' => mend_escape(rest, mended),
            c if c < ' ' => write_unit(mended, u32::from(c)),
            c => mended.push(c),
        }
    }
}

/// Mends what follows a backslash.
fn mend_escape(rest: &mut Peekable<Chars<'_>>, mended: &mut String) {
    match rest.peek() {
        Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => {
            mended.push('\\');
            mended.extend(rest.next());
        }
        Some('u') => {
            rest.next();
            match unit(rest) {
                Some(unit) => mend_unit(unit, rest, mended),
                None => mended.push_str("\\\\u"),
            }
        }
        // A backslash that escapes nothing is one.
        _ => mended.push_str("\\\\"),
    }
}

/// Writes a unit of UTF-16, with the one behind it where both are one character.
fn mend_unit(unit: u16, rest: &mut Peekable<Chars<'_>>, mended: &mut String) {
    let mut write = |unit: u16| write_unit(mended, u32::from(unit));
    if !(0xd800..0xe000).contains(&unit) {
        return write(unit);
    }
    let mut ahead = rest.clone();
    let low = (ahead.next() == Some('\\') && ahead.next() == Some('u')).then(|| self::unit(&mut ahead)).flatten();
    match low {
        Some(low) if unit < 0xdc00 && (0xdc00..0xe000).contains(&low) => {
            write(unit);
            write(low);
            *rest = ahead;
        }
        _ => write(0xfffd),
    }
}

/// Writes a unit of UTF-16 as an escape.
fn write_unit(mended: &mut String, unit: u32) {
    // Writing to a text cannot fail.
    let _ = write!(mended, "\\u{unit:04x}");
}

/// Four hexadecimal digits. Where they are no four, none is taken.
fn unit(rest: &mut Peekable<Chars<'_>>) -> Option<u16> {
    let mut ahead = rest.clone();
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit << 4 | ahead.next()?.to_digit(16)?;
    }
    *rest = ahead;
    u16::try_from(unit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn values(list: &str) -> Vec<Option<(Value, bool)>> {
        Entries::of(list.as_bytes()).map(|entry| entry.value().ok()).collect()
    }

    fn one(entry: &str) -> Value {
        values(&format!("[{entry}]")).remove(0).unwrap_or_else(|| (Value::from(format!("{entry} is refused")), true)).0
    }

    #[test]
    fn what_is_not_quite_json_is_mended() {
        for (entry, value) in [
            (r#"["a \ud83d"]"#, json!(["a \u{fffd}"])),
            (r#"["\ude00 \ud83d\ude00 \ud83d\ud83d\ude00 \ud83dx"]"#, json!(["\u{fffd} 😀 \u{fffd}😀 \u{fffd}x"])),
            (r#"["\u12", "\u", "\x\q\"", "\ud83d\u00e9"]"#, json!(["\\u12", "\\u", "\\x\\q\"", "\u{fffd}é"])),
            (
                "{\"t\": NaN, \"i\": [Infinity, -Infinity, 1e999, 07, .5]}",
                json!({"t": null, "i": [null, null, null, null, null]}),
            ),
            ("[True, None, undefined, true, -1.5e3]", json!([null, null, null, true, -1500.0])),
            ("[\"a\tb\nc\u{0}\"]", json!(["a\tb\nc\0"])),
        ] {
            assert_eq!(one(entry), value, "{entry}");
        }
    }

    #[test]
    fn an_entry_that_is_wrong_takes_no_other_with_it() {
        let list = r#" [1, {"a": "]},["}, {"b": }, [[]], "x\"]" ,{"c": 1}] , 7"#;
        let read = values(list);
        let plain = |value| Some((value, false));
        let expected = [plain(json!(1)), plain(json!({"a": "]},["})), None, plain(json!([[]])), plain(json!("x\"]"))];
        assert_eq!(read, expected.into_iter().chain([plain(json!({"c": 1}))]).collect::<Vec<_>>());
        let cut: Vec<_> = Entries::of(br#"[{"a": 1}, {"b": ["#).map(|entry| (entry.offset, entry.is_whole)).collect();
        assert_eq!(cut, [(1, true), (11, false)]);
        for (list, has_ended) in
            [("[1]", true), ("[ ]", true), ("[1,", false), ("[1", false), ("[", false), ("", false)]
        {
            let mut entries = Entries::of(list.as_bytes());
            entries.by_ref().for_each(drop);
            assert_eq!(entries.has_ended, has_ended, "{list}");
        }
        assert_eq!(values("[}}, 1 }, 2]").iter().flatten().count(), 2, "brackets that close nothing");
        assert_eq!(Entries::of(b"{}").count() + Entries::of(b"").count() + Entries::of(b" [ ]").count(), 0);
        let bytes = Entries::of(b"[\"a\xffb\"]").next().map(|entry| entry.value().unwrap());
        assert_eq!(bytes, Some((json!("a\u{fffd}b"), true)));
    }

    #[test]
    fn what_is_nested_without_an_end_is_refused_and_the_next_is_read() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(values(&format!("[{deep}, 2]")), [None, Some((json!(2), false))]);
    }

    proptest! {
        #[test]
        fn what_is_json_comes_out_as_it_is(texts in proptest::collection::vec(any::<String>(), 0..6), number: f64) {
            let number = if number.is_finite() { json!(number) } else { Value::Null };
            let value = json!([texts, {"n": number}]);
            prop_assert_eq!(values(&value.to_string()), vec![
                Some((value[0].clone(), false)),
                Some((value[1].clone(), false)),
            ]);
            prop_assert_eq!(serde_json::from_str::<Value>(&mended(&value.to_string())).ok(), Some(value));
        }

        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200), plain in "\\[[\\[\\]{}\",:\\\\u0-9a-fN ]{0,80}") {
            for bytes in [bytes.as_slice(), plain.as_bytes()] {
                let mut end = 0;
                for entry in Entries::of(bytes) {
                    prop_assert!(entry.offset >= end && entry.offset < bytes.len());
                    end = entry.offset;
                    let _ = entry.value();
                }
            }
        }
    }
}
