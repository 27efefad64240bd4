//! Rows after edits and motions: an edit lays out what laying out the whole text would give. `tests/typing.rs` compares the
//! text itself with a model of the input.

use super::*;
use crate::tui::text::cells::graphemes;
use proptest::prelude::*;

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

fn laid_out(composer: &Composer) -> Vec<(usize, Range<usize>)> {
    (0..composer.rows.len()).map(|row| composer.rows.at(row)).collect()
}

proptest! {
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
