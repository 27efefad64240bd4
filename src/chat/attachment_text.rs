//! Attached files in words, as a model reads them.

use super::prompt::Extent;

/// The text of a file as named context.
pub(super) fn context_text(name: &str, text: &str) -> String {
    format!("File `{name}`:\n```rust\n{}\n```", text.trim_end())
}

/// A picture that the model cannot see.
pub(super) fn picture_in_words(name: &str, extent: Extent) -> String {
    match extent {
        Extent::Pixels { width, height } => format!("[picture: {name}, {width} × {height}]"),
        _ => format!("[picture: {name}]"),
    }
}

/// A file whose text is not at hand.
pub(super) fn file_in_words(name: &str, extent: Extent) -> String {
    match extent {
        Extent::Text { lines: 1, .. } => format!("[file: {name}, 1 line]"),
        Extent::Text { lines, .. } => format!("[file: {name}, {lines} lines]"),
        _ => format!("[file: {name}]"),
    }
}
