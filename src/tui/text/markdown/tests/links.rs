//! Links and bare addresses: what is shown, and what is opened.

use super::super::table::Notes;
use super::*;
use crate::tui::text::cells::text_width;

#[test]
fn links_say_where_they_lead() {
    let source = "[manual](https://a.example/m), <https://b.example>, https://c.example. [ref][1] [^1]\n\n[1]: https://d.example\n";
    assert_eq!(
        rows(source, 100, false),
        [
            "manual (https://a.example/m), https://b.example, https://c.example. ref (https://d.example) [^1]",
            "",
            "[1]: https://d.example"
        ]
    );
    let document = Document::new(source, 100, false);
    let mut links: Vec<_> =
        document.row(0, source).unwrap().spans.iter().filter_map(|span| span.link.as_deref()).collect();
    links.dedup();
    let expected = ["https://a.example/m", "https://b.example", "https://c.example", "https://d.example"];
    assert_eq!(links, expected);
}

#[test]
fn a_link_opens_what_is_shown_or_nothing() {
    let long = "a".repeat(100);
    for (source, shown, opened) in [
        ("https://good.example/a*b*c", "https://good.example/a*b*c", Some("https://good.example/a*b*c")),
        ("https://good.example/?a=1&amp;b=2", "https://good.example/?a=1&b=2", None),
        ("https://good.example/a[b] c", "https://good.example/a[b] c", Some("https://good.example/a[b]")),
        ("**https://good.example/a_b**, c", "https://good.example/a_b, c", Some("https://good.example/a_b")),
        ("*see https://good.example/a*.", "see https://good.example/a.", Some("https://good.example/a")),
        ("~~https://good.example~~", "https://good.example", Some("https://good.example")),
        ("https://bank.example@evil.example/x", "https://bank.example@evil.example/x", None),
        ("[in](https://bank.example@evil.example)", "in (https://bank.example@evil.example)", None),
        ("[in](https://a.example&#x2028;b)", "in (https://a.example b)", None),
        ("[in](https://a.example/&#x200b;b)", "in (https://a.example/b)", None),
        (&format!("[in](https://{long}.example/x)"), &format!("in (https://{long}.example/…)"), None),
    ] {
        let (text, links) = first_row(source);
        assert_eq!(text.replace('\n', " "), shown, "{source}");
        if !source.contains(&long) {
            assert_eq!(links.first().map(String::as_str), opened, "{source}");
        }
    }
}

#[test]
fn an_address_with_brackets_is_no_formula() {
    let source = "[wiki](https://w.example/A_\\(b\\)) and `C:\\` and \\(x\\) and `y` <https://x.example/\\(a\\)>\n";
    let drawn = rows(source, 120, false).join("\n");
    let expected = "wiki (https://w.example/A_(b)) and C:\\ and \\(x\\) and y https://x.example/\\(a\\)";
    assert_eq!(drawn, expected);
}

#[test]
fn references_to_characters_bring_nothing_back_that_was_cleaned_away() {
    for (source, shown) in [
        ("a&#x2028;b&#x2029;c", "a b c"),
        ("a&#x115f;b&#xfff9;c&#xfffb;d&#xfdd0;e&#xffff;f", "abcdef"),
        ("a&#27;[31mb&#x9b;1mc&#x202e;d&#xe0041;e&#x200b;f&shy;g", "a[31mb1mcdefg"),
        ("e&#x301;&#x301;", "e&#x301;&#x301;"),
        ("a&zwj;b&zwnj;c&rlm;d&lrm;e&#8205;f", "abcdef"),
        ("&lt;b&gt; &copy; &#x1f600; &nbsp;x", "<b> © 😀 \u{a0}x"),
        ("# a&#x2028;b", "a b"),
        ("- a&#x115f;b", "• ab"),
    ] {
        assert_eq!(first_row(source).0, shown, "{source}");
    }
    let source = "| a&#x115f;b | c&#x2028;d |\n|---|---|\n| e&#xfff9;f | g |\n";
    let table = Document::new(source, 80, false);
    let drawn: String = (0..table.len()).map(|row| table.row(row, source).unwrap().text.as_str()).collect();
    assert!(drawn.contains("ab") && drawn.contains("c d") && drawn.contains("ef"), "{drawn}");
}

