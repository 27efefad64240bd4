//! Lists: their numbers, and those of tasks.

use super::{assert_grows_as_at_once, rows};

#[test]
fn numbered_tasks_keep_their_numbers() {
    for (source, expected) in [
        ("1. [ ] a\n2. [x] b\n", vec!["1. [ ] a", "2. [x] b"]),
        ("3) [ ] a\n7) [X] b\n", vec!["3) [ ] a", "7) [x] b"]),
        ("1. [ ] a\n1. [ ] b\n", vec!["1. [ ] a", "2. [ ] b"]),
        ("- [ ] a\n  1. [x] b\n  2. c\n", vec!["[ ] a", "    1. [x] b", "    2. c"]),
        ("1. [ ] a\n   - [x] b\n2. c\n", vec!["1. [ ] a", "   [x] b", "2. c"]),
        ("> 1. [ ] a\n> 2. [x] b\n", vec!["▎ 1. [ ] a", "▎ 2. [x] b"]),
        ("1. [ ] one two three four five\n", vec!["1. [ ] one two three", "   four five"]),
    ] {
        assert_eq!(rows(source, 22, false), expected, "{source}");
    }
}

#[test]
fn numbers_that_repeat_count_and_others_stay_as_they_are() {
    for (source, expected) in [
        ("1. a\n1. b\n1. c\n", vec!["1. a", "2. b", "3. c"]),
        ("0. a\n0. b\n", vec!["0. a", "1. b"]),
        ("3. a\n3. b\n\n3. c\n", vec!["3. a", "4. b", "", "5. c"]),
        ("1) a\n1) b\n1. c\n1. d\n", vec!["1) a", "2) b", "1. c", "2. d"]),
        ("1. a\n   1. b\n   1. c\n1. d\n   1. e\n", vec!["1. a", "   1. b", "   2. c", "2. d", "   1. e"]),
        ("1. a\n\ntext\n\n1. b\n", vec!["1. a", "", "text", "", "1. b"]),
        ("> 1. a\n> 1. b\n", vec!["▎ 1. a", "▎ 2. b"]),
        ("- 1. a\n  1. b\n", vec!["• 1. a", "  2. b"]),
        // What goes up is what the text may speak of.
        ("2. a\n4. b\n4. c\n", vec!["2. a", "4. b", "5. c"]),
        ("5. a\n4. b\n3. c\n2. d\n1. **e**\n", vec!["5. a", "4. b", "3. c", "2. d", "1. e"]),
        ("10. a\n9. b\n8. c\n", vec!["10. a", "9. b", "8. c"]),
        ("3. a\n1. b\n2. c\n", vec!["3. a", "1. b", "2. c"]),
        ("1. a\n3. b\n2. c\n", vec!["1. a", "3. b", "2. c"]),
        ("2. a\n2. b\n3. c\n", vec!["2. a", "3. b", "4. c"]),
        ("> 3. a\n> 2. b\n>    - c\n> 1. d\n", vec!["▎ 3. a", "▎ 2. b", "▎    ◦ c", "▎ 1. d"]),
        ("- 3) a\n  2) b\n", vec!["• 3) a", "  2) b"]),
        // Behind a definition another list begins.
        ("1. a\n\n[x]: https://x.example\n\n1. b\n", vec!["1. a", "", "[x]: https://x.example", "", "1. b"]),
        ("1. a\n\n```\nx\n```\n1. b\n", vec!["1. a", "", " code", " x", "1. b"]),
    ] {
        assert_eq!(rows(source, 40, false), expected, "{source}");
        for cut in 1..9 {
            assert_grows_as_at_once(source, 40, &[cut]);
        }
    }
}

#[test]
fn a_number_that_was_shown_does_not_change_while_the_text_is_written() {
    let source = "Steps:\n\n1. first\n1. second\n   1. deep\n   1. deeper\n1. third\n\n1. fourth\n";
    let mut drawn: Vec<String> = Vec::new();
    for end in 1..=source.len() {
        let now = rows(source.get(..end).unwrap(), 40, true);
        let settled = drawn.len().saturating_sub(1);
        assert_eq!(drawn.get(..settled), now.get(..settled), "after {:?}", source.get(..end));
        drawn = now;
    }
    assert_eq!(drawn[2..], ["1. first", "2. second", "   1. deep", "   2. deeper", "3. third", "", "4. fourth"]);
}

#[test]
fn a_list_of_any_length_counts_on() {
    // Each item is a block of its own; the last ones are far beyond the longest window.
    let source = "1. an item of some words\n".repeat(6000);
    let drawn = rows(&source, 40, true);
    assert_eq!((drawn.len(), drawn[5999].as_str()), (6000, "6000. an item of some words"));
    // An item that is cut for its length has the number that it had, and so has the next one.
    let source = format!("1. a\n1. b\n{}1. c\n", "   1. deep\n".repeat(8000));
    let drawn = rows(&source, 40, true);
    assert_eq!(drawn[8000..], ["   7999. deep", "   8000. deep", "3. c"]);
    // What counts down does so behind a cut, too.
    let deep: Vec<String> = (0..8000).rev().map(|number| format!("   {number}. deep\n")).collect();
    let drawn = rows(&format!("2. a\n{}1. c\n", deep.concat()), 40, true);
    assert_eq!(drawn[7999..], ["   1. deep", "   0. deep", "1. c"]);
}
