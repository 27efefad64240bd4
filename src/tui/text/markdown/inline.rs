//! Text within a block: stresses, code, links, formulas become styled text.

use super::super::cells::text_width;
use super::super::row::StyledText;
use super::super::style::TextStyle;
use super::literal::{Kind, Literal, Shielded};
use super::table::Notes;
use crate::text::address::{has_reference, host_unlike, is_safe, shortened, with_plain_host};
use crate::text::sanitize::sanitize;
use crate::tui::theme::Role;
use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// A line of so many characters may have been broken for its length.
const FULL: usize = 60;
/// The characters of an address that are shown. A longer host is shown whole.
const ADDRESS_CHARS_MAX: usize = 80;
/// The same in the cell of a table.
const CELL_ADDRESS_CHARS_MAX: usize = 40;

/// Inline text as it is read. Must not know what block it belongs to.
#[derive(Debug)]
pub(super) struct Inline<'a> {
    /// The source of the piece that is read, and where that begins in the whole source.
    source: &'a str,
    base: usize,
    /// The text that the parser reads instead of the source.
    shielded: &'a Shielded<'a>,
    /// The destinations of the links of a table, which are written below it; `None` outside of tables.
    pub(super) notes: Option<Notes>,
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
    /// Its text is its address.
    is_bare: bool,
    /// Where its text begins in `styled`.
    from: usize,
}

