//! Markdown as rows: what is drawn, and that growing makes no difference.

use super::settle::PARAGRAPH_BYTES_MAX;
use super::*;
use crate::tui::theme::{Role, Styles};
use proptest::prelude::*;

mod copying;
mod emphasis;
mod examples;
mod formulas;
mod links;
mod lists;
mod long;
mod notes;

fn rows(source: &str, width: usize, growing: bool) -> Vec<String> {
    let document = Document::new(source, width, growing);
    (0..document.len()).map(|row| document.row(row, source).unwrap().text.trim_end().to_owned()).collect()
}

#[test]
fn blocks_are_drawn_as_what_they_are() {
    let source = "# Title\n\nSome *text* with `code`.\nNext line.\n\n- one\n- two\n  - deep\n\n1. first\n2. second\n\n\
                  > said\n> so\n\n---\n\n- [ ] open\n- [x] done\n";
    assert_eq!(
        rows(source, 30, false),
        [
            "Title",
            "",
            "Some text with code.",
            "Next line.",
            "",
            "• one",
            "• two",
            "  ◦ deep",
            "",
            "1. first",
            "2. second",
            "",
            "▎ said",
            "▎ so",
            "",
            "──────────────────────────────",
            "",
            "[ ] open",
            "[x] done",
        ]
    );
}

#[test]
fn what_is_long_is_folded_under_its_own_beginning() {
    assert_eq!(
        rows("- one two three four five\n\n  more\n\n> a quote that is long\n", 16, false),
        ["• one two three", "  four five", "", "  more", "", "▎ a quote that", "▎ is long"]
    );
}

#[test]
fn code_in_a_list_is_shown_where_it_stands() {
    let source = "1. run\n\n   ```sh\n   ls -l\n   ```\n2. done\n";
    assert_eq!(rows(source, 24, false), ["1. run", "", "    sh", "    ls -l", "2. done"]);
    let document = Document::new(source, 24, false);
    let head = document.row(2, source).unwrap();
    assert_eq!((head.head, head.indent), (Some(11), 4), "one cell more than the list");
    let at = document.row(3, source).and_then(|row| row.code).unwrap();
    let (language, text) = document.code(at.block as usize, source).unwrap();
    assert_eq!((language, &*text, at.line), ("sh", "ls -l\n", 0));
}

#[test]
fn tables_fit_fold_and_fall_apart_into_records() {
    let source = "| name | what it is for |\n|:--|--:|\n| a | the first of them all |\n| b | x |\n";
    assert_eq!(
        rows(source, 40, false),
        [
            "name          what it is for",
            "────────────────────────────",
            "a      the first of them all",
            "b                          x",
        ]
    );
    assert_eq!(
        rows(source, 20, false),
        [
            "name      what it is",
            "                 for",
            "────────────────────",
            "a       the first of",
            "            them all",
            "",
            "b                  x",
        ]
    );
    assert_eq!(
        rows(source, 12, false),
        ["name: a", "what it is", "for: the", "first of", "them all", "", "name: b", "what it is", "for: x"]
    );
}

#[test]
fn a_table_never_breaks_a_word() {
    let source = "| name | description | variable |\n|---|---|---|\n| a | one of them | b |\n";
    assert_eq!(rows(source, 29, false)[0], "name   description   variable");
    assert_eq!(rows(source, 28, false), ["name: a", "description: one of them", "variable: b"]);
    // Where words may be broken anywhere, a narrow column is no harm.
    let source = "| a | 検索エンジンは |\n|---|---|\n| b | 情報 |\n";
    assert_eq!(rows(source, 12, false)[..2], ["a   検索エン", "    ジンは"]);
}

#[test]
fn headings_of_every_level_differ_without_colour() {
    let source = "# a\n## a\n### a\n#### a\n";
    let document = Document::new(source, 20, false);
    let looks: std::collections::HashSet<_> =
        (0..4).map(|row| Styles::plain().of_text(document.row(row, source).unwrap().spans[0].style)).collect();
    assert_eq!(looks.len(), 4, "{looks:?}");
}

#[test]
fn the_head_of_a_table_is_strong_and_its_line_is_an_ornament() {
    let source = "| `a` b |\n|---|\n| c |\n";
    let document = Document::new(source, 20, false);
    let looks =
        |row: usize| document.row(row, source).unwrap().spans.iter().map(|span| (span.style.role, span.style.strong));
    let head: Vec<_> = looks(0).collect();
    assert_eq!(head[..2], [(Role::Snippet, true), (Role::TableHead, true)]);
    assert_eq!(looks(1).collect::<Vec<_>>(), [(Role::Rule, false)]);
    assert_eq!(looks(2).next(), Some((Role::Text, false)));
}

