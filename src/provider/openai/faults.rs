//! What failures of the transport and of answers mean, in the user's terms: what failed, why, what to do next.
//!
//! Nothing leaves here with the key in it: text from outside is cleaned and freed of it before it is cut, since half a key
//! is a secret, too.

mod redirect;
mod transport;

pub(super) use transport::root_cause;

use super::Endpoint;
use super::decoder::Fault;
use crate::clock;
use crate::config::keys::{self, API_KEY_ENV, BASE_URL};
use crate::provider::error::refusal::Refusal;
use crate::provider::error::wait;
use crate::provider::{ErrorKind, Phase, ProviderError};
use crate::text::sanitize::{one_line, sanitize};
use async_openai::error::OpenAIError;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use std::fmt::Write;

/// The longest piece of text from outside in a message, in characters.
const SHOWN: usize = 200;
/// The longest body in the details, in characters.
const BODY: usize = 2_048;
/// Headers that help the operator of the endpoint, or say how long to wait.
const TELLING: [&str; 16] = [
    "content-type",
    "server",
    "via",
    "x-request-id",
    "request-id",
    "x-litellm-call-id",
    "cf-ray",
    "retry-after",
    "retry-after-ms",
    "llm_provider-retry-after",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-requests",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-tokens",
];

/// An address without what may be secret in it.
fn without_query(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

impl Endpoint {
    /// An error about this endpoint; `what` reads on after its name.
    pub(super) fn error(&self, kind: ErrorKind, what: &str) -> ProviderError {
        let detail = format!("at {}", self.shown_url);
        ProviderError { detail, ..ProviderError::new(kind, format!("{} {what}", self.name)) }
    }

    /// `phase` took too long.
    pub(super) fn silent(&self, phase: Phase) -> ProviderError {
        let (what, key) = match phase {
            Phase::Connect => ("could not be reached within", keys::CONNECT_TIMEOUT),
            Phase::FirstByte => ("did not respond for", keys::FIRST_BYTE_TIMEOUT),
            Phase::FirstToken => ("sent no word for", keys::FIRST_TOKEN_TIMEOUT),
            Phase::Idle => ("fell silent for", keys::IDLE_TIMEOUT),
            Phase::Turn => ("did not end within", keys::TURN_TIMEOUT),
        };
        let (seconds, table) = (self.wait(phase).as_secs_f64(), self.network_table);
        let what = format!("{what} {seconds} s; try again, or raise {table}.{key}");
        self.error(ErrorKind::Timeout(phase), &what)
    }

    /// An answer that has no end. `said`: what the endpoint said last, if it said why.
    fn broken_off(&self, said: Option<&str>) -> ProviderError {
        let why = said.map(|said| format!(" ({})", self.shown(said))).unwrap_or_default();
        self.error(ErrorKind::Cut, &format!("broke off the answer{why}, it is incomplete; write 'go on', or ask again"))
    }

    /// An answer without anything in it, not even an end. `said`: what the endpoint said instead.
    fn nothing_came(&self, said: Option<&str>) -> ProviderError {
        let why = said.map(|said| format!(" ({})", self.shown(said))).unwrap_or_default();
        let what = format!("ended the answer before it began{why}; ask again, or choose another model");
        self.error(ErrorKind::Cut, &what)
    }

    /// What came is not what the protocol says. `why` reads in brackets.
    pub(super) fn unreadable(&self, why: &str) -> ProviderError {
        let what = format!("sent what is no answer ({why}); check {BASE_URL} ({}), or ask again", self.shown_url);
        self.error(ErrorKind::Protocol, &what)
    }

    /// An error in the place of an answer, under a status that says that all is well.
    pub(super) fn error_inside(&self, body: &str) -> ProviderError {
        self.refusal(None, &HeaderMap::new(), body)
    }

    /// A status other than success.
    pub(super) fn refused(&self, status: u16, headers: &HeaderMap, body: &str) -> ProviderError {
        self.refusal(Some(status), headers, body)
    }

    fn refusal(&self, status: Option<u16>, headers: &HeaderMap, body: &str) -> ProviderError {
        let mut refusal = Refusal::read(body);
        refusal.message = self.clean(&refusal.message);
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let now = clock::now();
        let wait = wait::from_headers(header, now).or_else(|| refusal.wait(now));
        let mut error = ProviderError::refused(&self.name, status, wait, &refusal);
        if let (Some(300..=399), Some(place)) = (status, header("location")) {
            let place = self.shown(place);
            let path = [&self.config.path, &self.config.models_path]
                .into_iter()
                .find(|path| without_query(&place).trim_end_matches('/').ends_with(path.trim_end_matches('/')));
            let (place, advice) = redirect::advice(&self.shown_url, path.unwrap_or(&self.config.path), &place);
            error.message = format!("{}: it has moved to {place}; {advice}", error.what());
        }
        if status == Some(400) && self.wants_tls(body) {
            error.message = format!("{}; write https:// in {BASE_URL}", error.what());
        }
        // What is sent in clear a proxy may answer itself; through TLS only the server does.
        if let (Some(403 | 407 | 502..=504), Some(proxy), true) = (status, self.proxy(), self.is_in_clear()) {
            let (what, advice) = error.message.rsplit_once("; ").unwrap_or((&error.message, "try again"));
            error.message = format!("{what} (asked through {proxy}); {advice}");
        }
        if error.kind == ErrorKind::Auth {
            error.message = format!("{}; {}", error.what(), self.key_advice());
        }
        error.detail = self.details(status, headers, &refusal.names, body);
        error
    }

    fn key_advice(&self) -> String {
        match &self.key_place {
            Some(place) if self.credentials.has_key() => format!("check the key in {place}"),
            Some(place) => format!("no key was sent: it belongs in {place}"),
            None => format!("no key was sent: name its variable as {API_KEY_ENV} in the configuration"),
        }
    }

    /// A response whose body is of another kind than an answer.
    pub(super) fn not_an_answer(&self, sent: &str, headers: &HeaderMap, body: &str) -> ProviderError {
        let (sent, url) = (self.shown(sent), &self.shown_url);
        let what = format!("sent '{sent}' instead of an answer; check {BASE_URL} ({url})");
        let detail = self.details(Some(200), headers, &[], body);
        ProviderError { detail, ..self.error(ErrorKind::Protocol, &what) }
    }

    /// What is wrong with the body of an answer.
    pub(super) fn fault(&self, fault: Fault) -> ProviderError {
        match fault {
            Fault::Refused(body) => self.error_inside(&body),
            Fault::BrokenOff(said) => self.broken_off(said.as_deref()),
            Fault::NoAnswer { said: Some(said), .. } => self.nothing_came(Some(&said)),
            Fault::NoAnswer { unreadable: true, .. } => self.unreadable("its events are no JSON"),
            Fault::NoAnswer { .. } => self.nothing_came(None),
            Fault::Unreadable(events) => self.unreadable(&format!("{events} events in a row are no JSON")),
            Fault::Endless => self.unreadable("an event has no end"),
            Fault::Lost => self.broken_off(None),
        }
    }

    /// Everything that is known of a response, in lines.
    fn details(&self, status: Option<u16>, headers: &HeaderMap, names: &[String], body: &str) -> String {
        let mut lines = format!("at {}\n", self.shown_url);
        if let Some(status) = status {
            let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
            let _ = writeln!(lines, "status: {status} {}", reason.unwrap_or_default());
        }
        for name in TELLING {
            for value in headers.get_all(name) {
                let _ = writeln!(lines, "{name}: {}", self.shown(&String::from_utf8_lossy(value.as_bytes())));
            }
        }
        if !names.is_empty() {
            let _ = writeln!(lines, "error: {}", self.shown(&names.join(", ")));
        }
        let json: Option<serde_json::Value> = serde_json::from_str(body).ok();
        let pretty = json.and_then(|json| serde_json::to_string_pretty(&json).ok());
        let body = self.clean(pretty.as_deref().unwrap_or(body));
        let mut shown: String = body.trim().chars().take(BODY).collect();
        if shown.len() < body.trim().len() {
            shown.push('…');
        }
        if !shown.is_empty() {
            let _ = write!(lines, "\n{shown}");
        }
        lines.trim_end().to_owned()
    }

    pub(super) fn translate(&self, error: OpenAIError) -> ProviderError {
        match error {
            OpenAIError::Reqwest(error) => self.unsent(&error.without_url()),
            other => {
                let why = self.shown(&other.to_string());
                self.error(ErrorKind::Protocol, &format!("was not asked ({why}); check its {BASE_URL}"))
            }
        }
    }

    /// Text from outside on one line, fit for an error.
    fn shown(&self, text: &str) -> String {
        one_line(&self.clean(text), SHOWN)
    }

    /// Text from outside without what is secret: some endpoints repeat the key in their errors. Cleaned first, since what
    /// is taken out may have stood in the middle of it.
    fn clean(&self, text: &str) -> String {
        let text = sanitize(text);
        self.secrets().map_or_else(|| text.clone(), |secrets| secrets.out_of_error(&text))
    }
}
