//! The stand-in where no judge can be asked: words and shapes that give a prompt away.
//!
//! Deliberately small. It knows the four categories of the default configuration by their words, and any other
//! category by its name and the words of its description. The trained classifier takes its place.

use crate::config::{Category, Config};
use std::collections::HashSet;

/// What the rules found.
pub(super) struct Verdict<'a> {
    /// The category with the most evidence; `None` when nothing spoke for any.
    pub(super) category: Option<&'a Category>,
    /// What spoke for it, as the user would say it.
    pub(super) evidence: Vec<String>,
}

/// Words and phrases that speak for a category, lower case, with their weight. A phrase of letters counts between word
/// borders; one with other characters counts anywhere.
type Cues = &'static [(&'static str, u32)];

const KNOWN: &[(&str, Cues)] = &[
    (
        "coding",
        &[
            ("```", 4),
            ("traceback", 4),
            ("stack trace", 4),
            ("#include", 4),
            ("def ", 2),
            ("();", 3),
            ("=>", 2),
            ("</", 2),
            ("python", 3),
            ("javascript", 3),
            ("typescript", 3),
            ("rust", 2),
            ("golang", 3),
            ("java", 3),
            ("c++", 3),
            ("c#", 3),
            ("sql", 3),
            ("bash", 3),
            ("html", 2),
            ("css", 2),
            ("regex", 3),
            ("regular expression", 3),
            ("dockerfile", 3),
            ("docker", 2),
            ("kubernetes", 2),
            ("git", 2),
            ("function", 1),
            ("script", 2),
            ("code", 2),
            ("program", 1),
            ("compile", 2),
            ("compiler", 1),
            ("debug", 2),
            ("refactor", 3),
            ("unit test", 3),
            ("api", 1),
            ("class", 1),
            ("array", 1),
            ("implement", 1),
            ("query", 1),
            ("algorithm", 1),
        ],
    ),
    (
        "reasoning",
        &[
            ("prove", 3),
            ("proof", 3),
            ("theorem", 3),
            ("how many", 2),
            ("how much", 1),
            ("calculate", 2),
            ("compute", 1),
            ("solve", 2),
            ("equation", 3),
            ("integral", 3),
            ("derivative", 3),
            ("probability", 2),
            ("puzzle", 3),
            ("riddle", 2),
            ("logic", 2),
            ("deduce", 3),
            ("step by step", 2),
            ("percent", 1),
            ("average", 1),
            ("sum of", 2),
            ("if all", 2),
            ("is it true", 1),
            ("options:", 2),
            ("answer choices", 3),
            ("schedule", 1),
        ],
    ),
    (
        "vision",
        &[
            ("image", 3),
            ("picture", 3),
            ("photo", 3),
            ("photograph", 3),
            ("screenshot", 4),
            ("diagram", 2),
            ("scan", 2),
            ("in the background", 2),
            ("what color is", 2),
            ("what colour is", 2),
            ("this chart", 3),
            ("wearing", 2),
        ],
    ),
];

/// Below this much evidence the rules stay silent: one weak word is in every conversation.
const ENOUGH: u32 = 2;

/// Weighs the cues of every category; the most evidence wins, the earlier category at a tie.
/// Nothing speaks for the default category: it is what is left.
pub(super) fn decide<'a>(prompt: &str, config: &'a Config) -> Verdict<'a> {
    let text = prompt.to_lowercase();
    let text = Text::of(&text);
    let mut best = Verdict { category: None, evidence: Vec::new() };
    let mut most = ENOUGH - 1;
    let others = config.registry.categories().iter().filter(|category| category.id != config.default_category);
    for category in others {
        let (weight, evidence) = weigh(category, &text);
        if weight > most {
            most = weight;
            best = Verdict { category: Some(category), evidence };
        }
    }
    best
}

/// A prompt, ready to be searched.
struct Text<'a> {
    /// All of it, lower case.
    whole: &'a str,
    words: HashSet<&'a str>,
    /// Its words with one space between and around them, so that a phrase is found between word borders.
    spaced: String,
}

