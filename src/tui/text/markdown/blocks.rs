//! Where a text can be cut: the lines at which its outermost blocks begin. The items of an outermost list are blocks of
//! their own here, so that a long list is no long block.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What is Markdown here besides `CommonMark`.
pub(super) fn options() -> Options {
    // Footnotes in the old way: a reference is one whether or not its definition is in the same piece of text.
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_OLD_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
}

/// The bytes at which blocks begin, each the beginning of a line. The first is always 0, with whatever stands before the
/// first block; none for no text.
pub(super) fn starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let (mut depth, mut in_list) = (0usize, false);
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                match (depth, tag) {
                    (0, Tag::List(_)) => in_list = true,
                    (1, Tag::Item) if in_list => starts.push(line_start(text, range.start)),
                    (0, _) => starts.push(line_start(text, range.start)),
                    _ => {}
                }
                depth += 1;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                if depth == 0 && matches!(tag, TagEnd::List(_)) {
                    in_list = false;
                }
            }
            _ if depth == 0 => starts.push(line_start(text, range.start)),
            _ => {}
        }
    }
    // Two can begin on one line only where one of them is part of the other.
    starts.dedup();
    match starts.first_mut() {
        Some(first) => *first = 0,
        None if text.is_empty() => {}
        None => starts.push(0),
    }
    starts
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_items_begin_on_lines_of_their_own() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec!["a"]),
            ("\n\na\nb\n\nc", vec!["\n\na\nb\n\n", "c"]),
            (
                "# t\ntext\n- a\n  more\n- b\n\n  c\n\nd",
                vec!["# t\n", "text\n", "- a\n  more\n", "- b\n\n  c\n\n", "d"],
            ),
            ("1. a\n   - b\n   - c\n2. d", vec!["1. a\n   - b\n   - c\n", "2. d"]),
            ("a\n```\nb\n\n- c\n```\nd", vec!["a\n", "```\nb\n\n- c\n```\n", "d"]),
            ("> a\n> - b\n\n---\n    code", vec!["> a\n> - b\n\n", "---\n", "    code"]),
            ("a\n\n[x]: https://x.example\n\nb", vec!["a\n\n[x]: https://x.example\n\n", "b"]),
            ("| a |\n|---|\n| 1 |\n\n[^1]: note\n", vec!["| a |\n|---|\n| 1 |\n\n", "[^1]: note\n"]),
        ] {
            let mut ends = starts(text);
            ends.push(text.len());
            let blocks: Vec<&str> = ends.windows(2).map(|pair| text.get(pair[0]..pair[1]).unwrap()).collect();
            assert_eq!(blocks, expected);
        }
    }
}
