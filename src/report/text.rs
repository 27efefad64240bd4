//! The report's tables as lines of text with thin bars.
//!
//! ```text
//! by category
//! coding           ━━━━━━━━━━━━━━━━━━━━━━━━━━──────────────    70   55 %
//! general          ━━━━━━━━━━━━━━━━━━──────────────────────    41   32 %
//! ```

use super::{Figure, Table, tables};
use crate::format::columns::{cut, left, right, thin_bar, widest};
use crate::store::RouteReport;

/// What stands between label, bar and value.
const GAP: usize = 2;
/// A longer bar says no more.
const LONGEST: usize = 40;
/// A shorter bar says nothing, and is left out.
const SHORTEST: usize = 6;

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What they are about.
    pub title: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One figure. Each part is padded to its column, so that the line is the three parts with [`Line::GAP`] between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of what.
    pub label: String,
    /// How much, as a bar; empty where there is no room for one.
    pub bar: String,
    /// How much, in figures.
    pub value: String,
}

impl Line {
    /// What stands between two parts.
    pub const GAP: &str = "  ";

    /// The whole line.
    pub fn text(&self) -> String {
        let parts: Vec<&str> = [&self.label, &self.bar, &self.value]
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        parts.join(Self::GAP)
    }
}

/// `report` in sections whose lines are at most `width` cells wide; the bars of all sections begin in one column.
pub fn sections(report: &RouteReport, width: usize) -> Vec<Section> {
    let tables = tables(report);
    let figures = || tables.iter().flat_map(|table| &table.figures);
    let layout = Layout::new(
        widest(figures().map(|figure| figure.label.as_str())),
        widest(figures().map(|figure| figure.value.as_str())),
        width,
    );
    let section = |table: &Table| Section {
        title: cut(table.title, width),
        lines: table.figures.iter().map(|figure| layout.line(figure)).collect(),
    };
    tables.iter().map(section).collect()
}

/// The widths of the three columns.
struct Layout {
    label: usize,
    bar: usize,
    value: usize,
}

impl Layout {
    fn new(label: usize, value: usize, width: usize) -> Self {
        let value = value.min(width);
        let room = width.saturating_sub(value + 2 * GAP);
        // A long name gives way to its bar, and both to the figures.
        let beside_bar = label.min(room * 3 / 5);
        match (room - beside_bar).min(LONGEST) {
            bar if bar >= SHORTEST => Self { label: beside_bar, bar, value },
            _ => Self { label: label.min(width.saturating_sub(value + GAP)), bar: 0, value },
        }
    }

    fn line(&self, figure: &Figure) -> Line {
        let (full, rest) = figure.share.map(|share| thin_bar(share, self.bar)).unwrap_or_default();
        Line {
            label: left(&figure.label, self.label),
            bar: left(&format!("{full}{rest}"), self.bar),
            value: right(&figure.value, self.value),
        }
    }
}