/// The texts of the links in all rows, and where each leads.
fn links(source: &str, width: usize) -> Vec<(String, String)> {
    let document = Document::new(source, width, false);
    let mut links: Vec<(String, String)> = Vec::new();
    for row in (0..document.len()).filter_map(|row| document.row(row, source)) {
        for (_, span, text) in row.pieces().filter(|(_, span, _)| span.style.role == Role::Link) {
            let Some(target) = span.link.as_deref() else { continue };
            match links.last_mut().filter(|(_, last)| last == target) {
                Some((shown, _)) => shown.push_str(text),
                None => links.push((text.to_owned(), target.to_owned())),
            }
        }
    }
    links
}

#[test]
fn a_bare_address_is_shown_whole_and_leads_where_it_says() {
    for (source, shown, address) in [
        ("see https://w.example/Foo_(bar) end", "see https://w.example/Foo_(bar) end", "https://w.example/Foo_(bar)"),
        ("(see https://w.example/a)", "(see https://w.example/a)", "https://w.example/a"),
        (
            "https://g.example/src/__init__.py#L3",
            "https://g.example/src/__init__.py#L3",
            "https://g.example/src/__init__.py#L3",
        ),
        ("https://x.example/~user/~~a~~", "https://x.example/~user/~~a~~", "https://x.example/~user/~~a~~"),
        ("https://x.example/?a[0]=1&b[]=2", "https://x.example/?a[0]=1&b[]=2", "https://x.example/?a[0]=1&b[]=2"),
        ("https://x.example/a*b*c and *d*", "https://x.example/a*b*c and d", "https://x.example/a*b*c"),
        ("https://x.example/$a/$b", "https://x.example/$a/$b", "https://x.example/$a/$b"),
        ("https://x.example/a`b and c", "https://x.example/a`b and c", "https://x.example/a`b"),
        ("https://x.example/a|b", "https://x.example/a|b", "https://x.example/a|b"),
        ("https://x.example/a\\_b", "https://x.example/a_b", "https://x.example/a_b"),
        ("**https://x.example/__init__.py**", "https://x.example/__init__.py", "https://x.example/__init__.py"),
        ("# https://x.example/_a_", "https://x.example/_a_", "https://x.example/_a_"),
        ("- https://x.example/_a_/b", "• https://x.example/_a_/b", "https://x.example/_a_/b"),
        ("> https://x.example/_a_/b", "▎ https://x.example/_a_/b", "https://x.example/_a_/b"),
        ("见https://example.com/a。然后", "见https://example.com/a。然后", "https://example.com/a"),
        ("（https://example.com/b）次", "（https://example.com/b）次", "https://example.com/b"),
        ("“https://example.com/c” x", "“https://example.com/c” x", "https://example.com/c"),
        ("**见https://example.com/a/**然后", "见https://example.com/a/然后", "https://example.com/a/"),
        (
            "https://ja.example/wiki/日本_(国)。",
            "https://ja.example/wiki/日本_(国)。",
            "https://ja.example/wiki/日本_(国)",
        ),
    ] {
        assert_eq!(rows(source, 200, false).join("\n"), shown, "{source}");
        assert_eq!(links(source, 200).first().map(|(_, address)| address.as_str()), Some(address), "{source}");
    }
}

#[test]
fn the_text_of_a_link_that_is_an_address_is_whole_too() {
    let source = "[https://x.example/__init__.py](https://x.example/__init__.py) <https://x.example/_b_>";
    assert_eq!(rows(source, 200, false), ["https://x.example/__init__.py https://x.example/_b_"]);
}

