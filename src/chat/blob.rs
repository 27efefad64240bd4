//! Binary content, named by its hash: pictures and files. Conversations hold references; the store has the bytes.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// The BLAKE3 hash of a blob's bytes, as 64 lowercase hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BlobHash(Arc<str>);

/// A reference to a blob.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlobRef {
    /// The content's hash.
    pub hash: BlobHash,
    /// What the content is, as `image/png`.
    pub media_type: Arc<str>,
    /// How long it is, in bytes.
    pub size: u64,
}

/// A blob with its content.
#[derive(Clone, PartialEq, Eq)]
pub struct Blob {
    /// What the content is, as `image/png`.
    pub media_type: Arc<str>,
    /// The content.
    pub bytes: Arc<[u8]>,
}

/// Blobs that are at hand, by their hashes.
pub type Blobs = HashMap<BlobHash, Blob>;

impl BlobHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes).to_hex().as_str().into())
    }

    /// The hash that `text` spells; `None` where it is not 64 lowercase hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        (text.len() == 64 && text.chars().all(is_digit)).then(|| Self(text.into()))
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl BlobRef {
    /// Whether the content is a picture.
    pub fn is_image(&self) -> bool {
        self.media_type.starts_with("image/")
    }
}

/// How the name of a picture or a recording of this type ends; `None` where it is none that is known.
pub fn media_ending(media_type: &str) -> Option<&'static str> {
    match media_type {
        "image/png" => Some("png"),
        "image/jpeg" => Some("jpg"),
        "image/webp" => Some("webp"),
        "image/gif" => Some("gif"),
        "audio/wav" | "audio/x-wav" | "audio/wave" => Some("wav"),
        "audio/mpeg" | "audio/mp3" => Some("mp3"),
        "audio/ogg" | "audio/opus" => Some("ogg"),
        "audio/flac" => Some("flac"),
        "audio/aac" => Some("aac"),
        "audio/mp4" => Some("m4a"),
        "audio/pcm" => Some("pcm"),
        _ => None,
    }
}

impl Blob {
    /// A reference to it. Hashes the content: a millisecond for about a megabyte.
    pub fn reference(&self) -> BlobRef {
        BlobRef { hash: BlobHash::of(&self.bytes), media_type: self.media_type.clone(), size: self.bytes.len() as u64 }
    }
}

/// Shows the size instead of the content.
impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blob").field("media_type", &self.media_type).field("size", &self.bytes.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_a_blob_is_its_blake3() {
        let hash = BlobHash::of(b"abc");
        assert_eq!(hash.as_str(), "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
        assert_eq!(BlobHash::parse(hash.as_str()), Some(hash));
        assert_eq!([BlobHash::parse("6437B3"), BlobHash::parse(&"g".repeat(64))], [None, None]);
    }
}
