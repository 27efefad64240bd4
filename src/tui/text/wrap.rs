//! Breaking text into rows, at words where possible, incrementally: text that only grows is never wrapped twice.
//!
//! Rows are ranges of the source, so that nothing is copied and what is copied out of the screen later is the source.
//! A row that was closed can only change through the grapheme that closed it. Only the last grapheme can still grow, and
//! it closes two rows at most: one at a gap, and what was carried over from there. So it is enough to wrap again from two
//! rows before the last, or from the last one before them that begins a grapheme: what is taken apart for its length has
//! rows that do not. A test holds this equal to wrapping everything at every step.

use super::cells::{grapheme_width, graphemes, is_boundary, is_plain};
use std::ops::Range;

/// The last rows, which may change when text comes.
const OPEN_ROWS: usize = 3;
/// The rows behind an edit that are wrapped again to find the first that did not change. If it is not among them, the
/// number of rows is multiplied by the same.
const ROWS_AHEAD: usize = 8;

/// A text's rows at one width.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wrapped {
    width: usize,
    /// How much of the text is in `rows`, in bytes.
    seen: usize,
    rows: Vec<Row>,
}

/// A row: the bytes that are drawn. White space at which the row was broken belongs to no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    start: usize,
    end: usize,
}

impl Wrapped {
    /// Brings the rows up to date with `text`, which continues the text of the call before, at `width` cells (at least
    /// one). Another width wraps everything again.
    pub(crate) fn update(&mut self, text: &str, width: usize) {
        let width = width.max(1);
        if self.width != width || text.len() < self.seen {
            *self = Self { width, ..Self::default() };
        }
        if text.len() == self.seen && (!self.rows.is_empty() || text.is_empty()) {
            return;
        }
        let begins = |keep: &usize| self.rows.get(*keep).is_none_or(|row| is_boundary(text, row.start));
        let keep = (0..=self.rows.len().saturating_sub(OPEN_ROWS)).rev().find(begins).unwrap_or(0);
        let from = self.rows.get(keep).map_or(0, |row| row.start);
        self.rows.truncate(keep);
        if let Some(rest) = text.get(from..) {
            wrap(rest, from, width, &mut self.rows);
        }
        self.seen = text.len();
    }

    /// Brings the rows up to date with `text`, a line in which `added` bytes stand at `at` in the place of `removed` ones.
    /// Wraps from a little before them up to where rows begin as before: from there on, none differs.
    pub(crate) fn edit(&mut self, text: &str, at: usize, removed: usize, added: usize) {
        let begins = |keep: &usize| self.rows.get(*keep).is_none_or(|row| is_boundary(text, row.start));
        let keep = (0..=self.row_of(at).saturating_sub(OPEN_ROWS)).rev().find(begins).unwrap_or(0);
        let from = self.rows.get(keep).map_or(0, |row| row.start);
        self.seen = text.len();
        let mut ahead = ROWS_AHEAD;
        while let Some(row) = self.rows.get(self.row_of(at + removed) + ahead)
            && let Some(piece) = text.get(from..row.start - removed + added)
        {
            let mut rows = Vec::new();
            wrap(piece, from, self.width, &mut rows);
            // The last rows of the piece may change with what follows it.
            rows.truncate(rows.len().saturating_sub(OPEN_ROWS));
            if let Some((new, old)) = self.meeting(text, &rows, at + added, (removed, added)) {
                rows.truncate(new);
                for row in self.rows.iter_mut().skip(old) {
                    *row = Row { start: row.start - removed + added, end: row.end - removed + added };
                }
                self.rows.splice(keep..old, rows);
                return;
            }
            ahead *= ROWS_AHEAD;
        }
        self.rows.truncate(keep);
        if let Some(rest) = text.get(from..) {
            wrap(rest, from, self.width, &mut self.rows);
        }
    }

    /// The first of `rows`, and of those before the edit, that begin at the same place behind the edit's end. Two in a row
    /// must: a row that begins within a grapheme says nothing of the next.
    fn meeting(
        &self,
        text: &str,
        rows: &[Row],
        end: usize,
        (removed, added): (usize, usize),
    ) -> Option<(usize, usize)> {
        let before = |row: &Row| {
            let start = row.start.checked_sub(added).filter(|_| row.start >= end && is_boundary(text, row.start))?;
            self.rows.binary_search_by_key(&(start + removed), |row| row.start).ok()
        };
        rows.windows(2).enumerate().find_map(|(index, pair)| {
            let [one, two] = pair else { return None };
            let met = before(one)?;
            (before(two)? == met + 1).then_some((index, met))
        })
    }

    /// A text wrapped at once.
    pub(crate) fn new(text: &str, width: usize) -> Self {
        let mut wrapped = Self::default();
        wrapped.update(text, width);
        wrapped
    }

