//! Markdown as rows, while it is being written. Blocks that are finished are laid out once; only what is open at the end
//! is laid out again, and of code only its last line.
//!
//! A block is finished when a line behind it begins another one. Every block is laid out by itself, from its own source,
//! so that nothing behind it can change it: what a reference refers to stands where it was written, as text. A block
//! longer than a window that is no code is cut there: a text that never ends one costs no more than its last part.
//!
//! Rows take several times the memory of their text. Only those that were looked at last are held, and the others are made
//! again when they come in sight: a block costs no more than a window. How many rows it has is known for good.
//!
//! Owns the rows of one text. Must not know whose text it is, what is in sight, or what things look like.

mod block;
mod blocks;
mod context;
mod fence;
mod flanking;
mod formulas;
mod incomplete;
mod inline;
mod literal;
mod marks;
mod numbers;
mod render;
mod settle;
mod table;

pub(crate) use marks::with_marks;

use super::row::{Row, Span};
use super::style::TextStyle;
use block::Block;
use context::Context;
use fence::Open;
use render::Rendered;
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

/// So many rows are held beside those in sight, before all others are let go: some screens full.
const HELD_ROWS: usize = 2048;

/// A text's rows at one width. The text itself is not kept: what needs it is given it as it was at the last update.
#[derive(Debug, Clone, Default)]
pub(crate) struct Document {
    width: usize,
    /// How much of the text was read, and whether more was to come.
    seen: usize,
    growing: bool,
    /// Up to here the text is in `finished`.
    stable: usize,
    finished: Vec<Block>,
    /// The context of the block there.
    context: Context,
    /// In a cell, since rows that were let go are made again where they are looked at.
    held: RefCell<Held>,
    /// The code block that is open at the end.
    fence: Option<Open>,
    /// What is open at the end.
    tail: Vec<Block>,
    /// The first row of every block, of those that are finished and then of the tail; and behind them the number of all.
    starts: Vec<usize>,
}

/// Which of the finished blocks have their rows.
#[derive(Debug, Clone, Default)]
struct Held {
    blocks: Vec<usize>,
    /// How many rows these are.
    rows: usize,
}

impl Held {
    fn add(&mut self, block: usize, rows: usize) {
        self.blocks.push(block);
        // A block without rows counts, too: it takes a place in the list.
        self.rows += rows.max(1);
    }
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
            open.take_back(shown.into_rows());
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
    pub(crate) fn row(&self, index: usize, source: &str) -> Option<&Row> {
        let block = self.starts.partition_point(|start| *start <= index).checked_sub(1)?;
        self.rendered(block, source)?.rows.get(index - self.starts[block])
    }

    /// Lets rows go that are not in sight, where there are many of them.
    pub(crate) fn let_go(&mut self, in_sight: Range<usize>) {
        let held = self.held.get_mut();
        if held.rows <= HELD_ROWS {
            return;
        }
        for index in std::mem::take(held).blocks {
            let Some(block) = self.finished.get_mut(index) else { continue };
            let start = self.starts.get(index).copied().unwrap_or(usize::MAX);
            if start < in_sight.end && start.saturating_add(block.len()) > in_sight.start {
                held.add(index, block.len());
            } else {
                block.let_go();
            }
        }
    }

    /// Where a row is in the source: the byte where it begins, and how many rows before it begin there, too.
    pub(crate) fn place(&self, index: usize, source: &str) -> (usize, usize) {
        let at = self.row(index, source).map_or(0, Row::source);
        (at, index.saturating_sub(self.row_of(at, source)))
    }

    /// The row in which the byte `at` of the source stands.
    pub(crate) fn row_of(&self, at: usize, source: &str) -> usize {
        let (mut low, mut high) = (0, self.finished.len() + self.tail.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.block(middle).is_some_and(|block| block.at() <= at) { low = middle + 1 } else { high = middle }
        }
        let row = low.checked_sub(1).and_then(|index| {
            let (block, rows) = (self.block(index)?, &self.rendered(index, source)?.rows);
            Some(self.starts.get(index)? + block.row_of(at, rows))
        });
        row.unwrap_or(0)
    }

    /// The code block that begins at the byte `at`: its language, and its text.
    pub(crate) fn code<'a>(&'a self, at: usize, source: &'a str) -> Option<(&'a str, Cow<'a, str>)> {
        let first = self.finished.partition_point(|block| block.at() <= at).saturating_sub(1);
        let candidates = (first..self.finished.len().min(first + 1)).chain(self.finished.len()..);
        for (index, block) in candidates.map_while(|index| Some((index, self.block(index)?))) {
            if block.at() > at {
                break;
            }
            if let Some(part) = block.part.as_deref().filter(|_| block.at() == at) {
                let of_it = |index: usize| self.block(index)?.part.as_deref().filter(|part| part.block == at);
                let last = (index + 1..).map_while(of_it).last().unwrap_or(part);
                let body = source.get(part.body.start..last.body.end)?;
                return Some((&part.fence.language, part.fence.content(body)));
            }
            let rendered = self.rendered(index, source)?;
            if let Some(code) = rendered.code.iter().find(|code| code.at == at) {
                let mut text = Cow::Borrowed(&*code.text);
                // The rest of it, where its block was cut.
                let goes_on = |index: &usize| self.block(*index).is_some_and(|block| block.context.code() == Some(at));
                for index in (index + 1..).take_while(goes_on) {
                    let rest = self.rendered(index, source)?.code.iter().find(|code| code.at == at);
                    text.to_mut().push_str(rest.map_or("", |rest| &rest.text));
                }
                return Some((&code.language, text));
            }
        }
        None
    }

    /// The block of that number, of those that are finished and then of the tail.
    fn block(&self, index: usize) -> Option<&Block> {
        self.finished.get(index).or_else(|| self.tail.get(index - self.finished.len()))
    }

    /// The rows of the block of that number, and the code in it. They are held from now on.
    fn rendered(&self, index: usize, source: &str) -> Option<&Rendered> {
        let block = self.block(index)?;
        if !block.is_held() {
            self.held.borrow_mut().add(index, block.len());
        }
        Some(block.rendered(source, self.width))
    }

    fn lay_out_tail(&mut self, source: &str, growing: bool) {
        if let Some(open) = &mut self.fence {
            // Lent, not copied: of a long block every frame would copy all of it.
            if !open.is_empty() {
                self.tail.push(Block::of_open_code(open, source.len()));
            }
            return;
        }
        let written = source.get(self.stable..).unwrap_or_default();
        let joined = self.context.joined(written);
        let text = if growing { incomplete::complete(&joined) } else { Cow::Borrowed(&*joined) };
        let text = text.get(joined.len() - written.len()..).unwrap_or_default();
        if text.trim().is_empty() {
            return;
        }
        for blocks::Piece { bytes, context } in blocks::pieces(text, &self.context) {
            let (at, text) = (self.stable + bytes.start, text.get(bytes.clone()).unwrap_or_default());
            let written = written.get(bytes.start..bytes.end.min(written.len())).unwrap_or_default();
            self.tail.push(Block::of(text, written, source, at, self.width, context));
        }
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
        let row = |document: &Document, row| (document.row(row, &source).cloned(), document.place(row, &source));
        let alike = |index| row(&grown, index) == row(&whole, index);
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
