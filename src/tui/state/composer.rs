//! The input: its text and caret, earlier prompts, and its rows on the screen.
//!
//! tui-textarea keeps the text, the caret and the undo history. Rows and widths are ours, so that a character stands
//! here where it stands in the conversation; moving and deleting go by grapheme, where the library goes by code point.

mod area;

use crate::tui::text::cells::{prefix, text_width};
use crate::tui::text::wrap::Wrapped;
use area::{keep_yank, step_left, step_right};
use std::collections::HashMap;
use std::sync::Arc;
use tui_textarea::{CursorMove, TextArea};
use unicode_segmentation::UnicodeSegmentation;

/// Undo steps that are kept.
const UNDO: usize = 500;

/// Moving and editing around the caret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Motion {
    Left,
    Right,
    WordLeft,
    WordRight,
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

/// The input. Invariants: `text`, `caret` and `wrapped` always agree with `area`; the caret is within the shown rows.
pub(crate) struct Composer {
    area: TextArea<'static>,
    text: String,
    /// Another number after every change of the text.
    revision: u64,
    /// The caret, as a byte of `text`.
    caret: usize,
    wrapped: Wrapped,
    width: usize,
    height: usize,
    /// The first row that is shown.
    top: usize,
    /// Prompts that were sent, the oldest first.
    sent: Vec<Arc<str>>,
    /// Which of them is in the input, while one is recalled.
    recalled: Option<usize>,
    /// What was in the input before recalling.
    draft: String,
    /// Earlier prompts as they were changed while one looked through them.
    edits: HashMap<usize, String>,
}

impl Default for Composer {
    fn default() -> Self {
        Self {
            area: new_area(""),
            text: String::new(),
            revision: 0,
            caret: 0,
            wrapped: Wrapped::default(),
            width: 1,
            height: 1,
            top: 0,
            sent: Vec::new(),
            recalled: None,
            draft: String::new(),
            edits: HashMap::new(),
        }
    }
}

fn new_area(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_max_histories(UNDO);
    area.set_undo_coalescing(true);
    area.move_cursor(CursorMove::Bottom);
    area.move_cursor(CursorMove::End);
    area
}

