//! Values that may be secret: written down, or named by an environment variable.
//!
//! Owns what of such a value may be shown. Must not read the variable.

use super::checked::Refusal;
use http::HeaderValue;
use std::fmt;

/// A value that may be secret: written down, or in an environment variable (`"$NAME"`).
#[derive(Clone, PartialEq, Eq)]
pub enum Text {
    /// As written in the file.
    Written(String),
    /// In the variable of this name.
    Variable(String),
}

impl Text {
    pub(super) fn read(text: String) -> Self {
        match text.strip_prefix('$') {
            Some(name) => Self::Variable(name.to_owned()),
            None => Self::Written(text),
        }
    }

    /// Refuses a value that cannot be sent. The value is never repeated.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Variable(name) if !is_variable_name(name) => Err(Refusal::new(
                "this is not the name of an environment variable",
                "behind a '$' write the variable's name in capitals, like \"$MY_TOKEN\"",
            )),
            Self::Written(value) if HeaderValue::from_str(value).is_err() => Err(Refusal::new(
                "the value holds characters that cannot be sent",
                "write it on one line, without control characters",
            )),
            _ => Ok(()),
        }
    }

    /// The variable that holds it, where one does.
    pub(super) fn variable(&self) -> Option<&str> {
        match self {
            Self::Written(_) => None,
            Self::Variable(name) => Some(name),
        }
    }

    /// What may be shown of it: a variable's name, nothing of a value.
    pub fn shown(&self) -> String {
        match self {
            Self::Written(_) => "…".to_owned(),
            Self::Variable(name) => format!("${name}"),
        }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

/// Whether `text` is written as environment variables are: in capitals. Keys are not, and some keys hold nothing but
/// letters and digits.
pub(super) fn is_variable_name(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
