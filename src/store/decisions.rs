//! The table of decisions: which model, why, what came of it, and what it should have been.

use super::value;
use crate::config::{CategoryId, ModelId};
use crate::router::Decision;
use indexmap::IndexMap;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// Names a decision; later ones have greater ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct DecisionId(pub i64);

/// A decision that was just made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDecision {
    /// When.
    pub decided_at: Timestamp,
    /// Of what.
    pub prompt: Arc<str>,
    /// Which model, and why.
    pub decision: Decision,
    /// Whether the user had said who should answer.
    pub overridden: bool,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// With an answer.
    Answered,
    /// The user stopped it.
    Stopped,
    /// It failed.
    Failed,
}

impl End {
    /// Its name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How the turn ended.
    pub end: End,
    /// Who answered, or was asked last; `None` when nobody was.
    pub answered_by: Option<ModelId>,
    /// From the request to the first text.
    pub first_text: Option<Duration>,
    /// From the request to the end.
    pub total: Option<Duration>,
    /// Tokens of the request, as the endpoint counts.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the answer, as the endpoint counts.
    pub completion_tokens: Option<u64>,
}

/// Which decisions are wanted; what is `None` excludes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// No more than so many.
    pub limit: usize,
    /// Taken for this category, or corrected to it.
    pub category: Option<CategoryId>,
    /// Decided for this model, or answered by it.
    pub model: Option<ModelId>,
    /// The decider of this name.
    pub decider: Option<String>,
    /// With this text in the prompt; the case of ASCII letters does not matter.
    pub text: Option<String>,
}

/// A decision as it is kept. Serialised, its keys are a contract; those of `pointsman route --json` mean the same here.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DecisionRow {
    /// Its name.
    pub id: DecisionId,
    /// When.
    pub decided_at: Timestamp,
    /// Of what.
    pub prompt: String,
    /// What the prompt was taken for.
    pub category: CategoryId,
    /// The model that was to be asked first.
    pub model: ModelId,
    /// The provider of that model.
    pub provider: String,
    /// Who decided; a name, since other versions know other deciders.
    pub decider: String,
    /// How probable the category was, from 0 to 1; `None` when the decider did not say.
    pub confidence: Option<f64>,
    /// How probable each category was, from 0 to 1.
    pub probabilities: IndexMap<String, f64>,
    /// Why, in one line.
    pub reason: String,
    /// What in the prompt spoke for it.
    pub evidence: Vec<String>,
    /// The models that could answer, in order.
    pub candidates: Vec<String>,
    /// How long deciding took, in microseconds.
    pub elapsed_us: u64,
    /// How many requests deciding cost.
    pub requests: u64,
    /// Whether the user had said who should answer.
    pub overridden: bool,
    /// How the turn ended, as [`End::name`]; `None` while it runs, or when the program ended first.
    pub outcome: Option<String>,
    /// Who answered, or was asked last.
    pub answered_by: Option<ModelId>,
    /// From the request to the first text, in milliseconds.
    pub first_text_ms: Option<u64>,
    /// From the request to the end, in milliseconds.
    pub total_ms: Option<u64>,
    /// Tokens of the request.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the answer.
    pub completion_tokens: Option<u64>,
    /// What the user said it should have been.
    pub corrected_to: Option<CategoryId>,
}

pub(super) fn record(connection: &Connection, new: &NewDecision) -> rusqlite::Result<DecisionId> {
    let decision = &new.decision;
    let probabilities: IndexMap<&str, f64> = decision.probabilities.iter().map(|(id, p)| (id.as_str(), *p)).collect();
    let candidates: Vec<&str> = decision.candidates.iter().map(|candidate| candidate.model.as_str()).collect();
    connection.execute(
        "INSERT INTO decisions (decided_at, prompt, category, model, provider, decider, confidence, probabilities,
         reason, evidence, candidates, elapsed_us, requests, overridden)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            new.decided_at.as_millisecond(),
            &*new.prompt,
            decision.category.as_str(),
            decision.model().as_str(),
            decision.provider(),
            decision.decider.name(),
            decision.confidence(),
            value::json(&probabilities)?,
            decision.reason,
            value::json(&decision.evidence)?,
            value::json(&candidates)?,
            value::whole(decision.elapsed.as_micros()),
            decision.requests,
            new.overridden,
        ],
    )?;
    Ok(DecisionId(connection.last_insert_rowid()))
}

