//! Blocks that are longer than what is looked at as a whole: they stay what they are.

use super::super::settle::{BLOCK_BYTES_MAX, PARAGRAPH_BYTES_MAX};
use super::{Document, PIECE, lines, rows, shown};
use proptest::prelude::*;

/// `count` lines; `line` makes each of its number.
fn each(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// The rows of `source` in the order of their numbers, cut anywhere while it comes.
fn grown(source: &str, width: usize) -> Vec<String> {
    let mut document = Document::default();
    let mut end = 0;
    for step in [1000, 50_000, 70_000, 3, 1, 9000, 131, 20_000].into_iter().cycle() {
        end = source.floor_char_boundary((end + step).min(source.len()));
        let come = source.get(..end).unwrap();
        document.update(come, width, true);
        // What is let go is made again as it was.
        document.let_go(0..0);
        if end == source.len() {
            break;
        }
    }
    assert!(shown(&document, source) == shown(&Document::new(source, width, true), source), "how it came matters");
    (0..document.len()).map(|row| document.row(row, source).unwrap().text.trim_end().to_owned()).collect()
}

#[test]
fn a_table_of_any_length_is_one_table() {
    for (head, row) in [
        ("| id | value | what |\n|---|---|--:|\n", "| N | value N | x |\n"),
        ("id | value | what\n---|---|--:\n", "N | value N | x\n"),
        ("| id | value | what |\n|---|---|--:|\n", "N | value N | x |\n"),
    ] {
        let body = each(4000, |n| row.replace('N', &n.to_string()));
        let drawn = grown(&format!("text\n\n{head}{body}\nbehind\n"), 60);
        assert!(body.len() > BLOCK_BYTES_MAX && drawn.len() == 4000 + 6, "{} rows of {head}", drawn.len());
        assert!(drawn[2].starts_with("id     value        what"), "{}", drawn[2]);
        for (n, row) in drawn[4..4004].iter().enumerate() {
            assert_eq!(*row, format!("{n:<4}   value {n:<4}      x"), "of {head}");
        }
        assert_eq!(drawn[4004..], ["", "behind"]);
    }
}

#[test]
fn a_long_table_keeps_its_columns_folds_in_them_and_falls_apart_as_it_began() {
    let head = "| id | what it says |\n|---|---|\n";
    let body = each(4000, |n| format!("| {n} | some words, not few |\n"));
    let drawn = grown(&format!("{head}{body}| 4000 | here are some words more than there were before |\n"), 30);
    let end = drawn.len();
    assert_eq!(drawn[end - 3..], ["4000   here are some words", "       more than there", "       were before"]);
    assert_eq!(drawn[end - 4], "3999   some words, not few");
    let drawn = grown(&format!("{head}{body}"), 12);
    assert_eq!(drawn[drawn.len() - 5..], ["id: 3999", "what it", "says: some", "words, not", "few"]);
}

#[test]
fn a_long_table_within_a_list_and_a_quote_is_one() {
    let body = |before: &str| each(4000, |n| format!("{before}| {n} | value {n} |\n"));
    let drawn = grown(&format!("> | a | b |\n> |---|---|\n{}\nbehind\n", body("> ")), 40);
    assert_eq!(drawn[drawn.len() - 3..], ["▎ 3999   value 3999", "", "behind"]);
    let drawn = grown(&format!("1. a\n\n   | a | b |\n   |---|---|\n{}1. next\n", body("   ")), 40);
    assert_eq!(drawn[drawn.len() - 2..], ["   3999   value 3999", "2. next"]);
}

#[test]
fn long_code_in_a_quote_or_a_list_ends_where_its_fence_says_so() {
    for (head, before, end, last) in [
        ("> ```py\n", "> ", "> ```\n> end\n", "▎ end"),
        ("> ~~~~ py\n", "> ", "> ~~~~\nend\n", "end"),
        ("1. a\n\n   ```py\n", "   ", "   ```\n   end\n", "   end"),
        ("- a\n  > ```py\n", "  > ", "  > ```\n  > end\n", "  ▎ end"),
    ] {
        let code = each(9000, |n| format!("{before}x = {n}\n"));
        let source = format!("{head}{code}{end}");
        let drawn = grown(&source, 40);
        let count = drawn.len();
        assert!(code.len() > BLOCK_BYTES_MAX && drawn[count - 1] == last, "{:?} behind {head}", drawn[count - 1]);
        assert!(drawn[count - 2].ends_with(" x = 8999"), "{:?}", drawn[count - 2]);
        let heads = drawn.iter().filter(|row| row.ends_with(" py") || row.ends_with(" code")).count();
        assert_eq!(heads, 1, "one block of code, not one for each part");
        // What is copied of it is all of it, and every line knows its number.
        let document = Document::new(&source, 40, false);
        let line = document.row(count - 2, &source).and_then(|row| row.code).unwrap();
        assert_eq!(line.line, 8999);
        let (language, text) = document.code(line.block as usize, &source).unwrap();
        assert!(language == "py" && *text == *lines(9000, "x = "), "{} bytes", text.len());
    }
}

#[test]
fn what_is_nested_stays_nested_beyond_the_window() {
    for (source, expected) in [
        (format!("- a\n{}- b\n", lines(9000, "  - item ")), vec!["  ◦ item 8999", "• b"]),
        (format!("- a\n  1. b\n{}  1. c\n", lines(9000, "     - item ")), vec!["     ▪ item 8999", "  2. c"]),
        (format!("> a\n{}\nb\n", lines(9000, "> said ")), vec!["▎ said 8999", "", "b"]),
        (format!("> [!NOTE]\n{}> b\n", lines(9000, "> said ")), vec!["▎ said 8999", "▎ b"]),
        (format!("- a\n{}\n  b\n", lines(9000, "  more ")), vec!["  more 8999", "", "  b"]),
        (format!("- [ ] a\n{}\n  b\n", lines(9000, "  more ")), vec!["    more 8999", "", "    b"]),
        (format!("[^1]: a\n\n{}\n    b\n", lines(9000, "    more ")), vec!["      more 8999", "", "      b"]),
        // Only `1.` begins a list in a paragraph.
        (format!("a\n{}2. b\n\nc\n", lines(9000, "more ")), vec!["more 8999", "2. b", "", "c"]),
    ] {
        let drawn = grown(&source, 40);
        assert!(source.len() > PARAGRAPH_BYTES_MAX);
        assert_eq!(drawn[drawn.len() - expected.len()..], expected, "{}", source.get(..20).unwrap());
    }
}

#[test]
fn a_frame_costs_no_more_however_long_the_table_is() {
    let head = "| a | b |\n|---|---|\n";
    let mut source = format!("{head}{}", "| a cell of it | another one |\n".repeat(40_000));
    let mut document = Document::default();
    document.update(&source, 60, true);
    let finished = document.finished.len();
    assert!(finished >= source.len() / BLOCK_BYTES_MAX - 1, "{finished} parts");
    source.push_str("| x | y |\n");
    document.update(&source, 60, true);
    // All but the last part stands as it was laid out.
    assert!(document.finished.len() <= finished + 1 && source.len() - document.stable <= BLOCK_BYTES_MAX);
    assert_eq!(rows(&source, 60, true).len(), 40_000 + 3);
}

#[test]
fn a_fence_in_a_line_beyond_the_window_is_none_however_it_comes() {
    let source = format!("```{}", "&#x2028;".repeat(BLOCK_BYTES_MAX / 6));
    let mut document = Document::default();
    for end in [27_129, BLOCK_BYTES_MAX + 1] {
        document.update(source.get(..end).unwrap(), 20, true);
    }
    document.update(&source, 20, false);
    assert!(shown(&document, &source) == shown(&Document::new(&source, 20, false), &source));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn slow_whatever_is_repeated_beyond_the_window_stands_as_if_it_had_come_at_once(
        first in prop::collection::vec(PIECE, 1..6), again in prop::collection::vec(PIECE, 1..6), width in 20usize..50,
        cuts in prop::collection::vec(1usize..70_000, 1..4)
    ) {
        let again = again.concat();
        let source = format!("{}{}", first.concat(), again.repeat((BLOCK_BYTES_MAX + BLOCK_BYTES_MAX / 4) / again.len()));
        let mut document = Document::default();
        let mut end = 0;
        for cut in cuts {
            end = source.floor_char_boundary((end + cut).min(source.len()));
            document.update(source.get(..end).unwrap(), width, true);
        }
        document.update(&source, width, false);
        let whole = Document::new(&source, width, false);
        prop_assert!(shown(&document, &source) == shown(&whole, &source), "{:?}", source.get(..200));
        let words = |text: &str| text.matches('w').count();
        if !source.contains("```") && !source.contains("~~~") && !source.contains("|---|") {
            let drawn: usize = shown(&whole, &source).iter().map(|row| words(&row.text)).sum();
            prop_assert_eq!(drawn, words(&source), "{:?}", source.get(..200));
        }
    }
}
