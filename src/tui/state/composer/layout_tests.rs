//! The input is what a simple model says, whatever keys come: a string with a caret, and the other end of a selection. And
//! what an edit lays out is what laying out the whole text would give.

use super::*;
use crate::tui::text::cells::{graphemes, prefix};
use crate::tui::text::words::{word_left, word_right};
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

/// So wide that no line of the model is broken.
const WIDE: u16 = 5000;

#[derive(Debug, Clone)]
enum Key {
    Insert(String),
    Edit(Motion),
    Select(Motion),
    Up,
    Down,
    SelectUp,
    SelectDown,
    Esc,
}

#[derive(Debug, Default)]
struct Model {
    text: String,
    caret: usize,
    anchor: Option<usize>,
    goal: Option<usize>,
    deleted: String,
    adds: bool,
}

impl Model {
    fn key(&mut self, key: &Key) {
        let kills =
            [Motion::DeleteWordLeft, Motion::DeleteWordRight, Motion::DeleteToLineStart, Motion::DeleteToLineEnd];
        self.adds &= matches!(key, Key::Edit(motion) if kills.contains(motion)) || matches!(key, Key::Esc);
        let goal = self.goal.take();
        match key {
            Key::Insert(text) => self.insert(text),
            Key::Esc => (self.anchor, self.goal) = (None, goal),
            Key::Select(motion) => {
                self.anchor.get_or_insert(self.caret);
                self.caret = self.target(*motion);
            }
            Key::SelectUp | Key::SelectDown => {
                self.anchor.get_or_insert(self.caret);
                if !self.go_by_line(matches!(key, Key::SelectDown), goal) {
                    self.caret = if matches!(key, Key::SelectDown) { self.text.len() } else { 0 };
                }
            }
            Key::Up | Key::Down => {
                self.anchor = None;
                self.go_by_line(matches!(key, Key::Down), goal);
            }
            Key::Edit(Motion::PutBack) => {
                let deleted = self.deleted.clone();
                self.insert(&deleted);
            }
            Key::Edit(motion) => {
                let to = self.target(*motion);
                let erases = kills.contains(motion) || matches!(motion, Motion::DeleteLeft | Motion::DeleteRight);
                let anchor = self.anchor.take().filter(|anchor| *anchor != self.caret);
                let from = anchor.unwrap_or(if erases { to } else { self.caret });
                if !erases {
                    self.caret = to;
                    return;
                }
                let gone = self.delete(from);
                if kills.contains(motion) && !gone.is_empty() {
                    let before = if self.adds { std::mem::take(&mut self.deleted) } else { String::new() };
                    let left = matches!(motion, Motion::DeleteWordLeft | Motion::DeleteToLineStart);
                    self.deleted = if left { gone + &before } else { before + &gone };
                    self.adds = true;
                }
            }
        }
    }

    fn insert(&mut self, text: &str) {
        let anchor = self.anchor.take();
        if text.is_empty() {
            return;
        }
        self.delete(anchor.unwrap_or(self.caret));
        self.text.insert_str(self.caret, text);
        self.caret += text.len();
    }

    /// Deletes between the caret and there.
    fn delete(&mut self, to: usize) -> String {
        let range = self.caret.min(to)..self.caret.max(to);
        self.caret = range.start;
        self.text.drain(range).collect()
    }

    fn line(&self) -> Range<usize> {
        let (before, behind) = self.text.split_at(self.caret);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        start..behind.find('\n').map_or(self.text.len(), |at| self.caret + at)
    }

    fn target(&self, motion: Motion) -> usize {
        let line = self.line();
        let (text, at) = (self.text.get(line.clone()).unwrap(), self.caret - line.start);
        let (before, behind) = text.split_at(at);
        match motion {
            Motion::LineStart => line.start,
            Motion::LineEnd => line.end,
            Motion::Left
            | Motion::DeleteLeft
            | Motion::WordLeft
            | Motion::DeleteWordLeft
            | Motion::DeleteToLineStart
                if at == 0 =>
            {
                self.caret.saturating_sub(1)
            }
            Motion::Right
            | Motion::DeleteRight
            | Motion::WordRight
            | Motion::DeleteWordRight
            | Motion::DeleteToLineEnd
                if behind.is_empty() =>
            {
                self.text.len().min(self.caret + 1)
            }
            Motion::Left | Motion::DeleteLeft => self.caret - before.graphemes(true).next_back().map_or(0, str::len),
            Motion::Right | Motion::DeleteRight => self.caret + behind.graphemes(true).next().map_or(0, str::len),
            Motion::WordLeft | Motion::DeleteWordLeft => line.start + word_left(text, at),
            Motion::WordRight | Motion::DeleteWordRight => line.start + word_right(text, at),
            Motion::DeleteToLineStart => line.start,
            Motion::DeleteToLineEnd => line.end,
            Motion::Up | Motion::Down | Motion::PutBack | Motion::Undo | Motion::Redo => self.caret,
        }
    }

    fn go_by_line(&mut self, down: bool, goal: Option<usize>) -> bool {
        let line = self.line();
        let goal = goal.unwrap_or_else(|| text_width(self.text.get(line.start..self.caret).unwrap()));
        let start = if down {
            (line.end < self.text.len()).then_some(line.end + 1)
        } else {
            let above = line.start.checked_sub(1);
            above.map(|end| self.text.get(..end).unwrap().rfind('\n').map_or(0, |at| at + 1))
        };
        let Some(start) = start else { return false };
        let next = self.text.get(start..).unwrap().split('\n').next().unwrap_or_default();
        self.caret = start + prefix(next, goal).0.len();
        self.goal = Some(goal);
        true
    }
}

