//! The rest of a block that was cut: what stands in its prefix is opened again, and nothing of it is drawn.

use super::{OpenCode, Render};
use crate::tui::text::markdown::context::Leaf;
use crate::tui::text::markdown::table::Table;
use crate::tui::text::row::StyledText;
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

impl Render<'_> {
    /// Takes in what begins in the prefix, with the text from there on. It is empty where it ends there, too.
    pub(super) fn resume(&mut self, event: Event, range: Range<usize>, text: &str) {
        match (event, self.context.leaf().clone()) {
            (Event::Start(Tag::Table(alignments)), Leaf::Table(layout)) if !range.is_empty() => {
                let table = Table { alignments, at: self.base, before: Some(layout), ..Table::default() };
                self.begin_table(table, range);
            }
            (Event::Start(Tag::CodeBlock(_)), Leaf::Code { at, language, lines }) if !range.is_empty() => {
                self.code = Some(OpenCode { at, language, cut_at: Some(lines), lines: Vec::new(), open: false });
            }
            (Event::Start(tag), _) => self.open(&tag, text),
            (Event::TaskListMarker(done), _) => self.task(done, 0),
            (Event::End(tag), _) => {
                self.resumed();
                let contains =
                    matches!(tag, TagEnd::List(_) | TagEnd::Item | TagEnd::FootnoteDefinition | TagEnd::BlockQuote(_));
                if contains || !range.is_empty() {
                    self.end(tag, range);
                }
            }
            _ => {}
        }
    }

    /// Begins to draw: what is open has a row already.
    pub(super) fn resumed(&mut self) {
        if !std::mem::replace(&mut self.is_resumed, true) {
            for container in &mut self.containers {
                container.begun = true;
            }
            self.inline.styled = StyledText::default();
        }
    }
}
