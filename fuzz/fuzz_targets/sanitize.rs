//! Any bytes, cut anywhere, through the cleaning of text: the contract of `text::sanitize` must hold.
//!
//! The first byte says in what lengths the rest is cut. A twin in `src/text/sanitize/tests.rs` always runs.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pointsman::text::sanitize::{LONGEST, MARKS, Sanitizer, sanitize};

fuzz_target!(|bytes: &[u8]| {
    let Some((&cut, bytes)) = bytes.split_first() else {
        return;
    };
    let dirty = String::from_utf8_lossy(bytes);
    let clean = sanitize(&dirty);

    assert_eq!(in_pieces(&dirty, cut), clean, "where it is cut makes a difference");
    assert_eq!(sanitize(&clean), clean, "cleaning it again changes it");
    assert!(clean.len() <= dirty.len(), "it grows");
    if let Some(c) = clean.chars().find(|&c| is_forbidden(c)) {
        panic!("U+{:04X} comes out", u32::from(c));
    }
    let marks = clean.split(|c| !matches!(c, '\u{300}'..='\u{36f}')).map(|run| run.chars().count()).max();
    assert!(marks.unwrap_or(0) <= usize::from(MARKS), "a character carries too many marks");
    // Whatever is open, it ends: a text behind it comes out whole.
    let behind = format!("{dirty}{}the end", "-".repeat(LONGEST + 1));
    assert!(sanitize(&behind).ends_with("the end"), "a sequence swallows too much");
});

/// The same text, cut into pieces of which each is as long as a few bits of `cut` say, up to the next character.
fn in_pieces(dirty: &str, cut: u8) -> String {
    let mut sanitizer = Sanitizer::default();
    let (mut clean, mut rest, mut lengths) = (String::new(), dirty, cut);
    while !rest.is_empty() {
        let length = rest.chars().take(usize::from(lengths & 7) + 1).map(char::len_utf8).sum();
        let (piece, behind) = rest.split_at(length);
        clean += &sanitizer.push(piece);
        (rest, lengths) = (behind, lengths.rotate_left(3));
    }
    clean
}

/// What must never come out, in other words than the sanitizer's.
fn is_forbidden(c: char) -> bool {
    let c = u32::from(c);
    (c < 0x20 && c != 0x0a && c != 0x09)
        || (0x7f..=0x9f).contains(&c)
        || [0xad, 0x61c, 0x115f, 0x1160, 0x180e, 0x200b, 0x200e, 0x200f, 0x3164, 0xfeff, 0xffa0].contains(&c)
        || (0x2028..=0x202e).contains(&c)
        || (0x2060..=0x206f).contains(&c)
        || (0xfff0..=0xfffb).contains(&c)
        || (0xe0000..=0xe0fff).contains(&c)
        || (0xfdd0..=0xfdef).contains(&c)
        || c & 0xfffe == 0xfffe
}
