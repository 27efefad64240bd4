//! What an answer has besides text and reasoning: tool calls, pictures, annotations. They are saved and not acted upon.
//! Owns how their pieces become whole, and how long they may be; fetches nothing.

use super::wire::{Besides, Chunk};
use crate::chat::{Blob, ToolCall};
use crate::provider::Delta;
use crate::text::sanitize::{one_line, sanitize, sanitize_json};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};

/// How many tool calls of an answer are saved.
const TOOL_CALLS_MAX: usize = 128;
/// How long the arguments of a tool call may be, in bytes.
const ARGUMENTS_BYTES_MAX: usize = 1024 * 1024;
/// How many annotations of an answer are saved.
const ANNOTATIONS_MAX: usize = 1024;
/// How many pictures of an answer are saved. An event is no longer than 8 MiB, so neither is a picture.
const IMAGES_MAX: usize = 8;
/// How deeply JSON may be nested; reading it again stops at 128 levels, those around it included.
const JSON_DEPTH_MAX: usize = 32;
/// How long the names of tools and the ids of calls may be, in characters.
const NAME_CHARS_MAX: usize = 200;

/// Collects what an answer has besides text and reasoning.
#[derive(Default)]
pub(super) struct Extras {
    /// By their index in the answer; a call comes in pieces.
    calls: BTreeMap<u64, ToolCall>,
    images: VecDeque<Delta>,
    images_taken: usize,
    annotations: Vec<Value>,
}

impl Extras {
    /// Takes what `chunk` has.
    pub(super) fn take(&mut self, chunk: &mut Chunk) {
        let Besides { tool_calls, images, annotations } = chunk.take_besides();
        for (at, call) in tool_calls.iter().enumerate() {
            self.call(at, call);
        }
        for image in images.into_iter().take(IMAGES_MAX - self.images_taken) {
            self.images_taken += 1;
            self.images.push_back(picture(image));
        }
        let room = ANNOTATIONS_MAX - self.annotations.len();
        self.annotations.extend(annotations.into_iter().take(room).map(readable));
    }

    /// The next picture that came.
    pub(super) fn next_image(&mut self) -> Option<Delta> {
        self.images.pop_front()
    }

    /// The rest, when the answer is complete.
    pub(super) fn finish(&mut self) -> Vec<Delta> {
        let calls = std::mem::take(&mut self.calls).into_values().filter(|call| *call != ToolCall::default());
        let calls = calls.map(|call| {
            Delta::ToolCall(ToolCall {
                id: one_line(&call.id, NAME_CHARS_MAX),
                name: one_line(&call.name, NAME_CHARS_MAX),
                arguments: sanitize(&call.arguments),
            })
        });
        let annotations = std::mem::take(&mut self.annotations);
        let annotations = (!annotations.is_empty())
            .then(|| Delta::Unknown { kind: "annotations".to_owned(), json: Value::Array(annotations) });
        calls.chain(annotations).collect()
    }

    /// Adds a piece of a tool call. A piece without an index belongs to the call at its place in the list.
    fn call(&mut self, at: usize, piece: &Value) {
        let index = piece["index"].as_u64().unwrap_or(at as u64);
        if !self.calls.contains_key(&index) && self.calls.len() >= TOOL_CALLS_MAX {
            return;
        }
        let call = self.calls.entry(index).or_default();
        let function = &piece["function"];
        grow_name(&mut call.id, &piece["id"]);
        grow_name(&mut call.name, &function["name"]);
        match &function["arguments"] {
            // Some servers send the arguments as the JSON that they are.
            arguments @ (Value::Object(_) | Value::Array(_)) => {
                grow(&mut call.arguments, &Value::String(arguments.to_string()), ARGUMENTS_BYTES_MAX);
            }
            arguments => grow(&mut call.arguments, arguments, ARGUMENTS_BYTES_MAX),
        }
    }
}

/// Appends a piece of an id or a name. Some servers repeat the whole with every piece.
fn grow_name(whole: &mut String, piece: &Value) {
    if piece.as_str() != Some(whole.as_str()) {
        grow(whole, piece, NAME_CHARS_MAX);
    }
}

/// Appends a text to `whole`, which grows no longer than `limit` bytes.
fn grow(whole: &mut String, piece: &Value, limit: usize) {
    let Some(piece) = piece.as_str() else { return };
    let room = limit.saturating_sub(whole.len());
    let end = piece.floor_char_boundary(room.min(piece.len()));
    whole.push_str(piece.get(..end).unwrap_or_default());
}

/// Cleans what is saved as it came. JSON that is nested too deeply could be written and never be read again, so it is saved
/// as a text.
fn readable(value: Value) -> Value {
    if is_deeper_than(&value, JSON_DEPTH_MAX) {
        return Value::String(sanitize(&value.to_string()));
    }
    sanitize_json(value)
}

fn is_deeper_than(value: &Value, levels: usize) -> bool {
    let Some(below) = levels.checked_sub(1) else { return true };
    match value {
        Value::Array(values) => values.iter().any(|value| is_deeper_than(value, below)),
        Value::Object(map) => map.values().any(|value| is_deeper_than(value, below)),
        _ => false,
    }
}

/// A picture whose bytes came along; one that would have to be fetched is saved as its address.
fn picture(image: Value) -> Delta {
    let url = image["image_url"]["url"].as_str().or_else(|| image["url"].as_str());
    match url.and_then(data_url) {
        Some(blob) => Delta::Image(blob),
        None => Delta::Unknown { kind: "images".to_owned(), json: readable(image) },
    }
}

