//! What was found in a body besides its answer: how many events could be read, what stood between them, how it began.
//! From these follows what a body is that holds no answer.

use super::Fault;

/// So many events in a row that cannot be read are no accident.
const UNREADABLE_MAX: u32 = 16;
/// So much of a body is remembered, in bytes, as long as there is no event in it: it may say what it is instead.
const HEAD_BYTES_MAX: usize = 16 * 1024;

#[derive(Debug, Default)]
pub(super) struct Found {
    /// How many events could be read, and how many of the last ones could not.
    pub(super) read: u32,
    in_a_row: u32,
    /// How many could not in all.
    pub(super) skipped: u32,
    /// Whether there was an event that is neither JSON nor empty.
    pub(super) foreign: bool,
    /// The last line that belongs to no event, or message in one without an answer: a gateway may say there what happened.
    pub(super) stray: Option<String>,
    /// What the last event says that may tell of an error or of progress, unless words followed it: if the answer breaks
    /// off, it may be why.
    pub(super) doubt: Option<String>,
    /// The beginning of the body, as long as no event was read.
    pub(super) head: Vec<u8>,
}

impl Found {
    /// The next block of the body.
    pub(super) fn block(&mut self, block: &[u8]) {
        if self.read == 0 {
            let room = HEAD_BYTES_MAX.saturating_sub(self.head.len());
            self.head.extend_from_slice(block.get(..room).unwrap_or(block));
        }
    }

    /// An event that can be read.
    pub(super) fn readable(&mut self) {
        (self.read, self.in_a_row) = (self.read.saturating_add(1), 0);
        self.head = Vec::new();
    }

    /// An event that cannot be read; the fault, where there are too many of them.
    pub(super) fn unreadable(&mut self) -> Option<Fault> {
        (self.skipped, self.in_a_row) = (self.skipped.saturating_add(1), self.in_a_row + 1);
        match self.in_a_row < UNREADABLE_MAX {
            true => None,
            false if self.read == 0 => Some(self.no_answer()),
            false => Some(Fault::Unreadable(UNREADABLE_MAX)),
        }
    }

    /// Whether there is something, and nothing that could be read.
    pub(super) fn nothing_but_noise(&self) -> bool {
        self.read == 0 && (self.skipped > 0 || self.foreign || self.stray.is_some())
    }

    /// What is wrong with a body that has no answer in it.
    pub(super) fn no_answer(&mut self) -> Fault {
        Fault::NoAnswer { said: self.stray.take(), unreadable: self.skipped > 0 || self.foreign }
    }

    /// What is wrong with a body that ends before its answer does; `spoke`: a word of it came.
    pub(super) fn broken_off(&mut self, spoke: bool) -> Fault {
        if self.read == 0 || (!spoke && self.stray.is_some()) {
            self.no_answer()
        } else {
            Fault::BrokenOff(self.doubt.take().or_else(|| self.stray.take()))
        }
    }
}
