//! What can go wrong with an answer, in the user's terms: what failed, why, and what to do next.

mod blind;
mod classify;
mod overflow;
pub(super) mod refusal;
pub(super) mod wait;

use crate::config::keys::{BASE_URL, CONTEXT_WINDOW};
use crate::text::sanitize::one_line;
use classify::classify;
use refusal::Refusal;
use std::time::Duration;

/// The longest piece of a provider's own message that is shown, in characters.
const DETAIL: usize = 200;

/// Why there is no answer, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ProviderError {
    /// What sort of failure.
    pub kind: ErrorKind,
    /// One line: what failed, why, and what to do next. Clean, and without any key.
    pub message: String,
    /// The HTTP status, when one came.
    pub status: Option<u16>,
    /// How long the endpoint asks us to wait, where it says so.
    pub retry_after: Option<Duration>,
    /// What else is known, in lines: where the request went, what the endpoint said in full. Clean, and without any key;
    /// empty where nothing is.
    pub detail: String,
}

/// Sorts of failure, as far as what to do next differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The key is missing or wrong.
    Auth,
    /// The key is right and may not use this model.
    Permission,
    /// The endpoint refuses the account, its country or its address, whatever the model.
    Blocked,
    /// The endpoint has no such model.
    UnknownModel,
    /// The model cannot see images, and there is one in the request.
    NoVision,
    /// The conversation is longer than the model can read.
    ContextOverflow,
    /// The endpoint will not answer this, or will not let the answer out.
    ContentFilter,
    /// Too many requests.
    RateLimited,
    /// The account has no money left, or has used up its share.
    Quota,
    /// The endpoint refuses this request and would refuse it again.
    BadRequest,
    /// The endpoint is there but cannot answer now.
    Server,
    /// The endpoint cannot be reached.
    Unreachable,
    /// The endpoint is there but cannot be trusted, or does not speak TLS.
    Tls,
    /// Something took too long.
    Timeout(Phase),
    /// The answer broke off.
    Cut,
    /// The answer became longer than it may.
    AnswerTooLong,
    /// What came is not what this protocol says.
    Protocol,
}

/// What can be waited for in the life of a request, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The connection.
    Connect,
    /// The first byte of the response.
    FirstByte,
    /// The first token of the answer.
    FirstToken,
    /// The next token.
    Idle,
    /// The end of the turn.
    Turn,
}

/// Which candidates a fallback may go to after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FallbackScope {
    /// None: the same request would fail everywhere, or only the user can decide.
    Nothing,
    /// Every other model.
    OtherModels,
    /// The models of other providers: those of this one would fail for the same reason.
    OtherProviders,
}

impl ErrorKind {
    /// What happened, in a word or two.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "wrong key",
            Self::Permission => "not allowed",
            Self::Blocked => "blocked",
            Self::NoVision => "cannot see images",
            Self::UnknownModel => "unknown model",
            Self::ContextOverflow => "too long",
            Self::ContentFilter => "content filter",
            Self::RateLimited => "rate limited",
            Self::Quota => "quota used up",
            Self::BadRequest => "refused",
            Self::Server => "server error",
            Self::Unreachable => crate::chat::UNREACHABLE,
            Self::Tls => "not trusted",
            Self::Timeout(Phase::Turn) => "out of time",
            Self::Timeout(_) => "timed out",
            Self::Cut => "broken off",
            Self::AnswerTooLong => "answer too long",
            Self::Protocol => "not understood",
        }
    }
}

impl ProviderError {
    /// An error whose message is already fit for the user.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), status: None, retry_after: None, detail: String::new() }
    }

    /// What failed and why, without the advice: for where something is already done about it.
    pub fn what(&self) -> &str {
        self.message.rsplit_once("; ").map_or(&self.message, |(what, _)| what)
    }

    /// Which other candidates may still answer.
    pub fn fallback_scope(&self) -> FallbackScope {
        use ErrorKind as Kind;
        match self.kind {
            Kind::Auth | Kind::ContextOverflow | Kind::ContentFilter | Kind::BadRequest => FallbackScope::Nothing,
            Kind::Timeout(Phase::Turn) | Kind::AnswerTooLong => FallbackScope::Nothing,
            Kind::Timeout(Phase::Connect) => FallbackScope::OtherProviders,
            Kind::Permission | Kind::UnknownModel | Kind::NoVision => FallbackScope::OtherModels,
            Kind::RateLimited | Kind::Server | Kind::Cut | Kind::Timeout(_) => FallbackScope::OtherModels,
            Kind::Blocked | Kind::Quota | Kind::Unreachable | Kind::Tls | Kind::Protocol => {
                FallbackScope::OtherProviders
            }
        }
    }

    /// Whether the same request to the same model may be answered later.
    pub fn is_transient(&self) -> bool {
        use ErrorKind as Kind;
        match self.kind {
            // A proxy that wants a password wants it later, too.
            Kind::Unreachable => self.status != Some(407),
            Kind::RateLimited | Kind::Server | Kind::Cut => true,
            Kind::Timeout(phase) => phase != Phase::Turn,
            _ => false,
        }
    }

    /// Whether the same request might be answered if it asked for another format: the endpoint names the format, or
    /// refuses the request under a status that servers use for formats they do not know, without naming another reason.
    pub fn may_be_the_format(&self) -> bool {
        let said = self.message.to_lowercase();
        let names = |words: &[&str]| words.iter().any(|word| said.contains(word));
        match self.kind {
            ErrorKind::Auth | ErrorKind::Blocked | ErrorKind::RateLimited | ErrorKind::Quota => false,
            _ if names(&[
                "response_format",
                "response format",
                "json_schema",
                "json_object",
                "json mode",
                "structured output",
            ]) =>
            {
                true
            }
            ErrorKind::UnknownModel | ErrorKind::NoVision | ErrorKind::ContextOverflow => false,
            _ => matches!(self.status, Some(400 | 404 | 422 | 501)) || names(&["unsupported", "not supported"]),
        }
    }

    /// What an HTTP status other than success means. `who` is the provider, `body` what came with it.
    pub fn from_status(who: &str, status: u16, retry_after: Option<Duration>, body: &str) -> Self {
        let refusal = Refusal::read(body);
        Self::refused(who, Some(status), retry_after.or(refusal.wait), &refusal)
    }

    /// What a refusal means: with a status that of the answer, without one an error inside of it.
    /// `wait`: how long the endpoint asks us to wait.
    pub(super) fn refused(who: &str, status: Option<u16>, wait: Option<Duration>, refusal: &Refusal) -> Self {
        let kind = classify(status, refusal);
        let window = refusal.window.or_else(|| overflow::window(&refusal.message.to_lowercase()));
        let said = one_line(&refusal.message, DETAIL);
        let said = said.trim_end_matches(['.', ';']);
        let said = if said.is_empty() { String::new() } else { format!(": {said}") };
        let verb = status.map_or_else(|| "answered with an error".to_owned(), |status| format!("answered {status}"));
        let what = match (kind, wait) {
            (ErrorKind::Quota, _) => {
                let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
                format!("{who} says that the account's quota is used up{status}{said}")
            }
            (ErrorKind::RateLimited | ErrorKind::Server, Some(wait)) => {
                format!("{who} {verb}{said} (again in {})", wait::in_words(wait))
            }
            _ => format!("{who} {verb}{said}"),
        };
        Self {
            status: status.or(refusal.status),
            retry_after: wait,
            ..Self::new(kind, format!("{what}; {}", advice(kind, window)))
        }
    }
}