/// The content of a `data:` address of a picture.
fn data_url(url: &str) -> Option<Blob> {
    let (head, content) = url.strip_prefix("data:")?.split_once(',')?;
    let media_type = head.strip_suffix(";base64")?;
    let kind = media_type.strip_prefix("image/")?;
    let is_plain =
        !kind.is_empty() && kind.len() <= 40 && kind.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let bytes = BASE64_STANDARD.decode(content.trim()).ok().filter(|_| is_plain)?;
    Some(Blob { media_type: media_type.into(), bytes: bytes.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(events: &[Value]) -> Vec<Delta> {
        let mut extras = Extras::default();
        let mut deltas = Vec::new();
        for event in events {
            let mut chunk: Chunk = serde_json::from_value(json!({"choices": [{"delta": event}]})).unwrap();
            extras.take(&mut chunk);
            deltas.extend(std::iter::from_fn(|| extras.next_image()));
        }
        deltas.extend(extras.finish());
        deltas
    }

    fn call(id: &str, name: &str, arguments: &str) -> Delta {
        Delta::ToolCall(ToolCall { id: id.to_owned(), name: name.to_owned(), arguments: arguments.to_owned() })
    }

    #[test]
    fn the_pieces_of_tool_calls_become_whole_calls_by_their_index() {
        let piece = |index: u64, arguments: &str| json!({"tool_calls": [{"index": index, "function": {"arguments": arguments}}]});
        let events = [
            json!({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "search", "arguments": ""}}]}),
            piece(0, "{\"q\":"),
            json!({"tool_calls": [{"index": 1, "id": "b", "function": {"name": "read"}}]}),
            piece(1, "{}"),
            piece(0, "1}"),
        ];
        assert_eq!(of(&events), [call("a", "search", "{\"q\":1}"), call("b", "read", "{}")]);
    }

    #[test]
    fn what_servers_do_to_tool_calls_is_read() {
        for (event, wanted) in [
            (
                json!({"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": {"x": 1}}}]}),
                vec![call("a", "f", "{\"x\":1}")],
            ),
            (
                json!({"tool_calls": [{"function": {"name": "f\u{1b}[31m\n", "arguments": "\u{1b}[1m"}}]}),
                vec![call("", "f", "")],
            ),
            (json!({"tool_calls": "none"}), vec![]),
            (json!({"tool_calls": null}), vec![]),
            (json!({"tool_calls": [7]}), vec![]),
        ] {
            assert_eq!(of(std::slice::from_ref(&event)), wanted, "{event}");
        }
    }

    #[test]
    fn pieces_of_arguments_that_repeat_what_came_are_no_repetition() {
        let piece =
            |arguments: &str| json!({"tool_calls": [{"index": 0, "id": "a", "function": {"arguments": arguments}}]});
        assert_eq!(of(&["[", "[", "1]", "]"].map(piece)), [call("a", "", "[[1]]")]);
    }

    #[test]
    fn json_that_could_not_be_read_again_is_saved_as_a_text() {
        let deep = |levels: usize| (0..levels).fold(json!(1), |value, _| json!([value]));
        let saved = |levels| match of(&[json!({"annotations": [deep(levels)]})]).pop() {
            Some(Delta::Unknown { json, .. }) => json[0].clone(),
            _ => Value::Null,
        };
        assert_eq!(saved(JSON_DEPTH_MAX - 1), deep(JSON_DEPTH_MAX - 1));
        assert_eq!(saved(120), json!(deep(120).to_string()));
    }

    #[test]
    fn a_tool_call_without_an_end_stops_growing() {
        let event =
            json!({"tool_calls": [{"index": 0, "function": {"arguments": "é".repeat(ARGUMENTS_BYTES_MAX / 4)}}]});
        let deltas = of(&[event.clone(), event.clone(), event]);
        let lengths: Vec<usize> = deltas
            .iter()
            .map(|delta| if let Delta::ToolCall(call) = delta { call.arguments.len() } else { usize::MAX })
            .collect();
        assert!(matches!(lengths.as_slice(), [1..=ARGUMENTS_BYTES_MAX]), "{lengths:?}");
    }

    #[test]
    fn a_picture_in_the_answer_is_a_blob_and_one_elsewhere_is_only_named() {
        let inside = json!({"images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAEC"}}]});
        let blob = Blob { media_type: "image/png".into(), bytes: [0, 1, 2].into() };
        assert_eq!(of(&[inside]), [Delta::Image(blob)]);
        for url in [
            "https://x.example/a.png",
            "data:text/html;base64,AAEC",
            "data:image/png;base64,!",
            "data:image/<b>;base64,AA==",
        ] {
            let json = json!({"image_url": {"url": url}});
            let event = json!({"images": [json]});
            assert_eq!(of(&[event]), [Delta::Unknown { kind: "images".to_owned(), json }], "{url}");
        }
    }

    #[test]
    fn annotations_come_as_one_block_at_the_end() {
        let event = |url: &str| json!({"annotations": [{"url": url}]});
        let json = json!([{"url": "a"}, {"url": "b"}]);
        assert_eq!(of(&[event("a"), event("b")]), [Delta::Unknown { kind: "annotations".to_owned(), json }]);
    }
}
