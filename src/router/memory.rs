//! What was decided before: the user's own corrections and the judge's judgements, found by the prompt itself.
//!
//! Owns when two prompts count as the same. A judgement is kept under a key of everything that it depends on (the prompt,
//! the turn before it, the categories); when one of these changes, the judge is asked again. Only judgements and corrections are
//! ever kept: guesses, timeouts and failures teach nothing. Where it all is stored is the store's business.

use super::decision::Decider;
use super::pipeline::{Ask, Decide, Finding};
use super::{Query, lessons};
use crate::config::{CategoryId, Config, ModelId};
use jiff::Timestamp;
use std::collections::HashMap;
use twox_hash::XxHash3_64;

/// Part of every key: a new way of making them forgets the old ones.
const VERSION: &str = "2";

/// What a judge said.
#[derive(Debug, Clone, PartialEq)]
pub struct CachedJudgement {
    /// Stands for the prompt and for everything else that the judgement depends on.
    pub key: String,
    /// What the prompt is.
    pub category: CategoryId,
    /// The judge.
    pub model: ModelId,
    /// How sure it was, from 0 to 1; `None` when it did not say.
    pub confidence: Option<f64>,
    /// Why: the reason of the decision that it made.
    pub reason: String,
    /// When it said so.
    pub decided_at: Timestamp,
}

/// The judgements by their keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Memory {
    judgements: HashMap<String, CachedJudgement>,
}

impl Memory {
    /// A memory of `judgements`, the newest first.
    pub fn new(judgements: Vec<CachedJudgement>) -> Self {
        let mut memory = Self::default();
        judgements.into_iter().rev().for_each(|judgement| memory.remember(judgement));
        memory
    }

    /// Keeps a judgement, instead of an earlier one under its key.
    pub fn remember(&mut self, judgement: CachedJudgement) {
        self.judgements.insert(judgement.key.clone(), judgement);
    }

    /// The judgement under `key`.
    pub fn judgement(&self, key: &str) -> Option<&CachedJudgement> {
        self.judgements.get(key)
    }
}

/// The key of a query's judgement.
pub(super) fn key(query: &Query<'_>, config: &Config) -> String {
    let judge = &config.judge;
    let mut parts = vec![VERSION.to_owned(), normalized(query.prompt), query.images.to_string()];
    parts.extend([judge.model.to_string(), judge.system_prompt.clone(), judge.system_prompt_structured.clone()]);
    // A prompt that stands alone means the same everywhere; one that leans on the turn before it depends on its words.
    if let Some(previous) = query.previous.filter(|_| !lessons::is_self_contained(query.prompt)) {
        parts.extend([previous.category.to_string(), previous.prompt.to_owned(), previous.reply.to_owned()]);
    }
    for category in config.registry.categories() {
        parts.push(format!("{}={}", category.id, category.description));
        parts.extend(category.examples.iter().cloned());
    }
    // A unit separator is in no prompt: the sanitizer takes it out.
    format!("{:016x}", XxHash3_64::oneshot(parts.join("\u{1f}").as_bytes()))
}

/// The same for prompts that differ in case, spaces or the marks at their end.
pub(super) fn normalized(prompt: &str) -> String {
    let words: Vec<&str> = prompt.split_whitespace().collect();
    words.join(" ").to_lowercase().trim_end_matches(|c: char| ".!?…。！？".contains(c)).to_owned()
}

/// Sure when this very prompt was corrected by the user or decided by the judge.
pub(super) struct Exact;

impl Decide for Exact {
    fn decide(&self, ask: &Ask<'_>) -> Option<Finding> {
        let known = |id: &CategoryId| ask.config.registry.category(id).is_some();
        let alone = || ask.follow().is_none();
        if let Some(lesson) = ask.lessons().same(&ask.query, alone).filter(|lesson| known(&lesson.category)) {
            return Some(Finding {
                evidence: vec![lessons::quoted(lesson)],
                ..Finding::new(Decider::Memory, lesson.category.clone(), "you corrected this prompt before")
            });
        }
        let judgement =
            ask.memory().judgement(&key(&ask.query, ask.config)).filter(|judgement| known(&judgement.category))?;
        let reason = format!("asked before: {}", judgement.reason);
        let probabilities = judgement.confidence.map(|p| (judgement.category.clone(), p)).into_iter().collect();
        Some(Finding { probabilities, ..Finding::new(Decider::Memory, judgement.category.clone(), reason) })
    }
}
