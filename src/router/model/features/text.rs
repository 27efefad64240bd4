//! A text as the rules see it: its characters, the same in lower case, and where words begin and end.
//!
//! Owns what of a long text is looked at. Positions are in characters, the same for both spellings.

/// Of a longer text so many characters of its beginning are looked at …
const HEAD_CHARS: usize = 2_000;
/// … and so many of its end: after a long passage, the question stands there.
const TAIL_CHARS: usize = 600;

/// What a character is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing: a space, a dot.
    Mark,
    /// A word: letters, digits, `_`, and the signs that combine with a letter before them.
    Letter,
    /// A run of kana, ideographs or Hangul, in which a foreign word stands without spaces: "用Python写".
    Unspaced,
}

/// The characters of a text that are looked at.
#[derive(Debug)]
pub(super) struct Text {
    /// As they were written.
    pub(super) written: Vec<char>,
    /// In lower case, with straight apostrophes.
    lower: Vec<char>,
    /// For each what kind of word it is part of.
    kinds: Vec<Kind>,
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let written = both_ends(text);
        let lower = written.iter().map(|c| lower(*c)).collect();
        let kinds = written.iter().map(|c| kind(*c)).collect();
        Self { written, lower, kinds }
    }

    pub(super) fn len(&self) -> usize {
        self.written.len()
    }

    /// The character at `at` in lower case. Behind the last one a line ends.
    pub(super) fn lower(&self, at: usize) -> char {
        self.lower.get(at).copied().unwrap_or('\n')
    }

    fn kind(&self, at: usize) -> Kind {
        self.kinds.get(at).copied().unwrap_or(Kind::Mark)
    }

    /// Whether the character at `at` is part of a word.
    pub(super) fn in_word(&self, at: usize) -> bool {
        self.kind(at) != Kind::Mark
    }

    /// Whether a word begins or ends just before `at`.
    pub(super) fn at_boundary(&self, at: usize) -> bool {
        self.kind(at) != at.checked_sub(1).map_or(Kind::Mark, |before| self.kind(before))
    }

    /// Whether nothing but marks and spaces stands on the line before `at`.
    pub(super) fn opens_line(&self, at: usize) -> bool {
        let before = (0..at).rev().find(|before| self.in_word(*before) || self.lower(*before) == '\n');
        before.is_none_or(|before| !self.in_word(before))
    }

    /// The lines as they were written, without their ends.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[char]> {
        self.written.split(|c| *c == '\n')
    }
}

/// The beginning of `text`, and what follows it or, on a line of its own, the end.
fn both_ends(text: &str) -> Vec<char> {
    let mut rest = text.chars();
    let mut seen: Vec<char> = rest.by_ref().take(HEAD_CHARS).collect();
    let tail_at = rest.clone().count().saturating_sub(TAIL_CHARS);
    if tail_at > 0 {
        seen.push('\n');
    }
    seen.extend(rest.skip(tail_at));
    seen
}

fn lower(c: char) -> char {
    match c {
        '’' => '\'',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        // One for one, so that positions hold: of the few that become two, the first is the letter.
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

fn kind(c: char) -> Kind {
    let combines = || matches!(c, '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{65F}' | '\u{900}'..='\u{E7F}');
    let unspaced = || matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}');
    match c {
        c if c.is_ascii() => {
            if c.is_ascii_alphanumeric() || c == '_' {
                Kind::Letter
            } else {
                Kind::Mark
            }
        }
        _ if unspaced() => Kind::Unspaced,
        c if c.is_alphanumeric() || combines() => Kind::Letter,
        _ => Kind::Mark,
    }
}

/// Whether `c` is a digit of one of the usual scripts.
pub(super) fn is_digit(c: char) -> bool {
    let elsewhere = || matches!(c, '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' | '\u{966}'..='\u{96F}' | '０'..='９');
    c.is_ascii_digit() || elsewhere()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(written: &str) -> Text {
        Text::new(written)
    }

    #[test]
    fn of_a_long_text_both_ends_are_looked_at() {
        let long = format!("{}middle{}", "a".repeat(HEAD_CHARS), "z".repeat(TAIL_CHARS));
        let seen: String = text(&long).written.iter().collect();
        assert_eq!(seen, format!("{}\n{}", "a".repeat(HEAD_CHARS), "z".repeat(TAIL_CHARS)));
    }

    #[test]
    fn a_text_that_is_hardly_too_long_is_seen_whole() {
        let text = text(&"é".repeat(HEAD_CHARS + TAIL_CHARS));
        assert_eq!((text.len(), text.lines().count()), (HEAD_CHARS + TAIL_CHARS, 1));
    }

    #[test]
    fn words_begin_and_end_in_every_script() {
        for (written, boundaries) in [
            ("go on", vec![0, 2, 3, 5]),
            ("हिन्दी", vec![0, 6]),
            ("It’s", vec![0, 2, 3, 4]),
            ("用Go写", vec![0, 1, 3, 4]),
        ] {
            let text = text(written);
            let found: Vec<usize> = (0..=text.len()).filter(|at| text.at_boundary(*at)).collect();
            assert_eq!(found, boundaries, "{written}");
        }
    }

    #[test]
    fn a_word_opens_a_line_behind_marks_alone() {
        assert!(text("- write").opens_line(2));
        assert!(text("so\n write").opens_line(4));
        assert!(!text("I write").opens_line(2));
    }
}