#[test]
fn a_cell_too_many_is_part_of_the_last_one() {
    assert_eq!(rows("| a | b |\n|---|---|\n| 1 | 2 | three |\n", 40, false)[2], "1   2 | three");
}

#[test]
fn where_there_is_no_room_to_indent_nothing_is_lost() {
    let source = "1. one\n   1. two\n      7. three\n         - [x] four\n";
    let drawn = rows(source, 16, false).join("\n");
    for mark in ["1. one", "1. two", "7. three", "[x] four"] {
        assert!(drawn.contains(mark), "{drawn}");
    }
}

#[test]
fn what_comes_in_large_pieces_is_all_there() {
    for (first, then) in
        [("text\n| a", " b\nmore\n\nnext\n\nthird\n\nlast\n"), ("para\n<div", "ine and more\n\nnext\n\nlast\n")]
    {
        let whole = format!("{first}{then}");
        let mut grown = Document::default();
        grown.update(first, 40, true);
        grown.update(&whole, 40, true);
        assert_eq!(shown(&grown, &whole), shown(&Document::new(&whole, 40, true), &whole));
    }
}

#[test]
fn code_that_grows_in_a_list_has_no_line_end_before_it_comes() {
    let source = "1. run\n\n   ```py\n   def a";
    let document = Document::new(source, 40, true);
    let at = (0..document.len()).find_map(|row| document.row(row, source)?.code).unwrap();
    assert_eq!(&*document.code(at.block as usize, source).unwrap().1, "def a");
}

#[test]
fn slow_what_a_hostile_model_repeats_is_laid_out_in_no_time() {
    // Each of these was quadratic once, and took seconds.
    for text in [
        format!("http://a{}", ")".repeat(30_000)),
        format!("{}a", ">".repeat(30_000)),
        " ".repeat(3_000_000),
        "http ".repeat(6_000),
        format!("{}a", "[".repeat(30_000)),
        format!("{}a", "**a ".repeat(8_000)),
        "[1]: u\n1. \n2) a\n\n".repeat(40_000),
        format!("{}** \\)", "\\(".repeat(15_000)),
        format!("{}**", "$$ ** ".repeat(8_000)),
        "$a ".repeat(10_000),
        format!("{0}https://a.example {0}", "**".repeat(8_000)),
        "[https://a](b)".repeat(3_000),
        "*「a」*あ".repeat(3_000),
        format!("https://a{}", "(".repeat(30_000)),
        format!("https://a{}", "*_".repeat(15_000)),
        format!("https://a.b/{}x", "*".repeat(60_000)),
        "https://a.b日".repeat(5_000),
        "__a".repeat(20_000),
        (0..4_000).fold("|a|\n|-|\n".to_owned(), |table, n| format!("{table}|[a](https://a.example/{n}&amp;)|\n")),
        format!("{} $$\\{}$$", "x".repeat(15_000), "\n  a".repeat(4_000)),
        "\\( a_1 \\[ b_1 ".repeat(4_000),
        "https://a.example/\u{3042}".repeat(2_000),
    ] {
        let document = Document::new(&text, 80, true);
        assert!(document.len() <= text.len());
    }
}

const SAMPLE: &str = "## Merging\n\nA **bold** move, *really*, with `code` and [a link](https://x.example/y).\n\n\
    1. first\n   - nested **one**\n2. second\n\n```python\ndef f(a, b):\n    return a * b\n\n```\n\n> quoted *text*\n> goes on\n\n\
    - [x] done\n- [ ] open\n\n### End\nThat was ~~all~~ it: 検索 👩\u{200d}👧.\n";

#[test]
fn nothing_that_has_a_row_below_it_moves_while_a_text_is_written() {
    let mut drawn: Vec<String> = Vec::new();
    for (end, _) in SAMPLE.char_indices().skip(1) {
        let now = rows(SAMPLE.get(..end).unwrap(), 40, true);
        let settled = drawn.len().saturating_sub(1);
        assert_eq!(drawn.get(..settled), now.get(..settled), "after {:?}", SAMPLE.get(..end));
        assert!(now.len() >= drawn.len(), "a row was taken back after {:?}", SAMPLE.get(..end));
        drawn = now;
    }
}

#[test]
fn a_row_is_found_again_by_its_place() {
    let document = Document::new(SAMPLE, 20, false);
    for row in 0..document.len() {
        let (at, plus) = document.place(row, SAMPLE);
        assert_eq!(document.row_of(at, SAMPLE) + plus, row);
    }
}

