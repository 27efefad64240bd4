//! Rows of styled text, and where each piece of them comes from in the source: what is copied, found or clicked on the
//! screen is a place in the source. Must not know what the text means.

use super::cells::{grapheme_width, graphemes, is_plain, text_width};
use super::style::TextStyle;
use super::wrap::Wrapped;
use crate::tui::theme::Role;
use std::ops::Range;
use std::sync::Arc;

/// The place of an ornament in front of a text, such as a bar: that of the text, which is not known before it comes.
pub(crate) const SOURCE_UNKNOWN: u32 = u32::MAX;

/// A row as it is drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// What is drawn.
    pub(crate) text: String,
    /// How, and where it comes from. They cover `text` from its beginning to its end.
    pub(crate) spans: Vec<Span>,
    /// The cells that bullets and bars take in front of the text. Tab stops count from behind them.
    pub(crate) indent: u16,
    /// The byte of the source where the code block begins whose first row, with the name of its language, this is.
    pub(crate) head: Option<u32>,
    /// Which line of a code block it shows.
    pub(crate) code: Option<CodeLine>,
}

/// A piece of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    /// So many bytes of the row's text.
    pub(crate) len: u32,
    /// How it looks.
    pub(crate) style: TextStyle,
    /// The byte of the source where it comes from.
    pub(crate) source: u32,
    /// Whether its bytes are those of the source. What is not, as a bullet, stands for the place alone.
    pub(crate) verbatim: bool,
    /// Where it leads.
    pub(crate) link: Option<Arc<str>>,
}

/// A row of a code block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodeLine {
    /// The byte of the source where the block begins.
    pub(crate) block: u32,
    /// The line, from 0.
    pub(crate) line: u32,
    /// The byte of the line where the row begins: not 0 in a line that was folded.
    pub(crate) from: u32,
}

impl Row {
    /// The byte of the source where the row begins.
    pub(crate) fn source(&self) -> usize {
        let text = self.spans.iter().find(|span| span.verbatim).or(self.spans.first());
        text.map_or(0, |span| span.source as usize)
    }

    /// Finds the place of what stands in front of the text, now that that is there. Where nothing is, it is `at`.
    pub(crate) fn place_front(&mut self, at: usize) {
        let text = self.spans.iter().find(|span| span.source != SOURCE_UNKNOWN).map_or(at as u32, |span| span.source);
        for span in self.spans.iter_mut().filter(|span| span.source == SOURCE_UNKNOWN) {
            span.source = text;
        }
    }

    /// The spans with their text and the byte of the row where each begins.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (usize, &Span, &str)> {
        let mut at = 0;
        self.spans.iter().map(move |span| {
            let from = at;
            at += span.len as usize;
            (from, span, self.text.get(from..at).unwrap_or_default())
        })
    }

    /// The byte of the source that is drawn at the byte `at` of the row.
    pub(crate) fn source_at(&self, at: usize) -> usize {
        let mut end = self.source();
        for (start, span, text) in self.pieces() {
            let source = span.source as usize;
            if at < start + text.len() {
                return if span.verbatim { source + at.saturating_sub(start) } else { source };
            }
            end = if span.verbatim { source + text.len() } else { source };
        }
        end
    }

    /// The byte of the row that stands in the cell `column`; behind the last cell, its end.
    pub(crate) fn byte_at(&self, column: usize) -> usize {
        let mut cells: usize = 0;
        for (at, grapheme) in graphemes(&self.text) {
            cells += grapheme_width(grapheme, cells.saturating_sub(usize::from(self.indent)));
            if cells > column {
                return at;
            }
        }
        self.text.len()
    }
}

/// Text with its styles, before it is broken into rows. A newline begins a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StyledText {
    pub(crate) text: String,
    spans: Vec<Span>,
}

