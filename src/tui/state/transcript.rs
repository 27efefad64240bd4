//! The conversation as rows, and which of them are in sight.
//!
//! A turn is laid out when it comes near the view, once per width; while an answer streams, only the end of its text is
//! laid out again. How many rows the others have is estimated: nothing that is in sight depends on it, since the view
//! stands at a place in a turn, not at a number. So neither a frame nor a new width costs more in a longer conversation.

mod advice;
mod besides;
mod files;
mod layout;
mod pointing;
mod steps;

pub(crate) use advice::Advice;
pub(crate) use layout::{Content, Part, failed};

use crate::chat::{Reading, Turn, TurnId};
use crate::config::ShowReasoning;
use crate::tui::pictures::Space;
use layout::{Layout, estimate};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The bytes of text beyond the rows in sight that are laid out with them the first time: then the rows of most
/// conversations are all counted, not estimated.
const BYTES_AHEAD: usize = 64 * 1024;

/// Where the view stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Scroll {
    /// At the end, wherever that is.
    #[default]
    Following,
    /// The first row in sight is the one with this place. A place, not a number: it stays the same row when rows
    /// above it change.
    At(Reading),
}

/// The conversation as rows. Invariant: `entries` are the turns of the last update, in their order, and `starts` belong
/// to them.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    width: usize,
    height: usize,
    entries: Vec<Entry>,
    /// The first row of every turn, and behind the last turn the number of all rows, as far as they are known.
    starts: Vec<usize>,
    scroll: Scroll,
    /// The first row in sight.
    top: usize,
    /// The turn that was stepped to.
    cursor: Option<TurnId>,
    /// Whose reasoning is in sight.
    thinking_in_sight: Option<TurnId>,
    /// Whose reasoning the user opened, or closed.
    opened: BTreeMap<TurnId, bool>,
    /// When reasoning is shown of which the user said nothing.
    reasoning: ShowReasoning,
    /// The keys that help below an answer that is not as it should be.
    advice: Advice,
    /// What pictures are drawn on.
    space: Space,
}

#[derive(Debug)]
struct Entry {
    id: TurnId,
    /// `None`: it was not near the view at this width yet.
    layout: Option<Layout>,
    /// Whether the turn changed since it was laid out.
    stale: bool,
    /// As far as they are known.
    rows: usize,
}

/// A row in sight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VisibleRow<'a> {
    /// The turn's place in the conversation.
    pub(crate) turn: usize,
    /// What the row belongs to.
    pub(crate) part: Part,
    /// What it says.
    pub(crate) content: Content<'a>,
}

impl Transcript {
    /// No conversation yet.
    pub(crate) fn new(reasoning: ShowReasoning, advice: Advice) -> Self {
        Self { reasoning, advice, ..Self::default() }
    }

    /// Sets the size in cells.
    pub(crate) fn set_viewport(&mut self, width: u16, height: u16) {
        let width = usize::from(width.max(1));
        self.height = usize::from(height);
        if self.width != width {
            self.width = width;
            self.lay_out_anew();
        }
    }

    /// Sets what pictures are drawn on.
    pub(crate) fn set_space(&mut self, space: Space) {
        if self.space != space {
            self.space = space;
            self.lay_out_anew();
        }
    }

    fn lay_out_anew(&mut self) {
        for entry in &mut self.entries {
            entry.layout = None;
        }
        self.starts.clear();
    }

