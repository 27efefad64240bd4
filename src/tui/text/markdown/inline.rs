//! Text within a block: stresses, code, links, formulas become styled text.

use super::super::cells::text_width;
use super::super::row::StyledText;
use super::super::style::TextStyle;
use crate::text::address::is_safe;
use crate::text::sanitize::sanitize;
use crate::tui::theme::Role;
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// A line of so many characters may have been broken for its length.
const FULL: usize = 60;
/// So many characters of an address are shown, and more where its host ends behind them.
const ADDRESS_CHARS_MAX: usize = 80;

/// Inline text as it is read. Must not know what block it belongs to.
#[derive(Debug)]
pub(super) struct Inline<'a> {
    /// The source of the piece that is read, and where that begins in the whole source.
    source: &'a str,
    base: usize,
    pub(super) styled: StyledText,
    /// What plain text is here: a heading, or text.
    pub(super) role: Role,
    /// Everything is, as in a heading.
    stress: (bool, bool),
    strong: usize,
    emphasis: usize,
    struck: usize,
    links: Vec<Link>,
}

#[derive(Debug)]
struct Link {
    address: String,
    target: Option<Arc<str>>,
    /// Where its text begins in `styled`.
    from: usize,
}

impl<'a> Inline<'a> {
    pub(super) fn new(source: &'a str, base: usize) -> Self {
        Self {
            source,
            base,
            styled: StyledText::default(),
            role: Role::Text,
            stress: (false, false),
            strong: 0,
            emphasis: 0,
            struck: 0,
            links: Vec::new(),
        }
    }

    /// From here on everything is strong, or stressed, or neither.
    pub(super) fn stress(&mut self, strong: bool, emphasis: bool) {
        self.stress = (strong, emphasis);
    }

    /// A word that is not written so in the source, at the byte `at`.
    pub(super) fn label(&mut self, word: &str, at: usize) {
        let style = TextStyle { role: Role::Heading, strong: self.stress.0, ..TextStyle::default() };
        self.styled.push(word, style, self.base + at, false, None);
    }

    /// Takes an event in; gives back whether it was one of inline text.
    pub(super) fn read(&mut self, event: &Event, range: Range<usize>) -> bool {
        match event {
            Event::Start(tag) => return self.begin(tag, range),
            Event::End(tag) => return self.end(*tag, range),
            Event::Text(text) => self.text(text, range),
            Event::Code(code) => self.push(code, Role::Snippet, &range),
            Event::InlineMath(_) | Event::DisplayMath(_) => {
                // With its marks: a price between two dollar signs is no formula, and nothing is lost.
                let written = self.source.get(range.start..range.end.min(self.source.len())).unwrap_or_default();
                self.push(written, Role::Math, &range);
            }
            Event::InlineHtml(tag) if is_line_break(tag) => self.decorate("\n", Role::Text, range.start),
            Event::InlineHtml(html) | Event::Html(html) => self.push(html, self.role, &range),
            Event::FootnoteReference(label) => self.push(&format!("[^{label}]"), Role::Link, &range),
            Event::SoftBreak if self.is_wrapped_at(range.start) => self.decorate(" ", Role::Text, range.start),
            Event::SoftBreak | Event::HardBreak => self.decorate("\n", Role::Text, range.start),
            Event::Rule | Event::TaskListMarker(_) => return false,
        }
        true
    }

