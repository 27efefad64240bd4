//! How each model did lately: when it was asked, how often it answered or failed, how fast it was. Read from the steps of
//! turns, so that an attempt that a fallback made good counts as a failure of its model.

use super::report::{Percentiles, percentiles};
use super::value;
use crate::chat::GUIDE;
use crate::chat::id;
use crate::config::ModelId;
use indexmap::IndexMap;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use std::time::Duration;

/// What comes within this time was not generated at that pace, only delivered.
const DELIVERED: Duration = Duration::from_millis(100);

/// How a model did.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelUse {
    /// Its name here.
    pub model: ModelId,
    /// When it was asked last.
    pub last_used: Timestamp,
    /// How many answers it gave to their end.
    pub answers: u64,
    /// How many times it could not answer.
    pub failures: u64,
    /// From request to first text.
    pub first_text_ms: Option<Percentiles>,
    /// Tokens of an answer in a second, the median; `None`: no endpoint counted them.
    pub tokens_per_second: Option<f64>,
}

impl ModelUse {
    /// How many of its requests failed, from 0 to 1; `None` when none came to an end.
    pub fn error_rate(&self) -> Option<f64> {
        let ended = self.answers + self.failures;
        (ended > 0).then(|| self.failures as f64 / ended as f64)
    }
}

pub(super) fn since(connection: &Connection, since: Timestamp) -> rusqlite::Result<Vec<ModelUse>> {
    // The ids of turns are times, so that the primary key says which steps are late enough.
    let mut statement = connection.prepare(
        "SELECT s.model, t.asked_at, s.first_reasoning_us, s.first_text_us, s.total_us, s.completion_tokens,
           s.outcome IS NULL AND t.ending LIKE '{\"answered\"%' AS answered,
           s.outcome LIKE '{\"failed\"%' OR (s.outcome IS NULL AND t.ending LIKE '{\"failed\"%') AS failed
         FROM steps s CROSS JOIN turns t ON t.id = s.turn
         WHERE s.turn >= ?1 AND s.model IS NOT NULL AND s.provider IS NOT ?2
           AND (s.outcome IS NULL OR s.outcome LIKE '{\"failed\"%')",
    )?;
    let mut rows = statement.query(params![value::whole(id::at(since, 0)), GUIDE])?;
    let mut tallies: IndexMap<String, Tally> = IndexMap::new();
    while let Some(row) = rows.next()? {
        let asked_at = value::time(row, "asked_at")?;
        let tally = tallies.entry(value::text(row, "model")?).or_insert_with(|| Tally::new(asked_at));
        tally.add(row, asked_at)?;
    }
    Ok(tallies.into_iter().map(|(model, tally)| tally.conclude(model.into())).collect())
}

struct Tally {
    last_used: Timestamp,
    answers: u64,
    failures: u64,
    first_text_ms: Vec<u64>,
    speeds: Vec<f64>,
}

impl Tally {
    fn new(last_used: Timestamp) -> Self {
        Self { last_used, answers: 0, failures: 0, first_text_ms: Vec::new(), speeds: Vec::new() }
    }

    fn add(&mut self, row: &Row<'_>, asked_at: Timestamp) -> rusqlite::Result<()> {
        self.last_used = self.last_used.max(asked_at);
        self.failures += u64::from(row.get::<_, Option<bool>>("failed")?.unwrap_or(false));
        if !row.get::<_, Option<bool>>("answered")?.unwrap_or(false) {
            return Ok(());
        }
        self.answers += 1;
        let [reasoning, text, total] = [
            value::maybe_duration(row, "first_reasoning_us")?,
            value::maybe_duration(row, "first_text_us")?,
            value::maybe_duration(row, "total_us")?,
        ];
        self.first_text_ms.extend(text.and_then(|text| u64::try_from(text.as_millis()).ok()));
        // Endpoints count thoughts among the tokens of an answer.
        let first = reasoning.into_iter().chain(text).min();
        let tokens = value::maybe_count(row, "completion_tokens")?.filter(|tokens| *tokens > 1);
        if let (Some(first), Some(total), Some(tokens)) = (first, total, tokens)
            && let took = total.saturating_sub(first)
            && took > DELIVERED
        {
            self.speeds.push(tokens as f64 / took.as_secs_f64());
        }
        Ok(())
    }

    fn conclude(mut self, model: ModelId) -> ModelUse {
        self.speeds.sort_by(f64::total_cmp);
        ModelUse {
            model,
            last_used: self.last_used,
            answers: self.answers,
            failures: self.failures,
            first_text_ms: percentiles(self.first_text_ms),
            tokens_per_second: self.speeds.get(self.speeds.len() / 2).copied(),
        }
    }
}