    /// Forgets all turns: those of another conversation come.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.starts.clear();
        self.opened.clear();
        self.follow();
    }

    /// The turns from `first` on are new or changed; those before are as they were. Costs nothing yet.
    pub(crate) fn update(&mut self, first: usize, turns: &[Turn]) {
        let first = first.min(self.entries.len());
        self.entries.truncate(turns.len());
        for (index, turn) in turns.iter().enumerate().skip(first) {
            let new = Entry { id: turn.id(), layout: None, stale: true, rows: estimate(turn, self.width, self.space) };
            match self.entries.get_mut(index) {
                Some(entry) if entry.id == turn.id() => entry.stale = true,
                Some(entry) => *entry = new,
                None => self.entries.push(new),
            }
        }
        self.starts.truncate(first);
    }

    /// Lays out what is in sight, and what changed. To be done before anything is asked about rows.
    pub(crate) fn settle(&mut self, turns: &[Turn]) {
        let fresh = self.starts.is_empty();
        if fresh {
            for (entry, turn) in self.entries.iter_mut().zip(turns).filter(|(entry, _)| entry.layout.is_none()) {
                entry.rows = estimate(turn, self.width, self.space);
            }
        }
        self.keep_what_is_read_open(turns);
        let stale = self.entries.iter_mut().enumerate().rev().take_while(|(_, entry)| entry.stale);
        let stale: Vec<usize> = stale.filter(|(_, entry)| entry.layout.is_some()).map(|(index, _)| index).collect();
        for index in stale {
            self.lay_out(index, turns);
        }
        let Some(last) = self.entries.len().checked_sub(1) else {
            self.starts = vec![0];
            self.top = 0;
            return;
        };
        self.reach(last, self.height, 0, turns);
        if let Scroll::At(Reading { turn, .. }) = self.scroll
            && let Some(index) = self.index(turn)
        {
            self.reach(index, 0, self.height, turns);
        }
        if fresh {
            self.lay_out_ahead(turns);
        }
        self.find_top(turns);
        for index in self.turns_in_sight() {
            let first = self.top.saturating_sub(self.starts[index]);
            if let Some(layout) = &mut self.entries[index].layout {
                layout.let_go(first..first + self.height);
            }
        }
        let thoughts = self.visible(turns).filter(|row| row.part == Part::Reasoning);
        self.thinking_in_sight = thoughts.last().and_then(|row| Some(turns.get(row.turn)?.id()));
    }

    /// A reader in the middle of what the model thinks is not to lose it when the answer begins.
    fn keep_what_is_read_open(&mut self, turns: &[Turn]) {
        if self.scroll != Scroll::Following
            && let Some(turn) = self.thinking_in_sight.and_then(|id| turns.get(self.index(id)?))
            && !self.is_open(turn)
        {
            self.opened.entry(turn.id()).or_insert(true);
        }
    }

    /// The turns around `index` are laid out: so many rows above its end, and below its beginning.
    fn reach(&mut self, index: usize, above: usize, below: usize, turns: &[Turn]) {
        let mut rows = 0;
        for index in (0..=index).rev() {
            self.lay_out(index, turns);
            rows += self.entries[index].rows;
            if rows >= above {
                break;
            }
        }
        rows = 0;
        for index in index + 1..self.entries.len() {
            if rows >= below {
                break;
            }
            self.lay_out(index, turns);
            rows += self.entries[index].rows;
        }
    }

    fn lay_out_ahead(&mut self, turns: &[Turn]) {
        let mut left = BYTES_AHEAD;
        for index in (0..self.entries.len()).rev() {
            let turn = &turns[index];
            let Some(rest) = left.checked_sub(turn.prompt().len() + turn.answer().len()) else { break };
            left = rest;
            self.lay_out(index, turns);
        }
    }

    /// Lays out a turn, unless it is as it was.
    fn lay_out(&mut self, index: usize, turns: &[Turn]) {
        let (turn, width, space) = (&turns[index], self.width, self.space);
        let opened = self.is_open(turn);
        let entry = &mut self.entries[index];
        match &mut entry.layout {
            Some(layout) if entry.stale => layout.update(turn, width, opened, &self.advice),
            Some(_) => return,
            None => entry.layout = Some(Layout::of(turn, width, opened, &self.advice, space)),
        }
        entry.stale = false;
        let rows = entry.layout.as_ref().map_or(0, Layout::rows);
        if rows != entry.rows || self.starts.len() <= index + 1 {
            entry.rows = rows;
            self.starts.truncate(index + 1);
        }
    }

    /// Brings `starts` and `top` up to date with the rows.
    fn find_top(&mut self, turns: &[Turn]) {
        let known = self.starts.len().min(self.entries.len()).saturating_sub(1);
        self.starts.truncate(known);
        let mut start = known.checked_sub(1).map_or(0, |last| self.starts[last] + self.entries[last].rows);
        for entry in self.entries.iter().skip(known) {
            self.starts.push(start);
            start += entry.rows;
        }
        self.starts.push(start);
        let last_top = self.last_top();
        self.top = match self.scroll {
            Scroll::Following => last_top,
            // Where the turn was taken back, what is nearest to it is the end.
            Scroll::At(reading) => self.row(reading, turns).map_or(last_top, |row| row.min(last_top)),
        };
    }

    /// The rows in sight, from the top.
    pub(crate) fn visible<'a>(&'a self, turns: &'a [Turn]) -> impl Iterator<Item = VisibleRow<'a>> {
        let end = (self.top + self.height).min(self.total());
        (self.top..end).filter_map(move |row| {
            let index = self.turn_of(row)?;
            let (part, content) =
                self.entries.get(index)?.layout.as_ref()?.line(row - self.starts[index], turns.get(index)?);
            Some(VisibleRow { turn: index, part, content })
        })
    }

    /// The code block at the byte `at` of an answer in sight: its language, and its text.
    pub(crate) fn code<'a>(&'a self, turn: usize, at: usize, turns: &'a [Turn]) -> Option<(&'a str, Cow<'a, str>)> {
        self.entries.get(turn)?.layout.as_ref()?.code(at, turns.get(turn)?.answer())
    }

    /// How many rows there are below the last in sight, and whether that is an estimate.
    pub(crate) fn rows_below(&self) -> (usize, bool) {
        let bottom = self.top + self.height;
        let first = self.turn_of(bottom.min(self.total()).saturating_sub(1)).unwrap_or(0);
        let estimated = self.entries.iter().skip(first).any(|entry| entry.layout.is_none());
        (self.total().saturating_sub(bottom), estimated)
    }

    /// Moves the view by so many rows; at the end it follows again.
    pub(crate) fn scroll_by(&mut self, rows: isize, turns: &[Turn]) {
        self.settle(turns);
        let far = rows.unsigned_abs();
        let Some(first) = self.turn_of(self.top) else { return };
        if far > self.total() {
            return if rows < 0 { self.go_to_top(turns) } else { self.follow() };
        }
        // What is passed has to be counted, not estimated.
        self.reach(first, if rows < 0 { far + self.entries[first].rows } else { 0 }, far + self.height, turns);
        self.find_top(turns);
        self.go_to_row(self.top.saturating_add_signed(rows), turns);
    }

    /// Moves the view by so many pages, each a row less than what is in sight.
    pub(crate) fn scroll_pages(&mut self, pages: isize, turns: &[Turn]) {
        self.scroll_by(pages * self.height.saturating_sub(1).max(1).cast_signed(), turns);
    }

    /// Goes to the first row.
    pub(crate) fn go_to_top(&mut self, turns: &[Turn]) {
        self.settle(turns);
        self.go_to_row(0, turns);
    }

    /// Goes to the end and follows it.
    pub(crate) fn follow(&mut self) {
        self.cursor = None;
        self.scroll = Scroll::Following;
    }

    /// Puts the prompt of a turn at the top of the view, as far as the rows below it allow.
    pub(crate) fn show_turn(&mut self, id: TurnId, turns: &[Turn]) {
        self.settle(turns);
        if let Some(index) = self.index(id) {
            self.cursor = Some(id);
            self.go_to_row(self.starts[index], turns);
        }
    }

    /// Where one reads; `None`: at the end.
    pub(crate) fn reading(&self) -> Option<Reading> {
        match self.scroll {
            Scroll::Following => None,
            Scroll::At(reading) => Some(reading),
        }
    }

    /// Goes back to where one read.
    pub(crate) fn read_at(&mut self, reading: Option<Reading>) {
        self.cursor = None;
        self.scroll = reading.map_or(Scroll::Following, Scroll::At);
    }

    /// Goes on to a row of the turn in sight, unless it can be seen already.
    pub(crate) fn bring_in_sight(&mut self, reading: Reading, turns: &[Turn]) {
        self.settle(turns);
        let Some(index) = self.index(reading.turn) else { return };
        // A little of what stands before it says what it is about.
        self.reach(index, self.entries[index].rows + self.height, self.height, turns);
        self.find_top(turns);
        let Some(row) = self.row(reading, turns) else { return };
        if !self.shows(row) {
            self.go_to_row(row.saturating_sub(self.height / 3), turns);
        }
    }

    /// Where a place is: above what is in sight (less), in it, or below it (greater).
    pub(crate) fn position(&self, reading: Reading, turns: &[Turn]) -> Ordering {
        let turn_at = |row| self.turn_of(row).and_then(|index| Some(turns.get(index)?.id()));
        let bottom = (self.top + self.height).min(self.total()).saturating_sub(1);
        let (Some(first), Some(last)) = (turn_at(self.top), turn_at(bottom)) else { return Ordering::Equal };
        match self.row(reading, turns).filter(|_| (first..=last).contains(&reading.turn)) {
            Some(row) if row < self.top => Ordering::Less,
            Some(row) if row > bottom => Ordering::Greater,
            Some(_) => Ordering::Equal,
            None if reading.turn < first => Ordering::Less,
            None => Ordering::Greater,
        }
    }

    /// Stays where it is, also at the end: the user is at work with what is in sight.
    pub(crate) fn hold(&mut self, turns: &[Turn]) {
        self.settle(turns);
        if let Some(index) = self.turn_of(self.top).filter(|_| self.scroll == Scroll::Following)
            && let Some(layout) = &self.entries[index].layout
        {
            let at = layout.place(self.top - self.starts[index], &turns[index]);
            self.scroll = Scroll::At(Reading { turn: self.entries[index].id, at });
        }
    }

    /// Whether the reasoning of a turn is shown.
    pub(crate) fn is_open(&self, turn: &Turn) -> bool {
        let by_itself = match self.reasoning {
            ShowReasoning::Meanwhile => turn.answer().is_empty(),
            ShowReasoning::Always => true,
            ShowReasoning::Never => false,
        };
        self.opened.get(&turn.id()).copied().unwrap_or(by_itself)
    }

    /// Shows or hides the reasoning of a turn.
    pub(crate) fn toggle_reasoning(&mut self, turn: &Turn) {
        let open = self.is_open(turn);
        self.opened.insert(turn.id(), !open);
        self.lay_out_turn_anew(turn.id());
    }

    /// A turn does not go on where it was: its rows are made from the beginning.
    pub(crate) fn lay_out_turn_anew(&mut self, turn: TurnId) {
        if let Some(index) = self.index(turn) {
            self.entries[index].stale = true;
            self.entries[index].layout = None;
            self.starts.truncate(index + 1);
        }
    }

    fn shows(&self, row: usize) -> bool {
        (self.top..self.top + self.height).contains(&row)
    }

    /// Puts a row at the top of the view, as far as the rows below it allow; the end is followed.
    fn go_to_row(&mut self, row: usize, turns: &[Turn]) {
        if let Some(index) = self.turn_of(row) {
            let start = self.starts[index];
            self.lay_out(index, turns);
            let layout = self.entries[index].layout.as_ref();
            let at = layout.map(|layout| layout.place(row.saturating_sub(start), &turns[index]));
            self.scroll = at.map_or(Scroll::Following, |at| Scroll::At(Reading { turn: self.entries[index].id, at }));
        }
        self.settle(turns);
        if self.top >= self.last_top() {
            self.scroll = Scroll::Following;
        }
    }

    fn row(&self, reading: Reading, turns: &[Turn]) -> Option<usize> {
        let index = self.index(reading.turn)?;
        let (layout, turn) = (self.entries[index].layout.as_ref(), turns.get(index)?);
        let row = layout.map_or(0, |layout| layout.row(reading.at, turn));
        Some(self.starts.get(index)? + row)
    }

    fn last_top(&self) -> usize {
        self.total().saturating_sub(self.height)
    }

    fn total(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    fn index(&self, id: TurnId) -> Option<usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.id).ok()
    }

    fn turn_of(&self, row: usize) -> Option<usize> {
        let index = self.starts.partition_point(|&start| start <= row).checked_sub(1)?;
        (index < self.entries.len()).then_some(index)
    }
}

#[cfg(test)]
mod tests;