    /// The length of the text in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.seen
    }

    /// How many rows there are: none for no text.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The bytes of row `index`; empty when there is no such row.
    pub(crate) fn range(&self, index: usize) -> Range<usize> {
        self.rows.get(index).map_or(0..0, |row| row.start..row.end)
    }

    /// The text of row `index`.
    pub(crate) fn row<'a>(&self, text: &'a str, index: usize) -> &'a str {
        text.get(self.range(index)).unwrap_or_default()
    }

    /// The row in which the byte `at` stands.
    pub(crate) fn row_of(&self, at: usize) -> usize {
        self.rows.partition_point(|row| row.start <= at).saturating_sub(1)
    }
}

/// Appends the rows of `text`, which begins at the byte `base` of the whole.
fn wrap(text: &str, base: usize, width: usize, rows: &mut Vec<Row>) {
    let mut start = 0;
    for line in text.split('\n') {
        if text.is_empty() {
            return;
        }
        wrap_line(line, base + start, width, rows);
        start += line.len() + 1;
    }
}

fn wrap_line(line: &str, base: usize, width: usize, rows: &mut Vec<Row>) {
    if is_plain(line) {
        return wrap_ascii(line.as_bytes(), base, width, rows);
    }
    let mut row = Open { start: 0, column: 0, gap: None };
    for (at, grapheme) in graphemes(line) {
        let wide = grapheme_width(grapheme, row.column);
        if matches!(grapheme, " " | "\t") {
            // White space hangs over the edge instead of opening a row.
            row.gap = match row.gap {
                Some(gap) if gap.end == at => Some(gap.start..at + grapheme.len()),
                _ => Some(at..at + grapheme.len()),
            };
            row.column += wide;
            continue;
        }
        // Scripts without spaces may break before and after each of their characters.
        if wide == 2 && at > row.start && row.gap.as_ref().is_none_or(|gap| gap.end < at) {
            row.gap = Some(at..at);
        }
        if row.column + wide > width && at > row.start {
            row = row.close(line, at, base, rows);
            if row.column + wide > width && at > row.start {
                rows.push(Row { start: base + row.start, end: base + at });
                row = Open { start: at, column: 0, gap: None };
            }
        }
        row.column += wide;
        if wide == 2 {
            let behind = at + grapheme.len();
            row.gap = Some(behind..behind);
        }
    }
    rows.push(Row { start: base + row.start, end: base + line.len() });
}

/// The same for a line in which every byte is a character of one cell, and only a space is white: most are like that, and
/// looking for graphemes takes ten times as long.
fn wrap_ascii(line: &[u8], base: usize, width: usize, rows: &mut Vec<Row>) {
    let is_space = |byte: &u8| *byte == b' ';
    let mut start = 0;
    // White space hangs over the edge: the first character behind it that does not fit opens a row.
    while let Some(rest) = line.get(start + width..)
        && let Some(over) = rest.iter().position(|byte| !is_space(byte)).map(|at| start + width + at)
    {
        let gap_end = line[start..over].iter().rposition(is_space).map_or(start, |at| start + at + 1);
        let gap_start = line[start..gap_end].iter().rposition(|byte| !is_space(byte)).map(|at| start + at + 1);
        let (end, next) = gap_start.map_or((over, over), |gap_start| (gap_start, gap_end));
        rows.push(Row { start: base + start, end: base + end });
        start = next;
    }
    rows.push(Row { start: base + start, end: base + line.len() });
}

/// A row that still takes characters.
struct Open {
    start: usize,
    column: usize,
    /// Where the row can be broken: the white space there is dropped.
    gap: Option<Range<usize>>,
}

