//! Reading fields that may hold anything: what does not fit counts as missing.
//!
//! Answers come as many small events, so what is in each of them is read in one pass; must not know what it means.

use super::{Choice, Choices, Said};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;
use std::fmt;
use std::marker::PhantomData;

/// What can be read where anything may stand. Each kind of value that does not fit is read over.
pub(super) trait Lenient: Default {
    fn of_text(_: &str) -> Self {
        Self::default()
    }

    fn of_number(_: u64) -> Self {
        Self::default()
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

    /// A text in parts.
    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut whole = Self::None;
        while let Some(Part(part)) = list.next_element_seed(Any(PhantomData))? {
            if let Some(part) = part {
                whole.get_or_insert_default().push_str(&part);
            }
        }
        Ok(whole)
    }
}

impl Lenient for Option<u64> {
    fn of_number(number: u64) -> Self {
        Some(number)
    }
}

/// The text of a part of a text; of other parts nothing.
#[derive(Default)]
struct Part(Option<String>);

impl Lenient for Part {
    fn of_text(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }

    fn of_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        let (mut text, mut other) = (None, false);
        while let Some(key) = object.next_key::<String>()? {
            match key.as_str() {
                "text" => text = object.next_value_seed(Any::<Option<String>>(PhantomData))?,
                "type" => {
                    let class = object.next_value_seed(Any::<Option<String>>(PhantomData))?;
                    other = class.is_some_and(|class| class != "text" && class != "output_text");
                }
                _ => _ = object.next_value::<IgnoredAny>()?,
            }
        }
        Ok(Self(text.filter(|_| !other)))
    }
}

impl Lenient for Said {
    fn of_object<'de, A: MapAccess<'de>>(object: A) -> Result<Self, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(object))
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
    fn visit_bool<E: Error>(self, _: bool) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<T, E> {
        Ok(T::default())
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        Ok(T::of_number(number))
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<T, E> {
        Ok(T::default())
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
