//! A block of a text and its rows. Rows are several times as large as the text that they show, so they can be let go, and
//! are made from the source again where they are asked for.
//!
//! Must not know which blocks there are besides.

use super::context::{Context, Leaf};
use super::fence::{Open, Part};
use super::gap;
use super::render::{Rendered, render};
use crate::tui::text::row::Row;
use std::cell::OnceCell;
use std::ops::Range;

/// A block of text.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// Where it is in the source.
    bytes: Range<u32>,
    /// How many rows it has, with the blank one in front of it.
    rows: u32,
    /// Which lines of a code block it is, if it is nothing else.
    pub(super) part: Option<Box<Part>>,
    pub(super) context: Context,
    /// Empty where they were let go.
    rendered: OnceCell<Box<Rendered>>,
}

impl Block {
    /// The block at the byte `at` of `source`, where it is `written`; `text` is the same, completed at its end.
    pub(super) fn of(text: &str, written: &str, source: &str, at: usize, width: usize, context: Context) -> Self {
        let rendered = lay_out(text, written, source, at, width, &context);
        Self { context, ..Self::with(at..at + written.len(), None, rendered) }
    }

    /// Lines of code that do not grow any more.
    pub(super) fn of_code(open: Open) -> Self {
        let at = open.at();
        let (part, rows) = open.into_parts();
        Self::with(at..part.body.end, Some(part), Rendered { rows, ..Rendered::default() })
    }

    /// Lines of code that may grow, with the rows that are lent by `open`. Of the source there are `end` bytes.
    pub(super) fn of_open_code(open: &mut Open, end: usize) -> Self {
        let (part, rows) = open.lend(end);
        Self::with(open.at()..end, Some(part), Rendered { rows, ..Rendered::default() })
    }

    fn with(bytes: Range<usize>, part: Option<Part>, rendered: Rendered) -> Self {
        let rows = rendered.rows.len() as u32;
        let bytes = bytes.start as u32..bytes.end as u32;
        let (context, part) = (Context::default(), part.map(Box::new));
        Self { bytes, rows, part, context, rendered: OnceCell::from(Box::new(rendered)) }
    }

    /// The byte of the source where it begins.
    pub(super) fn at(&self) -> usize {
        self.bytes.start as usize
    }

    /// How many rows it has.
    pub(super) fn len(&self) -> usize {
        self.rows as usize
    }

    /// Whether its rows are there.
    pub(super) fn is_held(&self) -> bool {
        self.rendered.get().is_some()
    }

    /// Lets its rows go. Only of a block that does not grow any more: others cannot be made again.
    pub(super) fn let_go(&mut self) {
        self.rendered.take();
    }

    /// Its rows, and the code in it.
    pub(super) fn rendered(&self, source: &str, width: usize) -> &Rendered {
        self.rendered.get_or_init(|| {
            if let Some(part) = &self.part {
                return Box::new(Rendered { rows: part.rows(source, width), ..Rendered::default() });
            }
            let written = source.get(self.at()..self.bytes.end as usize).unwrap_or_default();
            Box::new(lay_out(written, written, source, self.at(), width, &self.context))
        })
    }

    /// The leaf of it that was drawn last.
    pub(super) fn leaf(&self) -> &Leaf {
        self.rendered.get().map_or(&Leaf::Text, |rendered| &rendered.leaf)
    }

    /// Gives its rows away.
    pub(super) fn into_rows(self) -> Vec<Row> {
        self.rendered.into_inner().map_or_else(Vec::new, |rendered| rendered.rows)
    }

    /// The first of its `rows` that begins at the byte `at`, else the last that begins before it.
    pub(super) fn row_of(&self, at: usize, rows: &[Row]) -> usize {
        if at <= self.at() {
            return 0;
        }
        if self.part.is_some() {
            // The lines of code stand in the order of the source, and there may be many.
            let first = rows.partition_point(|row| row.source() < at);
            let exact = rows.get(first).is_some_and(|row| row.source() == at);
            return if exact { first } else { first.saturating_sub(1) };
        }
        let exact = rows.iter().position(|row| row.source() == at);
        exact.or_else(|| rows.iter().rposition(|row| row.source() < at)).unwrap_or(0)
    }
}

fn lay_out(text: &str, written: &str, source: &str, at: usize, width: usize, context: &Context) -> Rendered {
    let mut rendered = render(text, written, at, width, context);
    // Within code, blank lines are lines of it.
    rendered.rows.splice(0..0, gap(source, at).filter(|_| context.code().is_none()));
    rendered
}
