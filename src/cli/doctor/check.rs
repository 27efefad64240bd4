//! What a check found. Knows nothing of what is checked, or how it is printed.

use crate::provider::ProviderError;
use crate::text::sanitize::sanitize;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    /// As it should be.
    Ok,
    /// It works, but not all of it or not as well.
    Warn,
    /// It does not work.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    /// What it belongs to: the heading above it.
    pub(super) area: String,
    pub(super) name: &'static str,
    pub(super) status: Status,
    /// What there is.
    pub(super) found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fix: Option<String>,
    /// What else is known, in lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) detail: Vec<String>,
    /// For programs that read this: times in milliseconds, counts, names.
    #[serde(flatten)]
    pub(super) figures: IndexMap<&'static str, Value>,
}

impl Check {
    pub(super) fn new(status: Status, name: &'static str, found: impl Into<String>) -> Self {
        let (area, fix, detail, figures) = (String::new(), None, Vec::new(), IndexMap::new());
        Self { area, name, status, found: found.into(), fix, detail, figures }
    }

    pub(super) fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(Status::Ok, name, found)
    }

    pub(super) fn warn(name: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..Self::new(Status::Warn, name, found) }
    }

    pub(super) fn fail(name: &'static str, found: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { fix: Some(fix.into()), ..Self::new(Status::Fail, name, found) }
    }

    /// A failure whose message ends with what to do about it, as this program's messages do.
    pub(super) fn said(status: Status, name: &'static str, message: &str) -> Self {
        match message.rsplit_once("; ") {
            Some((what, fix)) => Self { fix: Some(fix.to_owned()), ..Self::new(status, name, what) },
            None => Self::new(status, name, message),
        }
    }

    /// What a provider refused, with everything that is known of it.
    pub(super) fn refused(status: Status, name: &'static str, error: &ProviderError) -> Self {
        let detail = error.detail.lines().map(str::to_owned).collect();
        Self { detail, ..Self::said(status, name, &error.message) }
    }

    pub(super) fn figure(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.figures.insert(name, value.into());
        self
    }

    pub(super) fn time(self, name: &'static str, time: Option<Duration>) -> Self {
        match time {
            Some(time) => self.figure(name, time.as_millis() as u64),
            None => self,
        }
    }

    /// The same without anything hostile: it quotes paths, servers and files, and JSON would carry it on.
    pub(super) fn cleaned(self) -> Self {
        let (found, fix) = (sanitize(&self.found), self.fix.as_deref().map(sanitize));
        let detail = self.detail.iter().map(|line| sanitize(line)).collect();
        Self { found, fix, detail, ..self }
    }

    /// The same in other words.
    pub(super) fn saying(self, found: String) -> Self {
        Self { found, ..self }
    }

    /// The same as a part of `area`.
    pub(super) fn within(self, area: &str) -> Self {
        Self { area: area.to_owned(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_what_failed_and_behind_the_last_semicolon_what_to_do() {
        let check = Check::said(Status::Fail, "x", "it is gone; really; bring it back");
        assert_eq!((check.found.as_str(), check.fix.as_deref()), ("it is gone; really", Some("bring it back")));
        let check = Check::said(Status::Warn, "x", "it is gone");
        assert_eq!((check.found.as_str(), check.fix), ("it is gone", None));
    }
}