    fn begin(&mut self, tag: &Tag, range: Range<usize>) -> bool {
        match tag {
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strong => self.strong += 1,
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, link_type, .. } => {
                let scheme = if *link_type == LinkType::Email { "mailto:" } else { "" };
                self.begin_link(&format!("{scheme}{dest_url}"));
            }
            Tag::Image { dest_url, .. } => {
                self.decorate("image: ", Role::Faint, range.start);
                self.begin_link(dest_url);
            }
            _ => return false,
        }
        true
    }

    fn begin_link(&mut self, written: &str) {
        // References to characters were replaced in it.
        let address = sanitize(written).replace('\n', " ");
        let target = (address == written && is_safe(&address)).then(|| Arc::from(written));
        self.links.push(Link { address, target, from: self.styled.text.len() });
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) -> bool {
        match tag {
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => self.end_link(range.end),
            _ => return false,
        }
        true
    }

    /// Whether the line that ends at `at` was broken because it was full, in the middle of a sentence that goes on below.
    /// Models seldom break lines so; where they break one earlier, they mean it, as in a poem or in code without a fence.
    fn is_wrapped_at(&self, at: usize) -> bool {
        let below = self.source.get(at..).unwrap_or_default().trim_start_matches(['\r', '\n']);
        let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '*' | '_' | '`' | '[' | '(' | '"' | '$');
        if !below.starts_with(goes_on) {
            return false;
        }
        let before = self.source.get(..at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default().trim_end();
        line.chars().count() >= FULL && !line.ends_with(['.', ':', '!', '?', '…'])
    }

    /// Behind a link stands where it leads, unless its text says so: what is promised and what is opened may differ.
    fn end_link(&mut self, end: usize) {
        let Some(link) = self.links.pop() else { return };
        let text = self.styled.text.get(link.from..).unwrap_or_default();
        let bare = |address: &str| address.trim_start_matches("mailto:").trim_end_matches('/').to_owned();
        if link.address.is_empty() || bare(text) == bare(&link.address) {
            return;
        }
        let shown = shortened(&link.address);
        // Where it stands in the source it is found and copied as what it is.
        let written = self.source.get(..end.min(self.source.len())).unwrap_or_default();
        let at = written.rfind(&*shown);
        let (place, target) = (self.base + at.unwrap_or(written.len()), link.target.as_ref());
        let open = if text.is_empty() { "(" } else { " (" };
        self.styled.push(open, Role::Faint.into(), place, false, target);
        self.styled.push(&shown, Role::Faint.into(), place, at.is_some(), target);
        self.styled.push(")", Role::Faint.into(), place, false, target);
    }

    /// Plain text, in which an address is a link.
    fn text(&mut self, text: &CowStr, range: Range<usize>) {
        let (mut rest, mut at) = (&**text, range.start);
        let verbatim = self.source.get(range.clone()) == Some(rest);
        while self.links.is_empty()
            && verbatim
            && let Some(address) = address_in(rest)
            && self.is_all_of(at + address.start, rest.get(address.clone()).unwrap_or_default())
        {
            let (before, found, behind) = (
                rest.get(..address.start).unwrap_or_default(),
                rest.get(address.clone()).unwrap_or_default(),
                rest.get(address.end..).unwrap_or_default(),
            );
            self.push(before, self.role, &(at..at + before.len()));
            at += address.start;
            let (from, target) = (self.styled.text.len(), is_safe(found).then(|| Arc::from(found)));
            self.links.push(Link { address: String::new(), target, from });
            self.push(found, Role::Link, &(at..at + found.len()));
            self.links.pop();
            at += found.len();
            rest = behind;
        }
        self.push(rest, self.role, &(at..range.end));
    }

    /// Whether the address that the source has at `at` is `found`: marks in it, as in `https://a.example/b*c*d`, are not
    /// shown, and what is shown must be what is opened.
    fn is_all_of(&self, at: usize, found: &str) -> bool {
        let source = self.source.get(at..).unwrap_or_default();
        let written = source.get(address_in(source).unwrap_or_default()).unwrap_or_default();
        // The marks of a stressed address may stand behind it.
        written.strip_prefix(found).is_some_and(|marks| marks.chars().all(|c| matches!(c, '*' | '_' | '~' | '\\')))
    }

    fn push(&mut self, text: &str, role: Role, range: &Range<usize>) {
        let within = self.links.last();
        let role = if within.is_some() && role != Role::Snippet { Role::Link } else { role };
        let target = within.and_then(|link| link.target.clone());
        let (strong, emphasis) = (self.stress.0 || self.strong > 0, self.stress.1 || self.emphasis > 0);
        let style = TextStyle { role, strong, emphasis, struck: self.struck > 0 };
        // The text of code stands between its backticks, that of an entity nowhere.
        let source = self.source.get(range.start..range.end.min(self.source.len())).unwrap_or_default();
        // Where formulas were looked for, and none was found, it is drawn as it is written.
        let text = if source.len() == text.len() { source } else { text };
        let decoded = if source.contains(text) { Cow::Borrowed(text) } else { decoded(text, source) };
        let text = &*decoded;
        let offset = source.find(text);
        let at = self.base + range.start.min(self.source.len()) + offset.unwrap_or(0);
        self.styled.push(text, style, at, offset.is_some(), target.as_ref());
    }

    fn decorate(&mut self, text: &str, role: Role, at: usize) {
        self.styled.decorate(text, role, self.base + at.min(self.source.len()));
    }
}

