//! The router's report as tables and tiles, for the command line and the screen alike: labels, shares and figures, and
//! which of them say too little to be shown. How wide they are drawn is `report/text.rs`'s business, or the screen's.

mod text;

pub use text::{Line, Section, sections};

use crate::format::{count, duration, percent};
use crate::store::{Percentiles, RouteReport, Share};
use crate::text::sanitize::one_line;
use std::time::Duration;

/// A name that is longer is cut before it is measured. Names come from outside, so they are cleaned, too.
const NAME: usize = 80;
/// The fewest times of which the middle says something.
const TIMES_MIN: u64 = 5;
/// What stands where there are fewer.
pub const TOO_FEW: &str = "too few";

/// Figures that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What they are about.
    pub title: &'static str,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// A figure of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Of what.
    pub label: String,
    /// Of the longest bar, from 0 to 1; `None`: there is none to draw.
    pub share: Option<f64>,
    /// How much.
    pub value: String,
}

/// A figure that stands for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// How much.
    pub value: String,
    /// Of what.
    pub label: &'static str,
}

/// The first line of the report: `128 prompts`.
pub fn headline(report: &RouteReport) -> String {
    count(report.prompts, "prompt")
}

/// The four figures to see first.
pub fn tiles(report: &RouteReport) -> [Tile; 4] {
    let kept = report.left_as_routed().rate.map_or_else(|| "–".to_owned(), percent);
    let first = report.first_text_ms.map_or_else(|| TOO_FEW.to_owned(), |times| median(times, shown));
    [
        Tile { value: report.prompts.to_string(), label: if report.prompts == 1 { "prompt" } else { "prompts" } },
        Tile { value: kept, label: "kept as routed" },
        Tile { value: report.judge.saved.to_string(), label: "judge requests avoided" },
        Tile { value: first, label: "median first token" },
    ]
}

/// All that is counted; tables without figures are left out.
pub fn tables(report: &RouteReport) -> Vec<Table> {
    let tables = [
        ("by category", shares(report.categories.iter().map(|c| (c.name.as_str(), c.prompts)), report)),
        ("by model", shares(report.models.iter().map(|m| (m.name.as_str(), m.prompts)), report)),
        ("by decider", shares(report.deciders.iter().map(|c| (c.name.as_str(), c.prompts)), report)),
        ("your overrides", vec![part("overridden", report.overridden), part("corrected", report.corrected)]),
        ("judge requests", judging(report)),
        ("first token, median and 90th percentile", first_texts(report)),
    ];
    let tables = tables.into_iter().map(|(title, figures)| Table { title, figures });
    tables.filter(|table| !table.figures.is_empty()).collect()
}

fn shares<'a>(counts: impl Iterator<Item = (&'a str, u64)>, report: &RouteReport) -> Vec<Figure> {
    let figure = |(name, prompts): (&str, u64)| {
        let share = prompts as f64 / report.prompts.max(1) as f64;
        Figure { label: one_line(name, NAME), share: Some(share), value: figures(prompts, Some(share)) }
    };
    counts.map(figure).collect()
}

fn part(label: &str, part: Share) -> Figure {
    Figure { label: label.to_owned(), share: Some(part.rate.unwrap_or(0.0)), value: figures(part.count, part.rate) }
}

/// A count and its share, so that the shares of all lines stand below each other.
fn figures(count: u64, share: Option<f64>) -> String {
    format!("{count} {:>6}", share.map_or_else(|| "–".to_owned(), percent))
}

fn judging(report: &RouteReport) -> Vec<Figure> {
    let figure = |label: &str, requests: u64| {
        let share = requests as f64 / report.prompts.max(1) as f64;
        Figure { label: label.to_owned(), share: Some(share), value: figures(requests, Some(share)) }
    };
    vec![figure("sent", report.judge.requests), figure("avoided", report.judge.saved)]
}

fn first_texts(report: &RouteReport) -> Vec<Figure> {
    let timed: Vec<(&str, Percentiles)> =
        report.models.iter().filter_map(|model| Some((model.name.as_str(), model.first_text_ms?))).collect();
    let enough = |times: &Percentiles| times.count >= TIMES_MIN;
    let slowest = timed.iter().map(|(_, times)| times).filter(|times| enough(times)).map(|times| times.median).max();
    let figure = |(name, times): &(&str, Percentiles)| Figure {
        label: one_line(name, NAME),
        share: slowest.filter(|_| enough(times)).map(|slowest| times.median as f64 / slowest.max(1) as f64),
        value: if enough(times) {
            format!("{} {:>6}", shown(times.median), shown(times.p90))
        } else {
            TOO_FEW.to_owned()
        },
    };
    timed.iter().map(figure).collect()
}

/// The middle of some times, where they are enough to have one.
pub fn median(times: Percentiles, shown: fn(u64) -> String) -> String {
    if times.count < TIMES_MIN { TOO_FEW.to_owned() } else { shown(times.median) }
}

/// Milliseconds as people read them.
pub fn shown(ms: u64) -> String {
    duration(Duration::from_millis(ms))
}

#[cfg(test)]
mod tests;
