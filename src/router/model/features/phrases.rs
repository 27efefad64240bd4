//! Finds the words and phrases of many lists in one pass over a text.
//!
//! A list is written as a person would: words and phrases with `|` between them, all in lower case.
//!
//! | written     | finds                                                         |
//! |-------------|---------------------------------------------------------------|
//! | `code`      | the whole word                                                |
//! | `show that` | the words behind each other, with any space between them      |
//! | `colo[u]r`  | with or without what is in brackets                           |
//! | `prov*`     | every word that begins like this                              |
//! | `*код`      | every word that ends like this                                |
//! | `*写真*`    | this anywhere, also in the middle of a word                   |
//!
//! Owns this notation and the search. Does not know what a list is for.

use super::text::Text;

/// Where a phrase stands in the text: its first character, and the one behind its last.
pub(super) type Span = (usize, usize);

/// Phrases with `|` between them.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    /// In the notation above.
    Words(&'static str),
    /// Found anywhere, also in the middle of a word: stars are not needed.
    Stems(&'static str),
}

/// The phrases of all lists, by their first character.
#[derive(Debug)]
pub(super) struct Index {
    phrases: Vec<Phrase>,
    /// In order of the characters: each with the first of its phrases, and the first of those that begin a word.
    first: Vec<(char, usize, usize)>,
    lists: usize,
}

#[derive(Debug)]
struct Phrase {
    written: &'static str,
    first: char,
    /// Its second character, where that is always the same.
    second: Option<char>,
    list: usize,
    begins_word: bool,
    ends_word: bool,
}

impl Index {
    pub(super) fn new(lists: impl Iterator<Item = List>) -> Self {
        let mut phrases = Vec::new();
        let mut count = 0;
        for (number, list) in lists.enumerate() {
            let (List::Words(written) | List::Stems(written)) = list;
            let is_stem = matches!(list, List::Stems(_));
            phrases.extend(written.split('|').filter_map(|phrase| Phrase::new(phrase.trim(), is_stem, number)));
            count += 1;
        }
        phrases.sort_unstable_by_key(|phrase| (phrase.first, phrase.begins_word));
        let mut first: Vec<(char, usize, usize)> = Vec::new();
        for (at, phrase) in phrases.iter().enumerate() {
            if first.last().is_none_or(|(c, ..)| *c != phrase.first) {
                first.push((phrase.first, at, at));
            }
            if let Some((.., words_at)) = first.last_mut().filter(|_| !phrase.begins_word) {
                *words_at = at + 1;
            }
        }
        Self { phrases, first, lists: count }
    }

    /// Where the phrases of each list stand in `text`.
    pub(super) fn find(&self, text: &Text) -> Vec<Vec<Span>> {
        let mut found = vec![Vec::new(); self.lists];
        for at in 0..=text.len() {
            let next = text.lower(at + 1);
            for phrase in self.candidates(text, at) {
                // Most phrases end here, so this is worth a look before all of it is compared.
                if phrase.second.is_none_or(|second| second == next)
                    && let Some(end) = phrase.end(text, at)
                {
                    found[phrase.list].push((at, end));
                }
            }
        }
        found
    }

    /// The phrases that could stand at `at`, by their first character.
    fn candidates(&self, text: &Text, at: usize) -> &[Phrase] {
        let Ok(known) = self.first.binary_search_by_key(&text.lower(at), |(first, ..)| *first) else { return &[] };
        let (_, begin, words_at) = self.first[known];
        let end = self.first.get(known + 1).map_or(self.phrases.len(), |(_, next, _)| *next);
        &self.phrases[begin..if text.at_boundary(at) { end } else { words_at }]
    }
}

impl Phrase {
    fn new(notation: &'static str, is_stem: bool, list: usize) -> Option<Self> {
        let (open_before, rest) = notation.strip_prefix('*').map_or((is_stem, notation), |rest| (true, rest));
        let (open_behind, written) = rest.strip_suffix('*').map_or((is_stem, rest), |rest| (true, rest));
        let begins_word = !open_before && written.starts_with(char::is_alphanumeric);
        let ends_word = !open_behind && written.trim_end_matches(']').ends_with(char::is_alphanumeric);
        let second = written.chars().nth(1).filter(|second| !matches!(second, '[' | ' '));
        let first = written.chars().next()?;
        Some(Self { written, first, second, list, begins_word, ends_word })
    }

    /// Where it ends when it stands at `at`.
    fn end(&self, text: &Text, at: usize) -> Option<usize> {
        end(self.written, text, at).filter(|end| !self.ends_word || text.at_boundary(*end))
    }
}

/// Where `written` ends when it stands at `at`, however the word goes on.
fn end(written: &str, text: &Text, at: usize) -> Option<usize> {
    let mut rest = written.chars();
    let mut at = at;
    while let Some(c) = rest.next() {
        match c {
            '[' => {
                let (option, behind) = rest.as_str().split_once(']')?;
                let with = end(option, text, at).and_then(|at| end(behind, text, at));
                return with.or_else(|| end(behind, text, at));
            }
            ' ' => {
                let begin = at;
                while at < text.len() && text.lower(at).is_whitespace() {
                    at += 1;
                }
                if at == begin {
                    return None;
                }
            }
            c if text.lower(at) == c => at += 1,
            _ => return None,
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(list: &'static str, text: &str) -> Vec<Span> {
        Index::new([List::Words(list)].into_iter()).find(&Text::new(text)).concat()
    }

    #[test]
    fn each_notation_finds_what_it_says() {
        for (list, text, spans) in [
            ("code", "code, Code decode codes", vec![(0, 4), (6, 10)]),
            ("show that", "show\n that", vec![(0, 10)]),
            ("colo[u]r", "color or colour", vec![(0, 5), (9, 15)]),
            ("image[s]", "images image imagest", vec![(0, 6), (7, 12)]),
            ("prov*", "prove improve", vec![(0, 4)]),
            ("*код", "скринкод кода", vec![(5, 8)]),
            ("*写真*", "この写真は", vec![(2, 4)]),
            ("c++ | c#", "C++ or C#", vec![(0, 3), (7, 9)]),
            ("what's", "what’s", vec![(0, 6)]),
            ("*\n*", "end", vec![(3, 4)]),
        ] {
            assert_eq!(found(list, text), spans, "{list} in {text}");
        }
    }

    #[test]
    fn every_phrase_is_found_in_its_own_list() {
        let lists = ["a | be | *cd*", "be", "", "a fine be"];
        let found = Index::new(lists.into_iter().map(List::Words)).find(&Text::new("a fine be cd"));
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [3, 1, 0, 1]);
    }
}
