//! What can go wrong with an answer, in the user's terms: what failed, why, and what to do next.

use crate::chat::sanitize::one_line;
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
    /// The key is right and may not do this.
    Permission,
    /// The endpoint has no such model.
    UnknownModel,
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

/// Who may still answer when one could not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// Nobody: the same request would fail everywhere, or only the user can decide.
    Nobody,
    /// Every other model.
    Models,
    /// The models of other providers: those of this one would fail for the same reason.
    Providers,
}

impl ErrorKind {
    /// What happened, in a word or two.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auth => "wrong key",
            Self::Permission => "not allowed",
            Self::UnknownModel => "unknown model",
            Self::ContextOverflow => "too long",
            Self::ContentFilter => "content filter",
            Self::RateLimited => "rate limited",
            Self::Quota => "quota used up",
            Self::BadRequest => "refused",
            Self::Server => "server error",
            Self::Unreachable => "unreachable",
            Self::Tls => "not trusted",
            Self::Timeout(Phase::Turn) => "out of time",
            Self::Timeout(_) => "timed out",
            Self::Cut => "broken off",
            Self::Protocol => "not understood",
        }
    }
}

impl ProviderError {
    /// An error whose message is already fit for the user.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), status: None, retry_after: None, detail: String::new() }
    }

    /// What failed and why, without the advice: for where somebody already acts on it.
    pub fn what(&self) -> &str {
        self.message.rsplit_once("; ").map_or(&self.message, |(what, _)| what)
    }

    /// Who may still answer.
    pub fn others(&self) -> Others {
        use ErrorKind as Kind;
        match self.kind {
            Kind::Auth | Kind::Permission | Kind::ContextOverflow | Kind::ContentFilter | Kind::BadRequest => {
                Others::Nobody
            }
            Kind::Timeout(Phase::Turn) => Others::Nobody,
            Kind::Timeout(Phase::Connect) => Others::Providers,
            Kind::UnknownModel | Kind::RateLimited | Kind::Server | Kind::Cut | Kind::Timeout(_) => Others::Models,
            Kind::Quota | Kind::Unreachable | Kind::Tls | Kind::Protocol => Others::Providers,
        }
    }

    /// Whether the same request to the same model may be answered later.
    pub fn is_transient(&self) -> bool {
        use ErrorKind as Kind;
        match self.kind {
            Kind::RateLimited | Kind::Server | Kind::Unreachable | Kind::Cut => true,
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
            ErrorKind::Auth | ErrorKind::RateLimited => false,
            _ if names(&["response_format", "response format", "json_schema", "json_object", "structured output"]) => {
                true
            }
            ErrorKind::UnknownModel | ErrorKind::ContextOverflow => false,
            _ => matches!(self.status, Some(400 | 404 | 422 | 501)) || names(&["unsupported", "not supported"]),
        }
    }

    /// What an HTTP status other than success means. `who` is the provider, `body` what came with it.
    pub fn from_status(who: &str, status: u16, retry_after: Option<Duration>, body: &str) -> Self {
        let detail = detail(body);
        let detail = detail.trim_end_matches('.');
        let said = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        let lower = detail.to_lowercase();
        let names_model = lower.contains("model");
        let too_long = lower.contains("context") || lower.contains("too long") || lower.contains("maximum");
        let (kind, advice) = match status {
            401 | 403 => (ErrorKind::Auth, "check the key: `pointsman config show` names the variable it is read from"),
            429 => (ErrorKind::RateLimited, "wait a moment, or choose another model"),
            404 if names_model => (ErrorKind::UnknownModel, "`pointsman models` lists what there is"),
            404 => (ErrorKind::Protocol, "check the provider's base_url: most end in /v1"),
            400 if names_model && (lower.contains("not found") || lower.contains("invalid model")) => {
                (ErrorKind::UnknownModel, "`pointsman models` lists what there is")
            }
            400 | 413 if too_long => (
                ErrorKind::ContextOverflow,
                "set the model's context_window in the configuration, so that old turns are left out",
            ),
            400..=499 if status != 408 => (ErrorKind::BadRequest, "change the prompt, or choose another model"),
            _ => (ErrorKind::Server, "try again, or choose another model"),
        };
        let wait = retry_after.map(|wait| format!(" (again in {} s)", wait.as_secs())).unwrap_or_default();
        Self {
            status: Some(status),
            retry_after,
            ..Self::new(kind, format!("{who} answered {status}{said}{wait}; {advice}"))
        }
    }
}

/// The readable part of an error body: its message where it is JSON, its text where it is not, nothing of a web page.
pub(super) fn detail(body: &str) -> String {
    let text = match serde_json::from_str::<serde_json::Value>(body) {
        Ok(json) => {
            let error = json.get("error").unwrap_or(&json);
            let message = error.get("message").or_else(|| json.get("message")).or_else(|| json.get("detail"));
            match (message.and_then(|m| m.as_str()), error.as_str()) {
                (Some(message), _) => message.to_owned(),
                (None, Some(error)) => error.to_owned(),
                (None, None) => json.to_string(),
            }
        }
        Err(_) if body.trim_start().starts_with('<') => "a web page instead of an answer".to_owned(),
        Err(_) => body.to_owned(),
    };
    one_line(&text, DETAIL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_found_in_every_shape_of_error_body() {
        for (body, detail_is) in [
            (r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#, "Invalid API Key"),
            (r#"{"error":"model 'x' not found"}"#, "model 'x' not found"),
            (r#"{"message":"no such route"}"#, "no such route"),
            (r#"{"detail":"Not Found"}"#, "Not Found"),
            ("Internal Server Error", "Internal Server Error"),
            ("<html><body>502</body></html>", "a web page instead of an answer"),
            ("", ""),
            ("bad\u{1b}[31m\r\nthing", "bad thing"),
        ] {
            assert_eq!(detail(body), detail_is, "{body}");
        }
    }

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
    fn a_status_says_what_to_do_next() {
        let error = ProviderError::from_status("oxlo", 401, None, r#"{"error":{"message":"bad key"}}"#);
        assert_eq!(error.kind, ErrorKind::Auth);
        assert!(error.message.starts_with("oxlo answered 401: bad key; check the key"), "{error}");
        for (status, body, kind) in [
            (400, r#"{"error":{"message":"model 'nope' not found"}}"#, ErrorKind::UnknownModel),
            (400, "bad temperature", ErrorKind::BadRequest),
            (404, "404 page not found", ErrorKind::Protocol),
            (404, r#"{"error":{"message":"The model `x` does not exist"}}"#, ErrorKind::UnknownModel),
            (400, "request (9031 tokens) exceeds the available context size (4096 tokens)", ErrorKind::ContextOverflow),
            (408, "", ErrorKind::Server),
            (503, "", ErrorKind::Server),
        ] {
            assert_eq!(ProviderError::from_status("p", status, None, body).kind, kind, "{status} {body}");
        }
    }
}
