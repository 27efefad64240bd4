//! What makes a shape: words, words that open a line, words in a row, or the look of the characters.
//!
//! Owns how each kind of rule is matched against a text. The words and the names of the shapes stand in
//! `shapes`.

use super::phrases::{List, Span};
use super::text::Text;

/// Something that can be seen in a prompt.
#[derive(Debug)]
pub(super) struct Shape {
    /// What a person would call it; shown as evidence.
    pub(super) name: &'static str,
    /// It is there when one of these holds.
    pub(super) rules: &'static [Rule],
}

/// Lists are in the notation of `phrases`.
#[derive(Debug)]
pub(super) enum Rule {
    /// One of these words.
    Words(&'static str),
    /// One of these anywhere, also in the middle of a word: for scripts without spaces, and words with many endings.
    Stems(&'static str),
    /// One of these words with nothing but marks before it on its line.
    Opens(&'static str),
    /// A word of the first list, and behind it one of each further list, with only the gap between two.
    Row(&'static str, &'static [(Gap, &'static str)]),
    /// What the characters look like.
    Looks(fn(&Text) -> bool),
}

/// What may stand between two words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    least: usize,
    most: usize,
    passes: fn(char) -> bool,
}

/// The next word, if there is any space at all.
pub(super) const NEXT: Gap = Gap { least: 0, most: 4, passes: char::is_whitespace };

/// One or two words without any mark, or none.
pub(super) const FEW_WORDS: Gap = Gap { least: 1, most: 24, passes: is_plain };

/// Some words without any mark.
pub(super) const SOME_WORDS: Gap = Gap { least: 2, most: 60, passes: is_plain };

/// Anything on the same line.
pub(super) const LINE: Gap = Gap { least: 0, most: 400, passes: |c| c != '\n' };

/// At most so many characters of the same sentence.
pub(super) const fn within(most: usize) -> Gap {
    Gap { least: 0, most, passes: |c| !matches!(c, '.' | '?' | '!' | '\n' | '。' | '？' | '！') }
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || c == '_'
}

impl Shape {
    /// Every list of its rules, in their order.
    pub(super) fn lists(&self) -> impl Iterator<Item = List> {
        self.rules.iter().flat_map(|rule| {
            let (first, further): (_, &[(Gap, &str)]) = match rule {
                Rule::Words(words) | Rule::Opens(words) => (Some(List::Words(words)), &[]),
                Rule::Stems(stems) => (Some(List::Stems(stems)), &[]),
                Rule::Row(first, further) => (Some(List::Words(first)), further),
                Rule::Looks(_) => (None, &[]),
            };
            first.into_iter().chain(further.iter().map(|(_, words)| List::Words(words)))
        })
    }

    /// Whether it is in `text`; takes from `found` where the words of its lists stand.
    pub(super) fn is_in<'a>(&self, text: &Text, found: &mut impl Iterator<Item = &'a Vec<Span>>) -> bool {
        // Every rule has to take what belongs to it, also when another holds already.
        self.rules.iter().fold(false, |is_in, rule| rule.holds(text, found) | is_in)
    }
}

impl Rule {
    fn holds<'a>(&self, text: &Text, found: &mut impl Iterator<Item = &'a Vec<Span>>) -> bool {
        let mut spans = || found.next().map(Vec::as_slice).unwrap_or_default();
        match self {
            Self::Words(_) | Self::Stems(_) => !spans().is_empty(),
            Self::Opens(_) => spans().iter().any(|(at, _)| text.opens_line(*at)),
            Self::Row(_, further) => {
                let mut reached = spans().to_vec();
                for (gap, _) in *further {
                    reached = behind(&reached, *gap, spans(), text);
                }
                !reached.is_empty()
            }
            Self::Looks(looks) => looks(text),
        }
    }
}

/// Those of `words` that stand behind one of `before`.
fn behind(before: &[Span], gap: Gap, words: &[Span], text: &Text) -> Vec<Span> {
    if before.is_empty() || words.is_empty() {
        return Vec::new();
    }
    let mut ends = vec![false; text.len() + 2];
    for (_, end) in before {
        ends[*end] = true;
    }
    let follows = |(at, _): &&Span| {
        let mut between =
            (0..gap.most.min(*at)).map_while(|back| (gap.passes)(text.lower(at - back - 1)).then_some(back + 1));
        gap.least == 0 && ends[*at] || between.any(|length| length >= gap.least && ends[at - length])
    };
    words.iter().filter(follows).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::super::phrases::Index;
    use super::Rule::{Looks, Opens, Row, Stems, Words};
    use super::*;

    fn is_seen(rules: &'static [Rule], text: &str) -> bool {
        let (shape, text) = (Shape { name: "", rules }, Text::new(text));
        let found = Index::new(shape.lists()).find(&text);
        shape.is_in(&text, &mut found.iter())
    }

    #[test]
    fn each_rule_holds_where_it_should_and_nowhere_else() {
        const TABLE: [(&[Rule], &str, &str); 8] = [
            (&[Words("map")], "a map of Oslo", "a mapping"),
            (&[Stems("фото")], "на фотографии", "на рисунке"),
            (&[Opens("write")], "so:\n- Write it", "please write it"),
            (&[Row("this", &[(NEXT, "map")])], "this\nmap", "this old map"),
            (&[Row("this", &[(FEW_WORDS, "map")])], "this very old map", "this, or a map"),
            (&[Row("read", &[(within(20), "map")])], "read me what the map", "read it. A map"),
            (&[Row("a", &[(NEXT, "b"), (LINE, "c")])], "a b, then c", "b c, then a"),
            (&[Looks(|text| text.len() > 3), Words("no")], "no", "yes"),
        ];
        for (rules, text, other) in TABLE {
            assert!(is_seen(rules, text), "{text}");
            assert!(!is_seen(rules, other), "{other}");
        }
    }

    #[test]
    fn what_one_rule_finds_is_not_taken_for_what_another_does() {
        const RULES: &[Rule] = &[Words("one"), Row("two", &[(NEXT, "three")]), Opens("four")];
        assert!(is_seen(RULES, "one") && is_seen(RULES, "two three") && is_seen(RULES, "four"));
        assert!(!is_seen(RULES, "two, four, three"));
    }
}
