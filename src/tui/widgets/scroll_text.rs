//! A text to read, below a head. Its rows are kept, since what a command prints may be long.

use super::more_below;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::text::wrap::Wrapped;
use crate::tui::theme::Role;
use ratatui::layout::Rect;

/// The text. Invariant: `rows` are those of `whole`.
#[derive(Debug)]
pub(crate) struct ScrollText {
    /// The head, and below it the text.
    whole: String,
    /// How many bytes the head has.
    head: usize,
    rows: Wrapped,
    /// The first row that is shown.
    top: usize,
}

impl ScrollText {
    /// The beginning of `text`, below `head`.
    pub(crate) fn new(head: &str, text: &str) -> Self {
        let whole = if text.is_empty() { head.to_owned() } else { format!("{head}\n\n{text}") };
        Self { whole, head: head.len(), rows: Wrapped::default(), top: 0 }
    }

    /// Moves by so many rows; [`ScrollText::fit`] keeps that within the text.
    pub(crate) fn scroll_by(&mut self, rows: isize) {
        self.top = self.top.saturating_add_signed(rows);
    }

    /// Breaks it into rows for a place of this size, and stays within them. Cheap when nothing changed.
    pub(crate) fn fit(&mut self, (width, height): (u16, u16)) {
        self.rows.update(&self.whole, usize::from(width));
        self.top = self.top.min(self.rows.len().saturating_sub(usize::from(height)));
    }

    /// How many rows there are, as it was broken last.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The rows, and whether each is part of the head.
    fn rows(&self) -> impl ExactSizeIterator<Item = (&str, bool)> {
        let row = |index| (self.rows.row(&self.whole, index), self.rows.range(index).start < self.head);
        (0..self.rows.len()).map(row)
    }

    /// Paints it.
    pub(crate) fn draw(&self, area: Rect, canvas: &mut Canvas) {
        for ((text, is_head), place) in self.rows().skip(self.top).zip(rows_of(area)) {
            canvas.text(place, text, if is_head { Role::Strong } else { Role::Text });
        }
        more_below(self.len().saturating_sub(self.top + usize::from(area.height)), area, canvas);
    }
}
