//! What goes over the wire. What is sent is exact; what is read is tolerant: every field may be missing, null, or of a
//! type nobody expects, and unknown ones are ignored. Servers differ in all of these.

mod lenient;

use super::parameters::{Adapted, Wanted};
use crate::chat::Message;
use crate::config::ModelId;
use crate::provider::error::refusal::is_error;
use crate::provider::{ChatRequest, Finish, ReplyFormat, Usage};
use lenient::lenient;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::mem::take;

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
    #[serde(deserialize_with = "lenient::rarely")]
    usage: Option<WireUsage>,
    /// An error inside a stream that began well.
    error: Option<Value>,
    /// `error`, where the whole event is one.
    #[serde(deserialize_with = "lenient")]
    object: Option<String>,
    #[serde(rename = "type", deserialize_with = "lenient")]
    class: Option<String>,
}

/// We never ask for more than one answer, so only the first is read: the one that says so, or says nothing.
#[derive(Debug, Default)]
struct Choices(Option<Choice>);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    #[serde(deserialize_with = "lenient")]
    delta: Said,
    #[serde(deserialize_with = "lenient")]
    message: Said,
    #[serde(deserialize_with = "lenient")]
    finish_reason: Option<String>,
    #[serde(deserialize_with = "lenient")]
    index: Option<u64>,
    error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    #[serde(deserialize_with = "lenient")]
    content: Option<String>,
    #[serde(deserialize_with = "lenient")]
    reasoning_content: Option<String>,
    #[serde(deserialize_with = "lenient")]
    reasoning: Option<String>,
    /// Why the model will not answer: that is its answer.
    #[serde(deserialize_with = "lenient")]
    refusal: Option<String>,
    #[serde(deserialize_with = "lenient::rarely")]
    tool_calls: Vec<Value>,
    #[serde(deserialize_with = "lenient::rarely")]
    images: Vec<Value>,
    #[serde(deserialize_with = "lenient::rarely")]
    annotations: Vec<Value>,
}

/// What an event has besides text and reasoning, as the server sent it.
#[derive(Debug, Default)]
pub(super) struct Besides {
    pub(super) tool_calls: Vec<Value>,
    pub(super) images: Vec<Value>,
    /// Sources that the answer cites, mostly.
    pub(super) annotations: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct WireUsage {
    prompt_tokens: u64,
    completion_tokens: u64,
}

impl Chunk {
    /// The text of the answer in this event.
    pub(super) fn take_text(&mut self) -> Option<String> {
        let Choice { delta, message, .. } = self.choices.0.as_mut()?;
        first([&mut delta.content, &mut message.content, &mut delta.refusal, &mut message.refusal])
    }

    /// The text of the reasoning in this event. Some servers send it under both names.
    pub(super) fn take_reasoning(&mut self) -> Option<String> {
        let Choice { delta, message, .. } = self.choices.0.as_mut()?;
        first([
            &mut delta.reasoning_content,
            &mut delta.reasoning,
            &mut message.reasoning_content,
            &mut message.reasoning,
        ])
    }

    /// What this event has besides.
    pub(super) fn take_besides(&mut self) -> Besides {
        let Some(Choice { delta, message, .. }) = self.choices.0.as_mut() else { return Besides::default() };
        let both = |a: &mut Vec<Value>, b: &mut Vec<Value>| if a.is_empty() { take(b) } else { take(a) };
        Besides {
            tool_calls: both(&mut delta.tool_calls, &mut message.tool_calls),
            images: both(&mut delta.images, &mut message.images),
            annotations: both(&mut delta.annotations, &mut message.annotations),
        }
    }

    /// Why the answer ended, when this event says so.
    pub(super) fn finish(&self) -> Option<Finish> {
        let reason = self.choices.0.as_ref()?.finish_reason.as_deref()?;
        Some(match reason {
            "stop" | "eos" | "eos_token" | "end_turn" => Finish::Stop,
            "length" | "max_tokens" => Finish::Length,
            "content_filter" => Finish::ContentFilter,
            _ => Finish::Other,
        })
    }

    /// What the answer cost, when this event says so.
    pub(super) fn usage(&self) -> Option<Usage> {
        self.usage
            .as_ref()
            .map(|usage| Usage { prompt_tokens: usage.prompt_tokens, completion_tokens: usage.completion_tokens })
    }

    /// Whether anything of an answer is in this event.
    pub(super) fn is_answer(&self) -> bool {
        self.choices.0.is_some() || self.usage.is_some()
    }

    /// Whether this is an error in the place of an answer.
    pub(super) fn is_error(&self) -> bool {
        let choice = self.choices.0.as_ref().and_then(|choice| choice.error.as_ref());
        let named = [&self.object, &self.class].into_iter().flatten().any(|name| name == "error");
        named || [self.error.as_ref(), choice].into_iter().flatten().any(is_error)
    }

