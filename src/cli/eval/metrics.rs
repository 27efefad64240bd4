//! What a list of answers says about who gave them. Pure.

use crate::config::CategoryId;
use crate::router::train::expected_calibration_error;
use indexmap::IndexMap;
use serde::Serialize;
use std::time::Duration;

/// One answer.
pub(super) struct Measured {
    pub(super) expected: CategoryId,
    pub(super) found: CategoryId,
    /// How probable what was found was said to be.
    pub(super) confidence: Option<f64>,
    /// Whether it was found without a judge.
    pub(super) covered: bool,
    pub(super) elapsed: Duration,
}

/// A row, measured both ways.
pub(super) struct Row {
    /// By its words alone; `None` when that was not asked.
    pub(super) text_alone: Option<Measured>,
    /// With what it says of attached pictures; `None` when it says nothing.
    pub(super) attachment_known: Option<Measured>,
}

/// The figures of all rows; their names are a contract. Those of `best_known` stand at the top.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Figures {
    /// Of each row with all that is known of it.
    #[serde(flatten)]
    best_known: Metrics,
    /// By the words alone; `None` unless every row was measured so: a judge is asked once a row, with all that is known.
    pub(super) text_alone: Option<Metrics>,
    /// Of the rows that say how many pictures are attached; `None` when none does.
    pub(super) attachment_known: Option<Metrics>,
}

impl Figures {
    /// The figures of `rows`; `categories` are all that could have been found.
    pub(super) fn of(rows: &[Row], categories: &[CategoryId]) -> Self {
        let some = |measured: Vec<&Measured>| (!measured.is_empty()).then(|| Metrics::of(&measured, categories));
        let best_known: Vec<&Measured> = rows.iter().filter_map(best_of).collect();
        Self {
            best_known: Metrics::of(&best_known, categories),
            text_alone: rows.iter().map(|row| row.text_alone.as_ref()).collect::<Option<_>>().and_then(some),
            attachment_known: some(rows.iter().filter_map(|row| row.attachment_known.as_ref()).collect()),
        }
    }
}

/// What is found of a row with all that is known of it.
fn best_of(row: &Row) -> Option<&Measured> {
    row.attachment_known.as_ref().or(row.text_alone.as_ref())
}

/// How good a list of answers is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Metrics {
    pub(super) n: usize,
    pub(super) accuracy: f64,
    pub(super) macro_f1: f64,
    pub(super) per_class: IndexMap<String, Class>,
    /// What it was, then what it was taken for.
    pub(super) confusion: IndexMap<String, IndexMap<String, usize>>,
    /// `None` when no decider gave probabilities.
    pub(super) ece: Option<f64>,
    pub(super) coverage: f64,
    /// `None` when nothing was covered.
    pub(super) covered_accuracy: Option<f64>,
    pub(super) latency_us: Latency,
}

/// How well one category is found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Class {
    pub(super) precision: f64,
    pub(super) recall: f64,
    pub(super) f1: f64,
    pub(super) n: usize,
}

/// How long answers took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Latency {
    pub(super) p50: u64,
    pub(super) p99: u64,
}

impl Metrics {
    /// The figures of `measured`; `categories` are all that could have been found.
    pub(super) fn of(measured: &[&Measured], categories: &[CategoryId]) -> Self {
        let right = |one: &&Measured| one.expected == one.found;
        let covered: Vec<&Measured> = measured.iter().copied().filter(|one| one.covered).collect();
        let rights = measured.iter().copied().filter(right).count();
        let covered_right = covered.iter().copied().filter(right).count();
        let count = |expected: &CategoryId, found: &CategoryId| {
            measured.iter().filter(|one| one.expected == *expected && one.found == *found).count()
        };
        let row = |expected: &CategoryId| {
            categories.iter().map(|found| (found.to_string(), count(expected, found))).collect()
        };
        let per_class: IndexMap<String, Class> =
            categories.iter().map(|id| (id.to_string(), Class::of(measured, id))).collect();
        // A category that no row has says nothing about how well it is found.
        let present: Vec<f64> = per_class.values().filter(|class| class.n > 0).map(|class| class.f1).collect();
        let sure: Vec<(f64, bool)> = measured.iter().filter_map(|one| Some((one.confidence?, right(one)))).collect();
        Self {
            n: measured.len(),
            accuracy: share(rights, measured.len()).unwrap_or_default(),
            macro_f1: present.iter().sum::<f64>() / present.len().max(1) as f64,
            per_class,
            confusion: categories.iter().map(|id| (id.to_string(), row(id))).collect(),
            ece: (!sure.is_empty()).then(|| expected_calibration_error(&sure)),
            coverage: share(covered.len(), measured.len()).unwrap_or_default(),
            covered_accuracy: share(covered_right, covered.len()),
            latency_us: Latency::of(measured),
        }
    }
}

impl Class {
    fn of(measured: &[&Measured], id: &CategoryId) -> Self {
        let n = measured.iter().filter(|one| one.expected == *id).count();
        let found = measured.iter().filter(|one| one.found == *id).count();
        let both = measured.iter().filter(|one| one.expected == *id && one.found == *id).count();
        let f1 = share(2 * both, n + found).unwrap_or_default();
        let (precision, recall) = (share(both, found).unwrap_or_default(), share(both, n).unwrap_or_default());
        Self { precision, recall, f1, n }
    }
}

impl Latency {
    fn of(measured: &[&Measured]) -> Self {
        let mut times: Vec<u64> = measured.iter().map(|one| one.elapsed.as_micros() as u64).collect();
        times.sort_unstable();
        let at = |percent: usize| times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Self { p50: at(50).unwrap_or_default(), p99: at(99).unwrap_or_default() }
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(expected: &str, found: &str, confidence: f64, covered: bool, us: u64) -> Measured {
        let (expected, found) = (expected.into(), found.into());
        Measured { expected, found, confidence: Some(confidence), covered, elapsed: Duration::from_micros(us) }
    }

    #[test]
    fn figures_are_those_of_the_textbook() {
        let measured = [
            one("a", "a", 0.9, true, 10),
            one("a", "a", 0.9, true, 20),
            one("a", "b", 0.6, false, 30),
            one("b", "b", 0.8, true, 1_000),
        ];
        let metrics = Metrics::of(&measured.each_ref(), &["a".into(), "b".into(), "c".into()]);
        assert_eq!((metrics.n, metrics.accuracy), (4, 0.75));
        assert_eq!((metrics.coverage, metrics.covered_accuracy), (0.75, Some(1.0)));
        let (a, b) = (metrics.per_class["a"], metrics.per_class["b"]);
        assert!((a.precision - 1.0).abs() < 1e-9 && (a.recall - 2.0 / 3.0).abs() < 1e-9 && (a.f1 - 0.8).abs() < 1e-9);
        assert!((b.precision - 0.5).abs() < 1e-9 && (b.recall - 1.0).abs() < 1e-9);
        assert!((metrics.macro_f1 - f64::midpoint(0.8, 2.0 / 3.0)).abs() < 1e-9);
        assert_eq!(metrics.confusion["a"]["b"], 1);
        assert_eq!(metrics.latency_us, Latency { p50: 20, p99: 1_000 });
        // Two at 0.9 that are right, one at 0.6 that is wrong, one at 0.8 that is right.
        assert!((metrics.ece.unwrap() - (0.2 + 0.6 + 0.2) / 4.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_measured_is_no_division_by_zero() {
        let metrics = Metrics::of(&[], &["a".into()]);
        assert_eq!((metrics.n, metrics.ece, metrics.covered_accuracy), (0, None, None));
    }
}
