//! What makes a text no key: what came along when it was copied. Such a key would be sent as it is, and the endpoint would
//! only say that it is wrong.

use crate::text::sanitize::sanitize;

/// Quotes of every kind: shells keep the curly ones, and files that hold a key keep all of them.
const QUOTES: [char; 12] = ['"', '\'', '`', '“', '”', '„', '‘', '’', '‚', '«', '»', '´'];

/// What is wrong with `key`, and what to do; nothing of the key. Where nothing is: `None`.
pub(super) fn flaw(key: &str) -> Option<(&'static str, &'static str)> {
    let broken = |c: char| c.is_whitespace() || c.is_control();
    let word = key.split(broken).next().unwrap_or_default();
    match () {
        () if key.starts_with(QUOTES) || key.ends_with(QUOTES) => {
            Some(("stands in quotes", "take the quotes out: they are no part of it"))
        }
        () if word.eq_ignore_ascii_case("bearer") => {
            Some(("begins with 'Bearer'", "leave that word out: it is put there for every request"))
        }
        () if key.contains(broken) => {
            Some(("holds a blank or a line break", "copy it again: a key is one word on one line"))
        }
        () if sanitize(key) != key => {
            Some(("holds an invisible character", "copy it again from where it is shown, or type it"))
        }
        () if !key.is_ascii() => {
            Some(("holds a letter that no key has", "copy it again: keys are made of ASCII letters, digits and signs"))
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_copy_brings_along_is_told() {
        for (key, what) in [
            ("\"sk-1\"", "quotes"),
            ("'sk-1", "quotes"),
            ("“sk-1”", "quotes"),
            ("‘sk-1’", "quotes"),
            ("Bearer sk-1", "'Bearer'"),
            ("bearer  sk-1", "'Bearer'"),
            ("bearer", "'Bearer'"),
            ("sk-1 sk-2", "blank"),
            ("sk-1\nsk-2", "line break"),
            ("sk\u{a0}1", "blank"),
            ("\u{feff}sk-1", "invisible"),
            ("sk\u{200b}-1", "invisible"),
            ("sk\u{202e}-1", "invisible"),
            ("sk-1é", "letter"),
            ("ѕk-1", "letter"),
        ] {
            assert!(flaw(key).is_some_and(|(told, _)| told.contains(what)), "{key:?}: {:?}", flaw(key));
        }
    }

    #[test]
    fn keys_of_every_shape_are_fine() {
        for key in
            ["", "k", "ollama", "sk-or-v1-0a1b", "gsk_A1", "bearerish", "a+b/c==", "a.b.c", "it's", "p@ss:w#rd!%&"]
        {
            assert_eq!(flaw(key), None, "{key}");
        }
    }
}
