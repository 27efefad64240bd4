//! Text within a block: stresses, code, links, formulas become styled text.

use super::super::row::StyledText;
use super::super::style::TextStyle;
use crate::tui::theme::Role;
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use std::ops::Range;
use std::sync::Arc;

/// A line of so many characters may have been broken for its length.
const FULL: usize = 60;
/// The longest address that is shown as a whole, in bytes.
const ADDRESS: usize = 80;

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
                let address =
                    if *link_type == LinkType::Email { format!("mailto:{dest_url}") } else { dest_url.to_string() };
                let target = is_safe(&address).then(|| Arc::from(address.as_str()));
                self.links.push(Link { address, target, from: self.styled.text.len() });
            }
            Tag::Image { dest_url, .. } => {
                let target = is_safe(dest_url).then(|| Arc::from(&**dest_url));
                self.decorate("image: ", Role::Faint, range.start);
                self.links.push(Link { address: dest_url.to_string(), target, from: self.styled.text.len() });
            }
            _ => return false,
        }
        true
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
        let mut shown: String = link.address.chars().take(ADDRESS).collect();
        if shown.len() < link.address.len() {
            shown.push('…');
        }
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
        {
            let (before, found, behind) = (
                rest.get(..address.start).unwrap_or_default(),
                rest.get(address.clone()).unwrap_or_default(),
                rest.get(address.end..).unwrap_or_default(),
            );
            self.push(before, self.role, &(at..at + before.len()));
            at += address.start;
            let (from, target) = (self.styled.text.len(), Some(Arc::from(found)));
            self.links.push(Link { address: String::new(), target, from });
            self.push(found, Role::Link, &(at..at + found.len()));
            self.links.pop();
            at += found.len();
            rest = behind;
        }
        self.push(rest, self.role, &(at..range.end));
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

/// Whether an address may be opened by a click: nothing that runs a program or reads a file.
fn is_safe(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "mailto")) && !address.contains(char::is_whitespace)
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
    fn only_what_a_browser_shows_may_be_opened() {
        for (address, safe) in [
            ("https://a.example", true),
            ("mailto:a@b.example", true),
            ("HTTP://a.example", true),
            ("file:///etc/passwd", false),
            ("javascript:alert(1)", false),
            ("vscode://open", false),
            ("/relative", false),
            ("https://a b", false),
        ] {
            assert_eq!(is_safe(address), safe, "{address}");
        }
    }
}
