//! The parts of what a model said.

use super::blob::BlobRef;
use super::source::Source;
use crate::format::size::size;
use crate::text::sanitize::one_line;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The field in which servers send what an answer cites, as blocks of earlier versions call it.
const ANNOTATIONS: &str = "annotations";
/// The field of pictures.
const IMAGES: &str = "images";
/// The longest address in a line, in characters.
const ADDRESS_CHARS_MAX: usize = 200;

/// A part of what a model said. A step has at most one block of text and one of reasoning, which grow while the answer
/// streams; all other blocks come whole.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// What the model thought; never sent back to a model.
    Reasoning(String),
    /// The answer.
    Text(String),
    /// A picture that the model made.
    Image(BlobRef),
    /// A recording that the model made.
    Audio(BlobRef),
    /// What the answer cites, in the order of its numbers.
    Sources(Vec<Source>),
    /// A tool that the model wants called.
    ToolCall(ToolCall),
    /// Something else: `kind` is the field in which the server sent it.
    Unknown {
        /// The field's name.
        kind: String,
        /// Its value.
        json: Value,
    },
}

/// A tool that a model wants called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The server's id of the call.
    #[serde(default)]
    pub id: String,
    /// The tool's name.
    #[serde(default)]
    pub name: String,
    /// The arguments as the model wrote them: JSON, if the model made no mistake.
    #[serde(default)]
    pub arguments: String,
}

impl Block {
    /// What a server sent in the field `kind`. Earlier versions kept sources as they came.
    pub fn of_field(kind: String, json: Value) -> Self {
        let entries = json.as_array().filter(|_| kind == ANNOTATIONS).map(Vec::as_slice).unwrap_or_default();
        let read: Vec<Vec<Source>> = entries.iter().map(Source::read).collect();
        if read.is_empty() || read.iter().any(Vec::is_empty) {
            return Self::Unknown { kind, json };
        }
        let mut sources: Vec<Source> = Vec::new();
        for source in read.into_iter().flatten() {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        Self::Sources(sources)
    }

    /// The content that it refers to, of a picture or a recording.
    pub fn blob(&self) -> Option<&BlobRef> {
        if let Self::Image(blob) | Self::Audio(blob) = self { Some(blob) } else { None }
    }

    /// What it is called, of a picture or a recording: a model gives neither a name.
    pub fn media_name(&self) -> Option<&'static str> {
        match self {
            Self::Image(_) => Some("picture"),
            Self::Audio(_) => Some("recording"),
            _ => None,
        }
    }

    /// Whether it is an answer, or a part of one: what a model thought is none, nor is what it cites.
    pub fn is_answer(&self) -> bool {
        match self {
            Self::Reasoning(_) | Self::Sources(_) => false,
            Self::Text(text) => !text.trim().is_empty(),
            Self::Image(_) | Self::Audio(_) | Self::ToolCall(_) | Self::Unknown { .. } => true,
        }
    }

    /// The text, of a block of text.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The reasoning, of a block of reasoning.
    pub fn reasoning(&self) -> Option<&str> {
        if let Self::Reasoning(text) = self { Some(text) } else { None }
    }

    pub(super) fn text_mut(&mut self) -> Option<&mut String> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) fn reasoning_mut(&mut self) -> Option<&mut String> {
        if let Self::Reasoning(text) = self { Some(text) } else { None }
    }

    /// A line for a picture or a recording: what it is, and how large.
    pub fn media_line(&self) -> Option<String> {
        let BlobRef { media_type, size: bytes, .. } = self.blob()?;
        Some(format!("a {} came with the answer ({media_type}, {})", self.media_name()?, size(*bytes)))
    }

    /// A line for a block that is not drawn otherwise.
    pub fn line(&self) -> Option<String> {
        match self {
            Self::Reasoning(_) | Self::Text(_) | Self::Image(_) | Self::Audio(_) | Self::Sources(_) => None,
            Self::ToolCall(call) => Some(format!("a call of the tool {}, saved and not made", call.name)),
            Self::Unknown { kind, json } if kind == IMAGES && address(json).is_some() => {
                address(json).map(|url| format!("a picture at {url}, not fetched"))
            }
            Self::Unknown { kind, .. } => Some(format!("{kind}, saved and not shown")),
        }
    }
}

/// Where a picture is that did not come along.
fn address(image: &Value) -> Option<String> {
    let holder = image.get("image_url").filter(|url| !url.is_null()).unwrap_or(image);
    let url = holder.as_str().or_else(|| holder.get("url")?.as_str())?;
    ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme)).then(|| one_line(url, ADDRESS_CHARS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn annotations_that_all_are_sources_are_sources_and_others_stay_what_they_are() {
        let citation = |url: &str| json!({"type": "url_citation", "url_citation": {"url": url, "title": "T"}});
        let [a, b] = ["https://a.example", "https://b.example"].map(|url| Source::new(url, "T"));
        let entries = json!([citation(&a.url), citation(&b.url), citation(&a.url)]);
        assert_eq!(Block::of_field("annotations".to_owned(), entries.clone()), Block::Sources(vec![a.clone(), b]));
        for (kind, json) in [
            ("annotations", json!([citation(&a.url), {"type": "file_citation"}])),
            ("annotations", json!([])),
            ("annotations", json!({"url": "x"})),
            ("images", entries),
        ] {
            let unknown = Block::Unknown { kind: kind.to_owned(), json: json.clone() };
            assert_eq!(Block::of_field(kind.to_owned(), json), unknown);
        }
    }

    #[test]
    fn a_picture_elsewhere_is_named_with_its_address() {
        let line = |json| Block::Unknown { kind: IMAGES.to_owned(), json }.line();
        let named = Some("a picture at https://a.example/b.png, not fetched".to_owned());
        for image in [
            json!({"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}),
            json!({"type": "image_url", "image_url": "https://a.example/b.png"}),
            json!({"url": "https://a.example/b.png"}),
        ] {
            assert_eq!(line(image.clone()), named, "{image}");
        }
        assert_eq!(line(json!({"url": "data:image/png;base64,!"})).as_deref(), Some("images, saved and not shown"));
    }
}
