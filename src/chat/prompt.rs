//! What a user asks: a text, and the files that go with it. Must not hold a file's bytes; they are the store's blobs.

use super::blob::BlobRef;
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
}

impl Prompt {
    /// How many images are attached.
    pub fn images(&self) -> usize {
        self.attachments.iter().filter(|attachment| attachment.blob.is_image()).count()
    }
}

impl<T: Into<Arc<str>>> From<T> for Prompt {
    fn from(text: T) -> Self {
        Self { text: text.into(), attachments: Arc::default() }
    }
}
