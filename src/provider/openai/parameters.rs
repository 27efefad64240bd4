//! Parameters that a server refuses by name: left out, renamed or lowered, remembered of the model for the life of the
//! process, and the request sent again.
//!
//! Owns which words are such a refusal. `response_format` is not among them: the judge goes down its own ladder of formats.

use crate::config::ModelId;
use crate::provider::ChatRequest;
use crate::provider::error::refusal::Refusal;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How often a request is sent again with other parameters.
pub(super) const ADAPTATIONS_MAX: u32 = 2;
/// A limit below this is no limit of a model: such a number in a refusal means something else.
const LIMIT_MIN: u32 = 64;

/// What is remembered of every model of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Parameters(Mutex<HashMap<ModelId, Adapted>>);

impl Parameters {
    /// What is known of `model`.
    pub(super) fn of(&self, model: &ModelId) -> Adapted {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(model).copied().unwrap_or_default()
    }

    /// Remembers what holds of `model` whatever it is asked.
    pub(super) fn remember(&self, model: &ModelId, adapted: Adapted) {
        let lasting = Adapted { room: None, ..adapted };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(model.clone(), lasting);
    }
}

/// What a model takes, as far as its refusals told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Adapted {
    limit: LimitName,
    /// The most that the limit of an answer may be.
    at_most: Option<u32>,
    /// How many tokens of the window are left for the answer to this one request.
    room: Option<u32>,
    no_temperature: bool,
    no_stream_options: bool,
}

/// What the limit of an answer is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum LimitName {
    #[default]
    MaxTokens,
    MaxCompletionTokens,
    /// It takes none.
    Nothing,
}

/// What a request asks for of that which models refuse.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) max_tokens: Option<u32>,
    pub(super) temperature: bool,
    pub(super) stream_options: bool,
}

impl Wanted {
    /// What `request` wants, as a stream or as a whole.
    pub(super) fn of(request: &ChatRequest, stream: bool) -> Self {
        Self { max_tokens: request.max_tokens, temperature: request.deterministic, stream_options: stream }
    }
}

impl Adapted {
    /// `max_tokens` and `max_completion_tokens` of a request that wants `limit`.
    pub(super) fn limits(self, limit: Option<u32>) -> (Option<u32>, Option<u32>) {
        let bounds = [self.at_most, self.room].into_iter().flatten();
        let limit = limit.map(|limit| bounds.fold(limit, u32::min));
        match self.limit {
            LimitName::MaxTokens => (limit, None),
            LimitName::MaxCompletionTokens => (None, limit),
            LimitName::Nothing => (None, None),
        }
    }

    pub(super) fn takes_temperature(self) -> bool {
        !self.no_temperature
    }

    pub(super) fn takes_stream_options(self) -> bool {
        !self.no_stream_options
    }

    /// What to send instead after `body` refused a request under `status`; `None` where it was refused for another reason.
    pub(super) fn after(self, wanted: Wanted, status: u16, body: &str) -> Option<Self> {
        if !matches!(status, 400 | 422 | 500 | 501) {
            return None;
        }
        let refused = Refused::read(body);
        let (tokens, completion) = self.limits(wanted.max_tokens);
        let limit = tokens.or(completion);
        if let Some(sent) = limit
            && let Some(room) = room(&refused.said).filter(|room| *room < sent)
        {
            // Where not even this is left the conversation is too long, and that is another refusal.
            return (room >= LIMIT_MIN).then_some(Self { room: Some(room), ..self });
        }
        if wanted.temperature && self.takes_temperature() && refused.names("temperature") {
            return Some(Self { no_temperature: true, ..self });
        }
        let usage = refused.names("stream_options") || refused.names("include_usage");
        if wanted.stream_options && self.takes_stream_options() && usage {
            return Some(Self { no_stream_options: true, ..self });
        }
        let named = refused.names("max_tokens") || refused.names("max_completion_tokens");
        limit.filter(|_| named).map(|sent| self.other_limit(sent, &refused))
    }

