//! What goes over the wire. What is sent is exact; what is read is tolerant: every field may be missing, null, or of an
//! unexpected type, and unknown ones are ignored. Servers differ in all of these.

mod finish;
mod lenient;
mod usage;

use super::parameters::{Adapted, Wanted};
use crate::chat::Message;
use crate::config::ModelId;
use crate::provider::error::refusal::is_error;
use crate::provider::{ChatRequest, ReplyFormat};
use crate::text::tolerant_json;
use lenient::{Content, Thought, lenient};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::mem::take;

pub(super) use crate::provider::error::refusal::Envelope;
pub(super) use finish::Reason;
pub(super) use usage::Tokens;

/// The body of `POST /chat/completions`.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    model: &'a ModelId,
    messages: Cow<'a, [Message]>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
}

#[derive(Debug, Serialize)]
struct StreamOptions {
    include_usage: bool,
}

impl<'a> Request<'a> {
    /// The body of `request`, with the parameters that its model takes.
    pub(super) fn new(request: &'a ChatRequest, stream: bool, takes: Adapted) -> Self {
        let wanted = Wanted::of(request, stream);
        let (max_tokens, max_completion_tokens) = takes.limits(wanted.max_tokens);
        Self {
            model: &request.model,
            messages: takes.messages(&request.messages),
            stream,
            stream_options: (wanted.stream_options && takes.takes_stream_options())
                .then_some(StreamOptions { include_usage: true }),
            max_tokens,
            max_completion_tokens,
            temperature: (wanted.temperature && takes.takes_temperature()).then_some(0.0),
            response_format: response_format(&request.format),
        }
    }
}

/// Plain text is asked for by silence: not every server knows the field.
fn response_format(format: &ReplyFormat) -> Option<Value> {
    match format {
        ReplyFormat::Text => None,
        ReplyFormat::Json => Some(json!({"type": "json_object"})),
        ReplyFormat::Schema { name, schema } => Some(json!({
            "type": "json_schema",
            "json_schema": {"name": name, "strict": true, "schema": schema},
        })),
    }
}

/// One event of a stream, or a whole answer: they differ in `delta` and `message` only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chunk {
    #[serde(deserialize_with = "lenient")]
    choices: Choices,
    usage: Option<Value>,
    /// Groq's own place for what the answer cost.
    x_groq: Option<Value>,
    /// The addresses that the answer cites, by its numbers, and what else a search found.
    citations: Value,
    search_results: Value,
    search_info: Value,
    web_search: Value,
    references: Value,
    /// An error inside a stream that began well.
    error: Option<Value>,
    /// `error`, where the whole event is one.
    #[serde(deserialize_with = "lenient")]
    object: Option<String>,
    #[serde(rename = "type", deserialize_with = "lenient")]
    class: Option<String>,
    /// What a gateway says in the place of an answer.
    #[serde(deserialize_with = "lenient")]
    message: Option<String>,
    /// Envelopes around the answer.
    data: Option<Value>,
    result: Option<Value>,
    output: Option<Value>,
}

/// We never ask for more than one answer, so only the first is read: the one that says so, or says nothing.
#[derive(Debug, Default)]
struct Choices(Option<Choice>);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    #[serde(deserialize_with = "lenient")]
    delta: Option<Said>,
    #[serde(deserialize_with = "lenient")]
    message: Said,
    #[serde(deserialize_with = "lenient")]
    finish_reason: Option<String>,
    /// Anthropic's name for it.
    #[serde(deserialize_with = "lenient")]
    stop_reason: Option<String>,
    /// What the model's host said, behind a gateway.
    #[serde(deserialize_with = "lenient")]
    native_finish_reason: Option<String>,
    /// What is new, where the protocol for plain texts is spoken.
    #[serde(deserialize_with = "lenient")]
    text: Option<String>,
    #[serde(deserialize_with = "lenient")]
    index: Option<u64>,
    usage: Option<Value>,
    error: Option<Value>,
}

