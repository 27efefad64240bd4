//! A decision as plain values, and how it stands in its row: what the router made becomes one, and back.

use super::{End, NewDecision};
use crate::chat::TurnId;
use crate::config::{CategoryId, ModelId};
use crate::router::{Candidate, Decider, Decision};
use crate::store::value::{self, Columns};
use indexmap::IndexMap;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// A decision as it is kept. Serialised, its keys are a contract; those of `pointsman route --json` mean the same here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
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
    /// The decider; a name, since other versions know other deciders.
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
    /// Whether the user had said which model should answer.
    pub overridden: bool,
    /// How the turn ended, as [`End::name`]; `None` while it runs, or when the program ended first.
    pub outcome: Option<String>,
    /// The model that answered, or was asked last.
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
    /// What the turn before it was taken for.
    pub previous: Option<CategoryId>,
    /// What the user should know or do, where something is missing.
    pub hint: Option<String>,
}

impl DecisionRecord {
    /// The columns of `decisions d` that a kept decision is read from; only what it should have been is not among them,
    /// since that is said by its turn, where it has one: `corrected_to`.
    pub(in crate::store) const COLUMNS: &str = "d.decided_at, d.prompt, d.category, d.model, d.provider, d.decider,
         d.confidence, d.probabilities, d.reason, d.evidence, d.candidates, d.elapsed_us, d.requests, d.overridden,
         d.outcome, d.answered_by, d.first_text_ms, d.total_ms, d.prompt_tokens, d.completion_tokens, d.previous,
         d.hint";

    /// A decision from a row with these columns and `corrected_to`.
    pub(in crate::store) fn read(row: &Row<'_>, columns: &Columns) -> rusqlite::Result<Self> {
        let number = |name: &str| value::maybe_count(row, columns.at(name));
        let name = |name: &str| value::maybe_text(row, columns.at(name));
        Ok(Self {
            decided_at: value::time(row, columns.at("decided_at"))?,
            prompt: value::text(row, columns.at("prompt"))?,
            category: value::text(row, columns.at("category"))?.into(),
            model: value::text(row, columns.at("model"))?.into(),
            provider: value::text(row, columns.at("provider"))?,
            decider: value::text(row, columns.at("decider"))?,
            confidence: row.get(columns.at("confidence"))?,
            probabilities: value::parsed(row, columns.at("probabilities"))?,
            reason: value::text(row, columns.at("reason"))?,
            evidence: value::parsed(row, columns.at("evidence"))?,
            candidates: value::parsed(row, columns.at("candidates"))?,
            elapsed_us: value::count(row, columns.at("elapsed_us"))?,
            requests: value::count(row, columns.at("requests"))?,
            overridden: row.get(columns.at("overridden"))?,
            outcome: name("outcome")?,
            answered_by: name("answered_by")?.map(Into::into),
            first_text_ms: number("first_text_ms")?,
            total_ms: number("total_ms")?,
            prompt_tokens: number("prompt_tokens")?,
            completion_tokens: number("completion_tokens")?,
            previous: name("previous")?.map(Into::into),
            hint: name("hint")?,
            corrected_to: name("corrected_to")?.map(Into::into),
        })
    }

    /// It as the router made it; `None` when a decider made it that this version does not know.
    pub fn decision(&self) -> Option<Decision> {
        let provider: Arc<str> = self.provider.as_str().into();
        let candidate = |model: &str| Candidate { model: model.into(), provider: provider.clone() };
        let mut candidates: Vec<Candidate> = self.candidates.iter().map(|model| candidate(model)).collect();
        if candidates.is_empty() {
            candidates.push(candidate(self.model.as_str()));
        }
        Some(Decision {
            category: self.category.clone(),
            candidates,
            decider: Decider::named(&self.decider)?,
            probabilities: self.probabilities.iter().map(|(id, p)| (id.as_str().into(), *p)).collect(),
            reason: self.reason.clone(),
            hint: self.hint.clone(),
            evidence: self.evidence.clone(),
            elapsed: Duration::from_micros(self.elapsed_us),
            requests: u32::try_from(self.requests).unwrap_or(u32::MAX),
        })
    }
}

impl From<NewDecision> for DecisionRecord {
    fn from(new: NewDecision) -> Self {
        let decision = new.decision;
        Self {
            decided_at: new.decided_at,
            prompt: new.prompt.to_string(),
            category: decision.category.clone(),
            model: decision.model().clone(),
            provider: decision.provider().to_owned(),
            decider: decision.decider.name().to_owned(),
            confidence: decision.confidence(),
            probabilities: decision.probabilities.iter().map(|(id, p)| (id.as_str().to_owned(), *p)).collect(),
            reason: decision.reason,
            evidence: decision.evidence,
            candidates: decision.candidates.iter().map(|candidate| candidate.model.as_str().to_owned()).collect(),
            elapsed_us: u64::try_from(decision.elapsed.as_micros()).unwrap_or(u64::MAX),
            requests: decision.requests.into(),
            overridden: new.overridden,
            outcome: None,
            answered_by: None,
            first_text_ms: None,
            total_ms: None,
            prompt_tokens: None,
            completion_tokens: None,
            corrected_to: None,
            previous: new.previous,
            hint: decision.hint,
        }
    }
}

/// Writes a decision, with what came of it; what it should have been only where it has no turn to say so.
pub(in crate::store) fn insert(
    connection: &Connection,
    turn: Option<TurnId>,
    kept: &DecisionRecord,
) -> rusqlite::Result<()> {
    let statement = "INSERT INTO decisions (turn, decided_at, prompt, category, model, provider, decider, confidence,
         probabilities, reason, evidence, candidates, elapsed_us, requests, overridden, outcome, answered_by,
         first_text_ms, total_ms, prompt_tokens, completion_tokens, corrected_to, previous, hint)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    connection
        .prepare(statement)?
        .execute(params![
            turn.map(|turn| value::whole(turn.0)),
            kept.decided_at.as_millisecond(),
            kept.prompt,
            kept.category.as_str(),
            kept.model.as_str(),
            kept.provider,
            kept.decider,
            kept.confidence,
            value::json(&kept.probabilities)?,
            kept.reason,
            value::json(&kept.evidence)?,
            value::json(&kept.candidates)?,
            value::whole(kept.elapsed_us),
            value::whole(kept.requests),
            kept.overridden,
            // Another version may know other ends; the schema does not.
            kept.outcome.as_deref().filter(|name| End::ALL.iter().any(|end| end.name() == *name)),
            kept.answered_by.as_ref().map(ModelId::as_str),
            kept.first_text_ms.map(value::whole),
            kept.total_ms.map(value::whole),
            kept.prompt_tokens.map(value::whole),
            kept.completion_tokens.map(value::whole),
            kept.corrected_to.as_ref().filter(|_| turn.is_none()).map(CategoryId::as_str),
            kept.previous.as_ref().map(CategoryId::as_str),
            kept.hint,
        ])
        .map(drop)
}
