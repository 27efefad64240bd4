//! Examples of what keys do in the input.

use super::*;

fn composer(text: &str, width: u16) -> Composer {
    let mut composer = Composer::default();
    composer.set_width(width);
    composer.set_height(5);
    composer.set_text(text);
    composer
}

fn shown(composer: &Composer) -> Vec<&str> {
    composer.shown_rows().map(|row| row.text).collect()
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
    assert_eq!(shown(&composer), ["4", "5", "6", "7", "8"]);
    for _ in 0..7 {
        composer.up();
    }
    assert_eq!(composer.caret_cell().1, 0);
    assert_eq!(shown(&composer).first().copied(), Some("1"));
    composer.set_height(2);
    assert_eq!(shown(&composer), ["1", "2"]);
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
        let (before, revision) = (composer.text().to_owned(), composer.revision());
        composer.edit(Motion::DeleteToLineStart);
        composer.clear(Some(revision));
        assert!(composer.is_empty());
        composer.edit(back);
        assert_eq!(composer.text(), before, "{back:?}");
    }
}

#[test]
fn a_deletion_of_nothing_keeps_what_can_be_put_back() {
    let kills = [Motion::DeleteWordLeft, Motion::DeleteWordRight, Motion::DeleteToLineStart, Motion::DeleteToLineEnd];
    for nothing in kills {
        let mut composer = composer("important words", 40);
        composer.edit(Motion::DeleteToLineStart);
        composer.insert(" ");
        composer.edit(Motion::DeleteLeft);
        composer.edit(nothing);
        composer.clear(None);
        composer.edit(Motion::PutBack);
        assert_eq!(composer.text(), "important words", "{nothing:?}");
    }
}

#[test]
fn another_text_in_the_input_keeps_what_can_be_put_back() {
    let replace: [fn(&mut Composer); 4] = [
        Composer::up,
        |composer| composer.set_text(""),
        |composer| composer.change_to("the draft of another chat"),
        |composer| {
            composer.insert("sent");
            composer.take();
        },
    ];
    for replace in replace {
        let mut composer = composer("", 40);
        composer.remember("earlier".into());
        composer.insert("important words");
        composer.edit(Motion::DeleteToLineStart);
        replace(&mut composer);
        composer.edit(Motion::PutBack);
        assert!(composer.text().ends_with("important words"), "{}", composer.text());
    }
}

#[test]
fn only_deletions_by_character_join_the_step_of_those_before_them() {
    type Edit = fn(&mut Composer);
    let edits: [(Edit, &str, &str); 4] = [
        (|composer| composer.edit(Motion::DeleteLeft), "", "abc"),
        (|composer| composer.edit(Motion::DeleteToLineStart), "", "a"),
        (|composer| composer.replace_before_caret(0, "X"), "X", "a"),
        (
            |composer| {
                composer.edit(Motion::Left);
                composer.select(Motion::Right);
                composer.insert("X");
            },
            "X",
            "a",
        ),
    ];
    for (edit, after, undone) in edits {
        let mut composer = composer("abc", 40);
        composer.edit(Motion::DeleteLeft);
        composer.edit(Motion::DeleteLeft);
        edit(&mut composer);
        assert_eq!(composer.text(), after);
        composer.edit(Motion::Undo);
        assert_eq!(composer.text(), undone);
    }
}

/// The composer after its caret went to a line by as many steps as a person takes.
fn at_line(text: &str, line: usize) -> Composer {
    let mut composer = composer(text, 80);
    composer.go_to(Spot { line, byte: 0 });
    composer
}

#[test]
fn text_goes_where_the_caret_is_beyond_65535_lines_and_columns() {
    let text = (0..70_000).map(|line| format!("line {line}")).collect::<Vec<_>>().join("\n") + "\n";
    let mut composer = composer(text.trim_end(), 40);
    composer.up();
    composer.insert("@");
    assert!(composer.text().ends_with("line 69998@\nline 69999"), "not at the end");
    for (motion, ends) in [
        (Motion::DeleteLeft, "line 69998\nline 69999"),
        (Motion::DeleteWordLeft, "line \nline 69999"),
        (Motion::Undo, "line 69998\nline 69999"),
        (Motion::DeleteToLineStart, "\nline 69999"),
        (Motion::DeleteRight, "line 69997\nline 69999"),
    ] {
        composer.edit(motion);
        assert!(composer.text().ends_with(ends), "{motion:?}");
    }
    let mut composer = at_line(&text, 66_000);
    composer.select(Motion::Down);
    composer.insert("x");
    assert!(composer.text().contains("line 65999\nxline 66001\n"));
    composer.go_to_cell(2, 0);
    composer.insert("y");
    assert!(composer.text().contains("\nxlyine 66001"), "a click is where the rows are");
}

