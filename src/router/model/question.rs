//! The sentence of a long prompt that asks: the encoder reads only both ends of such a prompt, and the question of an exam
//! may stand anywhere in it.
//!
//! Owns finding it. Knows no categories; what it finds is read beside the ends.

/// A shorter text is no long prompt.
const TEXT_CHARS_MIN: usize = 150;
/// Of a longer text only so many bytes at its end are searched.
const SEARCHED_BYTES_MAX: usize = 32_768;
/// Of a longer sentence only the end is taken.
const SENTENCE_CHARS_MAX: usize = 200;
/// Fewer characters are no question.
const SENTENCE_CHARS_MIN: usize = 9;

/// Text on both sides of a question in its midst.
const MIDST_BYTES_MIN: usize = 150;

/// What a sentence without a question mark asks with.
const ASKING: &[&str] = &[
    "which of",
    "which one",
    "except",
    "most likely",
    "most strongly",
    "most accurately",
    "must be",
    "can be inferred",
    "best explains",
    "best describes",
    "best supports",
    "下列",
    "以下",
    "哪",
    "是否",
    "根据",
    "多少",
    "write",
    "find",
    "prove",
    "calculate",
    "explain",
    "summar",
    "translate",
    "fix",
    "review",
    "refactor",
];

/// The last sentence of `text` that asks something: one with a question mark, else one with an asking word. `None` for
/// short texts, and where no sentence asks.
pub(super) fn question(text: &str) -> Option<&str> {
    text.chars().nth(TEXT_CHARS_MIN)?;
    let from = text.ceil_char_boundary(text.len().saturating_sub(SEARCHED_BYTES_MAX));
    let searched = text.get(from..)?;
    let is_long = |sentence: &&str| sentence.chars().nth(SENTENCE_CHARS_MIN - 1).is_some();
    let sentences = || sentences(searched).map(str::trim).filter(is_long);
    let asks = |sentence: &&str| sentence.trim_end_matches(is_closing).ends_with(['?', '？', '؟']);
    let marked = sentences().filter(asks).last();
    let sentence = marked.or_else(|| sentences().filter(|sentence| has_asking_word(sentence)).last())?;
    let surplus = sentence.chars().count().saturating_sub(SENTENCE_CHARS_MAX);
    sentence.char_indices().nth(surplus).and_then(|(at, _)| sentence.get(at..))
}

/// The same where it stands in the midst of `text`, far from both ends.
pub(super) fn in_the_midst(text: &str) -> Option<&str> {
    let question = question(text)?;
    let before = text.rfind(question)?;
    let behind = text.len() - before - question.len();
    (before >= MIDST_BYTES_MIN && behind >= MIDST_BYTES_MIN).then_some(question)
}

/// Whether one of [`ASKING`] begins a word of `sentence`; ideographs have no space before them.
fn has_asking_word(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let begins = |at: usize, word: &str| {
        let before = lower.get(..at).and_then(|before| before.chars().next_back());
        !word.is_ascii() || !before.is_some_and(char::is_alphanumeric)
    };
    ASKING.iter().any(|word| lower.match_indices(word).any(|(at, _)| begins(at, word)))
}

/// `text` cut behind every mark that ends a sentence, and at line breaks. A mark inside a word ("os.path", "3.5", an
/// address) ends none.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = rest.char_indices().find_map(|(at, mark)| ends_sentence(rest, at, mark)).unwrap_or(rest.len());
        let (sentence, behind) = rest.split_at_checked(end)?;
        rest = behind;
        (!sentence.is_empty()).then_some(sentence)
    })
}

/// Where the sentence ends that `mark` at `at` ends, if it does.
fn ends_sentence(text: &str, at: usize, mark: char) -> Option<usize> {
    let end = at + mark.len_utf8();
    let next = || text.get(end..).and_then(|behind| behind.chars().find(|c| !is_closing(*c) && !is_mark(*c)));
    match mark {
        '\n' | '。' | '！' | '？' | '؟' => Some(end),
        _ => (is_mark(mark) && next().is_none_or(char::is_whitespace)).then_some(end),
    }
}

fn is_mark(character: char) -> bool {
    matches!(character, '.' | '!' | '?')
}

/// Quotes and brackets that may close behind a mark.
fn is_closing(character: char) -> bool {
    matches!(character, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '」' | '』')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(sentence: &str) -> String {
        let story = "The town had three bridges and each of them was old. ".repeat(4);
        format!("{story}{sentence} {story}")
    }

    #[test]
    fn the_question_is_found_wherever_it_stands() {
        for sentence in [
            "How many bridges must be closed?",
            "Which of the following is true of the bridges.",
            "以下哪项最能支持上述论证？",
        ] {
            assert_eq!(question(&long(sentence)), Some(sentence));
        }
    }

    #[test]
    fn a_mark_inside_a_word_ends_no_sentence() {
        for sentence in ["Why does os.path.join drop the first part?", "What is 3.5 times 12.25?"] {
            assert_eq!(question(&long(sentence)), Some(sentence));
        }
        assert_eq!(question(&long("See https://example.org/?page=2 for the prefixes.")), None);
    }

    #[test]
    fn a_question_mark_beats_an_asking_word_and_the_last_one_wins() {
        let text = long("Find the bridge. Is it old? Is it the new one? Write it down.");
        assert_eq!(question(&text), Some("Is it the new one?"));
    }

    #[test]
    fn short_texts_and_texts_that_ask_nothing_have_none() {
        for text in ["Why?".to_owned(), String::new(), long("It was closed."), "?".repeat(1_000)] {
            assert_eq!(question(&text), None, "{text}");
        }
    }

    #[test]
    fn a_question_at_an_end_is_not_in_the_midst() {
        let story = "The town had three bridges and each of them was old. ".repeat(6);
        assert_eq!(in_the_midst(&format!("{story}Which is closed? {story}")), Some("Which is closed?"));
        for text in [format!("Which is closed? {story}"), format!("{story}Which is closed?"), story] {
            assert_eq!(in_the_midst(&text), None, "{text}");
        }
    }

    #[test]
    fn of_a_long_sentence_the_end_is_taken() {
        let sentence = format!("{}why?", "é ".repeat(400));
        let found = question(&sentence).unwrap();
        assert_eq!(found.chars().count(), SENTENCE_CHARS_MAX);
        assert!(found.ends_with("why?"));
    }
}
