//! The store of text, caret and undo steps: tui-textarea, asked in lines and bytes. Covers what it does not do by itself:
//! reaching places beyond 65,535, and deleting a range as one step. Must not know rows or keys.

use std::ops::Range;
use tui_textarea::{AtomicRange, CursorMove, TextArea};

/// The undo steps that are kept.
const UNDO_STEPS_MAX: usize = 500;
/// The last line and column that `CursorMove::Jump` reaches.
const JUMP_MAX: usize = u16::MAX as usize;

/// A place in the text: a line, and a byte of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) line: usize,
    pub(super) byte: usize,
}

/// The text, its caret and its undo steps. Invariant: `caret` is where the area has its cursor.
pub(super) struct Area {
    inner: TextArea<'static>,
    caret: Spot,
}

impl Area {
    /// A text with the caret at its end, and nothing to undo.
    pub(super) fn new(text: &str) -> Self {
        let mut inner = TextArea::new(text.split('\n').map(str::to_owned).collect());
        inner.set_max_histories(UNDO_STEPS_MAX);
        inner.set_undo_coalescing(true);
        inner.move_cursor(CursorMove::Bottom);
        inner.move_cursor(CursorMove::End);
        let mut area = Self { inner, caret: Spot::default() };
        area.find_caret();
        area
    }

    pub(super) fn lines(&self) -> &[String] {
        self.inner.lines()
    }

    pub(super) fn line(&self, line: usize) -> &str {
        self.inner.lines().get(line).map_or("", String::as_str)
    }

    pub(super) fn caret(&self) -> Spot {
        self.caret
    }

    /// The end of the text.
    pub(super) fn end(&self) -> Spot {
        let line = self.lines().len().saturating_sub(1);
        Spot { line, byte: self.line(line).len() }
    }

    /// The text between two places.
    pub(super) fn text(&self, range: Range<Spot>) -> String {
        let Range { start, end } = range;
        if start.line == end.line {
            return self.line(start.line).get(start.byte..end.byte).unwrap_or_default().to_owned();
        }
        let mut text = self.line(start.line).get(start.byte..).unwrap_or_default().to_owned();
        for line in start.line + 1..end.line {
            text.push('\n');
            text.push_str(self.line(line));
        }
        text.push('\n');
        text.push_str(self.line(end.line).get(..end.byte).unwrap_or_default());
        text
    }

