//! The input: its text and caret, its selection, and its rows on the screen.
//!
//! One idea a file: `area` keeps the text (in tui-textarea), `rows` lays it out, `motion` moves and deletes, `steps` joins
//! undo steps, `recall` has the earlier prompts. Rows and widths are ours, so that a character stands here where it stands
//! in the conversation; moving and deleting go by grapheme and by Unicode's words, where the library goes by code point.
//! The cost of a key must not grow with the text beyond that of the library itself: the whole text is put together only
//! when a caller asks for it.

mod area;
mod motion;
mod recall;
mod rows;
mod steps;

use crate::tui::text::cells::text_width;
use crate::tui::text::kill::Kill;
use area::{Area, Spot, ordered};
pub(crate) use motion::Motion;
use recall::Recall;
use rows::Rows;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use steps::{Mark, Pairs};

/// A row as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ShownRow<'a> {
    pub(crate) text: &'a str,
    /// The columns that are selected; a selected line break takes one.
    pub(crate) selected: Range<usize>,
}

/// The input. Invariants: `rows` and `text` agree with `area`; the caret is within the shown rows.
pub(crate) struct Composer {
    area: Area,
    rows: Rows,
    /// The whole text, once it was asked for since it changed.
    text: OnceLock<Arc<str>>,
    /// Another number after every change of the text.
    revision: u64,
    width: usize,
    height: usize,
    /// The first row that is shown.
    top: usize,
    /// The column that moving by rows keeps over shorter ones.
    goal: Option<usize>,
    /// The end of the selection at which it began; the caret is the other one.
    anchor: Option<Spot>,
    kill: Kill,
    pairs: Pairs,
    recall: Recall,
}

impl Default for Composer {
    fn default() -> Self {
        let area = Area::new("");
        Self {
            rows: Rows::new(area.lines(), 1),
            area,
            text: OnceLock::new(),
            revision: 0,
            width: 1,
            height: 1,
            top: 0,
            goal: None,
            anchor: None,
            kill: Kill::default(),
            pairs: Pairs::default(),
            recall: Recall::default(),
        }
    }
}

impl Composer {
    /// The whole text. The first call after a change costs a copy of it: not for every key.
    pub(crate) fn text(&self) -> &str {
        self.shared_text()
    }

    /// The same, to be kept without another copy.
    pub(crate) fn shared_text(&self) -> &Arc<str> {
        self.text.get_or_init(|| self.area.lines().join("\n").into())
    }

    /// Returns true if the whole text was put together since it changed.
    #[cfg(test)]
    pub(crate) fn is_joined(&self) -> bool {
        self.text.get().is_some()
    }

    /// The length of the text in bytes.
    pub(crate) fn len(&self) -> usize {
        self.rows.bytes()
    }

    /// Another number after every change of the text.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// What would be lost if the program ended now: the text, or the one behind an earlier prompt that is only looked at.
    pub(crate) fn draft(&self) -> &Arc<str> {
        match self.recall.recalled() {
            Some((sent, draft)) if self.is(sent) => draft,
            _ => self.shared_text(),
        }
    }

    /// Returns true if that is `draft`. Costs no copy of the text while the lengths differ.
    pub(crate) fn has_draft(&self, draft: &Arc<str>) -> bool {
        match self.recall.recalled() {
            Some((sent, behind)) if self.is(sent) => behind == draft,
            _ => self.is(draft),
        }
    }

