//! Any bytes as the body of an answer: how they are cut into blocks makes no difference, and what comes out can be shown.
//!
//! The last byte says in what lengths they are cut. `tests/streams.rs` asks the same of the bodies that this begins with.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pointsman::provider::openai::{BodyEnd, read_body};
use pointsman::text::sanitize::sanitize;

fuzz_target!(|bytes: &[u8]| {
    let Some(&cut) = bytes.last() else { return };
    for end in [BodyEnd::Closed, BodyEnd::Lost] {
        let read = read_body([bytes], end);
        assert_eq!(read_body(bytes.chunks(1), end), read, "byte by byte it is another answer");
        assert_eq!(read_body(in_pieces(bytes, cut), end), read, "where it is cut makes a difference");
        let (text, reasoning) = read.words();
        assert_eq!(sanitize(&text), text, "the answer is not clean");
        assert_eq!(sanitize(&reasoning), reasoning, "the reasoning is not clean");
    }
});

/// `bytes` in blocks of which each is as long as a few bits of `lengths` say.
fn in_pieces(mut bytes: &[u8], mut lengths: u8) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at((usize::from(lengths & 31) + 1).min(bytes.len()));
        pieces.push(piece);
        (bytes, lengths) = (rest, lengths.rotate_left(3));
    }
    pieces
}