fn key() -> impl Strategy<Value = Key> {
    let moves = [Motion::Left, Motion::Right, Motion::WordLeft, Motion::WordRight, Motion::LineStart, Motion::LineEnd];
    let edits = [
        Motion::DeleteLeft,
        Motion::DeleteRight,
        Motion::DeleteWordLeft,
        Motion::DeleteWordRight,
        Motion::DeleteToLineStart,
        Motion::DeleteToLineEnd,
        Motion::PutBack,
    ];
    let text = "([a-c]{1,4}|[ .!_]|\n|\t|検索|北京|ไทย|e\u{301}|\u{301}|👩|\u{200d}|👧|🇩|🇪|한)";
    prop_oneof![
        5 => text.prop_map(Key::Insert),
        1 => prop::collection::vec(text, 1..12).prop_map(|pieces| Key::Insert(pieces.concat())),
        4 => prop::sample::select(moves.to_vec()).prop_map(Key::Edit),
        4 => prop::sample::select(edits.to_vec()).prop_map(Key::Edit),
        2 => prop::sample::select(moves.to_vec()).prop_map(Key::Select),
        3 => prop::sample::select(vec![Key::Up, Key::Down, Key::SelectUp, Key::SelectDown, Key::Esc]),
    ]
}

fn press(composer: &mut Composer, key: &Key) {
    match key {
        Key::Insert(text) => composer.insert(text),
        Key::Edit(motion) => composer.edit(*motion),
        Key::Select(motion) => composer.select(*motion),
        Key::Up => composer.up(),
        Key::Down => composer.down(),
        Key::SelectUp => composer.select(Motion::Up),
        Key::SelectDown => composer.select(Motion::Down),
        Key::Esc => _ = composer.end_selection(),
    }
}

/// The caret as a byte of the text.
fn caret(composer: &Composer) -> usize {
    composer.area.text(Spot::default()..composer.area.caret()).len()
}

fn laid_out(composer: &Composer) -> Vec<(usize, Range<usize>)> {
    (0..composer.rows.len()).map(|row| composer.rows.at(row)).collect()
}

proptest! {
    #[test]
    fn the_input_is_what_the_model_says(keys in prop::collection::vec(key(), 1..80)) {
        let (mut composer, mut model) = (Composer::default(), Model::default());
        composer.set_width(WIDE);
        for key in keys {
            press(&mut composer, &key);
            model.key(&key);
            prop_assert_eq!(composer.text(), &model.text, "{:?}", key);
            prop_assert_eq!(composer.len(), model.text.len());
            prop_assert_eq!(caret(&composer), model.caret, "{:?} in {:?}", key, model.text);
            let selected = model.anchor.filter(|anchor| *anchor != model.caret).map(|anchor| {
                model.text.get(anchor.min(model.caret)..anchor.max(model.caret)).unwrap().to_owned()
            });
            prop_assert_eq!(composer.selected_text(), selected, "{:?}", key);
        }
    }

    #[test]
    fn an_edit_lays_out_what_the_whole_text_would_give(
        keys in prop::collection::vec(key(), 1..60), undone in 0usize..20, width in 1u16..12
    ) {
        let mut composer = Composer::default();
        composer.set_width(width);
        composer.set_height(3);
        let check = |composer: &Composer, what: &dyn std::fmt::Debug| {
            let whole = Rows::new(composer.area.lines(), usize::from(width));
            let rows: Vec<_> = (0..whole.len()).map(|row| whole.at(row)).collect();
            prop_assert_eq!(laid_out(composer), rows, "{:?}", what);
            prop_assert_eq!(composer.len(), composer.text().len());
            let (_, row) = composer.caret_cell();
            prop_assert!(row < 3, "{:?}", what);
            Ok(())
        };
        for key in keys {
            press(&mut composer, &key);
            check(&composer, &key)?;
        }
        let text = composer.text().to_owned();
        for motion in [Motion::Undo, Motion::Redo] {
            for _ in 0..undone {
                composer.edit(motion);
                check(&composer, &motion)?;
            }
        }
        prop_assert_eq!(composer.text(), text, "what was undone is done again");
    }

    #[test]
    fn up_and_down_reach_every_row_in_its_column(text in "([a-c]{1,9}|[ \n]|検索|👩){0,40}", width in 2u16..9) {
        let mut composer = Composer::default();
        composer.set_width(width);
        composer.set_text(&text);
        let rows = composer.row_count();
        let (goal, last) = composer.caret_place();
        for row in (0..last).rev() {
            composer.select(Motion::Up);
            prop_assert_eq!(composer.caret_place().1, row, "of {}", rows);
        }
        for row in 1..=last {
            composer.select(Motion::Down);
            let (column, at) = composer.caret_place();
            prop_assert_eq!(at, row);
            let (line, bytes) = composer.rows.at(row);
            let shown = composer.area.line(line).get(bytes).unwrap();
            let last = graphemes(shown).last().map_or("", |(_, last)| last);
            prop_assert!(column <= goal && column + text_width(last) >= goal.min(text_width(shown)), "{shown:?}");
        }
    }
}
