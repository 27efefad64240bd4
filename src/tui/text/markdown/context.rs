//! The context of a block in the text before it: the number of its item in its list and, behind a cut in a block that was
//! too long, the constructs that were open at the cut.
//!
//! A rest is parsed behind a prefix, a short text of its own that opens what was open at the cut: `> - x` where that
//! was a paragraph of an item in a quote. Of the prefix nothing is drawn. Must not decide where a text is cut.

use super::blocks::options;
use super::fence::Fence;
use super::numbers::{Number, Numbers};
use super::table::Layout;
use pulldown_cmark::{Alignment, CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::borrow::Cow;
use std::sync::Arc;

/// A prefix that is longer opens what was nested too deep to be meant: its rest is text like any other.
const PREFIX_BYTES_MAX: usize = 4096;

/// The facts about the text before a block that its rows depend on.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    /// The number that is shown before it, if it is an item of a numbered list.
    pub(super) number: Option<Number>,
    /// The constructs that were open at the cut, where a block was cut before it.
    pub(super) rest: Option<Arc<Rest>>,
}

/// The constructs that were open where a block was cut.
#[derive(Debug, Clone)]
pub(super) struct Rest {
    prefix: String,
    /// The numbers of the items that it opens, the outermost first: it has them as they are shown.
    numbers: Vec<Option<Number>>,
    leaf: Leaf,
}

/// The construct of the last rows, as far as further rows depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Leaf {
    /// Text, of which they depend on nothing.
    #[default]
    Text,
    /// Code that begins at the byte `at` of the source, after so many of its lines.
    Code { at: usize, language: String, lines: usize },
    /// A table.
    Table(Layout),
}

impl Context {
    /// The context behind `cut`, which was cut off in the context `before`, and of which `leaf` was drawn last.
    pub(super) fn behind(cut: &str, before: &Self, leaf: &Leaf) -> Self {
        let rest = prefix(&before.joined(cut), before);
        let rest = rest.map(|(prefix, numbers)| Arc::new(Rest { prefix, numbers, leaf: leaf.clone() }));
        Self { number: before.number, rest }
    }

    /// The text that is put in front of the block where it is parsed.
    pub(super) fn prefix(&self) -> &str {
        self.rest.as_ref().map_or("", |rest| &rest.prefix)
    }

    /// The numbers of a list within `depth` others that begins at the byte `at` of the text behind the prefix, or in that.
    pub(super) fn numbers(&self, depth: usize, at: usize) -> Numbers {
        Numbers::from(match &self.rest {
            Some(rest) if at < rest.prefix.len() => rest.numbers.get(depth).copied().flatten(),
            _ => self.number.filter(|_| depth == 0),
        })
    }