#[test]
fn what_is_no_link_becomes_none_for_what_is_hidden_from_the_parser() {
    let deep = format!("[a](https://a.example/{}{})", "(".repeat(40), ")".repeat(40));
    for source in
        [&deep, "[a](b_$c(d$)", "[a](https://a.example/(b)", "![a](https://a.example/(b c)", "[a]: https://a.example b"]
    {
        assert_eq!(rows(source, 200, false), [source]);
    }
}

#[test]
fn names_with_underscores_stay_as_they_are() {
    for (source, shown) in [
        ("in src/__init__.py and a/__pycache__/b", "in src/__init__.py and a/__pycache__/b"),
        (
            "call __init__(self), see x.__class__ and __main__.py",
            "call __init__(self), see x.__class__ and __main__.py",
        ),
        ("**src/__init__.py**", "src/__init__.py"),
        ("__Strong__ and __two words__.", "Strong and two words."),
        ("if __name__ == \"__main__\":", "if __name__ == \"__main__\":"),
        ("the __init__ method, `__new__`, **__all__**, __a_b1__.", "the __init__ method, __new__, __all__, __a_b1__."),
        ("__new__", "__new__"),
        ("# *__init__*", "__init__"),
        ("__init__：见__main__。", "__init__：见__main__。"),
        ("__two *words*__ ____ __Bold__", "two words ____ Bold"),
    ] {
        assert_eq!(rows(source, 200, false), [shown]);
    }
}

#[test]
fn what_stands_for_a_link_and_where_it_leads_cannot_disagree_unseen() {
    for (source, shown) in [
        ("[https://bank.example](https://evil.example)", "https://bank.example (https://evil.example)"),
        ("[bank](https://bank.example@evil.example)", "bank (https://bank.example@evil.example)"),
        ("[b\u{430}nk](https://b\u{430}nk.example)", "b\u{430}nk (https://xn--bnk-6cd.example)"),
        (
            "[https://b\u{430}nk.example](https://b\u{430}nk.example)",
            "https://b\u{430}nk.example (https://xn--bnk-6cd.example)",
        ),
        ("[a](https://a.example/&#x202e;b)", "a (https://a.example/b)"),
        ("[\u{5d0}](https://\u{5d0}.example/)", "\u{5d0} (https://xn--4db.example/)"),
        ("[](https://a.example)", "(https://a.example)"),
    ] {
        assert_eq!(rows(source, 200, false), [shown]);
    }
    let table = |cell: &str| rows(&format!("| a | b |\n|---|---|\n| {cell} | c |\n"), 100, false)[2..].join("\n");
    for (cell, shown) in [
        (
            "[https://bank.example](https://evil.example/x)",
            "https://bank.example (evil.example)\u{a0}[1]   c\n\n[1] https://evil.example/x",
        ),
        (
            "[bank.example](https://a@evil.example)",
            "bank.example (evil.example)\u{a0}[1]   c\n\n[1] https://a@evil.example",
        ),
        ("[ ](https://evil.example/x)", " (https://evil.example/x)\u{a0}[1]   c\n\n[1] https://evil.example/x"),
        ("[guide](https://a.example/x)", "guide\u{a0}[1]   c\n\n[1] https://a.example/x"),
        ("[https://a.example](https://a.example)", "https://a.example   c"),
        ("<https://a.example>", "https://a.example   c"),
        ("![x](https://a.example/i.png)", "image: x\u{a0}[1]   c\n\n[1] https://a.example/i.png"),
    ] {
        assert_eq!(table(cell), shown, "{cell}");
    }
}

