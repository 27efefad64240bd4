//! Which model answers a prompt, and why.
//!
//! [`Router::decide`] asks its deciders in order; the first that is sure wins, and the [`Decision`] says which it was.
//! Pure: no network, no clock. A judge that needs the network is a [`Judge`] passed in, and the caller measures time.
//!
//! | order | decider  | sure when                                                        |
//! |-------|----------|------------------------------------------------------------------|
//! | 1     | override | the user named a category or a model; nothing beats it           |
//! | 2     | judge    | a model can be asked and its reply is one of the categories      |
//! | 3     | rules    | no judge can be asked: words and shapes of the prompt            |
//! | 4     | default  | nothing else was                                                 |

mod decision;
mod judge;
mod lessons;
mod memory;
mod rules;

pub use decision::{Candidate, Decider, Decision};
pub use judge::{Asked, Asking, Format, Judge, JudgeError, Question, Ruling};
pub use lessons::{Lesson, LessonId, Scope};
pub use memory::Verdict;

use crate::config::{Category, CategoryId, Config, ModelId};
use std::sync::Arc;
use std::time::Duration;

/// What the user said about who should answer. Both empty: the router decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Override {
    /// This category's model, unless `model` says otherwise.
    pub category: Option<CategoryId>,
    /// This very model.
    pub model: Option<ModelId>,
}

impl Override {
    /// Whether the user said nothing.
    pub fn is_none(&self) -> bool {
        self.category.is_none() && self.model.is_none()
    }
}

/// A prompt and what is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// What the user typed.
    pub prompt: &'a str,
    /// What the user said about who should answer.
    pub wish: &'a Override,
    /// The last turn of the chat that was answered, where there is one.
    pub previous: Option<Previous<'a>>,
}

/// A turn before the prompt.
#[derive(Debug, Clone, Copy)]
pub struct Previous<'a> {
    /// What the user asked.
    pub prompt: &'a str,
    /// What was answered.
    pub reply: &'a str,
    /// What it was taken for.
    pub category: &'a CategoryId,
}

/// Decides, by the categories and settings of one configuration.
#[derive(Debug, Clone)]
pub struct Router {
    config: Arc<Config>,
    provider: Arc<str>,
}

/// What a decider found: enough to make a [`Decision`] of.
struct Finding<'a> {
    decider: Decider,
    category: &'a Category,
    /// Instead of the category's own model.
    model: Option<ModelId>,
    probabilities: Vec<(CategoryId, f64)>,
    reason: String,
    evidence: Vec<String>,
    requests: u32,
}

impl<'a> Finding<'a> {
    fn new(decider: Decider, category: &'a Category, reason: impl Into<String>) -> Self {
        Self {
            decider,
            category,
            model: None,
            probabilities: Vec::new(),
            reason: reason.into(),
            evidence: Vec::new(),
            requests: 0,
        }
    }
}

impl Router {
    /// A router over the categories of `config`; `provider` is the name of who answers.
    pub fn new(config: Arc<Config>, provider: &str) -> Self {
        Self { config, provider: provider.into() }
    }

    /// Decides who answers `query`. Without a `judge` the rules decide. Never fails: what cannot be classified goes to
    /// the default category, and the decision says why. `elapsed` is zero; whoever has a clock fills it in.
    pub async fn decide(&self, query: Query<'_>, judge: Option<&dyn Judge>) -> Decision {
        let finding = match (self.overridden(query.wish), judge) {
            (Some(finding), _) => finding,
            (None, Some(judge)) => self.judged(query, judge).await,
            (None, None) => self.by_rules(query.prompt),
        };
        self.conclude(finding)
    }

    /// Whether `wish` alone decides, so that no judge is going to be asked.
    pub fn is_settled(&self, wish: &Override) -> bool {
        self.overridden(wish).is_some()
    }

    fn overridden(&self, wish: &Override) -> Option<Finding<'_>> {
        let registry = &self.config.registry;
        let named = wish.category.as_ref().and_then(|id| registry.category(id));
        let (category, reason) = match (named, &wish.model) {
            (Some(category), Some(_)) => (category, "you chose the category and the model"),
            (Some(category), None) => (category, "you chose the category"),
            (None, Some(model)) => {
                (registry.category_of(model).unwrap_or_else(|| self.default_category()), "you chose the model")
            }
            (None, None) => return None,
        };
        Some(Finding { model: wish.model.clone(), ..Finding::new(Decider::Override, category, reason) })
    }

    async fn judged(&self, query: Query<'_>, judge: &dyn Judge) -> Finding<'_> {
        let Asked { ruling, requests } = judge.ask(Question::new(&self.config, query)).await;
        let finding = match ruling {
            Ok(ruling) => self.ruled(ruling, query.previous.is_some()),
            Err(error) => self.undecided(format!("the judge {} {error}", self.config.judge.model)),
        };
        Finding { requests, ..finding }
    }

    fn ruled(&self, ruling: Ruling, in_a_chat: bool) -> Finding<'_> {
        let Ruling { category: id, confidence, reason, follow_up } = ruling;
        let follows = if follow_up && in_a_chat { ", as a follow-up" } else { "" };
        let why = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let reason = format!("{} says {id}{follows}{why}", self.config.judge.model);
        let category = self.config.registry.category(&id).unwrap_or_else(|| self.default_category());
        let probabilities = confidence.map(|confidence| (id, confidence)).into_iter().collect();
        Finding { probabilities, ..Finding::new(Decider::Judge, category, reason) }
    }

    fn by_rules(&self, prompt: &str) -> Finding<'_> {
        let rules::Verdict { category, evidence } = rules::decide(prompt, &self.config);
        match category {
            Some(category) => {
                let reason = format!("it has {}", evidence.join(", "));
                Finding { evidence, ..Finding::new(Decider::Rules, category, reason) }
            }
            None => self.undecided("no rule fits"),
        }
    }

    fn undecided(&self, reason: impl Into<String>) -> Finding<'_> {
        Finding::new(Decider::Default, self.default_category(), reason)
    }

    fn conclude(&self, finding: Finding<'_>) -> Decision {
        // The user's choice is not replaced behind their back: a named model has no fallbacks.
        let models = finding.model.map_or_else(|| finding.category.candidates(), |model| vec![model]);
        let candidate = |model| Candidate { model, provider: self.provider.clone() };
        Decision {
            category: finding.category.id.clone(),
            candidates: models.into_iter().map(candidate).collect(),
            decider: finding.decider,
            probabilities: finding.probabilities,
            reason: finding.reason,
            evidence: finding.evidence,
            elapsed: Duration::ZERO,
            requests: finding.requests,
        }
    }

    /// The category for whatever cannot be classified. Validation made sure that it exists.
    fn default_category(&self) -> &Category {
        let registry = &self.config.registry;
        registry.category(&self.config.default_category).unwrap_or(&registry.categories()[0])
    }
}
