//! What an endpoint says when it refuses: the readable parts of an error's body, whatever shape it has.
//!
//! Nothing here is clean yet: who shows it cleans it.

use super::wait;
use jiff::Timestamp;
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
    /// Until when it asks us to wait.
    pub(crate) until: Option<Timestamp>,
    /// How many tokens the model can read, where a field says so.
    pub(crate) window: Option<u64>,
}

/// Where the error stands in a body; else the body itself is one.
const PLACES: [&str; 5] = ["/error", "/errors/0", "/choices/0/error", "/base_resp", "/Response/Error"];
/// Where an answer stands, in an envelope or not.
const CHOICES: [&str; 4] = ["/choices", "/data/choices", "/result/choices", "/output/choices"];
/// Where its message stands.
const MESSAGES: [&str; 11] = [
    "message",
    "Message",
    "detail",
    "msg",
    "status_msg",
    "error_msg",
    "errmsg",
    "errorMessage",
    "error_message",
    "error_description",
    "title",
];
/// Where its names stand.
const NAMES: [&str; 8] = ["code", "type", "status", "reason", "error_type", "error_code", "Code", "__type"];
/// Where the status stands that it names.
const STATUSES: [&str; 4] = ["code", "statusCode", "status_code", "status"];
/// Where a code stands that says how it went.
const CODES: [&str; 5] = ["code", "error_code", "errcode", "status_code", "statusCode"];
/// What a code says where all is well, and the message beside it: providers have numbers of their own for it.
const WELL: [&str; 6] = ["", "0", "200", "ok", "success", "succeeded"];

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
        Self {
            message: text.to_owned(),
            names: classes(text),
            wait: wait::from_text(text),
            until: wait::moment_in_text(text),
            ..Self::default()
        }
    }

    fn of(json: &Value) -> Self {
        // Some put the only error into a list.
        if let Some(first) = json.as_array().and_then(|list| list.first()) {
            return Self::of(first);
        }
        let error = PLACES.into_iter().filter_map(|place| json.pointer(place)).find(|error| is_error(error));
        let error = error.unwrap_or(json);
        let find = |key: &str| error.get(key).or_else(|| json.get(key)).filter(|value| !value.is_null());
        let metadata = |key: &str| error.get("metadata").and_then(|metadata| metadata.get(key));
        let message = || MESSAGES.into_iter().find_map(find);
        // Beside a message a single word is a name.
        let name = error.as_str().filter(|text| !text.contains(' ') && message().is_some());
        let text = match (error.as_str().filter(|_| name.is_none()), message()) {
            (Some(text), _) => text.to_owned(),
            (None, Some(message)) => words(message),
            (None, None) => json.to_string(),
        };
        // A gateway's own words say nothing: "Provider returned error". What the model's host said is below.
        let raw = metadata("raw").map(plain).filter(|raw| !raw.is_empty());
        let inner = raw.as_deref().map(Self::read).unwrap_or_default();
        let message = if inner.message.is_empty() { text.clone() } else { format!("{text}: {}", inner.message) };
        let codes = NAMES.into_iter().filter_map(find).filter_map(Value::as_str).chain(name);
        let mut names: Vec<String> = codes.map(str::to_owned).chain(classes(&text)).collect();
        names.extend(inner.names);
        let status = STATUSES.into_iter().filter_map(find).find_map(status);
        let number = |key: &str| find(key).or_else(|| metadata(key)).and_then(Value::as_f64);
        let seconds = ["retry_after", "retry_after_seconds", "resets_in_seconds", "estimated_time"];
        let seconds = || seconds.into_iter().find_map(number);
        let wait = number("retry_after_ms").map(|ms| ms / 1_000.0).or_else(seconds).and_then(wait::time);
        let delay = || {
            let details = find("details")?.as_array()?.iter();
            details.filter_map(|detail| detail.get("retryDelay")?.as_str()).find_map(wait::spelled)
        };
        // OpenRouter has no header for it and repeats the host's ones here.
        let header = || metadata("headers")?.get("X-RateLimit-Reset");
        let reset = || header()?.as_f64().or_else(|| header()?.as_str()?.parse().ok());
        let reset = ["resets_at", "reset_at"].into_iter().find_map(number).or_else(reset).and_then(wait::moment);
        Self {
            wait: wait.or_else(delay).or_else(|| wait::from_text(&message)),
            until: reset.or_else(|| wait::moment_in_text(&message)),
            window: find("n_ctx").and_then(Value::as_u64),
            message,
            names,
            status,
        }
    }

    /// How long it asks us to wait from `now` on.
    pub(crate) fn wait(&self, now: Timestamp) -> Option<Duration> {
        self.wait.or_else(|| wait::until(self.until?, now))
    }
}

