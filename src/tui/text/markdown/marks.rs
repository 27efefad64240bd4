//! The marks around what is drawn: a selection of all that a mark stresses takes the mark, too, so that what is copied
//! means what was seen. Half of it takes none: one mark alone would mean something else.
//!
//! Knows only places in the source. Must not know rows or the mouse.

use super::blocks::{options, pieces};
use super::context::Context;
use super::literal::Shielded;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::ops::Range;

/// A text with marks around it: the part that is drawn, and all of it.
struct Marked {
    drawn: Option<Range<usize>>,
    all: Range<usize>,
}

impl Marked {
    /// Takes in that `drawn` is drawn of it, too.
    fn draw(&mut self, drawn: &Range<usize>) {
        let before = self.drawn.take().unwrap_or_else(|| drawn.clone());
        self.drawn = Some(before.start.min(drawn.start)..before.end.max(drawn.end));
    }

    /// The same for fences: code alone is copied without any, but with both where more than the code is selected.
    fn extend_beyond(&self, selected: &mut Range<usize>, asked: &Range<usize>) {
        if asked.start <= self.all.start || asked.end > self.all.end {
            self.extend(selected, asked);
        }
    }

    /// What is `selected`, with the marks where all that is drawn of it is.
    fn extend(&self, selected: &mut Range<usize>, asked: &Range<usize>) {
        if let Some(drawn) = &self.drawn
            && asked.start <= drawn.start
            && asked.end >= drawn.end
        {
            *selected = selected.start.min(self.all.start)..selected.end.max(self.all.end);
        }
    }
}

/// `selected`, a part of `source`, with the marks of all in it that is selected as a whole.
pub(crate) fn with_marks(source: &str, selected: Range<usize>) -> Range<usize> {
    let asked = selected.start.min(source.len())..selected.end.min(source.len());
    let mut selected = asked.clone();
    for piece in pieces(source, &Context::default()) {
        // What lies between the ends is selected anyhow.
        let is_end = |at: usize| piece.bytes.contains(&at);
        if is_end(asked.start) || is_end(asked.end.saturating_sub(1)) {
            let text = source.get(piece.bytes.clone()).unwrap_or_default();
            extend(text, piece.bytes.start, &asked, &mut selected);
        }
    }
    selected
}

/// The same for the block `text`, which begins at the byte `base`.
fn extend(text: &str, base: usize, asked: &Range<usize>, selected: &mut Range<usize>) {
    let shielded = Shielded::of(text);
    let mut open: Vec<Marked> = Vec::new();
    let mut read = 0;
    let mut fence: Option<Marked> = None;
    for (event, range) in Parser::new_ext(&shielded.text, options(text)).into_offset_iter() {
        let written = text.get(range.clone()).unwrap_or_default();
        // The newline behind a heading or a row is none of its marks.
        let all = base + range.start..base + range.start + written.trim_end_matches(['\n', '\r']).len();
        let drawn = match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => {
                fence = Some(Marked { drawn: Some(all.start..all.start), all });
                continue;
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some(marked) = fence.take() {
                    marked.extend_beyond(selected, asked);
                }
                continue;
            }
            Event::Text(_) if fence.is_some() => {
                if let Some(marked) = &mut fence {
                    let before = marked.drawn.take().filter(|drawn| drawn.end > marked.all.start);
                    marked.drawn = before;
                    marked.draw(&all);
                }
                continue;
            }
            Event::Start(tag) if has_marks(&tag) => {
                open.push(Marked { drawn: None, all });
                continue;
            }
            Event::End(tag) => {
                if let Some(marked) = open.pop_if(|_| ends_marks(tag)) {
                    marked.extend(selected, asked);
                    if marked.drawn.is_none() {
                        // A picture without a text: where it leads is drawn.
                        for around in &mut open {
                            around.draw(&marked.all);
                        }
                    }
                }
                continue;
            }
            Event::Code(_) => {
                let behind = written.trim_start_matches(['`', ' ']);
                let start = all.start + written.len() - behind.len();
                let drawn = start..start + behind.trim_end_matches(['`', ' ']).len();
                Marked { drawn: Some(drawn.clone()), all }.extend(selected, asked);
                drawn
            }
            Event::Text(_) | Event::InlineHtml(_) => {
                // A backslash that nothing else has read escapes what is behind it.
                if range.start > read && text.get(read..range.start).is_some_and(|skipped| skipped.ends_with('\\')) {
                    let drawn = Some(all.start..all.start);
                    Marked { drawn, all: all.start - 1..all.start }.extend(selected, asked);
                }
                all
            }
            Event::FootnoteReference(_) => all,
            _ => continue,
        };
        read = range.end;
        for marked in &mut open {
            marked.draw(&drawn);
        }
    }
}

