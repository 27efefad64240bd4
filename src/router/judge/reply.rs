//! What a judge's reply means. A promised schema is no proof: everything is validated here, and what is merely untidy is
//! repaired. Pure: text in, [`JudgeReply`] out.

use super::schema::REASON_WORDS;
use super::{JudgeError, JudgeReply};
use crate::config::{CategoryId, Registry, plain_label};
use crate::text::sanitize::one_line;
use crate::text::think::TAGS;
use serde_json::{Map, Value};

/// The most that is read of a reply, in characters from its end. A JSON reply is a line or two.
const REPLY_CHARS_MAX: usize = 4_000;
/// The most of a reply that is quoted, in characters.
const QUOTE_CHARS_MAX: usize = 40;
/// The longest reason, in characters: words can be long, too.
const REASON_CHARS_MAX: usize = 160;
/// So many commas from the end are tried to mend an object that was cut off.
const MENDS_MAX: usize = 16;

/// What `reply` says: the last JSON object that names a category, else a bare label.
///
/// The last, since models that think aloud draft first and answer last, and an object that repeats the question comes
/// before the one that answers it. A bare label is accepted where JSON was asked for: it says all that is needed.
///
/// # Errors
/// When it names no category.
pub(super) fn read(reply: &str, registry: &Registry) -> Result<JudgeReply, JudgeError> {
    let surplus = reply.chars().count().saturating_sub(REPLY_CHARS_MAX);
    let tail: String = reply.chars().skip(surplus).collect();
    let text = after_thinking(&tail);
    let (found, foreign) = last_reply(text, registry);
    if let Some(found) = found.or_else(|| label(text, registry).map(JudgeReply::bare)) {
        return Ok(found);
    }
    let quoted = one_line(foreign.as_deref().unwrap_or(text).trim(), QUOTE_CHARS_MAX);
    Err(if quoted.is_empty() { JudgeError::Silent } else { JudgeError::Unreadable(quoted) })
}

/// What stands behind the model's thoughts, where a server leaves them in the reply; nothing while they go on. Some
/// templates write the opening mark themselves, so that only the closing one comes.
fn after_thinking(reply: &str) -> &str {
    let reply = reply.trim();
    // A reply that begins as JSON may speak of such marks in its reason.
    if reply.starts_with(['{', '[']) {
        return reply;
    }
    for (open, close) in TAGS {
        if let Some((_, after)) = reply.rsplit_once(close) {
            return after;
        }
        if reply.starts_with(open) {
            return "";
        }
    }
    reply
}

/// The last reply in `text`, and the last thing that stood in the place of a category and is none.
fn last_reply(text: &str, registry: &Registry) -> (Option<JudgeReply>, Option<String>) {
    let (mut found, mut foreign) = (None, None);
    let mut rest = text;
    while let Some(from) = rest.find(['{', '[']).and_then(|at| rest.get(at..)) {
        let mut values = serde_json::Deserializer::from_str(from).into_iter::<Value>();
        let (value, end) = match values.next() {
            Some(Ok(value)) => (Some(value), values.byte_offset()),
            Some(Err(error)) if error.is_eof() && from.starts_with('{') => (mended(from), from.len()),
            _ => (None, 1),
        };
        let reading = value.and_then(|value| read_value(&value, registry));
        // A value that says nothing about categories may hold one that does: look inside.
        rest = from.get(if reading.is_some() { end } else { 1 }..).unwrap_or_default();
        match reading {
            Some(Ok(reply)) => found = Some(reply),
            Some(Err(other)) => foreign = Some(other),
            None => {}
        }
    }
    (found, foreign)
}

/// An object that breaks off, closed behind the last member that is whole.
fn mended(cut: &str) -> Option<Value> {
    let ends = std::iter::once(cut.len()).chain(cut.rmatch_indices(',').map(|(at, _)| at).take(MENDS_MAX));
    ends.filter_map(|end| cut.get(..end)).find_map(|whole| serde_json::from_str(&format!("{whole}}}")).ok())
}

/// What `value` says about categories: a reply, or what stands in a category's place; `None`: nothing.
fn read_value(value: &Value, registry: &Registry) -> Option<Result<JudgeReply, String>> {
    match value {
        Value::Object(object) => {
            let category = member(object, "category")?;
            let found = category.as_str().and_then(|text| label(text, registry));
            Some(found.map(|category| from_object(category, object)).ok_or_else(|| unquoted(category)))
        }
        Value::String(text) => Some(label(text, registry).map(JudgeReply::bare).ok_or_else(|| text.clone())),
        Value::Array(items) => {
            let mut readings = items.iter().filter_map(|item| read_value(item, registry));
            let first = readings.next()?;
            // A reply that names several categories decides nothing.
            let same = |other: Result<JudgeReply, String>| match (&first, &other) {
                (Ok(one), Ok(other)) => one.category == other.category,
                _ => false,
            };
            Some(if readings.all(same) { first } else { Err(value.to_string()) })
        }
        _ => None,
    }
}

