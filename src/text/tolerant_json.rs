//! A second reading of JSON that the first one refuses: servers and other programs write what no standard allows, and the
//! words in it are good all the same. Knows no format.
//!
//! Takes halves of surrogate pairs (a letter that was cut), NaN, infinities and other words that JSON has not, a key twice,
//! control characters and backslashes in texts, a comma too many. Still wants a whole value: what is cut off is refused.

mod surrogates;

pub(crate) use surrogates::Joiner;

use serde_json::{Map, Number, Value};

/// How deeply values may be nested, as in the first reading.
const DEPTH_MAX: usize = 128;

/// The value that `json` is, of which texts are pieces of longer ones. Of a key that is there twice the last value counts that
/// says something. Numbers with a fraction become texts, as they are written: they may be such pieces. Half a surrogate
/// pair becomes a mark, which a [`Joiner`] reads.
pub(crate) fn piece(json: &str) -> Option<Value> {
    parse(json, true)
}

/// The value that `json` is, whole: a number is one, or null where it is none that can be kept, and half a surrogate pair
/// the replacement character.
pub(crate) fn document(json: &str) -> Option<Value> {
    parse(json, false)
}

fn parse(json: &str, in_pieces: bool) -> Option<Value> {
    let mut parser = Parser { rest: json.trim_start_matches('\u{feff}'), depth: 0, in_pieces };
    let value = parser.value()?;
    parser.rest.trim().is_empty().then_some(value)
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
    in_pieces: bool,
}

impl Parser<'_> {
    fn value(&mut self) -> Option<Value> {
        self.rest = self.rest.trim_start();
        match self.rest.as_bytes().first()? {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::list),
            b'"' => self.text().map(Value::String),
            _ => self.word(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Option<Value>) -> Option<Value> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        self.rest = self.rest.get(1..)?;
        let value = read(self)?;
        self.depth -= 1;
        Some(value)
    }

    fn object(&mut self) -> Option<Value> {
        let mut object = Map::new();
        while !self.takes('}') {
            let key = self.rest.starts_with('"').then(|| self.text())??;
            self.takes(':').then_some(())?;
            let value = self.value()?;
            let says_nothing = value.is_null() || value.as_str().is_some_and(str::is_empty);
            if !says_nothing || !object.contains_key(&key) {
                object.insert(key, value);
            }
            self.separated('}')?;
        }
        Some(Value::Object(object))
    }

    fn list(&mut self) -> Option<Value> {
        let mut list = Vec::new();
        while !self.takes(']') {
            list.push(self.value()?);
            self.separated(']')?;
        }
        Some(Value::Array(list))
    }

    /// Whether `mark` comes next; then it is read.
    fn takes(&mut self, mark: char) -> bool {
        self.rest = self.rest.trim_start();
        let behind = self.rest.strip_prefix(mark);
        self.rest = behind.unwrap_or(self.rest).trim_start();
        behind.is_some()
    }

    /// Reads the comma between two values; there is none before `end`.
    fn separated(&mut self, end: char) -> Option<()> {
        (self.takes(',') || self.rest.starts_with(end)).then_some(())
    }

    fn word(&mut self) -> Option<Value> {
        let end = self.rest.find(|c: char| ",]}:\"".contains(c) || c.is_whitespace()).unwrap_or(self.rest.len());
        let (word, behind) = self.rest.split_at_checked(end)?;
        self.rest = behind;
        Some(match word {
            "" => return None,
            "true" | "True" => Value::Bool(true),
            "false" | "False" => Value::Bool(false),
            word => match (word.parse::<u64>(), word.parse::<i64>(), word.parse::<f64>()) {
                (Ok(whole), ..) if whole.to_string() == word => whole.into(),
                (_, Ok(whole), _) if whole.to_string() == word => whole.into(),
                (.., Ok(number)) if number.is_finite() && self.in_pieces => word.into(),
                (.., Ok(number)) => Number::from_f64(number).map_or(Value::Null, Value::Number),
                // `None`, `undefined` and their like.
                _ => Value::Null,
            },
        })
    }

    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        self.rest = self.rest.strip_prefix('"')?;
        loop {
            let plain = self.rest.find(['"', '\\'])?;
            text.push_str(self.rest.get(..plain)?);
            self.rest = self.rest.get(plain..)?;
            if let Some(behind) = self.rest.strip_prefix('"') {
                self.rest = behind;
                return Some(text);
            }
            self.escape(&mut text)?;
        }
    }

    fn escape(&mut self, text: &mut String) -> Option<()> {
        let mut characters = self.rest.chars();
        characters.next()?;
        let escaped = characters.next()?;
        let behind = characters.as_str();
        let unit = (escaped == 'u').then(|| unit(behind)).flatten();
        let Some((unit, behind)) = unit else {
            match escaped {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'r' => text.push('\r'),
                'b' => text.push('\u{8}'),
                'f' => text.push('\u{c}'),
                '"' | '\\' | '/' => text.push(escaped),
                // An escape that there is not, such as a formula's: it means what it says.
                other => text.extend(['\\', other]),
            }
            self.rest = behind;
            return Some(());
        };
        self.rest = behind;
        let pair = || {
            let (low, behind) = unit_escape(behind)?;
            let whole = char::decode_utf16([unit, low]).next()?.ok()?;
            (0xd800..0xdc00).contains(&unit).then_some((whole, behind))
        };
        if let Some((whole, behind)) = pair() {
            self.rest = behind;
            text.push(whole);
        } else if let Some(whole) = char::from_u32(unit.into()) {
            text.push(whole);
        } else {
            match self.in_pieces {
                true => text.extend(surrogates::mark(unit)),
                false => text.push(char::REPLACEMENT_CHARACTER),
            }
        }
        Some(())
    }
}

