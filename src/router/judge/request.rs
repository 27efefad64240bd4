//! What the judge is asked to classify, as a prompt in each format. Pure: configuration and query in, texts out.

use super::{Format, JudgeError, JudgePrompt, JudgeReply, reply, schema};
use crate::config::{Category, Config, ModelId};
use crate::router::{Previous, Query};
use crate::text::sanitize::one_line;
use serde_json::Value;
use std::time::Duration;

/// How many examples of each category the judge is shown, and how many characters of one.
const EXAMPLES_MAX: usize = 3;
const EXAMPLE_CHARS_MAX: usize = 200;

/// How much of a text is shown, in characters. Of a longer one the judge sees the head and the tail: the request stands
/// in one of the two, and what is pasted between them only costs time.
#[derive(Clone, Copy)]
struct Shown {
    head: usize,
    tail: usize,
}

/// Of the prompt, and of each side of the turn before it, which only has to tell what "it" is.
const PROMPT: Shown = Shown { head: 2_500, tail: 1_500 };
const BEFORE: Shown = Shown { head: 700, tail: 500 };

/// A prompt that is to be classified, and everything that is needed to ask about it in any format.
#[derive(Debug, Clone, Copy)]
pub struct JudgeRequest<'a> {
    config: &'a Config,
    query: Query<'a>,
}

impl<'a> JudgeRequest<'a> {
    /// The request about `query`.
    pub fn new(config: &'a Config, query: Query<'a>) -> Self {
        Self { config, query }
    }

