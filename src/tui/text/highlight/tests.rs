//! What is coloured how, and that no text upsets it.

use super::*;
use crate::tui::theme::Role;
use proptest::prelude::*;

fn advance(info: &str, code: &str) -> Vec<Vec<Run>> {
    Checkpoint::begin(info).unwrap().advance(code).lines
}

/// The pieces of the last line with their roles, those of [`Role::Code`] left out.
fn coloured(info: &str, code: &str) -> Vec<(String, Role)> {
    let line = code.trim_end_matches('\n').rsplit('\n').next().unwrap();
    let mut at = 0;
    let mut pieces = Vec::new();
    for run in advance(info, code).last().unwrap() {
        let end = at + run.bytes as usize;
        pieces.push((line.get(at..end).unwrap().trim().to_owned(), run.role));
        at = end;
    }
    pieces.retain(|(piece, role)| *role != Role::Code && !piece.is_empty());
    pieces
}

fn pieces(expected: &[(&str, Role)]) -> Vec<(String, Role)> {
    expected.iter().map(|(piece, role)| ((*piece).to_owned(), *role)).collect()
}

#[test]
fn the_words_of_a_language_are_told_from_its_names_texts_and_numbers() {
    use Role::{Added, Comment, Function, Keyword, Number, Quoted, Removed, Type};
    type Example = (&'static str, &'static str, &'static [(&'static str, Role)]);
    let expected: &[Example] = &[
        (
            "rust",
            "fn f(x: &str) -> Option<u8> { print!(\"a{}\", 5) } // c",
            &[
                ("fn", Keyword),
                ("f", Function),
                ("str", Keyword),
                ("Option", Type),
                ("u8", Keyword),
                ("print!", Function),
                ("\"a", Quoted),
                ("{}", Number),
                ("\"", Quoted),
                ("5", Number),
                ("// c", Comment),
            ],
        ),
        ("py", "return x is not None", &[("return", Keyword), ("is", Keyword), ("not", Keyword), ("None", Number)]),
        ("py", "f'a {x}'", &[("f", Keyword), ("'a", Quoted), ("'", Quoted)]),
        ("js", "class A extends B {}", &[("class", Keyword), ("A", Type), ("extends", Keyword), ("B", Type)]),
        ("sql", "SELECT a FROM b", &[("SELECT", Keyword), ("FROM", Keyword)]),
        ("sh", "git x \"$y\" 'z'", &[("git", Function), ("\"", Quoted), ("\"", Quoted), ("'z'", Quoted)]),
        ("diff", "-old", &[("-old", Removed)]),
        ("diff", "+new", &[("+new", Added)]),
        ("diff", " same", &[]),
        ("json", "{\"a\": [1, true]}", &[("\"a\"", Quoted), ("1", Number), ("true", Number)]),
    ];
    for (info, code, expected) in expected {
        assert_eq!(coloured(info, code), pieces(expected), "{info}: {code}");
    }
}

#[test]
fn a_line_knows_what_the_lines_before_it_began() {
    assert_eq!(coloured("rust", "/* one\ntwo */ let x;"), pieces(&[("two */", Role::Comment), ("let", Role::Keyword)]));
    assert_eq!(coloured("py", "x = '''\nif"), pieces(&[("if", Role::Quoted)]));
}

#[test]
fn an_open_line_is_coloured_but_not_taken_for_whole() {
    let begin = Checkpoint::begin("rust").unwrap();
    let highlighted = begin.advance("let a = 1;\nlet b = \"no");
    assert_eq!(highlighted.lines.len(), 2);
    assert_eq!(highlighted.next, begin.advance("let a = 1;\n").next);
    assert_eq!(highlighted.next.advance("let b = \"no\";\n").lines, begin.advance("let b = \"no\";\n").lines);
}

#[test]
fn a_long_line_stays_plain_and_the_next_lines_are_coloured() {
    let long = format!("\"{}", "x".repeat(LONGEST));
    let lines = advance("rust", &format!("{long}\nlet a;\n"));
    assert_eq!(lines[0], [Run { bytes: long.len() as u32, role: Role::Code }]);
    assert_eq!(lines[1..], advance("rust", "let a;\n"));
    let longest = format!("\"{}", "x".repeat(LONGEST - 1));
    assert_eq!(advance("rust", &longest)[0][0].role, Role::Quoted);
}

