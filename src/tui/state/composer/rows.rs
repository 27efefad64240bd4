//! The rows of the text, line by line: an edit wraps only the lines that it changed, and of a line only the rows near it.
//! Must not know the caret.

use super::area::Spot;
use crate::tui::text::wrap::Wrapped;
use std::ops::Range;

/// The rows. Invariants: one of `lines` for each line of the text; `starts` has the first row of each, and then the number
/// of rows.
#[derive(Debug)]
pub(super) struct Rows {
    width: usize,
    lines: Vec<Wrapped>,
    starts: Vec<usize>,
    /// The length of the text.
    bytes: usize,
}

impl Rows {
    pub(super) fn new(lines: &[String], width: usize) -> Self {
        let mut rows = Self { width, lines: Vec::new(), starts: Vec::new(), bytes: 0 };
        rows.splice(0..0, lines);
        rows
    }

    /// Puts `new` in the place of the lines `old`.
    pub(super) fn splice(&mut self, old: Range<usize>, new: &[String]) {
        let width = self.width;
        let first = old.start;
        let gone: usize = self.lines.get(old.clone()).unwrap_or_default().iter().map(|line| line.bytes() + 1).sum();
        let come: usize = new.iter().map(|line| line.len() + 1).sum();
        // The last line ends without a line break.
        let before = if self.lines.is_empty() { 0 } else { self.bytes + 1 };
        self.bytes = (before + come).saturating_sub(gone + 1);
        self.lines.splice(old, new.iter().map(|line| Wrapped::new(line, width)));
        let mut row = self.starts.get(first).copied().unwrap_or(0);
        self.starts.truncate(first);
        for line in self.lines.iter().skip(first) {
            self.starts.push(row);
            row += line.len().max(1);
        }
        self.starts.push(row);
    }

    /// Lays out a line after an edit within it, which has the caret behind what it inserted or where it deleted.
    pub(super) fn edit(&mut self, line: usize, text: &str, caret: usize) {
        let Some(wrapped) = self.lines.get_mut(line) else { return };
        let (bytes, rows) = (wrapped.bytes(), wrapped.len().max(1));
        let (added, removed) = (text.len().saturating_sub(bytes), bytes.saturating_sub(text.len()));
        wrapped.edit(text, caret.saturating_sub(added), removed, added);
        self.bytes = (self.bytes + added).saturating_sub(removed);
        let now = wrapped.len().max(1);
        if now != rows {
            self.starts.iter_mut().skip(line + 1).for_each(|start| *start = (*start + now).saturating_sub(rows));
        }
    }

    /// The length of the text in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// The line of a row, and the bytes of it that the row shows.
    pub(super) fn at(&self, row: usize) -> (usize, Range<usize>) {
        let line = self.starts.partition_point(|start| *start <= row).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        (line, self.lines.get(line).map_or(0..0, |wrapped| wrapped.range(row - start)))
    }

    /// The row in which a place stands.
    pub(super) fn row_of(&self, spot: Spot) -> usize {
        let within = self.lines.get(spot.line).map_or(0, |wrapped| wrapped.row_of(spot.byte));
        self.starts.get(spot.line).copied().unwrap_or(0) + within
    }
}
