//! One block of Markdown as rows: paragraphs, headings, lists, quotes, rules, tables, code inside of lists.
//!
//! What stands between two blocks is what the source has there: a blank line is a row, and none is none.

mod code;
mod resume;

use super::blocks::options;
use super::context::{Context, Leaf};
use super::fence::language_of;
use super::inline::Inline;
use super::literal::Shielded;
use super::numbers::Numbers;
use super::table::{Notes, Table};
use crate::text::sanitize::sanitize;
use crate::tui::text::cells::text_width;
use crate::tui::text::row::{Row, SOURCE_UNKNOWN, Span, StyledText};
use crate::tui::text::style::TextStyle;
use crate::tui::theme::Role;
use code::{Code, OpenCode};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use std::ops::Range;

/// What is indented must leave so many cells for the text; deeper than that nothing is indented any more.
const ROOM: usize = 12;
const BULLETS: [&str; 3] = ["• ", "◦ ", "▪ "];

/// The rows of a block, and the code in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) rows: Vec<Row>,
    pub(super) code: Vec<Code>,
    /// The leaf that was drawn last.
    pub(super) leaf: Leaf,
}

/// Lays out a block for `width` cells, in its `context`. `written` is its source, which begins at the byte `base`; `text`
/// is the same, completed at its end.
pub(super) fn render(text: &str, written: &str, base: usize, width: usize, context: &Context) -> Rendered {
    let whole = context.joined(text);
    let prefix = whole.len() - text.len();
    let parsed = Shielded::of(&whole);
    let shielded = parsed.behind(prefix);
    let parser = Parser::new_ext(&parsed.text, options(&whole));
    let within = |range: &Range<usize>| range.start.saturating_sub(prefix)..range.end.saturating_sub(prefix);
    let definitions = parser.reference_definitions().iter().map(|(_, definition)| within(&definition.span));
    let mut definitions: Vec<Range<usize>> = definitions.collect();
    definitions.sort_by_key(|span| span.start);
    let mut definitions = definitions.into_iter().peekable();
    let mut render = Render::new(written, base, width, (context, &shielded));
    for (event, place) in parser.into_offset_iter() {
        let range = within(&place);
        if place.start < prefix {
            render.resume(event, range, whole.get(place.start..).unwrap_or_default());
            continue;
        }
        if matches!(event, Event::Start(_)) {
            while let Some(span) = definitions.next_if(|span| span.start < range.start) {
                render.definition(span);
            }
        }
        render.resumed();
        render.read(event, range);
    }
    definitions.for_each(|span| render.definition(span));
    render.flush();
    for row in &mut render.out.rows {
        row.place_front(base);
    }
    render.out
}

/// What indents a block.
#[derive(Debug)]
struct Container {
    /// In front of its first row.
    first: String,
    /// In front of every other row.
    rest: String,
    width: usize,
    /// The byte of the source where it begins.
    at: usize,
    /// Whether it has a row.
    begun: bool,
}

struct Render<'a> {
    context: &'a Context,
    /// The prefix before the block has been read.
    is_resumed: bool,
    written: &'a str,
    base: usize,
    width: usize,
    containers: Vec<Container>,
    /// The cells that they take.
    indent: usize,
    inline: Inline<'a>,
    /// The lists that it is in.
    lists: Vec<Numbers>,
    table: Option<Table>,
    /// Where the last cell of it ends.
    cell_end: usize,
    code: Option<OpenCode>,
    /// Where the text that was drawn last ends.
    drawn_to: Option<usize>,
    /// Where the text that is being read begins.
    at: usize,
    out: Rendered,
}

