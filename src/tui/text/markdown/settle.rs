//! Which blocks are finished: moves them from the open end of a text to its finished part.
//!
//! Where a text is cut must not depend on how it came. A block is therefore looked for from the end of the one before,
//! in a window that grows until a second block begins in it. Must not lay out what is still open.

use super::block::Block;
use super::blocks::Piece;
use super::context::Context;
use super::fence::{Open, Read};
use super::{Document, blocks};

/// The longest paragraph that is not cut, in bytes: it is laid out again for every piece of text that comes.
pub(super) const PARAGRAPH_BYTES_MAX: usize = 32 * 1024;
/// The longest other block that is not cut, in bytes.
pub(super) const BLOCK_BYTES_MAX: usize = 2 * PARAGRAPH_BYTES_MAX;
/// The first window in which blocks are looked for, and the factor by which each further one is larger.
const FIRST_WINDOW_BYTES: usize = 1024;
const WINDOW_GROWTH: usize = 4;

/// How a window ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// With the text, or its last whole line.
    Text,
    /// Before more text: a larger window shows more of it.
    More,
    /// Before more text, and no window is larger.
    Cut,
}

impl Document {
    /// Moves what is finished out of the open end.
    pub(super) fn settle(&mut self, source: &str, growing: bool) {
        let mut size = FIRST_WINDOW_BYTES;
        while self.stable < source.len() {
            let blank = blank_lines(source.get(self.stable..).unwrap_or_default());
            if self.fence.is_none() && self.context.code().is_none() && blank > 0 {
                self.stable += blank;
                self.context.pass_blank_line();
            }
            if let Some(open) = self.fence.take().or_else(|| self.fence_at(source, self.stable, growing, &self.context))
            {
                self.read_fence(open, source, growing);
                if self.fence.is_some() {
                    return;
                }
                continue;
            }
            let (window, end) = self.window(source, growing, size);
            if end == End::Cut && window.trim().is_empty() {
                self.stable += window.len();
                continue;
            }
            let mut pieces = blocks::pieces(window, &self.context);
            let first = pieces.first_mut().map(|first| std::mem::take(&mut first.context)).unwrap_or_default();
            if self.context.rest.is_some() && first.rest.is_none() && !pieces.is_empty() {
                // What was cut ended there.
                self.context = first;
            } else if pieces.len() > 1 {
                self.context = first;
                self.finish_all_but_last(source, growing, &pieces);
                size = FIRST_WINDOW_BYTES;
            } else if end == End::More {
                size *= WINDOW_GROWTH;
            } else if !pieces.is_empty() && (end == End::Cut || !growing) {
                let block = Block::of(window, window, source, self.stable, self.width, first.clone());
                if end == End::Cut {
                    self.context = Context::behind(window, &first, block.leaf());
                }
                self.stable += window.len();
                self.keep(block);
                size = FIRST_WINDOW_BYTES;
            } else {
                return;
            }
        }
    }

    /// Finishes `pieces`, which begin at the end of what is finished, without the last one.
    fn finish_all_but_last(&mut self, source: &str, growing: bool, pieces: &[Piece]) {
        let base = self.stable;
        for pair in pieces.windows(2) {
            let (from, to) = (base + pair[0].bytes.start, base + pair[1].bytes.start);
            let context = std::mem::take(&mut self.context);
            if let Some(open) = self.fence_at(source, from, growing, &context) {
                // A fence ends where it says so; what stands behind it, as what a link refers to, is no part of it.
                self.read_fence(open, source, growing);
                let rest = source.get(self.stable..to);
                if self.fence.is_some() || !rest.is_some_and(|rest| rest.trim().is_empty()) {
                    return;
                }
            } else {
                self.finish(source, from, to, context);
            }
            self.stable = to;
            self.context = pair[1].context.clone();
            // Behind the definition of a link the parser still reads a paragraph, which `1.` begins no list in. By
            // itself, as when it comes later, the same line begins one; so the blocks behind it are looked for anew.
            if source.get(from..to).is_some_and(|written| written.contains("]:")) {
                return;
            }
        }
    }

    /// What is looked at to find blocks: whole lines, of at most `size` bytes.
    fn window<'a>(&self, source: &'a str, growing: bool, size: usize) -> (&'a str, End) {
        let rest = source.get(self.stable..).unwrap_or_default();
        let plain = rest.trim_start().starts_with(char::is_alphabetic);
        let most = if plain { PARAGRAPH_BYTES_MAX } else { BLOCK_BYTES_MAX };
        let end = match size.min(most) {
            size if rest.len() <= size => End::Text,
            size if size < most => End::More,
            _ => End::Cut,
        };
        let rest = rest.get(..rest.floor_char_boundary(size.min(most))).unwrap_or_default();
        match rest.rfind('\n') {
            Some(newline) if growing || end != End::Text => (rest.get(..=newline).unwrap_or_default(), end),
            None if end == End::More || (growing && end == End::Text) => ("", end),
            _ => (rest, end),
        }
    }

    /// The code block that begins at `at`, when its first line is complete.
    fn fence_at(&self, source: &str, at: usize, growing: bool, context: &Context) -> Option<Open> {
        let rest = source.get(at..)?;
        // A longer line is cut before it ends, and then no first line of code any more.
        let is_whole = rest.get(..rest.floor_char_boundary(BLOCK_BYTES_MAX))?.contains('\n')
            || (!growing && rest.len() <= BLOCK_BYTES_MAX);
        // In the rest of a block, a fence may belong to that.
        if context.rest.is_some() || !is_whole {
            return None;
        }
        Open::begin(source, at, self.width)
    }

    /// Reads on in a block of code. What is a part of it, or the rest of it, is finished.
    fn read_fence(&mut self, mut open: Open, source: &str, growing: bool) {
        loop {
            let (next, end) = match open.read(source, growing) {
                Read::Open => {
                    (self.stable, self.fence) = (open.at(), Some(open));
                    return;
                }
                Read::Full => (Some(open.next()), open.end()),
                Read::Closed(end) => (None, end),
            };
            self.stable = end;
            if !open.is_empty() {
                self.keep(Block::of_code(open));
            }
            match next {
                Some(next) => open = next,
                None => return,
            }
        }
    }

    fn finish(&mut self, source: &str, from: usize, to: usize, context: Context) {
        let written = source.get(from..to).unwrap_or_default();
        self.keep(Block::of(written, written, source, from, self.width, context));
    }

    fn keep(&mut self, block: Block) {
        self.held.get_mut().add(self.finished.len(), block.len());
        self.finished.push(block);
        // Of a long text that comes at once, too, no more rows are held than of one that was scrolled through.
        self.let_go(0..0);
    }
}

/// The bytes of the blank lines that `text` begins with.
fn blank_lines(text: &str) -> usize {
    text.split_inclusive('\n').take_while(|line| line.ends_with('\n') && line.trim().is_empty()).map(str::len).sum()
}