impl StyledText {
    /// Adds `text`, which comes from the byte `source` of the source.
    pub(crate) fn push(
        &mut self,
        text: &str,
        style: TextStyle,
        source: usize,
        verbatim: bool,
        target: Option<&Arc<str>>,
    ) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        if let Some(last) = self.spans.last_mut()
            && (last.style, last.verbatim, last.link.as_ref()) == (style, verbatim, target)
            && verbatim
            && last.source as usize + last.len as usize == source
        {
            last.len += text.len() as u32;
            return;
        }
        let (len, source) = (text.len() as u32, source as u32);
        self.spans.push(Span { len, style, source, verbatim, link: target.cloned() });
    }

    /// Adds what is no text of the source.
    pub(crate) fn decorate(&mut self, text: &str, role: Role, source: usize) {
        self.push(text, role.into(), source, false, None);
    }

    /// What was added last ends in the source at the byte `source`, though it does not show all up to there.
    pub(crate) fn end_at(&mut self, source: usize) {
        if let Some(last) =
            self.spans.last().filter(|last| !last.verbatim || (last.source + last.len) as usize != source)
        {
            let style = last.style;
            self.spans.push(Span { len: 0, style, source: source as u32, verbatim: true, link: None });
        }
    }

    /// The cells that its longest line takes.
    pub(crate) fn width(&self) -> usize {
        self.text.split('\n').map(text_width).max().unwrap_or(0)
    }

    /// The cells of the longest part that wrapping does not break: a word, or a character of a script without spaces.
    pub(crate) fn longest_word(&self) -> usize {
        let words = self.text.split([' ', '\t', '\n']);
        words.map(|word| if is_plain(word) { word.len() } else { longest_part(word) }).max().unwrap_or(0)
    }

    /// Breaks it into rows of at most `width` cells; `begin` gives each row what stands in front of it.
    pub(crate) fn rows(&self, width: usize, rows: &mut Vec<Row>, mut begin: impl FnMut() -> Row) {
        let wrapped = Wrapped::new(&self.text, width);
        let mut cursor = Cursor::default();
        for index in 0..wrapped.len() {
            let mut row = begin();
            self.take(wrapped.range(index), &mut cursor, &mut row);
            rows.push(row);
        }
    }

    /// Appends the bytes of `range`, which do not begin before those taken with `cursor` before.
    fn take(&self, range: Range<usize>, cursor: &mut Cursor, row: &mut Row) {
        row.text.push_str(self.text.get(range.clone()).unwrap_or_default());
        while let Some(span) = self.spans.get(cursor.span) {
            let end = cursor.start + span.len as usize;
            // What only says where the one before it ends belongs to the row of that.
            if cursor.start >= range.end && (span.len > 0 || cursor.start > range.end) {
                break;
            }
            let (from, to) = (cursor.start.max(range.start), end.min(range.end));
            if from < to || (span.len == 0 && from == to) {
                let skipped = if span.verbatim { (from - cursor.start) as u32 } else { 0 };
                row.spans.push(Span { len: (to - from) as u32, source: span.source + skipped, ..span.clone() });
            }
            if end > range.end {
                break;
            }
            cursor.start = end;
            cursor.span += 1;
        }
        // An empty row has a place, too: a reader may be at it.
        if row.spans.iter().all(|span| !span.verbatim) && range.is_empty() {
            let place = self.place(range.start);
            row.spans.push(Span {
                len: 0,
                style: TextStyle::default(),
                source: place as u32,
                verbatim: true,
                link: None,
            });
        }
    }

    /// The byte of the source that belongs to the byte `at`.
    fn place(&self, at: usize) -> usize {
        let mut start = 0;
        for span in &self.spans {
            let end = start + span.len as usize;
            if at <= end {
                return span.source as usize + if span.verbatim { at - start } else { 0 };
            }
            start = end;
        }
        self.spans.last().map_or(0, |span| span.source as usize)
    }

    /// The byte of the source where it begins.
    pub(crate) fn source(&self) -> Option<usize> {
        self.spans.first().map(|span| span.source as usize)
    }

    /// Adds all of `other`.
    pub(crate) fn append(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.spans.extend(other.spans.iter().cloned());
    }

    /// Takes newlines at the end away.
    pub(crate) fn trim_end(&mut self) {
        let kept = self.text.trim_end_matches('\n').len();
        let mut extra = (self.text.len() - kept) as u32;
        self.text.truncate(kept);
        // The place where it ends stays.
        let end = self.spans.last().filter(|last| extra > 0 && last.verbatim && last.len == 0).cloned();
        while extra > 0
            && let Some(last) = self.spans.last_mut()
        {
            let cut = extra.min(last.len);
            last.len -= cut;
            extra -= cut;
            if last.len == 0 {
                self.spans.pop();
            }
        }
        self.spans.extend(end);
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// The cells of the longest part of `word` that has no wide character in it: before and behind each of those it may be
/// broken.
fn longest_part(word: &str) -> usize {
    let (mut longest, mut part) = (0, 0);
    for (_, grapheme) in graphemes(word) {
        let wide = grapheme_width(grapheme, part);
        part = if wide == 2 { 0 } else { part + wide };
        longest = longest.max(part).max(wide);
    }
    longest
}

/// Where [`StyledText::take`] stands.
#[derive(Debug, Default)]
struct Cursor {
    span: usize,
    /// The byte where that span begins.
    start: usize,
}

/// Where a line has to be broken so that no part is wider than `width`, keeping every character: for code.
pub(crate) fn fold(line: &str, width: usize) -> Vec<Range<usize>> {
    if line.len() <= width && is_plain(line) {
        return std::iter::once(0..line.len()).collect();
    }
    let (mut parts, mut start, mut column) = (Vec::new(), 0, 0);
    for (at, grapheme) in graphemes(line) {
        let wide = grapheme_width(grapheme, column);
        if column + wide > width && at > start {
            parts.push(start..at);
            (start, column) = (at, 0);
        }
        column += grapheme_width(grapheme, column);
    }
    parts.push(start..line.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styled() -> StyledText {
        let mut styled = StyledText::default();
        styled.push("see ", TextStyle::default(), 10, true, None);
        styled.push("the manual", TextStyle { strong: true, ..TextStyle::default() }, 16, true, None);
        styled.decorate(" (x)", Role::Faint, 28);
        styled
    }

    #[test]
    fn a_row_knows_the_source_of_each_of_its_bytes() {
        let mut rows = Vec::new();
        styled().rows(8, &mut rows, Row::default);
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        assert_eq!(texts, ["see the", "manual", "(x)"]);
        assert_eq!([rows[0].source_at(0), rows[0].source_at(4), rows[0].source_at(7)], [10, 16, 19]);
        assert_eq!([rows[1].source_at(0), rows[1].source_at(6), rows[2].source_at(1)], [20, 26, 28]);
    }

    #[test]
    fn pieces_of_one_kind_that_follow_each_other_in_the_source_are_one_span() {
        let mut styled = StyledText::default();
        styled.push("a", TextStyle::default(), 0, true, None);
        styled.push("b", TextStyle::default(), 1, true, None);
        styled.push("c", TextStyle::default(), 9, true, None);
        assert_eq!(styled.spans.iter().map(|span| span.len).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn a_column_is_found_behind_wide_characters_and_tabs() {
        let row = Row { text: "│ 検\tx".to_owned(), indent: 2, ..Row::default() };
        let at = |column| row.text.get(row.byte_at(column)..).unwrap();
        assert_eq!((at(2), at(3), at(4), at(6), at(9)), ("検\tx", "検\tx", "\tx", "x", ""));
    }

    #[test]
    fn the_longest_word_is_the_longest_part_that_is_not_broken() {
        for (text, longest) in [("one three\ntwo", 5), ("検索する", 2), ("ab検cde索", 3), ("cafe\u{301} x", 4), ("", 0)]
        {
            let mut styled = StyledText::default();
            styled.push(text, TextStyle::default(), 0, true, None);
            assert_eq!(styled.longest_word(), longest, "{text}");
        }
    }

    #[test]
    fn folding_keeps_every_character() {
        assert_eq!(fold("a  b", 9).len(), 1);
        assert_eq!(fold("ab  cd", 3), [0..3, 3..6]);
        assert_eq!(fold("a検検", 3), [0..4, 4..7]);
        assert_eq!(fold("", 3).len(), 1);
        assert_eq!(fold("\tab", 5), [0..2, 2..3]);
    }
}
