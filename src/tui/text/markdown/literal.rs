//! Hides from the parser what it must leave alone: formulas and bare addresses, whose marks are no Markdown, and names
//! such as `__init__`. The parser is given a text of the same length in which these have no marks any more, so that
//! every place in it is the same place in the source; what is drawn is the source. Emphasis beside Chinese, Japanese and
//! Korean is made plain to the parser in the same way.
//!
//! Must not change what makes blocks, and no code, address of a link or HTML.

mod outline;

use super::flanking::stand_in;
use super::formulas::{Close, PAIRS, between_dollars, close_of, has_marks_of_prose};
use crate::text::address::{bare_length, has_reference, reference_length};
use outline::{Leaf, Outline};
use std::borrow::Cow;
use std::ops::Range;

/// Stands for a mark that the parser must not see.
const SHIELD: u8 = b'x';
/// The longest name of a file or a method between underscores. Without a limit, each pair of underscores in a long name
/// would read the rest of it.
const NAME_BYTES_MAX: usize = 255;

/// A text for the parser, and what it must leave alone there.
#[derive(Debug)]
pub(super) struct Shielded<'a> {
    /// As long as the source.
    pub(super) text: Cow<'a, str>,
    /// In the order of the text.
    literals: Vec<Literal>,
}

/// A piece of text that is no Markdown inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) bytes: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Formula,
    Address,
}

impl<'a> Shielded<'a> {
    /// Looks for what is literal in `text`, which is one block.
    pub(super) fn of(text: &'a str) -> Self {
        if !may_have_literals(text) {
            return Self { text: Cow::Borrowed(text), literals: Vec::new() };
        }
        let outline = Outline::of(text);
        let mut scan = Scan {
            text,
            shielded: text.as_bytes().to_vec(),
            literals: Vec::new(),
            outline: &outline,
            ahead: Ahead::default(),
        };
        for leaf in &outline.leaves {
            scan.read(leaf);
        }
        let Scan { shielded, literals, .. } = scan;
        // Whole characters are replaced by others of their length: it is text still.
        match String::from_utf8(shielded) {
            Ok(shielded) => Self { text: Cow::Owned(shielded), literals },
            Err(_) => Self { text: Cow::Borrowed(text), literals: Vec::new() },
        }
    }

    /// The part behind the first `prefix` bytes, with its own places.
    pub(super) fn behind(&self, prefix: usize) -> Shielded<'_> {
        let shift = |literal: &Literal| {
            let (start, end) = (literal.bytes.start.checked_sub(prefix)?, literal.bytes.end - prefix);
            Some(Literal { bytes: start..end, kind: literal.kind })
        };
        Shielded {
            text: Cow::Borrowed(self.text.get(prefix..).unwrap_or_default()),
            literals: self.literals.iter().filter_map(shift).collect(),
        }
    }

    /// The literals that `range` has a part of.
    pub(super) fn within(&self, range: &Range<usize>) -> impl Iterator<Item = &Literal> {
        let (from, to) = (range.start, range.end);
        let first = self.literals.partition_point(|literal| literal.bytes.end <= from);
        self.literals.iter().skip(first).take_while(move |literal| literal.bytes.start < to)
    }
}

/// Returns false for a text that has no literals. Cheap: it is asked of every block.
fn may_have_literals(text: &str) -> bool {
    let has = |what: &str| text.contains(what);
    // The first bytes of Chinese, Japanese and Korean.
    let has_cjk = || text.bytes().any(|byte| byte == 0xe1 || byte >= 0xe3);
    has("$") || has("\\(") || has("\\[") || has("://") || has("__") || ((has("*") || has("~~")) && has_cjk())
}

/// Positions in the outline. The scan only moves forward, so each part of it is passed once.
#[derive(Debug, Default)]
struct Ahead {
    /// The first zone and the first element that were not passed yet.
    zone: usize,
    element: usize,
    /// The elements that the scan is in, the outermost first.
    around: Vec<usize>,
}