/// What the model said, under the names that servers have for it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    #[serde(deserialize_with = "lenient")]
    content: Content,
    #[serde(deserialize_with = "lenient")]
    reasoning_content: Thought,
    #[serde(deserialize_with = "lenient")]
    reasoning: Thought,
    #[serde(deserialize_with = "lenient")]
    reasoning_text: Thought,
    #[serde(deserialize_with = "lenient")]
    thinking: Thought,
    #[serde(deserialize_with = "lenient")]
    thinking_blocks: Thought,
    #[serde(deserialize_with = "lenient")]
    reasoning_details: Thought,
    /// Why the model will not answer: that is its answer.
    #[serde(deserialize_with = "lenient")]
    refusal: Option<String>,
    #[serde(deserialize_with = "lenient::rarely")]
    tool_calls: Vec<Value>,
    #[serde(deserialize_with = "lenient::rarely")]
    audio: Option<WireAudio>,
    images: Value,
    annotations: Value,
    citations: Value,
}

/// A recording, or a piece of one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WireAudio {
    /// In base 64.
    #[serde(deserialize_with = "lenient")]
    pub(super) data: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(super) format: Option<String>,
    /// What is said in it.
    #[serde(deserialize_with = "lenient")]
    pub(super) transcript: Option<String>,
}

impl Said {
    fn take_text(&mut self) -> Option<String> {
        let mut spoken = self.audio.as_mut().and_then(|audio| audio.transcript.take());
        first([&mut self.content.text, &mut spoken, &mut self.refusal])
    }

    /// The reasoning. Some servers send it under two names.
    fn take_reasoning(&mut self) -> Option<String> {
        first([
            &mut self.reasoning_content.0,
            &mut self.reasoning.0,
            &mut self.reasoning_text.0,
            &mut self.thinking.0,
            &mut self.thinking_blocks.0,
            &mut self.content.reasoning,
        ])
    }
}

/// The words in an event. What is new stands in its `delta`; its `message` is what came so far, where both are there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) text: Option<String>,
    pub(super) reasoning: Option<String>,
    /// The reasoning in `reasoning_details`, where it stands nowhere else: some servers repeat there what came so far.
    pub(super) details: Option<String>,
    pub(super) message_text: Option<String>,
    pub(super) message_reasoning: Option<String>,
    /// Whether the message stands there without any `delta`, in the midst of the answer: then it may be a piece of it.
    pub(super) in_pieces: bool,
}

