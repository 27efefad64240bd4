//! Lays the user's file over the defaults, key by key, and turns serde's complaints into [`Problem`]s with a place.
//!
//! The two texts are merged as parsed tables that still carry their byte spans. The defaults are valid (a test holds
//! that), so whatever serde complains about, its span points into the user's text.

use super::checked::Refusal;
use super::file::File;
use super::problem::{Place, Problem, Problems};
use super::source::{DEFAULTS, Source};
use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

type Table<'a> = DeTable<'a>;

/// The defaults with the user's file over them, and the values of the user that make no sense by themselves: each is
/// reported and its default taken instead, so that one mistake does not hide the next.
///
/// # Errors
/// The first thing that is no TOML, no known key, or of the wrong type.
pub(super) fn merge(user: Option<&Source>) -> Result<(File, Vec<Problem>), Problems> {
    let mut over = user.map(|source| parse(&source.text, user)).transpose()?;
    let mut refused = Vec::new();
    loop {
        let mut merged = parse(DEFAULTS, None)?;
        if let Some(over) = over.clone() {
            forget_foreign_fallbacks(merged.get_mut(), over.get_ref());
            lay(&mut merged, over);
        }
        let error = match File::deserialize(Deserializer::from(merged)) {
            Ok(mut file) => {
                mark_built_in(&mut file, over.as_ref().map(Spanned::get_ref))?;
                return Ok((file, refused));
            }
            Err(error) => error,
        };
        let key = key_at(user, error.span());
        if let (Some(refusal), Some(over)) = (Refusal::from_message(error.message()), &mut over)
            && remove(over.get_mut(), &key)
        {
            refused.push(problem(user, &key, refusal));
            continue;
        }
        let (what, fix) = in_our_words(error.message());
        return Err(describe(user, error.span(), what, fix).into());
    }
}

/// What is wrong with the value of `key`.
pub(super) fn problem(user: Option<&Source>, key: &[impl AsRef<str>], refusal: Refusal) -> Problem {
    let Refusal { what, fix } = refusal;
    let names: Vec<&str> = key.iter().map(AsRef::as_ref).collect();
    Problem { place: place(user, &names), key: names.join("."), what, fix }
}

/// Where `key` stands in the user's file, or the nearest table above it.
fn place(user: Option<&Source>, key: &[&str]) -> Option<Place> {
    let source = user?;
    let table = DeTable::parse(&source.text).ok()?;
    let mut position = None;
    let mut here = table.get_ref();
    for part in key {
        let Some((name, value)) = here.get_key_value(*part) else {
            break;
        };
        position = Some(name.span().start);
        match value.get_ref() {
            DeValue::Table(inner) => here = inner,
            _ => break,
        }
    }
    Some(Place { path: source.path.clone(), position: position.map(|at| line_and_column(&source.text, at)) })
}

fn parse<'a>(text: &'a str, user: Option<&Source>) -> Result<Spanned<Table<'a>>, Problems> {
    DeTable::parse(text).map_err(|error| {
        let what = format!("this is not TOML: {}", error.message());
        let fix = "mend the line, or put a '#' before it".to_owned();
        Problems::from(describe(user, error.span(), what, fix))
    })
}

/// Puts every value of `over` in the place of the one in `base`; tables are laid over tables.
fn lay<'a>(base: &mut Spanned<Table<'a>>, over: Spanned<Table<'a>>) {
    let span = over.span();
    for (key, value) in over.into_inner() {
        lay_value(base.get_mut(), key, value);
    }
    let table = std::mem::take(base.get_mut());
    *base = Spanned::new(span, table);
}

fn lay_value<'a>(base: &mut Table<'a>, key: Spanned<std::borrow::Cow<'a, str>>, value: Spanned<DeValue<'a>>) {
    let name = key.get_ref().clone();
    let span = value.span();
    match (base.get_mut(name.as_ref()), value.into_inner()) {
        (Some(below), DeValue::Table(over)) if below.get_ref().is_table() => {
            let DeValue::Table(table) = std::mem::replace(below.get_mut(), DeValue::Boolean(false)) else {
                return;
            };
            let mut table = Spanned::new(below.span(), table);
            lay(&mut table, Spanned::new(span.clone(), over));
            *below = Spanned::new(span, DeValue::Table(table.into_inner()));
        }
        (_, value) => {
            base.insert(key, Spanned::new(span, value));
        }
    }
}

