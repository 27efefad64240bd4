//! The manual (`assets/guide.md`) and finding the section that fits a question, and those that are related to it.
//!
//! Plain retrieval: sections are compared with the question by their words, rare words weigh more, words of a heading
//! weigh most. The manual has a few dozen sections, so this takes microseconds and needs no index.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../assets/guide.md");

/// How much a word in a heading or its list of other words counts, against one in the text.
const HEADING: f64 = 4.0;

/// What a title counts that the question names as a whole: "Keys" beats "Keys and secrets" when keys are asked for.
const TITLE: f64 = 2.0;

/// A section must know more than this share of the question's weight. Below it, a guess would look like an answer.
const FITS: f64 = 0.5;

/// No answer names more related sections.
const RELATED_MAX: usize = 5;

/// The sections to start with, by their titles.
const FIRST: [&str; 5] =
    ["What pointsman is", "Connecting a provider", "Keys", "How routing decides", "Adding a category"];

/// Words that are in every question and tell nothing.
const EMPTY: &[&str] = &[
    "a",
    "about",
    "actually",
    "again",
    "all",
    "also",
    "am",
    "an",
    "and",
    "any",
    "anything",
    "are",
    "as",
    "at",
    "be",
    "been",
    "but",
    "by",
    "can",
    "cannot",
    "could",
    "did",
    "do",
    "does",
    "doing",
    "done",
    "don",
    "else",
    "ever",
    "every",
    "explain",
    "for",
    "from",
    "get",
    "getting",
    "give",
    "go",
    "got",
    "had",
    "has",
    "have",
    "help",
    "here",
    "how",
    "i",
    "if",
    "in",
    "into",
    "is",
    "isn",
    "it",
    "its",
    "just",
    "kind",
    "know",
    "let",
    "like",
    "ll",
    "make",
    "may",
    "me",
    "mean",
    "might",
    "more",
    "much",
    "must",
    "my",
    "need",
    "no",
    "not",
    "now",
    "of",
    "ok",
    "on",
    "one",
    "only",
    "or",
    "other",
    "out",
    "please",
    "possible",
    "really",
    "s",
    "see",
    "should",
    "show",
    "so",
    "some",
    "something",
    "still",
    "supported",
    "t",
    "tell",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "thing",
    "things",
    "this",
    "to",
    "too",
    "up",
    "us",
    "use",
    "used",
    "using",
    "ve",
    "very",
    "want",
    "was",
    "way",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "while",
    "who",
    "will",
    "with",
    "without",
    "work",
    "works",
    "would",
    "write",
    "yes",
    "you",
    "your",
];

struct Section {
    title: &'static str,
    /// A question that it answers, and that finds it.
    question: &'static str,
    body: &'static str,
    title_words: HashSet<String>,
    heading: HashSet<String>,
    words: HashSet<String>,
}

static MANUAL: LazyLock<Vec<Section>> = LazyLock::new(|| read(TEXT));

/// What the manual says about a question.
pub(super) struct Found {
    /// The section that fits best, heading included.
    pub(super) text: String,
    /// Questions that find the next best sections, the best first.
    pub(super) related: Vec<&'static str>,
}

/// What fits `question`; `None` when no section does.
pub(super) fn look_up(question: &str) -> Option<Found> {
    let (best, related) = find(&MANUAL, question)?;
    let text = format!("## {}\n\n{}", best.title, unwrapped(best.body));
    Some(Found { text, related: related.into_iter().map(|section| section.question).collect() })
}

/// Questions that find the sections to start with.
pub(super) fn first_questions() -> Vec<&'static str> {
    let named = |title: &&str| MANUAL.iter().find(|section| section.title == *title);
    FIRST.iter().filter_map(named).map(|section| section.question).collect()
}

/// Paragraphs on one line each: the file is wrapped for its editors, the screen wraps for its readers.
fn unwrapped(text: &str) -> String {
    let mut out = String::new();
    let mut joins = false;
    for line in text.lines() {
        let begins_anew = line.is_empty() || line.starts_with([' ', '|', '-', '#']) || starts_numbered(line);
        if !out.is_empty() {
            out.push(if joins && !begins_anew { ' ' } else { '\n' });
        }
        out.push_str(line);
        joins = !line.is_empty() && !line.starts_with([' ', '|', '#']);
    }
    out
}

