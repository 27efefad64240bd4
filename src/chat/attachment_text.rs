//! Attachments in the words of a message: a text in a fence under its name, and a picture for a model that sees none.
//!
//! Pure. Must not know how a message is sent.

use super::prompt::Extent;
use crate::format::{count, thousands};
use crate::text::sanitize::one_line;

/// How long a name may be, in characters.
const NAME_CHARS_MAX: usize = 120;
/// The fewest backticks of a fence.
const FENCE_MIN: usize = 3;

/// Extensions whose language has another name.
const LANGUAGES: [(&str, &str); 22] = [
    ("rs", "rust"),
    ("py", "python"),
    ("js", "javascript"),
    ("mjs", "javascript"),
    ("ts", "typescript"),
    ("rb", "ruby"),
    ("kt", "kotlin"),
    ("cs", "csharp"),
    ("h", "c"),
    ("cc", "cpp"),
    ("hpp", "cpp"),
    ("hs", "haskell"),
    ("ex", "elixir"),
    ("pl", "perl"),
    ("sh", "bash"),
    ("ps1", "powershell"),
    ("yml", "yaml"),
    ("md", "markdown"),
    ("tex", "latex"),
    ("pdf", "text"),
    ("txt", "text"),
    ("log", "text"),
];

/// The text of the file `name` as a part of a message: the name, and the text in a fence that nothing in it can close.
pub fn context_text(name: &str, text: &str) -> String {
    let fence = "`".repeat(FENCE_MIN.max(longest_run(text) + 1));
    let break_ = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("File `{}`:\n{fence}{}\n{text}{break_}{fence}", shown(name), language(name))
}

/// What stands for a picture where a model sees none: `[picture: a.png, 1,024 × 768]`.
pub fn picture_in_words(name: &str, extent: Extent) -> String {
    let size = match extent {
        Extent::Pixels { width, height } => format!(", {} × {}", thousands(width.into()), thousands(height.into())),
        Extent::Unknown | Extent::Text { .. } => String::new(),
    };
    format!("[picture: {}{size}]", shown(name))
}

/// What stands for the text of a file where it is not at hand: `[file: a.rs, 12 lines]`.
pub(super) fn file_in_words(name: &str, extent: Extent) -> String {
    let length = match extent {
        Extent::Text { lines, .. } => format!(", {}", count(lines.into(), "line")),
        Extent::Unknown | Extent::Pixels { .. } => String::new(),
    };
    format!("[file: {}{length}]", shown(name))
}

/// A name that cannot end the line or the code that it stands in.
fn shown(name: &str) -> String {
    one_line(name, NAME_CHARS_MAX).replace('`', "'")
}

/// How many backticks stand together at most.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// What a fence calls the language of a file, by its extension; nothing where that is no plain word.
fn language(name: &str) -> String {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    if let Some((_, language)) = LANGUAGES.iter().find(|(known, _)| *known == extension) {
        return (*language).to_owned();
    }
    let plain = extension.len() <= 12 && extension.chars().all(|c| c.is_ascii_alphanumeric());
    if plain { extension } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::code::code_blocks;
    use proptest::prelude::*;

    #[test]
    fn a_file_stands_under_its_name_in_a_fence_of_its_language() {
        for (name, text, expected) in [
            ("main.rs", "fn main() {}\n", "File `main.rs`:\n```rust\nfn main() {}\n```"),
            ("a.toml", "x = 1", "File `a.toml`:\n```toml\nx = 1\n```"),
            ("Makefile", "", "File `Makefile`:\n```\n```"),
            ("a.md", "```\ncode\n```\n", "File `a.md`:\n````markdown\n```\ncode\n```\n````"),
            ("a.pdf", "`````", "File `a.pdf`:\n``````text\n`````\n``````"),
            ("a`b\nc.x y", "t", "File `a'b c.x y`:\n```\nt\n```"),
        ] {
            assert_eq!(context_text(name, text), expected);
        }
    }

    #[test]
    fn a_picture_is_told_with_its_size() {
        let extent = Extent::Pixels { width: 1024, height: 768 };
        assert_eq!(picture_in_words("a`b\u{202e}.png", extent), "[picture: a'b.png, 1,024 × 768]");
        assert_eq!(picture_in_words("a.png", Extent::Unknown), "[picture: a.png]");
    }

    proptest! {
        #[test]
        fn nothing_in_a_file_leaves_its_fence(text in "[a`~\n >]{0,60}") {
            let blocks = code_blocks(&context_text("a.rs", &text));
            let code = text.trim_end_matches('\n');
            let found: Vec<&str> = blocks.iter().map(|block| block.code.as_str()).collect();
            let expected: Vec<&str> = Some(code).filter(|code| !code.trim().is_empty()).into_iter().collect();
            prop_assert_eq!(found, expected);
        }
    }
}