    /// Inserts at the caret, which goes behind it.
    pub(super) fn insert(&mut self, text: &str) {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (None, _) => {}
            (Some('\n'), None) => self.inner.insert_newline(),
            (Some(c), None) => self.inner.insert_char(c),
            _ => _ = self.inner.insert_str(text),
        }
        self.find_caret();
    }

    /// Deletes what stands between two places, as a step of its own, and gives it back.
    pub(super) fn delete(&mut self, range: Range<Spot>) -> String {
        let deleted = self.text(range.clone());
        self.go_to(range.start);
        self.inner.delete_str(deleted.chars().count());
        self.find_caret();
        deleted
    }

    /// Deletes a range that ends at the caret, and gives it back. A single character joins the step of those that were
    /// deleted just before it.
    pub(super) fn delete_before_caret(&mut self, range: Range<Spot>) -> String {
        let deleted = self.text(range.clone());
        if deleted.chars().nth(1).is_some() {
            return self.delete(range);
        }
        self.inner.delete_char();
        self.find_caret();
        deleted
    }

    /// Undoes a step; `false`: there is none.
    pub(super) fn undo(&mut self) -> bool {
        let undone = self.inner.undo();
        self.find_caret();
        undone
    }

    /// Does an undone step again; `false`: there is none.
    pub(super) fn redo(&mut self) -> bool {
        let redone = self.inner.redo();
        self.find_caret();
        redone
    }

    /// Moves the caret.
    pub(super) fn go_to(&mut self, spot: Spot) {
        let column = self.line(spot.line).get(..spot.byte).map_or(0, |before| before.chars().count());
        self.go_to_line(spot.line, column);
        if self.inner.cursor().1 != column {
            self.go_to_column(spot.line, column);
        }
        self.find_caret();
    }

    /// Goes to a line, and to the column where a jump reaches both.
    fn go_to_line(&mut self, line: usize, column: usize) {
        if line <= JUMP_MAX {
            self.inner.move_cursor(CursorMove::Jump(line as u16, column.min(JUMP_MAX) as u16));
            return;
        }
        let last = self.lines().len().saturating_sub(1);
        let (by_jump, by_end) = (line - JUMP_MAX, last.saturating_sub(line));
        if self.inner.cursor().0.abs_diff(line) > by_jump.min(by_end) {
            let nearest = if by_jump < by_end { CursorMove::Jump(u16::MAX, 0) } else { CursorMove::Bottom };
            self.inner.move_cursor(nearest);
        }
        // From a line's beginning each step costs the same, however long the lines are.
        self.inner.move_cursor(CursorMove::Head);
        let from = self.inner.cursor().0;
        (from..line).for_each(|_| self.inner.move_cursor(CursorMove::Down));
        (line..from).for_each(|_| self.inner.move_cursor(CursorMove::Up));
    }

    /// Goes to a column of the line in which the cursor is. A cursor within an atomic range is put at the range's end:
    /// the one way to a column beyond a jump's reach that does not measure the line at every step.
    fn go_to_column(&mut self, line: usize, column: usize) {
        let end = self.line(line).chars().count();
        if column == end {
            return self.inner.move_cursor(CursorMove::End);
        }
        if self.inner.cursor().1 == 0 {
            self.inner.move_cursor(CursorMove::Forward);
        }
        let range = AtomicRange { row: line, start_col: 0, end_col: column };
        if self.inner.cursor().0 != line || self.inner.try_set_atomic_ranges([range]).is_err() {
            // Only marks without width stand in the line: it has no place within.
            self.go_to_line(line, 0);
        }
        self.inner.clear_atomic_ranges();
    }

    fn find_caret(&mut self) {
        let (line, column) = self.inner.cursor();
        let text = self.line(line);
        // Most lines are ASCII, and looking that up is much cheaper than counting to a character.
        let byte = if text.is_ascii() {
            column.min(text.len())
        } else {
            text.char_indices().nth(column).map_or(text.len(), |(byte, _)| byte)
        };
        self.caret = Spot { line, byte };
    }
}

/// The range between two places.
pub(super) fn ordered(one: Spot, other: Spot) -> Range<Spot> {
    one.min(other)..one.max(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_reaches_every_place_of_a_long_text() {
        let mut area = Area::new(&"é€\n".repeat(140_000));
        for line in [0, 1, 65_534, 65_535, 65_536, 65_540, 139_998, 100_000, 70_000, 139_999, 65_537] {
            for byte in [0, 2, 5] {
                let spot = Spot { line, byte };
                area.go_to(spot);
                assert_eq!(area.caret(), spot);
            }
        }
        for (before, line) in [(0, 0), (66_000, 66_000)] {
            let mut area = Area::new(&format!("{}{}", "\n".repeat(before), "é".repeat(140_000)));
            for character in [0, 1, 65_534, 65_535, 65_536, 139_999, 140_000, 70_000, 1] {
                let spot = Spot { line, byte: 2 * character };
                area.go_to(spot);
                assert_eq!(area.caret(), spot);
            }
        }
    }

    #[test]
    fn a_line_of_marks_without_width_has_two_places_however_far_down_it_is() {
        let mut area = Area::new(&format!("{}\u{301}\u{301}\na", "\n".repeat(66_000)));
        for byte in [0, 4] {
            let spot = Spot { line: 66_000, byte };
            area.go_to(spot);
            assert_eq!(area.caret(), spot);
        }
    }
}