/// What an event has besides text and reasoning, as the server sent it.
#[derive(Debug, Default)]
pub(super) struct Besides {
    pub(super) delta: Aside,
    pub(super) message: Aside,
    /// Lists of sources, with the names of their fields.
    pub(super) lists: [(&'static str, Value); 5],
}

/// What a message has besides, or a piece of one.
#[derive(Debug, Default)]
pub(super) struct Aside {
    pub(super) tool_calls: Vec<Value>,
    pub(super) audio: Option<WireAudio>,
    pub(super) images: Value,
    /// Sources that the answer cites, mostly.
    pub(super) annotations: Value,
    pub(super) citations: Value,
    /// Parts of the content that are no text.
    pub(super) parts: Vec<Value>,
}

impl Chunk {
    /// The event that `json` is, an object or a list that holds one. What the first reading refuses is read once more,
    /// with more patience.
    pub(super) fn read(json: &str) -> Option<Self> {
        let read = match json.starts_with('{') {
            true => serde_json::from_str(json).ok(),
            false => None,
        };
        read.or_else(|| Self::of(tolerant_json::piece(json)?)).map(Self::unwrapped)
    }

    fn of(value: Value) -> Option<Self> {
        match value {
            Value::Array(list) => list.into_iter().find(Value::is_object).and_then(Self::of),
            Value::Object(_) => Self::deserialize(value).ok(),
            _ => None,
        }
    }

    /// The answer in its envelope, where it has one.
    fn unwrapped(mut self) -> Self {
        if self.choices.0.is_some() || self.has_error() {
            return self;
        }
        let inside = [&mut self.data, &mut self.result, &mut self.output].into_iter().find_map(|place| {
            let answer = |value: &Value| value.get("choices").is_some() || value.get("error").is_some();
            Self::of(take(place).filter(answer)?)
        });
        match inside {
            Some(inside) => inside.or_beside(self),
            None => self,
        }
    }

    /// This answer, with what it lacks and what stands beside it in the `envelope`: what it cost, and what a search found.
    fn or_beside(mut self, mut envelope: Self) -> Self {
        self.usage = self.usage.or(envelope.usage);
        self.x_groq = self.x_groq.or(envelope.x_groq);
        for (inner, outer) in [
            (&mut self.citations, &mut envelope.citations),
            (&mut self.search_results, &mut envelope.search_results),
            (&mut self.search_info, &mut envelope.search_info),
            (&mut self.web_search, &mut envelope.web_search),
            (&mut self.references, &mut envelope.references),
        ] {
            if inner.is_null() {
                *inner = outer.take();
            }
        }
        self
    }

    /// The words in this event.
    pub(super) fn take_words(&mut self) -> Words {
        let Some(Choice { delta, message, text, finish_reason, .. }) = self.choices.0.as_mut() else {
            return Words::default();
        };
        let in_pieces = delta.is_none() && Reason::read(finish_reason.as_deref().unwrap_or_default()) == Reason::None;
        let delta = delta.get_or_insert_default();
        let reasoning = delta.take_reasoning();
        Words {
            text: delta.take_text().or_else(|| first([text]).filter(|_| message.content.text.is_none())),
            details: first([&mut delta.reasoning_details.0]).filter(|_| reasoning.is_none()),
            reasoning,
            message_text: message.take_text(),
            message_reasoning: message.take_reasoning().or_else(|| first([&mut message.reasoning_details.0])),
            in_pieces,
        }
    }

    /// What this event has besides.
    pub(super) fn take_besides(&mut self) -> Besides {
        let [delta, message] = match self.choices.0.as_mut() {
            Some(Choice { delta, message, .. }) => [delta.get_or_insert_default().take_aside(), message.take_aside()],
            None => [Aside::default(), Aside::default()],
        };
        let found = self.search_info.get_mut("search_results").map(Value::take).unwrap_or_default();
        let lists = [
            ("citations", self.citations.take()),
            ("search_results", self.search_results.take()),
            ("search_info", found),
            ("web_search", self.web_search.take()),
            ("references", self.references.take()),
        ];
        Besides { delta, message, lists }
    }

    /// Why the answer ended, where this event says so.
    pub(super) fn finish_reason(&self) -> Option<&str> {
        let choice = self.choices.0.as_ref()?;
        let reasons = [&choice.finish_reason, &choice.stop_reason, &choice.native_finish_reason];
        let [finish, stop, native] = reasons.map(|reason| reason.as_deref().unwrap_or_default());
        Some(Reason::choose(finish, stop, native))
    }

    /// What the answer cost, as far as this event says so.
    pub(super) fn tokens(&self) -> Tokens {
        let choice = self.choices.0.as_ref().and_then(|choice| choice.usage.as_ref());
        let groq = self.x_groq.as_ref().and_then(|groq| groq.get("usage"));
        [self.usage.as_ref(), choice, groq].into_iter().flatten().map(Tokens::read).fold(Tokens::default(), Tokens::or)
    }

    /// What this event says besides any answer, where there is none in it.
    pub(super) fn message_alone(&self) -> Option<&str> {
        self.message.as_deref().filter(|message| self.choices.0.is_none() && !message.trim().is_empty())
    }

    /// Whether this event, read from `json`, is an error in the place of an answer.
    pub(super) fn envelope(&self, json: &str) -> Envelope {
        match self.choices.0.is_some() || self.usage.is_some() {
            _ if self.has_error() => Envelope::Failed,
            true => Envelope::Well,
            false => Envelope::read(json),
        }
    }

    fn has_error(&self) -> bool {
        let choice = self.choices.0.as_ref().and_then(|choice| choice.error.as_ref());
        let named = [&self.object, &self.class].into_iter().flatten().any(|name| name == "error");
        named || [self.error.as_ref(), choice].into_iter().flatten().any(is_error)
    }
}

impl Said {
    fn take_aside(&mut self) -> Aside {
        Aside {
            tool_calls: take(&mut self.tool_calls),
            audio: self.audio.take(),
            images: self.images.take(),
            annotations: self.annotations.take(),
            citations: self.citations.take(),
            parts: take(&mut self.content.media),
        }
    }
}

/// The first of these that says something.
fn first<const N: usize>(texts: [&mut Option<String>; N]) -> Option<String> {
    texts.into_iter().find_map(|text| text.take().filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests;