impl<'a> Text<'a> {
    fn of(whole: &'a str) -> Self {
        let words: Vec<&str> = whole.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        Self { whole, spaced: format!(" {} ", words.join(" ")), words: words.into_iter().collect() }
    }

    fn has(&self, cue: &str) -> bool {
        if cue.chars().all(char::is_alphanumeric) {
            self.words.contains(cue)
        } else if cue.chars().all(|c| c.is_alphanumeric() || c == ' ') && !cue.ends_with(' ') {
            self.spaced.contains(&format!(" {cue} "))
        } else {
            self.whole.contains(cue)
        }
    }
}

fn weigh(category: &Category, text: &Text<'_>) -> (u32, Vec<String>) {
    let known = KNOWN.iter().find(|(name, _)| *name == category.id.as_str());
    let mut weight = 0;
    let mut evidence = Vec::new();
    if let Some((_, cues)) = known {
        for (cue, worth) in cues.iter().filter(|(cue, _)| text.has(cue)) {
            weight += worth;
            evidence.push(format!("'{}'", cue.trim()));
        }
        if *category.id.as_str() == *"reasoning" && numbers(text.whole) >= 3 {
            weight += 2;
            evidence.push("several numbers".to_owned());
        }
    } else {
        for word in own_words(category) {
            if let Some(found) = text.words.iter().find(|found| same_stem(found, &word)) {
                weight += ENOUGH;
                evidence.push(format!("'{found}'"));
            }
        }
    }
    (weight, evidence)
}

/// How many separate numbers `text` holds.
fn numbers(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).count()
}

/// The words that name a category of the user's own: short ones say nothing.
fn own_words(category: &Category) -> Vec<String> {
    let text = format!("{} {}", category.id, category.description).to_lowercase();
    let mut words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 5)
        .map(str::to_owned)
        .collect();
    words.sort();
    words.dedup();
    words
}

/// "translate" and "translation": the same first six letters, or one begins with the other.
fn same_stem(one: &str, other: &str) -> bool {
    let stem = |word: &str| word.chars().take(6).collect::<String>();
    one.chars().count() >= 5 && stem(one) == stem(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Overrides, Source};

    fn decided(user: &str, prompt: &str) -> Option<String> {
        let source = Source { path: "test.toml".into(), text: user.to_owned() };
        let config = Config::load(Some(&source), &Overrides::default()).unwrap();
        decide(prompt, &config).category.map(|category| category.id.to_string())
    }

    #[test]
    fn plain_cases_go_where_a_person_would_send_them() {
        for (prompt, category) in [
            ("Write a Python function to merge two sorted lists", Some("coding")),
            ("Why does this fail?\n```\nlet x = 5;\n```", Some("coding")),
            ("Prove that the square root of 2 is irrational", Some("reasoning")),
            ("Ann has 3 apples, buys 4 and eats 2. What is left?", Some("reasoning")),
            ("What is in this screenshot?", Some("vision")),
            ("Explain the halting problem", None),
            ("Good morning!", None),
            ("", None),
        ] {
            assert_eq!(decided("", prompt).as_deref(), category, "{prompt}");
        }
    }

    #[test]
    fn a_category_of_the_users_own_is_found_by_its_name_and_description() {
        let user = "[categories.translation]\nmodel = \"m\"\n\
                    [categories.law]\nmodel = \"m\"\ndescription = \"contracts and statutes\"";
        assert_eq!(decided(user, "Translate 'good morning' into French").as_deref(), Some("translation"));
        assert_eq!(decided(user, "Is this contract binding?").as_deref(), Some("law"));
    }

    #[test]
    fn a_cue_inside_another_word_does_not_count() {
        assert_eq!(decided("", "What digits does a legitimate javanese capital have?"), None);
        assert_eq!(decided("", "Tell me if allowances are taxed"), None);
    }
}
