//! One line of text with a caret, and the editing keys of the input: filters, titles, commands. Moving and deleting go
//! by grapheme. Must not know what the line is for.

use crate::text::sanitize::sanitize;
use crate::tui::action::Action;
use crate::tui::text::cells::text_width;
use crate::tui::text::kill::Kill;
use crate::tui::text::words::{word_left, word_right};
use unicode_segmentation::UnicodeSegmentation;

/// The most characters of a line: a paste by mistake must not stall a filter.
const CHARS_MAX: usize = 1000;

/// The line. Invariants: `caret` is a byte of `text` between two graphemes; no control characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineEdit {
    text: String,
    caret: usize,
    /// What was deleted last as a whole, to be put back.
    kill: Kill,
}

impl LineEdit {
    /// A line with the caret at its end.
    pub(crate) fn new(text: &str) -> Self {
        let mut line = Self::default();
        line.insert(text);
        line
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Replaces the text; the caret goes to its end.
    pub(crate) fn set(&mut self, text: &str) {
        self.text.clear();
        self.caret = 0;
        self.insert(text);
    }

    /// Types or pastes `text` at the caret: line breaks become spaces, what is too long is cut.
    pub(crate) fn insert(&mut self, text: &str) {
        let room = CHARS_MAX.saturating_sub(self.text.chars().count());
        let spaced = |c: char| if matches!(c, '\n' | '\t') { ' ' } else { c };
        let clean: String = sanitize(text.trim_end_matches(['\r', '\n'])).chars().map(spaced).take(room).collect();
        self.text.insert_str(self.caret, &clean);
        self.caret += clean.len();
        self.kill.end();
    }

    /// Moves the caret or edits around it. `None`: the action is no editing; else whether the text changed.
    pub(crate) fn edit(&mut self, action: Action) -> Option<bool> {
        let before = self.text.len();
        let (text, caret) = (self.text.as_str(), self.caret);
        let to = match action {
            Action::Left | Action::DeleteLeft => self.left(),
            Action::Right | Action::DeleteRight | Action::LeaveWhenEmpty => self.right(),
            Action::WordLeft | Action::DeleteWordLeft => word_left(text, caret),
            Action::WordRight | Action::DeleteWordRight => word_right(text, caret),
            Action::LineStart | Action::DeleteToLineStart => 0,
            Action::LineEnd | Action::DeleteToLineEnd => text.len(),
            Action::PutBackDeleted => {
                let kill = std::mem::take(&mut self.kill);
                self.insert(kill.text());
                self.kill = kill;
                self.kill.end();
                return Some(self.text.len() != before);
            }
            _ => return None,
        };
        match action {
            Action::DeleteLeft | Action::DeleteRight | Action::LeaveWhenEmpty => _ = self.delete(to),
            Action::DeleteWordLeft | Action::DeleteToLineStart => {
                let deleted = self.delete(to);
                self.kill.left(&deleted);
                return Some(!deleted.is_empty());
            }
            Action::DeleteWordRight | Action::DeleteToLineEnd => {
                let deleted = self.delete(to);
                self.kill.right(&deleted);
                return Some(!deleted.is_empty());
            }
            _ => self.caret = to,
        }
        self.kill.end();
        Some(self.text.len() != before)
    }

    /// The part that `width` cells show, so that the caret is in sight, and the caret's column in it.
    pub(crate) fn view(&self, width: usize) -> (&str, usize) {
        let (mut start, mut column) = (self.caret, 0);
        for (at, grapheme) in self.before().grapheme_indices(true).rev() {
            // The caret needs a cell, too.
            let more = column + text_width(grapheme);
            if more >= width {
                break;
            }
            (start, column) = (at, more);
        }
        (self.text.get(start..).unwrap_or_default(), column)
    }

    fn before(&self) -> &str {
        self.text.get(..self.caret).unwrap_or_default()
    }

    fn behind(&self) -> &str {
        self.text.get(self.caret..).unwrap_or_default()
    }

    fn left(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        self.caret + self.behind().graphemes(true).next().map_or(0, str::len)
    }

    /// Deletes between the caret and `to`, and gives back what that was.
    fn delete(&mut self, to: usize) -> String {
        let range = self.caret.min(to)..self.caret.max(to);
        self.caret = range.start;
        self.text.drain(range).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line with a bar at the caret.
    fn shown(line: &LineEdit) -> String {
        format!("{}|{}", line.before(), line.behind())
    }

    #[test]
    fn a_line_has_the_editing_keys_of_the_input() {
        let mut line = LineEdit::new("merge two lists");
        for (action, after) in [
            (Action::WordLeft, "merge two |lists"),
            (Action::DeleteWordLeft, "merge |lists"),
            (Action::Right, "merge l|ists"),
            (Action::DeleteRight, "merge l|sts"),
            (Action::DeleteLeft, "merge |sts"),
            (Action::LineStart, "|merge sts"),
            (Action::PutBackDeleted, "two |merge sts"),
            (Action::WordRight, "two merge| sts"),
            (Action::DeleteToLineEnd, "two merge|"),
            (Action::LineStart, "|two merge"),
            (Action::DeleteWordRight, "| merge"),
            (Action::LineEnd, " merge|"),
            (Action::DeleteToLineStart, "|"),
            (Action::PutBackDeleted, " merge|"),
        ] {
            assert!(line.edit(action).is_some());
            assert_eq!(shown(&line), after, "{action:?}");
        }
        assert_eq!(line.edit(Action::Accept), None);
        assert_eq!((line.edit(Action::Left), line.edit(Action::DeleteRight)), (Some(false), Some(true)));
    }

    #[test]
    fn deletions_in_a_row_are_put_back_together_and_words_are_those_of_the_input() {
        let mut line = LineEdit::new("one two 日本語abc");
        for (action, after) in [
            (Action::DeleteWordLeft, "one two 日本語|"),
            (Action::DeleteWordLeft, "one two |"),
            (Action::PutBackDeleted, "one two 日本語abc|"),
            (Action::DeleteWordLeft, "one two 日本語|"),
            (Action::Left, "one two 日本|語"),
            (Action::DeleteToLineEnd, "one two 日本|"),
            (Action::DeleteToLineStart, "|"),
            (Action::PutBackDeleted, "one two 日本語|"),
        ] {
            line.edit(action);
            assert_eq!(shown(&line), after, "{action:?}");
        }
    }

    #[test]
    fn a_deletion_of_nothing_keeps_what_can_be_put_back() {
        for nothing in
            [Action::DeleteWordLeft, Action::DeleteWordRight, Action::DeleteToLineStart, Action::DeleteToLineEnd]
        {
            let mut line = LineEdit::new("important words");
            for action in [Action::DeleteToLineStart, Action::Left, nothing, Action::PutBackDeleted] {
                line.edit(action);
            }
            assert_eq!(line.text(), "important words", "{nothing:?}");
        }
    }

    #[test]
    fn a_character_of_many_code_points_goes_as_one() {
        let mut line = LineEdit::new("a👩\u{200d}👧");
        line.edit(Action::DeleteLeft);
        assert_eq!(shown(&line), "a|");
        line.edit(Action::DeleteLeft);
        line.edit(Action::DeleteLeft);
        assert_eq!(shown(&line), "|");
        line.insert("e\u{301}索b");
        for (action, after) in [
            (Action::LineStart, "|e\u{301}索b"),
            (Action::Right, "e\u{301}|索b"),
            (Action::DeleteRight, "e\u{301}|b"),
            (Action::Left, "|e\u{301}b"),
            (Action::DeleteRight, "|b"),
        ] {
            line.edit(action);
            assert_eq!(shown(&line), after, "{action:?}");
        }
    }

    #[test]
    fn a_paste_becomes_one_clean_line_of_at_most_a_thousand_characters() {
        let line = LineEdit::new("one\ntwo\u{1b}[31m\n");
        assert!(line.text().starts_with("one two") && !line.text().contains(char::is_control), "{line:?}");
        assert_eq!(LineEdit::new(&"é".repeat(5000)).text().chars().count(), 1000);
    }

    #[test]
    fn the_caret_stays_in_sight_of_a_long_line() {
        let mut line = LineEdit::new("0123456789");
        assert_eq!(line.view(5), ("6789", 4));
        line.edit(Action::LineStart);
        assert_eq!(line.view(5), ("0123456789", 0));
        assert_eq!(LineEdit::new("検索").view(10), ("検索", 4));
    }
}
