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
mod rules;

pub use decision::{Candidate, Decider, Decision};
pub use judge::{Judge, JudgeError, Question};

use crate::config::{Category, CategoryId, Config, ModelId};
use std::sync::Arc;

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
        Some(Finding {
            decider: Decider::Override,
            category,
            model: wish.model.clone(),
            probabilities: certain(category),
            reason: reason.to_owned(),
            evidence: Vec::new(),
            requests: 0,
        })
    }

    async fn judged(&self, query: Query<'_>, judge: &dyn Judge) -> Finding<'_> {
        let question = judge::question(&self.config, query.prompt);
        let name = &self.config.judge.model;
        let reason = match judge.ask(question).await {
            Ok(reply) => match judge::read(&reply, &self.config.registry) {
                Some(category) => {
                    return Finding {
                        decider: Decider::Judge,
                        category,
                        model: None,
                        probabilities: Vec::new(),
                        reason: format!("{name} says {}", category.id),
                        evidence: Vec::new(),
                        requests: 1,
                    };
                }
                None => judge::unreadable(name, &reply),
            },
            Err(error) => format!("the judge {name} {error}"),
        };
        Finding { requests: 1, ..self.undecided(reason) }
    }

    fn by_rules(&self, prompt: &str) -> Finding<'_> {
        let verdict = rules::decide(prompt, &self.config);
        match verdict.category {
            Some(category) => Finding {
                decider: Decider::Rules,
                category,
                model: None,
                probabilities: Vec::new(),
                reason: format!("it has {}", verdict.evidence.join(", ")),
                evidence: verdict.evidence,
                requests: 0,
            },
            None => self.undecided("no rule fits".to_owned()),
        }
    }

    fn undecided(&self, reason: String) -> Finding<'_> {
        Finding {
            decider: Decider::Default,
            category: self.default_category(),
            model: None,
            probabilities: Vec::new(),
            reason,
            evidence: Vec::new(),
            requests: 0,
        }
    }

    fn conclude(&self, finding: Finding<'_>) -> Decision {
        let mut candidates = finding.category.candidates();
        if let Some(model) = finding.model {
            // The user's choice is not replaced behind their back: a named model has no fallbacks.
            candidates = vec![model];
        }
        let candidates: Vec<Candidate> =
            candidates.into_iter().map(|model| Candidate { model, provider: self.provider.clone() }).collect();
        Decision {
            category: finding.category.id.clone(),
            candidates,
            decider: finding.decider,
            probabilities: finding.probabilities,
            reason: finding.reason,
            evidence: finding.evidence,
            elapsed: std::time::Duration::ZERO,
            requests: finding.requests,
        }
    }

    /// The category for whatever cannot be classified. Validation made sure that it exists.
    fn default_category(&self) -> &Category {
        let registry = &self.config.registry;
        registry.category(&self.config.default_category).unwrap_or(&registry.categories()[0])
    }
}

fn certain(category: &Category) -> Vec<(CategoryId, f64)> {
    vec![(category.id.clone(), 1.0)]
}