struct Scan<'a> {
    text: &'a str,
    shielded: Vec<u8>,
    literals: Vec<Literal>,
    outline: &'a Outline,
    ahead: Ahead,
}

impl Scan<'_> {
    fn read(&mut self, leaf: &Leaf) {
        let mut at = leaf.start;
        while at < leaf.end {
            if let Some(behind) = self.zone_at(at) {
                at = behind;
                continue;
            }
            self.enter(at);
            let found = match self.text.as_bytes()[at] {
                b'$' | b'\\' => self.formula(at, leaf),
                b'h' => self.address(at, leaf),
                b'_' => self.name(at, leaf),
                b'*' | b'~' => Some(self.emphasis(at, leaf)),
                b']' => self.bracket(at, leaf),
                b'\n' => Some(line_content(self.text, at + 1)),
                _ => None,
            };
            at = found.unwrap_or(at + 1);
        }
    }

    /// The end of the zone that begins at `at`. Zones whose beginning was taken by a literal are none any more.
    fn zone_at(&mut self, at: usize) -> Option<usize> {
        let zones = &self.outline.zones;
        while zones.get(self.ahead.zone).is_some_and(|zone| zone.start < at) {
            self.ahead.zone += 1;
        }
        zones.get(self.ahead.zone).filter(|zone| zone.start == at).map(|zone| zone.end.max(at + 1))
    }

    /// Keeps count of the elements around `at`.
    fn enter(&mut self, at: usize) {
        let elements = &self.outline.elements;
        // They stand in each other: what is over is what was begun last.
        while self.ahead.around.pop_if(|index| elements[*index].bytes.end <= at).is_some() {}
        while let Some(element) = elements.get(self.ahead.element).filter(|element| element.bytes.start <= at) {
            if element.bytes.end > at {
                self.ahead.around.push(self.ahead.element);
            }
            self.ahead.element += 1;
        }
    }

    /// The byte at which the text of the innermost element around ends, or the leaf. Of `links` only, or of every element.
    fn limit(&self, leaf: &Leaf, links: bool) -> usize {
        let around = self.ahead.around.iter().rev().map(|index| &self.outline.elements[*index]);
        let innermost = around.into_iter().find(|element| element.is_link || !links);
        innermost.map_or(leaf.end, |element| element.inner_end.min(leaf.end))
    }

    /// Returns true if a link begins between `at` and `end` and goes on behind `end`.
    fn cuts_a_link(&self, at: usize, end: usize) -> bool {
        let ahead = self.outline.elements.iter().skip(self.ahead.element);
        let mut begun = ahead.take_while(|element| element.bytes.start < end);
        begun.any(|element| element.is_link && element.bytes.start > at && element.bytes.end > end)
    }

    /// The byte behind what a dollar or a backslash at `at` begins.
    fn formula(&mut self, at: usize, leaf: &Leaf) -> Option<usize> {
        let limit = self.limit(leaf, true);
        let rest = self.text.get(at..leaf.end)?;
        let dollars = rest.bytes().take_while(|byte| *byte == b'$').count();
        let escaped = (dollars == 0).then(|| at + 1 + rest.chars().nth(1).map_or(0, char::len_utf8));
        let otherwise = Some(escaped.unwrap_or(at + dollars));
        let found = if dollars == 1 {
            between_dollars(self.text, at, limit)
        } else {
            let pair = PAIRS.into_iter().find(|(open, _)| rest.starts_with(open) && dollars < 3);
            pair.and_then(|pair| self.between_marks(at, limit, pair))
        };
        let Some(formula) = found.filter(|formula| !self.cuts_a_link(at, formula.end)) else {
            return self.unclosed(at, leaf).or(otherwise);
        };
        let (end, marks) = (formula.end, if dollars == 1 { 1 } else { 2 });
        self.shield(&(at + marks..end - marks));
        // Marks like any others beside emphasis, without a meaning to the parser.
        for place in (at..at + marks).chain(end - marks..end) {
            self.shielded[place] = b'$';
        }
        self.literals.push(Literal { bytes: formula, kind: Kind::Formula });
        Some(end)
    }

    /// The end of a formula that is not closed before the text ends, as where an answer was cut off: it stays as it is written.
    /// What has no marks of a formula is prose, and what a plain bracket closes was escaped.
    fn unclosed(&mut self, at: usize, leaf: &Leaf) -> Option<usize> {
        let rest = self.text.get(at..leaf.end)?;
        let (open, _) = PAIRS.into_iter().skip(1).find(|(open, _)| rest.starts_with(open))?;
        let inside = rest.get(2..)?;
        let is_last = self.limit(leaf, false) == leaf.end && self.text.get(leaf.end..)?.trim().is_empty();
        if !is_last || inside.contains(open) || !inside.contains(['_', '^', '=', '{', '\\']) {
            return None;
        }
        let (opening, closing) = if open == "\\(" { ('(', ')') } else { ('[', ']') };
        let mut depth = 0usize;
        for c in inside.chars() {
            match c {
                c if c == opening => depth += 1,
                c if c == closing => depth = depth.checked_sub(1)?,
                _ => {}
            }
        }
        if inside.contains('`') || has_marks_of_prose(inside) || self.cuts_a_link(at, leaf.end) {
            return None;
        }
        self.shield(&(at..leaf.end));
        self.literals.push(Literal { bytes: at..leaf.end, kind: Kind::Formula });
        Some(leaf.end)
    }

    fn between_marks(&self, at: usize, limit: usize, (open, close): (&str, &str)) -> Option<Range<usize>> {
        let inside = self.text.get(at + 2..limit)?;
        let Close::At(length) = close_of(inside, open, close) else { return None };
        let is_formula = length > 0 && !has_marks_of_prose(inside.get(..length)?);
        is_formula.then_some(at..at + 2 + length + 2)
    }

    fn address(&mut self, at: usize, leaf: &Leaf) -> Option<usize> {
        // In a word, `http` begins no address.
        let is_in_word = |c: char| c.is_ascii_alphanumeric();
        if !self.text.get(at..)?.starts_with("http") || self.text.get(..at)?.ends_with(is_in_word) {
            return None;
        }
        let mut end = at + bare_length(self.text.get(at..self.limit(leaf, false))?)?;
        // A link ends it, and so does code, but not within it.
        let elements = self.outline.elements.iter().skip(self.ahead.element);
        let link = elements.take_while(|element| element.bytes.start < end).find(|element| element.is_link);
        let zones = self.outline.zones.iter().skip(self.ahead.zone);
        let zone = zones.take_while(|zone| zone.start < end).find(|zone| zone.start > at && zone.end >= end);
        let cuts = [link.map(|link| link.bytes.start), zone.map(|zone| zone.start)];
        for cut in cuts.into_iter().flatten().filter(|cut| *cut > at) {
            end = at + bare_length(self.text.get(at..cut.min(end))?)?;
        }
        let bytes = at..end;
        let written = self.text.get(bytes.clone())?;
        // What is escaped in it, or a reference to a character, is for the parser to read.
        if written.contains('\\') || has_reference(written) {
            self.shield_all_but_references(&bytes);
        } else {
            self.shield(&bytes);
        }
        self.literals.push(Literal { bytes, kind: Kind::Address });
        Some(end)
    }

    /// A name of a file or of a method, as in `src/__init__.py` and `a.__Class__`: alone it would be strong text. In lower
    /// case it is a name everywhere, as in Python; for strong text models write stars.
    fn name(&mut self, at: usize, leaf: &Leaf) -> Option<usize> {
        let rest = self.text.get(at..leaf.end)?;
        let run = rest.bytes().take_while(|byte| *byte == b'_').count();
        let otherwise = Some(at + run);
        if run != 2 {
            return otherwise;
        }
        let inner = rest.get(run..)?;
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = inner.bytes().take(NAME_BYTES_MAX + 1).take_while(is_of_name).count();
        let name = inner.get(..length)?;
        let before = self.text.get(..at)?;
        let behind = inner.get(length..)?.as_bytes();
        let is_in_path = before.ends_with('/')
            || before
                .strip_suffix('.')
                .is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == ')'))
            || matches!(behind, [b'.', next, ..] if next.is_ascii_alphanumeric() || *next == b'_')
            || matches!(behind, [b'/' | b'(', ..]);
        let is_lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_name = (3..=NAME_BYTES_MAX).contains(&length)
            && name.ends_with("__")
            && !name.starts_with('_')
            && (is_in_path || name.bytes().all(is_lower));
        if !is_name {
            return otherwise;
        }
        let end = at + run + length;
        self.shield(&(at..end));
        Some(end)
    }

    /// The byte behind the run of marks at `at`, beside which a stand-in may be needed.
    fn emphasis(&mut self, at: usize, leaf: &Leaf) -> usize {
        let bytes = self.text.as_bytes();
        let run = bytes[at..leaf.end].iter().take_while(|byte| **byte == bytes[at]).count();
        let end = at + run;
        let before = self.text.get(leaf.start..at).and_then(|text| text.chars().next_back()).unwrap_or(' ');
        let behind = self.text.get(end..leaf.end).and_then(|text| text.chars().next()).unwrap_or(' ');
        let is_emphasis = bytes[at] == b'*' || run == 2;
        if let Some(stand_in) = stand_in(before, behind).filter(|_| is_emphasis) {
            let from = if stand_in.before { at - before.len_utf8() } else { end };
            if let Some(place) = self.shielded.get_mut(from..from + stand_in.by.len()) {
                place.copy_from_slice(stand_in.by.as_bytes());
            }
        }
        end
    }

    /// The address of a link begins a zone. Behind any other bracket stands none, and must not become one for what is
    /// hidden in it: it would lead to what the parser was given.
    fn bracket(&mut self, at: usize, leaf: &Leaf) -> Option<usize> {
        if self.text.get(at..leaf.end)?.starts_with("](") {
            self.shielded[at + 1] = b'.';
        }
        None
    }

    /// Hides the marks in `range` from the parser, but not what begins its lines: that makes blocks.
    fn shield(&mut self, range: &Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            match self.text.as_bytes()[at] {
                b'\n' => at = line_content(self.text, at),
                // What separates cells was found by then.
                byte if byte.is_ascii_punctuation() && byte != b'|' => {
                    self.shielded[at] = SHIELD;
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    fn shield_all_but_references(&mut self, range: &Range<usize>) {
        let mut at = range.start;
        while let Some(rest) = self.text.get(at..range.end).filter(|rest| !rest.is_empty()) {
            let length = match rest.as_bytes()[0] {
                b'\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
                _ => reference_length(rest).unwrap_or_else(|| {
                    let length = rest.chars().next().map_or(1, char::len_utf8);
                    self.shield(&(at..at + length));
                    length
                }),
            };
            at += length;
        }
    }
}

/// The byte at which the content of a line begins that goes on from the line before: `at`, or behind the newline there.
fn line_content(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start_matches(['\n', ' ', '\t', '>']).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The literals of a text.
    fn literals(text: &str) -> Vec<&str> {
        Shielded::of(text).literals.iter().filter_map(|literal| text.get(literal.bytes.clone())).collect()
    }

    #[test]
    fn formulas_and_addresses_are_found_where_no_code_link_or_html_is() {
        for (text, found) in [
            ("a $x$ https://a.example/b", &["$x$", "https://a.example/b"][..]),
            ("`$x$ https://a.example`", &[]),
            ("a ` b \\(x_1\\)", &["\\(x_1\\)"]),
            ("``a`` ` \\[x\\]", &["\\[x\\]"]),
            ("[a](https://a.example/$b$) $c$", &["$c$"]),
            ("[a](\\(b\\)) [c $d$](e)", &["$d$"]),
            ("[$5](u) or [$b](v)", &[]),
            ("<https://a.example/\\(b\\)>", &[]),
            ("<a href=\"https://a.example\">$x$</a>", &["$x$"]),
            ("$a<b$ and $c>d$", &["$a<b$", "$c>d$"]),
            ("$a*b$ and $c*d$", &["$a*b$", "$c*d$"]),
            ("> $$\n> a\n> $$", &["$$\n> a\n> $$"]),
            ("- x\n\n  ```\n  $a$\n  ```\n", &[]),
            ("\\$5 and \\\\(x\\\\) $y$", &["$y$"]),
            ("**https://a.example/b**c", &["https://a.example/b"]),
            ("*see https://a.example/b*c*", &["https://a.example/b"]),
            ("[https://a.example/b_c](d)", &["https://a.example/b_c"]),
            ("[a https://a.example/b](d)", &["https://a.example/b"]),
            ("https://a.example/b`c`", &["https://a.example/b"]),
            ("https://a.example/b`c`d", &["https://a.example/b`c`d"]),
            ("https://a.example/b[c](d)", &["https://a.example/b"]),
            ("| https://a.example/b|$c$ |\n|---|---|\n", &["https://a.example/b", "$c$"]),
            ("xhttps://a.example", &[]),
            ("$$ $$$ $$", &["$$ $$$ $$"]),
            ("**$$** or **$$$**", &[]),
            ("[a]: https://a.example/$b$\n", &[]),
        ] {
            assert_eq!(literals(text), found, "{text}");
        }
    }

    #[test]
    fn what_the_parser_is_given_has_the_length_of_the_text_and_its_lines() {
        for text in ["> $$\n> a_1 * b\n> $$", "**重要：**请 $x_1$", "**(x)**の", "https://a.example/_b_&amp;\\_"] {
            let shielded = Shielded::of(text);
            assert_eq!(shielded.text.len(), text.len());
            assert_ne!(shielded.text, text);
            assert!(
                shielded
                    .text
                    .lines()
                    .zip(text.lines())
                    .all(|(one, other)| one.starts_with('>') == other.starts_with('>'))
            );
        }
    }

    #[test]
    fn in_an_address_only_references_and_what_is_escaped_is_left_to_the_parser() {
        for (text, given) in [
            ("https://a.example/?a=1&b=*x*;c&amp;d", "httpsxxxaxexamplexxax1xbxxxxxc&amp;d"),
            ("https://a.example/&*x*&lt;c", "httpsxxxaxexamplexxxxx&lt;c"),
            ("https://a.example/&#42;*a*\\_b", "httpsxxxaxexamplex&#42;xax\\_b"),
        ] {
            assert_eq!(Shielded::of(text).text, given, "{text}");
        }
    }

    #[test]
    fn a_name_longer_than_any_real_one_is_none() {
        let shielded = |length: usize| {
            let text = format!("src/__{}__.py", "a".repeat(length));
            Shielded::of(&text).text != text
        };
        assert_eq!((shielded(4), shielded(200), shielded(300)), (true, true, false));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_hidden_the_places_and_the_lines_stay(
            pieces in proptest::collection::vec(
                r"\$|\$\$|\\\(|\\\)|\\\[|\\\]|\*\*|~~|_|__n__|`|\[|\]\(|\)|<|>|https://a\.example/|&amp;|\\|：|の|é|a| |\n|\n> |- ",
                0..40,
            )
        ) {
            let text = pieces.concat();
            let shielded = Shielded::of(&text);
            proptest::prop_assert_eq!(shielded.text.len(), text.len());
            let indents = |text: &str| -> Vec<usize> { text.lines().map(|line| line_content(line, 0)).collect() };
            proptest::prop_assert_eq!(indents(&shielded.text), indents(&text));
            let mut last = 0;
            for Literal { bytes, .. } in &shielded.literals {
                proptest::prop_assert!(bytes.start >= last && text.get(bytes.clone()).is_some());
                last = bytes.end;
            }
        }
    }
}
