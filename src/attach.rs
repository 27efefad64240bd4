//! Files made fit to go along with a prompt: pictures upright, small enough and without metadata; texts as clean UTF-8.
//!
//! Everything here blocks, for as long as a disk or `pdftotext` takes: callers run it on a thread for blocking work.
//! Must not keep anything, and must not know who gets the file: blobs are stored and sent elsewhere.
//!
//! What a file is follows from its content, never from its name. Whatever it holds is hostile: sizes are limited before
//! anything is read or decoded, decoders may panic, and texts pass `text::sanitize`.

mod complete;
mod dropped;
mod error;
mod jpeg;
mod kind;
mod open;
mod pdf;
mod picture;
mod plain;
mod scale;
mod secret;

pub use complete::{Completion, complete};
pub use dropped::{dropped, may_be_dropped};
pub use error::AttachError;
pub use kind::FILE_BYTES_MAX;
pub use pdf::read_pdf;
pub use scale::scale;

use crate::chat::{Attachment, Blob, Extent};
use crate::text::sanitize::{one_line, sanitize};
use crate::text::tokens::estimate_tokens;
use kind::Kind;
use std::path::Path;
use std::sync::Arc;

/// How long a file's name may be, in characters; file systems allow about twice as many bytes.
const NAME_CHARS_MAX: usize = 120;
/// The media type of everything that a model reads as text.
const TEXT: &str = "text/plain";

/// A file that is ready to go along with a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// What the prompt holds of it.
    pub attachment: Attachment,
    /// Its content, for the store.
    pub blob: Blob,
    /// What the user should know of it, as "read as Windows-1252".
    pub remark: Option<String>,
}

/// How large a picture may be when it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureLimits {
    /// The longest side, in pixels.
    pub side: u32,
    /// The encoded picture, in bytes.
    pub bytes: u64,
}

/// What becomes of a file that looks like a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// It is refused with [`AttachError::LooksSecret`], so that the caller can ask the user.
    Ask,
    /// It is read: the user said so.
    Send,
}

/// The file at `path`, ready to be sent. Blocks; see the module.
///
/// # Errors
/// Why it cannot be sent, and what to do.
pub fn read(path: &Path, limits: PictureLimits, secrets: Secrets) -> Result<Attached, AttachError> {
    let name = shown(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy());
    let attached = take_in(&name, open::bytes(path, &name)?, limits)?;
    // Asked last: a user who says yes must not read then that the file cannot be sent anyway.
    let is_secret = || secret::by_place(path) || secret::by_content(&attached.blob.bytes);
    if secrets == Secrets::Ask && is_secret() {
        return Err(AttachError::LooksSecret { name });
    }
    Ok(attached)
}

/// The file called `name` that has this content, ready to be sent: from stdin, the clipboard, an archive. Blocks.
///
/// # Errors
/// Why it cannot be sent, and what to do.
pub fn take_in(name: &str, bytes: Vec<u8>, limits: PictureLimits) -> Result<Attached, AttachError> {
    let name = shown(name);
    if bytes.is_empty() {
        return Err(AttachError::Empty { name });
    }
    let kind = Kind::of(&bytes);
    kind.hold_limit(&name, bytes.len() as u64)?;
    match kind {
        Kind::Picture(format) => {
            let picture = picture::prepare(&name, bytes, format, limits)?;
            let extent = Extent::Pixels { width: picture.width, height: picture.height };
            Ok(attached(name, picture.blob, extent, picture.remark))
        }
        Kind::OtherPicture(is) => Err(AttachError::PictureFormat { name, is }),
        Kind::Pdf => read_pdf(&name, bytes, &std::env::var_os("PATH").unwrap_or_default()),
        Kind::Other => match plain::decode(&bytes) {
            Some(decoded) => text(name, &decoded.text, decoded.remark),
            None => Err(kind::binary(name, &bytes)),
        },
    }
}

/// Whether this is the content of a picture that can be attached.
pub fn is_picture(bytes: &[u8]) -> bool {
    matches!(Kind::of(bytes), Kind::Picture(_))
}

/// A stored picture made smaller, for a model that takes less. `None` where it fits as it is, and for what is no picture.
/// Blocks.
///
/// # Errors
/// Why it cannot be made smaller.
pub fn fit(blob: &Blob, limits: PictureLimits) -> Result<Option<Blob>, AttachError> {
    let Kind::Picture(format) = Kind::of(&blob.bytes) else { return Ok(None) };
    let name = "the picture";
    let (width, height) = picture::dimensions(name, &blob.bytes, format)?;
    if width.max(height) <= limits.side && blob.bytes.len() as u64 <= limits.bytes {
        return Ok(None);
    }
    picture::prepare(name, blob.bytes.to_vec(), format, limits).map(|picture| Some(picture.blob))
}

/// A text as an attachment, cleaned.
fn text(name: String, text: &str, remark: Option<String>) -> Result<Attached, AttachError> {
    let clean = sanitize(text);
    if clean.trim().is_empty() {
        return Err(AttachError::Empty { name });
    }
    // Carriage returns are no loss: they became newlines, or stood before one.
    let dropped = text.chars().filter(|c| *c != '\r').count().saturating_sub(clean.chars().count());
    let dropped = (dropped > 0).then(|| "control characters and hidden ones were left out".to_owned());
    let remarks: Vec<String> = remark.into_iter().chain(dropped).collect();
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let extent = Extent::Text { lines: number(clean.lines().count()), tokens: number(estimate_tokens(&clean)) };
    let blob = Blob { media_type: TEXT.into(), bytes: Arc::from(clean.into_bytes()) };
    Ok(attached(name, blob, extent, (!remarks.is_empty()).then(|| remarks.join("; "))))
}

fn attached(name: String, blob: Blob, extent: Extent, remark: Option<String>) -> Attached {
    Attached { attachment: Attachment { name, blob: blob.reference(), extent }, blob, remark }
}

/// A file's name as it is shown and sent: clean, on one line.
fn shown(name: &str) -> String {
    let name = one_line(name, NAME_CHARS_MAX);
    if name.is_empty() { "file".to_owned() } else { name }
}