/// Whether what stands in the place of an error is one. Servers that write all of their fields send an empty one with
/// every answer.
pub(crate) fn is_error(error: &Value) -> bool {
    match error {
        Value::Null => false,
        Value::Bool(failed) => *failed,
        Value::Number(code) => code.as_f64() != Some(0.0) && !is_well(error),
        Value::String(_) => !is_well(error),
        Value::Array(errors) => errors.iter().any(is_error),
        // MiniMax says in every answer that there was no error.
        Value::Object(fields) => fields.values().any(is_error) && fields.get("status_code").is_none_or(is_no_success),
    }
}

/// What the envelope of a provider says of a body that came under a status of success and has no answer in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// That nothing went wrong.
    Well,
    /// `success: false`, a code beside a message, or `detail`: an error where an answer should begin. Behind the first
    /// word of one it may as well report progress, or how a tool of the server did.
    Doubtful,
    /// An error in a place that is for errors alone.
    Failed,
}

impl Envelope {
    /// Reads the envelope of `body`.
    pub(crate) fn read(body: &str) -> Self {
        let json: Value = serde_json::from_str(body).unwrap_or_default();
        if PLACES.iter().any(|place| json.pointer(place).is_some_and(is_error)) {
            return Self::Failed;
        }
        // An empty list of choices is in an event of an answer that has no words yet.
        if CHOICES.iter().any(|place| json.pointer(place).is_some_and(Value::is_array)) {
            return Self::Well;
        }
        let says = |key: &str| json.get(key).is_some_and(|said| is_error(said) && !said.is_number() && !is_well(said));
        let fails = |key: &str| json.get(key).is_some_and(is_no_success);
        let is_doubtful = json.get("success") == Some(&Value::Bool(false))
            || says("detail")
            || CODES.into_iter().any(fails) && MESSAGES.into_iter().any(says);
        if is_doubtful { Self::Doubtful } else { Self::Well }
    }
}

/// Whether a code says that something went wrong.
fn is_no_success(code: &Value) -> bool {
    !code.is_null() && !is_well(code)
}

