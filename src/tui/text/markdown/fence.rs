//! Fenced code, line by line: a block of any length costs what its new lines cost.
//!
//! ```text
//!  python                 the head: the name of the language
//!  def merge(a, b):
//!      return sort
//! ┊ed(a + b)              a line that was folded
//! ```
//!
//! Rows of a long block are many times its text, so it is laid out in parts, which can be let go.
//!
//! No frame: the view paints a surface behind these rows, so the first cell of each is air.

use super::super::cells::ellipsis;
use super::super::row::{CodeLine, Row, Span, fold};
use super::super::style::TextStyle;
use super::gap;
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
/// A part of a block ends with the line that has this row of it.
pub(super) const PART_ROWS: usize = 512;

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

    /// What follows the first `line` lines of such a block.
    pub(super) fn going_on(at: usize, line: usize, width: usize) -> Self {
        Self { rows: Vec::new(), settled: 0, at, line, width }
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

/// Some lines of a fenced block: its rows can be made of them again.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) fence: Fence,
    /// The byte of the source where the block begins.
    pub(super) block: usize,
    /// Where the lines are in the source.
    pub(super) body: Range<usize>,
    /// How many lines of the block stand before them.
    line: usize,
}

impl Part {
    /// The rows of these lines for `width` cells.
    pub(super) fn rows(&self, source: &str, width: usize) -> Vec<Row> {
        let mut open = Open::part(source, self.clone(), width);
        for line in source.get(self.body.clone()).unwrap_or_default().split_inclusive('\n') {
            match line.strip_suffix('\n') {
                Some(line) => open.push(line),
                None => open.show_last(line),
            }
        }
        open.code.rows
    }

    fn is_first(&self) -> bool {
        self.body.start == self.block + self.fence.head
    }
}

/// How far a fenced block was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// To the end of what is there: more may come.
    Open,
    /// As much as is one part, and more is there.
    Full,
    /// To its end; behind it is this byte.
    Closed(usize),
}

/// A part of a fenced block that grows: what it was laid out from, and its rows.
#[derive(Debug, Clone)]
pub(super) struct Open {
    /// Its lines end where no line was read from on.
    part: Part,
    code: CodeRows,
}

impl Open {
    /// The block that begins at the byte `at` of `source`, with a fence on a line that is complete.
    pub(super) fn begin(source: &str, at: usize, width: usize) -> Option<Self> {
        let fence = Fence::at(source.get(at..)?)?;
        let start = at + fence.head;
        Some(Self::part(source, Part { fence, block: at, body: start..start, line: 0 }, width))
    }

    /// The part behind this one.
    pub(super) fn next(&self) -> Self {
        let Part { fence, block, body, .. } = self.part.clone();
        let part = Part { fence, block, body: body.end..body.end, line: self.code.line };
        let code = CodeRows::going_on(part.block, part.line, self.code.width);
        Self { part, code }
    }

    /// The beginning of `part`.
    fn part(source: &str, mut part: Part, width: usize) -> Self {
        part.body.end = part.body.start;
        let mut code = CodeRows::going_on(part.block, part.line, width);
        if part.is_first() {
            code = CodeRows::new(part.block, &part.fence.language, width);
            code.rows.splice(0..0, gap(source, part.block));
            code.settled = code.rows.len();
        }
        Self { part, code }
    }

    /// Reads on. `growing`: whether `source` is not all.
    pub(super) fn read(&mut self, source: &str, growing: bool) -> Read {
        loop {
            let next = self.part.body.end;
            let rest = source.get(next..).unwrap_or_default();
            if self.code.settled >= PART_ROWS && !rest.is_empty() {
                return Read::Full;
            }
            let whole = rest.find('\n');
            let line = rest.get(..whole.unwrap_or(rest.len())).unwrap_or_default();
            if self.part.fence.is_closed_by(line) && !(growing && whole.is_none()) {
                self.code.show(None);
                return Read::Closed(next + whole.map_or(line.len(), |at| at + 1));
            }
            match whole {
                Some(_) => self.push(line),
                None if growing && self.part.fence.may_be_closed_by(line) => {
                    self.code.show(None);
                    return Read::Open;
                }
                None => {
                    self.show_last(line);
                    if growing {
                        return Read::Open;
                    }
                    self.part.body.end = source.len();
                    return Read::Closed(source.len());
                }
            }
        }
    }

    /// Adds a whole line.
    fn push(&mut self, line: &str) {
        let (text, at) = self.unindented(line);
        self.code.push(text.strip_suffix('\r').unwrap_or(text), at);
        self.part.body.end += line.len() + 1;
    }

    /// Shows what has come of the last line.
    fn show_last(&mut self, line: &str) {
        let line = self.unindented(line);
        self.code.show((!line.0.is_empty()).then_some(line));
    }

    /// The line without as many spaces as the fence had, and the byte where it begins.
    fn unindented<'a>(&self, line: &'a str) -> (&'a str, usize) {
        let text = self.part.fence.unindented(line);
        (text, self.part.body.end + line.len() - text.len())
    }

    /// The byte of the source where it begins.
    pub(super) fn at(&self) -> usize {
        if self.part.is_first() { self.part.block } else { self.part.body.start }
    }

    /// The byte of the source behind its lines.
    pub(super) fn end(&self) -> usize {
        self.part.body.end
    }

    /// Whether no line of it was read: the fence, if it has one, is a row.
    pub(super) fn is_empty(&self) -> bool {
        self.code.rows.is_empty()
    }

    /// Gives its rows away, until [`Open::take_back`]. Of the source there are `end` bytes.
    pub(super) fn lend(&mut self, end: usize) -> (Part, Vec<Row>) {
        let mut part = self.part.clone();
        part.body.end = end.max(part.body.start);
        (part, std::mem::take(&mut self.code.rows))
    }

    /// Takes the rows back that were lent. Without them it cannot grow.
    pub(super) fn take_back(&mut self, rows: Vec<Row>) {
        self.code.rows = rows;
    }

    pub(super) fn into_parts(self) -> (Part, Vec<Row>) {
        (self.part, self.code.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(source: &str, growing: bool) -> (Vec<String>, Read) {
        let mut open = Open::begin(source, 0, 18).unwrap();
        let read = open.read(source, growing);
        (open.code.rows.iter().map(|row| row.text.clone()).collect(), read)
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
        assert_eq!(closed, Read::Closed(33));
    }

    #[test]
    fn what_has_come_is_shown_and_half_a_fence_is_not_code() {
        assert_eq!(drawn("```\nab", true).0, [" code", " ab"]);
        assert_eq!(drawn("```\nab\n``", true).0, [" code", " ab"]);
        assert_eq!(drawn("```\nab\n``", false).0, [" code", " ab", " ``"]);
        assert_eq!(drawn("```\n", true), (vec![" code".to_owned()], Read::Open));
    }

    #[test]
    fn the_head_row_names_the_block_and_the_lines_are_part_of_it() {
        let source = "text\n\n```py\nab\n";
        let mut open = Open::begin(source, 6, 40).unwrap();
        open.read(source, true);
        assert_eq!(open.code.rows.len(), 3, "air, the head and a line");
        let (head, line) = (&open.code.rows[1], &open.code.rows[2]);
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
