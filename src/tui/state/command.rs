//! A command over a block of code: while it is written, while it is confirmed, and what it printed.

use super::picker::Picker;
use crate::chat::code::CodeBlock;
use crate::tui::text::wrap::Wrapped;

/// A command that is to be run over a block of code.
#[derive(Debug)]
pub(crate) struct Order {
    /// What it gets to read.
    pub(crate) block: CodeBlock,
    /// As far as it is written.
    pub(crate) command: String,
    /// The list to go back to.
    pub(crate) list: Picker,
}

/// A text to read, below a head. Its rows are kept, since what a command prints may be long.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// The head, and below it the text.
    whole: String,
    /// How many bytes the head has.
    head: usize,
    rows: Wrapped,
    /// The first row that is shown.
    pub(crate) top: usize,
}

impl Sheet {
    /// The beginning of `text`, below `head`.
    pub(crate) fn new(head: &str, text: &str) -> Self {
        let whole = if text.is_empty() { head.to_owned() } else { format!("{head}\n\n{text}") };
        Self { whole, head: head.len(), rows: Wrapped::default(), top: 0 }
    }

    /// Breaks it into rows of `width` cells, and stays within them where `height` rows are shown. Cheap when nothing
    /// changed.
    pub(crate) fn fit(&mut self, width: usize, height: usize) {
        self.rows.update(&self.whole, width);
        self.top = self.top.min(self.rows.len().saturating_sub(height));
    }

    /// The rows, and whether each is part of the head.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = (&str, bool)> {
        let row = |index| (self.rows.row(&self.whole, index), self.rows.range(index).start < self.head);
        (0..self.rows.len()).map(row)
    }
}
