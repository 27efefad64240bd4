//! Any bytes as what the terminal sends, cut anywhere and with any pauses: where they are cut makes no difference, and
//! a moment later the keyboard works.
//!
//! The first byte says in what lengths the rest is cut. A byte 0xff, which is in no text, is a pause; the one behind it says
//! how long. A twin in `src/tui/host/keyboard/sequences/tests.rs` always runs.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pointsman::tui::{Event, decode_input};
use std::time::Duration;

/// Around each of the limits, in milliseconds.
const PAUSES: [u64; 8] = [1, 15, 30, 60, 150, 1500, 2500, 6000];

fuzz_target!(|bytes: &[u8]| {
    let Some((&cut, bytes)) = bytes.split_first() else { return };
    let mut reads = Vec::new();
    for (index, read) in bytes.split(|byte| *byte == 0xff).enumerate() {
        let (pause, read) = match read.split_first() {
            Some((&pause, read)) if index > 0 => (PAUSES[usize::from(pause) % PAUSES.len()], read),
            _ => (0, read),
        };
        reads.push((Duration::from_millis(pause), read));
    }
    let whole = decode_input(&reads);
    assert_eq!(decode_input(&in_pieces(&reads, cut)), whole, "where it is cut makes a difference");

    reads.push((Duration::from_secs(6), b"z"));
    let typed = decode_input(&reads);
    assert!(matches!(typed.last(), Some(Event::Key(key)) if key.to_string() == "z"), "the keyboard is deaf: {typed:?}");
});

/// `reads` in pieces of which each is as long as a few bits of `lengths` say, with the same pauses.
fn in_pieces<'bytes>(reads: &[(Duration, &'bytes [u8])], mut lengths: u8) -> Vec<(Duration, &'bytes [u8])> {
    let mut pieces = Vec::new();
    for (pause, mut read) in reads.iter().copied() {
        let mut pause = pause;
        loop {
            let (piece, rest) = read.split_at((usize::from(lengths & 7) + 1).min(read.len()));
            pieces.push((std::mem::take(&mut pause), piece));
            (read, lengths) = (rest, lengths.rotate_left(3));
            if read.is_empty() {
                break;
            }
        }
    }
    pieces
}
