//! The work of colouring some lines, as data: it goes out, is done on another thread, and its result comes back.
//!
//! A job is told from others by a number alone. Must not know whose code it colours.

use super::{Checkpoint, Highlighted};
use std::sync::Arc;

/// The beginning of some lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) enum LineStart {
    /// At the beginning of code with this behind its fence.
    Beginning(String),
    /// Behind lines that are known.
    Behind(Arc<Checkpoint>),
}

/// Some lines to colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HighlightJob {
    /// Tells the block from all others.
    pub(in crate::tui) block: u64,
    pub(in crate::tui) from: LineStart,
    /// The last line may have no line end yet.
    pub(in crate::tui) code: String,
}

/// The result of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HighlightResult {
    pub(in crate::tui) block: u64,
    pub(in crate::tui) code: String,
    /// `None`: this and all that follows stays plain.
    pub(in crate::tui) found: Option<Highlighted>,
}

impl HighlightJob {
    /// Does it, which takes its time; `None`: there is no such grammar.
    pub(in crate::tui) fn highlight(&self) -> Option<Highlighted> {
        match &self.from {
            LineStart::Beginning(info) => Checkpoint::begin(info).map(|beginning| beginning.advance(&self.code)),
            LineStart::Behind(known) => Some(known.advance(&self.code)),
        }
    }

    /// The result, with what was found.
    pub(in crate::tui) fn done(self, found: Option<Highlighted>) -> HighlightResult {
        HighlightResult { block: self.block, code: self.code, found }
    }
}
