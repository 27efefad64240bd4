//! The report as lines for a page: tiles in a row, a bar a day, tables with thin bars. Pure text with roles.

use super::chart;
use crate::config::{Category, CategoryId};
use crate::format::columns::thin_bar;
use crate::format::columns::{cut, left, right, widest};
use crate::report::{Figure, Table, Tile, tables, tiles};
use crate::store::RouteReport;
use crate::tui::text::cells::text_width;
use crate::tui::text::lines::{Line, Span};
use crate::tui::theme::{Role, hue, letter};

/// The cells between two tiles, and between two columns.
const TILE_GAP: usize = 4;
const GAP: usize = 2;
/// A longer bar says no more, and a shorter one nothing.
const BAR_MAX: usize = 40;
const BAR_MIN: usize = 6;
/// The most cells of a label beside a bar.
const LABEL_MAX: usize = 24;
/// From so many cells on, two tables stand side by side.
const SIDE_BY_SIDE: usize = 100;
/// The table whose figures are categories.
const BY_CATEGORY: &str = "by category";

/// The report for a page of `width` cells; `None`: it has not come yet.
pub(super) fn lines(report: Option<&RouteReport>, categories: &[Category], width: usize) -> Vec<Line> {
    let Some(report) = report else {
        return vec![Line::text("Counting …", Role::Secondary)];
    };
    if report.prompts == 0 {
        return vec![Line::text("Nothing counted yet. Each prompt that you send is counted here.", Role::Secondary)];
    }
    let mut lines = tile_rows(&tiles(report), width);
    let chart = chart::lines(&report.days, categories, width);
    if !chart.is_empty() {
        lines.extend([Line::Air, Line::text("prompts a day", Role::Secondary)]);
        lines.extend(chart);
    }
    lines.extend(table_rows(&tables(report), categories, width));
    lines
}

/// The tables below each other, or two side by side where there is room.
fn table_rows(tables: &[Table], categories: &[Category], width: usize) -> Vec<Line> {
    let a_row = if width >= SIDE_BY_SIDE { 2 } else { 1 };
    let each = (width - TILE_GAP * (a_row - 1)) / a_row;
    let columns = Columns::of(tables, each);
    let mut lines = Vec::new();
    for row in tables.chunks(a_row) {
        lines.push(Line::Air);
        let height = row.iter().map(|table| table.figures.len() + 1).max().unwrap_or(0);
        for index in 0..height {
            let parts = row.iter().map(|table| columns.part(table, index, categories));
            lines.push(Line::Pieces(side_by_side(parts, each)));
        }
    }
    lines
}

/// The parts of a line, each but the last filled up to its width.
fn side_by_side(parts: impl Iterator<Item = Vec<Span>>, each: usize) -> Vec<Span> {
    let mut line: Vec<Span> = Vec::new();
    for (place, part) in parts.enumerate() {
        let taken: usize = line.iter().map(|(text, _)| text_width(text)).sum();
        line.push((" ".repeat((place * (each + TILE_GAP)).saturating_sub(taken)), Role::Text));
        line.extend(part);
    }
    line
}

/// As many tiles a row as there is room for, each with its figure above its name.
fn tile_rows(tiles: &[Tile], width: usize) -> Vec<Line> {
    let cells = |tile: &Tile| widest([tile.value.as_str(), tile.label]);
    let taken = |tiles: &[Tile]| tiles.iter().map(cells).sum::<usize>() + TILE_GAP * tiles.len().saturating_sub(1);
    let a_row = [4, 2].into_iter().find(|count| tiles.chunks(*count).all(|row| taken(row) <= width));
    let Some(a_row) = a_row else {
        let line = |tile: &Tile| {
            Line::Pieces(vec![(tile.value.clone(), Role::Strong), (format!(" {}", tile.label), Role::Secondary)])
        };
        return tiles.iter().map(line).collect();
    };
    let mut lines = Vec::new();
    for row in tiles.chunks(a_row) {
        let spread = |text: fn(&Tile) -> &str, role: Role| -> Line {
            let part = |tile: &Tile| (left(text(tile), cells(tile) + TILE_GAP), role);
            Line::Pieces(row.iter().map(part).collect())
        };
        lines.push(spread(|tile| &tile.value, Role::Strong));
        lines.push(spread(|tile| tile.label, Role::Secondary));
    }
    lines
}

/// The widths of the columns of all tables, so that their bars begin in one column.
struct Columns {
    label: usize,
    bar: usize,
    value: usize,
}

