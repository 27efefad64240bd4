//! The bytes that terminals get for pictures.

use super::*;
use crate::tui::pictures::{Picture, Size, Way};
use crate::tui::terminal::pictures::delete_all;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

const NUMBER: u32 = 42;

/// A terminal of which every byte is kept, and the pictures that it is to show.
struct Stage {
    frames: Frames<Memory>,
    out: Memory,
    shelf: Shelf,
    shown: Buffer,
}

impl Stage {
    fn new() -> Self {
        let (out, shelf) = (Memory::default(), Shelf::default());
        let frames = Frames::new(out.clone(), Links::default(), shelf.clone());
        Self { frames, out, shelf, shown: Buffer::empty(Rect::new(0, 0, 6, 3)) }
    }

    /// Draws what changes, as ratatui does, and gives back the bytes.
    fn frame(&mut self, paint: impl Fn(&mut Buffer)) -> String {
        let mut next = Buffer::empty(self.shown.area);
        paint(&mut next);
        self.frames.draw(self.shown.diff(&next).into_iter()).unwrap();
        self.shown = next;
        self.frames.flush().unwrap();
        String::from_utf8(std::mem::take(&mut *self.out.0.borrow_mut())).unwrap()
    }
}

/// A picture of 2 × 1 cells.
fn picture(data: &str) -> Arc<Picture> {
    Arc::new(Picture { size: Size { columns: 2, rows: 1 }, pixels: Box::default(), data: data.into() })
}

/// The picture at that place.
fn at(x: u16, y: u16) -> impl Fn(&mut Buffer) {
    move |buffer| {
        for column in 0..2 {
            Mark { picture: NUMBER, column, row: 0 }.put(&mut buffer[(x + column, y)]);
        }
    }
}

#[test]
fn kitty_gets_a_picture_once_in_chunks_and_then_placeholders() {
    let mut stage = Stage::new();
    let held = picture(&"A".repeat(5_000));
    stage.shelf.show(Way::Kitty, [(NUMBER, held.clone())].into_iter());
    let first = format!("\x1b_Ga=T,U=1,f=100,q=2,i=42,c=2,r=1,m=1;{}\x1b\\", "A".repeat(4_096));
    let last = format!("\x1b_Gq=2,m=0;{}\x1b\\", "A".repeat(904));
    let cells = "\x1b[2;2H\x1b[38;2;0;0;42;49m\u{10EEEE}\u{305}\u{305}\u{10EEEE}\u{305}\u{30D}";
    let written = stage.frame(at(1, 1));
    assert!(written.starts_with(&format!("\x1b[?2026h{first}{last}{cells}")), "{written:?}");
    // One row up.
    let moved = stage.frame(at(1, 0));
    assert!(!moved.contains("\x1b_G") && moved.contains('\u{10EEEE}'), "{moved:?}");
}

#[test]
fn kitty_deletes_a_picture_that_is_out_of_use_and_all_when_the_terminal_is_given_back() {
    let mut stage = Stage::new();
    stage.shelf.show(Way::Kitty, [(NUMBER, picture("AAAA"))].into_iter());
    stage.frame(at(0, 0));
    stage.shelf.show(Way::Kitty, std::iter::empty());
    let gone = stage.frame(|_| {});
    assert!(gone.starts_with("\x1b[?2026h\x1b_Ga=d,d=I,i=42,q=2\x1b\\"), "{gone:?}");
    let (one, other) = (picture("AAAA"), picture("BBBB"));
    stage.shelf.show(Way::Kitty, [(7, one), (8, other)].into_iter());
    stage.frame(|_| {});
    let mut out = Vec::new();
    delete_all(&stage.shelf, &mut out).unwrap();
    delete_all(&stage.shelf, &mut out).unwrap();
    assert_eq!(out, b"\x1b_Ga=d,d=I,i=7,q=2\x1b\\\x1b_Ga=d,d=I,i=8,q=2\x1b\\");
}

#[test]
fn other_terminals_get_blanks_and_the_picture_over_them_whenever_a_cell_of_it_was_drawn() {
    let iterm2 = "\x1b[2;2H\x1b]1337;File=inline=1;width=2;height=1;preserveAspectRatio=1;doNotMoveCursor=1:AAAA\x07";
    for (way, drawn) in [(Way::Iterm2, iterm2), (Way::Sixel, "\x1b[2;2HAAAA")] {
        let mut stage = Stage::new();
        stage.shelf.show(way, [(NUMBER, picture("AAAA"))].into_iter());
        let first = stage.frame(at(1, 1));
        assert!(first.contains("  ") && !first.contains('\u{10EEEE}'), "{first:?}");
        assert_eq!(first.matches(drawn).count(), 1, "{first:?}");
        let same = stage.frame(|buffer| {
            at(1, 1)(buffer);
            buffer.set_string(0, 0, "text", ratatui::style::Style::new());
        });
        assert!(!same.contains("AAAA"), "text beside it does not disturb it: {same:?}");
        // Something lay over one cell of it, and is gone.
        stage.frame(|buffer| {
            at(1, 1)(buffer);
            buffer.set_string(2, 1, "x", ratatui::style::Style::new());
        });
        assert_eq!(stage.frame(at(1, 1)).matches(drawn).count(), 1);
        let cleared = stage.frame(|_| {});
        assert!(cleared.contains("\x1b[2;2H") && cleared.contains("  ") && !cleared.contains("AAAA"), "{cleared:?}");
    }
}

#[test]
fn frames_without_pictures_cost_no_byte_more() {
    let mut stage = Stage::new();
    let written = stage.frame(|buffer| {
        buffer.set_string(0, 0, "text", ratatui::style::Style::new());
    });
    assert!(!written.contains("\x1b_G") && !written.contains("1337"), "{written:?}");
}