impl<'a> Inline<'a> {
    pub(super) fn new(source: &'a str, base: usize, shielded: &'a Shielded<'a>) -> Self {
        Self {
            source,
            base,
            shielded,
            notes: None,
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
            Event::Code(code) => self.code(code, range),
            Event::InlineHtml(tag) if is_line_break(tag) => {
                self.decorate("\n", Role::Text, range.start);
                self.end_at(range.end);
            }
            Event::InlineHtml(html) | Event::Html(html) => self.text(html, range),
            Event::FootnoteReference(label) => self.other(&format!("[^{label}]"), Role::Link, &range),
            Event::SoftBreak if self.is_wrapped_at(range.start) => self.decorate(" ", Role::Text, range.start),
            Event::SoftBreak | Event::HardBreak => {
                self.decorate("\n", Role::Text, range.start);
                self.indent_formula(range.start);
            }
            // No formula is one to the parser.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::Rule | Event::TaskListMarker(_) => return false,
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
                let is_bare = matches!(link_type, LinkType::Autolink | LinkType::Email);
                self.begin_link(&format!("{scheme}{dest_url}"), is_bare);
            }
            Tag::Image { dest_url, .. } => {
                self.decorate("image: ", Role::Faint, range.start);
                self.begin_link(dest_url, false);
            }
            _ => return false,
        }
        true
    }

    fn begin_link(&mut self, written: &str, is_bare: bool) {
        // References to characters were replaced in it.
        let address = sanitize(written).replace('\n', " ");
        let target = (address == written && is_safe(&address)).then(|| Arc::from(written));
        self.links.push(Link { address, target, is_bare, from: self.styled.text.len() });
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) -> bool {
        match tag {
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Strikethrough => self.struck = self.struck.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => self.end_link(range),
            _ => return false,
        }
        true
    }

    /// Whether the line that ends at `at` was broken because it was full, in the middle of a sentence that goes on below.
    /// Models seldom break lines so; where they break one earlier, they mean it, as in a poem or in code without a fence.
    fn is_wrapped_at(&self, at: usize) -> bool {
        if self.shielded.within(&(at..at + 1)).any(|literal| literal.kind == Kind::Formula) {
            return false;
        }
        let below = self.source.get(at..).unwrap_or_default().trim_start_matches(['\r', '\n']);
        let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '*' | '_' | '`' | '[' | '(' | '"' | '$');
        if !below.starts_with(goes_on) {
            return false;
        }
        let before = self.source.get(..at).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default().trim_end();
        line.chars().count() >= FULL && !line.ends_with(['.', ':', '!', '?', '…'])
    }

    /// The lines of a formula keep what they are indented by beyond its first one. The line that ends at `at` is followed by
    /// one.
    fn indent_formula(&mut self, at: usize) {
        let formula = self.shielded.within(&(at..at + 1)).find(|literal| literal.kind == Kind::Formula);
        let Some(start) = formula.map(|formula| formula.bytes.start) else { return };
        let first = self.source.get(..start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        let Some(line) = self.source.get(at..).and_then(|rest| rest.find('\n')).map(|newline| at + newline + 1) else {
            return;
        };
        let rest = self.source.get(line..).unwrap_or_default();
        let before = rest.len() - rest.trim_start_matches(['>', ' ', '\t']).len();
        let blanks = before - rest.get(..before).unwrap_or_default().trim_end_matches(' ').len();
        let indent = before.saturating_sub(first.chars().take(before).count()).min(blanks);
        self.written(line + before - indent..line + before, Role::Math);
    }

    /// Behind a link stands where it leads, unless its text says so: what is promised and what is opened may differ. In a
    /// table, where a long address would break the columns, that stands below.
    fn end_link(&mut self, range: Range<usize>) {
        let Some(link) = self.links.pop() else { return };
        let text = self.styled.text.get(link.from..).unwrap_or_default();
        let bare = |address: &str| address.trim_start_matches("mailto:").trim_end_matches('/').to_owned();
        let shown = with_plain_host(&link.address);
        if link.address.is_empty() || bare(text) == bare(&shown) {
            return;
        }
        // Where it stands in the source it is found and copied as what it is.
        let end = range.end.min(self.source.len());
        let written = self.source.get(range.start..end).unwrap_or_default();
        let at = written.rfind(&*shown).map(|at| range.start + at);
        let place = self.base + at.unwrap_or(end);
        let target = link.target.as_ref();
        let style: TextStyle = Role::Faint.into();
        let open = if text.is_empty() || text.ends_with(' ') { "(" } else { " (" };
        if self.notes.is_none() {
            self.styled.push(open, style, place, false, target);
            push_address(
                &mut self.styled,
                &shown,
                (style, at.map(|at| self.base + at), place),
                ADDRESS_CHARS_MAX,
                target,
            );
            self.styled.push(")", style, place, false, target);
            return self.end_at(end);
        }
        // A text that names a host must not be taken for where it leads.
        let host = if text.trim().is_empty() { Some(&*shown) } else { host_unlike(text, &shown) };
        if let Some(host) = host.filter(|_| !link.is_bare) {
            self.styled.push(open, style, place, false, target);
            push_address(&mut self.styled, host, (style, None, place), CELL_ADDRESS_CHARS_MAX, target);
            self.styled.push(")", style, place, false, target);
        }
        self.note(&shown, place, target);
        self.end_at(end);
    }

    /// What was drawn last and is not written so ends at the byte `at`: what is selected up to there has all of it.
    fn end_at(&mut self, at: usize) {
        self.styled.end_at(self.base + at.min(self.source.len()));
    }

    /// Notes the destination of a link of the table, and puts the number of the note behind the text of the link.
    fn note(&mut self, address: &str, place: usize, target: Option<&Arc<str>>) {
        let Some(notes) = &mut self.notes else { return };
        let number = notes.number(address, target);
        // It must not stand on a row of its own, where it would seem to belong to nothing.
        self.styled.push(&format!("\u{a0}[{number}]"), Role::Faint.into(), place, false, target);
    }

    /// Plain text, in which there may be formulas and bare addresses.
    fn text(&mut self, text: &CowStr, range: Range<usize>) {
        if self.shielded.text.get(range.clone()) != Some(text) {
            return self.other(text, self.role, &range);
        }
        let mut at = range.start;
        let shielded = self.shielded;
        for literal in shielded.within(&range) {
            let piece = literal.bytes.start.max(range.start)..literal.bytes.end.min(range.end);
            self.written(at..piece.start, self.role);
            at = piece.end;
            match literal.kind {
                Kind::Formula => self.written(piece, Role::Math),
                Kind::Address => self.bare_address(literal, piece),
            }
        }
        if self.links.last().is_some_and(|link| link.is_bare) && self.notes.is_some() {
            return self.address_in_cell(at..range.end);
        }
        self.written(at..range.end, self.role);
    }

    /// A piece of a bare address, which is a link where no other one is around it.
    fn bare_address(&mut self, literal: &Literal, piece: Range<usize>) {
        let written =
            self.source.get(literal.bytes.start..literal.bytes.end.min(self.source.len())).unwrap_or_default();
        let is_whole = piece == literal.bytes;
        if !self.links.is_empty() {
            return if is_whole { self.address_in_cell(piece) } else { self.written(piece, Role::Link) };
        }
        let address = unescaped(written);
        let target = (!has_reference(written) && is_safe(&address)).then(|| Arc::from(&*address));
        let from = self.styled.text.len();
        self.links.push(Link { address: String::new(), target: target.clone(), is_bare: true, from });
        let at = self.base + literal.bytes.start;
        if is_whole {
            self.address_in_cell(piece);
        } else {
            self.written(piece, Role::Link);
        }
        self.links.pop();
        let is_cut = self.styled.text.get(from..) != Some(written);
        if is_whole && is_cut && self.notes.is_some() {
            self.note(written, at, target.as_ref());
            self.styled.end_at(at + written.len());
        }
    }

    /// An address as it is written; in a table only as much of it as leaves the columns narrow.
    fn address_in_cell(&mut self, range: Range<usize>) {
        let written = self.source.get(range.start..range.end.min(self.source.len())).unwrap_or_default();
        if self.notes.is_none() || shortened(written, CELL_ADDRESS_CHARS_MAX).is_none() {
            return self.written(range, Role::Link);
        }
        let at = self.base + range.start;
        let (style, target) = (self.style(Role::Link), self.links.last().and_then(|link| link.target.clone()));
        push_address(&mut self.styled, written, (style, Some(at), at), CELL_ADDRESS_CHARS_MAX, target.as_ref());
    }

    /// Code, between its backticks.
    fn code(&mut self, code: &str, range: Range<usize>) {
        let written = self.source.get(range.start..range.end.min(self.source.len())).unwrap_or_default();
        // What was taken for an address there, and is code, is drawn as it is written.
        let is_shielded = self.shielded.text.get(range.clone()) != self.source.get(range.clone());
        let code = if is_shielded { written.trim_matches('`') } else { code };
        self.other(code, Role::Snippet, &range);
    }

    /// Text that is not what the source has at `range`, or only a part of that.
    fn other(&mut self, text: &str, role: Role, range: &Range<usize>) {
        let from = range.start.min(self.source.len());
        let source = self.source.get(from..range.end.min(self.source.len())).unwrap_or_default();
        // The text of an entity stands nowhere.
        let text = if source.contains(text) { Cow::Borrowed(text) } else { decoded(text, source) };
        let is_reference = source.starts_with('&') && *text != *source;
        let offset = source.find(&*text).filter(|_| !is_reference);
        self.push(&text, role, self.base + from + offset.unwrap_or(0), offset.is_some());
        if offset.is_none() {
            self.end_at(range.end);
        }
    }

    /// The source at `range`, as far as it has come.
    fn written(&mut self, range: Range<usize>, role: Role) {
        let source = self.source;
        let text = source.get(range.start..range.end.min(source.len())).unwrap_or_default();
        self.push(text, role, self.base + range.start, true);
    }

    fn push(&mut self, text: &str, role: Role, at: usize, verbatim: bool) {
        let target = self.links.last().and_then(|link| link.target.clone());
        let style = self.style(role);
        self.styled.push(text, style, at, verbatim, target.as_ref());
    }

    /// The style of text of `role` here.
    fn style(&self, role: Role) -> TextStyle {
        let role = if !self.links.is_empty() && role != Role::Snippet { Role::Link } else { role };
        let (strong, emphasis) = (self.stress.0 || self.strong > 0, self.stress.1 || self.emphasis > 0);
        TextStyle { role, strong, emphasis, struck: self.struck > 0 }
    }

    fn decorate(&mut self, text: &str, role: Role, at: usize) {
        self.styled.decorate(text, role, self.base + at.min(self.source.len()));
    }
}