impl Composer {
    /// The whole text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Another number after every change of the text.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// What would be lost if the program ended now: the text, or the one behind an earlier prompt that is only looked at.
    pub(crate) fn draft(&self) -> &str {
        match self.recalled {
            Some(index) if *self.sent[index] == *self.text => &self.draft,
            _ => &self.text,
        }
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text before the caret.
    pub(crate) fn before_caret(&self) -> &str {
        self.text.get(..self.caret).unwrap_or_default()
    }

    /// Puts `text` in the place of what stands from the byte `at` to the caret.
    pub(crate) fn replace_before_caret(&mut self, at: usize, text: &str) {
        let characters = self.text.get(at..self.caret).map_or(0, |old| old.chars().count());
        (0..characters).for_each(|_| _ = self.area.delete_char());
        self.area.insert_str(text);
        self.refresh();
    }

    /// How many rows the text would like: at least one.
    pub(crate) fn rows(&self) -> u16 {
        self.wrapped.len().clamp(1, usize::from(u16::MAX)) as u16
    }

    /// The rows that are shown.
    pub(crate) fn shown_rows(&self) -> impl Iterator<Item = &str> {
        let end = (self.top + self.height).min(self.wrapped.len());
        (self.top..end).map(|row| self.wrapped.row(&self.text, row))
    }

    /// The caret's column and row within the shown rows.
    pub(crate) fn caret_cell(&self) -> (u16, u16) {
        let (column, row) = self.caret_place();
        (column.min(self.width) as u16, row.saturating_sub(self.top) as u16)
    }

    /// Types or pastes `text`, which must be clean.
    pub(crate) fn insert(&mut self, text: &str) {
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some('\n'), None) => self.area.insert_newline(),
            (Some(c), None) => self.area.insert_char(c),
            _ => {
                self.area.insert_str(text);
            }
        }
        self.refresh();
    }

    /// Replaces the whole text; the caret goes to its end.
    pub(crate) fn set_text(&mut self, text: &str) {
        self.area = new_area(text);
        self.refresh();
    }

    /// Takes the text out to send it, and remembers it. A draft that was put aside for a recalled prompt comes back.
    pub(crate) fn take(&mut self) -> Arc<str> {
        let text: Arc<str> = self.text.as_str().into();
        let draft = if self.recalled.is_some() { std::mem::take(&mut self.draft) } else { String::new() };
        self.remember(text.clone());
        self.recalled = None;
        self.edits.clear();
        self.set_text(&draft);
        text
    }

    /// Puts what is written aside for another conversation's draft.
    pub(crate) fn change_to(&mut self, draft: &str) {
        self.recalled = None;
        self.edits.clear();
        self.draft.clear();
        self.set_text(draft);
    }

    /// Prompts of earlier times, the oldest first, come before those of this one.
    pub(crate) fn remember_earlier(&mut self, mut prompts: Vec<Arc<str>>) {
        let new = prompts.len();
        prompts.append(&mut self.sent);
        self.sent = prompts;
        self.recalled = self.recalled.map(|index| index + new);
        self.edits = std::mem::take(&mut self.edits).into_iter().map(|(index, text)| (index + new, text)).collect();
    }

    /// Puts a prompt among the earlier ones, if it is not the latest of them already.
    pub(crate) fn remember(&mut self, prompt: Arc<str>) {
        if self.sent.last() != Some(&prompt) && !prompt.trim().is_empty() {
            self.sent.push(prompt);
        }
    }

    /// Whether the caret stands behind a backslash: Enter then makes a new line.
    pub(crate) fn take_backslash(&mut self) -> bool {
        let behind = self.text.get(..self.caret).is_some_and(|before| before.ends_with('\\'));
        if behind {
            self.edit(Motion::DeleteLeft);
        }
        behind
    }

    /// Moves up a row; from the first row it recalls the prompt before.
    pub(crate) fn up(&mut self) {
        let (column, row) = self.caret_place();
        match row.checked_sub(1) {
            Some(above) => self.go_to(above, column),
            None => self.recall_earlier(),
        }
    }

    /// Moves down a row; from the last row it goes on to the next prompt, and at last back to the draft.
    pub(crate) fn down(&mut self) {
        let (column, row) = self.caret_place();
        if row + 1 < self.wrapped.len() {
            self.go_to(row + 1, column);
        } else {
            self.recall_later();
        }
    }

    /// Moves the caret or edits around it.
    pub(crate) fn edit(&mut self, motion: Motion) {
        let before = self.before_caret();
        let behind = self.text.get(self.caret..).unwrap_or_default();
        let left = before.graphemes(true).next_back().map_or(0, |grapheme| grapheme.chars().count());
        let right = behind.graphemes(true).next().map_or(0, |grapheme| grapheme.chars().count());
        // tui-textarea takes a mark without width at the end of a line for the line's end.
        let whole = right > 1 || behind.graphemes(true).next().is_some_and(|next| text_width(next) == 0);
        let in_line = !behind.is_empty() && !behind.starts_with('\n');
        let area = &mut self.area;
        match motion {
            Motion::Right if in_line => step_right(area, right),
            Motion::Left => step_left(area, left),
            Motion::Right => (0..right).for_each(|_| area.move_cursor(CursorMove::Forward)),
            Motion::WordLeft => area.move_cursor(CursorMove::WordBack),
            Motion::WordRight => area.move_cursor(CursorMove::WordForward),
            Motion::LineStart => area.move_cursor(CursorMove::Head),
            Motion::LineEnd => area.move_cursor(CursorMove::End),
            // Moving back and deleting forward makes one undo step of a character of many code points.
            Motion::DeleteLeft if left > 1 => {
                step_left(area, left);
                keep_yank(area, |area| area.delete_str(left));
            }
            Motion::DeleteLeft => _ = area.delete_char(),
            Motion::DeleteRight if in_line && whole => keep_yank(area, |area| area.delete_str(right)),
            Motion::DeleteRight => _ = area.delete_next_char(),
            Motion::DeleteWordLeft => _ = area.delete_word(),
            Motion::DeleteWordRight => _ = area.delete_next_word(),
            Motion::DeleteToLineStart => _ = area.delete_line_by_head(),
            Motion::DeleteToLineEnd => _ = area.delete_line_by_end(),
            Motion::PutBack => _ = area.paste(),
            Motion::Undo => _ = area.undo(),
            Motion::Redo => _ = area.redo(),
        }
        self.refresh();
    }

    /// Deletes everything, so that one "put back" or one "undo" brings it back; `before` is the text before the last
    /// deletion, which comes back with it.
    pub(crate) fn clear(&mut self, before: Option<&str>) {
        if before.is_some_and(|before| before != self.text) {
            self.area.undo();
        }
        self.area.select_all();
        self.area.cut();
        self.refresh();
    }

    /// Sets how many columns a row has.
    pub(crate) fn set_width(&mut self, width: u16) {
        let width = usize::from(width.max(1));
        if self.width != width {
            self.width = width;
            self.refresh();
        }
    }

    /// Sets how many rows are shown.
    pub(crate) fn set_height(&mut self, height: u16) {
        self.height = usize::from(height.max(1));
        self.show_caret();
    }

    fn refresh(&mut self) {
        self.text = self.area.lines().join("\n");
        self.revision += 1;
        self.caret = self.caret_byte();
        self.wrapped = Wrapped::new(&self.text, self.width);
        self.show_caret();
    }

    fn show_caret(&mut self) {
        let (_, row) = self.caret_place();
        let lowest = (row + 1).saturating_sub(self.height);
        let last = self.wrapped.len().saturating_sub(self.height);
        self.top = self.top.clamp(lowest, row).min(last);
    }

    fn caret_byte(&self) -> usize {
        let (line, column) = self.area.cursor();
        let lines = self.area.lines();
        let above: usize = lines.iter().take(line).map(|line| line.len() + 1).sum();
        let within = lines.get(line).and_then(|line| line.char_indices().nth(column)).map(|(at, _)| at);
        above + within.unwrap_or_else(|| lines.get(line).map_or(0, String::len))
    }

    /// The caret's column and row in the whole text.
    fn caret_place(&self) -> (usize, usize) {
        let row = self.wrapped.row_of(self.caret);
        let start = self.wrapped.range(row).start;
        (text_width(self.text.get(start..self.caret).unwrap_or_default()), row)
    }

    /// Puts the caret into `row`, as near to `column` as the row allows.
    fn go_to(&mut self, row: usize, column: usize) {
        let (before, _) = prefix(self.wrapped.row(&self.text, row), column);
        let byte = self.wrapped.range(row).start + before.len();
        let above = self.text.get(..byte).unwrap_or_default();
        let line = above.matches('\n').count();
        let in_line = above.rsplit('\n').next().unwrap_or_default().chars().count();
        let clamp = |n: usize| n.min(usize::from(u16::MAX)) as u16;
        self.area.move_cursor(CursorMove::Jump(clamp(line), clamp(in_line)));
        self.refresh();
    }

    fn recall_earlier(&mut self) {
        let index = self.recalled.unwrap_or(self.sent.len());
        if let Some(earlier) = index.checked_sub(1) {
            self.keep();
            self.show(Some(earlier));
        }
    }

    fn recall_later(&mut self) {
        if let Some(index) = self.recalled {
            self.keep();
            self.show(Some(index + 1).filter(|later| *later < self.sent.len()));
        }
    }

    /// Keeps what is in the input, so that recalling another prompt loses nothing.
    fn keep(&mut self) {
        match self.recalled {
            Some(index) => _ = self.edits.insert(index, self.text.clone()),
            None => self.draft.clone_from(&self.text),
        }
    }

    /// Puts an earlier prompt, as it was left, or the draft into the input.
    fn show(&mut self, index: Option<usize>) {
        self.recalled = index;
        let text = match index {
            Some(index) => self.edits.get(&index).cloned().unwrap_or_else(|| self.sent[index].to_string()),
            None => self.draft.clone(),
        };
        self.set_text(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composer(text: &str, width: u16) -> Composer {
        let mut composer = Composer::default();
        composer.set_width(width);
        composer.set_height(5);
        composer.set_text(text);
        composer
    }

    #[test]
    fn the_caret_stands_where_the_character_is_drawn() {
        for (text, width, cell) in [
            ("", 9, (0, 0)),
            ("abc", 9, (3, 0)),
            ("検索", 9, (4, 0)),
            ("👩\u{200d}👧❤\u{fe0f}", 9, (4, 0)),
            ("one two", 4, (3, 1)),
            ("abcd", 4, (4, 0)),
            ("abcde", 4, (1, 1)),
            ("a\n", 9, (0, 1)),
        ] {
            assert_eq!(composer(text, width).caret_cell(), cell, "{text:?}");
        }
    }

    #[test]
    fn a_character_of_many_code_points_goes_as_one_and_comes_back_as_one() {
        let mut composer = composer("a👩\u{200d}👧e\u{301}", 9);
        composer.edit(Motion::DeleteLeft);
        assert_eq!(composer.text(), "a👩\u{200d}👧");
        composer.edit(Motion::DeleteLeft);
        assert_eq!(composer.text(), "a");
        composer.edit(Motion::Undo);
        assert_eq!(composer.text(), "a👩\u{200d}👧");
        composer.edit(Motion::Left);
        assert_eq!(composer.caret_cell(), (1, 0));
    }

    #[test]
    fn the_caret_passes_a_combined_character_at_the_end_of_a_line_as_a_whole() {
        let mut composer = composer("e\u{301}", 9);
        composer.edit(Motion::Left);
        composer.edit(Motion::Right);
        composer.insert("a");
        assert_eq!(composer.text(), "e\u{301}a");
        composer.set_text("e\u{301}\n");
        composer.edit(Motion::Left);
        composer.insert("a");
        assert_eq!(composer.text(), "e\u{301}a\n");
    }

    #[test]
    fn up_and_down_move_by_rows_and_then_through_earlier_prompts() {
        let mut composer = composer("", 8);
        for prompt in ["first", "second of two rows"] {
            composer.set_text(prompt);
            composer.take();
        }
        composer.set_text("my draft");
        composer.up();
        assert_eq!(composer.text(), "second of two rows");
        assert_eq!(composer.caret_cell().1, 2);
        composer.up();
        composer.up();
        assert_eq!(composer.text(), "second of two rows", "the caret only moved up");
        composer.up();
        assert_eq!(composer.text(), "first");
        composer.up();
        assert_eq!(composer.text(), "first", "there is nothing earlier");
        composer.down();
        composer.down();
        assert_eq!(composer.text(), "my draft");
        composer.down();
        assert_eq!(composer.text(), "my draft");
    }

    #[test]
    fn looking_through_earlier_prompts_loses_neither_the_draft_nor_a_change() {
        let mut composer = composer("", 40);
        for prompt in ["first", "second"] {
            composer.set_text(prompt);
            composer.take();
        }
        composer.set_text("draft");
        composer.up();
        composer.insert("!");
        composer.up();
        assert_eq!(composer.text(), "first");
        composer.down();
        assert_eq!(composer.text(), "second!");
        composer.down();
        assert_eq!(composer.text(), "draft");
        composer.up();
        assert_eq!(&*composer.take(), "second!");
        assert_eq!(composer.text(), "draft", "sending a recalled prompt gives the draft back");
    }

    #[test]
    fn the_caret_stays_in_sight_in_a_text_longer_than_the_input() {
        let mut composer = composer("1\n2\n3\n4\n5\n6\n7\n8", 9);
        assert_eq!(composer.shown_rows().collect::<Vec<_>>(), ["4", "5", "6", "7", "8"]);
        for _ in 0..7 {
            composer.up();
        }
        assert_eq!(composer.caret_cell().1, 0);
        assert_eq!(composer.shown_rows().next(), Some("1"));
        composer.set_height(2);
        assert_eq!(composer.shown_rows().collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn what_was_deleted_can_be_put_back() {
        let mut composer = composer("one two", 40);
        composer.edit(Motion::DeleteWordLeft);
        assert_eq!(composer.text(), "one ");
        composer.edit(Motion::PutBack);
        assert_eq!(composer.text(), "one two");
    }

    #[test]
    fn a_cleared_text_comes_back_as_a_whole() {
        for back in [Motion::PutBack, Motion::Undo] {
            let mut composer = composer("one\ntwo three\nfour", 40);
            let before = composer.text().to_owned();
            composer.edit(Motion::DeleteToLineStart);
            composer.clear(Some(&before));
            assert!(composer.is_empty());
            composer.edit(back);
            assert_eq!(composer.text(), before, "{back:?}");
        }
    }
}
