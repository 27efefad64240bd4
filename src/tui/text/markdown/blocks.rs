//! Where a text can be cut: the lines at which its outermost blocks begin. The items of an outermost list are blocks of
//! their own here, so that a long list is no long block.

use super::context::Context;
use super::numbers::{Number, number_of};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The extensions of `CommonMark` that are read. Formulas are not the parser's: it takes two prices for one.
pub(super) fn options(text: &str) -> Options {
    // A reference to a note is one whether or not the note is in the same piece of text: that is the older way of
    // footnotes. In the newer one they have more than one paragraph.
    let has_note = text.contains("[^") && text.contains("]:");
    let footnotes = if has_note { Options::ENABLE_FOOTNOTES } else { Options::ENABLE_OLD_FOOTNOTES };
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM | footnotes
}

/// A block as it was found in a text.
#[derive(Debug)]
pub(super) struct Piece {
    /// Its place in the text.
    pub(super) bytes: Range<usize>,
    pub(super) context: Context,
}

/// The blocks of `text`, which follows `context`. The first begins with the text, and has whatever stands before it; no
/// text has none.
pub(super) fn pieces(text: &str, context: &Context) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    if text.is_empty() {
        return pieces;
    }
    let whole = context.joined(text);
    let prefix = whole.len() - text.len();
    let mut last = context.number.filter(|_| prefix > 0);
    for start in starts(&whole) {
        let Some(at) = start.at.checked_sub(prefix) else { continue };
        if pieces.is_empty() && at > 0 && prefix > 0 {
            pieces.push(Piece { bytes: 0..0, context: context.clone() });
        }
        let first = context.number.filter(|_| pieces.is_empty() && prefix == 0);
        let number = start.number.map(|written| match last.filter(|_| start.goes_on) {
            Some(last) => last.next(written),
            None => first.unwrap_or(Number::first(written)),
        });
        last = number;
        pieces.push(Piece { bytes: at..at, context: Context { number, rest: None } });
    }
    if pieces.is_empty() {
        let context = if prefix > 0 { context.clone() } else { Context::default() };
        pieces.push(Piece { bytes: 0..0, context });
    }
    let mut end = text.len();
    for piece in pieces.iter_mut().rev() {
        piece.bytes.end = end;
        end = piece.bytes.start;
    }
    if let Some(first) = pieces.first_mut() {
        first.bytes.start = 0;
    }
    pieces
}

/// The beginning of a block.
#[derive(Debug, Clone, Copy)]
struct Start {
    /// The beginning of a line.
    at: usize,
    /// The number with which an item is written.
    number: Option<u32>,
    /// It is an item, and not the first of its list.
    goes_on: bool,
}

/// The beginnings of all blocks. Definitions of links are no blocks, and may stand before the first one.
fn starts(text: &str) -> Vec<Start> {
    let mut starts: Vec<Start> = Vec::new();
    let (mut depth, mut items) = (0usize, None::<usize>);
    let block = |at| Start { at: line_start(text, at), number: None, goes_on: false };
    for (event, range) in Parser::new_ext(text, options(text)).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                match (depth, tag) {
                    (0, Tag::List(_)) => items = Some(0),
                    (1, Tag::Item) => {
                        if let Some(items) = &mut items {
                            let number = text.get(range.start..).and_then(number_of);
                            starts.push(Start { number, goes_on: *items > 0, ..block(range.start) });
                            *items += 1;
                        }
                    }
                    (0, _) => starts.push(block(range.start)),
                    _ => {}
                }
                depth += 1;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                if depth == 0 && matches!(tag, TagEnd::List(_)) {
                    items = None;
                }
            }
            _ if depth == 0 => starts.push(block(range.start)),
            _ => {}
        }
    }
    // Two can begin on one line only where one of them is part of the other.
    starts.dedup_by_key(|start| start.at);
    starts
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_items_begin_on_lines_of_their_own() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec!["a"]),
            ("\n\na\nb\n\nc", vec!["\n\na\nb\n\n", "c"]),
            (
                "# t\ntext\n- a\n  more\n- b\n\n  c\n\nd",
                vec!["# t\n", "text\n", "- a\n  more\n", "- b\n\n  c\n\n", "d"],
            ),
            ("1. a\n   - b\n   - c\n2. d", vec!["1. a\n   - b\n   - c\n", "2. d"]),
            ("a\n```\nb\n\n- c\n```\nd", vec!["a\n", "```\nb\n\n- c\n```\n", "d"]),
            ("> a\n> - b\n\n---\n    code", vec!["> a\n> - b\n\n", "---\n", "    code"]),
            ("a\n\n[x]: https://x.example\n\nb", vec!["a\n\n[x]: https://x.example\n\n", "b"]),
            ("| a |\n|---|\n| 1 |\n\n[^1]: note\n", vec!["| a |\n|---|\n| 1 |\n\n", "[^1]: note\n"]),
            ("[^1]: a\n\n    b\n\n    - c\n[^2]: d\n\ne", vec!["[^1]: a\n\n    b\n\n    - c\n", "[^2]: d\n\n", "e"]),
        ] {
            let pieces = pieces(text, &Context::default());
            let blocks: Vec<&str> = pieces.iter().map(|piece| text.get(piece.bytes.clone()).unwrap()).collect();
            assert_eq!(blocks, expected);
        }
    }
}
