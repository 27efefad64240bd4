//! Asking a model for the category: what it is asked, and what its reply means. Sending it is the caller's business.

use crate::chat::sanitize::one_line;
use crate::config::{Category, Config, ModelId, Registry, plain_label};
use futures_util::future::BoxFuture;
use std::time::Duration;

/// The longest prompt that is put before the judge whole, in characters. Of a longer one it sees the head and the
/// tail: the request stands in one of the two, and what is pasted between them only costs time.
const SHOWN: usize = 4_000;
const HEAD: usize = 2_500;
const TAIL: usize = 1_500;

/// Someone who can be asked for a category. One request each time; dropping the future gives up on it.
pub trait Judge: Send + Sync {
    /// Asks and gives back the reply's text as it came.
    ///
    /// # Errors
    /// When there is no reply.
    fn ask(&self, question: Question) -> BoxFuture<'_, Result<String, JudgeError>>;
}

/// One request to the judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Who is asked.
    pub model: ModelId,
    /// What it is told.
    pub system: String,
    /// The prompt that is to be classified, shortened.
    pub prompt: String,
    /// The longest reply, in tokens.
    pub max_tokens: u32,
    /// How long it may take.
    pub timeout: Duration,
}

/// Why there is no reply. Reads on after "the judge NAME".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// The deadline passed.
    #[error("did not answer within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The request failed; the text says how.
    #[error("could not be asked: {0}")]
    Failed(String),
}

/// The request that classifies `prompt`.
pub(super) fn question(config: &Config, prompt: &str) -> Question {
    let judge = &config.judge;
    let system = judge
        .system_prompt
        .replace("{categories}", &enumerate(config.registry.categories()))
        .replace("{descriptions}", &describe(config.registry.categories()));
    Question {
        model: judge.model.clone(),
        system,
        prompt: shorten(prompt),
        max_tokens: judge.max_tokens,
        timeout: judge.timeout,
    }
}

/// The category that `reply` names, if it is a bare label: trimmed, lower-cased, freed of punctuation. Words around
/// the label make it no label: a model that talks instead of answering has not classified anything.
pub(super) fn read<'a>(reply: &str, registry: &'a Registry) -> Option<&'a Category> {
    let words = reply.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
    if words.count() != 1 {
        return None;
    }
    let label = plain_label(reply);
    registry.categories().iter().find(|category| plain_label(category.id.as_str()) == label)
}

/// The reason of a decision whose judge said something else than a label.
pub(super) fn unreadable(judge: &ModelId, reply: &str) -> String {
    let shown = one_line(reply.trim(), 40);
    match shown.as_str() {
        "" => format!("the judge {judge} replied nothing"),
        shown => format!("the judge {judge} replied '{shown}', which is no category"),
    }
}

/// "coding, reasoning, general, or vision".
fn enumerate(categories: &[Category]) -> String {
    let names: Vec<&str> = categories.iter().map(|category| category.id.as_str()).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} or {other}"),
        [most @ .., last] => format!("{}, or {last}", most.join(", ")),
    }
}

/// One line a category: its name and what belongs there.
fn describe(categories: &[Category]) -> String {
    let lines = categories.iter().map(|category| format!("{}: {}", category.id, category.description));
    lines.collect::<Vec<_>>().join("\n")
}

fn shorten(prompt: &str) -> String {
    let length = prompt.chars().count();
    if length <= SHOWN {
        return prompt.to_owned();
    }
    let head: String = prompt.chars().take(HEAD).collect();
    let tail: String = prompt.chars().skip(length - TAIL).collect();
    format!("{head}\n[…]\n{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Overrides;

    fn config(user: &str) -> Config {
        let source = crate::config::Source { path: "test.toml".into(), text: user.to_owned() };
        Config::load(Some(&source), &Overrides::default()).unwrap()
    }

    #[test]
    fn the_judge_is_asked_with_the_words_of_the_contract() {
        let asked = question(&config(""), "Explain the halting problem");
        assert_eq!(
            asked.system,
            "You are a routing layer inside an LLM inference engine. Analyze the user's request and classify it into \
             exactly one category: coding, reasoning, general, or vision. Respond with only the category label and no \
             punctuation."
        );
        assert_eq!((asked.model.as_str(), asked.max_tokens), ("deepseek-v3.2", 10));
        assert_eq!(asked.prompt, "Explain the halting problem");
    }

    #[test]
    fn a_fifth_category_is_in_the_judges_list() {
        let config = config("[categories.translation]\nmodel = \"m\"");
        assert!(question(&config, "").system.contains("general, vision, or translation."));
        assert_eq!(read("Translation", &config.registry).unwrap().model.as_str(), "m");
    }

    #[test]
    fn a_reply_counts_only_as_a_bare_label() {
        let config = config("");
        for reply in ["coding", " Coding.\n", "**CODING**", "`coding`", "\"coding\"", "coding\n\n"] {
            assert_eq!(read(reply, &config.registry).map(|c| c.id.as_str()), Some("coding"), "{reply:?}");
        }
        for reply in ["", "...", "coding, general", "I think coding", "code", "codingcoding", "co ding"] {
            assert!(read(reply, &config.registry).is_none(), "{reply:?}");
        }
    }

    #[test]
    fn of_a_long_prompt_the_judge_sees_head_and_tail() {
        let prompt = format!("{}{}{}", "h".repeat(HEAD), "m".repeat(10_000), "é".repeat(TAIL));
        let shown = question(&config(""), &prompt).prompt;
        assert_eq!(shown, format!("{}\n[…]\n{}", "h".repeat(HEAD), "é".repeat(TAIL)));
    }

    #[test]
    fn a_reply_that_is_no_label_is_quoted_short_and_clean() {
        let reason =
            unreadable(&ModelId::from("m"), "\u{1b}[31mThe following\nprogram prints a very long list of words");
        assert_eq!(reason, "the judge m replied 'The following program prints a very lon…', which is no category");
        assert_eq!(unreadable(&ModelId::from("m"), " \n"), "the judge m replied nothing");
    }
}
