//! The lines of the help: columns where there is room for three, else everything below each other.

use crate::format::columns;
use crate::tui::canvas::Canvas;
use crate::tui::keys::{HelpPage, HelpRow};
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use ratatui::layout::Rect;

/// The narrowest screen with three columns.
const COLUMNS_FROM: usize = 96;
/// The widest column for keys.
const KEYS_WIDTH_MAX: usize = 30;

/// A line of the help.
#[derive(Debug)]
pub(super) enum Line {
    Air,
    /// Headings, side by side.
    Heads(Vec<&'static str>),
    /// Rows, side by side, and the width of their keys.
    Rows(Vec<HelpRow>, usize),
    /// A row of a section, and the width of its keys.
    Entry(HelpRow, usize),
}

/// The whole help on a screen of so many columns.
pub(super) fn whole(page: HelpPage, width: usize) -> Vec<Line> {
    let across = if width < COLUMNS_FROM { 1 } else { 3 };
    let mut lines = vec![Line::Heads(vec!["Ten keys to know"])];
    let keys = keys_width(page.know.iter().chain(page.columns.iter().flat_map(|(_, rows)| rows)));
    // Down the columns, as they are read.
    let height = page.know.len().div_ceil(across);
    lines.extend((0..height).map(|at| Line::Rows(page.know.iter().skip(at).step_by(height).cloned().collect(), keys)));
    if across == 3 {
        lines.extend([Line::Air, Line::Heads(page.columns.iter().map(|(head, _)| *head).collect())]);
        let most = page.columns.iter().map(|(_, rows)| rows.len()).max().unwrap_or(0);
        let side_by_side = |at: usize| page.columns.iter().filter_map(|(_, rows)| rows.get(at).cloned()).collect();
        lines.extend((0..most).map(|at| Line::Rows(side_by_side(at), keys)));
    } else {
        for (head, rows) in page.columns {
            lines.extend([Line::Air, Line::Heads(vec![head])]);
            lines.extend(rows.into_iter().map(|row| Line::Rows(vec![row], keys)));
        }
    }
    lines.push(Line::Air);
    lines.extend(sections(page.sections));
    lines
}

/// Sections, each under its heading.
pub(super) fn sections(sections: Vec<(&'static str, Vec<HelpRow>)>) -> Vec<Line> {
    let keys = keys_width(sections.iter().flat_map(|(_, rows)| rows));
    let mut lines = Vec::new();
    for (heading, rows) in sections {
        if !lines.is_empty() {
            lines.push(Line::Air);
        }
        lines.push(Line::Heads(vec![heading]));
        lines.extend(rows.into_iter().map(|row| Line::Entry(row, keys)));
    }
    lines
}

fn keys_width<'a>(rows: impl Iterator<Item = &'a HelpRow>) -> usize {
    columns::widest(rows.map(|row| row.keys.as_str())).min(KEYS_WIDTH_MAX)
}

impl Line {
    /// What it says, for tests.
    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        let row = |row: &HelpRow| format!("{} {}", row.keys, row.text);
        match self {
            Self::Air => String::new(),
            Self::Heads(heads) => heads.join(" | "),
            Self::Rows(rows, _) => rows.iter().map(row).collect::<Vec<_>>().join(" | "),
            Self::Entry(entry, _) => row(entry),
        }
    }

    /// Paints it.
    pub(super) fn draw(&self, place: Rect, canvas: &mut Canvas) {
        let column = |at: usize| {
            let width = place.width / 3;
            Rect { x: place.x + at as u16 * width, width: width.saturating_sub(2), ..place }
        };
        match self {
            Self::Air => {}
            Self::Heads(heads) if heads.len() == 1 => _ = canvas.text(place, heads[0], Role::Strong),
            Self::Heads(heads) => {
                for (at, head) in heads.iter().enumerate() {
                    canvas.text(column(at), head, Role::Strong);
                }
            }
            Self::Rows(rows, keys) => {
                for (at, row) in rows.iter().enumerate() {
                    let part = if rows.len() == 1 { place } else { column(at) };
                    draw_row(row, *keys, part, canvas);
                }
            }
            Self::Entry(row, keys) => {
                let behind = draw_row(row, *keys, place, canvas);
                if behind + 2 + text_width(&row.name) as u16 <= place.right() {
                    canvas.at_right(place, &row.name, Role::Secondary);
                }
            }
        }
    }
}

/// Paints the keys and what they do; gives back the column behind it.
fn draw_row(row: &HelpRow, keys: usize, place: Rect, canvas: &mut Canvas) -> u16 {
    let column = (keys + 2).min(usize::from(place.width) / 2) as u16;
    let shown = ellipsis(&row.keys, usize::from(column.saturating_sub(2)));
    canvas.text(Rect { width: column, ..place }, &shown, Role::Key);
    let text = Rect { x: place.x + column, width: place.width - column, ..place };
    canvas.text(text, &ellipsis(&row.text, usize::from(text.width)), Role::Text)
}
