//! The code in an answer: its blocks, without what Markdown puts around them.
//!
//! Pure. Knows nothing of how code is shown, copied or run.

use crate::text::sanitize::one_line;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// The most characters of a language's name. Names have a few; what is longer is a sentence in the wrong place.
const LANGUAGE: usize = 24;

/// A block of code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeBlock {
    /// As the fence names it, in lower case; empty where it names none.
    pub language: String,
    /// The code itself: no fences, none of the indentation or `> ` that a list or a quote around it adds, and no newline
    /// at the end.
    pub code: String,
    /// Which bytes of the Markdown it takes, with its fences.
    pub at: Range<usize>,
}

impl CodeBlock {
    /// How many lines the code has.
    pub fn lines(&self) -> usize {
        self.code.split('\n').count()
    }

    /// How the name of a file with this code ends, without the dot.
    pub fn file_ending(&self) -> &str {
        match self.language.as_str() {
            "rust" => "rs",
            "python" | "python3" => "py",
            "javascript" | "node" => "js",
            "typescript" => "ts",
            "bash" | "shell" | "zsh" | "console" | "shell-session" => "sh",
            "powershell" | "pwsh" => "ps1",
            "c++" => "cpp",
            "c#" | "csharp" => "cs",
            "objective-c" | "objc" => "m",
            "golang" => "go",
            "haskell" => "hs",
            "kotlin" => "kt",
            "ruby" => "rb",
            "perl" => "pl",
            "ocaml" => "ml",
            "clojure" => "clj",
            "elixir" => "ex",
            "erlang" => "erl",
            "fortran" => "f90",
            "julia" => "jl",
            "markdown" => "md",
            "yaml" => "yml",
            "latex" => "tex",
            "text" | "plaintext" | "plain" | "" => "txt",
            // Most other names are an ending themselves: c, go, java, sql, html, css, json, toml, lua, diff.
            name if name.len() <= 5 && name.chars().all(|c| c.is_ascii_alphanumeric()) => name,
            _ => "txt",
        }
    }
}

/// The blocks of code in `markdown`, fenced or indented, from the first to the last. A fence that was never closed, as
/// at the end of an answer that still comes, goes to the end. A block without anything in it is none.
pub fn code_blocks(markdown: &str) -> Vec<CodeBlock> {
    let mut blocks = Vec::new();
    let mut open: Option<CodeBlock> = None;
    for (event, at) in Parser::new_ext(markdown, Options::empty()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                open = Some(CodeBlock { language: language(&kind), code: String::new(), at });
            }
            // Code comes in pieces: what stands before each line is left out between them.
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    block.code.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                blocks.extend(open.take().map(trimmed).filter(|block| !block.code.trim().is_empty()));
            }
            _ => {}
        }
    }
    blocks
}

/// The first word of what stands behind a fence; the rest is for renderers: `python title="x"`, `rust,ignore`, `{.go}`.
fn language(kind: &CodeBlockKind) -> String {
    let CodeBlockKind::Fenced(info) = kind else { return String::new() };
    let begins = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '{' | '}' | '(' | ')' | '"' | '\'');
    let word = info.split(begins).map(|word| word.trim_start_matches('.')).find(|word| !word.is_empty());
    one_line(word.unwrap_or_default(), LANGUAGE).to_lowercase()
}

fn trimmed(mut block: CodeBlock) -> CodeBlock {
    block.code.truncate(block.code.trim_end_matches('\n').len());
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blocks(markdown: &str) -> Vec<(String, String)> {
        code_blocks(markdown).into_iter().map(|block| (block.language, block.code)).collect()
    }

    #[test]
    fn every_kind_of_block_gives_its_code_and_nothing_else() {
        for (markdown, language, code) in [
            ("```python\ndef f():\n    return 1\n```", "python", "def f():\n    return 1"),
            ("text\n\n~~~sh\nls\n~~~\ntext", "sh", "ls"),
            ("````md\n```\ninner\n```\n````", "md", "```\ninner\n```"),
            ("text:\n\n    indented\n      more\n\ntext", "", "indented\n  more"),
            ("```\nno language\n```", "", "no language"),
            ("1. first:\n\n   ```js\n   let a;\n     b();\n   ```\n", "js", "let a;\n  b();"),
            ("- a\n  - b\n\n    ```go\n    x\n\n    y\n    ```\n", "go", "x\n\ny"),
            ("> ```c\n> int a;\n>   b;\n> ```\n", "c", "int a;\n  b;"),
            ("> - ```c\n>   int a;\n>   ```\n", "c", "int a;"),
            ("```rust\nfn still(", "rust", "fn still("),
            ("```python title=\"x.py\"\n1\n```", "python", "1"),
            ("```rust,ignore\n1\n```", "rust", "1"),
            ("```{.haskell .numbered}\n1\n```", "haskell", "1"),
            ("```C++\n1\n```", "c++", "1"),
            ("``` \u{1b}[31mred\n1\n```", "red", "1"),
            ("  ```py\n  a\n   b\n  ```", "py", "a\n b"),
            ("```\n\ta\n\n\n```", "", "\ta"),
        ] {
            assert_eq!(blocks(markdown), [(language.to_owned(), code.to_owned())], "{markdown:?}");
        }
    }

    #[test]
    fn what_is_no_block_is_none() {
        for markdown in
            ["", "text", "`inline` code", "```\n```", "```\n\n```", "```", "<pre>\nx\n</pre>", "- list\n- of\n"]
        {
            assert_eq!(blocks(markdown), [], "{markdown:?}");
        }
    }

    #[test]
    fn blocks_come_in_order_with_their_places_in_the_source() {
        let markdown = "a\n\n```x\n1\n```\n\nb\n\n> ~~~y\n> 2\n> ~~~\n";
        let found = code_blocks(markdown);
        assert_eq!(found.iter().map(|block| block.code.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        let source: Vec<&str> = found.iter().map(|block| markdown.get(block.at.clone()).unwrap()).collect();
        assert_eq!(source, ["```x\n1\n```", "~~~y\n> 2\n> ~~~"]);
        assert_eq!((found[0].lines(), code_blocks("```\n1\n\n3\n```")[0].lines()), (1, 3));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_every_place_is_in_the_source(markdown in "([`~]{1,4}|[a-z\u{1f469}漢]{1,3}|[ \t]{1,5}|[-+>*1.]{1,2} ?|\n){0,60}") {
            for block in code_blocks(&markdown) {
                prop_assert!(markdown.get(block.at.clone()).is_some());
                prop_assert!(!block.code.ends_with('\n') && !block.language.chars().any(char::is_whitespace));
            }
        }
    }
}