    /// `text` behind the prefix.
    pub(super) fn joined<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.prefix() {
            "" => Cow::Borrowed(text),
            prefix => Cow::Owned(format!("{prefix}{text}")),
        }
    }

    /// The leaf that was drawn last before the cut.
    pub(super) fn leaf(&self) -> &Leaf {
        self.rest.as_ref().map_or(&Leaf::Text, |rest| &rest.leaf)
    }

    /// The byte of the source at which the code begins that the block is a part of, if it is one.
    pub(super) fn code(&self) -> Option<usize> {
        match self.leaf() {
            Leaf::Code { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// A blank line stood before the block: it ends what a line of text would have continued.
    pub(super) fn pass_blank_line(&mut self) {
        if let Some(rest) = &mut self.rest
            && !rest.prefix.ends_with("\n\n")
        {
            Arc::make_mut(rest).prefix.push('\n');
        }
    }
}

/// The prefix that opens what is open at the end of `text`, which stands in the context `before`, and the numbers of the
/// items that it opens.
fn prefix(text: &str, before: &Context) -> Option<(String, Vec<Option<Number>>)> {
    let (mut first, mut further, mut leaf) = (String::new(), String::new(), String::new());
    let (mut lists, mut numbers): (Vec<Numbers>, Vec<Option<Number>>) = (Vec::new(), Vec::new());
    let end = text.trim_end().len();
    for (event, range) in Parser::new_ext(text, options(text)).into_offset_iter() {
        let tag = match event {
            Event::Start(tag) => tag,
            Event::End(TagEnd::List(_)) => {
                lists.pop();
                continue;
            }
            _ => continue,
        };
        // The numbers of all items count, those of which the last one is open, too.
        let item = text.get(range.start..).unwrap_or_default();
        let shown = match tag {
            Tag::List(_) => {
                lists.push(before.numbers(lists.len(), range.start));
                String::new()
            }
            Tag::Item => lists.last_mut().and_then(|numbers| numbers.marker(item)).unwrap_or_else(|| bullet(item)),
            _ => String::new(),
        };
        // Only what contains the end can reach it, so these lie within each other.
        if range.end < end {
            continue;
        }
        match tag {
            Tag::BlockQuote(_) => {
                first.push_str("> ");
                further.push_str("> ");
            }
            Tag::Item => {
                numbers.push(lists.last().and_then(|list| list.last()));
                let before = item.len() - item.trim_start_matches(' ').len();
                let behind = item.trim_start().trim_start_matches(|c: char| !c.is_whitespace());
                let spaces = behind.len() - behind.trim_start_matches(' ').len();
                let spaces = if (1..=4).contains(&spaces) { spaces } else { 1 };
                let task =
                    behind.trim_start_matches(' ').get(..4).filter(|task| matches!(*task, "[ ] " | "[x] " | "[X] "));
                first.extend([&" ".repeat(before.min(3)), &*shown, &" ".repeat(spaces), task.unwrap_or_default()]);
                further.push_str(&" ".repeat(before.min(3) + shown.len() + spaces));
            }
            Tag::FootnoteDefinition(label) => {
                first.extend(["[^", &*label, "]: "]);
                further.push_str("    ");
            }
            Tag::Table(alignments) => leaf = table(&alignments, &further),
            Tag::CodeBlock(kind) => leaf = code(&kind, text.get(range.start..).unwrap_or_default()),
            Tag::Heading { .. } | Tag::HtmlBlock => "# x\n".clone_into(&mut leaf),
            _ => {}
        }
    }
    let between = if leaf.is_empty() { String::new() } else { format!("{}\n{further}", further.trim_end()) };
    let last_line = text.split_inclusive('\n').next_back().unwrap_or_default();
    let is_blank = |line: &str| line.chars().all(|c| c == '>' || c.is_whitespace());
    let blank = if is_blank(last_line) { last_line } else { "" };
    let prefix = format!("{first}x\n{between}{leaf}{blank}");
    (prefix.len() <= PREFIX_BYTES_MAX).then_some((prefix, numbers))
}

/// The bullet that an item begins with.
fn bullet(item: &str) -> String {
    item.trim_start().chars().take(1).collect()
}

/// The head of a table with these columns.
fn table(alignments: &[Alignment], further: &str) -> String {
    let dashes: String = alignments
        .iter()
        .map(|alignment| match alignment {
            Alignment::None => "---|",
            Alignment::Left => ":--|",
            Alignment::Center => ":-:|",
            Alignment::Right => "--:|",
        })
        .collect();
    format!("|{}\n{further}|{dashes}\n", "x|".repeat(alignments.len()))
}

/// The first line of a code block, `text`, or what is not code where its fence was closed.
fn code(kind: &CodeBlockKind, text: &str) -> String {
    if matches!(kind, CodeBlockKind::Indented) {
        return "    x\n".to_owned();
    }
    let last_line = text.trim_end().rsplit('\n').next().unwrap_or_default();
    let last_line = last_line.trim_start_matches(|c: char| c == '>' || c.is_whitespace());
    match Fence::at(text) {
        Some(fence) if text.trim_end().contains('\n') && fence.is_closed_by(last_line) => "# x\n".to_owned(),
        _ => {
            let mark = text.chars().next().unwrap_or('`');
            let marks = text.len() - text.trim_start_matches(mark).len();
            format!("{}\n", mark.to_string().repeat(marks.max(3)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_opens_what_was_open() {
        for (text, expected) in [
            ("text\n", "x\n"),
            ("text\n\n", "x\n\n"),
            ("> a\n> b\n", "> x\n"),
            ("> a\n>\n", "> x\n>\n"),
            ("- a\n  - b\n", "- - x\n"),
            ("-   a\n    1. b\n    1. c\n", "-   2. x\n"),
            ("> - [x] a\n", "> - [x] x\n"),
            ("[^1]: a\n\n    b\n", "[^1]: x\n"),
            ("|a|b|\n|:-|-:|\n|1|2|\n", "x\n\n|x|x|\n|:--|--:|\n"),
            ("> ~~~~ py\n> a\n", "> x\n>\n> ~~~~\n"),
            ("> ```\n> a\n> ```\n", "> x\n>\n> # x\n"),
            ("1. a\n\n   ```py\n   b\n", "7. x\n\n   ```\n"),
            ("    a\n    b\n", "x\n\n    x\n"),
            ("# a\n", "x\n\n# x\n"),
        ] {
            let context = Context { number: Some(Number::first(7)), rest: None };
            let found = prefix(text, &context).map(|(prefix, _)| prefix);
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
        assert_eq!(prefix(&format!("{} a\n", ">".repeat(5000)), &Context::default()), None);
    }
}
