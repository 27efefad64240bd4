//! The texts of a file: cleaned where they are read, and where they are written. Owns that nothing enters or leaves an
//! archive uncleaned; knows no format.
//!
//! Cleaning on the way out, too, makes what is exported, imported and exported again the same to the byte, and a file
//! safe to look at in a terminal.

use crate::chat::BlobHash;
use crate::clock::LATEST;
use crate::text::sanitize::{one_line, sanitize};
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A title longer than this is cut.
const TITLE_CHARS_MAX: usize = 200;
/// A file's name longer than this is cut, and so is a media type.
const FILE_NAME_CHARS_MAX: usize = 200;
const MEDIA_TYPE_CHARS_MAX: usize = 100;
/// The media type of what has none that can be read.
const BINARY: &str = "application/octet-stream";
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

/// A text of one line: a name, a reason. The screen counts on that.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String")]
pub(super) struct Line(pub(super) String);

impl<T: AsRef<str>> From<T> for Line {
    fn from(text: T) -> Self {
        Self(sanitize(text.as_ref()).replace(['\n', '\t'], " "))
    }
}

impl Line {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The name of a file, without its folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub(super) struct FileName(pub(super) String);

impl<T: AsRef<str>> From<T> for FileName {
    fn from(text: T) -> Self {
        let path = text.as_ref();
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        match one_line(name, FILE_NAME_CHARS_MAX) {
            name if name.is_empty() || name == "." || name == ".." => Self("file".to_owned()),
            name => Self(name),
        }
    }
}

/// What a content is, as `image/png`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub(super) struct MediaType(pub(super) String);

impl<T: AsRef<str>> From<T> for MediaType {
    fn from(text: T) -> Self {
        let text = text.as_ref();
        let is_name = |name: &str| {
            let may_stand = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "!#$&^_.+-".contains(c);
            !name.is_empty() && name.chars().all(may_stand)
        };
        let is_known = text.split_once('/').is_some_and(|(kind, of)| is_name(kind) && is_name(of));
        Self(if is_known && text.len() <= MEDIA_TYPE_CHARS_MAX { text } else { BINARY }.to_owned())
    }
}

/// The hash of a content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Hash(pub(super) BlobHash);

impl TryFrom<String> for Hash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("'{}' is no hash; it would be 64 lowercase hexadecimal digits", one_line(&text, 40));
        BlobHash::parse(&text).map(Self).ok_or_else(wrong)
    }
}

/// A title of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub(super) struct Title(pub(super) String);

impl<T: AsRef<str>> From<T> for Title {
    fn from(text: T) -> Self {
        Self(one_line(text.as_ref(), TITLE_CHARS_MAX))
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
        let time = text.parse::<Timestamp>().map_err(wrong)?;
        // The database keeps milliseconds, and so does an export.
        Ok(Self(Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(LATEST).min(LATEST)))
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
        assert_eq!(serde_json::from_str::<FileName>(hostile).unwrap().0, "abc d");
    }

    #[test]
    fn names_of_files_have_no_folder_and_media_types_and_hashes_are_what_they_say() {
        for (path, name) in
            [("/etc/passwd", "passwd"), ("..\\..\\a.exe", "a.exe"), ("..", "file"), ("a/", "file"), ("ä.png", "ä.png")]
        {
            assert_eq!(FileName::from(path).0, name);
        }
        for (text, media_type) in [
            ("image/svg+xml", "image/svg+xml"),
            ("image/<b>", BINARY),
            ("Image/PNG", BINARY),
            ("text", BINARY),
            ("a/b/c", BINARY),
            ("image/", BINARY),
        ] {
            assert_eq!(MediaType::from(text).0, media_type);
        }
        let error = serde_json::from_str::<Hash>("\"\\u0007x\"").unwrap_err().to_string();
        assert!(error.starts_with("'x' is no hash"), "{error}");
    }

    #[test]
    fn times_have_milliseconds_and_what_is_no_time_is_named() {
        let time: Time = serde_json::from_str("\"2026-11-23T09:21:23+01:00\"").unwrap();
        assert_eq!(serde_json::to_string(&time).unwrap(), "\"2026-11-23T08:21:23.000Z\"");
        let exact: Time = serde_json::from_str("\"2026-11-23T08:21:23.1239Z\"").unwrap();
        assert_eq!(serde_json::to_string(&exact).unwrap(), "\"2026-11-23T08:21:23.123Z\"");
        let end: Time = serde_json::from_str("\"9999-12-30T22:00:00.9999Z\"").unwrap();
        assert_eq!(end.0, LATEST);
        let error = serde_json::from_str::<Time>("\"soon\"").unwrap_err().to_string();
        assert!(error.starts_with("'soon' is no time"), "{error}");
    }
}
