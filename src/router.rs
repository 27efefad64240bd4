//! Which model answers a prompt, and why.
//!
//! [`Router::decide`] asks its deciders in order; the first that is sure wins, and the [`Decision`] says which it was.
//! Pure: no network, no clock, nothing random. A judge that needs the network is a [`Judge`] passed in, what was learned
//! before comes in as [`Learned`], and the caller measures time.
//!
//! | order | decider    | file          | sure when                                                              |
//! |-------|------------|---------------|------------------------------------------------------------------------|
//! | 1     | override   | `overridden`  | the user named a category or a model; nothing beats it                 |
//! | 2     | capability | `capability`  | an image is attached: only models that see can answer                  |
//! | 3     | memory     | `memory`      | this very prompt was corrected by the user or decided by the judge     |
//! | 4     | follow-up  | `follow_up`   | it continues the last turn, and one category stands out                |
//! | 5     | memory     | `lessons`     | prompts like it were corrected by the user                             |
//! | 6     | classifier | `classifier`  | its calibrated probability passes the threshold                        |
//! | 7     | judge      | `judge`       | a model can be asked, and its reply is one of the categories           |
//! | 8     | default    |               | nothing else: the classifier's best guess, else the default category   |
//!
//! Below the deciders: `tokenizer`, `encoder`, `features` and `head` are what the classifier is made of, `train` makes
//! the head, `evidence` says why. `linear` is what inference and training share; `fit` what lessons and training do.

mod capability;
mod classifier;
mod courtesy;
mod decision;
mod encoder;
mod evidence;
mod features;
mod fit;
mod follow_up;
mod head;
mod judge;
mod lessons;
mod linear;
mod memory;
mod overridden;
mod pipeline;
mod tokenizer;
pub mod train;

pub use decision::{Candidate, Decider, Decision};
pub use head::{Head, HeadError};
pub use judge::{Format, Judge, JudgeError, JudgeOutcome, JudgePrompt, JudgeReply, JudgeRequest};
pub use lessons::{Lesson, LessonId, Lessons, Scope};
pub use memory::{CachedJudgement, Memory};

use crate::config::{Category, CategoryId, Config, ModelId};
use capability::Needs;
use classifier::Classifier;
use pipeline::{Ask, Finding};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// What the user said about who should answer. Both empty: the router decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct RouteOverride {
    /// This category's model, unless `model` says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// This very model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelId>,
}

impl RouteOverride {
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
    pub route: &'a RouteOverride,
    /// The last turn of the chat that was answered, where there is one.
    pub previous: Option<Previous<'a>>,
    /// How many images are attached.
    pub images: usize,
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

/// What was learned while the program was used.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Learned {
    /// What the user taught.
    pub lessons: Lessons,
    /// What judges said.
    pub memory: Memory,
}

/// The decision of the local deciders.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalDecision {
    /// The decision, as it stands without a judge.
    pub decision: Decision,
    /// Whether a decider was sure. If not, the decision is a guess, and a judge may know better.
    pub sure: bool,
}

/// Decides, by the categories and settings of one configuration. Clones share what they have worked out.
#[derive(Debug, Clone)]
pub struct Router {
    config: Arc<Config>,
    /// Who answers under every name, where somebody does.
    everyone: Option<Arc<str>>,
    classifier: Arc<Classifier>,
}

impl Router {
    /// A router over the categories of `config`. `everyone` is who answers in the place of all its providers, where
    /// somebody does; `head` what the classifier uses instead of the shipped weights.
    pub fn new(config: Arc<Config>, everyone: Option<&str>, head: Option<Arc<Head>>) -> Self {
        Self { config, everyone: everyone.map(Into::into), classifier: Arc::new(Classifier::new(head)) }
    }

    /// This router over a configuration with the same categories, which may be answered by others.
    #[must_use]
    pub fn over(&self, config: Arc<Config>, everyone: Option<&str>) -> Self {
        Self { config, everyone: everyone.map(Into::into), classifier: self.classifier.clone() }
    }

    /// What the local deciders make of `query`: no network, some milliseconds. Never fails: what cannot be classified
    /// goes to the default category, and the decision says why. `elapsed` is zero; whoever has a clock fills it in.
    pub fn consider(&self, query: Query<'_>, learned: &Learned) -> LocalDecision {
        let ask = Ask::new(query, &self.config, learned, &self.classifier);
        let (finding, sure) = match pipeline::first_sure(&ask) {
            Some(finding) => (finding, true),
            None => (self.guess(&ask), false),
        };
        LocalDecision { decision: self.conclude(finding, query), sure }
    }