    /// The limit `sent` under another name, lower, or not at all.
    fn other_limit(self, sent: u32, refused: &Refused) -> Self {
        let bare = Self { limit: LimitName::Nothing, ..self };
        if refused.is_unknown() {
            let renamed = self.limit == LimitName::MaxTokens && refused.said.contains("max_completion_tokens");
            return if renamed { Self { limit: LimitName::MaxCompletionTokens, ..self } } else { bare };
        }
        let lower = numbers(&refused.said).filter(|number| (LIMIT_MIN..sent).contains(number)).max();
        lower.map_or(bare, |lower| Self { at_most: Some(lower), ..self })
    }
}

/// What a server says about a request that it refuses.
struct Refused {
    /// Its message, in small letters.
    said: String,
    /// The parameters that it names in a field of their own, where it does.
    named: Vec<String>,
}

impl Refused {
    fn read(body: &str) -> Self {
        let json: Value = serde_json::from_str(body).unwrap_or_default();
        Self { said: Refusal::read(body).message.to_lowercase(), named: named(&json) }
    }

    /// Whether it is about `parameter`: a field says so, or the message where no field says anything. Some repeat the whole
    /// request in their message, so it does not count besides.
    fn names(&self, parameter: &str) -> bool {
        match self.named.as_slice() {
            [] => words(&self.said).any(|word| word == parameter),
            named => named.iter().any(|name| name == parameter),
        }
    }

    /// Whether the parameter is refused, and not its value.
    fn is_unknown(&self) -> bool {
        const UNKNOWN: [&str; 12] = [
            "unsupported parameter",
            "not supported",
            "not support ",
            "n't support ",
            "unknown",
            "unrecognized",
            "unexpected",
            "extra inputs",
            "extra fields",
            "not permitted",
            "not allowed",
            "unsupportedparams",
        ];
        UNKNOWN.iter().any(|words| self.said.contains(words))
    }
}

/// The parameters that fields of an error name: `param`, and `loc` of every error in a list.
fn named(json: &Value) -> Vec<String> {
    let error = json.get("error").filter(|error| error.is_object()).unwrap_or(json);
    let param = error.get("param").and_then(Value::as_str).filter(|param| !param.is_empty());
    let details = error.get("detail").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let places = details.iter().filter_map(|detail| detail.get("loc")?.as_array()).flatten().filter_map(Value::as_str);
    let names = param.into_iter().flat_map(|param| param.split('.')).chain(places);
    names.map(str::to_lowercase).collect()
}

/// The words of `said`; names of models and parameters are one each.
fn words(said: &str) -> impl Iterator<Item = &str> {
    let parts = said.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.' | ','));
    parts.map(|word| word.trim_matches(['.', ',', '-'])).filter(|word| !word.is_empty())
}

fn numbers(said: &str) -> impl Iterator<Item = u32> {
    words(said).filter_map(|word| word.replace(',', "").parse().ok())
}