fn has_marks(tag: &Tag) -> bool {
    ends_marks(tag.to_end())
}

fn ends_marks(tag: pulldown_cmark::TagEnd) -> bool {
    use pulldown_cmark::TagEnd as End;
    matches!(
        tag,
        End::Emphasis
            | End::Strong
            | End::Strikethrough
            | End::Link
            | End::Image
            | End::Heading(_)
            | End::TableHead
            | End::TableRow
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `text` with a selection from the first `‹` to the `›`, and what is taken of it.
    fn taken(text: &str) -> String {
        let start = text.find('‹').unwrap();
        let end = text.find('›').unwrap() - '‹'.len_utf8();
        let source = text.replace(['‹', '›'], "");
        source.get(with_marks(&source, start..end)).unwrap().to_owned()
    }

    #[test]
    fn a_mark_goes_along_with_all_that_it_stresses_and_with_nothing_less() {
        for (selected, expected) in [
            ("‹- two **b›**\n", "- two **b**"),
            ("‹two *b›*\n", "two *b*"),
            ("two ~~‹b c›~~ d\n", "~~b c~~"),
            ("a `‹b›`\n", "`b`"),
            ("a `` ‹b`c› ``\n", "`` b`c ``"),
            ("*‹a **b `c›`***\n", "*a **b `c`***"),
            ("***‹a›***\n", "***a***"),
            ("see [‹the *man›*](https://x.example)\n", "[the *man*](https://x.example)"),
            ("‹see [it](https://x.example›)\n", "see [it](https://x.example)"),
            ("<‹https://x.example›>\n", "<https://x.example>"),
            ("![‹a›](p) b\n", "![a](p)"),
            ("a $‹x_1›$ b\n", "x_1"),
            ("## ‹Title›\n", "## Title"),
            ("‹Title›\n===\n", "Title\n==="),
            ("\\*‹a›\n", "a"),
            ("\\‹*a›\n", "\\*a"),
            // Half of it has no marks.
            ("a **‹b› c**\n", "b"),
            ("a **b ‹c›** d\n", "c"),
            ("a ‹b **c› d** e\n", "b **c"),
            ("a **b ‹c** d› e\n", "c** d"),
            // Over several blocks each end counts.
            ("**‹a›**\n", "**a**"),
            ("**‹a**\n\n- b *c›*\n", "**a**\n\n- b *c*"),
            ("| a | b |\n|---|---|\n| ‹1 | *2›* |\n", "| 1 | *2* |"),
            ("| ‹a | b |\n|---|---|\n| 1 | 2› |\n", "| a | b |\n|---|---|\n| 1 | 2 |"),
            ("| a | b |\n|---|---|\n| 1 | ‹2› |\n", "2"),
            ("a | b\n---|---\n‹1 | `2›`\n", "1 | `2`"),
            ("> - ‹**a›**\n", "**a**"),
            ("‹a\n\n```\nb›\n```\n", "a\n\n```\nb\n```"),
            ("```\n‹b\n```\n\nc›\n", "```\nb\n```\n\nc"),
            ("- ‹a\n  ~~~ x\n  b\n\n  c›\n  ~~~\n", "a\n  ~~~ x\n  b\n\n  c\n  ~~~"),
            ("‹```\n›```\n", "```\n```"),
            ("‹```\na\nb› c\n```\n", "```\na\nb"),
            ("a\n\n```\n‹b›", "b"),
            ("**‹![](p)›**\n", "**![](p)**"),
            // In code, marks are none.
            ("```\n‹**a›**\n```\n", "**a"),
            ("```\n\\‹*a›\n```\n", "*a"),
        ] {
            assert_eq!(taken(selected), expected, "{selected}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_was_selected_is_lost(
            text in "[ab *_`~\\[\\]()|#>\\-\\\\$1.\né]{0,60}", a in 0usize..80, b in 0usize..80
        ) {
            let (start, end) = (text.floor_char_boundary(a.min(b)), text.floor_char_boundary(a.max(b)));
            let with = with_marks(&text, start..end);
            proptest::prop_assert!(with.start <= start && with.end >= end && text.get(with).is_some());
        }
    }
}