#[test]
fn the_number_of_a_note_stays_behind_its_text_and_the_notes_apart_from_the_last_row() {
    let source = "| a | b |\n|---|---|\n| [guide to it](https://t.example/a) | some words that are folded in here |\n";
    for width in 26..60 {
        let drawn = rows(source, width, false);
        assert!(drawn.iter().any(|row| row.contains("it\u{a0}[1]")), "{drawn:?}");
        let note = drawn.iter().position(|row| row.starts_with("[1] ")).unwrap();
        assert_eq!(drawn[note - 1], "");
    }
}

#[test]
fn in_a_table_links_show_their_text_and_long_addresses_leave_the_columns_whole() {
    let long = |page: char| format!("https://very.example/{page}/long/path{}/for/ever", "/and/on".repeat(9));
    let (a, b) = (long('a'), long('b'));
    let source = format!(
        "| # | doc |\n|---|---|\n| 1 | [guide]({a}) |\n| 2 | [api]({b}), [guide]({a}) |\n| 3 | {b} |\n| 4 | x |\n\nnext"
    );
    let drawn = rows(&source, 90, false);
    assert_eq!(
        drawn[2..6],
        [
            "1   guide\u{a0}[1]",
            "2   api\u{a0}[2], guide\u{a0}[1]",
            "3   https://very.example/…on/and/on/for/ever\u{a0}[2]",
            "4   x"
        ]
    );
    assert_eq!(drawn[6], "");
    assert_eq!(drawn[9..], ["", "next"]);
    for (row, page) in [(7, 1), (8, 2)] {
        assert!(drawn[row].starts_with(&format!("[{page}] https://very.example/…")), "{drawn:?}");
        assert!(drawn[row].ends_with("/and/on/and/on/for/ever"), "{drawn:?}");
        assert!(text_width(&drawn[row]) <= 84, "{drawn:?}");
    }
    let targets: Vec<String> = links(&source, 90).into_iter().map(|(_, address)| address).collect();
    assert_eq!(targets, [a.clone(), b.clone(), a.clone(), b.clone()]);
    for width in [8, 12, 30] {
        let drawn = rows(&source, width, false).concat();
        assert!(drawn.contains("[1]") && drawn.contains("very"), "{drawn}");
    }
}

#[test]
fn references_to_characters_bring_nothing_back_wherever_they_stand() {
    for (source, shown) in [
        ("[a&#x202e;b&#27;c](https://x.example \"t&#x2028;\")", "abc (https://x.example)"),
        ("![a&#x2028;b&ZeroWidthSpace;c](p&#x115f;)", "image: a bc (p)"),
        ("a&#7;b&shy;c&#x200b;d&#x1b;[1m", "abcd[1m"),
        ("> a&#x2029;b", "▎ a b"),
        ("`a&#x202e;b`", "a&#x202e;b"),
        ("<x@b.example>", "x@b.example"),
    ] {
        assert_eq!(rows(source, 200, false), [shown], "{source}");
    }
    let source = "- a\n\n  ```r&#x202e;s&#x200b;t\n  x\n  ```\n";
    let drawn = rows(source, 40, false).concat();
    assert!(drawn.contains("rst") && !drawn.contains(['\u{202e}', '\u{1b}']), "{drawn:?}");
}

#[test]
fn the_rows_below_a_table_are_found_again_in_front_of_the_next_block() {
    let text = "| a | b |\n|---|---|\n[t](https://a.example/b)\n# c";
    for width in 4..40 {
        let document = Document::new(text, width, false);
        for row in 0..document.len() {
            let (at, plus) = document.place(row, text);
            assert_eq!(document.row_of(at, text) + plus, row, "{width}");
        }
    }
}

#[test]
fn however_many_addresses_a_table_leads_to_each_has_one_number() {
    // Compared with one another, so many would not end.
    let mut notes = Notes::default();
    for _ in 0..2 {
        for n in 0..300_000 {
            assert_eq!(notes.number(&format!("https://a.example/{n}"), None), n + 1);
        }
    }
    let list = notes.into_list();
    assert!(list.len() == 300_000 && list[7].address == "https://a.example/7");
}
