//! Reading fields that may hold anything: what does not fit counts as missing.
//!
//! Answers come as many small events, so what is in each of them is read in one pass; must not know what it means.

use super::{Choice, Choices, Said};
use crate::provider::openai::media;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;
use std::fmt;
use std::marker::PhantomData;

/// What can be read where anything may stand. Each kind of value that does not fit is read over.
pub(super) trait Lenient: Default {
    /// Whether this is the model's text: some servers write a piece of it that looks like a number as one.
    const IS_TEXT: bool = false;

    fn of_text(_: &str) -> Self {
        Self::default()
    }

    fn of_bool(value: bool) -> Self {
        if Self::IS_TEXT { Self::of_text(&value.to_string()) } else { Self::default() }
    }

    fn of_number(number: i128) -> Self {
        if Self::IS_TEXT { Self::of_text(&number.to_string()) } else { Self::default() }
    }

    /// A number of which only the value is known here. The second reading knows how a text was written.
    fn of_fraction<E: Error>(_: f64) -> Result<Self, E> {
        if Self::IS_TEXT { Err(E::custom("a text that is written as a number")) } else { Ok(Self::default()) }
    }

    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }

    fn of_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::default())
    }
}

impl Lenient for Option<String> {
    fn of_text(text: &str) -> Self {
        Some(text.to_owned())
    }
}

impl Lenient for Option<u64> {
    fn of_number(number: i128) -> Self {
        u64::try_from(number).ok()
    }
}

/// The content of a message: a text, parts of one, or what a server makes of a text that looks like something else.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) text: Option<String>,
    /// What parts of it are reasoning.
    pub(super) reasoning: Option<String>,
    /// The parts that are pictures or recordings.
    pub(super) media: Vec<Value>,
}

impl Content {
    fn part(&mut self, part: Value) {
        let Value::Object(object) = &part else { return add(&mut self.text, &plain(&part)) };
        let class = part["type"].as_str().unwrap_or_default();
        if class.contains("think") || class.contains("reason") {
            return add(&mut self.reasoning, &thought(&part));
        }
        if matches!(class, "" | "text" | "output_text" | "refusal") {
            let text = ["text", "refusal"].into_iter().find_map(|key| object.get(key));
            // Assistants put it one deeper, beside what they note in its margin.
            let text = text.map(|text| text.get("value").unwrap_or(text));
            add(&mut self.text, &plain(text.unwrap_or(&Value::Null)));
        }
        let is_media = class.contains("image") || class.contains("audio");
        if is_media || media::MARKS.iter().any(|mark| object.contains_key(*mark)) {
            self.media.push(part);
        }
    }

    fn is_empty(&self) -> bool {
        self.text.is_none() && self.reasoning.is_none() && self.media.is_empty()
    }
}

impl Lenient for Content {
    const IS_TEXT: bool = true;

    fn of_text(text: &str) -> Self {
        Self { text: Some(text.to_owned()), ..Self::default() }
    }

    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut whole = Self::default();
        while let Some(part) = list.next_element::<Value>()? {
            whole.part(part);
        }
        Ok(whole)
    }

    /// One part, or JSON that was asked for and that the server read itself.
    fn of_object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        let value = Value::deserialize(MapAccessDeserializer::new(object))?;
        let mut whole = Self::default();
        let (is_named, said) = (value.get("type").is_some(), value.to_string());
        whole.part(value);
        Ok(if is_named || !whole.is_empty() { whole } else { Self::of_text(&said) })
    }
}

/// What a model thought, in whatever shape.
#[derive(Debug, Default)]
pub(super) struct Thought(pub(super) Option<String>);

impl Lenient for Thought {
    const IS_TEXT: bool = true;

    fn of_text(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }

    fn of_list<'de, A: SeqAccess<'de>>(list: A) -> Result<Self, A::Error> {
        let value = Value::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(Self(Some(thought(&value))))
    }

    fn of_object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        let value = Value::deserialize(MapAccessDeserializer::new(object))?;
        Ok(Self(Some(thought(&value))))
    }
}

/// Where the words of a thought stand. What is encrypted or signed is none.
const THOUGHT: [&str; 7] =
    ["text", "thinking", "content", "reasoning", "reasoning_content", "reasoning_text", "summary"];

/// The words of a thought, in parts or not. No deeper than JSON is read at all.
fn thought(value: &Value) -> String {
    match value {
        Value::Array(parts) => parts.iter().map(thought).collect(),
        Value::Object(object) => {
            let words = THOUGHT.into_iter().filter_map(|key| object.get(key)).map(thought);
            words.into_iter().find(|words| !words.is_empty()).unwrap_or_default()
        }
        other => plain(other),
    }
}

/// A text, or what stands in its place.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn add(whole: &mut Option<String>, text: &str) {
    if !text.is_empty() {
        whole.get_or_insert_default().push_str(text);
    }
}

impl Lenient for Said {
    fn of_text(text: &str) -> Self {
        Self { content: Content::of_text(text), ..Self::default() }
    }

    fn of_object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(object))
    }
}

impl Lenient for Option<Said> {
    fn of_text(text: &str) -> Self {
        Some(Said::of_text(text))
    }

    fn of_object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        Said::of_object(object).map(Some)
    }
}

impl Lenient for Option<Choice> {
    fn of_object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        Choice::deserialize(MapAccessDeserializer::new(object)).map(Some)
    }
}

impl Lenient for Choices {
    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut first = None;
        while let Some(choice) = list.next_element_seed(Any::<Option<Choice>>(PhantomData))? {
            first = first.or_else(|| choice.filter(|choice| choice.index.unwrap_or_default() == 0));
        }
        Ok(Self(first))
    }
}

/// A field that is in most events.
pub(super) fn lenient<'de, D: Deserializer<'de>, T: Lenient>(field: D) -> Result<T, D::Error> {
    field.deserialize_any(Any(PhantomData))
}

/// A field of any type that is seldom there, so that reading it twice costs nothing.
pub(super) fn rarely<'de, D: Deserializer<'de>, T: Default + DeserializeOwned>(field: D) -> Result<T, D::Error> {
    let value = Value::deserialize(field)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// Any value, as a `T` where it fits.
struct Any<T>(PhantomData<T>);

impl<'de, T: Lenient> de::DeserializeSeed<'de> for Any<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<T, D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de, T: Lenient> Visitor<'de> for Any<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("anything")
    }
    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        Ok(T::of_bool(value))
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        Ok(T::of_number(number.into()))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Ok(T::of_number(number.into()))
    }
    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        T::of_fraction(number)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(T::of_text(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::of_list(list)
    }
    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        T::of_object(object)
    }
}
