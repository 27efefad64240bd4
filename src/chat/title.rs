//! A conversation's title, made from its first prompt: a few words by which one finds it again.

use crate::text::sanitize::one_line;

/// The most characters of a title.
const LONGEST: usize = 60;
/// A sentence shorter than this says too little by itself: "Hi!".
const SHORTEST: usize = 12;

/// The title of a conversation that begins with `prompt`: its first sentence that says something, without marks of
/// Markdown, cut between two words when it is long.
pub fn title(prompt: &str) -> String {
    let bare = |line: &str| line.trim_matches(|c: char| c.is_whitespace() || "#>*_`~=-|".contains(c)).to_owned();
    let mut fenced = false;
    let line = prompt.lines().find_map(|line| {
        let fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        fenced ^= fence;
        Some(bare(line)).filter(|line| !fence && !fenced && !line.is_empty())
    });
    // A prompt of nothing but code is called by its first line.
    let code = || prompt.lines().map(bare).find(|line| !line.is_empty());
    let line = one_line(&line.or_else(code).unwrap_or_default(), 400);
    let line = first_sentence(&line).trim_end_matches([':', ',', ';', '.']);
    let title = cut(line.trim());
    let mut characters = title.chars();
    match characters.next() {
        // "iPhone" and "x = 1" are written as they are meant.
        Some(first) if characters.clone().take_while(|c| c.is_alphabetic()).all(char::is_lowercase) => {
            match characters.clone().next() {
                Some(next) if next.is_lowercase() => first.to_uppercase().chain(characters).collect(),
                _ => title,
            }
        }
        _ => title,
    }
}

/// Up to the end of the first sentence that is long enough.
fn first_sentence(line: &str) -> &str {
    let ends = line.char_indices().filter(|(_, c)| ".!?。！？".contains(*c)).map(|(at, c)| at + c.len_utf8());
    let whole = |end: &usize| line.get(*end..).is_none_or(|rest| rest.is_empty() || rest.starts_with(' '));
    let wide = |end: &usize| !line.is_char_boundary(*end) || line.get(..*end).is_some_and(|text| !text.is_ascii());
    let enough = |end: &usize| line.get(..*end).is_some_and(|text| text.chars().count() >= SHORTEST);
    let end = ends.filter(|end| (whole(end) || wide(end)) && enough(end)).min().unwrap_or(line.len());
    line.get(..end).unwrap_or(line)
}

fn cut(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let end = line.char_indices().nth(LONGEST).map_or(line.len(), |(at, _)| at);
    let head = line.get(..end).unwrap_or(line);
    // Scripts without spaces, and words longer than half a title, are cut anywhere.
    let space = head.rfind(' ').filter(|at| *at > end / 2);
    format!("{}…", head.get(..space.unwrap_or(end)).unwrap_or(head).trim_end_matches([',', ';', ':', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_words_that_say_something() {
        for (prompt, expected) in [
            ("write a Python function to merge two lists", "Write a Python function to merge two lists"),
            ("Explain the halting problem. Use no jargon, please.", "Explain the halting problem"),
            ("Hi! What is the capital of Peru?", "Hi! What is the capital of Peru?"),
            ("\n\n## Review this:\n```rust\nfn main() {}\n```", "Review this"),
            ("```rust\nfn main() {}\n```\nWhat does it do?", "What does it do?"),
            ("```\nSELECT 1\n```", "SELECT 1"),
            ("x = 1, why?", "x = 1, why?"),
            ("iPhone or Pixel?", "iPhone or Pixel?"),
            ("東京の天気を教えてください。明日もお願いします。", "東京の天気を教えてください。"),
            ("version 1.5 of the crate fails to build", "Version 1.5 of the crate fails to build"),
            ("\u{1b}[31mred\u{7}", "Red"),
            ("", ""),
        ] {
            assert_eq!(title(prompt), expected, "{prompt:?}");
        }
    }

    #[test]
    fn a_long_prompt_is_cut_between_words_and_one_without_spaces_anywhere() {
        let long = title(&"several words that go on and on, ".repeat(9));
        assert_eq!(long, "Several words that go on and on, several words that go on…");
        let dense = title(&"字".repeat(99));
        assert_eq!(dense.chars().count(), 61);
    }
}
