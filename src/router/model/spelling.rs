//! A prompt as it was meant: slips of the fingers repaired and shouting lowered, for the classifier only. The model that
//! answers gets what the user typed.
//!
//! Careful rather than clever: a text is touched only when several of its words, and a good share of them, are one slip
//! away from a word that prompts often have. Owns the repair and knows the words of `assets/words.txt`, which are
//! English; texts in other languages, and with code, stay as they are.

use super::language::is_english;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Words of English prompts in the order of their bytes, each with how common it is; `tools/words.py` makes them.
static WORDS: LazyLock<Vec<(&str, u8)>> = LazyLock::new(|| {
    let word = |line: &'static str| {
        let (word, common) = line.split_once(' ')?;
        Some((word, common.parse().ok()?))
    };
    include_str!("../../../assets/words.txt").lines().filter_map(word).collect()
});

/// A longer text has enough words that are spelt well.
const TEXT_BYTES_MAX: usize = 600;
/// Shorter words have too many neighbours.
const WORD_LETTERS_MIN: usize = 4;
/// So many words are slips, and so large a share of all, before anything is repaired.
const SLIPS_MIN: usize = 2;
const SLIPS_SHARE: f32 = 0.2;
/// So many words of English, and so large a share, tell it from languages that share a few short ones.
const ENGLISH_MIN: u32 = 2;
const ENGLISH_SHARE: f32 = 0.25;

/// A text with so many letters, and hardly a small one among them, is shouted.
const SHOUT_LETTERS_MIN: usize = 12;
const SHOUT_SHARE: f32 = 0.7;

/// `text` as it was meant.
pub(super) fn as_meant(text: &str) -> Cow<'_, str> {
    let spoken = if is_shouted(text) { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) };
    match repaired(&spoken) {
        Some(repaired) => Cow::Owned(repaired),
        None => spoken,
    }
}

fn is_shouted(text: &str) -> bool {
    let (mut letters, mut capitals) = (0_usize, 0_usize);
    for letter in text.chars().filter(|character| character.is_alphabetic()) {
        letters += 1;
        capitals += usize::from(letter.is_uppercase());
    }
    letters >= SHOUT_LETTERS_MIN && capitals as f32 > SHOUT_SHARE * letters as f32 && text.contains(char::is_whitespace)
}

/// `text` with its slips repaired; `None` when it has too few of them to be sure that they are some.
fn repaired(text: &str) -> Option<String> {
    if text.len() > TEXT_BYTES_MAX || text.contains('`') || !text.is_ascii() {
        return None;
    }
    let parts: Vec<&str> = parts(text).collect();
    let meant: Vec<Option<&str>> = parts.iter().map(|part| meant(part)).collect();
    let words = parts.iter().filter(|part| part.len() >= 2 && is_word(part)).count();
    let slips = meant.iter().flatten().count();
    let enough = slips >= SLIPS_MIN && slips as f32 >= SLIPS_SHARE * words as f32;
    let repaired: String = parts.iter().zip(&meant).map(|(part, meant)| meant.unwrap_or(part)).collect();
    // Only afterwards can be said whether it is English: its commonest words may be among the misspelt.
    (enough && is_english(&repaired, ENGLISH_MIN, ENGLISH_SHARE)).then_some(repaired)
}

/// Words and what stands between them, in turn: `text`, cut.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let inside = |character: char| character.is_alphanumeric() || matches!(character, '\'' | '_');
    text.split_inclusive(move |character| !inside(character)).flat_map(move |part| {
        let end = part.trim_end_matches(|character| !inside(character)).len();
        let (word, mark) = part.split_at_checked(end).unwrap_or((part, ""));
        [word, mark]
    })
}

fn is_word(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'\'')
}

/// The word that `typed` is a slip of; `None` when it is a word itself, a name, or nothing like any.
fn meant(typed: &str) -> Option<&'static str> {
    let lower = typed.bytes().all(|byte| byte.is_ascii_lowercase());
    if typed.len() < WORD_LETTERS_MIN || !lower || is_known(typed) {
        return None;
    }
    // The first letter is hardly ever wrong, and the words that begin with it stand together.
    let first = typed.as_bytes()[0];
    let begin = WORDS.partition_point(|(word, _)| word.as_bytes()[0] < first);
    let same = WORDS[begin..].iter().take_while(|(word, _)| word.as_bytes()[0] == first);
    let near = same.filter(|(word, _)| is_one_slip(typed.as_bytes(), word.as_bytes()));
    // Of equally common words the first.
    near.min_by_key(|(_, common)| std::cmp::Reverse(*common)).map(|(word, _)| *word)
}

fn is_known(word: &str) -> bool {
    WORDS.binary_search_by(|(known, _)| (*known).cmp(word)).is_ok()
}

/// Whether one slip makes `typed` of `word`: two letters swapped, one wrong, one too many or one left out. Not at the
/// end, where words of one family differ.
fn is_one_slip(typed: &[u8], word: &[u8]) -> bool {
    let same = typed.iter().zip(word).take_while(|(a, b)| a == b).count();
    let (typed, word) = (&typed[same..], &word[same..]);
    match (typed, word) {
        ([a, b, typed @ ..], [c, d, word @ ..]) if typed.len() == word.len() => {
            a == d && b == c && typed == word && !typed.is_empty() || b == d && typed == word
        }
        ([_, typed @ ..], word) if typed.len() == word.len() => typed == word && !word.is_empty(),
        (typed, [_, word @ ..]) if typed.len() == word.len() => typed == word && !word.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_and_whole() {
        assert!(WORDS.len() > 5_000);
        assert!(WORDS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(WORDS.len(), include_str!("../../../assets/words.txt").lines().count());
    }

    #[test]
    fn several_slips_are_repaired() {
        for (typed, meant) in [
            ("wirte a pyhton functoin to sort a list", "write a python function to sort a list"),
            ("what is the captial of the lagrest country", "what is the capital of the largest country"),
            (
                "waht is teh captial fo teh lagrest contry in the world",
                "what is teh capital fo teh largest country in the world",
            ),
            ("HOW DO I SORT A LIST IN RUST", "how do i sort a list in rust"),
        ] {
            assert_eq!(as_meant(typed), meant);
        }
    }

    #[test]
    fn what_is_spelt_well_or_not_english_or_code_stays() {
        for text in [
            "write a python function to sort a list",
            "write a pyhton function to sort a list by its second element",
            "escribe una funcion para ordenar una lista",
            "kijk naar dit en zeg me wat er in zit",
            "fix `wirte` and `pyhton` in this",
            "Ask Alix and Bjorn about the Kestrel",
            "ÄÖÜ",
            "SELECT",
            "",
        ] {
            assert_eq!(as_meant(text), text);
        }
    }

    #[test]
    fn a_slip_is_one_step_inside_the_word() {
        for (typed, word, slip) in [
            ("wirte", "write", true),
            ("wrte", "write", true),
            ("wriite", "write", true),
            ("wrute", "write", true),
            ("writes", "write", false),
            ("writ", "write", false),
            ("writy", "write", false),
            ("wirtte", "write", false),
            ("write", "write", false),
        ] {
            assert_eq!(is_one_slip(typed.as_bytes(), word.as_bytes()), slip, "{typed}");
        }
    }
}
