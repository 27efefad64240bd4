//! Fenced code, line by line: a block of any length costs what its new lines cost.
//!
//! ```text
//! ┌ python ─────────
//! │ def merge(a, b):
//! │     return sort
//! ┊ ed(a + b)             a line that was folded
//! └─────────────────
//! ```

use super::super::cells::{ellipsis, text_width};
use super::super::row::{CodeLine, Row, Span, fold};
use super::super::style::{TextRole, TextStyle};
use crate::text::sanitize::one_line;
use std::borrow::Cow;
use std::ops::Range;

/// Below this width code has no bar, only its label.
const BARS: usize = 16;
/// The longest label, in cells.
const LABEL: usize = 24;

/// How a fenced block begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fence {
    indent: usize,
    mark: u8,
    count: usize,
    /// What is behind the marks, the first word of it.
    pub(super) language: String,
    /// The bytes of its first line, with the newline.
    pub(super) head: usize,
}

impl Fence {
    /// The fence that `text` begins with.
    pub(super) fn at(text: &str) -> Option<Self> {
        let line = text.split('\n').next()?;
        let rest = line.trim_start_matches(' ');
        let indent = line.len() - rest.len();
        let mark = *rest.as_bytes().first().filter(|mark| matches!(mark, b'`' | b'~'))?;
        let info = rest.trim_start_matches(char::from(mark));
        let count = rest.len() - info.len();
        // Behind backticks, another one makes it code within a line.
        if indent > 3 || count < 3 || (mark == b'`' && info.contains('`')) {
            return None;
        }
        let head = (line.len() + 1).min(text.len());
        Some(Self { indent, mark, count, language: language_of(info), head })
    }

    /// Whether `line` closes the block.
    pub(super) fn is_closed_by(&self, line: &str) -> bool {
        let rest = line.trim_start_matches(' ');
        let behind = rest.trim_start_matches(char::from(self.mark));
        line.len() - rest.len() <= 3
            && rest.len() - behind.len() >= self.count
            && behind.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
    }

    /// The code in `body`, which stands between the fences.
    pub(super) fn content<'a>(&self, body: &'a str) -> Cow<'a, str> {
        if self.indent == 0 && !body.contains('\r') {
            return Cow::Borrowed(body);
        }
        body.split_inclusive('\n').map(|line| self.unindented(line).replace('\r', "")).collect()
    }

    /// A line without as many spaces as the fence had.
    fn unindented<'a>(&self, line: &'a str) -> &'a str {
        let spaces = line.bytes().take(self.indent).take_while(|byte| *byte == b' ').count();
        line.get(spaces..).unwrap_or_default()
    }

    /// Whether `line` may become what closes the block.
    fn may_be_closed_by(&self, line: &str) -> bool {
        let rest = line.trim_start_matches(' ');
        line.len() - rest.len() <= 3 && !rest.is_empty() && rest.bytes().all(|byte| byte == self.mark)
    }
}

/// The name of the language in what stands behind the marks: `rust,ignore` and `python title="x"` are Rust and Python.
pub(super) fn language_of(info: &str) -> String {
    let word = info.trim().split([' ', ',', '{', '\t']).find(|word| !word.is_empty()).unwrap_or_default();
    one_line(word.trim_start_matches('.').trim_end_matches('}'), 40)
}

/// The rows of a code block, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CodeRows {
    pub(super) rows: Vec<Row>,
    /// So many of them will not change any more.
    settled: usize,
    /// The byte of the source where the block begins.
    at: usize,
    line: usize,
    width: usize,
}

impl CodeRows {
    /// A block that begins at the byte `at` of the source.
    pub(super) fn new(at: usize, language: &str, width: usize) -> Self {
        let label = ellipsis(language, LABEL.min(width.saturating_sub(4)));
        let mut head = Row::default();
        let begun = if label.is_empty() { "┌".to_owned() } else { format!("┌ {label} ") };
        let rule = if width < BARS { String::new() } else { "─".repeat(width.saturating_sub(text_width(&begun))) };
        decorate(&mut head, &if width < BARS { label } else { format!("{begun}{rule}") }, at);
        Self { rows: vec![head], settled: 1, at, line: 0, width }
    }

    /// Adds a whole line, which begins at the byte `source`.
    pub(super) fn push(&mut self, line: &str, source: usize) {
        self.rows.truncate(self.settled);
        self.draw(line, source);
        self.line += 1;
        self.settled = self.rows.len();
    }

    /// Adds a whole line that is not in the source as it stands.
    pub(super) fn push_changed(&mut self, line: &str, source: usize) {
        let first = self.settled;
        self.push(line, source);
        for span in self.rows.iter_mut().skip(first).flat_map(|row| &mut row.spans) {
            (span.verbatim, span.source) = (false, source as u32);
        }
    }

    /// Shows what has come of the next line, and closes the frame. May be done again at any time.
    pub(super) fn finish(&mut self, open: Option<(&str, usize)>, end: usize) {
        self.rows.truncate(self.settled);
        if let Some((line, source)) = open {
            self.draw(line, source);
        }
        if self.width >= BARS {
            let mut foot = Row::default();
            decorate(&mut foot, &format!("└{}", "─".repeat(self.width - 1)), end);
            self.rows.push(foot);
        }
    }

    fn draw(&mut self, line: &str, source: usize) {
        let bars = self.width >= BARS;
        let room = if bars { self.width - 2 } else { self.width };
        for part in fold(line, room.max(1)) {
            let mut row = Row::default();
            if bars {
                decorate(&mut row, if part.start == 0 { "│ " } else { "┊ " }, source + part.start);
                row.indent = 2;
            }
            let text = line.get(part.clone()).unwrap_or_default();
            row.text.push_str(text);
            let (len, at) = (text.len() as u32, (source + part.start) as u32);
            row.spans.push(Span {
                len,
                style: TextStyle::from(TextRole::Code),
                source: at,
                verbatim: true,
                link: None,
            });
            row.code = Some(CodeLine { block: self.at as u32, line: self.line as u32, from: part.start as u32 });
            self.rows.push(row);
        }
    }
}

