//! Tables: columns as wide as they need to be; what does not fit is folded between words within its column. Where a word
//! would have to be broken every row becomes a list of its cells.
//!
//! ```text
//! name    value            name: a
//! ─────────────            value: 1
//! a           1
//!                          name: b
//! ```

use super::super::cells::text_width;
use super::super::row::{Row, Span, StyledText};
use super::super::style::TextStyle;
use crate::tui::theme::Role;
use pulldown_cmark::Alignment;

/// A column that would be narrower than this is none.
const NARROW: usize = 6;
/// What stands between two columns.
const BETWEEN: &str = "   ";

/// The cells of a table; the first row is its head.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) alignments: Vec<Alignment>,
    pub(super) rows: Vec<Vec<StyledText>>,
    /// The byte of the source where it begins.
    pub(super) at: usize,
}

impl Table {
    /// Its rows for `width` cells.
    pub(super) fn lay_out(&self, width: usize) -> Vec<Row> {
        match self.columns(width) {
            Some(columns) => self.grid(&columns),
            None => self.records(width),
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

    fn grid(&self, columns: &[usize]) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut folded = false;
        for (index, cells) in self.rows.iter().enumerate() {
            if index == 1 {
                rows.push(self.rule(columns));
            } else if folded && index > 1 {
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
            folded |= height > 1 && index > 0;
            rows.extend((0..height).map(|line| self.line(&cells, line, columns)));
        }
        if self.rows.len() == 1 {
            rows.push(self.rule(columns));
        }
        rows
    }

    fn line(&self, cells: &[Vec<Row>], line: usize, columns: &[usize]) -> Row {
        let mut row = Row::default();
        for (column, wide) in columns.iter().enumerate() {
            if column > 0 {
                self.decorate(&mut row, BETWEEN, Role::Faint);
            }
            let Some(cell) = cells[column].get(line) else {
                self.decorate(&mut row, &" ".repeat(*wide), Role::Faint);
                continue;
            };
            let air = wide.saturating_sub(text_width(&cell.text));
            let left = match self.alignments.get(column) {
                Some(Alignment::Right) => air,
                Some(Alignment::Center) => air / 2,
                _ => 0,
            };
            self.decorate(&mut row, &" ".repeat(left), Role::Faint);
            row.text.push_str(&cell.text);
            row.spans.extend(cell.spans.iter().cloned());
            self.decorate(&mut row, &" ".repeat(air - left), Role::Faint);
        }
        row
    }

    /// The line under the head, as wide as the table.
    fn rule(&self, columns: &[usize]) -> Row {
        let mut row = Row::default();
        let wide = columns.iter().sum::<usize>() + BETWEEN.len() * columns.len().saturating_sub(1);
        self.decorate(&mut row, &"─".repeat(wide), Role::Rule);
        row
    }

    /// An empty row. It has a place, too: a reader may be at it.
    fn air(&self) -> Row {
        let place = Span { len: 0, style: TextStyle::default(), source: self.at as u32, verbatim: true, link: None };
        Row { spans: vec![place], ..Row::default() }
    }

    /// One cell under the other, each behind the head of its column.
    fn records(&self, width: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        let (Some(head), body) = (self.rows.first(), self.rows.get(1..).unwrap_or_default()) else { return rows };
        if body.is_empty() {
            for cell in head {
                cell.rows(width, &mut rows, Row::default);
            }
        }
        for (index, cells) in body.iter().enumerate() {
            if index > 0 {
                rows.push(self.air());
            }
            for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let mut record = StyledText::default();
                let name = head.get(column).map(|head| head.text.replace('\n', " ")).unwrap_or_default();
                let style = TextStyle { strong: true, ..Role::TableHead.into() };
                record.push(&format!("{name}: "), style, self.at, false, None);
                record.append(cell);
                record.rows(width, &mut rows, Row::default);
            }
        }
        rows
    }

    fn decorate(&self, row: &mut Row, text: &str, role: Role) {
        if text.is_empty() {
            return;
        }
        row.text.push_str(text);
        // It belongs to what stands before it.
        let source =
            row.spans.last().map_or(self.at as u32, |span| span.source + if span.verbatim { span.len } else { 0 });
        row.spans.push(Span { len: text.len() as u32, style: role.into(), source, verbatim: false, link: None });
    }
}
