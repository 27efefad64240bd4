//! The numbers beside the shapes: how long a prompt is, of what characters, how many numbers stand in it.

use super::looks::numbers;
use super::text::Text;

/// How many there are.
pub(super) const MEASURES: usize = 20;

/// The measures of `text`, which was cut from one of `length` characters; each from 0 to about 1.
pub(super) fn measures(text: &Text, length: usize) -> [f32; MEASURES] {
    let seen = &text.written;
    let count = |is: fn(char) -> bool| seen.iter().filter(|character| is(**character)).count() as f32;
    let whole = seen.len().max(1) as f32;
    let ideographs = seen.iter().any(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}'));
    // An ideograph says about as much as two and a half letters.
    let size = libm::log1pf(length as f32 * if ideographs { 2.5 } else { 1.0 }) / 8.0;
    let digits = count(|c| c.is_ascii_digit()) / whole;
    let marks = count(|c| !c.is_alphanumeric() && !c.is_whitespace()) / whole;
    let brackets = count(|c| "{}[]()<>=;_\\".contains(c)) / whole;
    let lines = count(|c| c == '\n');
    let numbers = numbers::count_of_numbers(text);
    let asks = seen.iter().rev().find(|c| !c.is_whitespace()).is_some_and(|last| matches!(last, '?' | '？'));
    [
        size,
        size * size,
        (digits * 5.0).min(1.0),
        (marks * 3.0).min(1.0),
        (lines / 10.0).min(1.0),
        brackets * 8.0,
        flag(ideographs),
        flag(seen.first().is_some_and(|first| first.is_lowercase())),
        flag(whole < 60.0 && asks),
        flag(!seen.iter().all(char::is_ascii)),
        flag(numbers >= 1),
        flag(numbers >= 2),
        flag(numbers >= 3),
        flag(numbers >= 5),
        flag(numbers >= 9),
        flag(numbers >= 2 && seen.iter().any(|c| matches!(c, '?' | '？'))),
        flag(whole < 25.0),
        flag(whole < 50.0),
        flag(lines >= 2.0),
        flag(asks),
    ]
}

pub(super) fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
}
