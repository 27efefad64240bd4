//! Values that check themselves as they are read: a unit refuses what has the right type and makes no sense.
//!
//! Owns what a single value may be and what to write instead. Must not know which setting it stands in.

use crate::text::sanitize::sanitize;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;
use std::time::Duration;

/// Begins the message in which serde carries a [`Refusal`]; serde's own messages begin otherwise.
const MARK: &str = "refused: ";

/// Why a value makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, on one line.
    pub what: String,
    /// What to write instead.
    pub fix: String,
}

impl Refusal {
    pub(super) fn new(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { what: what.into(), fix: fix.into() }
    }

    /// The refusal that an error of serde carries.
    pub(super) fn from_message(message: &str) -> Option<Self> {
        let (what, fix) = message.strip_prefix(MARK)?.split_once('\n')?;
        Some(Self::new(what, fix))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{MARK}{}\n{}", self.what, self.fix)
    }
}

/// A time to wait: above 0, and a day at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Seconds(Duration);

impl TryFrom<f64> for Seconds {
    type Error = Refusal;

    fn try_from(seconds: f64) -> Result<Self, Refusal> {
        // A day is longer than any wait a person means, and far from the range where Duration would overflow.
        if seconds > 0.0 && seconds <= 86_400.0 {
            return Ok(Self(Duration::from_secs_f64(seconds)));
        }
        let fix = "write seconds above 0, like 5.0, and at most 86400";
        Err(Refusal::new(format!("{seconds} is no time to wait"), fix))
    }
}

impl From<Seconds> for f64 {
    fn from(seconds: Seconds) -> Self {
        seconds.as_secs_f64()
    }
}

/// How many tokens a model reads and writes together: above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "usize")]
pub struct ContextWindow(usize);

impl TryFrom<usize> for ContextWindow {
    type Error = Refusal;

    fn try_from(tokens: usize) -> Result<Self, Refusal> {
        let fix = "write the model's whole window in tokens, like 32768";
        if tokens > 0 { Ok(Self(tokens)) } else { Err(Refusal::new("a window of 0 tokens holds nothing", fix)) }
    }
}

/// The longest side of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32")]
pub struct ImageSide(u32);

impl TryFrom<u32> for ImageSide {
    type Error = Refusal;

    fn try_from(pixels: u32) -> Result<Self, Refusal> {
        // Below, no text in a picture can be read; above, a picture takes more memory than a chat is worth.
        if (64..=8192).contains(&pixels) {
            return Ok(Self(pixels));
        }
        Err(Refusal::new(format!("{pixels} pixels are no side of a picture"), "write 64 to 8192, like 2048"))
    }
}

/// How many tokens an answer may have: above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32")]
pub struct AnswerLimit(u32);

impl TryFrom<u32> for AnswerLimit {
    type Error = Refusal;

    fn try_from(tokens: u32) -> Result<Self, Refusal> {
        let fix = "write the most tokens that an answer may have, like 8192, or leave it out";
        if tokens > 0 { Ok(Self(tokens)) } else { Err(Refusal::new("an answer of 0 tokens says nothing", fix)) }
    }
}

/// How long the text of an answer may become, in bytes: a page at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "usize")]
pub struct AnswerBytes(usize);

impl TryFrom<usize> for AnswerBytes {
    type Error = Refusal;

    fn try_from(bytes: usize) -> Result<Self, Refusal> {
        let fix = "write how long an answer may become, in bytes, like 16777216";
        if bytes >= 4096 { Ok(Self(bytes)) } else { Err(Refusal::new(format!("{bytes} bytes hold no answer"), fix)) }
    }
}

/// A probability: from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Probability(f64);

impl TryFrom<f64> for Probability {
    type Error = Refusal;

    fn try_from(probability: f64) -> Result<Self, Refusal> {
        let fix = "write a probability from 0 to 1, like 0.95: the classifier decides from there on";
        let fits = (0.0..=1.0).contains(&probability);
        if fits { Ok(Self(probability)) } else { Err(Refusal::new("this is no probability", fix)) }
    }
}

/// Units are used as what they hold.
macro_rules! deref {
    ($($unit:ty => $held:ty),*) => {
        $(impl Deref for $unit {
            type Target = $held;

            fn deref(&self) -> &$held {
                &self.0
            }
        })*
    };
}
deref!(Seconds => Duration, ContextWindow => usize, AnswerBytes => usize, AnswerLimit => u32, ImageSide => u32, Probability => f64);

/// Whether a name can be shown as it is.
pub(super) fn is_printable(name: &str) -> bool {
    !name.contains(['\n', '\t']) && sanitize(name) == name
}

/// Refuses a name that could command the terminal that it is shown in.
pub(super) fn printable(name: &str) -> Result<(), Refusal> {
    if is_printable(name) {
        return Ok(());
    }
    let what = format!("'{}' holds control or invisible characters", name.escape_debug());
    Err(Refusal::new(what, "write the name as the provider lists it"))
}

/// Reads a text without what could command the terminal.
pub(super) fn sanitized<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from).map(|text| sanitize(&text))
}

/// Reads a system prompt: one without a word is none.
pub(super) fn system_prompt<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    sanitized(from).map(unless_blank)
}

/// `text`, or nothing where there is no word in it.
pub(super) fn unless_blank(text: String) -> String {
    if text.trim().is_empty() { String::new() } else { text }
}

/// Reads nothing where the text is empty.
pub(super) fn unless_empty<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<String, Error: fmt::Display>,
{
    let text = Some(String::deserialize(from)?).filter(|text| !text.is_empty());
    text.map(T::try_from).transpose().map_err(D::Error::custom)
}

/// Writes a path as people read it: one that is no UTF-8 can be shown, too.
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
pub(super) fn shown_path<S: Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
    path.as_ref().map(|path| path.display().to_string()).serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_takes_what_makes_sense_and_refuses_the_rest() {
        for (seconds, fits) in [(0.001, true), (86_400.0, true), (0.0, false), (-1.0, false), (86_400.1, false)] {
            assert_eq!(Seconds::try_from(seconds).is_ok(), fits, "{seconds} s");
        }
        for (probability, fits) in [(0.0, true), (1.0, true), (-0.1, false), (1.1, false), (f64::NAN, false)] {
            assert_eq!(Probability::try_from(probability).is_ok(), fits, "{probability}");
        }
        for (side, fits) in [(64, true), (8192, true), (63, false), (8193, false), (0, false)] {
            assert_eq!(ImageSide::try_from(side).is_ok(), fits, "{side} pixels");
        }
        assert!(ContextWindow::try_from(1).is_ok() && ContextWindow::try_from(0).is_err());
        assert!(AnswerLimit::try_from(1).is_ok() && AnswerLimit::try_from(0).is_err());
        assert!(Seconds::try_from(f64::NAN).is_err() && Seconds::try_from(1e300).is_err());
    }

    #[test]
    fn a_refusal_survives_its_way_through_serde_and_no_other_error_is_taken_for_one() {
        let refusal = Seconds::try_from(-1.0).unwrap_err();
        assert_eq!(Refusal::from_message(&refusal.to_string()), Some(refusal));
        assert_eq!(Refusal::from_message("unknown field `refused: a\nb`, expected `c`"), None);
    }
}
