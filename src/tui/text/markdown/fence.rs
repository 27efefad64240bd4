//! Fenced code, line by line: a block of any length costs what its new lines cost.
//!
//! ```text
//!  python                 the head: the name of the language
//!  def merge(a, b):
//!      return sort
//! ┊ed(a + b)              a line that was folded
//! ```
//!
//! No frame: the view paints a surface behind these rows, so the first cell of each is air.

use super::super::cells::ellipsis;
use super::super::row::{CodeLine, Row, Span, fold};
use super::super::style::TextStyle;
use crate::text::sanitize::one_line;
use crate::tui::theme::Role;
use std::borrow::Cow;
use std::ops::Range;

/// The cells that are left free beside the code.
const AIR: usize = 1;
/// What stands there: nothing, or the mark of a line that goes on.
const BEFORE: &str = " ";
const FOLDED: &str = "┊";
/// Below this width nothing is left free on the right.
const ROOMY: usize = 16;
/// The label of a block that names no language.
const UNNAMED: &str = "code";
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
        let language = if language.is_empty() { UNNAMED } else { language };
        let label = ellipsis(language, LABEL.min(width.saturating_sub(AIR)).max(1));
        let mut head = Row { indent: AIR as u16, head: Some(at as u32), ..Row::default() };
        decorate(&mut head, &format!("{BEFORE}{label}"), Role::CodeHead, at);
        Self { rows: vec![head], settled: 1, at, line: 0, width }
    }

    /// Adds a whole line, which begins at the byte `source`.
    pub(super) fn push(&mut self, line: &str, source: usize) {
        self.show(Some((line, source)));
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

    /// Shows what has come of the next line. May be done again at any time.
    pub(super) fn show(&mut self, open: Option<(&str, usize)>) {
        self.rows.truncate(self.settled);
        if let Some((line, source)) = open {
            self.draw(line, source);
        }
    }

    fn draw(&mut self, line: &str, source: usize) {
        // The surface of the block has air on both sides, where there is room for it.
        let air = if self.width < ROOMY { AIR } else { 2 * AIR };
        for part in fold(line, self.width.saturating_sub(air).max(1)) {
            let mut row = Row { indent: AIR as u16, ..Row::default() };
            let before = if part.start == 0 { BEFORE } else { FOLDED };
            decorate(&mut row, before, Role::Rule, source + part.start);
            let text = line.get(part.clone()).unwrap_or_default();
            row.text.push_str(text);
            let (len, at) = (text.len() as u32, (source + part.start) as u32);
            row.spans.push(Span { len, style: TextStyle::from(Role::Code), source: at, verbatim: true, link: None });
            row.code = Some(CodeLine { block: self.at as u32, line: self.line as u32, from: part.start as u32 });
            self.rows.push(row);
        }
    }
}

fn decorate(row: &mut Row, text: &str, role: Role, source: usize) {
    row.text.push_str(text);
    let (len, style, source) = (text.len() as u32, TextStyle::from(role), source as u32);
    row.spans.push(Span { len, style, source, verbatim: false, link: None });
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
                self.code.show(open);
                return Some(if closed { self.next + whole.map_or(line.0.len(), |at| at + 1) } else { source.len() });
            }
            let (text, at) = self.unindented(line);
            if whole.is_none() {
                let may_close = self.fence.may_be_closed_by(line);
                self.code.show((!may_close && !text.is_empty()).then_some((text, at)));
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
    fn code_stands_under_its_language_and_a_folded_line_is_marked() {
        let (rows, closed) = drawn("```py\nab\n  0123456789abcdefg\n```\nafter", true);
        assert_eq!(rows, [" py", " ab", "   0123456789abcd", "┊efg"]);
        assert_eq!(closed, Some(33));
    }

    #[test]
    fn what_has_come_is_shown_and_half_a_fence_is_not_code() {
        assert_eq!(drawn("```\nab", true).0, [" code", " ab"]);
        assert_eq!(drawn("```\nab\n``", true).0, [" code", " ab"]);
        assert_eq!(drawn("```\nab\n``", false).0, [" code", " ab", " ``"]);
        assert_eq!(drawn("```\n", true), (vec![" code".to_owned()], None));
    }

    #[test]
    fn the_head_row_names_the_block_and_the_lines_are_part_of_it() {
        let source = "text\n\n```py\nab\n";
        let mut open = Open::begin(source, 6, 40).unwrap();
        open.read(source, true);
        assert_eq!(open.code.rows.len(), 2, "the head and a line");
        let (head, line) = (&open.code.rows[0], &open.code.rows[1]);
        assert_eq!((head.head, head.code, head.source(), head.indent), (Some(6), None, 6, 1));
        assert_eq!((line.head, line.code.map(|code| code.block), line.source(), line.indent), (None, Some(6), 12, 1));
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