    /// The decision when nothing could be found out: the default category.
    pub fn undecided(&self, query: Query<'_>) -> LocalDecision {
        let id = default_category(&self.config).id.clone();
        let finding = Finding::new(Decider::Default, id, "nothing can classify here");
        LocalDecision { decision: self.conclude(finding, query), sure: false }
    }

    /// What `judge` makes of `query`; its words when it does not know or cannot be asked. Both with the requests spent.
    pub async fn judge(&self, query: Query<'_>, judge: &dyn Judge) -> (Result<Decision, String>, u32) {
        let JudgeOutcome { reply, requests } = judge.ask(JudgeRequest::new(&self.config, query)).await;
        let judged = match reply {
            Ok(reply) => {
                let finding = Finding { requests, ..self.judged(reply, query.previous.is_some()) };
                Ok(self.conclude(finding, query))
            }
            Err(error) => Err(format!("the judge {} {error}", self.config.judge.model)),
        };
        (judged, requests)
    }

    /// Decides who answers `query`: asks the local deciders, and waits for the `judge`, where there is one, when none of
    /// them is sure.
    pub async fn decide(&self, query: Query<'_>, learned: &Learned, judge: Option<&dyn Judge>) -> Decision {
        let local = self.consider(query, learned);
        match judge.filter(|_| !local.sure) {
            None => local.decision,
            Some(judge) => match self.judge(query, judge).await {
                (Ok(decision), _) => decision,
                (Err(why), requests) => local.decision.without_judge(&why, requests),
            },
        }
    }

    /// What is remembered of a judge's decision; the caller says when it was.
    pub fn judgement(&self, query: Query<'_>, decision: &Decision, at: jiff::Timestamp) -> CachedJudgement {
        CachedJudgement {
            key: memory::key(&query, &self.config),
            category: decision.category.clone(),
            model: self.config.judge.model.clone(),
            confidence: decision.confidence(),
            reason: decision.reason.clone(),
            decided_at: at,
        }
    }

    /// Learns all of `lessons`. Some milliseconds a lesson: not for the screen's thread.
    pub fn learn(&self, lessons: Vec<Lesson>) -> Lessons {
        Lessons::learn(lessons, &self.classifier)
    }

    /// `lessons` and one more, which replaces an earlier one for the same prompt.
    pub fn teach(&self, lessons: &Lessons, lesson: Lesson) -> Lessons {
        lessons.and(lesson, &self.classifier)
    }

    /// `lessons` without one.
    pub fn unlearn(&self, lessons: &Lessons, id: LessonId) -> Lessons {
        lessons.without(id, &self.classifier)
    }

    fn guess(&self, ask: &Ask<'_>) -> Finding {
        classifier::best_guess(ask, Decider::Default).unwrap_or_else(|| {
            Finding::new(Decider::Default, default_category(&self.config).id.clone(), "nothing can classify here")
        })
    }

    fn judged(&self, reply: JudgeReply, in_a_chat: bool) -> Finding {
        let JudgeReply { category, confidence, reason, follow_up } = reply;
        let follows = if follow_up && in_a_chat { ", as a follow-up" } else { "" };
        let why = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let reason = format!("{} says {category}{follows}{why}", self.config.judge.model);
        let probabilities = confidence.map(|confidence| (category.clone(), confidence)).into_iter().collect();
        Finding { probabilities, ..Finding::new(Decider::Judge, category, reason) }
    }

    fn conclude(&self, finding: Finding, query: Query<'_>) -> Decision {
        let registry = &self.config.registry;
        let category = registry.category(&finding.category).unwrap_or_else(|| default_category(&self.config));
        // The user's choice is not replaced behind their back: a named model has no fallbacks.
        let (models, remark) = match finding.model {
            Some(model) => (vec![model], None),
            None => Needs::new(query.prompt, query.images).candidates(category, &self.config),
        };
        let chosen = finding.decider == Decider::Override;
        let blind = capability::is_for_images(category, &self.config) && query.images == 0 && !chosen;
        let hint = blind.then(|| "it speaks of a picture, and none is attached".to_owned());
        let provider = |model: &ModelId| match &self.everyone {
            Some(everyone) => everyone.clone(),
            None => self.config.address(model).provider.into(),
        };
        let candidate = |model| Candidate { provider: provider(&model), model };
        Decision {
            category: category.id.clone(),
            candidates: models.into_iter().map(candidate).collect(),
            decider: finding.decider,
            probabilities: finding.probabilities,
            reason: finding.reason,
            hint: hint.or(remark),
            evidence: finding.evidence,
            elapsed: Duration::ZERO,
            requests: finding.requests,
        }
    }
}

/// The category for whatever cannot be classified. Validation made sure that it exists.
fn default_category(config: &Config) -> &Category {
    let registry = &config.registry;
    registry.category(&config.routing.default).unwrap_or(&registry.categories()[0])
}
