//! Failures below HTTP: no such host, no server at its port, a proxy in between, a certificate that does not hold, a
//! connection that ends.
//!
//! The transport wraps its errors several times, and only the innermost says what a person can act on.

use super::super::client::Proxy;
use super::super::{Endpoint, tls};
use crate::config::host;
use crate::config::keys::BASE_URL;
use crate::provider::{ErrorKind, Phase, ProviderError};
use std::error::Error;
use std::io;

/// Words of nginx, Apache and Go, in lower case, about a request in clear to a port of TLS.
const SPOKEN_TO_IN_CLEAR: [&str; 2] = ["plain http", "http request to an https"];

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
        } else if let Some(proxy) = self.proxy().filter(|_| error.is_connect()) {
            self.held_by_the_proxy(&proxy, error)
        } else if error.is_connect() && error.is_timeout() {
            self.silent(Phase::Connect)
        } else if error.is_connect() || error.is_timeout() {
            self.unreachable(error)
        } else if error.is_redirect() {
            self.unreadable("it sends from one address to another")
        } else {
            let why = self.shown(&root_cause(error));
            if garbled(&why) { self.no_http(&why) } else { self.hung_up(without_manual(&why)) }
        };
        self.with_causes(failed, error)
    }

    /// The connection ended before a response began, as a server of TLS does that is asked in clear.
    fn hung_up(&self, why: &str) -> ProviderError {
        let advice = match self.is_in_clear() {
            true => format!("ask again, choose another model, or write https:// in {BASE_URL} if it speaks TLS"),
            false => "ask again, or choose another model".to_owned(),
        };
        self.error(ErrorKind::Cut, &format!("broke off the connection before it answered ({why}); {advice}"))
    }

    /// Why the rest of a response did not come.
    pub(in super::super) fn unread(&self, error: &reqwest::Error) -> ProviderError {
        let why = self.shown(&root_cause(error));
        let failed = match garbled(&why) {
            true => self.no_http(&why),
            // Which byte was missing does not help the user; it is among the details.
            false => self.broken_off(None),
        };
        self.with_causes(failed, error)
    }

    /// What came is no HTTP. A server of TLS answers a request in clear with an alert, or not at all.
    fn no_http(&self, why: &str) -> ProviderError {
        let what = format!("it does not speak HTTP: {why}");
        match self.is_in_clear() {
            true => {
                let url = &self.shown_url;
                let what = format!(
                    "sent what is no answer ({what}); where {url} speaks TLS, write https:// in {BASE_URL}, else check the \
                     address"
                );
                self.error(ErrorKind::Protocol, &what)
            }
            false => self.unreadable(&what),
        }
    }

    /// Whether `body` is what a server of TLS says in HTTP to a request in clear.
    pub(super) fn wants_tls(&self, body: &str) -> bool {
        let body = body.to_lowercase();
        self.is_in_clear() && SPOKEN_TO_IN_CLEAR.iter().any(|words| body.contains(words))
    }

    pub(super) fn is_in_clear(&self) -> bool {
        self.config.base_url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"))
    }

    /// What stands between, once the line is open.
    pub(super) fn proxy(&self) -> Option<Proxy> {
        self.opened()?.proxy.clone()
    }

    /// The connection came as far as `proxy`, or not even there.
    fn held_by_the_proxy(&self, proxy: &Proxy, error: &reqwest::Error) -> ProviderError {
        let (host, url, setting) = (host(&self.shown_url), &self.shown_url, &proxy.setting);
        if error.is_timeout() {
            let ProviderError { message, .. } = self.silent(Phase::Connect);
            let message = message.replacen("; ", &format!(", through {proxy}; check {setting}, "), 1);
            return ProviderError { message, ..self.silent(Phase::Connect) };
        }
        let why = self.shown(&root_cause(error));
        let says = |words: &str| causes(error).any(|cause| cause.to_string().contains(words));
        // What the proxy answered, which the transport says in words only.
        let (what, advice) = if says("proxy authorization required") {
            let advice = format!("write them in {setting}: http://user:password@host");
            (format!("{proxy} wants a user and a password (407)"), advice)
        } else if says("tunnel error: unsuccessful") {
            (format!("{proxy} refuses to connect to {host}"), format!("ask who runs it, or add {host} to NO_PROXY"))
        } else if says("dns error") || says("failed to lookup") {
            // Which of the two was looked up is the scheme's matter: socks5:// looks up the host itself.
            (format!("through {proxy}, no such host: {why}"), format!("check {setting} and {BASE_URL}"))
        } else if causes(error).any(<dyn Error>::is::<io::Error>) {
            let advice = format!("start it, mend {setting}, or add {host} to NO_PROXY");
            (format!("{proxy} cannot be reached itself: {why}"), advice)
        } else {
            (
                format!("{proxy} does not connect to {host}: {why}"),
                format!("check {setting}, or add {host} to NO_PROXY"),
            )
        };
        self.error(ErrorKind::Unreachable, &format!("cannot be reached at {url} ({what}); {advice}"))
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

/// `why` without the address of a page for programmers.
fn without_manual(why: &str) -> &str {
    why.split_once(": https://").map_or(why, |(why, _)| why)
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
