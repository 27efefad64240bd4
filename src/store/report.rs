//! How routing did, in figures: plain data from a fold over the decisions. How it looks is `format`'s business.

use super::days::DayCount;
use super::value;
use crate::chat::GUIDE;
use crate::config::ModelId;
use indexmap::IndexMap;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::Serialize;

/// The router's report. Serialised, its keys are a contract.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RouteReport {
    /// The beginning of what it is about; `None`: everything.
    pub since: Option<Timestamp>,
    /// How many prompts there were.
    pub prompts: u64,
    /// Prompts by what they were taken for; here and below the most frequent first.
    pub categories: Vec<Count>,
    /// Prompts by the model that answered, or would have.
    pub models: Vec<ModelCount>,
    /// Prompts by decider.
    pub deciders: Vec<Count>,
    /// Prompts for which the user had said which model should answer; a share of all prompts.
    pub overridden: Share,
    /// Decisions that the user corrected afterwards; a share of those that the user had not made.
    pub corrected: Share,
    /// What judging cost.
    pub judge: JudgeCount,
    /// From request to first text, of all models; `None` when none ever said a word.
    pub first_text_ms: Option<Percentiles>,
    /// Prompts by day, the earliest first; empty where days were not asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<DayCount>,
}

impl RouteReport {
    /// The prompts that the router routed and the user left as they were; a share of all prompts.
    pub fn left_as_routed(&self) -> Share {
        share(self.prompts.saturating_sub(self.overridden.count + self.corrected.count), self.prompts)
    }
}

/// So many prompts of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The kind.
    pub name: String,
    /// So many.
    pub prompts: u64,
}

/// What one model did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelCount {
    /// Its name.
    pub name: ModelId,
    /// So many prompts went to it.
    pub prompts: u64,
    /// From request to first text; `None` when it never said a word.
    pub first_text_ms: Option<Percentiles>,
}

/// The middle and the slow end of some times, in milliseconds, by nearest rank: both are times that occurred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Percentiles {
    /// Of so many times.
    pub count: u64,
    /// Half of them are no longer than this.
    pub median: u64,
    /// Nine of ten are no longer than this.
    pub p90: u64,
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Share {
    /// So many.
    pub count: u64,
    /// Of the whole, from 0 to 1; `None` when there is no whole.
    pub rate: Option<f64>,
}

/// Requests spent on deciding: those to a judge, and answers that were begun and thrown away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct JudgeCount {
    /// So many were sent.
    pub requests: u64,
    /// So many less than one for every prompt.
    pub saved: u64,
}

pub(super) fn report(connection: &Connection, since: Option<Timestamp>) -> rusqlite::Result<RouteReport> {
    let mut statement = connection.prepare(
        // The few turns that were corrected are read once, and not looked for from every decision.
        "WITH said AS MATERIALIZED (SELECT id, corrected FROM turns WHERE corrected IS NOT NULL)
         SELECT category, coalesce(answered_by, model) AS model, decider, overridden,
         coalesce(coalesce(said.corrected, corrected_to) <> category, 0) AS corrected, requests,
         -- The guide reads from this program: its pace says nothing of any model.
         iif(provider = ?2, NULL, first_text_ms) AS first_text_ms
         FROM decisions d LEFT JOIN said ON said.id = d.turn WHERE ?1 IS NULL OR decided_at >= ?1",
    )?;
    let mut tally = Tally::default();
    for decided in statement.query_map(params![since.map(Timestamp::as_millisecond), GUIDE], decided)? {
        tally.add(decided?);
    }
    Ok(RouteReport { since, ..tally.conclude() })
}

/// What the report wants to know of a decision.
struct Decided {
    category: String,
    model: String,
    decider: String,
    overridden: bool,
    corrected: bool,
    requests: u64,
    first_text_ms: Option<u64>,
}

fn decided(row: &Row<'_>) -> rusqlite::Result<Decided> {
    Ok(Decided {
        category: value::text(row, "category")?,
        model: value::text(row, "model")?,
        decider: value::text(row, "decider")?,
        overridden: row.get("overridden")?,
        corrected: row.get("corrected")?,
        requests: value::count(row, "requests")?,
        first_text_ms: value::maybe_count(row, "first_text_ms")?,
    })
}

/// The report while it grows.
#[derive(Default)]
struct Tally {
    prompts: u64,
    categories: IndexMap<String, u64>,
    deciders: IndexMap<String, u64>,
    /// Prompts and times to the first text.
    models: IndexMap<String, (u64, Vec<u64>)>,
    overridden: u64,
    corrected: u64,
    requests: u64,
    times: Vec<u64>,
}

impl Tally {
    fn add(&mut self, decided: Decided) {
        self.prompts += 1;
        *self.categories.entry(decided.category).or_default() += 1;
        *self.deciders.entry(decided.decider).or_default() += 1;
        let (prompts, times) = self.models.entry(decided.model).or_default();
        *prompts += 1;
        times.extend(decided.first_text_ms);
        self.times.extend(decided.first_text_ms);
        self.overridden += u64::from(decided.overridden);
        self.corrected += u64::from(decided.corrected && !decided.overridden);
        self.requests += decided.requests;
    }