fn is_well(said: &Value) -> bool {
    WELL.contains(&plain(said).trim().to_lowercase().as_str())
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a message says, which some servers nest or write as a list of what is wrong in which place.
fn words(message: &Value) -> String {
    let entry = |entry: &Value| {
        let place = entry.get("loc")?.as_array()?.iter().map(plain).collect::<Vec<_>>().join(".");
        Some(format!("{place}: {}", plain(entry.get("msg")?)))
    };
    match message {
        Value::Array(list) => {
            let entries: Option<Vec<String>> = list.iter().map(entry).collect();
            entries.filter(|entries| !entries.is_empty()).map_or_else(|| message.to_string(), |all| all.join("; "))
        }
        Value::Object(_) => Refusal::of(message).message,
        _ => plain(message),
    }
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
            (r#"{"error":"unauthorized","message":"Your token is over"}"#, "Your token is over"),
            (r#"{"code":"refused","error":"No credits are left"}"#, "No credits are left"),
            (
                r#"{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"},"choices":null}"#,
                "insufficient balance",
            ),
            (r#"{"base_resp":{"status_code":0,"status_msg":"success"},"message":"m"}"#, "m"),
            (r#"{"error_code":17,"error_msg":"daily request limit reached"}"#, "daily request limit reached"),
            (r#"{"Response":{"Error":{"Code":"Busy","Message":"come back"}}}"#, "come back"),
            (r#"{"Message":"no such region"}"#, "no such region"),
            (r#"{"status":404,"title":"Not Found","detail":"Function 'f' is not there"}"#, "Function 'f' is not there"),
            (r#"{"detail":[{"loc":["body","model"],"msg":"field required"}]}"#, "body.model: field required"),
            (r#"{"detail":{"message":"over the limit","code":7}}"#, "over the limit"),
            (r#"{"message":{"detail":[{"loc":["body",1],"msg":"bad"}]}}"#, "body.1: bad"),
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
            (r#"{"error":"Model m is currently loading","estimated_time":20.5}"#, 20.5),
            (r#"{"error":{"type":"usage_limit_reached","resets_in_seconds":90}}"#, 90.0),
        ] {
            assert_eq!(Refusal::read(body).wait.map(|wait| wait.as_secs_f64()), Some(wait), "{body}");
        }
    }

    #[test]
    fn a_moment_that_a_refusal_names_is_a_wait_from_now_on() {
        let now = Timestamp::constant(1_800_000_000, 0);
        for (body, wait) in [
            (
                r#"{"error":{"metadata":{"headers":{"X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1800000030000"}}}}"#,
                30,
            ),
            (r#"{"error":{"resets_at":1800000007}}"#, 7),
            (r#"{"error":"over; it resets at 2027-01-15T08:01:00Z"}"#, 60),
        ] {
            assert_eq!(Refusal::read(body).wait(now), Some(Duration::from_secs(wait)), "{body}");
        }
    }

    #[test]
    fn an_error_in_the_envelope_of_its_provider_is_told_from_what_is_none_or_may_be_none() {
        use Envelope::{Doubtful, Failed, Well};
        for (body, envelope) in [
            (r#"{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"},"choices":null}"#, Failed),
            (r#"{"code":20012,"message":"Model does not exist.","data":null}"#, Doubtful),
            (r#"{"code":"InvalidParameter","message":"no"}"#, Doubtful),
            (r#"{"error_code":17,"error_msg":"daily request limit reached"}"#, Doubtful),
            (r#"{"success":false,"errors":[{"code":7000,"message":"No route for that URI"}],"result":null}"#, Failed),
            (r#"{"errors":[{"message":"no such account"}]}"#, Failed),
            (r#"{"Response":{"Error":{"Code":"Busy","Message":"come back"}}}"#, Failed),
            (r#"{"detail":"Not authenticated"}"#, Doubtful),
            (r#"{"detail":[{"loc":["body"],"msg":"field required"}]}"#, Doubtful),
            (r#"{"success":false}"#, Doubtful),
            (r#"{"base_resp":{"status_code":0,"status_msg":""},"choices":[]}"#, Well),
            (r#"{"code":0,"message":"ok"}"#, Well),
            (r#"{"code":"200","msg":"Success"}"#, Well),
            (r#"{"code":7}"#, Well),
            (r#"{"type":"ping"}"#, Well),
            (r#"{"choices":[],"usage":{"prompt_tokens":1},"detail":null}"#, Well),
            (r#"{"id":"x","object":"chat.completion.chunk","choices":[],"errors":[],"success":true}"#, Well),
            (r#"{"choices":[],"type":"progress","detail":"searching the web"}"#, Well),
            (r#"{"choices":[],"code":10000,"message":"working"}"#, Well),
            (r#"{"code":20000,"message":"working","data":{"choices":[]}}"#, Well),
            (r#"{"code":10000,"message":"Success","data":null}"#, Well),
            (r#"{"choices":[],"base_resp":{"status_code":1027,"status_msg":"withheld"}}"#, Failed),
            ("[]", Well),
            ("", Well),
        ] {
            assert_eq!(Envelope::read(body), envelope, "{body}");
        }
    }

    #[test]
    fn an_error_of_which_no_field_says_anything_is_none() {
        for (error, is) in [
            ("null", false),
            ("false", false),
            ("0", false),
            ("0.0", false),
            ("\"\"", false),
            ("[]", false),
            ("{}", false),
            ("[null,{}]", false),
            (r#"{"message":"","type":"","param":null,"code":null}"#, false),
            (r#"{"code":0,"message":"","details":[],"metadata":{"raw":""}}"#, false),
            ("true", true),
            ("7", true),
            ("\"m\"", true),
            ("[\"m\"]", true),
            (r#"{"code":502}"#, true),
            (r#"{"code":0,"message":"m"}"#, true),
            (r#"{"code":0,"message":"success"}"#, false),
            (r#"{"code":200,"message":"OK "}"#, false),
            (r#"{"code":200,"message":"m"}"#, true),
            (r#"{"message":"","type":"server_error"}"#, true),
        ] {
            assert_eq!(is_error(&serde_json::from_str(error).unwrap()), is, "{error}");
        }
    }
}
