//! Footnotes: what belongs to one, and where it ends.

use super::{assert_grows_as_at_once, rows};

#[test]
fn a_note_has_more_than_one_paragraph() {
    for (source, expected) in [
        ("A[^1].\n\n[^1]: one\n\n    two\n", vec!["A[^1].", "", "[^1]: one", "", "      two"]),
        ("[^1]: one\n\n    - a\n    - b\n\nend\n", vec!["[^1]: one", "", "      • a", "      • b", "", "end"]),
        ("[^1]: one\n    - a\n      1. b\n", vec!["[^1]: one", "      • a", "        1. b"]),
        ("[^1]: one\n\n    ```py\n    x\n    ```\nend\n", vec!["[^1]: one", "", "       py", "       x", "end"]),
        (
            "[^1]: one\n\n    > said\n\n    | a |\n    |---|\n    | b |\n",
            vec!["[^1]: one", "", "      ▎ said", "", "      a", "      ─", "      b"],
        ),
        ("[^1]: one\ntwo\n[^b]: *three*\n\nend\n", vec!["[^1]: one", "      two", "[^b]: three", "", "end"]),
        ("[^1]:\n    one\n", vec!["[^1]: one"]),
        ("> [^1]: one\n>\n>     two\n", vec!["▎ [^1]: one", "▎", "▎       two"]),
        ("[^1]: see [^2] and [x](https://x.example)\n", vec!["[^1]: see [^2] and x (https://x.example)"]),
        ("a [^1] b\n\n[^1]: c", vec!["a [^1] b", "", "[^1]: c"]),
        // Without a note before it, four spaces are code.
        ("one [^1]\n\n    two\n", vec!["one [^1]", "", " code", " two"]),
    ] {
        assert_eq!(rows(source, 60, false), expected, "{source}");
        for cut in 1..9 {
            assert_grows_as_at_once(source, 60, &[cut]);
        }
    }
}

#[test]
fn a_note_that_is_being_written_stands_where_it_will_stand() {
    let source = "Text[^a].\n\n[^a]: one **bold** word\n\n    two *more* words\n\n    - item\n\n    last `code`\n";
    let mut drawn: Vec<String> = Vec::new();
    for end in 1..=source.len() {
        let now = rows(source.get(..end).unwrap(), 60, true);
        let settled = drawn.len().saturating_sub(1);
        assert_eq!(drawn.get(..settled), now.get(..settled), "after {:?}", source.get(..end));
        assert!(!now.iter().any(|row| row.contains("**") || row.contains(" code ")), "{now:?}");
        drawn = now;
    }
}
