//! What an answer has besides text and reasoning: tool calls, pictures, recordings, sources. They are saved and not acted
//! upon. Owns how their pieces become whole, and how long they may be; fetches nothing.

mod audio;

use super::media;
use super::sources::Sources;
use super::wire::{Aside, Besides, Chunk, WireAudio};
use crate::chat::{Blob, BlobHash, Source, ToolCall};
use crate::provider::Delta;
use crate::text::sanitize::{one_line, sanitize, sanitize_json};
use audio::Audio;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many tool calls of an answer are saved.
const TOOL_CALLS_MAX: usize = 128;
/// How long the arguments of a tool call may be, in bytes.
const ARGUMENTS_BYTES_MAX: usize = 1024 * 1024;
/// How many entries of a field are read in one event, and how many are saved as they came: each is compared with the others.
const ENTRIES_MAX: usize = 1024;
/// How much is saved as it came, in bytes: a single event may bring as much as [`EVENT_BYTES_MAX`].
///
/// [`EVENT_BYTES_MAX`]: super::events::EVENT_BYTES_MAX
const UNKNOWN_BYTES_MAX: usize = 1024 * 1024;
/// How many pictures and whole recordings of an answer are saved. None is longer than an event.
const MEDIA_MAX: usize = 8;
/// How deeply JSON may be nested; reading it again stops at 128 levels, those around it included.
const JSON_DEPTH_MAX: usize = 32;
/// How long the names of tools and the ids of calls may be, in characters.
const NAME_CHARS_MAX: usize = 200;
/// The fields of pictures, and of lists whose places are the numbers in the text.
const IMAGES: &str = "images";
const CITATIONS: &str = "citations";

/// Collects what an answer has besides text and reasoning. Servers repeat much of it, with every event or at the end.
#[derive(Default)]
pub(super) struct Extras {
    /// By their index in the answer; a call comes in pieces.
    calls: BTreeMap<u64, ToolCall>,
    /// Whether any of them came in pieces. Those that come whole repeat them.
    calls_in_pieces: bool,
    sources: Sources,
    /// The pictures and recordings that came whole.
    media: BTreeSet<BlobHash>,
    /// What was too much.
    left_out: BTreeSet<BlobHash>,
    /// A recording in pieces.
    audio: Audio,
    /// What could not be read, by its field, and how long all of it is.
    unknown: BTreeMap<&'static str, Vec<Value>>,
    unknown_bytes: usize,
    ready: VecDeque<Delta>,
}

impl Extras {
    /// Takes what `chunk` has.
    pub(super) fn take(&mut self, chunk: &mut Chunk) {
        let Besides { delta, message, lists } = chunk.take_besides();
        for (field, list) in lists {
            self.cite(field, list);
        }
        self.take_calls(&delta.tool_calls, &message.tool_calls);
        self.take_audio(delta.audio.as_ref(), message.audio.as_ref());
        for Aside { images, annotations, citations, parts, .. } in [delta, message] {
            self.cite(CITATIONS, citations);
            self.cite("annotations", annotations);
            let is_audio =
                |part: &Value| ["audio", "input_audio", "output_audio"].iter().any(|field| part.get(field).is_some());
            let parts = parts.into_iter().map(|part| (if is_audio(&part) { "audio" } else { IMAGES }, part));
            let images = listed(images).map(|image| (IMAGES, image));
            for (field, value) in images.chain(parts).take(ENTRIES_MAX) {
                match media::read(&value) {
                    Some(blob) => self.add_media(blob),
                    None => self.keep(field, value),
                }
            }
        }
        self.ready.extend(self.sources.grown().map(Delta::Sources));
    }

    /// What is ready of what came.
    pub(super) fn next_ready(&mut self) -> Option<Delta> {
        self.ready.pop_front()
    }

