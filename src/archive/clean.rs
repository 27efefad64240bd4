//! The texts of a file: cleaned where they are read, and where they are written. Owns that nothing enters or leaves an
//! archive uncleaned; knows no format.
//!
//! Cleaning on the way out, too, makes what is exported, imported and exported again the same to the byte, and a file
//! safe to look at in a terminal.

use crate::text::sanitize::{one_line, sanitize};
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A title longer than this is cut.
const TITLE: usize = 200;
const TIMES: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// A text of any number of lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub(super) struct Text(pub(super) String);

impl<T: AsRef<str>> From<T> for Text {
    fn from(text: T) -> Self {
        Self(sanitize(text.as_ref()))
    }
}

impl Text {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A text of one line: a name, a reason. Whoever shows it counts on that.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String")]
pub(super) struct Line(pub(super) String);

impl<T: AsRef<str>> From<T> for Line {
    fn from(text: T) -> Self {
        Self(sanitize(text.as_ref()).replace(['\n', '\t'], " "))
    }
}

/// A title of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub(super) struct Title(pub(super) String);

impl<T: AsRef<str>> From<T> for Title {
    fn from(text: T) -> Self {
        Self(one_line(text.as_ref(), TITLE))
    }
}

/// A moment: RFC 3339 in UTC, to the millisecond, which is what the store keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time(pub(super) Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&TIMES.timestamp_to_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = |_| {
            let text = one_line(&text, 40);
            serde::de::Error::custom(format!("'{text}' is no time; it would be like 2026-11-23T08:21:23.000Z"))
        };
        text.parse::<Timestamp>().map_err(wrong).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_read_is_clean() {
        let hostile = "\"a\\u001b]52;c;c2VjcmV0\\u0007b\\u202ec\\nd\"";
        assert_eq!(serde_json::from_str::<Text>(hostile).unwrap().0, "abc\nd");
        assert_eq!(serde_json::from_str::<Line>(hostile).unwrap().0, "abc d");
        assert_eq!(serde_json::from_str::<Title>(hostile).unwrap().0, "abc d");
    }

    #[test]
    fn times_have_milliseconds_and_what_is_no_time_is_named() {
        let time: Time = serde_json::from_str("\"2026-11-23T09:21:23+01:00\"").unwrap();
        assert_eq!(serde_json::to_string(&time).unwrap(), "\"2026-11-23T08:21:23.000Z\"");
        let error = serde_json::from_str::<Time>("\"soon\"").unwrap_err().to_string();
        assert!(error.starts_with("'soon' is no time"), "{error}");
    }
}