fn starts_numbered(line: &str) -> bool {
    line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok())
}

/// Cuts a manual into its sections. A section begins with `## Title`; an HTML comment in the next line has a question that
/// finds the section, and other words that people use for the same thing. It is not shown.
fn read(text: &'static str) -> Vec<Section> {
    let sections = text.split("\n## ").skip(1);
    sections
        .map(|section| {
            let (title, rest) = section.split_once('\n').unwrap_or((section, ""));
            let (hidden, body) = match rest.trim_start().strip_prefix("<!--").and_then(|rest| rest.split_once("-->")) {
                Some((hidden, body)) => (hidden, body),
                None => ("", rest),
            };
            let (question, hidden) = hidden.split_at(hidden.find('?').map_or(0, |at| at + 1));
            Section {
                title: title.trim(),
                question: question.trim(),
                body: body.trim(),
                title_words: words(title).collect(),
                heading: words(title).chain(words(hidden)).collect(),
                words: words(body).collect(),
            }
        })
        .collect()
}

/// The section that fits `question` best, and the next best ones; `None` when none fits.
fn find<'a>(sections: &'a [Section], question: &str) -> Option<(&'a Section, Vec<&'a Section>)> {
    let asked: HashSet<String> = words(question).collect();
    let rarity: HashMap<&str, f64> = asked
        .iter()
        .map(|word| {
            let with = sections.iter().filter(|s| s.heading.contains(word) || s.words.contains(word)).count();
            // A word that the manual does not know counts as a rare one: it speaks against every section.
            (word.as_str(), (1.0 + sections.len() as f64 / (with as f64).max(1.0)).ln())
        })
        .collect();
    let score = |section: &Section| -> f64 {
        let worth = |word: &String| {
            let weight = rarity[word.as_str()];
            match (section.heading.contains(word), section.words.contains(word)) {
                (true, _) => weight * HEADING,
                (false, true) => weight,
                (false, false) => 0.0,
            }
        };
        let named = section.title_words.iter().filter(|word| asked.contains(*word)).count();
        let share = named as f64 / (section.title_words.len() as f64).max(1.0);
        asked.iter().map(worth).sum::<f64>() + share * TITLE
    };
    let mut ranked: Vec<(f64, &Section)> = sections.iter().map(|section| (score(section), section)).collect();
    ranked.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let (_, best) = ranked.pop()?;
    let knows = |word: &&String| best.heading.contains(*word) || best.words.contains(*word);
    let explained: f64 = asked.iter().filter(knows).map(|word| rarity[word.as_str()]).sum();
    let whole: f64 = rarity.values().sum();
    let related = ranked.into_iter().rev().filter(|(score, _)| *score > 0.0).map(|(_, section)| section);
    (explained > whole * FITS).then(|| (best, related.take(RELATED_MAX).collect()))
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| word.chars().any(char::is_alphabetic) && !EMPTY.contains(&word.as_str()))
        .map(|word| stem(&word))
}