    fn is(&self, text: &Arc<str>) -> bool {
        text.len() == self.len() && text == self.shared_text()
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns true if there is nothing but white space in it.
    pub(crate) fn is_blank(&self) -> bool {
        self.area.lines().iter().all(|line| line.trim().is_empty())
    }

    /// Returns true if the caret stands at the start of the text.
    pub(crate) fn is_at_start(&self) -> bool {
        self.area.caret() == Spot::default()
    }

    /// The text before the caret in its line.
    pub(crate) fn before_caret(&self) -> &str {
        let Spot { line, byte } = self.area.caret();
        self.area.line(line).get(..byte).unwrap_or_default()
    }

    /// Returns true if white space, or a line break, stands before the caret.
    pub(crate) fn is_behind_blank(&self) -> bool {
        let before = self.before_caret();
        before.ends_with(char::is_whitespace) || (before.is_empty() && !self.is_at_start())
    }

    /// Puts `text` in the place of what stands in the caret's line from its byte `at` to the caret.
    pub(crate) fn replace_before_caret(&mut self, at: usize, text: &str) {
        let caret = self.area.caret();
        self.insert_over(Some(Spot { byte: at, ..caret }..caret), text);
    }

    /// The number of rows: at least one.
    pub(crate) fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// The number of rows, as far as a screen can have them.
    pub(crate) fn rows(&self) -> u16 {
        self.row_count().min(usize::from(u16::MAX)) as u16
    }

    /// The rows that are shown.
    pub(crate) fn shown_rows(&self) -> impl Iterator<Item = ShownRow<'_>> {
        let end = (self.top + self.height).min(self.rows.len());
        let selection = self.selection();
        (self.top..end).map(move |row| {
            let (line, bytes) = self.rows.at(row);
            let text = self.area.line(line).get(bytes.clone()).unwrap_or_default();
            let selected = selection.clone().map_or(0..0, |selection| {
                let breaks = selection.end.line > line && self.rows.at(row + 1).0 > line;
                let column = |spot: Spot| {
                    let byte = spot.byte.saturating_sub(bytes.start).min(text.len());
                    text_width(text.get(..byte).unwrap_or_default())
                };
                let (first, last) = (Spot { line, byte: bytes.start }, Spot { line, byte: bytes.end });
                let (start, end) = (selection.start.clamp(first, last), selection.end.clamp(first, last));
                let here = selection.start <= last && selection.end >= first;
                if here { column(start)..column(end) + usize::from(breaks) } else { 0..0 }
            });
            ShownRow { text, selected }
        })
    }

    /// The caret's column and row within the shown rows.
    pub(crate) fn caret_cell(&self) -> (u16, u16) {
        let (column, row) = self.caret_place();
        (column.min(self.width) as u16, row.saturating_sub(self.top) as u16)
    }

    /// Types or pastes `text`, which must be clean, in the place of what is selected.
    pub(crate) fn insert(&mut self, text: &str) {
        let selection = self.selection();
        self.insert_over(selection, text);
    }

    /// Replaces the whole text; the caret goes to its end.
    pub(crate) fn set_text(&mut self, text: &str) {
        self.put(text.into());
    }

    fn put(&mut self, text: Arc<str>) {
        self.end_all();
        self.pairs = Pairs::default();
        self.area = Area::new(&text);
        self.rows = Rows::new(self.area.lines(), self.width);
        self.text = text.into();
        self.revision += 1;
        self.show_caret();
    }

    /// Takes the text out to send it, and remembers it. A draft that was put aside for a recalled prompt comes back.
    pub(crate) fn take(&mut self) -> Arc<str> {
        let text = self.shared_text().clone();
        self.recall.remember(text.clone());
        let draft = self.recall.end();
        self.put(draft);
        text
    }

    /// Puts what is written aside for another conversation's draft.
    pub(crate) fn change_to(&mut self, draft: &str) {
        self.recall.end();
        self.set_text(draft);
    }

    /// Prompts of earlier times, the oldest first, come before those of this one.
    pub(crate) fn remember_earlier(&mut self, prompts: Vec<Arc<str>>) {
        self.recall.remember_earlier(prompts);
    }

    /// Puts a prompt among the earlier ones, if it is not the latest of them already.
    pub(crate) fn remember(&mut self, prompt: Arc<str>) {
        self.recall.remember(prompt);
    }

    /// Whether the caret stands behind a backslash: Enter then makes a new line.
    pub(crate) fn take_backslash(&mut self) -> bool {
        let behind = !self.has_selection() && self.before_caret().ends_with('\\');
        if behind {
            self.edit(Motion::DeleteLeft);
        }
        behind
    }

    /// Returns true if a part of the text is selected.
    pub(crate) fn has_selection(&self) -> bool {
        self.selection().is_some()
    }

    /// The selected text; `None` without a selection.
    pub(crate) fn selected_text(&self) -> Option<String> {
        self.selection().map(|selection| self.area.text(selection))
    }

    /// Ends the selection; `false`: there was none.
    pub(crate) fn end_selection(&mut self) -> bool {
        let selected = self.has_selection();
        self.anchor = None;
        selected
    }

    /// Puts the caret into a cell of the shown rows, or as near to it as the text allows.
    pub(crate) fn go_to_cell(&mut self, column: u16, row: u16) {
        self.end_all();
        let row = (self.top + usize::from(row)).min(self.rows.len().saturating_sub(1));
        self.go_to(self.spot_in(row, usize::from(column)));
    }