#[test]
fn in_a_session_what_was_typed_is_coloured_and_what_came_back_is_not() {
    let session = "$ echo 'don\nIt doesn't \"work\"\n$ if x \\\n> then\nif that";
    let roles: Vec<Vec<Role>> =
        advance("console", session).iter().map(|line| line.iter().map(|run| run.role).collect()).collect();
    assert_eq!(roles[0], [Role::Code, Role::Function, Role::Code, Role::Quoted]);
    assert_eq!(roles[1], [Role::Code]);
    assert_eq!(roles[2][..2], [Role::Code, Role::Keyword], "the quotation mark above is over");
    assert_eq!(roles[3][..2], [Role::Code, Role::Keyword]);
    assert_eq!(roles[4], [Role::Code]);
    let continued = advance("console", "$ echo \\\n'a'\n'b'");
    assert!(continued[1].iter().any(|run| run.role == Role::Quoted));
    assert_eq!(continued[2], plain("'b'"));
}

#[test]
fn these_labels_are_coloured() {
    for label in "rust rs python py python3 ipython js javascript jsx mjs ts typescript tsx go golang c h cpp c++ cc \
                  csharp cs c# java kotlin kt swift ruby rb php perl lua r julia scala dart haskell elixir clojure zig \
                  objc sh bash zsh shell fish console terminal shell-session dockerfile make cmake terraform nginx \
                  json jsonc json5 jsonl yaml yml toml ini xml html css scss sql postgresql mysql sqlite plsql graphql \
                  proto markdown md tex latex viml vim diff patch svelte vue Rust JSON rust,ignore"
        .split_whitespace()
    {
        assert!(Checkpoint::begin(label).is_some(), "{label} is not coloured");
    }
}

#[test]
fn these_labels_are_not_coloured() {
    for label in ["", "text", "txt", "plain", "plaintext", "none", "output", "mermaid", "powershell", "ps1", "klingon"]
    {
        assert_eq!(Checkpoint::begin(label), None, "{label} is coloured");
    }
}

#[test]
fn every_grammar_and_every_scope_that_is_named_is_there() {
    for label in languages::labels() {
        let named = matches!(languages::known(label), Some(Language::Plain));
        assert!(named || Checkpoint::begin(label).is_some(), "the grammar for {label} is missing");
    }
    assert_eq!(ROLES.len(), SCOPES.len());
    for (index, (scope, role)) in ROLES.iter().enumerate() {
        let first = ROLES.iter().find(|(known, _)| known.is_prefix_of(*scope)).unwrap();
        assert_eq!(first, &(*scope, *role), "{} is never found", SCOPES[index].0);
    }
}

/// Text with what grammars care about, and with what they are not written for.
fn code() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "\n",
        "\n",
        " ",
        "\t",
        "\"",
        "'",
        "`",
        "/*",
        "*/",
        "//",
        "#",
        "{",
        "}",
        "(",
        ")",
        "<",
        ">",
        "</script>",
        "<<EOF",
        "EOF",
        "${",
        "$(",
        "\\",
        "\\\n",
        "r#\"",
        "\"\"\"",
        "fn ",
        "def ",
        "class ",
        "let ",
        "= ",
        "1e9",
        "0x",
        "é",
        "日本",
        "👩‍💻",
        "\r",
        "\u{0}",
        "\u{feff}",
        "<?php",
        "?>",
        "@",
        "::",
        "+",
        "-",
        "---\n",
        "$ ",
        "- a: ",
        "[[",
        "]]",
    ];
    prop::collection::vec(prop_oneof![4 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => ".{0,6}"], 0..40)
        .prop_map(|pieces| pieces.concat())
}

fn info() -> impl Strategy<Value = &'static str> {
    let infos = [
        "rust", "python", "js", "tsx", "bash", "console", "html", "php", "markdown", "yaml", "c++", "ruby", "sql",
        "diff", "json", "latex",
    ];
    prop::sample::select(infos.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_runs_cover_every_line_from_character_to_character(info in info(), code in code()) {
        let lines = advance(info, &code);
        prop_assert_eq!(lines.len(), code.split_inclusive('\n').count());
        for (line, runs) in code.split_inclusive('\n').zip(&lines) {
            let line = line.strip_suffix('\n').unwrap_or(line);
            let mut at = 0;
            for run in runs {
                prop_assert!(run.bytes > 0);
                at += run.bytes as usize;
                prop_assert!(line.is_char_boundary(at), "{:?} in {:?}", runs, line);
            }
            prop_assert_eq!(at, line.len());
        }
    }

    #[test]
    fn line_by_line_is_the_same_as_all_at_once(info in info(), code in code()) {
        let all = Checkpoint::begin(info).unwrap().advance(&code);
        let mut known = Checkpoint::begin(info).unwrap();
        let mut lines = Vec::new();
        for line in code.split_inclusive('\n') {
            let one = known.advance(line);
            lines.extend(one.lines);
            known = one.next;
        }
        prop_assert_eq!(lines, all.lines);
        prop_assert_eq!(known, all.next);
    }
}
