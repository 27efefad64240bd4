//! What the transport's errors mean, in the user's terms: what failed, why, what to do next.
//!
//! Nothing leaves here with the key in it: text from outside is freed of it before it is cut, since half a key is a
//! secret, too.

use super::Endpoint;
use super::guard::HttpFailure;
use crate::chat::sanitize::one_line;
use crate::provider::error::detail;
use crate::provider::{ErrorKind, Phase, ProviderError};
use async_openai::error::OpenAIError;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

impl Endpoint {
    /// An error about this endpoint; `what` reads on after its name.
    pub(super) fn error(&self, kind: ErrorKind, what: &str) -> ProviderError {
        ProviderError::new(kind, format!("{} {what}", self.name))
    }

    pub(super) fn silent(&self) -> ProviderError {
        let (seconds, table) = (self.timeouts.idle.as_secs_f64(), self.network_table);
        let what = format!("sent nothing for {seconds} s; try again, or raise {table}.idle_timeout_seconds");
        self.error(ErrorKind::Timeout(Phase::Idle), &what)
    }

    pub(super) fn broken_off(&self) -> ProviderError {
        self.error(ErrorKind::Cut, "broke off the answer, it is incomplete; write 'go on', or ask again")
    }

    /// An error in the place of an answer, under a status that says that all is well.
    pub(super) fn error_inside(&self, error: &Value) -> ProviderError {
        let said = detail(&self.redact(&json!({ "error": error }).to_string()));
        self.error(ErrorKind::Server, &format!("answered with an error: {said}; try again, or choose another model"))
    }

    pub(super) fn translate(&self, error: OpenAIError) -> ProviderError {
        match error {
            OpenAIError::Boxed(error) => match error.downcast::<HttpFailure>() {
                Ok(failure) => self.translate_failure(*failure),
                Err(error) => self.error(ErrorKind::Protocol, &format!("failed: {}", self.shown(&error.to_string()))),
            },
            OpenAIError::Reqwest(error) => self.unreachable(&error.without_url()),
            OpenAIError::StreamError(_) => self.broken_off(),
            other => {
                let why = self.shown(&other.to_string());
                self.error(ErrorKind::Protocol, &format!("sent what is no answer ({why}); check its base_url"))
            }
        }
    }

    fn translate_failure(&self, failure: HttpFailure) -> ProviderError {
        match failure {
            HttpFailure::Status { status, retry_after, body } => {
                let error = ProviderError::from_status(&self.name, status, retry_after, &self.redact(&body));
                match (&error.kind, &self.key_env) {
                    (ErrorKind::Auth, Some(variable)) => {
                        let message = format!("{}; check the key in {variable}", error.what());
                        ProviderError { message, ..error }
                    }
                    _ => error,
                }
            }
            HttpFailure::NotAnAnswer { content_type } => {
                let (sent, url) = (self.shown(&content_type), &self.shown_url);
                self.error(ErrorKind::Protocol, &format!("sent '{sent}' instead of an answer; check base_url ({url})"))
            }
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> ProviderError {
        let (why, url) = (self.shown(&root_cause(error)), &self.shown_url);
        if error.is_builder() {
            let what = format!("has an address that cannot be used ({url}: {why}); mend its base_url");
            self.error(ErrorKind::Protocol, &what)
        } else if error.is_connect() || error.is_timeout() {
            let what = format!("cannot be reached at {url} ({why}); is it running, is the address right?");
            self.error(ErrorKind::Unreachable, &what)
        } else {
            self.error(ErrorKind::Cut, &format!("broke off the connection ({why}); try again"))
        }
    }

    /// Text from outside on one line, fit for an error.
    fn shown(&self, text: &str) -> String {
        one_line(&self.redact(text), 200)
    }

    /// Some endpoints repeat the key in their errors. A key of a few letters is none, only a placeholder for a server
    /// that wants anything at all, and would be found in every word.
    fn redact(&self, text: &str) -> String {
        let key = self.access.key.expose_secret();
        if key.len() < 6 { text.to_owned() } else { text.replace(key, "…") }
    }
}

/// The innermost reason, which is the one a person can act on: "connection refused", not "error sending request".
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
