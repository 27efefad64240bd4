//! What characters look like, where words do not say it.
//!
//! Owns one small scanner for each look, by theme; each says whether the look is there.

pub(super) mod code;
pub(super) mod layout;
pub(super) mod numbers;

use super::text::Text;

/// The character at `at` as it was written; behind the end a line ends.
fn at(text: &Text, at: usize) -> char {
    text.written.get(at).copied().unwrap_or('\n')
}

/// The first position from `from` on whose character does not pass.
fn skip(text: &Text, from: usize, passes: impl Fn(char) -> bool) -> usize {
    let behind = text.written.get(from..).unwrap_or_default();
    from + behind.iter().take_while(|c| passes(**c)).count()
}

/// The end of the word that begins at `from`.
fn word_end(text: &Text, from: usize) -> usize {
    (from..text.len())
        .find(|at| !text.in_word(*at) || *at > from && text.at_boundary(*at))
        .unwrap_or(text.len().max(from))
}

/// Whether some position passes.
fn anywhere(text: &Text, passes: impl Fn(usize) -> bool) -> bool {
    (0..text.len()).any(passes)
}

#[cfg(test)]
type Look = fn(&Text) -> bool;

#[cfg(test)]
fn check(table: &[(Look, &[&str], &[&str])]) {
    for (index, (look, there, elsewhere)) in table.iter().enumerate() {
        let seen = |text: &&&str| look(&Text::new(text));
        assert_eq!(there.iter().find(|text| !seen(text)), None, "look {index} misses it");
        assert_eq!(elsewhere.iter().find(seen), None, "look {index} sees it");
    }
}