/// The number that four digits name, and what is behind them.
fn unit(text: &str) -> Option<(u16, &str)> {
    let (digits, behind) = text.split_at_checked(4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)?, behind))
}

fn unit_escape(text: &str) -> Option<(u16, &str)> {
    unit(text.strip_prefix("\\u")?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_the_standard_forbids_is_read_and_the_words_are_kept() {
        for (text, value) in [
            (r#"{"a":NaN,"b":[-Infinity,1],"c":"d"}"#, json!({"a": null, "b": [null, 1], "c": "d"})),
            (r#"{"a":"b","a":"c"}"#, json!({"a": "c"})),
            (r#"{"a":"b","a":null,"a":""}"#, json!({"a": "b"})),
            ("{\"a\":\"b\tc\nd\"}", json!({"a": "b\tc\nd"})),
            (r#"{"a":[1,2,],}"#, json!({"a": [1, 2]})),
            (r#"{"a":"\(x\)"}"#, json!({"a": "\\(x\\)"})),
            (r#"{"a":"\u00e9\ud83d\ude00\uZZZZ"}"#, json!({"a": "é😀\\uZZZZ"})),
            (
                r#"{"a":0.50,"b":-3,"c":1e2,"d":99999999999999999999}"#,
                json!({"a": "0.50", "b": -3, "c": "1e2", "d": "99999999999999999999"}),
            ),
            ("\u{feff}{\"a\":True}", json!({"a": true})),
        ] {
            assert_eq!(piece(text), Some(value), "{text}");
        }
    }

    #[test]
    fn a_document_keeps_its_numbers_and_marks_what_was_cut() {
        for (text, value) in [
            (r#"["a \ud83d"]"#, json!(["a \u{fffd}"])),
            (r#"["\ude00 \ud83d\ude00 \ud83d\ud83d\ude00 \ud83dx"]"#, json!(["\u{fffd} 😀 \u{fffd}😀 \u{fffd}x"])),
            (r#"["\u12", "\u", "\x\q\"", "\ud83d\u00e9"]"#, json!(["\\u12", "\\u", "\\x\\q\"", "\u{fffd}é"])),
            ("[NaN, Infinity, -Infinity, 1e999, .5, -1.5e3]", json!([null, null, null, null, 0.5, -1500.0])),
            ("[True, None, undefined, true, 99999999999999999999]", json!([true, null, null, true, 1e20])),
            ("[\"a\tb\nc\u{0}\"]", json!(["a\tb\nc\0"])),
        ] {
            assert_eq!(document(text), Some(value), "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_value_is_refused() {
        for text in ["", "{", "{\"a\"", "{\"a\":\"b", "{half", "[1", "{\"a\":1}}", "{a:1}", "{\"a\":}", "{\"a\":\"\\"] {
            assert_eq!(piece(text), None, "{text}");
        }
        assert_eq!(piece(&"[".repeat(100_000)), None);
    }

    proptest! {
        #[test]
        fn what_the_first_reading_takes_is_read_alike(
            texts in prop::collection::vec("[a\"\\\\\n😀é{}:,]{0,6}", 0..6), numbers in prop::collection::vec(any::<i64>(), 0..4),
        ) {
            let value = json!({"texts": texts, "numbers": numbers, "deep": {"a": [null, true, {}, []]}});
            for read in [piece, document] {
                prop_assert_eq!(read(&value.to_string()), Some(value.clone()));
                prop_assert_eq!(read(&serde_json::to_string_pretty(&value).unwrap()), Some(value.clone()));
            }
        }

        #[test]
        fn nothing_panics_whatever_comes(text in "[\\[\\]{}\",:\\\\u0-9a-fdé ]{0,40}") {
            let _ = (piece(&text), document(&text));
        }
    }
}