/// How many tokens a window has left for the answer, where a refusal says how large it is and how much of it the prompt
/// takes.
fn room(said: &str) -> Option<u32> {
    let number = |text: &str| numbers(text).next();
    // "(8192 > 4096 - 1000)"
    let difference = said.split_once(" > ").and_then(|(_, rest)| rest.split_once(" - "));
    if let Some((window, prompt)) = difference
        && let Some(room) = number(window).and_then(|window| window.checked_sub(number(prompt)?))
    {
        return Some(room);
    }
    let (_, rest) = said.split_once("context length is ")?;
    let before = |words: &str| rest.split_once(words).and_then(|(before, _)| numbers(before).last());
    let prompt = before(" in the messages").or_else(|| before(" input tokens")).or_else(|| before(" of text input"));
    number(rest)?.checked_sub(prompt?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Wanted = Wanted { max_tokens: Some(20_000), temperature: true, stream_options: true };

    fn after(body: &str) -> Option<Adapted> {
        Adapted::default().after(SENT, 400, body)
    }

    #[test]
    fn a_parameter_that_is_refused_by_name_is_left_out_or_renamed() {
        let bare = Adapted { limit: LimitName::Nothing, ..Adapted::default() };
        let renamed = Adapted { limit: LimitName::MaxCompletionTokens, ..Adapted::default() };
        let temperature = Adapted { no_temperature: true, ..Adapted::default() };
        let usage = Adapted { no_stream_options: true, ..Adapted::default() };
        for (body, instead) in [
            (
                r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}}"#,
                Some(renamed),
            ),
            (
                r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model.","param":"max_tokens"}}"#,
                Some(bare),
            ),
            (
                r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model.","param":"temperature"}}"#,
                Some(temperature),
            ),
            (r#"{"error":{"message":"invalid temperature: only 1 is allowed for this model"}}"#, Some(temperature)),
            (
                r#"{"error":{"message":"litellm.UnsupportedParamsError: openai does not support parameters: ['temperature'], for model=m"}}"#,
                Some(temperature),
            ),
            (r#"{"error":{"message":"Unknown parameter: 'stream_options'.","param":"stream_options"}}"#, Some(usage)),
            (
                r#"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted"}]}"#,
                Some(usage),
            ),
            // For another reason
            (r#"{"error":{"message":"'response_format' of type 'json_schema' is not supported"}}"#, None),
            (r#"{"error":{"message":"max_tokens and all: no","param":"messages"}}"#, None),
            (r#"{"error":{"message":"model 'max_tokens-7b' not found"}}"#, None),
            (r#"{"error":{"message":"prompt is too long: 9000 tokens > 4096 maximum"}}"#, None),
            ("", None),
        ] {
            assert_eq!(after(body), instead, "{body}");
        }
    }

    #[test]
    fn a_limit_that_is_too_large_becomes_the_one_that_the_refusal_names() {
        for (said, at_most) in [
            ("max_tokens is too large: 20000. This model supports at most 4096 completion tokens", Some(4_096)),
            (
                "`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model",
                Some(8_192),
            ),
            ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", Some(8_192)),
            ("max_tokens: 20000 > 16,384, which is the maximum for gpt-4o-2024-08-06", Some(16_384)),
            ("max_tokens is too large", None),
            ("max_tokens must not exceed 10", None),
        ] {
            let adapted = after(said).unwrap();
            assert_eq!(adapted.limits(Some(20_000)), (at_most, None), "{said}");
        }
    }

    #[test]
    fn an_answer_that_does_not_fit_the_window_gets_the_rest_of_it_this_once() {
        for (said, room) in [
            (
                "'max_tokens' or 'max_completion_tokens' is too large: 20000. This model's maximum context length is 4096 tokens and your request has 1000 input tokens (20000 > 4096 - 1000).",
                Some(3_096),
            ),
            (
                "This model's maximum context length is 4097 tokens. However, you requested 21000 tokens (1000 in the messages, 20000 in the completion).",
                Some(3_097),
            ),
            (
                "This endpoint's maximum context length is 131072 tokens. However, you requested about 140000 tokens (120000 of text input, 20000 in the output).",
                Some(11_072),
            ),
            (
                "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens.",
                None,
            ),
            ("This model's maximum context length is 4096 tokens, you requested 24090 (4090 in the messages)", None),
        ] {
            let adapted = after(said);
            assert_eq!(adapted.and_then(|adapted| adapted.limits(Some(20_000)).0), room, "{said}");
            let Some(adapted) = adapted else { continue };
            let parameters = Parameters::default();
            parameters.remember(&"m".into(), adapted);
            assert_eq!(parameters.of(&"m".into()), Adapted::default(), "the next prompt is as long as it is");
        }
    }

    #[test]
    fn what_was_not_sent_is_not_left_out() {
        let nothing = Wanted { max_tokens: None, temperature: false, stream_options: false };
        for said in ["temperature is too high", "unknown parameter max_tokens", "unknown parameter stream_options"] {
            assert_eq!(Adapted::default().after(nothing, 400, said), None, "{said}");
            let once = after(said).unwrap();
            assert_eq!(once.after(SENT, 400, said), None, "{said}, twice");
            assert_eq!(Adapted::default().after(SENT, 429, said), None, "{said}, busy");
        }
    }
}