/// A category whose model the user changes loses the default fallbacks: they belong to the default provider, and a
/// fallback that does not exist where the user's model lives would only turn one error into two.
fn forget_foreign_fallbacks(base: &mut Table<'_>, over: &Table<'_>) {
    let Some(DeValue::Table(changed)) = over.get("categories").map(Spanned::get_ref) else {
        return;
    };
    let Some(DeValue::Table(defaults)) = base.get_mut("categories").map(Spanned::get_mut) else {
        return;
    };
    for (name, category) in changed {
        let DeValue::Table(category) = category.get_ref() else {
            continue;
        };
        if category.contains_key("model")
            && !category.contains_key("fallbacks")
            && let Some(DeValue::Table(default)) = defaults.get_mut(name.get_ref().as_ref()).map(Spanned::get_mut)
        {
            default.remove("fallbacks");
        }
    }
}

/// Marks the models of which the user wrote nothing, or what this program says anyway.
fn mark_built_in(file: &mut File, over: Option<&Table<'_>>) -> Result<(), Problems> {
    let written = over.and_then(|over| over.get("models")?.get_ref().as_table());
    // Read again only where the user wrote of models.
    let defaults = written.map(|_| parse(DEFAULTS, None)).transpose()?;
    let defaults = defaults.and_then(|defaults| File::deserialize(Deserializer::from(defaults)).ok());
    for (model, info) in &mut file.models {
        let said = defaults.as_ref().and_then(|defaults| defaults.models.get(model));
        let names = written.is_some_and(|written| written.contains_key(model.as_str()));
        info.is_built_in = !names || said == Some(info);
    }
    Ok(())
}

/// Takes a key out; false where it is not there.
fn remove(table: &mut Table<'_>, key: &[String]) -> bool {
    match key {
        [] => false,
        [name] => table.remove(name.as_str()).is_some(),
        [name, below @ ..] => match table.get_mut(name.as_str()).map(Spanned::get_mut) {
            Some(DeValue::Table(inner)) => remove(inner, below),
            _ => false,
        },
    }
}

fn describe(user: Option<&Source>, span: Option<Range<usize>>, what: String, fix: String) -> Problem {
    let key = key_at(user, span.clone()).join(".");
    // What stands below providers may be a key that was put in the wrong place: it is not repeated.
    let what = match what.split_once(": it is the ") {
        Some((what, _)) if key.starts_with("providers") => what.to_owned(),
        _ => what,
    };
    // Model names have dots, and an unquoted dot begins another table.
    let dotted = key.starts_with("models.") && what.starts_with("there is no key");
    let fix = if dotted { format!("{fix}; a name with a dot stands in quotes: [models.\"a.b\"]") } else { fix };
    Problem {
        place: user.map(|source| Place {
            path: source.path.clone(),
            position: span.map(|span| line_and_column(&source.text, span.start)),
        }),
        key,
        what,
        fix,
    }
}

/// The key whose name or value covers the start of `span`, as a path; empty where there is none.
fn key_at(user: Option<&Source>, span: Option<Range<usize>>) -> Vec<String> {
    fn search(table: &Table<'_>, at: usize, path: &mut Vec<String>) -> bool {
        for (key, value) in table {
            path.push(key.get_ref().to_string());
            let inside = match value.get_ref() {
                DeValue::Table(inner) => search(inner, at, path),
                _ => false,
            };
            if inside || key.span().contains(&at) || value.span().contains(&at) {
                return true;
            }
            path.pop();
        }
        false
    }
    let mut path = Vec::new();
    if let (Some(source), Some(span)) = (user, span)
        && let Ok(table) = DeTable::parse(&source.text)
    {
        search(table.get_ref(), span.start, &mut path);
    }
    path
}

/// serde says "unknown field `a`, expected one of `b`, `c`"; people say what is wrong and what to write.
fn in_our_words(message: &str) -> (String, String) {
    let message = message.trim();
    let plain = message.replace('`', "'");
    let (what, expected) = plain.split_once(", expected ").unwrap_or((&plain, ""));
    let what = what.replace("unknown field", "there is no key");
    let what = what.replace("invalid type: ", "the value has the wrong type: it is the ");
    let what = what.replace("invalid value: ", "the value does not fit: it is the ");
    let fix = match expected {
        "" => "`pointsman config show` prints every key with its value".replace('`', "'"),
        expected if expected.starts_with("struct ") => {
            "write a table: its name in brackets, and its settings in the lines below it".to_owned()
        }
        "a boolean" => "write true or false".to_owned(),
        "a string" => "write a text in quotes".to_owned(),
        "usize" | "u32" => "write a whole number of 0 or more".to_owned(),
        "f64" => "write a number".to_owned(),
        "a sequence" => "write a list, like [\"one\", \"two\"]".to_owned(),
        expected => format!("write {expected}"),
    };
    (what, fix)
}

/// The line and column (from 1, in characters) of the byte `at`.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
    (line, column)
}
