//! The shape of a prompt: what can be seen without understanding it. A fence, a formula, a question about what is
//! in a picture.
//!
//! Owns the patterns and their names, which are shown as evidence. Each pattern speaks for nothing by itself: the trained
//! head weighs it. Changing, adding or reordering anything here needs a newly trained `assets/head.bin`.

mod patterns;

use patterns::PATTERNS;
use regex::Regex;
use std::sync::LazyLock;

/// Of a longer text only so many characters are looked at.
const SEEN_CHARS_MAX: usize = 2_000;

/// The numbers beside the patterns.
const MEASURES: usize = 20;

/// How many features there are.
pub(super) const COUNT: usize = PATTERNS.len() + MEASURES;

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+(?:[.,:/]\d+)*").ok());

static COMPILED: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let compile = |(_, pattern): &(&str, &str)| Regex::new(&format!("(?im){pattern}")).ok();
    PATTERNS.iter().filter_map(compile).collect()
});

/// The features of `text`, from 0 to about 1: first a 1 for each pattern found, then the measures.
pub(super) fn features(text: &str) -> Vec<f32> {
    let length = text.chars().count();
    let end = text.char_indices().nth(SEEN_CHARS_MAX).map_or(text.len(), |(at, _)| at);
    let seen = text.get(..end).unwrap_or_default();
    let mut features: Vec<f32> = COMPILED.iter().map(|pattern| flag(pattern.is_match(seen))).collect();
    features.extend(measures(seen, length));
    features
}

/// The names of the patterns among `features` that fired, with their index.
pub(super) fn fired(features: &[f32]) -> impl Iterator<Item = (usize, &'static str)> {
    let names = PATTERNS.iter().enumerate().zip(features);
    names.filter(|(_, value)| **value > 0.0).map(|((index, (name, _)), _)| (index, *name))
}

fn measures(seen: &str, length: usize) -> [f32; MEASURES] {
    let count = |is: fn(char) -> bool| seen.chars().filter(|character| is(*character)).count() as f32;
    let whole = seen.chars().count().max(1) as f32;
    let is_ideograph = |c: char| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}');
    let ideographs = seen.chars().any(is_ideograph);
    // An ideograph says about as much as two and a half letters.
    let size = libm::log1pf(length as f32 * if ideographs { 2.5 } else { 1.0 }) / 8.0;
    let digits = count(|c| c.is_ascii_digit()) / whole;
    let marks = count(|c| !c.is_alphanumeric() && !c.is_whitespace()) / whole;
    let brackets = count(|c| "{}[]()<>=;_\\".contains(c)) / whole;
    let numbers = NUMBER.as_ref().map_or(0, |number| number.find_iter(seen).count());
    let asks = seen.trim_end().ends_with(['?', '？']);
    [
        size,
        size * size,
        (digits * 5.0).min(1.0),
        (marks * 3.0).min(1.0),
        (count(|c| c == '\n') / 10.0).min(1.0),
        brackets * 8.0,
        flag(ideographs),
        flag(seen.starts_with(char::is_lowercase)),
        flag(whole < 60.0 && asks),
        flag(!seen.is_ascii()),
        flag(numbers >= 1),
        flag(numbers >= 2),
        flag(numbers >= 3),
        flag(numbers >= 5),
        flag(numbers >= 9),
        flag(numbers >= 2 && seen.contains(['?', '？'])),
        flag(whole < 25.0),
        flag(whole < 50.0),
        flag(count(|c| c == '\n') >= 2.0),
        flag(asks),
    ]
}

fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        fired(&features(text)).map(|(_, name)| name).collect()
    }

    #[test]
    fn every_pattern_is_a_regular_expression() {
        assert_eq!(COMPILED.len(), PATTERNS.len());
        assert_eq!(features("").len(), COUNT);
    }

    #[test]
    fn shapes_are_seen_and_named() {
        assert!(names("```rust\nfn main() {}\n```").contains(&"a code block"));
        assert!(names("Solve $x^2 = 4$").contains(&"LaTeX"));
        assert!(names("what is 12 + 30").contains(&"arithmetic"));
        assert!(names("What is in this picture?").contains(&"a given picture"));
        assert_eq!(names("and so on"), [""; 0]);
    }

    #[test]
    fn of_a_long_text_the_beginning_is_looked_at() {
        let long = format!("{}```", "é".repeat(SEEN_CHARS_MAX));
        assert!(names(&long).is_empty());
    }
}
