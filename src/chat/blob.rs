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

/// A kind of content that answers have.
struct Media {
    /// How the names of its files end: a name that servers have for it, too.
    ending: &'static str,
    /// Its media types, the usual one first.
    types: &'static [&'static str],
    /// Other names that servers have for it.
    names: &'static [&'static str],
}

const fn media(ending: &'static str, types: &'static [&'static str], names: &'static [&'static str]) -> Media {
    Media { ending, types, names }
}

/// The kinds of content that are known.
const MEDIA: [Media; 23] = [
    media("png", &["image/png"], &[]),
    media("jpg", &["image/jpeg", "image/jpg"], &["jpeg"]),
    media("webp", &["image/webp"], &[]),
    media("gif", &["image/gif"], &[]),
    media("bmp", &["image/bmp", "image/x-ms-bmp"], &[]),
    media("avif", &["image/avif"], &[]),
    media("tiff", &["image/tiff"], &["tif"]),
    media("svg", &["image/svg+xml"], &[]),
    media("ico", &["image/x-icon", "image/vnd.microsoft.icon"], &[]),
    media("heic", &["image/heic"], &[]),
    media("heif", &["image/heif"], &[]),
    media("jxl", &["image/jxl"], &[]),
    media("qoi", &["image/x-qoi"], &[]),
    media("wav", &["audio/wav", "audio/x-wav", "audio/wave"], &["wave"]),
    media("mp3", &["audio/mpeg", "audio/mp3"], &["mpeg"]),
    media("ogg", &["audio/ogg", "audio/opus"], &["opus"]),
    media("flac", &["audio/flac", "audio/x-flac"], &[]),
    media("aac", &["audio/aac", "audio/x-aac"], &[]),
    media("m4a", &["audio/mp4", "audio/x-m4a"], &["mp4"]),
    media("webm", &["audio/webm"], &[]),
    media("aiff", &["audio/aiff", "audio/x-aiff"], &["aif"]),
    media("pcm", &["audio/pcm", "audio/l16"], &["pcm16"]),
    media("txt", &["text/plain"], &[]),
];

/// How the name of a file of this type ends. Programs go by that, so an unknown type is no text.
pub fn media_ending(media_type: &str) -> &'static str {
    MEDIA.iter().find(|media| media.types.contains(&media_type)).map_or("bin", |media| media.ending)
}

/// The usual media type of what servers call `name`, as `wav`.
pub fn media_type_named(name: &str) -> Option<&'static str> {
    let media = MEDIA.iter().find(|media| media.ending == name || media.names.contains(&name))?;
    media.types.first().copied()
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
    fn every_type_has_an_ending_and_every_name_one_kind() {
        for (media_type, ending) in [
            ("image/jpeg", "jpg"),
            ("image/svg+xml", "svg"),
            ("image/avif", "avif"),
            ("audio/x-wav", "wav"),
            ("text/plain", "txt"),
            ("image/x-unheard-of", "bin"),
            ("", "bin"),
        ] {
            assert_eq!(media_ending(media_type), ending, "{media_type}");
        }
        let names = MEDIA.iter().flat_map(|media| media.names.iter().chain([&media.ending]).chain(media.types));
        let mut all: Vec<&str> = names.copied().collect();
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count, "no name stands for two kinds");
    }

    #[test]
    fn the_hash_of_a_blob_is_its_blake3() {
        let hash = BlobHash::of(b"abc");
        assert_eq!(hash.as_str(), "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85");
        assert_eq!(BlobHash::parse(hash.as_str()), Some(hash));
        assert_eq!([BlobHash::parse("6437B3"), BlobHash::parse(&"g".repeat(64))], [None, None]);
    }
}
