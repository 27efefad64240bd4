//! The work of colouring some lines, as data: it goes out, is done somewhere else, and comes back.

use super::{BlockId, Checkpoint};
use crate::tui::text::highlight::Highlighted;
use std::sync::Arc;

/// Where lines begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Point {
    /// At the beginning of code with this behind its fence.
    Beginning(String),
    /// Behind lines that are known.
    Behind(Arc<Checkpoint>),
}

/// Some lines to colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub(super) id: BlockId,
    pub(super) number: u64,
    pub(super) from: Point,
    /// The last line may have no line end yet.
    pub(super) code: String,
}

/// A job that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coloured {
    pub(super) id: BlockId,
    pub(super) number: u64,
    pub(super) code: String,
    /// `None`: this and all that follows stays plain.
    pub(super) found: Option<Highlighted>,
}

impl Job {
    /// Does it, which takes its time; `None`: there is no such grammar.
    pub(in crate::tui) fn highlight(&self) -> Option<Highlighted> {
        match &self.from {
            Point::Beginning(info) => Checkpoint::begin(info).map(|beginning| beginning.advance(&self.code)),
            Point::Behind(known) => Some(known.advance(&self.code)),
        }
    }

    /// Comes back with what was found.
    pub(in crate::tui) fn done(self, found: Option<Highlighted>) -> Coloured {
        Coloured { id: self.id, number: self.number, code: self.code, found }
    }
}
