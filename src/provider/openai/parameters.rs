//! Parameters that a server refuses by name: left out, renamed or lowered, remembered of the model for the life of the
//! process, and the request sent again. What the user says of a model (`accepts`) is not even tried.
//!
//! Owns which words are such a refusal. `response_format` is not among them: the judge goes down its own ladder of formats.

use crate::chat::{Message, Role};
use crate::config::{Accepts, ModelId};
use crate::provider::ChatRequest;
use crate::provider::error::refusal::Refusal;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How often a request is sent again with other parameters.
pub(super) const ADAPTATIONS_MAX: u32 = 5;
/// A limit below this is no limit of a model: such a number in a refusal means something else.
const LIMIT_MIN: u32 = 64;

/// Each of these says that a model has no place for a system prompt.
const SYSTEM_ROLE: &[&[&str]] = &[
    &["system role", "not supported"],
    &["system role", "n't supported"],
    &["system message", "not supported"],
    &["system prompt", "not supported"],
    &["system instruction", "not supported"],
    &["system instruction", "not enabled"],
    &["developer instruction", "not enabled"],
    &["not support", "system role"],
    &["not support", "system message"],
    &["not support", "system prompt"],
    &["n't support", "system"],
    &["does not support 'system'"],
    &["role", "not support", "'system'"],
    &["invalid role", "system"],
    &["unexpected role", "system"],
    &["unknown role", "system"],
    &["role 'system'", "not allowed"],
    &["only user and assistant roles"],
    &["only user, assistant and tool roles"],
    &["roles must alternate"],
    &["role", "should be 'user' or 'assistant'"],
    &["role", "must be 'user' or 'assistant'"],
];

/// What is remembered of every model of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Parameters(Mutex<HashMap<ModelId, Adapted>>);

impl Parameters {
    /// What is known of the model of `request`.
    pub(super) fn of(&self, request: &ChatRequest) -> Adapted {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&request.model).copied();
        known.unwrap_or_default().within(request.accepts)
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
    no_system_role: bool,
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
    pub(super) system_role: bool,
}

impl Wanted {
    /// What `request` wants, as a stream or as a whole.
    pub(super) fn of(request: &ChatRequest, stream: bool) -> Self {
        Self {
            max_tokens: request.max_tokens,
            temperature: request.deterministic,
            stream_options: stream,
            system_role: request.messages.iter().any(|message| message.role == Role::System),
        }
    }
}

impl Adapted {
    /// This, without what the user says that is not accepted.
    fn within(self, accepts: Accepts) -> Self {
        let no = |accepted: Option<bool>| accepted == Some(false);
        let limit = match (self.limit, accepts.max_completion_tokens) {
            (LimitName::MaxTokens, Some(true)) => LimitName::MaxCompletionTokens,
            (LimitName::MaxTokens, _) if no(accepts.max_tokens) => LimitName::Nothing,
            (limit, _) => limit,
        };
        Self {
            limit,
            no_temperature: self.no_temperature || no(accepts.temperature),
            no_stream_options: self.no_stream_options || no(accepts.stream_options),
            no_system_role: self.no_system_role || no(accepts.system_role),
            ..self
        }
    }

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

    /// `messages` as they are sent: without the role `system` where that is not accepted.
    pub(super) fn messages(self, messages: &[Message]) -> Cow<'_, [Message]> {
        if self.no_system_role { Cow::Owned(without_system_role(messages)) } else { Cow::Borrowed(messages) }
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
            && let Some(room) = room(&refused.said)
        {
            // Where not even this is left, or that much was not asked for, the conversation is too long, and that is another
            // refusal.
            return (LIMIT_MIN..sent).contains(&room).then_some(Self { room: Some(room), ..self });
        }
        if wanted.temperature && self.takes_temperature() && refused.names("temperature") {
            return Some(Self { no_temperature: true, ..self });
        }
        let usage = refused.names("stream_options") || refused.names("include_usage");
        if wanted.stream_options && self.takes_stream_options() && usage {
            return Some(Self { no_stream_options: true, ..self });
        }
        if wanted.system_role && !self.no_system_role && refused.is_the_system_role() {
            return Some(Self { no_system_role: true, ..self });
        }
        let named = refused.names("max_tokens") || refused.names("max_completion_tokens");
        // Bedrock's name for it
        let named = named || refused.said.contains("maximum tokens you requested");
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

    /// Whether it is about messages of the role `system`, or about roles that must alternate, which such a message breaks in
    /// templates that have no place for it.
    fn is_the_system_role(&self) -> bool {
        SYSTEM_ROLE.iter().any(|words| words.iter().all(|word| self.said.contains(word)))
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

/// `messages` with what the system says before what the user says first.
fn without_system_role(messages: &[Message]) -> Vec<Message> {
    let (system, mut rest): (Vec<_>, Vec<_>) =
        messages.iter().cloned().partition(|message| message.role == Role::System);
    let system = system.iter().map(|message| message.content.text()).collect::<Vec<_>>().join("\n\n");
    match rest.iter_mut().find(|message| message.role == Role::User) {
        _ if system.is_empty() => {}
        Some(first) => first.content = first.content.after(&system),
        None => rest.insert(0, Message::new(Role::User, system)),
    }
    rest
}

/// The parameters that fields of an error name: `param`, and `loc` of every error in a list.
fn named(json: &Value) -> Vec<String> {
    let error = json.get("error").filter(|error| error.is_object()).unwrap_or(json);
    // LiteLLM writes "None" where there is none.
    let param = error.get("param").and_then(Value::as_str).filter(|param| !matches!(*param, "" | "None"));
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
    let difference = || {
        let (window, prompt) = said.split_once(" > ")?.1.split_once(" - ")?;
        Some(number(window)?.saturating_sub(number(prompt)?))
    };
    // "exceed context limit: 199500 + 8192 > 200000"
    let sum = || {
        let (prompt, window) = said.split_once("context limit: ")?.1.split_once(" > ")?;
        Some(number(window)?.saturating_sub(number(prompt)?))
    };
    // "maximum context length is 4097 tokens. However, you requested 21000 tokens (1000 in the messages, …"
    let sentence = || {
        let (_, rest) = said.split_once("context length is ")?;
        let before = |words: &str| rest.split_once(words).and_then(|(before, _)| numbers(before).last());
        let prompt =
            before(" in the messages").or_else(|| before(" input tokens")).or_else(|| before(" of text input"));
        Some(number(rest)?.saturating_sub(prompt?))
    };
    difference().or_else(sum).or_else(sentence)
}

#[cfg(test)]
mod tests;