#[test]
fn a_megabyte_without_newlines_is_cut_and_nothing_is_lost() {
    for line in ["x".repeat(1_000_000), "word ".repeat(200_000), "- item\n".repeat(150_000), "a\n".repeat(500_000)] {
        let document = Document::new(&line, 80, true);
        assert!(document.finished.len() >= 1_000_000 / PARAGRAPH_BYTES_MAX, "{} blocks", document.finished.len());
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        let drawn: usize = (0..document.len()).map(|row| letters(&document.row(row, &line).unwrap().text)).sum();
        assert_eq!(drawn, letters(&line));
    }
}

/// So many lines, each with its number behind `text`.
fn lines(count: usize, text: &str) -> String {
    let lines: Vec<String> = (0..count).map(|line| format!("{text}{line}\n")).collect();
    lines.concat()
}

/// Text of every kind of block, with more rows than are held.
fn long() -> String {
    let code = lines(3000, "  code that is folded at this width, in line ");
    let prose =
        "A paragraph of some words.\nAnother line of it.\n\n- item\n- another\n\n| a | b |\n|---|---|\n| c | d |\n\n";
    let in_list = "1. run\n\n   ```sh\n   ls -l\n   ```\n\n";
    format!("{0}{1}  ```py\n{code}  ```\n{0}{1}", prose.repeat(700), in_list.repeat(50))
}

#[test]
fn no_more_rows_are_held_than_fill_some_screens_and_the_others_are_made_again_as_they_were() {
    let source = &long();
    let mut document = Document::default();
    let held = |document: &Document| -> usize {
        document.finished.iter().filter(|block| block.is_held()).map(super::block::Block::len).sum()
    };
    // All rows as they are made first: before any can have been let go.
    let mut first = Vec::new();
    let mut end = 0;
    while end < source.len() {
        end = source.floor_char_boundary((end + 5000).min(source.len()));
        let come = source.get(..end).unwrap();
        document.update(come, 30, end < source.len());
        let known = document.starts[document.finished.len()];
        first.extend((first.len()..known).map(|row| document.row(row, come).unwrap().clone()));
        document.let_go(0..0);
        assert!(held(&document) <= HELD_ROWS, "{} rows at {end}", held(&document));
    }
    assert!(document.len() > 4 * HELD_ROWS);
    for (index, row) in first.iter().enumerate() {
        assert_eq!(document.row(index, source), Some(row), "row {index}");
        document.let_go(index..index + 1);
        assert!(held(&document) <= HELD_ROWS + super::fence::PART_ROWS, "{} rows at row {index}", held(&document));
    }
    assert_eq!(shown(&Document::new(source, 30, false), source), shown(&document, source));
}

#[test]
fn rows_in_sight_are_not_let_go() {
    let source = &long();
    let mut document = Document::new(source, 30, false);
    let sight = document.len() / 2..document.len() / 2 + 40;
    for row in sight.clone().chain(0..3 * HELD_ROWS) {
        document.row(row, source);
    }
    document.let_go(sight.clone());
    let block = |row: usize| document.starts.partition_point(|start| *start <= row) - 1;
    assert!(sight.clone().all(|row| document.finished[block(row)].is_held()));
    assert!(!document.finished[block(0)].is_held());
}

#[test]
fn code_of_many_parts_is_one_block_however_it_comes() {
    let code = lines(3 * super::fence::PART_ROWS, "");
    for (source, growing) in [
        (format!("text\n\n```py\n{code}```\n"), false),
        (format!("text\n\n```py\n{code}```\nand more\n"), true),
        (format!("text\n\n```py\n{code}"), true),
        (format!("text\n\n```py\n{code}"), false),
    ] {
        let document = Document::new(&source, 30, growing);
        let (language, text) = document.code(6, &source).unwrap();
        assert_eq!((language, text.len()), ("py", code.len()));
        assert!(text == code, "all lines in their order");
        let lines = (0..document.len()).filter_map(|row| Some(document.row(row, &source)?.code?.line as usize));
        assert!(lines.eq(0..3 * super::fence::PART_ROWS), "every line once, in its order");
        for row in 0..document.len() {
            let (at, plus) = document.place(row, &source);
            assert_eq!(document.row_of(at, &source) + plus, row);
        }
    }
    let source = "```py\nlast";
    assert_eq!(&*Document::new(source, 30, false).code(0, source).unwrap().1, "last", "a line without an end, too");
}