fn from_object(category: CategoryId, object: &Map<String, Value>) -> JudgeReply {
    JudgeReply {
        category,
        confidence: member(object, "confidence").and_then(confidence),
        reason: member(object, "reason").and_then(Value::as_str).and_then(reason),
        follow_up: member(object, "follow_up").is_some_and(|value| *value == true || *value == "true"),
    }
}

/// The member of that name; without a schema models write "Category" and "follow-up" as well.
fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let alike = || object.iter().find(|(key, _)| plain_label(key) == plain_label(name)).map(|(_, value)| value);
    object.get(name).or_else(alike)
}

/// The category that `text` names, if it is a bare label: trimmed, lower-cased, freed of punctuation. Words around the
/// label make it no label: a model that talks instead of answering has not classified anything.
fn label(text: &str, registry: &Registry) -> Option<CategoryId> {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric));
    if words.count() != 1 {
        return None;
    }
    let label = plain_label(text);
    let named = registry.categories().iter().find(|category| plain_label(category.id.as_str()) == label);
    named.map(|category| category.id.clone())
}

/// From 0 to 1. Text is read as the number in it, 95 as percent; what can be no probability is dropped, since a guess
/// at what was meant would look like knowledge.
fn confidence(value: &Value) -> Option<f64> {
    let (number, percent) = match value {
        Value::String(text) => {
            let text = text.trim();
            let digits = text.trim_end_matches('%');
            (digits.trim_end().parse().ok()?, digits.len() < text.len())
        }
        other => (other.as_f64()?, false),
    };
    let share = match number {
        number if percent || number >= 2.0 => number / 100.0,
        number if number > 1.0 => 1.0,
        number => number,
    };
    (0.0..=1.0).contains(&share).then_some(share)
}

/// One clean line of at most [`REASON_WORDS`] words, without a full stop: it is a part of ours.
fn reason(text: &str) -> Option<String> {
    let line = one_line(text, REASON_CHARS_MAX);
    let mut words = line.split(' ');
    let first: Vec<&str> = words.by_ref().take(REASON_WORDS).collect();
    let shown = first.join(" ");
    let shown = shown.trim_end_matches(['.', ',', ';', ':']);
    let more = if words.next().is_some() { "…" } else { "" };
    (!shown.is_empty()).then(|| format!("{shown}{more}"))
}