pub(super) fn finish(connection: &Connection, id: DecisionId, outcome: &Outcome) -> rusqlite::Result<()> {
    let ms = |time: Option<Duration>| time.map(|time| value::whole(time.as_millis()));
    connection
        .execute(
            "UPDATE decisions SET outcome = ?, answered_by = ?, first_text_ms = ?, total_ms = ?, prompt_tokens = ?,
             completion_tokens = ? WHERE id = ?",
            params![
                outcome.end.name(),
                outcome.answered_by.as_ref().map(ModelId::as_str),
                ms(outcome.first_text),
                ms(outcome.total),
                outcome.prompt_tokens.map(value::whole),
                outcome.completion_tokens.map(value::whole),
                id.0,
            ],
        )
        .map(drop)
}

pub(super) fn correct(connection: &Connection, id: DecisionId, category: &CategoryId) -> rusqlite::Result<()> {
    connection.execute("UPDATE decisions SET corrected_to = ? WHERE id = ?", params![category.as_str(), id.0]).map(drop)
}

pub(super) fn find(connection: &Connection, filter: &Filter) -> rusqlite::Result<Vec<DecisionRow>> {
    let mut statement = connection.prepare(
        "SELECT * FROM decisions
         WHERE (?1 IS NULL OR category = ?1 OR corrected_to = ?1)
           AND (?2 IS NULL OR model = ?2 OR answered_by = ?2)
           AND (?3 IS NULL OR decider = ?3)
           AND (?4 IS NULL OR prompt LIKE ?4 ESCAPE '\\')
         ORDER BY decided_at DESC, id DESC LIMIT ?5",
    )?;
    let wanted = params![
        filter.category.as_ref().map(CategoryId::as_str),
        filter.model.as_ref().map(ModelId::as_str),
        filter.decider,
        filter.text.as_deref().map(containing),
        value::whole(filter.limit),
    ];
    statement.query_map(wanted, decision)?.collect()
}

/// The pattern of `LIKE` for everything that contains `text`.
fn containing(text: &str) -> String {
    let literal = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{literal}%")
}

fn decision(row: &Row<'_>) -> rusqlite::Result<DecisionRow> {
    Ok(DecisionRow {
        id: DecisionId(row.get("id")?),
        decided_at: value::time(row, "decided_at")?,
        prompt: row.get("prompt")?,
        category: row.get::<_, String>("category")?.into(),
        model: row.get::<_, String>("model")?.into(),
        provider: row.get("provider")?,
        decider: row.get("decider")?,
        confidence: row.get("confidence")?,
        probabilities: value::parsed(row, "probabilities")?,
        reason: row.get("reason")?,
        evidence: value::parsed(row, "evidence")?,
        candidates: value::parsed(row, "candidates")?,
        elapsed_us: value::count(row, "elapsed_us")?,
        requests: value::count(row, "requests")?,
        overridden: row.get("overridden")?,
        outcome: row.get("outcome")?,
        answered_by: row.get::<_, Option<String>>("answered_by")?.map(Into::into),
        first_text_ms: value::maybe_count(row, "first_text_ms")?,
        total_ms: value::maybe_count(row, "total_ms")?,
        prompt_tokens: value::maybe_count(row, "prompt_tokens")?,
        completion_tokens: value::maybe_count(row, "completion_tokens")?,
        corrected_to: row.get::<_, Option<String>>("corrected_to")?.map(Into::into),
    })
}