    /// The rest, when the answer is complete.
    pub(super) fn finish(&mut self) -> Vec<Delta> {
        let audio = std::mem::take(&mut self.audio);
        let left_out = self.left_out.len() as u32 + u32::from(audio.is_incomplete());
        if let Some(recording) = audio.finish() {
            self.ready.push_back(Delta::Audio(recording));
        }
        let calls = std::mem::take(&mut self.calls).into_values().filter(|call| *call != ToolCall::default());
        let calls = calls.map(|call| {
            Delta::ToolCall(ToolCall {
                id: one_line(&call.id, NAME_CHARS_MAX),
                name: one_line(&call.name, NAME_CHARS_MAX),
                arguments: sanitize(&call.arguments),
            })
        });
        let unknown = std::mem::take(&mut self.unknown).into_iter().filter(|(field, _)| *field != IMAGES);
        let unknown =
            unknown.map(|(field, values)| Delta::Unknown { kind: field.to_owned(), json: Value::Array(values) });
        let skipped = (left_out > 0).then_some(Delta::Skipped(left_out));
        std::mem::take(&mut self.ready).into_iter().chain(calls).chain(unknown).chain(skipped).collect()
    }

    /// Takes the sources in a field.
    fn cite(&mut self, field: &'static str, value: Value) {
        // An entry with sources of its own is a place in the text, not a source.
        let (mut sources, mut is_numbered) = (Vec::new(), field == CITATIONS);
        for entry in listed(value).take(ENTRIES_MAX) {
            let read = Source::read(&entry);
            if read.is_empty() {
                self.keep(field, entry);
                continue;
            }
            is_numbered &= entry.get("sources").is_none();
            sources.extend(read);
        }
        if is_numbered {
            self.sources.number(sources);
        } else {
            self.sources.add(sources);
        }
    }

    fn take_calls(&mut self, pieces: &[Value], whole: &[Value]) {
        self.calls_in_pieces |= !pieces.is_empty();
        if !whole.is_empty() && !self.calls_in_pieces {
            self.calls.clear();
        }
        let calls = if self.calls_in_pieces { pieces } else { whole };
        for (at, call) in calls.iter().enumerate() {
            self.call(at, call);
        }
    }

    fn take_audio(&mut self, piece: Option<&WireAudio>, whole: Option<&WireAudio>) {
        match (piece, whole) {
            (Some(piece), _) => self.audio.push(piece),
            (None, Some(WireAudio { data: Some(data), format, .. })) if self.audio.is_empty() => {
                match media::decoded(data) {
                    Some(bytes) => self.add_media(media::recording(bytes, format.as_deref())),
                    None => self.audio.lose(),
                }
            }
            (None, _) => {}
        }
    }

    fn add_media(&mut self, blob: Blob) {
        let hash = blob.reference().hash;
        if self.media.contains(&hash) {
            return;
        }
        if self.media.len() >= MEDIA_MAX {
            self.leave_out(hash);
            return;
        }
        self.media.insert(hash);
        let is_image = blob.media_type.starts_with("image/");
        self.ready.push_back(if is_image { Delta::Image(blob) } else { Delta::Audio(blob) });
    }

    /// Notes that something is not saved; a server may repeat it. Beyond a number that says enough it is not counted.
    fn leave_out(&mut self, hash: BlobHash) {
        if self.left_out.len() < ENTRIES_MAX {
            self.left_out.insert(hash);
        }
    }

    /// Keeps what could not be read, once.
    fn keep(&mut self, field: &'static str, value: Value) {
        let (value, kept) = (readable(value), self.unknown.entry(field).or_default());
        if kept.contains(&value) {
            return;
        }
        let json = value.to_string();
        if kept.len() >= ENTRIES_MAX || self.unknown_bytes + json.len() > UNKNOWN_BYTES_MAX {
            return self.leave_out(BlobHash::of(json.as_bytes()));
        }
        self.unknown_bytes += json.len();
        if field == IMAGES {
            self.ready.push_back(Delta::Unknown { kind: field.to_owned(), json: value.clone() });
        }
        kept.push(value);
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

/// The values in a field: most are lists, and some servers send a single one.
fn listed(value: Value) -> impl Iterator<Item = Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values,
        value => vec![value],
    }
    .into_iter()
}

#[cfg(test)]
mod tests;
