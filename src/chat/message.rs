//! The messages of a request, and how a prompt with its files becomes one.

use super::attachment_text::{context_text, file_in_words, picture_in_words};
use super::blob::{Blob, BlobRef, Blobs};
use super::prompt::{Attachment, Prompt};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;
use std::sync::Arc;

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Us, setting the scene.
    System,
    /// The person.
    User,
    /// A model.
    Assistant,
}

/// One message of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: Content,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// A text. Shared: a conversation is sent again with every prompt.
    Text(Arc<str>),
    /// Texts and pictures. Only for models that can see: many others refuse a list, even one of texts.
    Parts(Vec<Part>),
}

/// A part of what a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A text.
    Text(Arc<str>),
    /// A picture. Its bytes become a data URI when the request is written.
    Image(Blob),
    /// A picture whose bytes are not at hand: for a request that is only shown.
    ImageRef(BlobRef),
}

/// Writes a part as the protocol has it.
impl Serialize for Part {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let image = |media_type: &str, data: &str| json!({"type": "image_url", "image_url": {"url": format!("data:{media_type};base64,{data}")}});
        match self {
            Self::Text(text) => json!({"type": "text", "text": text}),
            Self::Image(blob) => image(&blob.media_type, &BASE64_STANDARD.encode(&blob.bytes)),
            Self::ImageRef(blob) => image(&blob.media_type, &format!("… ({} bytes)", blob.size)),
        }
        .serialize(to)
    }
}

impl Message {
    /// A message of `role`.
    pub fn new(role: Role, content: impl Into<Content>) -> Self {
        Self { role, content: content.into() }
    }
}

impl<T: Into<Arc<str>>> From<T> for Content {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

impl Content {
    /// The same with `text` before it.
    #[must_use]
    pub fn after(&self, text: &str) -> Self {
        match self {
            Self::Text(said) => Self::Text(format!("{text}\n\n{said}").into()),
            Self::Parts(parts) => Self::Parts([Part::Text(text.into())].into_iter().chain(parts.clone()).collect()),
        }
    }

    /// Its texts, without the pictures.
    pub fn text(&self) -> Arc<str> {
        match self {
            Self::Text(text) => text.clone(),
            Self::Parts(parts) => {
                let text = |part: &Part| if let Part::Text(text) = part { Some(text.clone()) } else { None };
                parts.iter().filter_map(text).collect::<Vec<_>>().join("\n\n").into()
            }
        }
    }
}

/// Where the content of attached files comes from.
#[derive(Debug, Clone, Copy)]
pub enum Files<'a> {
    /// From here. A file that is missing is named in words.
    Loaded(&'a Blobs),
    /// Nowhere: files are only named, for a request that is shown.
    Named,
}

impl Prompt {
    /// What a model is sent: pictures first, where it can see, and named in words where it cannot; then the texts of
    /// attached files; then the prompt.
    pub fn content(&self, files: Files<'_>, sees: bool) -> Content {
        if self.attachments.is_empty() {
            return Content::Text(self.text.clone());
        }
        let mut images = Vec::new();
        let mut texts = Vec::new();
        for attachment in &*self.attachments {
            match attachment.part(files, sees) {
                Part::Text(text) => texts.push(text),
                image => images.push(image),
            }
        }
        if !self.text.trim().is_empty() {
            texts.push(self.text.clone());
        }
        let text: Arc<str> = texts.join("\n\n").into();
        if images.is_empty() {
            return Content::Text(text);
        }
        if !text.is_empty() {
            images.push(Part::Text(text));
        }
        Content::Parts(images)
    }
}

impl Attachment {
    fn part(&self, files: Files<'_>, sees: bool) -> Part {
        let Self { name, blob, extent } = self;
        let in_words = || if blob.is_image() { picture_in_words(name, *extent) } else { file_in_words(name, *extent) };
        match files {
            _ if blob.is_image() && !sees => Part::Text(in_words().into()),
            Files::Named if blob.is_image() => Part::ImageRef(blob.clone()),
            Files::Named => Part::Text(in_words().into()),
            Files::Loaded(blobs) => match blobs.get(&blob.hash) {
                Some(image) if blob.is_image() => Part::Image(image.clone()),
                Some(text) => Part::Text(context_text(name, &String::from_utf8_lossy(&text.bytes)).into()),
                None => Part::Text(in_words().into()),
            },
        }
    }
}

/// A prompt and its answer: the unit in which a conversation is cut, so that no answer loses its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What the person asked.
    pub prompt: Prompt,
    /// What a model answered, perhaps only the part that came.
    pub answer: Arc<str>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{BlobHash, Extent};

    fn prompt(text: &str) -> (Prompt, Blobs) {
        let blob = |media_type: &str, bytes: &[u8]| Blob { media_type: media_type.into(), bytes: bytes.into() };
        let (picture, file) = (blob("image/png", b"abc"), blob("text/plain", b"fn f() {}\n"));
        let attached =
            |name: &str, blob: &Blob, extent| Attachment { name: name.to_owned(), blob: blob.reference(), extent };
        let attachments = vec![
            attached("main.rs", &file, Extent::Text { lines: 1, tokens: 5 }),
            attached("crab.png", &picture, Extent::Pixels { width: 3, height: 2 }),
        ];
        let blobs = [picture, file].map(|blob| (BlobHash::of(&blob.bytes), blob));
        (Prompt { text: text.into(), attachments: attachments.into() }, blobs.into())
    }

    #[test]
    fn a_model_that_sees_gets_pictures_as_data_and_files_as_named_context() {
        let (prompt, blobs) = prompt("why?");
        let content = serde_json::to_value(prompt.content(Files::Loaded(&blobs), true)).unwrap();
        assert_eq!(
            content,
            json!([
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,YWJj"}},
                {"type": "text", "text": "File `main.rs`:\n```rust\nfn f() {}\n```\n\nwhy?"},
            ])
        );
    }

    #[test]
    fn a_model_that_cannot_see_gets_one_text_that_names_the_picture() {
        let (prompt, blobs) = prompt("why?");
        let content = prompt.content(Files::Loaded(&blobs), false);
        assert_eq!(
            content,
            Content::from("File `main.rs`:\n```rust\nfn f() {}\n```\n\n[picture: crab.png, 3 × 2]\n\nwhy?")
        );
    }

    #[test]
    fn files_that_are_not_at_hand_are_named() {
        let (prompt, _) = prompt("");
        let none = Blobs::new();
        let missing = prompt.content(Files::Loaded(&none), true);
        assert_eq!(missing, Content::from("[file: main.rs, 1 line]\n\n[picture: crab.png, 3 × 2]"));
        let shown = serde_json::to_value(prompt.content(Files::Named, true)).unwrap();
        assert_eq!(shown[0]["image_url"]["url"], "data:image/png;base64,… (3 bytes)");
        assert_eq!(shown[1]["text"], "[file: main.rs, 1 line]");
    }

    #[test]
    fn a_prompt_without_files_is_a_shared_text() {
        let prompt = Prompt::from("hi");
        let content = prompt.content(Files::Named, true);
        assert!(matches!(content, Content::Text(text) if Arc::ptr_eq(&text, &prompt.text)));
    }
}