fn is_line_break(tag: &str) -> bool {
    tag.trim_start_matches("<br").trim_matches([' ', '/', '>']).is_empty() && tag.starts_with("<br")
}

/// A text in which references to characters, `source`, were replaced: they must not bring back what was cleaned away. What
/// takes no cell is shown as it is written, so that no number of them piles up on one.
fn decoded<'a>(text: &'a str, source: &'a str) -> Cow<'a, str> {
    let clean = sanitize(text).replace('\n', " ");
    if text_width(&clean) == 0 && !clean.is_empty() { Cow::Borrowed(source) } else { Cow::Owned(clean) }
}

/// The part of an address that says whose it is, from its beginning on: up to the end of the host, or of the recipient.
fn authority(address: &str) -> &str {
    let (scheme, rest) = address.split_once(':').unwrap_or_default();
    let (slashes, ends): (usize, &[char]) =
        if rest.starts_with("//") { (2, &['/', '\\', '?', '#']) } else { (0, &['?', '#']) };
    let host = rest.get(slashes..).unwrap_or_default();
    let end = scheme.len() + 1 + slashes + host.find(ends).unwrap_or(host.len());
    address.get(..end).unwrap_or(address)
}

/// An address as far as it is shown: never cut within what says whose it is.
fn shortened(address: &str) -> String {
    let most = ADDRESS_CHARS_MAX.max(authority(address).chars().count());
    let mut shown: String = address.chars().take(most).collect();
    if shown.len() < address.len() {
        shown.push('…');
    }
    shown
}

/// The first bare address in a text.
fn address_in(text: &str) -> Option<Range<usize>> {
    let mut start = text.find("http")?;
    while !["https://", "http://"].iter().any(|scheme| text.get(start..).is_some_and(|rest| rest.starts_with(scheme))) {
        start += 4 + text.get(start + 4..)?.find("http")?;
    }
    let rest = text.get(start..)?;
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '|');
    let address = rest.get(..rest.find(ends).unwrap_or(rest.len()))?;
    // What ends a sentence is no part of it, nor is a bracket that was opened before it.
    let mut address = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
    let mut closed_too_often = address.matches(')').count().saturating_sub(address.matches('(').count());
    while closed_too_often > 0 && address.ends_with(')') {
        address = address.get(..address.len() - 1)?;
        closed_too_often -= 1;
    }
    (address.len() > "https://".len()).then_some(start..start + address.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_addresses_are_found_without_what_ends_the_sentence() {
        for (text, found) in [
            ("see https://a.example/x?y=1, then", Some("https://a.example/x?y=1")),
            ("(https://a.example/b_(c))", Some("https://a.example/b_(c)")),
            ("(at http://a.example).", Some("http://a.example")),
            ("https://", None),
            ("nothing", None),
        ] {
            assert_eq!(address_in(text).map(|range| text.get(range).unwrap()), found, "{text}");
        }
    }

    #[test]
    fn an_address_is_never_cut_within_its_host() {
        let (long, path) = ("a".repeat(200), "p".repeat(200));
        for address in [
            format!("https://bank.example.{long}@evil.example"),
            format!("https://{long}.evil.example"),
            format!("mailto:{long}@evil.example"),
        ] {
            assert_eq!(shortened(&address), address);
            assert_eq!(shortened(&format!("{address}?{path}")), format!("{address}…"));
        }
        assert_eq!(shortened(&format!("https://{long}.evil.example\\x")), format!("https://{long}.evil.example…"));
        let short = shortened(&format!("https://a.example/{path}"));
        assert_eq!((short.chars().count(), short.ends_with("p…")), (81, true));
        assert_eq!(shortened("/relative"), "/relative");
    }
}