fn decorate(row: &mut Row, text: &str, source: usize) {
    row.text.push_str(text);
    let style = TextStyle::from(TextRole::Dim);
    row.spans.push(Span { len: text.len() as u32, style, source: source as u32, verbatim: false, link: None });
}

/// A fenced block that grows: what it was laid out from, and its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Open {
    fence: Fence,
    code: CodeRows,
    at: usize,
    /// The byte of the source from which on no line was read.
    next: usize,
}

impl Open {
    /// The block that begins at the byte `at` of `source`, with a fence on a line that is complete.
    pub(super) fn begin(source: &str, at: usize, width: usize) -> Option<Self> {
        let fence = Fence::at(source.get(at..)?)?;
        let code = CodeRows::new(at, &fence.language, width);
        let next = at + fence.head;
        Some(Self { fence, code, at, next })
    }

    /// Reads on. Gives back the byte behind the block when it is closed. `growing`: whether `source` is not all.
    pub(super) fn read(&mut self, source: &str, growing: bool) -> Option<usize> {
        loop {
            let rest = source.get(self.next..).unwrap_or_default();
            let whole = rest.find('\n');
            let line = rest.get(..whole.unwrap_or(rest.len())).unwrap_or_default();
            let closed = self.fence.is_closed_by(line) && !(growing && whole.is_none());
            if closed || (whole.is_none() && !growing) {
                let line = self.unindented(line);
                let open = (!closed && !line.0.is_empty()).then_some(line);
                self.code.finish(open, self.next);
                return Some(if closed { self.next + whole.map_or(line.0.len(), |at| at + 1) } else { source.len() });
            }
            let (text, at) = self.unindented(line);
            if whole.is_none() {
                let may_close = self.fence.may_be_closed_by(line);
                self.code.finish((!may_close && !text.is_empty()).then_some((text, at)), self.next);
                return None;
            }
            self.code.push(text.strip_suffix('\r').unwrap_or(text), at);
            self.next += line.len() + 1;
        }
    }

    /// The line without as many spaces as the fence had, and the byte where it begins.
    fn unindented<'a>(&self, line: &'a str) -> (&'a str, usize) {
        let text = self.fence.unindented(line);
        (text, self.next + line.len() - text.len())
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn fence(&self) -> &Fence {
        &self.fence
    }

    /// Where its code is in the source, of which `end` bytes are there.
    pub(super) fn body(&self, closed: bool, end: usize) -> Range<usize> {
        let start = (self.at + self.fence.head).min(end);
        start..if closed { self.next.clamp(start, end) } else { end }
    }

    /// Gives its rows away, until [`Open::take_back`].
    pub(super) fn lend_rows(&mut self) -> Vec<Row> {
        std::mem::take(&mut self.code.rows)
    }

    /// Takes the rows back that were lent. Without them it cannot grow.
    pub(super) fn take_back(&mut self, rows: Vec<Row>) {
        self.code.rows = rows;
    }

    pub(super) fn into_rows(self) -> Vec<Row> {
        self.code.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(source: &str, growing: bool) -> (Vec<String>, Option<usize>) {
        let mut open = Open::begin(source, 0, 18).unwrap();
        let closed = open.read(source, growing);
        (open.code.rows.iter().map(|row| row.text.clone()).collect(), closed)
    }

    #[test]
    fn fences_are_those_of_commonmark() {
        for (line, language) in [
            ("```", Some("")),
            ("```python", Some("python")),
            ("   ~~~~ rust,ignore", Some("rust")),
            ("``` {.js #id}", Some("js")),
            ("``", None),
            ("    ```", None),
            ("``` a`b", None),
            ("text", None),
            ("", None),
        ] {
            assert_eq!(Fence::at(line).map(|fence| fence.language), language.map(str::to_owned), "{line}");
        }
        let fence = Fence::at("~~~~").unwrap();
        assert!(fence.is_closed_by("  ~~~~~  ") && !fence.is_closed_by("~~~") && !fence.is_closed_by("~~~~ x"));
    }

    #[test]
    fn code_is_framed_and_folded_and_closed() {
        let (rows, closed) = drawn("```py\nab\n  0123456789abcdefg\n```\nafter", true);
        assert_eq!(rows, ["┌ py ─────────────", "│ ab", "│   0123456789abcd", "┊ efg", "└─────────────────"]);
        assert_eq!(closed, Some(33));
    }

    #[test]
    fn what_has_come_is_shown_in_a_frame_and_half_a_fence_is_not_code() {
        assert_eq!(drawn("```\nab", true).0[1..], ["│ ab", "└─────────────────"]);
        assert_eq!(drawn("```\nab\n``", true).0[1..], ["│ ab", "└─────────────────"]);
        assert_eq!(drawn("```\nab\n``", false).0[1..], ["│ ab", "│ ``", "└─────────────────"]);
        assert_eq!(
            drawn("```\n", true),
            (vec!["┌─────────────────".to_owned(), "└─────────────────".to_owned()], None)
        );
    }

    #[test]
    fn a_line_knows_its_number_and_its_place() {
        let source = "  ```\n  a\n\n b\n";
        let mut open = Open::begin(source, 0, 40).unwrap();
        open.read(source, true);
        let places: Vec<_> = open.code.rows[1..4].iter().map(|row| (row.code.unwrap().line, row.source())).collect();
        assert_eq!(places, [(0, 8), (1, 10), (2, 12)]);
    }
}
