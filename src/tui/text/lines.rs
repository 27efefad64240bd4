//! What there is to read about routing, as lines with roles: the sidebar's route, and the pages that open in front.
//!
//! Pure text, so that it can be measured without painting it. Knows no colours and no places.

use super::wrap::Wrapped;
use crate::tui::theme::Role;

/// A piece of text and what it is for.
pub(crate) type Span = (String, Role);

/// A line. Only text takes more than one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// Nothing, between two things.
    Air,
    /// Text, broken into at most so many rows.
    Text(Span, usize),
    /// Something on the left, and more at the right edge.
    Pair(Span, Span),
    /// Pieces behind each other, in one row.
    Pieces(Vec<Span>),
}

impl Line {
    /// Text of any length.
    pub(crate) fn text(text: impl Into<String>, role: Role) -> Self {
        Self::Text((text.into(), role), usize::MAX)
    }

    /// Text of at most so many rows.
    pub(crate) fn short(text: impl Into<String>, role: Role, rows: usize) -> Self {
        Self::Text((text.into(), role), rows)
    }

    /// How many rows it takes at `width` cells.
    pub(crate) fn rows(&self, width: usize) -> usize {
        match self {
            Self::Text((text, _), most) => Wrapped::new(text, width).len().clamp(1, (*most).max(1)),
            Self::Air | Self::Pair(..) | Self::Pieces(_) => 1,
        }
    }
}

/// How many rows `lines` take at `width` cells.
pub(crate) fn rows(lines: &[Line], width: usize) -> usize {
    lines.iter().map(|line| line.rows(width)).sum()
}