    fn conclude(self) -> RouteReport {
        let mut models: Vec<ModelCount> = self
            .models
            .into_iter()
            .map(|(name, (prompts, times))| ModelCount {
                name: name.into(),
                prompts,
                first_text_ms: percentiles(times),
            })
            .collect();
        models.sort_by(|a, b| b.prompts.cmp(&a.prompts).then_with(|| a.name.cmp(&b.name)));
        RouteReport {
            since: None,
            prompts: self.prompts,
            categories: counts(self.categories),
            models,
            deciders: counts(self.deciders),
            overridden: share(self.overridden, self.prompts),
            corrected: share(self.corrected, self.prompts - self.overridden),
            judge: JudgeCount { requests: self.requests, saved: self.prompts.saturating_sub(self.requests) },
            first_text_ms: percentiles(self.times),
            days: Vec::new(),
        }
    }
}

pub(super) fn counts(counted: IndexMap<String, u64>) -> Vec<Count> {
    let mut counts: Vec<Count> = counted.into_iter().map(|(name, prompts)| Count { name, prompts }).collect();
    counts.sort_by(|a, b| b.prompts.cmp(&a.prompts).then_with(|| a.name.cmp(&b.name)));
    counts
}

fn share(count: u64, whole: u64) -> Share {
    Share { count, rate: (whole > 0).then(|| count as f64 / whole as f64) }
}

pub(super) fn percentiles(mut times: Vec<u64>) -> Option<Percentiles> {
    times.sort_unstable();
    let rank = |percent: usize| times.get((times.len() * percent).div_ceil(100).max(1) - 1).copied();
    Some(Percentiles { count: times.len() as u64, median: rank(50)?, p90: rank(90)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(category: &str, model: &str, decider: &str, requests: u64, first_text_ms: Option<u64>) -> Decided {
        Decided {
            category: category.to_owned(),
            model: model.to_owned(),
            decider: decider.to_owned(),
            overridden: decider == "override",
            corrected: false,
            requests,
            first_text_ms,
        }
    }

    #[test]
    fn prompts_are_counted_by_category_model_and_decider() {
        let mut tally = Tally::default();
        tally.add(one("general", "b", "judge", 1, Some(30)));
        tally.add(one("coding", "a", "judge", 2, Some(10)));
        tally.add(one("coding", "a", "classifier", 0, None));
        tally.add(one("coding", "b", "override", 0, Some(20)));
        tally.add(Decided { corrected: true, ..one("vision", "a", "classifier", 0, None) });
        let report = tally.conclude();
        let named = |counts: &[Count]| counts.iter().map(|c| format!("{} {}", c.name, c.prompts)).collect::<Vec<_>>();
        assert_eq!(report.prompts, 5);
        assert_eq!(named(&report.categories), ["coding 3", "general 1", "vision 1"]);
        assert_eq!(named(&report.deciders), ["classifier 2", "judge 2", "override 1"]);
        assert_eq!(report.models[0].first_text_ms, Some(Percentiles { count: 1, median: 10, p90: 10 }));
        assert_eq!(report.models[1].first_text_ms, Some(Percentiles { count: 2, median: 20, p90: 30 }));
        assert_eq!(report.overridden, Share { count: 1, rate: Some(0.2) });
        assert_eq!(report.corrected, Share { count: 1, rate: Some(0.25) });
        assert_eq!(report.judge, JudgeCount { requests: 3, saved: 2 });
        assert_eq!(report.first_text_ms, Some(Percentiles { count: 3, median: 20, p90: 30 }));
        assert_eq!(report.left_as_routed(), Share { count: 3, rate: Some(0.6) });
    }

    #[test]
    fn without_prompts_there_are_no_rates() {
        let report = Tally::default().conclude();
        assert_eq!(report, RouteReport::default());
        assert_eq!((report.overridden.rate, percentiles(Vec::new())), (None, None));
    }

    #[test]
    fn percentiles_are_times_that_occurred() {
        let times = (1..=100).rev().collect();
        assert_eq!(percentiles(times), Some(Percentiles { count: 100, median: 50, p90: 90 }));
    }

    #[test]
    fn the_json_keys_are_a_contract() {
        let report = RouteReport {
            prompts: 1,
            models: vec![ModelCount { name: "m".into(), prompts: 1, first_text_ms: percentiles(vec![7]) }],
            ..RouteReport::default()
        };
        assert_eq!(
            serde_json::to_string(&report).unwrap(),
            r#"{"since":null,"prompts":1,"categories":[],"models":[{"name":"m","prompts":1,"first_text_ms":{"count":1,"median":7,"p90":7}}],"deciders":[],"overridden":{"count":0,"rate":null},"corrected":{"count":0,"rate":null},"judge":{"requests":0,"saved":0},"first_text_ms":null}"#
        );
    }
}