#[test]
fn text_goes_where_the_caret_is_in_a_line_of_70_000_columns() {
    for (unit, back) in [("x", "x@x"), ("é", "é@é"), ("検", "検@検"), ("e\u{301}", "e\u{301}@e\u{301}")] {
        let mut composer = composer(&unit.repeat(70_000), 40);
        composer.edit(Motion::Left);
        composer.insert("@");
        assert!(composer.text().ends_with(back), "{unit}");
        composer.edit(Motion::DeleteLeft);
        composer.up();
        composer.insert("@");
        let row = if text_width(unit) == 2 { 20 } else { 40 };
        assert!(composer.text().ends_with(&format!("@{}", unit.repeat(row + 1))), "{unit}");
    }
}

#[test]
fn the_column_is_kept_over_short_rows_and_wide_characters() {
    let mut composer = composer("a long line\nshort\n\n検索エンジン\nanother one", 40);
    composer.edit(Motion::Left);
    composer.edit(Motion::Left);
    let mut columns = Vec::new();
    for _ in 0..4 {
        composer.up();
        columns.push(composer.caret_cell().0);
    }
    assert_eq!(columns, [8, 0, 5, 9]);
    composer.down();
    composer.edit(Motion::Left);
    composer.up();
    assert_eq!(composer.caret_cell().0, 4, "another motion ends it");
    composer.down();
    composer.insert("x");
    composer.up();
    assert_eq!(composer.caret_cell().0, 5, "an edit ends it");
}

#[test]
fn the_caret_passes_rows_that_are_broken_within_a_word() {
    let mut composer = composer("abcdefghijkl", 4);
    let mut cells = Vec::new();
    for _ in 0..2 {
        composer.up();
        cells.push(composer.caret_cell());
    }
    assert_eq!(cells, [(3, 1), (3, 0)]);
}

#[test]
fn words_of_every_script_go_as_a_whole_and_no_character_is_cut() {
    for (text, rest) in [
        ("go #\u{fe0f}\u{20e3}", "go "),
        ("日本語abc", "日本語"),
        ("a !\u{301}", "a "),
        ("你好，世界", "你好，"),
        ("你好，", "你好"),
        ("ภาษาไทย", "ภาษา"),
        ("foo.bar", "foo."),
        ("one  ", ""),
        ("one\n", "one"),
    ] {
        let mut composer = composer(text, 40);
        composer.edit(Motion::DeleteWordLeft);
        assert_eq!(composer.text(), rest, "{text}");
    }
}

#[test]
fn deletions_in_a_row_are_put_back_together_in_the_order_of_the_text() {
    for (motions, left) in [
        (vec![Motion::DeleteWordLeft, Motion::DeleteWordLeft], "one \nfour five"),
        (vec![Motion::DeleteToLineStart, Motion::DeleteToLineEnd, Motion::DeleteWordRight], " five"),
        (
            vec![Motion::LineStart, Motion::DeleteWordRight, Motion::DeleteToLineEnd, Motion::DeleteToLineEnd],
            "four five",
        ),
    ] {
        let mut composer = composer("one two three\nfour five", 40);
        composer.up();
        composer.edit(Motion::LineEnd);
        for motion in motions {
            composer.edit(motion);
        }
        assert_eq!(composer.text(), left);
        composer.edit(Motion::PutBack);
        assert_eq!(composer.text(), "one two three\nfour five");
    }
    for between in [Motion::Left, Motion::DeleteLeft, Motion::Undo, Motion::LineEnd] {
        let mut composer = composer("one two three ", 40);
        composer.edit(Motion::DeleteWordLeft);
        composer.edit(between);
        composer.edit(Motion::DeleteWordLeft);
        let kill = composer.kill.text().to_owned();
        assert!(!kill.contains("two") || !kill.contains("three"), "{between:?}: {kill}");
    }
}

