//! What a selection copies: from one cell of the rows to another, as far as all that is drawn between them goes.

use super::*;

/// What is copied of `source` by a drag from the beginning of the row that has `from` in it to the end of the last row that
/// has `to` in it. Nothing stands for the first and the last row.
fn copied(source: &str, width: usize, from: &str, to: &str) -> String {
    let document = Document::new(source, width, false);
    let rows: Vec<&Row> = (0..document.len()).filter_map(|row| document.row(row, source)).collect();
    let first = rows.iter().find(|row| row.text.contains(from)).unwrap();
    let last = rows.iter().rfind(|row| row.text.contains(to)).unwrap();
    let bytes = first.source_at(0)..last.source_at(last.text.len());
    source.get(with_marks(source, bytes)).unwrap().to_owned()
}

#[test]
fn all_of_an_answer_is_copied_to_its_end() {
    for source in [
        "text\n\nVec&lt;T&gt;",
        "last &copy;",
        "&amp;",
        "- &amp;",
        "- Vec&lt;T&gt; **b &copy;**",
        "# a &lt;b&gt;",
        "| a | b |\n|---|---|\n| 1 | &lt;x&gt; |",
        "text\n\n```py\ncode\n```",
        "```\n```",
        "- text\n\n  ```py\n  code\n  ```",
        "> ~~~\n> code\n> ~~~",
        "1. a\n   ```\n   code\n\n   more\n   ```",
        "text\n\n***",
        "---",
        "> text\n>\n> ---",
        "text<br>",
        "text<br><br/>",
        "text ![](https://i.example/x.png)",
        "![](https://i.example/x.png)",
        "**![](https://i.example/x.png)**",
        "see [it](https://x.example/y) or [that](z)",
        "[it][r]\n\n[r]: https://x.example",
        "a[^1]",
        "| a | b |\n|---|---|\n| [it](https://x.example/y) | c |",
        "| a | b |\n|---|---|\n| c | [it](https://x.example/y) |",
        "| a |\n|---|\n| ![](https://x.example/y) |",
        "| a |\n|---|\n| https://very.example/and/on/and/on/and/on/and/on/for/ever |",
        "e&#x301;",
        "a&zwj;",
    ] {
        for width in [9, 20, 60] {
            assert_eq!(copied(source, width, "", ""), source, "{source} in {width} cells");
        }
    }
    let wide = "| name | what it is for |\n|---|---|\n| a | the first of them all |\n| b | x |";
    assert!(rows(wide, 12, false)[0].starts_with("name: a"));
    assert_eq!(copied(wide, 12, "", ""), wide);
}

#[test]
fn half_of_what_is_drawn_is_copied_without_the_rest() {
    let source = "| a | b |\n|---|---|\n| 1 | &lt;x&gt; |\n| 2 | y |";
    assert_eq!(copied(source, 40, "1 ", "1 "), "| 1 | &lt;x&gt; |");
    let source = "text\n\n```\none\ntwo\n```\n\nend";
    assert_eq!(copied(source, 40, "one", "two"), "one\ntwo");
    assert_eq!(copied(source, 40, "text", "one"), "text\n\n```\none");
    assert_eq!(copied(source, 40, "one", "end"), "```\none\ntwo\n```\n\nend");
    // A row that ends before a reference has nothing of it.
    let document = Document::new("one &lt;&gt;", 4, false);
    assert_eq!(document.row(0, "one &lt;&gt;").map(|row| row.source_at(row.text.len())), Some(3));
}

#[test]
fn the_notes_below_a_table_are_its_end() {
    let table =
        "| a | b |\n|---|---|\n| [a](https://t.example/a) | $1 |\n| [b](https://t.example/b) | $2 |\n| none | $3 |";
    let source = format!("before\n\n{table}\n\nafter");
    assert_eq!(copied(&source, 60, "before", "[2] https"), format!("before\n\n{table}"));
    assert_eq!(copied(&source, 60, "a ", "[1] https"), table);
    assert_eq!(copied(&source, 60, "[1] https", "[2] https"), "");
    assert_eq!(copied(&source, 60, "[1] https", "after"), "\n\nafter");
    let document = Document::new(&source, 60, false);
    let places: Vec<usize> = (4..document.len()).map(|row| document.row(row, &source).unwrap().source()).collect();
    assert!(places.is_sorted(), "{places:?}");
}