fn unquoted(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::judge::tests::config;
    use proptest::prelude::*;

    fn read(reply: &str) -> Result<JudgeReply, JudgeError> {
        super::read(reply, &config("").registry)
    }

    fn category(reply: &str) -> Option<String> {
        read(reply).ok().map(|found| found.category.to_string())
    }

    #[test]
    fn a_bare_label_counts_only_without_words_around_it() {
        for reply in ["coding", " Coding.\n", "**CODING**", "`coding`", "\"coding\"", "coding\n\n", "```\ncoding\n```"]
        {
            assert_eq!(category(reply).as_deref(), Some("coding"), "{reply:?}");
        }
        for reply in ["", "...", "coding, general", "I think coding", "code", "codingcoding", "co ding"] {
            assert_eq!(category(reply), None, "{reply:?}");
        }
    }

    #[test]
    fn json_is_found_wherever_it_stands() {
        for (name, reply) in [
            ("whole", r#"{"category":"coding","confidence":0.9,"follow_up":false,"reason":"r"}"#),
            ("the category alone", r#"{"category": "coding"}"#),
            ("over lines", "{\n  \"category\": \"coding\"\n}\n"),
            ("in prose", r#"Here you are: {"category":"coding"} Anything else?"#),
            ("fenced", "```json\n{\"category\":\"coding\"}\n```"),
            ("behind thoughts", r#"<think>{"category":"general"}? No.</think>{"category":"coding"}"#),
            ("behind thoughts without a beginning", "General? No.\n</think>\n\ncoding"),
            ("behind other thoughts", "<thinking>hm</thinking>coding"),
            ("behind yet other thoughts", "<thought>hm</thought>coding"),
            ("a label in other letters", r#"{"category":" Coding. "}"#),
            ("a key in other letters", r#"{"Category":"coding"}"#),
            ("keys of its own", r#"{"thought":"{}","category":"coding","x":[1]}"#),
            ("one in another", r#"{"route":{"category":"coding"}}"#),
            ("several: the last", r#"{"category":"general"} or rather {"category":"coding"}"#),
            ("several: the last that is one", r#"{"category":"coding"} {"category":"poetry"} {"x":1}"#),
            ("an array of one", r#"[{"category":"coding"}]"#),
            ("an array of one label", r#"["coding"]"#),
            ("an array that agrees", r#"[{"category":"coding"},{"category":"coding"}]"#),
            ("cut off in the reason", r#"{"category":"coding","confidence":0.9,"reason":"asks, for"#),
            ("cut off before its end", r#"{"category":"coding""#),
            ("brackets in prose", r#"As [1] {says}: {"category":"coding"}"#),
            ("a reason about thoughts", r#"{"category":"coding","reason":"asks about </think> tags"}"#),
        ] {
            assert_eq!(category(reply).as_deref(), Some("coding"), "{name}: {reply}");
        }
    }

    #[test]
    fn what_names_no_category_is_quoted_short_and_clean() {
        for (reply, said) in [
            ("", "replied nothing"),
            (" \n", "replied nothing"),
            ("<think>it could be coding", "replied nothing"),
            ("<think>hm</think>", "replied nothing"),
            (r#"{"category":"poetry"}"#, "replied 'poetry', which is no category"),
            (r#"{"category":["coding"]}"#, r#"replied '["coding"]', which is no category"#),
            (r#"{"category":7}"#, "replied '7', which is no category"),
            (r#"{"category":null}"#, "replied 'null', which is no category"),
            (r#"{"category":""}"#, "replied nothing"),
            (r#"{"label":"coding"}"#, r#"replied '{"label":"coding"}', which is no category"#),
            (r#"["coding","general"]"#, r#"replied '["coding","general"]', which is no category"#),
            (r#"{"category":"cod"#, r#"replied '{"category":"cod', which is no category"#),
            ("{}", "replied '{}', which is no category"),
            (
                "\u{1b}[31mThe following\nprogram prints a very long list of words",
                "replied 'The following program prints a very lon…', which is no category",
            ),
        ] {
            assert_eq!(read(reply).unwrap_err().to_string(), said, "{reply}");
        }
    }

    #[test]
    fn a_confidence_that_makes_no_sense_is_dropped_and_the_category_stays() {
        for (given, known) in [
            ("0.9", Some(0.9)),
            ("0", Some(0.0)),
            ("1", Some(1.0)),
            ("1.2", Some(1.0)),
            ("95", Some(0.95)),
            (r#""0.9""#, Some(0.9)),
            (r#""95 %""#, Some(0.95)),
            (r#""1%""#, Some(0.01)),
            (r#""high""#, None),
            (r#""NaN""#, None),
            ("-0.5", None),
            ("950", None),
            (r#""101 %""#, None),
            ("1e300", None),
            ("true", None),
            ("null", None),
            ("[0.9]", None),
        ] {
            let found = read(&format!(r#"{{"category":"coding","confidence":{given}}}"#)).unwrap();
            assert_eq!(found.confidence, known, "{given}");
        }
        assert_eq!(read("coding").unwrap().confidence, None);
    }

    #[test]
    fn a_reason_is_one_clean_line_of_twelve_words() {
        for (given, shown) in [
            (r#""asks for a function.""#, Some("asks for a function")),
            (r#""one\n two\u001b[31m""#, Some("one two")),
            (r#""1 2 3 4 5 6 7 8 9 10 11 12 13""#, Some("1 2 3 4 5 6 7 8 9 10 11 12…")),
            (r#"" . ""#, None),
            (r#""""#, None),
            ("7", None),
            ("null", None),
        ] {
            let found = read(&format!(r#"{{"category":"coding","reason":{given}}}"#)).unwrap();
            assert_eq!(found.reason.as_deref(), shown, "{given}");
        }
    }

    #[test]
    fn only_a_clear_yes_is_a_follow_up() {
        for (given, follow_up) in
            [("true", true), (r#""true""#, true), ("false", false), ("1", false), (r#""yes""#, false), ("null", false)]
        {
            let found = read(&format!(r#"{{"category":"coding","follow_up":{given}}}"#)).unwrap();
            assert_eq!(found.follow_up, follow_up, "{given}");
        }
    }

    #[test]
    fn of_a_reply_without_end_only_the_end_is_read() {
        // Every bracket begins a search, so what is searched has to be bounded.
        for part in ["{", "[", "[0,", "{\"a\":", "{\"a\":[", "[\"x,", "[[0,0,0,0,0,0,0,0],", "[\"a\","] {
            let endless = part.repeat(200_000 / part.len());
            assert!(read(&endless).is_err(), "{part}");
            assert_eq!(
                category(&format!("{endless}\n{{\"category\":\"coding\"}}")).as_deref(),
                Some("coding"),
                "{part}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            parts in prop::collection::vec(r#"\{|\}|\[|\]|"category"|"coding"|:|,|<think>|</think>|```|é|"|\\|[ -~]{0,4}"#, 0..40)
        ) {
            let reply = parts.concat();
            let found = read(&reply);
            prop_assert!(found.is_err() || config("").registry.category(&found.unwrap().category).is_some());
        }

        #[test]
        fn a_reply_survives_what_is_said_before_it(prose in "[a-z \n.'-]{0,60}") {
            let reply = format!("{prose}\n{{\"category\":\"coding\"}}\n");
            prop_assert_eq!(category(&reply), Some("coding".to_owned()));
        }
    }
}
