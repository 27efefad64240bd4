//! Tables: columns as wide as they need to be; what does not fit is folded between words within its column. Where a word
//! would have to be broken every row becomes a list of its cells.
//!
//! ```text
//! name    value            name: a
//! ─────────────            value: 1
//! a           1
//!                          name: b
//! ```
//!
//! Where the links in it lead stands below it, by number: an address in a cell would leave no room for the others.

use super::super::cells::text_width;
use super::super::row::{Row, SOURCE_UNKNOWN, Span, StyledText};
use super::super::style::TextStyle;
use super::inline::push_address;
use crate::tui::theme::Role;
use pulldown_cmark::Alignment;
use std::collections::HashMap;
use std::sync::Arc;

/// A column that would be narrower than this is none.
const NARROW: usize = 6;
/// What stands between two columns.
const BETWEEN: &str = "   ";
/// So many characters of an address are shown below a table, and more where its host ends behind them.
const NOTE_CHARS_MAX: usize = 80;

/// The cells of a table; the first row is its head.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) alignments: Vec<Alignment>,
    pub(super) rows: Vec<Vec<StyledText>>,
    /// The byte of the source where it begins.
    pub(super) at: usize,
    /// The byte where it ends.
    pub(super) end: usize,
    /// How the rows before these were laid out, if it was cut there: its head is not among these.
    pub(super) before: Option<Layout>,
    /// Where its links lead.
    pub(super) notes: Vec<Note>,
}

/// How the rows of a table are laid out, as far as it does not say so itself in each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// The width of every column; `None` where every row is a list of its cells.
    columns: Option<Vec<usize>>,
    /// What these are called there.
    names: Vec<String>,
    /// Whether a row takes more than one line.
    folded: bool,
}

/// The destination of a link in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) address: String,
    pub(super) target: Option<Arc<str>>,
}

/// The notes of a table while it is read: one for each address, however many links lead there.
#[derive(Debug, Default)]
pub(super) struct Notes {
    list: Vec<Note>,
    /// The number of each address in the list.
    numbers: HashMap<String, usize>,
}

impl Notes {
    /// The number of the note of an address, counted from one. The first link to it makes the note.
    pub(super) fn number(&mut self, address: &str, target: Option<&Arc<str>>) -> usize {
        if let Some(number) = self.numbers.get(address) {
            return *number;
        }
        self.list.push(Note { address: address.to_owned(), target: target.cloned() });
        self.numbers.insert(address.to_owned(), self.list.len());
        self.list.len()
    }

    /// The notes in the order of their numbers.
    pub(super) fn into_list(self) -> Vec<Note> {
        self.list
    }
}

impl Table {
    /// Its rows for `width` cells, and how further ones are to be laid out.
    pub(super) fn lay_out(&self, width: usize) -> (Vec<Row>, Layout) {
        let mut layout = self.before.clone().unwrap_or_else(|| {
            let names = self.rows.iter().take(1).flatten().map(|head| head.text.replace('\n', " ")).collect();
            Layout { columns: self.columns(width), names, folded: false }
        });
        let mut rows = match &layout.columns {
            Some(columns) => self.grid(columns, &mut layout.folded),
            None => self.records(width, &layout.names),
        };
        for row in &mut rows {
            row.place_front(self.at);
        }
        self.append_notes(width, &mut rows);
        (rows, layout)
    }

    fn append_notes(&self, width: usize, rows: &mut Vec<Row>) {
        if !self.notes.is_empty() {
            // Without air the first note would seem to be a line of the last row.
            rows.push(Row { spans: vec![place(self.end)], ..Row::default() });
        }
        for (index, note) in self.notes.iter().enumerate() {
            let label = format!("[{}] ", index + 1);
            let style: TextStyle = Role::Faint.into();
            let most = NOTE_CHARS_MAX.min(width.saturating_sub(label.len()));
            let mut styled = StyledText::default();
            styled.push(&label, style, self.end, false, None);
            // It stands for the end of the table, wherever in that the address is written: what is selected lies between
            // two places of the source, and these must come in the order of the rows.
            push_address(&mut styled, &note.address, (style, None, self.end), most, note.target.as_ref());
            styled.rows(width, rows, || Row { spans: vec![place(self.end)], ..Row::default() });
        }
    }

