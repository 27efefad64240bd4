//! Cached replies of the judge, found by a key of everything that they depend on: the prompt, the turn before it, the
//! categories. When one of these changes, the judge is asked again.
//!
//! Only replies are ever cached: guesses, timeouts and failures teach nothing.

use crate::config::{CategoryId, Config, ModelId};
use crate::router::prompt::{is_self_contained, normalized};
use crate::router::query::Query;
use jiff::Timestamp;
use std::collections::HashMap;
use twox_hash::XxHash3_64;

/// Part of every key: a new way of making them forgets the old ones.
const VERSION: &str = "2";

/// A reply of the judge, as a cache entry.
#[derive(Debug, Clone, PartialEq)]
pub struct CachedJudgement {
    /// The hash of the prompt and of everything else that the judgement depends on.
    pub key: String,
    /// The category that the judge named.
    pub category: CategoryId,
    /// The judge.
    pub model: ModelId,
    /// How sure it was, from 0 to 1; `None` when it did not say.
    pub confidence: Option<f64>,
    /// Why: the reason of the decision that it made.
    pub reason: String,
    /// When it replied.
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

/// The key of a query's judgement: another prompt, turn before it, judge or set of categories has another key.
pub(in crate::router) fn judgement_key(query: &Query<'_>, config: &Config) -> String {
    let judge = &config.judge;
    let mut parts = vec![VERSION.to_owned(), normalized(query.prompt), query.pictures.attached().to_string()];
    parts.extend([judge.model.to_string(), judge.system_prompt.clone(), judge.system_prompt_structured.clone()]);
    // A prompt that stands alone means the same everywhere; one that leans on the turn before it depends on its words.
    if let Some(previous) = query.previous.filter(|_| !is_self_contained(query.prompt)) {
        parts.extend([previous.category.to_string(), previous.prompt.to_owned(), previous.reply.to_owned()]);
    }
    for category in config.registry.categories() {
        parts.push(format!("{}={}", category.id, category.description));
        parts.extend(category.examples.iter().cloned());
    }
    // A unit separator is in no prompt: the sanitizer takes it out.
    format!("{:016x}", XxHash3_64::oneshot(parts.join("\u{1f}").as_bytes()))
}
