//! What a user asks: a text, and the files that go with it. Must not hold a file's bytes; they are the store's blobs.

use super::blob::BlobRef;
use super::title::title;
use crate::format::{count, thousands};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The text.
    pub text: Arc<str>,
    /// The files that go with it, in the user's order.
    pub attachments: Arc<[Attachment]>,
}

/// A file that goes with a prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The file's name, without its folder.
    pub name: String,
    /// Its content.
    #[serde(flatten)]
    pub blob: BlobRef,
    /// How much there is to look at or to read.
    #[serde(default)]
    pub extent: Extent,
}

/// How much there is to look at or to read in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Not known, as of files that come from elsewhere.
    #[default]
    Unknown,
    /// A picture, upright.
    Pixels {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// A text.
    Text {
        /// How many lines it has.
        lines: u32,
        /// About how many tokens it is.
        tokens: u32,
    },
}

/// A picture is read in squares of so many pixels a side, each a token; models differ by a factor of two.
const PATCH_SIDE: u64 = 28;
/// What a picture of unknown size counts as, in tokens.
const UNKNOWN_PICTURE_TOKENS: usize = 1_500;
/// How many bytes of a text of unknown length are a token, at least.
const BYTES_A_TOKEN: u64 = 3;

impl Extent {
    /// In words, as `1,024 × 768` and `12 lines`; empty where it is not known.
    pub fn words(self) -> String {
        match self {
            Self::Pixels { width, height } => format!("{} × {}", thousands(width.into()), thousands(height.into())),
            Self::Text { lines, .. } => count(lines.into(), "line"),
            Self::Unknown => String::new(),
        }
    }
}

impl Attachment {
    /// The mark that a person tells pictures and texts apart by.
    pub fn mark(&self) -> &'static str {
        if self.blob.is_image() { "▣" } else { "≡" }
    }

    /// About how many tokens of a model's window it takes.
    pub fn tokens(&self) -> usize {
        let tokens = match self.extent {
            Extent::Pixels { width, height } => {
                u64::from(width).div_ceil(PATCH_SIDE) * u64::from(height).div_ceil(PATCH_SIDE)
            }
            Extent::Text { tokens, .. } => u64::from(tokens),
            Extent::Unknown if self.blob.is_image() => return UNKNOWN_PICTURE_TOKENS,
            Extent::Unknown => self.blob.size.div_ceil(BYTES_A_TOKEN),
        };
        tokens as usize
    }
}

impl Prompt {
    /// How many images are attached.
    pub fn images(&self) -> usize {
        self.attachments.iter().filter(|attachment| attachment.blob.is_image()).count()
    }

    /// The title of a conversation that begins with it.
    pub fn title(&self) -> String {
        match (self.text.trim().is_empty(), self.attachments.first()) {
            (true, Some(attachment)) => title(&attachment.name),
            _ => title(&self.text),
        }
    }

    /// About how many tokens of a model's window the attached files take.
    pub fn attached_tokens(&self) -> usize {
        self.attachments.iter().map(Attachment::tokens).sum()
    }
}

impl<T: Into<Arc<str>>> From<T> for Prompt {
    fn from(text: T) -> Self {
        Self { text: text.into(), attachments: Arc::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Blob;

    #[test]
    fn a_file_counts_by_what_a_model_reads_of_it() {
        let attachment = |media_type: &str, bytes: usize, extent| {
            let blob = Blob { media_type: media_type.into(), bytes: vec![0; bytes].into() };
            Attachment { name: "a".to_owned(), blob: blob.reference(), extent }
        };
        for (media_type, bytes, extent, tokens) in [
            ("image/png", 10, Extent::Pixels { width: 2048, height: 1536 }, 74 * 55),
            ("image/png", 10, Extent::Pixels { width: 1, height: 1 }, 1),
            ("image/png", 10, Extent::Unknown, 1_500),
            ("text/plain", 10, Extent::Text { lines: 3, tokens: 12 }, 12),
            ("text/plain", 10, Extent::Unknown, 4),
        ] {
            assert_eq!(attachment(media_type, bytes, extent).tokens(), tokens, "{media_type} {extent:?}");
        }
    }
}