/// Markdown of all kinds, whole and broken.
const PIECE: &str = "(word |two words |\n|\n\n|# |## |- |\\* |1\\. |2\\) |> |    |  |\\*\\*|\\*|_|`|```|```rust\n|~~~\n|\\| a \\| b \\|\n\
    |\\|---\\|---\\|\n|\\| c \\| d \\|\n|---\n|===\n|\\[x\\]|\\[t\\]\\(https://u.example\\)|\\[1\\]: https://v.example\n|\\[\\^1\\]|\\[\\^1\\]: note\n\
    |<br>|<div>\n|</div>\n|<!-- |-->|\\$x_1\\$|\\$5|\\$\\$\n|\\\\\\(|\\\\\\)|&amp;|\\\\|検索|：|「|\\)の|https://u\\.example/|_a_\\(b\\)|`c|&#x2028;|__n__\\.py|👩\u{200d}👧|e\u{301}|\t|\\[ \\] |~~|!\\[i\\]\\(p\\))";

/// That a text that comes piece by piece, in pieces as long as `cuts` say in turn, stands as if it had come at once.
fn assert_grows_as_at_once(text: &str, width: usize, cuts: &[usize]) {
    let mut grown = Document::default();
    let mut end = 0;
    let mut cuts = cuts.iter().cycle();
    let mut cut = 1;
    for (at, _) in text.char_indices().skip(1) {
        if at - end >= cut {
            // Pieces of every length follow each other: a fast stream brings many blocks at once.
            cut = cuts.next().copied().unwrap_or(1);
            end = at;
            let prefix = text.get(..end).unwrap();
            grown.update(prefix, width, true);
            assert_eq!(shown(&grown, prefix), shown(&Document::new(prefix, width, true), prefix), "{prefix:?}");
        }
    }
    grown.update(text, width, false);
    assert_eq!(shown(&grown, text), shown(&Document::new(text, width, false), text), "{text:?}");
}

#[test]
fn a_list_behind_a_definition_stands_at_the_same_place_however_it_comes() {
    let text = "## [1]: https://vaexample\n[1]: https://v\u{80}example\n1. \n2) $x_1$[t](https://uaexample)two words # 検索1. \n\n\\(```rust\n";
    for width in [4, 15, 49] {
        for cut in 1..60 {
            assert_grows_as_at_once(text, width, &[cut]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn laying_out_piece_by_piece_equals_laying_out_at_once_at_every_prefix(
        pieces in prop::collection::vec(PIECE, 0..40), width in 4usize..50, cuts in prop::collection::vec(1usize..200, 1..8)
    ) {
        assert_grows_as_at_once(&pieces.concat(), width, &cuts);
    }

    #[test]
    fn every_row_is_found_again_by_its_place(pieces in prop::collection::vec(PIECE, 0..40), width in 4usize..50) {
        let text = pieces.concat();
        let document = Document::new(&text, width, false);
        for row in 0..document.len() {
            let (at, plus) = document.place(row, &text);
            prop_assert_eq!(document.row_of(at, &text) + plus, row, "{:?}", text);
        }
    }

    #[test]
    fn no_row_is_too_wide_and_every_letter_is_drawn(
        pieces in prop::collection::vec(PIECE, 0..40), width in 20usize..50
    ) {
        let text = pieces.concat();
        let document = Document::new(&text, width, false);
        for row in 0..document.len() {
            let row = document.row(row, &text).unwrap();
            // Tab stops count from behind the bars.
            let indent = usize::from(row.indent);
            let inner = row.text.get(row.byte_at(indent)..).unwrap();
            let inner = if row.indent == 0 { row.text.as_str() } else { inner };
            prop_assert!(indent + crate::tui::text::cells::text_width(inner.trim_end()) <= width, "{:?}", row);
            prop_assert_eq!(row.spans.iter().map(|span| span.len as usize).sum::<usize>(), row.text.len());
            for (_, span, piece) in row.pieces().filter(|(_, span, _)| span.verbatim) {
                let source = span.source as usize;
                prop_assert_eq!(text.get(source..source + piece.len()), Some(piece), "in {:?}", text);
            }
        }
        // What stands behind a fence is its label, which is cut, and the name of a column is repeated.
        if !text.contains("```") && !text.contains("~~~") && !text.contains("|---|") {
            let words = |text: &str| text.matches('w').count();
            let drawn: Vec<&str> = (0..document.len()).map(|row| document.row(row, &text).unwrap().text.as_str()).collect();
            prop_assert_eq!(words(&drawn.concat()), words(&text), "{:?}", text);
        }
    }
}

fn shown(document: &Document, source: &str) -> Vec<Row> {
    (0..document.len()).filter_map(|row| document.row(row, source).cloned()).collect()
}

/// The text of the first row, and the addresses that it leads to.
fn first_row(source: &str) -> (String, Vec<String>) {
    let document = Document::new(source, 400, false);
    let row = document.row(0, source).unwrap();
    let mut links: Vec<String> = row.spans.iter().filter_map(|span| span.link.as_deref().map(str::to_owned)).collect();
    links.dedup();
    (row.text.clone(), links)
}
