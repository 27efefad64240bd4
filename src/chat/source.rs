//! What an answer cites: addresses and titles, in the order in which the answer numbers them. Reads them from what
//! servers send; must not fetch anything.
//!
//! A model, or a page that it read, may have written an address: it is text until [`Source::link`] says otherwise.

use crate::text::address::web_host;
use crate::text::sanitize::one_line;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest address that is kept, in characters; a longer one is cut and leads nowhere.
const URL_CHARS_MAX: usize = 2_000;
const TITLE_CHARS_MAX: usize = 300;
/// Stands where a text was cut.
const CUT: char = '…';
/// Where servers put the address of a source, and its title.
const URL_FIELDS: [&str; 4] = ["url", "uri", "link", "href"];
const TITLE_FIELDS: [&str; 2] = ["title", "name"];
/// Objects around both.
const WRAPPERS: [&str; 4] = ["url_citation", "document", "web", "source"];
/// Lists of several.
const LISTS: [&str; 2] = ["sources", "documents"];

/// A source that an answer cites.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its address, as it was sent: any text, on one line. May be empty.
    #[serde(default)]
    pub url: String,
    /// Its title, on one line; empty: unknown.
    #[serde(default)]
    pub title: String,
}

impl Source {
    /// A source with clean texts of bounded length.
    pub fn new(url: &str, title: &str) -> Self {
        Self { url: one_line(url, URL_CHARS_MAX), title: one_line(title, TITLE_CHARS_MAX) }
    }

    /// The sources that `value` names: an address, an annotation, an entry of a list of results. Empty where it is
    /// nothing of the kind.
    pub fn read(value: &Value) -> Vec<Self> {
        if let Some(url) = value.as_str() {
            return Self::new(url, "").checked().into_iter().collect();
        }
        let listed = LISTS.iter().filter_map(|field| value.get(field)?.as_array()).flatten();
        let listed: Vec<Self> = listed.filter_map(Self::one).collect();
        if listed.is_empty() { Self::one(value).into_iter().collect() } else { listed }
    }

    fn one(value: &Value) -> Option<Self> {
        let inner = WRAPPERS.iter().find_map(|field| value.get(field).filter(|inner| inner.is_object()));
        let field = |fields: &[&str]| {
            let inner = inner.and_then(|inner| text(inner, fields));
            inner.or_else(|| text(value, fields)).unwrap_or_default()
        };
        Self::new(field(&URL_FIELDS), field(&TITLE_FIELDS)).checked()
    }

    fn checked(self) -> Option<Self> {
        (!self.url.is_empty() || !self.title.is_empty()).then_some(self)
    }

    /// The address, where it leads to the web and its host is plainly readable.
    pub fn link(&self) -> Option<&str> {
        self.host().map(|_| self.url.as_str())
    }

    /// The host that the address leads to; `None`: it is not opened.
    pub fn host(&self) -> Option<&str> {
        // What is cut leads elsewhere.
        web_host(&self.url).filter(|_| !self.url.contains(CUT))
    }

    /// The title, and the address behind it.
    pub fn words(&self) -> String {
        let Self { url, title } = self;
        match (title.as_str(), url.as_str()) {
            (title, "") => title.to_owned(),
            ("", url) => url.to_owned(),
            (title, url) => format!("{title} · {url}"),
        }
    }
}

/// The first of these fields that is a text.
fn text<'a>(value: &'a Value, fields: &[&str]) -> Option<&'a str> {
    fields.iter().find_map(|field| value.get(field)?.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sources_are_read_in_the_shapes_that_servers_send() {
        let source = |url: &str, title: &str| Source { url: url.to_owned(), title: title.to_owned() };
        for (value, sources) in [
            (json!("https://a.example/1"), vec![source("https://a.example/1", "")]),
            (
                json!({"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "A", "start_index": 3}}),
                vec![source("https://a.example", "A")],
            ),
            (json!({"type": "url_citation", "url": "https://a.example"}), vec![source("https://a.example", "")]),
            (
                json!({"title": "A", "url": "https://a.example", "date": "2026-01-01", "snippet": "…"}),
                vec![source("https://a.example", "A")],
            ),
            (json!({"title": "A", "link": "https://a.example"}), vec![source("https://a.example", "A")]),
            (json!({"web": {"uri": "https://a.example", "title": "A"}}), vec![source("https://a.example", "A")]),
            (
                json!({"start": 0, "end": 4, "text": "cite", "sources": [
                    {"type": "document", "id": "d", "document": {"title": "A", "url": "https://a.example"}},
                    {"url": "https://b.example"}]}),
                vec![source("https://a.example", "A"), source("https://b.example", "")],
            ),
            (json!({"title": "report.pdf"}), vec![source("", "report.pdf")]),
            (json!({"url": "a\u{1b}]52;c;x\u{7}\nb\u{202e}"}), vec![source("a b", "")]),
            (json!({"type": "file_citation", "file_id": "f"}), vec![]),
            (json!({"url": 7}), vec![]),
            (json!(""), vec![]),
            (json!(null), vec![]),
            (json!([["https://a.example"]]), vec![]),
        ] {
            assert_eq!(Source::read(&value), sources, "{value}");
        }
        let long = Source::read(
            &json!({"url": format!("https://a.example/{}", "x".repeat(9_999)), "title": "t".repeat(9_999)}),
        );
        assert_eq!((long[0].url.chars().count(), long[0].title.chars().count()), (URL_CHARS_MAX, TITLE_CHARS_MAX));
        assert_eq!(long[0].link(), None, "half an address leads elsewhere");
    }

    #[test]
    fn only_a_whole_address_of_the_web_is_a_link() {
        for (url, host) in [
            ("https://a.example/b?c#d", Some("a.example")),
            ("https://bank.example@evil.example/", None),
            ("https://a.example/b…", None),
            ("mailto:a@b.example", None),
            ("", None),
        ] {
            let source = Source { url: url.to_owned(), title: String::new() };
            assert_eq!((source.host(), source.link().is_some()), (host, host.is_some()), "{url}");
        }
    }
}
