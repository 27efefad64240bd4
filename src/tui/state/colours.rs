//! The colours of code that are known so far, and what to ask for next.
//!
//! A block begins plain. Before a frame every block in sight is offered to [`Colours::want`], which gives out one job at a
//! time: the next lines of the first block that lacks some. The job is done off the screen's thread, its result comes
//! back through [`Colours::coloured`], and the next frame asks again, with the text that there is then. So text never
//! waits for its colours, a flood of text costs no more than one job at a time, and when all is coloured nothing is asked.

use crate::chat::TurnId;
use crate::tui::text::highlight::{HighlightJob, HighlightResult, LONGEST, LineStart, Run};
use crate::tui::text::languages::{self, Language};
use std::collections::BTreeMap;

/// The most lines and bytes of one job: some 15 milliseconds of work.
const JOB_LINES: usize = 64;
const JOB_BYTES: usize = 16 << 10;
/// So far a block is coloured.
const BLOCK_LINES: usize = 2_000;
const BLOCK_BYTES: usize = 512 << 10;
/// So many blocks are known at once, and so many lines and runs in all: some 8 MB. Always more than one block and a
/// screen full of others can have, lest what is in sight drives itself out.
const BLOCKS: usize = 256;
const RUNS: usize = 1 << 20;
/// So much of the end of what was coloured is compared, to see that the text has only grown.
const TAIL: usize = 64;

/// Which block of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BlockId {
    /// In the answer of this turn.
    pub(crate) turn: TurnId,
    /// The byte of the answer where the block begins.
    pub(crate) at: usize,
}

/// The colours of one block.
#[derive(Debug)]
struct Block {
    /// Tells it from all others, and from an earlier block in its place.
    number: u64,
    info: String,
    /// When it was last in sight.
    seen: u64,
    lines: Vec<Vec<Run>>,
    /// The text and the colours of the last line, as long as it has no line end.
    open: Option<(String, Vec<Run>)>,
    /// How many bytes `lines` are, line ends included, and the last of them.
    bytes: usize,
    tail: String,
    /// Lines and runs: what they cost to keep.
    runs: usize,
    /// Where to go on; `None`: the rest stays plain.
    then: Option<LineStart>,
}

/// The colours of all blocks. Invariant: while `busy`, exactly one job is out.
#[derive(Debug, Default)]
pub(crate) struct Colours {
    blocks: BTreeMap<BlockId, Block>,
    busy: bool,
    /// Counts blocks and looks at them.
    clock: u64,
}

impl Colours {
    /// The colours of a line, from 0. They may cover less than there is of it by now; what they leave is plain, and so
    /// is the whole line when there are none.
    pub(crate) fn line(&self, id: &BlockId, line: usize) -> Option<&[Run]> {
        let block = self.blocks.get(id)?;
        let open = block.open.as_ref().filter(|_| line == block.lines.len());
        block.lines.get(line).or(open.map(|(_, runs)| runs)).map(Vec::as_slice)
    }

    /// What has to be done for the colours of a block in sight: `info` stands behind its fence, `code` is what there is
    /// of it, and `last` the last of its lines in sight, from 0. A job that is given out must be done: until its result
    /// comes back, no other is.
    pub(crate) fn want(&mut self, id: &BlockId, info: &str, code: &str, last: usize) -> Option<HighlightJob> {
        self.clock += 1;
        match self.blocks.get_mut(id) {
            Some(block) if block.has_grown_to(info, code) => block.seen = self.clock,
            _ if languages::known(&languages::label(info)) == Some(Language::Plain) => {
                self.blocks.remove(id);
                return None;
            }
            _ => {
                self.blocks.insert(*id, Block::new(self.clock, info));
                self.make_room();
            }
        }
        if self.busy {
            return None;
        }
        let job = self.blocks.get(id)?.job(code, last)?;
        self.busy = true;
        Some(job)
    }

    /// Takes what a job found. Colours of a block that is gone, or has begun anew, are dropped.
    pub(crate) fn coloured(&mut self, result: HighlightResult) {
        self.busy = false;
        let Some(block) = self.blocks.values_mut().find(|block| block.number == result.block) else { return };
        block.take(result);
        self.make_room();
    }

    /// Forgets the blocks that were not in sight for the longest time.
    fn make_room(&mut self) {
        while self.blocks.len() > BLOCKS || self.blocks.values().map(|block| block.runs).sum::<usize>() > RUNS {
            let oldest = self.blocks.iter().min_by_key(|(_, block)| block.seen).map(|(id, _)| *id);
            let Some(oldest) = oldest else { return };
            self.blocks.remove(&oldest);
        }
    }
}

impl Block {
    fn new(number: u64, info: &str) -> Self {
        Self {
            number,
            info: info.to_owned(),
            seen: number,
            lines: Vec::new(),
            open: None,
            bytes: 0,
            tail: String::new(),
            runs: 0,
            then: Some(LineStart::Beginning(info.to_owned())),
        }
    }

    /// Whether this is the same code, with no more than something added.
    fn has_grown_to(&self, info: &str, code: &str) -> bool {
        let known = code.as_bytes().get(..self.bytes);
        self.info == info && known.is_some_and(|known| known.ends_with(self.tail.as_bytes()))
    }

    fn job(&self, code: &str, last: usize) -> Option<HighlightJob> {
        let from = self.then.clone()?;
        if self.lines.len() > last || self.lines.len() >= BLOCK_LINES || self.bytes >= BLOCK_BYTES {
            return None;
        }
        let code = next_lines(code.get(self.bytes..)?);
        let known = self.open.as_ref().is_some_and(|(text, _)| text == code);
        (!code.is_empty() && !known).then(|| HighlightJob { block: self.number, from, code: code.to_owned() })
    }

    fn take(&mut self, result: HighlightResult) {
        self.open = None;
        let Some(mut found) = result.found else {
            self.then = None;
            return;
        };
        let complete = result.code.rfind('\n').map_or(0, |end| end + 1);
        let (complete, open) = result.code.split_at(complete);
        if !open.is_empty() {
            self.open = found.lines.pop().map(|runs| (open.to_owned(), runs));
        }
        self.runs += found.lines.iter().map(|line| line.len() + 1).sum::<usize>();
        self.lines.append(&mut found.lines);
        self.then = Some(LineStart::Behind(found.next.into()));
        if !complete.is_empty() {
            self.bytes += complete.len();
            let tail = complete.ceil_char_boundary(complete.len().saturating_sub(TAIL));
            complete.get(tail..).unwrap_or_default().clone_into(&mut self.tail);
        }
    }
}

/// What of `rest` one job takes: whole lines, and the open one unless it stays plain for its length.
fn next_lines(rest: &str) -> &str {
    let mut end = 0;
    for line in rest.split_inclusive('\n').take(JOB_LINES) {
        let too_much = end > 0 && end + line.len() > JOB_BYTES;
        let stays_plain = !line.ends_with('\n') && line.len() > LONGEST;
        if too_much || stays_plain {
            break;
        }
        end += line.len();
    }
    rest.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests;
