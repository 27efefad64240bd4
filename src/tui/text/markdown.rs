//! Markdown as rows, while it is being written. Blocks that are finished are laid out once; only what is open at the end
//! is laid out again, and of code only its last line.
//!
//! A block is finished when a line behind it begins another one. Every block is laid out by itself, from its own source,
//! so that nothing behind it can change it: what a reference refers to stands where it was written, as text. A block
//! longer than a window that is no code is cut there: a text that never ends one costs no more than its last part.
//!
//! Owns the rows of one text. Must not know whose text it is, what is in sight, or what things look like.

mod blocks;
mod fence;
mod formulas;
mod incomplete;
mod inline;
mod render;
mod settle;
mod table;

use super::row::{Row, Span};
use super::style::TextStyle;
use fence::{Fence, Open};
use render::Code;
use std::borrow::Cow;
use std::ops::Range;

/// A text's rows at one width.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Document {
    width: usize,
    /// How much of the text was read, and whether more was to come.
    seen: usize,
    growing: bool,
    /// Up to here the text is in `finished`.
    stable: usize,
    finished: Vec<Block>,
    /// The code block that is open at the end.
    fence: Option<Open>,
    /// What is open at the end.
    tail: Vec<Block>,
    /// The first row of every block, of those that are finished and then of the tail; and behind them the number of all.
    starts: Vec<usize>,
}

/// A block of text with its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    /// The byte where it begins.
    at: usize,
    /// The blank row in front of it.
    gap: Option<Row>,
    rows: Vec<Row>,
    code: Vec<Code>,
    /// Where its code is in the source, if it is nothing else.
    fence: Option<(Fence, Range<usize>)>,
}

impl Document {
    /// Brings the rows up to date with `source`, which continues the text of the call before, for `width` cells.
    /// `growing`: more of it may come.
    pub(crate) fn update(&mut self, source: &str, width: usize, growing: bool) {
        let width = width.max(1);
        let grown = source.len() >= self.seen && (self.growing || source.len() == self.seen);
        if self.width != width || !grown {
            *self = Self { width, ..Self::default() };
        } else if (self.seen, self.growing) == (source.len(), growing) && !self.starts.is_empty() {
            return;
        }
        // The rows of the open code, which stand in the tail, go back to where they grow.
        if let (Some(open), Some(shown)) = (&mut self.fence, self.tail.pop()) {
            open.take_back(shown.rows);
        }
        self.tail.clear();
        // Those of finished blocks are known from the time before; what was the tail may have become anything.
        self.starts.truncate(self.finished.len());
        self.settle(source, growing);
        self.lay_out_tail(source, growing);
        (self.seen, self.growing) = (source.len(), growing);
        let known = self.starts.len();
        let mut start = known.checked_sub(1).map_or(0, |last| self.starts[last] + self.finished[last].len());
        for block in self.finished.iter().skip(known).chain(&self.tail) {
            self.starts.push(start);
            start += block.len();
        }
        self.starts.push(start);
    }

    /// A text laid out at once.
    #[cfg(test)]
    pub(crate) fn new(source: &str, width: usize, growing: bool) -> Self {
        let mut document = Self::default();
        document.update(source, width, growing);
        document
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The row of that number.
    pub(crate) fn row(&self, index: usize) -> Option<&Row> {
        let block = self.starts.partition_point(|start| *start <= index).checked_sub(1)?;
        self.block(block)?.row(index - self.starts[block])
    }

    /// Where a row is in the source: the byte where it begins, and how many rows before it begin there, too.
    pub(crate) fn place(&self, index: usize) -> (usize, usize) {
        let at = self.row(index).map_or(0, Row::source);
        (at, index.saturating_sub(self.row_of(at)))
    }

    /// The row in which the byte `at` of the source stands.
    pub(crate) fn row_of(&self, at: usize) -> usize {
        let count = self.finished.len() + self.tail.len();
        let known = |index: usize| self.block(index).map_or(usize::MAX, |block| block.at);
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            if known(middle) <= at { low = middle + 1 } else { high = middle }
        }
        let Some(block) = low.checked_sub(1).and_then(|index| Some((index, self.block(index)?))) else { return 0 };
        self.starts.get(block.0).map_or(0, |start| start + block.1.row_of(at))
    }

