//! Any text, cut anywhere, as Markdown that streams in: its rows must be those of the whole text at once, at every step.
//!
//! The first byte says in what lengths the text is cut, the second how wide the screen is. A twin in
//! `src/tui/text/markdown/tests.rs` always runs.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pointsman::text::sanitize::sanitize;
use pointsman::tui::grows_as_at_once;

fuzz_target!(|bytes: &[u8]| {
    let &[mut lengths, width, ref text @ ..] = bytes else {
        return;
    };
    let text = sanitize(&String::from_utf8_lossy(text));
    let (mut pieces, mut rest) = (Vec::new(), text.as_str());
    while !rest.is_empty() {
        // Seldom a few characters, mostly a line's worth: every step lays out all that came before it.
        let length = rest.chars().take(usize::from(lengths & 31) + 1).map(char::len_utf8).sum();
        let (piece, behind) = rest.split_at(length);
        pieces.push(piece);
        (rest, lengths) = (behind, lengths.rotate_left(3));
    }
    assert!(grows_as_at_once(&pieces, usize::from(width)), "how it came makes a difference: {pieces:?}");
});
