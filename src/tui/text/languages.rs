//! What people and models write behind a code fence, and which grammar is meant. Loads no grammar.

/// What a label stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// No code: nothing is coloured.
    Plain,
    /// What was typed at a shell's prompt, and what came back.
    Session,
    /// The grammar of this name.
    Grammar(&'static str),
}

/// The labels that are no file ending of their grammar, or that of several.
const LABELS: &[(Language, &[&str])] = &[
    (
        Language::Plain,
        &[
            "",
            "text",
            "plain",
            "plaintext",
            "txt",
            "none",
            "output",
            "out",
            "result",
            "stdout",
            "ascii",
            "tree",
            "mermaid",
            "math",
        ],
    ),
    (
        Language::Session,
        &["console", "terminal", "shell-session", "shellsession", "sh-session", "bash-session", "session"],
    ),
    (Language::Grammar("Batch File"), &["batch", "dos"]),
    (Language::Grammar("Bourne Again Shell (bash)"), &["sh", "bash", "zsh", "shell", "ksh", "shellscript", "nushell"]),
    (Language::Grammar("C"), &["c", "h"]),
    (Language::Grammar("C#"), &["csharp", "cs", "c#", "dotnet"]),
    (Language::Grammar("C++"), &["cpp", "c++", "cc", "cxx", "hpp", "arduino", "ino", "cuda", "cu"]),
    (Language::Grammar("Diff"), &["diff", "patch", "udiff"]),
    (Language::Grammar("Dockerfile"), &["dockerfile", "docker", "containerfile"]),
    (Language::Grammar("DotENV"), &["dotenv", "env"]),
    (Language::Grammar("Elixir"), &["elixir"]),
    (Language::Grammar("Erlang"), &["erlang"]),
    (Language::Grammar("F#"), &["fsharp", "f#", "fs"]),
    (Language::Grammar("Fortran (Modern)"), &["fortran"]),
    (Language::Grammar("Go"), &["go", "golang"]),
    (Language::Grammar("GraphQL"), &["graphql", "gql"]),
    (Language::Grammar("Groovy"), &["groovy", "gradle", "jenkinsfile"]),
    (Language::Grammar("HTML"), &["html", "htm", "xhtml", "handlebars", "hbs"]),
    (Language::Grammar("HTTP Request and Response"), &["http", "rest"]),
    (Language::Grammar("Haskell"), &["haskell"]),
    (Language::Grammar("INI"), &["ini", "cfg", "conf", "config", "systemd", "editorconfig"]),
    (Language::Grammar("JSON"), &["json", "jsonc", "json5", "jsonl", "ndjson", "json-lines"]),
    (Language::Grammar("Java"), &["java"]),
    (Language::Grammar("JavaScript"), &["js", "javascript", "jsx", "mjs", "cjs", "node", "ecmascript"]),
    (Language::Grammar("Jinja2"), &["jinja", "jinja2", "j2"]),
    (Language::Grammar("Julia"), &["julia"]),
    (Language::Grammar("Kotlin"), &["kotlin", "kt", "kts"]),
    (Language::Grammar("LaTeX"), &["latex", "tex"]),
    (Language::Grammar("Lean 4"), &["lean", "lean4"]),
    (Language::Grammar("Lisp"), &["lisp", "commonlisp", "elisp", "emacs-lisp", "scheme"]),
    (Language::Grammar("MATLAB"), &["matlab", "octave"]),
    (Language::Grammar("Makefile"), &["make", "makefile", "mk"]),
    (Language::Grammar("Markdown"), &["markdown", "md", "mdx"]),
    (Language::Grammar("OCaml"), &["ocaml", "ml", "reason"]),
    (Language::Grammar("Objective-C"), &["objc", "objective-c", "objectivec", "obj-c", "m"]),
    (Language::Grammar("PHP Source"), &["php"]),
    (Language::Grammar("Perl"), &["perl", "pl"]),
    (Language::Grammar("Protocol Buffer"), &["proto", "protobuf", "proto3"]),
    (Language::Grammar("Python"), &["python", "py", "python3", "py3", "ipython", "ipython3", "pycon", "sage"]),
    (Language::Grammar("R"), &["r", "rlang"]),
    (Language::Grammar("Ruby"), &["ruby", "rb", "irb"]),
    (Language::Grammar("Rust"), &["rust", "rs"]),
    (
        Language::Grammar("SQL"),
        &[
            "sql",
            "mysql",
            "postgres",
            "postgresql",
            "psql",
            "pgsql",
            "plpgsql",
            "sqlite",
            "sqlite3",
            "tsql",
            "t-sql",
            "mssql",
            "plsql",
            "bigquery",
            "snowflake",
            "duckdb",
            "mariadb",
        ],
    ),
    (Language::Grammar("SystemVerilog"), &["systemverilog"]),
    (Language::Grammar("Terraform"), &["terraform", "tf", "hcl"]),
    (Language::Grammar("TypeScript"), &["ts", "typescript", "mts", "cts", "deno"]),
    (Language::Grammar("TypeScriptReact"), &["tsx", "typescriptreact"]),
    (Language::Grammar("VimL"), &["vim", "viml", "vimscript"]),
    (Language::Grammar("Vue Component"), &["vue"]),
    (Language::Grammar("XML"), &["xml", "svg", "plist"]),
    (Language::Grammar("YAML"), &["yaml", "yml", "docker-compose", "compose", "kubernetes", "k8s"]),
    (Language::Grammar("x86_64 Assembly"), &["asm", "assembly", "nasm", "x86asm"]),
];

/// The label in what stands behind a fence: the first word, in small letters, without what tools put around it. Of
/// `rust,ignore`, `{.python}`, `js{1,3}` and `language-c` it is `rust`, `python`, `js` and `c`.
pub(crate) fn label(info: &str) -> String {
    let word = info.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '{' | '.'));
    let word = word.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '{' | '}')).next();
    let label = word.unwrap_or_default().to_lowercase();
    ["language-", "lang-"].iter().find_map(|prefix| label.strip_prefix(prefix)).map(str::to_owned).unwrap_or(label)
}

/// What a label stands for, as far as that is known without the grammars.
pub(crate) fn known(label: &str) -> Option<Language> {
    LABELS.iter().find(|(_, labels)| labels.contains(&label)).map(|(language, _)| *language)
}

/// All labels that are known without the grammars.
#[cfg(test)]
pub(crate) fn labels() -> impl Iterator<Item = &'static str> {
    LABELS.iter().flat_map(|(_, labels)| labels.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_found_in_what_tools_write_around_it() {
        for (info, expected) in [
            ("rust,ignore", "rust"),
            (" Python title=\"a b\"", "python"),
            ("{.python}", "python"),
            ("{r, echo=FALSE}", "r"),
            ("js{1,3}", "js"),
            ("language-C", "c"),
            ("ts:src/main.ts", "ts"),
            ("C++", "c++"),
            ("", ""),
            ("{", ""),
        ] {
            assert_eq!(label(info), expected, "{info:?}");
        }
    }

    #[test]
    fn no_label_stands_for_two_languages() {
        let mut labels: Vec<&str> = super::labels().collect();
        let all = labels.len();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), all);
        assert!(labels.iter().all(|it| label(it) == *it), "a label that is never looked up");
    }
}