    /// The code block that begins at the byte `at`: its language, and its text.
    pub(crate) fn code<'a>(&'a self, at: usize, source: &'a str) -> Option<(&'a str, Cow<'a, str>)> {
        let first = self.finished.partition_point(|block| block.at <= at).saturating_sub(1);
        let blocks = self.finished.iter().skip(first).take(1).chain(&self.tail);
        for block in blocks.filter(|block| block.at <= at) {
            if let Some((fence, body)) = block.fence.as_ref().filter(|_| block.at == at) {
                return Some((&fence.language, fence.content(source.get(body.clone())?)));
            }
            if let Some(code) = block.code.iter().find(|code| code.at == at) {
                return Some((&code.language, Cow::Borrowed(&code.text)));
            }
        }
        None
    }

    fn block(&self, index: usize) -> Option<&Block> {
        self.finished.get(index).or_else(|| self.tail.get(index - self.finished.len()))
    }

    fn lay_out_tail(&mut self, source: &str, growing: bool) {
        if let Some(open) = &mut self.fence {
            // Lent, not copied: of a long block every frame would copy all of it.
            let (at, rows) = (open.at(), open.lend_rows());
            let (gap, fence) = (gap(source, at), Some((open.fence().clone(), open.body(false, source.len()))));
            self.tail.push(Block { at, gap, rows, code: Vec::new(), fence });
            return;
        }
        let written = source.get(self.stable..).unwrap_or_default();
        let text = if growing { incomplete::complete(written) } else { Cow::Borrowed(written) };
        if text.trim().is_empty() {
            return;
        }
        let mut starts = blocks::starts(&text);
        starts.push(text.len());
        for pair in starts.windows(2) {
            let (text, written) = (text.get(pair[0]..pair[1]), written.get(pair[0]..pair[1].min(written.len())));
            let (text, written) = (text.unwrap_or_default(), written.unwrap_or_default());
            self.tail.push(Block::of(text, written, source, self.stable + pair[0], self.width));
        }
    }
}

impl Block {
    fn of(text: &str, written: &str, source: &str, at: usize, width: usize) -> Self {
        let rendered = render::render(text, written, at, width);
        Self { at, gap: gap(source, at), rows: rendered.rows, code: rendered.code, fence: None }
    }

    fn len(&self) -> usize {
        usize::from(self.gap.is_some()) + self.rows.len()
    }

    fn row(&self, index: usize) -> Option<&Row> {
        match &self.gap {
            Some(gap) if index == 0 => Some(gap),
            Some(_) => self.rows.get(index - 1),
            None => self.rows.get(index),
        }
    }

    /// The first row that begins at the byte `at`, else the last that begins before it.
    fn row_of(&self, at: usize) -> usize {
        if at <= self.at {
            return 0;
        }
        if self.fence.is_some() {
            // The lines of code stand in the order of the source, and there may be many.
            let gap = usize::from(self.gap.is_some());
            let first = self.rows.partition_point(|row| row.source() < at);
            let exact = self.rows.get(first).is_some_and(|row| row.source() == at);
            return gap + if exact { first } else { first.saturating_sub(1) };
        }
        let mut before = 0;
        for index in 0..self.len() {
            let source = self.row(index).map_or(0, Row::source);
            if source == at {
                return index;
            }
            if source < at {
                before = index;
            }
        }
        before
    }
}

/// Whether Markdown that comes in `pieces` stands, after each of them, where it would stand had it come at once. For
/// `fuzz/`, which cannot reach the rows.
#[doc(hidden)]
pub fn grows_as_at_once(pieces: &[&str], width: usize) -> bool {
    let (mut grown, mut source) = (Document::default(), String::new());
    let ends = std::iter::repeat_n(true, pieces.len()).chain([false]);
    pieces.iter().chain([&""]).zip(ends).all(|(piece, growing)| {
        source.push_str(piece);
        grown.update(&source, width, growing);
        let mut whole = Document::default();
        whole.update(&source, width, growing);
        let alike = |row| (grown.row(row), grown.place(row)) == (whole.row(row), whole.place(row));
        grown.len() == whole.len() && (0..whole.len()).all(alike)
    })
}

/// A blank row where there is a blank line before the block at `at`.
fn gap(source: &str, at: usize) -> Option<Row> {
    let before = source.get(..at).unwrap_or_default();
    let text = before.trim_end();
    let blank = !text.is_empty() && before.bytes().skip(text.len()).filter(|byte| *byte == b'\n').count() > 1;
    let place = Span { len: 0, style: TextStyle::default(), source: at as u32, verbatim: true, link: None };
    blank.then(|| Row { spans: vec![place], ..Row::default() })
}

#[cfg(test)]
mod tests;