/// "keys" is "key", "configured" and "configuration" are "configur": enough to meet in the middle.
fn stem(word: &str) -> String {
    for ending in ["ations", "ation", "ings", "ing", "ies", "ers", "ed", "es", "er", "s", "e"] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().count() >= 3
        {
            return stem.to_owned();
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_about_pointsman_find_their_section() {
        let questions = [
            ("How do I connect Ollama?", "Connecting a local server"),
            ("how can I use my OpenAI key", "Connecting a provider"),
            ("where is my config file?", "Configuration"),
            ("add a new category", "Adding a category"),
            ("what keys are there?", "Keys"),
            ("How does routing decide which model answers?", "How routing decides"),
            ("how do I quit", "Leaving"),
            ("choose another model for one prompt", "Choosing the model yourself"),
            ("stop an answer", "Stopping an answer"),
            ("what is pointsman?", "What pointsman is"),
            ("Can I use it in a shell script?", "In scripts and pipes"),
            ("is my API key safe?", "Keys and secrets"),
            ("how do I exit this thing", "Leaving"),
            ("how do I scroll up", "Reading and scrolling"),
            ("why did it choose this model?", "How routing decides"),
            ("which models are supported?", "Models"),
            ("how do I change the system prompt?", "Changing what a model is told"),
            ("can I retry with another model", "Choosing the model yourself"),
            ("401 unauthorized", "When something goes wrong"),
            ("connection refused", "When something goes wrong"),
            ("I get rate limited", "When a model is not available"),
            ("it doesn't work", "Checking everything"),
            ("nothing works", "Checking everything"),
            ("test my connection", "Checking everything"),
            ("is my key working", "Checking everything"),
            ("does it save anything?", "Where data lives"),
            ("where do I put my API key", "Connecting a provider"),
            ("can I copy an answer", "Copying"),
            ("how do I copy a code block over ssh", "Copying"),
            ("run a code block through python", "Working with code blocks"),
            ("does the mouse work", "The mouse"),
            ("open vim to edit my prompt", "Writing a prompt"),
            ("I am behind a proxy", "Proxies and certificates"),
            ("trust my company's certificate", "Proxies and certificates"),
            ("signed by an unknown authority", "Proxies and certificates"),
            ("read the key from my password manager", "A key from a password manager"),
            ("can the key be in the keyring", "A key from a password manager"),
            ("send a custom header to a gateway", "A gateway with headers"),
            ("connect to Azure", "A gateway with headers"),
            ("rate limited, what happens", "When a model is not available"),
            ("which fallback is asked", "When a model is not available"),
            ("why was a model passed over", "When a model is not available"),
            ("the answer broke off", "An answer that breaks off"),
            ("how do I continue an incomplete answer", "An answer that breaks off"),
            ("How do I connect Groq?", "Connecting a provider"),
            ("How do I connect OpenRouter?", "Connecting a provider"),
            ("connect LM Studio", "Connecting a local server"),
            ("How do I connect vLLM?", "Connecting a local server"),
            ("change colours or theme", "Colours"),
            ("attach an image", "Pictures and files"),
            ("how do I send a screenshot", "Pictures and files"),
            ("can I drop a file on it", "Pictures and files"),
            ("what does it cost", "What it costs"),
            ("turn off the judge", "Doing without the judge"),
            ("how do I start a new chat", "Chats"),
            ("what does the pencil mean", "Reading the sidebar"),
            ("can I use Claude or Gemini", "Models"),
            ("does it phone home? telemetry", "Keys and secrets"),
            ("does it run on Windows", "Installing and updating"),
        ];
        let find = |question| find(&MANUAL, question).map(|(section, _)| section.title);
        let wrong: Vec<_> = questions
            .map(|(question, title)| (question, title, find(question)))
            .into_iter()
            .filter(|(_, title, found)| *found != Some(*title))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn the_question_of_every_section_finds_it() {
        let found = |section: &Section| find(&MANUAL, section.question).map(|(section, _)| section.title);
        let wrong: Vec<_> = MANUAL
            .iter()
            .filter(|section| found(section) != Some(section.title))
            .map(|section| (section.title, section.question, found(section)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(first_questions().len(), FIRST.len(), "a section to start with is not there");
    }

    #[test]
    fn at_most_five_other_sections_are_related() {
        for section in MANUAL.iter() {
            let (best, related) = find(&MANUAL, section.question).unwrap();
            assert!(related.len() <= 5 && related.iter().all(|other| other.title != best.title), "{}", best.title);
        }
        let (_, related) = find(&MANUAL, "How do I connect Ollama?").unwrap();
        assert_eq!(related[0].title, "Connecting a provider");
    }

    #[test]
    fn paragraphs_are_joined_and_lists_tables_and_code_are_not() {
        assert_eq!(
            unwrapped("one\ntwo\n\n    code\n    more\n\n- a\nb\n- c\n\n1. x\n2. y\n| t |\n| u |"),
            "one two\n\n    code\n    more\n\n- a b\n- c\n\n1. x\n2. y\n| t |\n| u |"
        );
    }

    #[test]
    fn a_question_about_something_else_finds_nothing() {
        for question in [
            "Explain the halting problem",
            "Write a Python function to merge two sorted lists",
            "What is 2+2?",
            "choose a name for my cat",
            "Who wrote Faust?",
            "",
            "?!",
        ] {
            assert_eq!(find(&MANUAL, question).map(|(section, _)| section.title), None, "{question}");
        }
    }
}