    /// Another command came than a deletion by words or lines: the next such deletion does not add to the last.
    pub(crate) fn end_kill(&mut self) {
        self.kill.end();
    }

    /// Deletes everything, so that one "put back" or one "undo" brings it back; `before` is the revision before the last
    /// deletion, which comes back with it.
    pub(crate) fn clear(&mut self, before: Option<u64>) {
        self.end_all();
        if before.is_some_and(|before| before != self.revision) {
            self.undo();
        }
        let deleted = self.delete(Spot::default()..self.area.end());
        self.kill.set(deleted);
    }

    /// Sets how many columns a row has.
    pub(crate) fn set_width(&mut self, width: u16) {
        let width = usize::from(width.max(1));
        if self.width != width {
            self.width = width;
            self.goal = None;
            self.rows = Rows::new(self.area.lines(), width);
            self.show_caret();
        }
    }

    /// Sets how many rows are shown.
    pub(crate) fn set_height(&mut self, height: u16) {
        self.height = usize::from(height.max(1));
        self.show_caret();
    }

    /// The selection, from its beginning to its end.
    fn selection(&self) -> Option<Range<Spot>> {
        self.anchor.map(|anchor| ordered(anchor, self.area.caret())).filter(|range| range.start != range.end)
    }

    /// Ends the states that last from one key to the next: the selection, the kept column, deletions that add up.
    fn end_all(&mut self) {
        (self.goal, self.anchor) = (None, None);
        self.kill.end();
    }

    /// Inserts `text`, in the place of `range` where there is one: that is one step to undo.
    fn insert_over(&mut self, range: Option<Range<Spot>>, text: &str) {
        self.end_all();
        if text.is_empty() {
            return;
        }
        let replaces = range.is_some_and(|range| !self.delete(range).is_empty());
        if replaces {
            self.pairs.begin(self.mark());
        }
        self.change(|area| area.insert(text));
        if !replaces {
            self.pairs.changed(self.mark());
        }
    }

    /// Deletes what stands between two places, as a step to undo of its own.
    fn delete(&mut self, range: Range<Spot>) -> String {
        self.erase(range, Area::delete)
    }

    fn erase(&mut self, range: Range<Spot>, erase: fn(&mut Area, Range<Spot>) -> String) -> String {
        if range.start == range.end {
            return String::new();
        }
        let deleted = self.change(|area| erase(area, range));
        self.pairs.changed(self.mark());
        deleted
    }

    fn undo(&mut self) {
        self.kill.end();
        if self.change(Area::undo) && self.pairs.undone(self.mark()) {
            self.change(Area::undo);
        }
    }

    fn redo(&mut self) {
        self.kill.end();
        if self.change(Area::redo) && self.pairs.redone() {
            self.change(Area::redo);
        }
    }

    fn mark(&self) -> Mark {
        (self.len(), self.area.caret())
    }

    /// Changes the text and lays out the lines that changed: every change is one edit, which has the caret behind what it
    /// inserted or where it deleted.
    fn change<T>(&mut self, change: impl FnOnce(&mut Area) -> T) -> T {
        let before = self.area.lines().len();
        let result = change(&mut self.area);
        let lines = self.area.lines();
        let (more, fewer) = (lines.len().saturating_sub(before), before.saturating_sub(lines.len()));
        let Spot { line, byte } = self.area.caret();
        if more + fewer == 0 {
            self.rows.edit(line, self.area.line(line), byte);
        } else {
            let first = line.saturating_sub(more);
            self.rows.splice(first..first + fewer + 1, lines.get(first..=first + more).unwrap_or_default());
        }
        self.revision += 1;
        self.text = OnceLock::new();
        self.show_caret();
        result
    }

    fn go_to(&mut self, spot: Spot) {
        self.area.go_to(spot);
        self.show_caret();
    }

    fn show_caret(&mut self) {
        let (_, row) = self.caret_place();
        let lowest = (row + 1).saturating_sub(self.height);
        let last = self.rows.len().saturating_sub(self.height);
        self.top = self.top.clamp(lowest, row).min(last);
    }

    /// The caret's column and row in the whole text.
    fn caret_place(&self) -> (usize, usize) {
        let caret = self.area.caret();
        let row = self.rows.row_of(caret);
        let start = self.rows.at(row).1.start;
        (text_width(self.area.line(caret.line).get(start..caret.byte).unwrap_or_default()), row)
    }
}

#[cfg(test)]
mod layout_tests;
#[cfg(test)]
mod tests;