impl Open {
    /// Closes the row before the byte `at`: at its last gap, or right there when it has none.
    fn close(self, line: &str, at: usize, base: usize, rows: &mut Vec<Row>) -> Self {
        let gap = self.gap.filter(|gap| gap.start > self.start).unwrap_or(at..at);
        rows.push(Row { start: base + self.start, end: base + gap.start });
        let carried = line.get(gap.end..at).unwrap_or_default();
        let column = graphemes(carried).fold(0, |column, (_, grapheme)| column + grapheme_width(grapheme, column));
        Self { start: gap.end, column, gap: None }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cells::text_width;
    use super::*;
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    fn rows(text: &str, width: usize) -> Vec<&str> {
        let wrapped = Wrapped::new(text, width);
        (0..wrapped.len()).map(|row| wrapped.row(text, row)).collect()
    }

    #[test]
    fn text_is_broken_at_words_and_long_words_at_the_edge() {
        for (text, width, expected) in [
            ("", 5, vec![]),
            ("abc", 5, vec!["abc"]),
            ("one two three", 7, vec!["one two", "three"]),
            ("one   two", 4, vec!["one", "two"]),
            ("abcdefgh", 3, vec!["abc", "def", "gh"]),
            ("a bcdefgh", 3, vec!["a", "bcd", "efg", "h"]),
            ("a\n\nb", 9, vec!["a", "", "b"]),
            ("a\n", 9, vec!["a", ""]),
            ("  indented text", 11, vec!["  indented", "text"]),
            ("検索エンジン", 5, vec!["検索", "エン", "ジン"]),
            ("ab検索", 5, vec!["ab検", "索"]),
            ("👩\u{200d}👧👩\u{200d}👧👩\u{200d}👧", 4, vec!["👩\u{200d}👧👩\u{200d}👧", "👩\u{200d}👧"]),
            ("検", 1, vec!["検"]),
            ("exact fit", 9, vec!["exact fit"]),
            ("exact fit ", 9, vec!["exact fit "]),
        ] {
            assert_eq!(rows(text, width), expected, "{text:?} at {width}");
        }
    }

    #[test]
    fn a_byte_is_found_in_its_row() {
        let text = "one two three";
        let wrapped = Wrapped::new(text, 7);
        assert_eq!([0, 3, 7, 8, 12, 13].map(|at| wrapped.row_of(at)), [0, 0, 0, 1, 1, 1]);
    }

    #[test]
    fn rows_change_back_when_a_grapheme_that_closed_them_grows() {
        let endless = format!("👍{}\u{200d}👧", "🏻".repeat(16));
        // Before its last character it is four cells wide, and does not stand beside the bracket.
        for (text, width) in [(endless.as_str(), 1), ("a (👨🏻\u{200d}❤\u{fe0f}", 3)] {
            let mut grown = Wrapped::default();
            for (end, _) in text.char_indices().skip(1).chain([(text.len(), ' ')]) {
                let come = text.get(..end).unwrap();
                grown.update(come, width);
                assert_eq!(grown, Wrapped::new(come, width), "{come:?}");
            }
        }
    }

    const PIECE: &str =
        "([a-c]{1,9}| |  |\n|\t|検|索|e\u{301}|\u{301}|👩|\u{200d}|👧|🇩|🇪|⌚|\u{fe0e}|\u{fe0f}|❤|1|\u{20e3}|한|ᄒ|ᅡ|ﾞ)";

    proptest! {
        #[test]
        fn wrapping_piece_by_piece_equals_wrapping_at_once(
            pieces in prop::collection::vec(PIECE, 0..60), width in 1usize..14
        ) {
            let mut text = String::new();
            let mut grown = Wrapped::default();
            for piece in pieces {
                text.push_str(&piece);
                grown.update(&text, width);
                prop_assert_eq!(&grown, &Wrapped::new(&text, width), "{:?}", text);
            }
        }

        #[test]
        fn wrapping_an_edit_equals_wrapping_at_once(
            pieces in prop::collection::vec(PIECE, 0..160),
            edits in prop::collection::vec((0usize..400, 0usize..9, prop::collection::vec(PIECE, 0..3)), 1..6),
            width in 1usize..9,
        ) {
            let mut text = pieces.concat().replace('\n', "");
            let mut edited = Wrapped::new(&text, width);
            for (at, removed, added) in edits {
                let at = text.floor_char_boundary(at);
                let end = text.floor_char_boundary(at + removed);
                let added = added.concat().replace('\n', "");
                text.replace_range(at..end, &added);
                edited.edit(&text, at, end - at, added.len());
                prop_assert_eq!(&edited, &Wrapped::new(&text, width), "{:?} at {}", text, at);
            }
        }

        #[test]
        fn what_is_wrapped_fast_is_wrapped_alike(line in " {0,3}[a-c]{0,5}( {0,3}[a-c]{1,7}){1,12}", width in 1usize..14) {
            // A character without width at the end takes the line the slow way and changes no row but the last.
            let slow = format!("{line}\u{301}");
            let (fast, slow) = (rows(&line, width), rows(&slow, width));
            prop_assert_eq!(fast.len(), slow.len());
            prop_assert_eq!(&fast[..fast.len() - 1], &slow[..slow.len() - 1]);
        }

        #[test]
        fn no_row_is_too_wide_and_nothing_but_white_space_is_lost(
            pieces in prop::collection::vec(PIECE, 0..60), width in 2usize..14
        ) {
            let text = pieces.concat();
            let rows = rows(&text, width);
            for row in &rows {
                let row = row.trim_end_matches([' ', '\t']);
                // A single character may be wider than a very narrow screen; painting cuts it.
                prop_assert!(text_width(row) <= width || row.graphemes(true).count() == 1, "{:?}", row);
            }
            let strip = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(strip(&rows.concat()), strip(&text));
        }
    }
}
