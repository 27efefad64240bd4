//! Prompts as people type them in a hurry: slips, no capitals, no punctuation, a "pls" before and a "thx" behind.
//!
//! Training sees such a copy of its shorter rows, so that a decision does not hang on spelling. The same prompt always
//! gets the same copy.

use super::numbers::Numbers;
use twox_hash::XxHash3_64;

const BEFORE: [&str; 10] = [
    "please ",
    "hi, ",
    "hey ",
    "Hello! ",
    "can you help me with this: ",
    "pls ",
    "ok so ",
    "quick question: ",
    "hi there, please ",
    "could you please ",
];
const BEHIND: [&str; 7] = [" thx", " thanks", " please", " Thank you!", " pls", " thanks in advance", " asap"];
const RATES: [f64; 3] = [0.08, 0.2, 0.5];

/// `prompt` as it might be typed in a hurry.
pub(super) fn hurried(prompt: &str) -> String {
    let mut numbers = Numbers(XxHash3_64::oneshot(prompt.as_bytes()));
    let kind = numbers.below(8);
    let mut text = prompt.to_owned();
    if matches!(kind, 0 | 1 | 2 | 6) {
        let rate = RATES[numbers.below(RATES.len())];
        text = slips(&text, rate, &mut numbers);
    }
    if matches!(kind, 2 | 3 | 6) {
        text = text.to_lowercase();
    }
    if matches!(kind, 3 | 4 | 6) {
        text = unpunctuated(&text);
    }
    if matches!(kind, 5 | 6) {
        text = format!("{}{}", BEFORE[numbers.below(BEFORE.len())], lower_first(&text));
        if numbers.share() < 0.7 {
            text.push_str(BEHIND[numbers.below(BEHIND.len())]);
        }
    }
    if kind == 7 {
        let bare = text.trim_end_matches(|c: char| c.is_whitespace() || ".?!？。".contains(c));
        text = format!("{bare}{}", BEHIND[numbers.below(BEHIND.len())]);
    }
    text
}

/// `prompt` with about `rate` of its longer words misspelt: two letters swapped, one left out or one doubled.
fn slips(prompt: &str, rate: f64, numbers: &mut Numbers) -> String {
    let slip = |word: &str, numbers: &mut Numbers| -> String {
        let mut letters: Vec<char> = word.chars().collect();
        if letters.len() < 4 || !letters.iter().all(|c| c.is_alphabetic()) || numbers.share() >= rate {
            return word.to_owned();
        }
        let at = 1 + numbers.below(letters.len() - 2);
        match numbers.below(3) {
            0 => letters.swap(at, at + 1),
            1 => drop(letters.remove(at)),
            _ => letters.insert(at, letters[at]),
        }
        letters.into_iter().collect()
    };
    prompt.split_inclusive(char::is_whitespace).fold(String::new(), |mut text, part| {
        let word = part.trim_end_matches(char::is_whitespace);
        text.push_str(&slip(word, numbers));
        text.extend(part.chars().skip(word.chars().count()));
        text
    })
}

/// `prompt` without the marks at the ends of words.
fn unpunctuated(prompt: &str) -> String {
    let is_mark = |c: char| ".,!?;:？。，！、¿¡'’".contains(c);
    prompt.split_inclusive(char::is_whitespace).fold(String::new(), |mut text, part| {
        let word = part.trim_end_matches(char::is_whitespace);
        text.push_str(&word.trim_end_matches(is_mark).replace(['\'', '’'], ""));
        text.extend(part.chars().skip(word.chars().count()));
        text
    })
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_prompt_always_gets_the_same_copy() {
        let prompts = ["Write a Python function to merge two sorted lists.", "Wie spät ist es?", "", "x"];
        assert_eq!(prompts.map(hurried), prompts.map(hurried));
    }

    #[test]
    fn a_copy_says_the_same_in_a_hurry() {
        assert_eq!(unpunctuated("Well, don't. Stop!"), "Well dont Stop");
        assert_eq!(lower_first("Éa"), "éa");
        let slipped = slips("merge sorted lists together", 1.0, &mut Numbers(1));
        assert_eq!(slipped.split(' ').count(), 4);
        assert!(
            slipped
                .split(' ')
                .zip(["merge", "sorted", "lists", "together"])
                .all(|(slip, word)| slip != word || word == "lists"),
            "{slipped}"
        );
    }
}