#[test]
fn what_is_selected_is_replaced_deleted_or_cut_in_one_step() {
    let select = || {
        let mut composer = composer("one two\nthree", 40);
        composer.select(Motion::Up);
        composer.select(Motion::WordLeft);
        assert_eq!(composer.selected_text().as_deref(), Some("two\nthree"));
        composer
    };
    for (what, after) in [("x", "one x"), ("x\ny", "one x\ny"), ("\n", "one \n")] {
        let mut composer = select();
        composer.insert(what);
        composer.insert("!");
        assert_eq!(composer.text(), format!("{after}!"));
        composer.edit(Motion::DeleteLeft);
        let mut steps = 0;
        while composer.text() != "one two\nthree" {
            composer.edit(Motion::Undo);
            steps += 1;
            assert!(composer.text() != "one " && steps < 5, "{what}");
        }
        (0..steps).for_each(|_| composer.edit(Motion::Redo));
        assert_eq!(composer.text(), after);
    }
    for motion in [Motion::DeleteLeft, Motion::DeleteRight, Motion::DeleteWordLeft, Motion::DeleteToLineEnd] {
        let mut composer = select();
        composer.edit(motion);
        assert_eq!((composer.text(), composer.selected_text()), ("one ", None), "{motion:?}");
        composer.edit(Motion::Undo);
        assert_eq!(composer.text(), "one two\nthree");
    }
    let mut composer = select();
    composer.edit(Motion::DeleteWordLeft);
    composer.edit(Motion::PutBack);
    assert_eq!(composer.text(), "one two\nthree");
}

#[test]
fn typing_the_same_over_what_was_typed_undoes_no_step_too_many() {
    let mut composer = composer("", 40);
    for text in ["ab", "x"] {
        composer.insert(text);
        composer.edit(Motion::LineStart);
        composer.edit(Motion::LineEnd);
    }
    composer.select(Motion::Left);
    composer.insert("y");
    let mut texts = Vec::new();
    for motion in [Motion::Undo, Motion::Undo, Motion::Undo, Motion::Redo, Motion::Redo, Motion::Redo] {
        composer.edit(motion);
        texts.push(composer.text().to_owned());
    }
    assert_eq!(texts, ["abx", "ab", "", "ab", "abx", "aby"]);
}

#[test]
fn whatever_replaces_the_text_or_moves_ends_the_selection() {
    type Key = fn(&mut Composer);
    let ends: [(&str, Key); 7] = [
        ("moving", |composer| composer.edit(Motion::Left)),
        ("moving by rows", Composer::down),
        ("esc", |composer| assert!(composer.end_selection())),
        ("sending", |composer| _ = composer.take()),
        ("another chat", |composer| composer.change_to("draft")),
        ("recalling", |composer| (0..2).for_each(|_| composer.up())),
        ("a click", |composer| composer.go_to_cell(0, 0)),
    ];
    for (what, end) in ends {
        let mut composer = composer("sent", 40);
        composer.take();
        composer.set_text("one two");
        composer.select(Motion::WordLeft);
        assert!(composer.selected_text().is_some());
        end(&mut composer);
        assert_eq!(composer.selected_text(), None, "{what}");
        assert!(!composer.end_selection());
    }
}

#[test]
fn the_selected_columns_of_each_row_are_known() {
    let mut composer = composer("a検索b\n\nthree", 4);
    composer.go_to(Spot::default());
    composer.select(Motion::Right);
    composer.select(Motion::Right);
    let selected = |composer: &Composer| composer.shown_rows().map(|row| row.selected).collect::<Vec<_>>();
    assert_eq!(selected(&composer), [0..3, 0..0, 0..0, 0..0, 0..0]);
    composer.select(Motion::Down);
    composer.select(Motion::Down);
    composer.select(Motion::Down);
    assert_eq!(selected(&composer), [0..3, 0..4, 0..1, 0..4, 0..0], "a line break is a column");
}
