//! Carries out the editing keys: motions by grapheme, word, line and row, selecting by them, and deletions. Must not know
//! the names of the keys.

use super::Composer;
use super::area::{Area, Spot, ordered};
use crate::tui::text::cells::{graphemes, prefix};
use crate::tui::text::words::{word_left, word_right};
use unicode_segmentation::UnicodeSegmentation;

/// Moving and editing around the caret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motion {
    Left,
    Right,
    WordLeft,
    WordRight,
    Up,
    Down,
    LineStart,
    LineEnd,
    DeleteLeft,
    DeleteRight,
    DeleteWordLeft,
    DeleteWordRight,
    DeleteToLineStart,
    DeleteToLineEnd,
    PutBack,
    Undo,
    Redo,
}

impl Composer {
    /// Moves up a row; from the first row it recalls the prompt before.
    pub(super) fn up(&mut self) {
        self.anchor = None;
        if !self.go_by_row(false) {
            let text = self.shared_text().clone();
            if let Some(earlier) = self.recall.earlier(text) {
                self.put(earlier);
            }
        }
    }

    /// Moves down a row; from the last row it goes on to the next prompt, and at last back to the draft.
    pub(super) fn down(&mut self) {
        self.anchor = None;
        if !self.go_by_row(true) {
            let text = self.shared_text().clone();
            if let Some(later) = self.recall.later(text) {
                self.put(later);
            }
        }
    }

    /// Moves the caret or edits around it. A deletion deletes what is selected; every motion ends the selection.
    pub(crate) fn edit(&mut self, motion: Motion) {
        match motion {
            Motion::Up => return self.up(),
            Motion::Down => return self.down(),
            _ => {}
        }
        let selection = self.selection();
        (self.goal, self.anchor) = (None, None);
        let to = self.target(motion);
        let is_selected = selection.is_some();
        let range = selection.unwrap_or_else(|| ordered(self.area.caret(), to));
        match motion {
            Motion::DeleteLeft if !is_selected => {
                self.kill.end();
                self.erase(range, Area::delete_before_caret);
            }
            Motion::DeleteLeft | Motion::DeleteRight => {
                self.kill.end();
                self.delete(range);
            }
            Motion::DeleteWordLeft | Motion::DeleteToLineStart => {
                let deleted = self.delete(range);
                self.kill.left(&deleted);
            }
            Motion::DeleteWordRight | Motion::DeleteToLineEnd => {
                let deleted = self.delete(range);
                self.kill.right(&deleted);
            }
            Motion::PutBack => {
                let kill = self.kill.text().to_owned();
                self.insert_over(Some(range), &kill);
            }
            Motion::Undo => self.undo(),
            Motion::Redo => self.redo(),
            _ => {
                self.kill.end();
                self.go_to(to);
            }
        }
    }

    /// Moves the caret, and selects up to there from where the selection began. Up and down end at both ends of the text.
    pub(crate) fn select(&mut self, motion: Motion) {
        self.anchor.get_or_insert(self.area.caret());
        let by_row = match motion {
            Motion::Up => self.go_by_row(false),
            Motion::Down => self.go_by_row(true),
            _ => false,
        };
        if by_row {
            return;
        }
        self.goal = None;
        self.kill.end();
        self.go_to(match motion {
            Motion::Up => Spot::default(),
            Motion::Down => self.area.end(),
            _ => self.target(motion),
        });
    }

    /// The place to which a motion leads and a deletion deletes. At the end of a line both go on over the line break.
    fn target(&self, motion: Motion) -> Spot {
        let caret = self.area.caret();
        let line = self.area.line(caret.line);
        let (before, behind) = line.split_at_checked(caret.byte).unwrap_or((line, ""));
        let here = |byte: usize| Spot { byte, ..caret };
        match motion {
            Motion::LineStart => here(0),
            Motion::LineEnd => here(line.len()),
            Motion::Left
            | Motion::DeleteLeft
            | Motion::WordLeft
            | Motion::DeleteWordLeft
            | Motion::DeleteToLineStart
                if before.is_empty() =>
            {
                let above = caret.line.checked_sub(1);
                above.map_or(caret, |above| Spot { line: above, byte: self.area.line(above).len() })
            }
            Motion::Right
            | Motion::DeleteRight
            | Motion::WordRight
            | Motion::DeleteWordRight
            | Motion::DeleteToLineEnd
                if behind.is_empty() =>
            {
                let below = Spot { line: caret.line + 1, byte: 0 };
                if below.line < self.area.lines().len() { below } else { caret }
            }
            Motion::Left | Motion::DeleteLeft => {
                here(before.len() - before.graphemes(true).next_back().map_or(0, str::len))
            }
            Motion::Right | Motion::DeleteRight => {
                here(before.len() + behind.graphemes(true).next().map_or(0, str::len))
            }
            Motion::WordLeft | Motion::DeleteWordLeft => here(word_left(line, caret.byte)),
            Motion::WordRight | Motion::DeleteWordRight => here(word_right(line, caret.byte)),
            Motion::DeleteToLineStart => here(0),
            Motion::DeleteToLineEnd => here(line.len()),
            Motion::Up | Motion::Down | Motion::PutBack | Motion::Undo | Motion::Redo => caret,
        }
    }

    /// Moves by a row and keeps the column; `false`: there is no such row.
    fn go_by_row(&mut self, down: bool) -> bool {
        self.kill.end();
        let (column, row) = self.caret_place();
        let to = if down { Some(row + 1).filter(|row| *row < self.rows.len()) } else { row.checked_sub(1) };
        self.goal = to.map(|_| self.goal.unwrap_or(column));
        if let (Some(to), Some(goal)) = (to, self.goal) {
            self.go_to(self.spot_in(to, goal));
        }
        to.is_some()
    }

    /// The place in `row` as near to `column` as the row allows.
    pub(super) fn spot_in(&self, row: usize, column: usize) -> Spot {
        let (line, bytes) = self.rows.at(row);
        let text = self.area.line(line).get(bytes.clone()).unwrap_or_default();
        let (before, _) = prefix(text, column);
        let spot = Spot { line, byte: bytes.start + before.len() };
        if self.rows.row_of(spot) == row {
            return spot;
        }
        // The end of a row that is broken within a word is the beginning of the next.
        Spot { byte: bytes.start + graphemes(before).last().map_or(0, |(at, _)| at), ..spot }
    }
}