/// What to do about a refusal.
fn advice(kind: ErrorKind, window: Option<u64>) -> String {
    let advice = match kind {
        ErrorKind::Auth => "check the key: `pointsman config show` names the variable it is read from",
        ErrorKind::Permission => "choose a model that this key may use, or another key",
        ErrorKind::Blocked => "choose a model of another provider, or ask this one why",
        ErrorKind::NoVision => "choose a model that sees images, or ask without the image",
        ErrorKind::UnknownModel => "`pointsman models` lists what there is",
        ErrorKind::ContextOverflow => {
            let figure = window.map_or_else(|| "in the configuration".to_owned(), |tokens| format!("to {tokens}"));
            return format!(
                "set the model's {CONTEXT_WINDOW} {figure}, so that old turns are left out, or begin a chat"
            );
        }
        ErrorKind::ContentFilter => "put it in other words, or choose another model",
        ErrorKind::RateLimited => "wait a moment, or choose another model",
        ErrorKind::Quota => "add credit to the account, or choose a model of another provider",
        ErrorKind::BadRequest => "change the prompt, or choose another model",
        ErrorKind::Unreachable => "check the proxy's settings: it wants a name and a password",
        ErrorKind::Protocol => return format!("check the provider's {BASE_URL}: most end in /v1"),
        ErrorKind::Server | ErrorKind::Tls | ErrorKind::Timeout(_) | ErrorKind::Cut | ErrorKind::AnswerTooLong => {
            "try again, or choose another model"
        }
    };
    advice.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_format_is_told_from_other_refusals() {
        for (status, body, format) in [
            (400, "'response_format' of type 'json_schema' is not supported with this model", true),
            (400, "Unable to generate parser for this template", true),
            (404, "No endpoints found that can handle the requested parameters", true),
            (422, "", true),
            (501, "", true),
            (500, "json_schema is unsupported", true),
            (500, "litellm.UnsupportedParamsError", true),
            (400, "model 'nope' not found", false),
            (404, "The model `nope` does not exist", false),
            (400, "request (9031 tokens) exceeds the available context size", false),
            (401, "response_format needs a key", false),
            (429, "unsupported", false),
            (500, "overloaded", false),
            (503, "", false),
        ] {
            let error = ProviderError::from_status("p", status, None, body);
            assert_eq!(error.may_be_the_format(), format, "{error}");
        }
    }

    #[test]
    fn each_refusal_says_what_failed_why_and_what_to_do() {
        for (status, body, message) in [
            (401, r#"{"error":{"message":"bad key"}}"#, "p answered 401: bad key; check the key: "),
            (403, "no", "p answered 403: no; choose a model that this key may use"),
            (404, "model x not found.", "p answered 404: model x not found; `pointsman models` lists"),
            (404, "", "p answered 404; check the provider's base_url"),
            (402, "pay first", "p says that the account's quota is used up (402): pay first; add credit"),
            (429, "slow; down", "p answered 429: slow; down; wait a moment"),
            (429, "try again in 3s", "p answered 429: try again in 3s (again in 3 s); wait a moment"),
            (400, "prompt is too long", "p answered 400: prompt is too long; set the model's context_window in"),
            (
                400,
                r#"{"error":{"message":"m","type":"exceed_context_size_error","n_ctx":4096}}"#,
                "p answered 400: m; set the model's context_window to 4096,",
            ),
            (400, "bad\u{1b}[31m\r\ntemperature", "p answered 400: bad temperature; change the prompt"),
            (503, "", "p answered 503; try again"),
        ] {
            let error = ProviderError::from_status("p", status, None, body);
            assert!(error.message.starts_with(message), "{error}");
            assert_eq!((error.what(), error.status), (message.rsplit_once("; ").unwrap().0, Some(status)), "{error}");
        }
    }
}