    /// The judge.
    pub fn model(&self) -> &'a ModelId {
        &self.config.judge.model
    }

    /// How long all requests together may take.
    pub fn timeout(&self) -> Duration {
        *self.config.judge.timeout
    }

    /// The prompt that asks for a reply in `format`.
    pub fn prompt(&self, format: Format) -> JudgePrompt {
        let (judge, categories) = (&self.config.judge, self.config.registry.categories());
        let fill = |text: &str| {
            text.replace("{categories}", &enumerate(categories))
                .replace("{descriptions}", &describe(categories))
                .replace("{examples}", &exemplify(categories))
        };
        match format {
            Format::Schema | Format::Json => JudgePrompt {
                system: format!("{}\n\n{}", fill(&judge.system_prompt_structured).trim(), schema::in_words(categories)),
                message: self.message(),
                max_tokens: judge.max_tokens_structured,
            },
            Format::Label => JudgePrompt {
                system: fill(&judge.system_prompt),
                message: shorten(self.query.prompt, PROMPT),
                max_tokens: judge.max_tokens,
            },
        }
    }

    /// The schema of the reply in [`Format::Schema`].
    pub fn schema(&self) -> Value {
        schema::schema(self.config.registry.categories())
    }

    /// What `reply` says, whatever format was asked for.
    ///
    /// # Errors
    /// When it names no category.
    pub fn read(&self, reply: &str) -> Result<JudgeReply, JudgeError> {
        reply::read(reply, &self.config.registry)
    }

    /// The prompt, behind the last whole turn where there is one, and never more: with a whole history judges get worse
    /// (61 % instead of 87 % of follow-ups right), with the last turn they know what "it" is.
    fn message(&self) -> String {
        let prompt = shorten(self.query.prompt, PROMPT);
        match &self.query.previous {
            None => prompt,
            Some(Previous { prompt: before, reply, category }) => format!(
                "Previous turn, which was {category}.\nUser: {}\nAssistant: {}\n\nMessage to classify:\n{prompt}",
                shorten(before, BEFORE),
                shorten(reply, BEFORE)
            ),
        }
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

/// One line an example, under a heading; nothing where there is none.
fn exemplify(categories: &[Category]) -> String {
    let line =
        |category: &Category, example: &str| format!("{}: {}", category.id, one_line(example, EXAMPLE_CHARS_MAX));
    let lines: Vec<String> = categories
        .iter()
        .flat_map(|category| category.examples.iter().take(EXAMPLES_MAX).map(move |example| line(category, example)))
        .collect();
    if lines.is_empty() { String::new() } else { format!("Examples:\n{}", lines.join("\n")) }
}

fn shorten(text: &str, Shown { head, tail }: Shown) -> String {
    let length = text.chars().count();
    if length <= head + tail {
        return text.to_owned();
    }
    let first: String = text.chars().take(head).collect();
    let last: String = text.chars().skip(length - tail).collect();
    format!("{first}\n[…]\n{last}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::CategoryId;
    use crate::router::judge::tests::config;
    use crate::router::{Pictures, RouteOverride};

    fn prompt_of(config: &Config, prompt: &str, previous: Option<Previous<'_>>, format: Format) -> JudgePrompt {
        JudgeRequest::new(
            config,
            Query { prompt, route: &RouteOverride::default(), previous, pictures: Pictures::None, attached_tokens: 0 },
        )
        .prompt(format)
    }

    fn label(config: &Config, prompt: &str) -> JudgePrompt {
        prompt_of(config, prompt, None, Format::Label)
    }

    #[test]
    fn a_bare_label_is_asked_for_with_the_words_of_the_contract() {
        let prompt = label(&config(""), "Explain the halting problem");
        assert_eq!(
            prompt.system,
            "You are a routing layer inside an LLM inference engine. Analyze the user's request and classify it into \
             exactly one category: coding, reasoning, general, or vision. Respond with only the category label and no \
             punctuation."
        );
        assert_eq!((prompt.message.as_str(), prompt.max_tokens), ("Explain the halting problem", 10));
    }

    #[test]
    fn json_is_asked_for_with_descriptions_and_its_shape() {
        let config = config("");
        for format in [Format::Schema, Format::Json] {
            let prompt = prompt_of(&config, "Hello", None, format);
            assert_eq!((prompt.message.as_str(), prompt.max_tokens), ("Hello", 200));
            for part in
                ["one category: coding, reasoning, general, or vision.", "\ncoding: Writing, fixing", "JSON object"]
            {
                assert!(prompt.system.contains(part), "{part} is missing in {}", prompt.system);
            }
            assert!(!prompt.system.contains('{') && !prompt.system.contains("Examples"), "{}", prompt.system);
        }
    }

    #[test]
    fn a_fifth_category_is_in_the_list_and_in_the_schema() {
        let config = config("[categories.translation]\nmodel = \"m\"");
        assert!(label(&config, "").system.contains("general, vision, or translation."));
        let route = RouteOverride::default();
        let request = JudgeRequest::new(
            &config,
            Query { prompt: "", route: &route, previous: None, pictures: Pictures::None, attached_tokens: 0 },
        );
        let schema = request.schema();
        assert_eq!(schema["properties"]["category"]["enum"][4], "translation");
        let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        assert_eq!(keys[0], "category", "a reply that is cut off still names it");
        assert_eq!(serde_json::to_value(keys).unwrap(), schema["required"]);
    }

    #[test]
    fn three_examples_of_a_category_are_shown_on_one_line_each() {
        let long = "long ".repeat(100);
        let user = format!("[categories.coding]\nexamples = [\"one\\ntwo\", \"{long}\", \"three\", \"four\"]");
        let prompt = prompt_of(&config(&user), "x", None, Format::Json).system;
        assert!(prompt.contains("Examples:\ncoding: one two\ncoding: long long"), "{prompt}");
        assert!(prompt.contains("…\ncoding: three\n") && !prompt.contains("four"), "{prompt}");
        assert!(!label(&config(&user), "x").system.contains("Examples"), "a bare label is asked for as ever");
    }

    #[test]
    fn of_a_long_prompt_the_judge_sees_head_and_tail() {
        let prompt = format!("{}{}{}", "h".repeat(PROMPT.head), "m".repeat(10_000), "é".repeat(PROMPT.tail));
        let shown = format!("{}\n[…]\n{}", "h".repeat(PROMPT.head), "é".repeat(PROMPT.tail));
        for format in [Format::Schema, Format::Json, Format::Label] {
            assert_eq!(prompt_of(&config(""), &prompt, None, format).message, shown);
        }
    }

    #[test]
    fn of_the_chat_the_judge_sees_the_last_turn_cut_at_both_ends() {
        let (config, category, long) = (config(""), CategoryId::from("coding"), format!("a{}z", "m".repeat(9_000)));
        let previous = Some(Previous { prompt: "Sort a list in Python", reply: &long, category: &category });
        let shown = prompt_of(&config, "And in Rust?", previous, Format::Schema).message;
        assert!(shown.starts_with("Previous turn, which was coding.\nUser: Sort a list in Python\nAssistant: am"));
        assert!(shown.ends_with("mz\n\nMessage to classify:\nAnd in Rust?"), "{shown}");
        assert!(shown.chars().count() < 1_400, "{}", shown.len());
        let bare = prompt_of(&config, "And in Rust?", previous, Format::Label).message;
        assert_eq!(bare, "And in Rust?", "the contract's question is the prompt alone");
    }
}
