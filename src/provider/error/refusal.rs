//! What an endpoint says when it refuses: the readable parts of an error's body, whatever shape it has.
//!
//! Nothing here is clean yet: who shows it cleans it.

use super::wait;
use serde_json::Value;
use std::time::Duration;

/// The parts of an error that say something.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Refusal {
    /// What it says to people.
    pub(crate) message: String,
    /// Its name for machines: `code`, `type`, and the classes that a gateway writes before its messages.
    pub(crate) names: Vec<String>,
    /// The status that it names; mid-stream there is no other.
    pub(crate) status: Option<u16>,
    /// How long it asks us to wait.
    pub(crate) wait: Option<Duration>,
    /// How many tokens the model can read.
    pub(crate) window: Option<u64>,
}

impl Refusal {
    /// Reads the body of an error, or an error in the place of an answer.
    pub(crate) fn read(body: &str) -> Self {
        match serde_json::from_str(body) {
            Ok(json) => Self::of(&json),
            Err(_) if body.trim_start().starts_with('<') => Self::said("a web page instead of an answer"),
            Err(_) => Self::said(body),
        }
    }

    fn said(text: &str) -> Self {
        Self { message: text.to_owned(), names: classes(text), wait: wait::from_text(text), ..Self::default() }
    }

    fn of(json: &Value) -> Self {
        // Some put the only error into a list.
        if let Some(first) = json.as_array().and_then(|list| list.first()) {
            return Self::of(first);
        }
        let places = ["/error", "/errors/0", "/choices/0/error"].into_iter();
        let error = places.filter_map(|place| json.pointer(place)).find(|error| is_error(error)).unwrap_or(json);
        let find = |key: &str| error.get(key).or_else(|| json.get(key)).filter(|value| !value.is_null());
        let metadata = |key: &str| error.get("metadata").and_then(|metadata| metadata.get(key));
        let text = match (error.as_str(), find("message").or_else(|| find("detail")).or_else(|| find("msg"))) {
            (Some(text), _) => text.to_owned(),
            (None, Some(message)) => plain(message),
            (None, None) => json.to_string(),
        };
        // A gateway's own words say nothing: "Provider returned error". What the model's host said is below.
        let raw = metadata("raw").map(plain).filter(|raw| !raw.is_empty());
        let inner = raw.as_deref().map(Self::read).unwrap_or_default();
        let message = if inner.message.is_empty() { text.clone() } else { format!("{text}: {}", inner.message) };
        let codes = ["code", "type", "status", "reason"].into_iter().filter_map(find).filter_map(Value::as_str);
        let mut names: Vec<String> = codes.map(str::to_owned).chain(classes(&text)).collect();
        names.extend(inner.names);
        let status = ["code", "statusCode", "status_code", "status"].into_iter().filter_map(find).find_map(status);
        let number = |key: &str| find(key).or_else(|| metadata(key)).and_then(Value::as_f64);
        let wait = number("retry_after_ms").map(|ms| ms / 1_000.0).or_else(|| number("retry_after"));
        let wait = wait.or_else(|| number("retry_after_seconds")).and_then(wait::time);
        let delay = || {
            let details = find("details")?.as_array()?.iter();
            details.filter_map(|detail| detail.get("retryDelay")?.as_str()).find_map(wait::spelled)
        };
        Self {
            wait: wait.or_else(delay).or_else(|| wait::from_text(&message)),
            window: find("n_ctx").and_then(Value::as_u64),
            message,
            names,
            status,
        }
    }
}

/// Whether what stands in the place of an error is one.
pub(crate) fn is_error(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(object) => !object.is_empty(),
        _ => true,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn status(code: &Value) -> Option<u16> {
    let number = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|status| (400..600).contains(status))
}

/// `litellm.BadRequestError: litellm.ContextWindowExceededError: …`
fn classes(message: &str) -> Vec<String> {
    let parts = message.split(": ").take(8).map(|part| part.rsplit('.').next().unwrap_or(part));
    parts.filter(|part| part.ends_with("Error") && !part.contains(' ')).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_found_in_every_shape_of_error_body() {
        for (body, message) in [
            (r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#, "Invalid API Key"),
            (r#"{"error":"model 'x' not found"}"#, "model 'x' not found"),
            (r#"{"message":"no such route"}"#, "no such route"),
            (r#"{"detail":"Not Found"}"#, "Not Found"),
            (r#"{"error":null,"message":"busy"}"#, "busy"),
            (
                r#"[{"error":{"code":400,"message":"API key not valid","status":"INVALID_ARGUMENT"}}]"#,
                "API key not valid",
            ),
            (r#"{"choices":[{"delta":{},"error":{"message":"host died","code":502}}]}"#, "host died"),
            (r#"{"errors":[{"message":"no such account","code":7003}]}"#, "no such account"),
            (r#"{"object":"error","message":"too long","type":"BadRequestError","code":400}"#, "too long"),
            (
                r#"{"error":{"code":429,"message":"Provider returned error","metadata":{"raw":"m is busy upstream"}}}"#,
                "Provider returned error: m is busy upstream",
            ),
            (r#"{"a":1}"#, r#"{"a":1}"#),
            ("Internal Server Error", "Internal Server Error"),
            ("<html><body>502</body></html>", "a web page instead of an answer"),
            ("", ""),
        ] {
            assert_eq!(Refusal::read(body).message, message, "{body}");
        }
    }

    #[test]
    fn names_statuses_waits_and_windows_are_found_wherever_they_stand() {
        let read = Refusal::read(
            r#"{"error":{"message":"litellm.BadRequestError: litellm.RateLimitError: x","type":null,"code":"400"}}"#,
        );
        assert_eq!((read.names.join(" ").as_str(), read.status), ("400 BadRequestError RateLimitError", Some(400)));
        let read = Refusal::read(r#"{"error":{"code":"slow","type":"t","retry_after":2.5,"n_ctx":4096}}"#);
        assert_eq!((read.names.join(" ").as_str(), read.status, read.window), ("slow t", None, Some(4096)));
        for (body, wait) in [
            (r#"{"error":{"retry_after":2.5}}"#, 2.5),
            (r#"{"error":{"retry_after_ms":2500}}"#, 2.5),
            (r#"{"error":{"metadata":{"retry_after_seconds":9}}}"#, 9.0),
            (r#"{"error":{"details":[{},{"retryDelay":"18s"}]}}"#, 18.0),
            (r#"{"error":"slow down, try again in 3s"}"#, 3.0),
        ] {
            assert_eq!(Refusal::read(body).wait.map(|wait| wait.as_secs_f64()), Some(wait), "{body}");
        }
    }
}
