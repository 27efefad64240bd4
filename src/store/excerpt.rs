//! The beginning of a prompt or an answer, for the list of chats: one clean line without the marks of Markdown. Must be
//! fast, since the list has one for each of 50,000 chats.

use crate::text::sanitize::sanitize;

/// The longest excerpt, in characters: no list of chats has room for more.
const CHARS_MAX: usize = 120;

/// The beginning of `text`.
pub(super) fn of(text: &str) -> String {
    // Nearly every text is plain, and then needs one pass: cleaning takes ten times as long.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t'));
    if is_plain { line(text) } else { line(&sanitize(text)) }
}

fn line(text: &str) -> String {
    // A heading, a list, a quotation or code begins with these.
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '*' | '>' | '`' | '-' | '_'));
    let mut line = String::with_capacity(text.len().min(CHARS_MAX * 4));
    let (mut length, mut space) = (0, false);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '`' => continue,
            '*' if characters.next_if_eq(&'*').is_some() => continue,
            c if c.is_whitespace() => {
                space = true;
                continue;
            }
            _ => {}
        }
        if length + usize::from(space) + 1 >= CHARS_MAX {
            line.push('…');
            return line;
        }
        if std::mem::take(&mut space) {
            line.push(' ');
            length += 1;
        }
        line.push(c);
        length += 1;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_without_marks() {
        for (text, excerpt) in [
            ("## A *short* **heading**\n\nand `code`", "A *short* heading and code"),
            ("```python\ndef f(): pass\n```", "python def f(): pass"),
            ("  - one\n  - two", "one - two"),
            ("a\u{1b}[31mb\u{202e}c", "abc"),
            ("2 * 3 ** 4", "2 * 3 4"),
            ("", ""),
            ("***", ""),
        ] {
            assert_eq!(of(text), excerpt, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_at_120_characters() {
        for text in ["word ".repeat(40), "漢".repeat(200), "x".repeat(120)] {
            let excerpt = of(&text);
            assert!(excerpt.ends_with('…'), "{excerpt}");
            assert!((119..=120).contains(&excerpt.chars().count()), "{excerpt}");
        }
        assert_eq!(of(&"x".repeat(119)), "x".repeat(119));
    }
}
