//! Why a file cannot go along with a prompt: one line each, with what to do.

use crate::format::size::size;
use crate::format::thousands;

/// Why a file cannot go along with a prompt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    /// Its name, its place or its content is that of a secret, and the user was not asked yet.
    #[error("{name} looks like a secret: send it?")]
    LooksSecret {
        /// The file's name.
        name: String,
    },
    /// There is no such file.
    #[error("{name} is not there; check the path")]
    Missing {
        /// The file's name.
        name: String,
    },
    /// It is something else than a file.
    #[error("{name} is {is}; {}", if *.is == "a folder" { "name a file in it" } else { "only regular files are read" })]
    NotAFile {
        /// The file's name.
        name: String,
        /// What it is, with its article.
        is: &'static str,
    },
    /// The system does not let it be read.
    #[error("{name} cannot be read: {why}")]
    Unreadable {
        /// The file's name.
        name: String,
        /// Why, and what to do.
        why: String,
    },
    /// There is nothing in it.
    #[error("{name} is empty; there is nothing to send")]
    Empty {
        /// The file's name.
        name: String,
    },
    /// It is larger than what is read of its kind.
    #[error("{name} {}, and {kind} may have {}; {advice}", of_size(*size), self::size(*limit))]
    TooLarge {
        /// The file's name.
        name: String,
        /// What is limited, as "texts".
        kind: &'static str,
        /// Its size in bytes; unknown of a file that grows, or whose size the system does not tell.
        size: Option<u64>,
        /// The most bytes that are read.
        limit: u64,
        /// What to do.
        advice: &'static str,
    },
    /// A picture that would need too much memory.
    #[error("{name} {}, more than can be decoded safely; make it smaller first", of_pixels(*pixels))]
    TooManyPixels {
        /// The file's name.
        name: String,
        /// Its width and height, where they are known.
        pixels: Option<(u32, u32)>,
    },
    /// A picture in a format that models do not take and that is not decoded here.
    #[error("{name} is {is}; convert it to PNG or JPEG")]
    PictureFormat {
        /// The file's name.
        name: String,
        /// The format, with its article.
        is: &'static str,
    },
    /// A picture that is damaged.
    #[error("{name} cannot be decoded: {why}; open it in a viewer and save it anew")]
    BrokenPicture {
        /// The file's name.
        name: String,
        /// Why.
        why: String,
    },
    /// A picture that is still too large when it is tiny.
    #[error("{name} cannot be made smaller than {}; choose a model that takes larger pictures", size(*limit))]
    CannotShrink {
        /// The file's name.
        name: String,
        /// The most bytes that were wanted.
        limit: u64,
    },
    /// It is neither a picture nor a text.
    #[error("{name} is {is}; {advice}")]
    Binary {
        /// The file's name.
        name: String,
        /// What it seems to be, with its article.
        is: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// The program that reads PDF files is missing.
    #[error("{name} needs pdftotext, which is not installed; install poppler-utils, or paste the text")]
    NoPdfReader {
        /// The file's name.
        name: String,
    },
    /// A PDF of scanned pages.
    #[error("{name} has no text in it, as a scan has none; attach its pages as pictures")]
    NoTextInPdf {
        /// The file's name.
        name: String,
    },
    /// A PDF that could not be read.
    #[error("pdftotext cannot read {name}: {why}; paste the text instead")]
    BrokenPdf {
        /// The file's name.
        name: String,
        /// Why.
        why: String,
    },
}

fn of_size(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "is too large".to_owned(), |bytes| format!("has {}", size(bytes)))
}

fn of_pixels(pixels: Option<(u32, u32)>) -> String {
    pixels.map_or_else(
        || "has too many pixels".to_owned(),
        |(width, height)| format!("has {} × {} pixels", thousands(width.into()), thousands(height.into())),
    )
}