/// Adds an address, of about `most` characters, with its host whole. `place`: how it looks, where in the source it stands if
/// it does, and else what place it stands for.
pub(super) fn push_address(
    styled: &mut StyledText,
    address: &str,
    (style, at, place): (TextStyle, Option<usize>, usize),
    most: usize,
    target: Option<&Arc<str>>,
) {
    let is_written = at.is_some();
    let at = at.unwrap_or(place);
    let Some((head, tail)) = shortened(address, most) else {
        return styled.push(address, style, at, is_written, target);
    };
    styled.push(head, style, at, is_written, target);
    let behind = if is_written { at + address.len() - tail.len() } else { at };
    styled.push("…", style, if is_written { at + head.len() } else { at }, false, target);
    styled.push(tail, style, behind, is_written, target);
}

fn is_line_break(tag: &str) -> bool {
    tag.trim_start_matches("<br").trim_matches([' ', '/', '>']).is_empty() && tag.starts_with("<br")
}

/// A text in which references to characters, `source`, were replaced: they must not bring back what was cleaned away. What
/// takes no cell is shown as it is written, so that no number of them piles up on one.
fn decoded<'a>(text: &'a str, source: &'a str) -> Cow<'a, str> {
    // Joiners have nothing to join here.
    let clean = sanitize(text).replace('\n', " ").replace(['\u{200c}', '\u{200d}'], "");
    if text_width(&clean) == 0 && !clean.is_empty() { Cow::Borrowed(source) } else { Cow::Owned(clean) }
}

/// An address without the backslashes before its marks, as Markdown reads it.
fn unescaped(address: &str) -> Cow<'_, str> {
    if !address.contains('\\') {
        return Cow::Borrowed(address);
    }
    let mut characters = address.chars().peekable();
    let mut plain = String::with_capacity(address.len());
    while let Some(c) = characters.next() {
        let escaped = characters.next_if(|next| c == '\\' && next.is_ascii_punctuation());
        plain.push(escaped.unwrap_or(c));
    }
    Cow::Owned(plain)
}
