//! The router's report as lines with bars, for the command line and the screen alike.
//!
//! ```text
//! by category
//! coding           ████████████████████████████████▌    70   55 %
//! general          ███████████████████                  41   32 %
//! ```

use crate::format::columns::{bar, cut, left, right, widest};
use crate::format::{count, duration, percent};
use crate::store::{Percentiles, RouteReport, Share};
use crate::text::sanitize::one_line;
use std::time::Duration;

/// A name that is longer is cut before it is measured. Names come from outside, so they are cleaned, too.
const NAME: usize = 80;
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

/// A figure before anyone knows how wide it may be.
struct Figure {
    label: String,
    /// Of the longest bar, from 0 to 1.
    share: f64,
    value: String,
}

/// `report` in sections whose lines are at most `width` cells wide; the bars of all sections begin in one column.
pub fn sections(report: &RouteReport, width: usize) -> Vec<Section> {
    let drafts = [
        ("by category".to_owned(), shares(report.categories.iter().map(|c| (c.name.as_str(), c.prompts)), report)),
        ("by model".to_owned(), shares(report.models.iter().map(|m| (m.name.as_str(), m.prompts)), report)),
        ("by decider".to_owned(), shares(report.deciders.iter().map(|c| (c.name.as_str(), c.prompts)), report)),
        ("your say".to_owned(), vec![part("overridden", report.overridden), part("corrected", report.corrected)]),
        ("requests spent on deciding, against one for every prompt".to_owned(), judging(report)),
        ("time to the first text, median and 90th percentile".to_owned(), first_texts(report)),
    ];
    let figures = || drafts.iter().flat_map(|(_, figures)| figures);
    let layout = Layout::new(
        widest(figures().map(|figure| figure.label.as_str())),
        widest(figures().map(|figure| figure.value.as_str())),
        width,
    );
    let section = |(title, figures): &(String, Vec<Figure>)| Section {
        title: cut(title, width),
        lines: figures.iter().map(|figure| layout.line(figure)).collect(),
    };
    drafts.iter().filter(|(_, figures)| !figures.is_empty()).map(section).collect()
}

/// The first line of the report: `128 prompts`.
pub fn headline(report: &RouteReport) -> String {
    count(report.prompts, "prompt")
}

fn shares<'a>(counts: impl Iterator<Item = (&'a str, u64)>, report: &RouteReport) -> Vec<Figure> {
    let figure = |(name, prompts): (&str, u64)| {
        let share = prompts as f64 / report.prompts.max(1) as f64;
        Figure { label: one_line(name, NAME), share, value: figures(prompts, Some(share)) }
    };
    counts.map(figure).collect()
}

fn part(label: &str, part: Share) -> Figure {
    Figure { label: label.to_owned(), share: part.rate.unwrap_or(0.0), value: figures(part.count, part.rate) }
}

/// A count and its share, so that the shares of all lines stand below each other.
fn figures(count: u64, share: Option<f64>) -> String {
    format!("{count} {}", right(&share.map_or_else(|| "–".to_owned(), percent), 6))
}

fn judging(report: &RouteReport) -> Vec<Figure> {
    let figure = |label: &str, requests: u64| {
        let share = requests as f64 / report.prompts.max(1) as f64;
        Figure { label: label.to_owned(), share, value: figures(requests, Some(share)) }
    };
    vec![figure("spent", report.judge.requests), figure("saved", report.judge.saved)]
}

fn first_texts(report: &RouteReport) -> Vec<Figure> {
    let timed: Vec<(&str, Percentiles)> =
        report.models.iter().filter_map(|model| Some((model.name.as_str(), model.first_text_ms?))).collect();
    let slowest = timed.iter().map(|(_, times)| times.median).max().unwrap_or(0).max(1);
    let shown = |ms| duration(Duration::from_millis(ms));
    let figure = |(name, times): &(&str, Percentiles)| Figure {
        label: one_line(name, NAME),
        share: times.median as f64 / slowest as f64,
        value: format!("{} {}", shown(times.median), right(&shown(times.p90), 6)),
    };
    timed.iter().map(figure).collect()
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
        Line {
            label: left(&figure.label, self.label),
            bar: left(&bar(figure.share, self.bar), self.bar),
            value: right(&figure.value, self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Count, JudgeCount, ModelCount};
    use unicode_width::UnicodeWidthStr;

    fn report() -> RouteReport {
        let counted = |name: &str, prompts| Count { name: name.to_owned(), prompts };
        let times = Percentiles { count: 60, median: 312, p90: 1_240 };
        RouteReport {
            since: None,
            prompts: 128,
            categories: vec![counted("coding", 70), counted("検索", 57), counted("vision", 1)],
            models: vec![
                ModelCount { name: "qwen-3-32b".into(), prompts: 70, first_text_ms: Some(times) },
                ModelCount { name: "a-model-with-a-very-long-name-indeed".into(), prompts: 58, first_text_ms: None },
            ],
            deciders: vec![counted("judge", 100), counted("override", 28)],
            overridden: Share { count: 28, rate: Some(0.218_75) },
            corrected: Share { count: 0, rate: Some(0.0) },
            judge: JudgeCount { requests: 100, saved: 28 },
        }
    }

    fn lines(width: usize) -> Vec<String> {
        let lines = |section: Section| section.lines.iter().map(Line::text).collect::<Vec<_>>();
        sections(&report(), width).into_iter().flat_map(lines).collect()
    }

    #[test]
    fn every_line_fits_every_width() {
        for width in 0..=200 {
            for line in lines(width) {
                assert!(line.width() <= width, "{width}: '{line}'");
            }
        }
    }

    #[test]
    fn bars_and_figures_stand_below_each_other() {
        let lines = lines(40);
        assert_eq!(lines[0], "coding         █████▌          70   55 %");
        assert_eq!(lines[1], "検索           ████▌           57   45 %");
        assert_eq!(lines[2], "vision         ▏                1  < 1 %");
        assert_eq!(lines[4], "a-model-with…  ████▌           58   45 %");
        assert_eq!(lines[8], "corrected                       0    0 %");
        assert_eq!(lines[11], "qwen-3-32b     ██████████  312 ms  1.2 s");
    }

    #[test]
    fn where_there_is_no_room_for_bars_the_figures_stay() {
        assert_eq!(lines(24)[0], "coding         70   55 %");
    }

    #[test]
    fn without_times_there_is_no_section_of_times() {
        let untimed = ModelCount { name: "m".into(), prompts: 128, first_text_ms: None };
        let sections = sections(&RouteReport { models: vec![untimed], ..report() }, 80);
        let titles: Vec<&str> = sections.iter().map(|section| section.title.as_str()).collect();
        assert_eq!(titles[..4], ["by category", "by model", "by decider", "your say"]);
        assert_eq!(titles.len(), 5, "{titles:?}");
    }
}