impl<'a> Render<'a> {
    fn new(written: &'a str, base: usize, width: usize, (context, shielded): (&'a Context, &'a Shielded<'a>)) -> Self {
        Self {
            context,
            is_resumed: false,
            written,
            base,
            width,
            containers: Vec::new(),
            indent: 0,
            inline: Inline::new(written, base, shielded),
            lists: Vec::new(),
            table: None,
            cell_end: 0,
            code: None,
            drawn_to: None,
            at: 0,
            out: Rendered::default(),
        }
    }

    fn read(&mut self, event: Event, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.begin(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) if self.code.is_some() => self.code_text(&text, range.start),
            Event::Rule => {
                self.gap(range.start);
                let rule = "─".repeat(self.room());
                self.inline.styled.decorate(&rule, Role::Rule, self.base + range.start);
                let written = self.written.get(range.clone()).unwrap_or_default();
                self.inline.styled.end_at(self.base + range.start + written.trim_end().len());
                self.flush_to(range.end);
            }
            Event::TaskListMarker(done) => self.task(done, range.start),
            event => self.inline_event(&event, range),
        }
    }

    /// The mark of a task stands for a bullet, and behind a number.
    fn task(&mut self, done: bool, at: usize) {
        let mark = if done { "[x] " } else { "[ ] " };
        let is_numbered = self.lists.last().is_some_and(|list| list.is_numbered());
        match self.containers.last_mut().filter(|item| !item.begun && item.width > 0 && !is_numbered) {
            Some(item) => {
                self.indent = self.indent - item.width + mark.len();
                (item.first, item.rest, item.width) = (mark.to_owned(), " ".repeat(mark.len()), mark.len());
            }
            None => self.inline.styled.decorate(mark, Role::Faint, self.base + at),
        }
    }

    fn inline_event(&mut self, event: &Event, range: Range<usize>) {
        // The text of a tight item comes without a paragraph around it.
        if self.inline.styled.is_empty() && self.table.is_none() {
            self.gap(range.start);
        }
        self.inline.read(event, range);
    }

    fn begin(&mut self, tag: Tag, range: Range<usize>) {
        if is_inline(&tag) {
            return self.inline_event(&Event::Start(tag), range);
        }
        // A list within an item: what the item says comes first.
        if !matches!(tag, Tag::TableHead | Tag::TableRow | Tag::TableCell) {
            self.flush();
            self.gap(range.start);
        }
        match tag {
            Tag::Heading { level, .. } => {
                // Told apart by weight and slant, so that no level needs a colour.
                let (role, strong, slanted) = match level {
                    HeadingLevel::H1 => (Role::Title, true, false),
                    HeadingLevel::H2 => (Role::Heading, true, false),
                    HeadingLevel::H3 => (Role::Heading, true, true),
                    _ => (Role::Subheading, false, true),
                };
                self.inline.role = role;
                self.inline.stress(strong, slanted);
            }
            Tag::BlockQuote(kind) => {
                self.open(&tag, "");
                if let Some(kind) = kind {
                    self.inline.stress(true, false);
                    self.inline.label(alert(kind), range.start);
                    self.inline.stress(false, false);
                    self.flush_to(range.start);
                }
            }
            Tag::List(_) | Tag::Item | Tag::FootnoteDefinition(_) => {
                let written = self.written.get(range.start..).unwrap_or_default();
                self.open(&tag, written);
            }
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => language_of(&sanitize(&info)),
                    CodeBlockKind::Indented => String::new(),
                };
                let at = self.base + range.start;
                self.code = Some(OpenCode { at, language, cut_at: None, lines: Vec::new(), open: false });
            }
            Tag::Table(alignments) => {
                let at = self.base + range.start;
                self.begin_table(Table { alignments, at, ..Table::default() }, range);
            }
            Tag::TableHead | Tag::TableRow => {
                let head = matches!(tag, Tag::TableHead);
                self.inline.stress(head, false);
                self.inline.role = if head { Role::TableHead } else { Role::Text };
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => self.flush_to(range.end),
            TagEnd::Heading(_) => {
                self.flush_to(range.end);
                self.inline.role = Role::Text;
                self.inline.stress(false, false);
            }
            TagEnd::List(_) => _ = self.lists.pop(),
            TagEnd::Item | TagEnd::FootnoteDefinition | TagEnd::BlockQuote(_) => {
                self.flush_to(range.end);
                if self.containers.last().is_some_and(|container| !container.begun) {
                    let row = self.row();
                    self.out.rows.push(row);
                }
                self.indent -= self.containers.pop().map_or(0, |container| container.width);
            }
            TagEnd::TableHead => {
                self.inline.stress(false, false);
                self.inline.role = Role::Text;
            }
            TagEnd::TableCell => {
                self.cell_end = range.end;
                let cell = std::mem::take(&mut self.inline.styled);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::TableRow => self.keep_cells_too_many(range.end),
            TagEnd::Table => {
                if let Some(mut table) = self.table.take() {
                    table.notes = self.inline.notes.take().unwrap_or_default().into_list();
                    let (rows, layout) = table.lay_out(self.room());
                    self.append(rows);
                    self.out.leaf = Leaf::Table(layout);
                }
                self.draw_to(range.end);
            }
            TagEnd::CodeBlock => self.end_code(range.end),
            _ => _ = self.inline.read(&Event::End(tag), range),
        }
    }

    /// Cells for which there is no column are none to Markdown. Here they are more of the last one.
    fn keep_cells_too_many(&mut self, end: usize) {
        let (from, end) = (self.cell_end.min(self.written.len()), end.min(self.written.len()));
        let written = self.written.get(from..end).unwrap_or_default();
        let left = written.trim_matches(['|', ' ', '\t', '\r', '\n']);
        let last = self.table.as_mut().and_then(|table| table.rows.last_mut()?.last_mut());
        if let (Some(at), Some(cell)) = (written.find(left).filter(|_| !left.is_empty()), last) {
            cell.decorate(" | ", Role::Faint, self.base + from);
            cell.push(left, TextStyle::default(), self.base + from + at, true, None);
        }
    }

    /// A definition of what a link refers to, as it is written.
    fn definition(&mut self, span: Range<usize>) {
        self.flush();
        self.gap(span.start);
        let written = self.written.get(span.start..span.end.min(self.written.len())).unwrap_or_default();
        self.inline.styled.push(written.trim_end(), Role::Faint.into(), self.base + span.start, true, None);
        self.flush_to(span.end);
    }

    /// Adds rows that were laid out by themselves.
    fn append(&mut self, rows: Vec<Row>) {
        for inner in rows {
            let mut row = self.row();
            row.text.push_str(&inner.text);
            row.spans.extend(inner.spans);
            row.indent += inner.indent;
            (row.head, row.code) = (inner.head, inner.code);
            self.out.rows.push(row);
        }
    }

    /// Draws what was read, up to the byte `end`.
    fn flush_to(&mut self, end: usize) {
        self.flush();
        self.draw_to(end);
    }

    fn flush(&mut self) {
        let mut styled: StyledText = std::mem::take(&mut self.inline.styled);
        if styled.is_empty() {
            return;
        }
        styled.trim_end();
        let (room, mut rows) = (self.room(), Vec::new());
        styled.rows(room, &mut rows, || self.row());
        self.draw_to(rows.last().map_or(0, |row| row.source_at(row.text.len()).saturating_sub(self.base)));
        self.out.rows.append(&mut rows);
    }

    fn draw_to(&mut self, end: usize) {
        let text = self.written.get(..end.min(self.written.len())).unwrap_or_default().trim_end();
        self.drawn_to = Some(text.len().max(self.drawn_to.unwrap_or(0)));
    }

    /// A blank row, where the source has a blank line between what was drawn and the byte `at`.
    fn gap(&mut self, at: usize) {
        let Some(drawn_to) = self.drawn_to else { return };
        let between = self.written.get(drawn_to..at.min(self.written.len())).unwrap_or_default();
        if between.matches('\n').count() > 1 {
            let mut row = Row::default();
            for container in self.containers.iter().filter(|container| container.begun) {
                decorate(&mut row, &container.rest, SOURCE_UNKNOWN);
            }
            // An empty row has a place, too.
            let source = (self.base + at) as u32;
            row.spans.push(Span { len: 0, style: TextStyle::default(), source, verbatim: true, link: None });
            self.out.rows.push(row);
        }
        self.drawn_to = Some(drawn_to.max(at.min(self.written.len())));
        self.at = at;
    }

    /// The beginning of a row, with what its containers put in front of it.
    fn row(&mut self) -> Row {
        let mut row = Row::default();
        for container in &mut self.containers {
            match container.begun {
                true => decorate(&mut row, &container.rest, SOURCE_UNKNOWN),
                false => decorate(&mut row, &container.first, container.at as u32),
            }
            row.indent += container.width as u16;
            container.begun = true;
        }
        row
    }

    fn begin_table(&mut self, table: Table, range: Range<usize>) {
        // Without the line's end: behind that the next block begins.
        let rows = self.written.get(range.start..range.end.min(self.written.len())).unwrap_or_default();
        let end = self.base + range.start + rows.trim_end().len();
        self.table = Some(Table { end, ..table });
        self.inline.notes = Some(Notes::default());
    }

    /// The cells that are left for text.
    fn room(&self) -> usize {
        self.width.saturating_sub(self.indent).max(1)
    }

    /// Begins what contains blocks, `tag`, which is `written` so.
    fn open(&mut self, tag: &Tag, written: &str) {
        match tag {
            Tag::BlockQuote(_) => self.contain("▎ ".to_owned(), "▎ "),
            Tag::FootnoteDefinition(label) => self.contain(format!("[^{label}]: "), "  "),
            Tag::List(_) => {
                // Before it is resumed, what is opened stands in the prefix.
                let at = if self.is_resumed { usize::MAX } else { 0 };
                self.lists.push(self.context.numbers(self.lists.len(), at));
            }
            Tag::Item => {
                let bullet = BULLETS[self.lists.len().saturating_sub(1) % BULLETS.len()];
                let number = self.lists.last_mut().and_then(|list| list.marker(written));
                let marker = number.map_or_else(|| bullet.to_owned(), |number| format!("{number} "));
                let rest = " ".repeat(text_width(&marker));
                self.contain(marker, &rest);
            }
            _ => {}
        }
    }

    fn contain(&mut self, first: String, rest: &str) {
        // What a footnote is called may be longer than what its other rows are indented by.
        let width = text_width(&first).max(text_width(rest));
        let at = self.base + self.at;
        let mut container = Container { first: String::new(), rest: String::new(), width: 0, at, begun: false };
        if self.room() >= width + ROOM {
            let rest = format!("{rest}{}", " ".repeat(width - text_width(rest)));
            container = Container { first, rest, width, at, begun: false };
        } else {
            // Without an indent it is text like any other.
            self.inline.styled.decorate(&first, Role::Faint, self.base + self.at);
        }
        self.indent += container.width;
        self.containers.push(container);
    }
}

fn decorate(row: &mut Row, text: &str, source: u32) {
    if !text.is_empty() {
        row.text.push_str(text);
        let len = text.len() as u32;
        row.spans.push(Span { len, style: Role::Faint.into(), source, verbatim: false, link: None });
    }
}

fn is_inline(tag: &Tag) -> bool {
    matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

fn alert(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}