    /// The width of every column; `None` where they would be too narrow, or narrower than a word.
    fn columns(&self, width: usize) -> Option<Vec<usize>> {
        let count = self.alignments.len();
        let natural = |column| self.rows.iter().filter_map(|row| row.get(column)).map(StyledText::width).max();
        let natural: Vec<usize> = (0..count).map(|column| natural(column).unwrap_or(0).max(1)).collect();
        let room = width.checked_sub(BETWEEN.len() * count.saturating_sub(1))?;
        if natural.iter().sum::<usize>() <= room {
            return Some(natural);
        }
        // The widest columns give what is missing: none is wider than the cap, which is as high as it can be. Words stay
        // whole.
        let longest = |column| self.rows.iter().filter_map(|row| row.get(column)).map(StyledText::longest_word).max();
        let words: Vec<usize> = (0..count).map(|column| longest(column).unwrap_or(0).min(natural[column])).collect();
        let capped = |cap: usize, least: &[usize]| -> Vec<usize> {
            natural.iter().zip(least).map(|(wide, least)| cap.clamp(*least, *wide)).collect()
        };
        let caps = (NARROW..=room).rev().map(|cap| capped(cap, &words));
        caps.into_iter().find(|columns| columns.iter().sum::<usize>() <= room)
    }

    /// `folded`: whether a row takes more than one line, of those before these and then of all.
    fn grid(&self, columns: &[usize], folded: &mut bool) -> Vec<Row> {
        let mut rows = Vec::new();
        for (index, cells) in self.rows.iter().enumerate() {
            let is_head = index == 0 && self.before.is_none();
            if *folded && !is_head && (index > 1 || self.before.is_some()) {
                // Which lines are one row is seen by the air between the rows.
                rows.push(self.air());
            }
            let cells: Vec<Vec<Row>> = columns
                .iter()
                .enumerate()
                .map(|(column, wide)| {
                    let mut lines = Vec::new();
                    if let Some(cell) = cells.get(column) {
                        cell.rows(*wide, &mut lines, Row::default);
                    }
                    lines
                })
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
            rows.extend((0..height).map(|line| self.line(&cells, line, columns)));
            match is_head {
                true => rows.push(Self::rule(columns)),
                false => *folded |= height > 1,
            }
        }
        rows
    }

    fn line(&self, cells: &[Vec<Row>], line: usize, columns: &[usize]) -> Row {
        let mut row = Row::default();
        for (column, wide) in columns.iter().enumerate() {
            if column > 0 {
                Self::decorate(&mut row, BETWEEN, Role::Faint);
            }
            let Some(cell) = cells[column].get(line) else {
                Self::decorate(&mut row, &" ".repeat(*wide), Role::Faint);
                continue;
            };
            let air = wide.saturating_sub(text_width(&cell.text));
            let left = match self.alignments.get(column) {
                Some(Alignment::Right) => air,
                Some(Alignment::Center) => air / 2,
                _ => 0,
            };
            Self::decorate(&mut row, &" ".repeat(left), Role::Faint);
            row.text.push_str(&cell.text);
            row.spans.extend(cell.spans.iter().cloned());
            Self::decorate(&mut row, &" ".repeat(air - left), Role::Faint);
        }
        row
    }

    /// The line under the head, as wide as the table.
    fn rule(columns: &[usize]) -> Row {
        let mut row = Row::default();
        let wide = columns.iter().sum::<usize>() + BETWEEN.len() * columns.len().saturating_sub(1);
        Self::decorate(&mut row, &"─".repeat(wide), Role::Rule);
        row
    }

    /// An empty row. It has a place, too: a reader may be at it.
    fn air(&self) -> Row {
        Row { spans: vec![place(self.at)], ..Row::default() }
    }

    /// One cell under the other, each behind the name of its column.
    fn records(&self, width: usize, names: &[String]) -> Vec<Row> {
        let mut rows = Vec::new();
        let (head, body) = self.rows.split_at(usize::from(self.before.is_none()).min(self.rows.len()));
        if body.is_empty() {
            for cell in head.iter().flatten() {
                cell.rows(width, &mut rows, Row::default);
            }
        }
        for (index, cells) in body.iter().enumerate() {
            if index > 0 || self.before.is_some() {
                rows.push(self.air());
            }
            for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let mut record = StyledText::default();
                let name = names.get(column).map_or("", String::as_str);
                let style = TextStyle { strong: true, ..Role::TableHead.into() };
                // The first name stands for the head, which has no rows of its own.
                let is_first = index == 0 && rows.is_empty();
                let place = cell.source().filter(|_| !is_first).unwrap_or(self.at);
                record.push(&format!("{name}: "), style, place, false, None);
                record.append(cell);
                record.rows(width, &mut rows, Row::default);
            }
        }
        rows
    }

    fn decorate(row: &mut Row, text: &str, role: Role) {
        if text.is_empty() {
            return;
        }
        row.text.push_str(text);
        // It belongs to what stands before it, in front of the first cell to that.
        let source =
            row.spans.last().map_or(SOURCE_UNKNOWN, |span| span.source + if span.verbatim { span.len } else { 0 });
        row.spans.push(Span { len: text.len() as u32, style: role.into(), source, verbatim: false, link: None });
    }
}

/// The place of a row in the source.
fn place(at: usize) -> Span {
    Span { len: 0, style: TextStyle::default(), source: at as u32, verbatim: true, link: None }
}
