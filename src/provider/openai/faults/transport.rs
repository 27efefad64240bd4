//! Failures below HTTP: no such host, nobody there, a certificate that does not hold, a connection that ends.
//!
//! The transport wraps its errors several times, and only the innermost says what a person can act on.

use super::super::{Endpoint, tls};
use crate::config::host;
use crate::config::keys::BASE_URL;
use crate::provider::{ErrorKind, Phase, ProviderError};
use std::error::Error;
use std::io;

impl Endpoint {
    /// Why no response came.
    pub(super) fn unsent(&self, error: &reqwest::Error) -> ProviderError {
        let failed = if error.is_builder() {
            let (why, url) = (self.shown(&root_cause(error)), &self.shown_url);
            self.error(
                ErrorKind::Protocol,
                &format!("has an address that cannot be used ({url}: {why}); mend its {BASE_URL}"),
            )
        } else if let Some(tls) = causes(error).find_map(|cause| cause.downcast_ref()) {
            self.error(ErrorKind::Tls, &tls::trouble(tls, host(&self.shown_url)))
        } else if error.is_connect() && error.is_timeout() {
            self.silent(Phase::Connect)
        } else if error.is_connect() || error.is_timeout() {
            self.unreachable(error)
        } else if error.is_redirect() {
            self.unreadable("it sends from one address to another")
        } else {
            let why = self.shown(&root_cause(error));
            match garbled(&why) {
                true => self.unreadable(&format!("it does not speak HTTP: {why}")),
                false => self.error(
                    ErrorKind::Cut,
                    &format!("broke off the connection before it answered ({why}); ask again, or choose another model"),
                ),
            }
        };
        self.with_causes(failed, error)
    }

    /// Why the rest of a response did not come.
    pub(in super::super) fn unread(&self, error: &reqwest::Error) -> ProviderError {
        let why = self.shown(&root_cause(error));
        let failed = match garbled(&why) {
            true => self.unreadable(&format!("it does not speak HTTP: {why}")),
            // Which byte was missing helps nobody who reads; it is among the details.
            false => self.broken_off(None),
        };
        self.with_causes(failed, error)
    }

    fn unreachable(&self, error: &reqwest::Error) -> ProviderError {
        let (why, url) = (self.shown(&root_cause(error)), &self.shown_url);
        let advice = if causes(error).any(|cause| cause.to_string().contains("dns error")) {
            return self.error(
                ErrorKind::Unreachable,
                &format!("cannot be reached at {url} (no such host: {why}); check {BASE_URL} and the connection to the internet"),
            );
        } else if self.config.is_local() {
            format!("start the server, or mend its {BASE_URL}")
        } else {
            "is it running, is the address right?".to_owned()
        };
        self.error(ErrorKind::Unreachable, &format!("cannot be reached at {url} ({why}); {advice}"))
    }

    fn with_causes(&self, failed: ProviderError, error: &reqwest::Error) -> ProviderError {
        let causes: Vec<String> = causes(error).map(|cause| self.shown(&cause.to_string())).collect();
        let detail = format!("{}\ncaused by: {}", failed.detail, causes.join("\ncaused by: "));
        ProviderError { detail, ..failed }
    }
}

/// Whether what came is not HTTP, which hyper says in words only.
fn garbled(why: &str) -> bool {
    why.starts_with("invalid ") || why.starts_with("message head is too large")
}

/// An error and whatever is inside of it. An error of the system passes over what it wraps when it is asked for its
/// source.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

/// The innermost reason, which is the one a person can act on: "connection refused", not "error sending request".
pub(in super::super) fn root_cause(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