impl Columns {
    fn of(tables: &[Table], width: usize) -> Self {
        let figures = || tables.iter().flat_map(|table| &table.figures);
        let value = widest(figures().map(|figure| figure.value.as_str())).min(width);
        // The lamp of a category stands before its name.
        let label = widest(figures().map(|figure| figure.label.as_str())) + 2;
        let room = width.saturating_sub(value + 2 * GAP);
        let beside_bar = label.min(LABEL_MAX.min(room * 3 / 5));
        match (room - beside_bar).min(BAR_MAX) {
            bar if bar >= BAR_MIN => Self { label: beside_bar, bar, value },
            _ => Self { label: label.min(width.saturating_sub(value + GAP)), bar: 0, value },
        }
    }

    /// A line of a table: its title, then its figures.
    fn part(&self, table: &Table, line: usize, categories: &[Category]) -> Vec<Span> {
        let Some(figure) = line.checked_sub(1) else {
            let room = self.label + self.bar + self.value + 2 * GAP;
            return vec![(cut(table.title, room), Role::Secondary)];
        };
        let figure = table.figures.get(figure);
        figure.map(|figure| self.figure(figure, table.title == BY_CATEGORY, categories)).unwrap_or_default()
    }

    fn figure(&self, figure: &Figure, is_category: bool, categories: &[Category]) -> Vec<Span> {
        let gap = || (" ".repeat(GAP), Role::Text);
        let mut pieces: Vec<Span> = Vec::new();
        // A model has the hue of the category that it answers; what belongs to none is quiet.
        let answers = categories.iter().find(|category| category.model.as_str() == figure.label);
        let mut lamp = answers.map_or(Role::Secondary, |category| hue(&category.id, categories));
        if is_category {
            let id = CategoryId::from(figure.label.as_str());
            lamp = hue(&id, categories);
            // A letter of Chinese takes two cells.
            let letter = format!("{} ", letter(&id));
            let room = self.label.saturating_sub(text_width(&letter));
            pieces.extend([(letter, lamp), (left(&figure.label, room), Role::Text)]);
        } else {
            pieces.push((left(&figure.label, self.label), Role::Text));
        }
        if self.bar > 0 {
            pieces.push(gap());
            match figure.share {
                Some(share) => {
                    let (full, rest) = thin_bar(share, self.bar);
                    pieces.extend([(full, lamp), (rest, Role::Rule)]);
                }
                None => pieces.push((" ".repeat(self.bar), Role::Text)),
            }
        }
        pieces.extend([gap(), (right(&figure.value, self.value), Role::Secondary)]);
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Count, JudgeCount, ModelCount, Percentiles, Share};

    fn report() -> RouteReport {
        let times = Percentiles { count: 60, median: 312, p90: 1_240 };
        RouteReport {
            prompts: 128,
            categories: vec![Count { name: "coding".into(), prompts: 70 }, Count { name: "検索".into(), prompts: 58 }],
            models: vec![ModelCount { name: "m".repeat(60).as_str().into(), prompts: 128, first_text_ms: Some(times) }],
            overridden: Share { count: 28, rate: Some(0.22) },
            judge: JudgeCount { requests: 100, saved: 28 },
            first_text_ms: Some(times),
            ..RouteReport::default()
        }
    }

    fn text(line: &Line) -> String {
        match line {
            Line::Pieces(pieces) => pieces.iter().map(|(text, _)| text.as_str()).collect(),
            Line::Text((text, _), _) => text.clone(),
            _ => String::new(),
        }
    }

    #[test]
    fn tiles_stand_in_as_many_rows_as_the_width_needs() {
        let shown = |width| tile_rows(&tiles(&report()), width).iter().map(text).collect::<Vec<_>>();
        let wide = shown(100);
        assert_eq!(wide.len(), 2);
        assert!(wide[0].starts_with("128        78 %              28"), "{wide:?}");
        assert!(wide[1].starts_with("prompts    kept as routed    judge requests avoided"), "{wide:?}");
        assert_eq!((shown(50).len(), shown(36).len()), (4, 4));
        assert_eq!(shown(30)[1], "78 % kept as routed");
    }

    #[test]
    fn figures_fit_and_the_lamp_of_a_category_stands_before_its_name() {
        for width in 30..140 {
            for line in lines(Some(&report()), &[], width) {
                // Text is broken where it is painted.
                if matches!(line, Line::Pieces(_)) {
                    assert!(text_width(text(&line).trim_end()) <= width, "{width}: {}", text(&line));
                }
            }
        }
        let all: Vec<String> = lines(Some(&report()), &[], 60).iter().map(text).collect();
        let coding = all.iter().find(|line| line.contains("coding")).unwrap();
        assert!(coding.starts_with("c coding ") && coding.contains("━━") && coding.ends_with("70   55 %"), "{coding}");
        assert!(all.iter().all(|line| !line.contains('█')));
    }
}
