//! A list in JSON, read entry by entry, so that one that is wrong takes no other with it. What is not quite JSON, or has
//! bytes that are no UTF-8, is read once more with more patience. Knows no format.

use crate::text::tolerant_json;
use serde_json::Value;
use std::borrow::Cow;

/// The entries of a list as they stand in the file.
pub(super) struct Entries<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether the end of the list was reached.
    pub(super) has_ended: bool,
    /// Whether something stands behind that end.
    pub(super) has_more: bool,
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
        Self { bytes, at, has_ended: false, has_more: false }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let rest = self.bytes.get(self.at..)?;
        let offset = self.at + rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != b',')?;
        if self.bytes[offset] == b']' {
            // What stands behind the list is none of it.
            self.has_more = !self.bytes[offset + 1..].trim_ascii().is_empty();
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
            Err(error) => tolerant_json::document(&text).map(|value| (value, true)).ok_or(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn values(list: &str) -> Vec<Option<(Value, bool)>> {
        Entries::of(list.as_bytes()).map(|entry| entry.value().ok()).collect()
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
        for (list, has_more) in [("[1] \n[2]", true), ("[1]]", true), ("[1] \n", false), ("[1", false)] {
            let mut entries = Entries::of(list.as_bytes());
            assert_eq!(entries.by_ref().count(), 1);
            assert_eq!(entries.has_more, has_more, "{list}");
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