    /// Whether the answer ends here because whoever runs the model could not go on.
    pub(super) fn gave_up(&self) -> bool {
        let reason = self.choices.0.as_ref().and_then(|choice| choice.finish_reason.as_deref());
        matches!(reason, Some("error" | "network_error" | "insufficient_system_resource"))
    }
}

/// The first of these that says something.
fn first<const N: usize>(texts: [&mut Option<String>; N]) -> Option<String> {
    texts.into_iter().find_map(|text| text.take().filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Accepts;

    fn chunk(json: &str) -> Chunk {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_oddity_of_real_servers_is_read() {
        for (json, text) in [
            (r#"{"choices":[{"delta":{"content":"a"}}]}"#, Some("a")),
            (r#"{"choices":[{"delta":{"role":"assistant","content":null},"finish_reason":null}]}"#, None),
            (r#"{"choices":[]}"#, None),
            (r#"{"choices":null}"#, None),
            (r#"{"choices":[{"delta":null}]}"#, None),
            (r#"{"choices":[{"delta":{"content":[{"type":"text"}]}}]}"#, None),
            (
                r#"{"created":1.5,"service_tier":"x","choices":[{"delta":{"content":"b"},"finish_reason":7}]}"#,
                Some("b"),
            ),
            (r#"{"choices":[{"message":{"content":"whole"}}]}"#, Some("whole")),
            (r#"{"choices":[{"index":0,"delta":{}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#, None),
            ("{}", None),
            (r#"{"choices":{"0":{"delta":{"content":"a"}}}}"#, None),
            (r#"{"choices":[7,{"delta":{"content":"a"}}]}"#, Some("a")),
            (r#"{"choices":[{"index":1,"delta":{"content":"b"}}]}"#, None),
            (r#"{"choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"}}]}"#, Some("a")),
            (r#"{"choices":[{"index":"x","delta":{"content":"a"}}]}"#, Some("a")),
            (
                r#"{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}}]}"#,
                Some("ab"),
            ),
            (r#"{"choices":[{"delta":{"content":[{"type":"thinking","text":"a"},{"text":"b"},7,"c"]}}]}"#, Some("bc")),
            (r#"{"choices":[{"delta":{"content":null,"refusal":"I will not"}}]}"#, Some("I will not")),
            (r#"{"choices":[{"delta":{"tool_calls":[{"index":0}]},"finish_reason":"tool_calls"}]}"#, None),
            (r#"{"choices":[{"delta":["a",{"b":null}]},{"delta":{"content":"other"}}]}"#, None),
            (r#"{"choices":[{"delta":{"content":-1.5,"x":{"y":[true]}},"message":{"content":"c"}}]}"#, Some("c")),
            (
                r#"{"choices":[{"delta":{"content":"\u00e9\n\ud83d\ude00"}}],"usage":{"prompt_tokens":"many"}}"#,
                Some("é\n😀"),
            ),
        ] {
            assert_eq!(chunk(json).take_text().as_deref(), text, "{json}");
        }
    }

    #[test]
    fn an_error_is_told_from_an_answer_wherever_it_stands() {
        for (json, error) in [
            (r#"{"error":{"message":"m"}}"#, true),
            (r#"{"error":"m"}"#, true),
            (r#"{"choices":[{"delta":{"content":""},"error":{"code":502},"finish_reason":"error"}]}"#, true),
            (r#"{"object":"error","message":"m"}"#, true),
            (r#"{"type":"error","message":"m"}"#, true),
            (r#"{"error":null,"object":"chat.completion.chunk"}"#, false),
            (r#"{"error":false}"#, false),
            (r#"{"error":""}"#, false),
            (r#"{"error":{}}"#, false),
        ] {
            assert_eq!(chunk(json).is_error(), error, "{json}");
        }
    }

    #[test]
    fn reasoning_is_kept_apart_under_both_its_names() {
        for field in ["reasoning_content", "reasoning"] {
            let mut read = chunk(&format!(r#"{{"choices":[{{"delta":{{"{field}":"hm","content":""}}}}]}}"#));
            assert_eq!((read.take_reasoning().as_deref(), read.take_text()), (Some("hm"), None));
        }
        for delta in [r#""reasoning_content":"","reasoning":"hm""#, r#""reasoning_content":"hm","reasoning":"hm""#] {
            let mut read = chunk(&format!(r#"{{"choices":[{{"delta":{{{delta}}}}}]}}"#));
            assert_eq!(read.take_reasoning().as_deref(), Some("hm"), "{delta}");
        }
    }

    fn request(format: ReplyFormat) -> ChatRequest {
        ChatRequest {
            model: "m".into(),
            messages: vec![],
            max_tokens: Some(10),
            deterministic: true,
            format,
            accepts: Accepts::default(),
        }
    }

    #[test]
    fn a_format_is_asked_for_in_the_words_of_the_protocol() {
        let sent = |format| serde_json::to_value(Request::new(&request(format), false, Adapted::default())).unwrap();
        assert!(sent(ReplyFormat::Text).get("response_format").is_none());
        assert_eq!(sent(ReplyFormat::Json)["response_format"], json!({"type": "json_object"}));
        let schema = json!({"type": "object"});
        assert_eq!(
            sent(ReplyFormat::Schema { name: "n", schema: schema.clone() })["response_format"],
            json!({"type": "json_schema", "json_schema": {"name": "n", "strict": true, "schema": schema}})
        );
    }

    #[test]
    fn a_streaming_request_asks_for_usage_and_a_plain_one_does_not() {
        let request = request(ReplyFormat::Text);
        let json = |stream| serde_json::to_value(Request::new(&request, stream, Adapted::default())).unwrap();
        assert_eq!(
            json(true),
            json!({"model": "m", "messages": [], "stream": true, "stream_options": {"include_usage": true},
                               "max_tokens": 10, "temperature": 0.0})
        );
        assert!(json(false).get("stream_options").is_none());
    }
}
