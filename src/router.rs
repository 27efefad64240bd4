//! Which model answers a prompt, and why.
//!
//! [`Router::decide`] asks its `deciders` in order; the first that is sure wins, and the [`Decision`] says which it was.
//! When none is sure, the judge is asked; without a judge the best guess stands.
//! Pure: no network, no clock, nothing random. A judge that needs the network is a [`Judge`] passed in, what was learned
//! before comes in as [`Learned`], and the caller measures time.
//!
//! Each line knows only the lines below it:
//!
//! ```text
//! router                          this file: the order of local deciders, judge and default
//! train                           makes the head of the model; nothing here imports it
//! decision                        what comes out
//! deciders                        one file a decider, and their order
//! context                         what the deciders may know of one prompt
//! learned, judge                  lessons, cached judgements, outcomes; the judge's prompt and reply
//! model                           the local model: inference only
//! needs, fit                      what a request needs of a model; the regression of lessons and training
//! query, prompt, linear           what is asked; when prompts are the same; products, logits, softmax
//! ```

mod context;
mod deciders;
mod decision;
mod fit;
mod judge;
mod learned;
mod linear;
mod model;
mod needs;
mod prompt;
mod query;
pub mod train;

pub use deciders::Decider;
pub use decision::{Candidate, Decision, LocalDecision};
pub use judge::{Format, Judge, JudgeError, JudgeOutcome, JudgePrompt, JudgeReply, JudgeRequest};
pub use learned::{
    CachedJudgement, EncodedLesson, KnownOutcome, Learned, Lesson, LessonId, LessonShift, Lessons, Memory,
    ModelOutcome, OutcomeId, OutcomeKind, Outcomes, PromptVector, Scope, Topic,
};
pub use model::{Head, HeadError};
pub use needs::needs_picture;
pub use query::{Pictures, Previous, Query, RouteOverride};

use crate::config::{Category, CategoryId, Config, ModelId};
use context::{Context, Finding, default_category};
use decision::NO_PICTURE;
use learned::Preference;
use model::Classifier;
use needs::{Needs, is_for_images};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Decides, by the categories and settings of one configuration. Clones share what they have computed.
#[derive(Debug, Clone)]
pub struct Router {
    config: Arc<Config>,
    /// The provider that answers in the place of all others, where there is one.
    everyone: Option<Arc<str>>,
    classifier: Arc<Classifier>,
}

impl Router {
    /// A router over the categories of `config`. `everyone` is the provider that answers in the place of all its
    /// providers, where there is one; `head` what the classifier uses instead of the shipped weights.
    pub fn new(config: Arc<Config>, everyone: Option<&str>, head: Option<Arc<Head>>) -> Self {
        Self { config, everyone: everyone.map(Into::into), classifier: Arc::new(Classifier::new(head)) }
    }

    /// This router over a configuration with the same categories, which other providers may answer.
    #[must_use]
    pub fn over(&self, config: Arc<Config>, everyone: Option<&str>) -> Self {
        Self { config, everyone: everyone.map(Into::into), classifier: self.classifier.clone() }
    }

    /// The decision of the local deciders: no network, some milliseconds. Never fails: a prompt that cannot be classified
    /// goes to the default category, and the decision says why. `elapsed` is zero; the caller, which has a clock, fills it
    /// in.
    pub fn consider(&self, query: Query<'_>, learned: &Learned) -> LocalDecision {
        let context = Context::new(query, &self.config, learned, &self.classifier);
        match deciders::first_sure(&context) {
            Some((decider, finding)) => {
                LocalDecision { decision: self.conclude(decider, finding, &context), sure: true }
            }
            None => match deciders::best_guess(&context) {
                Some(guess) => {
                    LocalDecision { decision: self.conclude(Decider::Default, guess, &context), sure: false }
                }
                None => self.undecided(query),
            },
        }
    }

    /// The decision when nothing could be found out: the default category.
    pub fn undecided(&self, query: Query<'_>) -> LocalDecision {
        let finding = Finding::new(default_category(&self.config).id.clone(), "nothing can classify here");
        let nothing = Learned::default();
        let context = Context::new(query, &self.config, &nothing, &self.classifier);
        LocalDecision { decision: self.conclude(Decider::Default, finding, &context), sure: false }
    }

    /// What `judge` makes of `query`; why not, when it does not know or cannot be asked. Both with the requests spent.
    pub async fn judge(
        &self,
        query: Query<'_>,
        learned: &Learned,
        judge: &dyn Judge,
    ) -> (Result<Decision, String>, u32) {
        let JudgeOutcome { reply, requests } = judge.ask(JudgeRequest::new(&self.config, query)).await;
        let judged = match reply {
            Ok(reply) => {
                let finding = self.judged(reply, query.previous.is_some());
                let context = Context::new(query, &self.config, learned, &self.classifier);
                Ok(Decision { requests, ..self.conclude(Decider::Judge, finding, &context) })
            }
            Err(error) => Err(format!("the judge {} {error}", self.config.judge.model)),
        };
        (judged, requests)
    }

    /// Decides which model answers `query`: asks the local deciders, and waits for the `judge`, where there is one, when
    /// none of them is sure.
    pub async fn decide(&self, query: Query<'_>, learned: &Learned, judge: Option<&dyn Judge>) -> Decision {
        let local = self.consider(query, learned);
        match judge.filter(|_| !local.sure) {
            None => local.decision,
            Some(judge) => match self.judge(query, learned, judge).await {
                (Ok(decision), _) => decision,
                (Err(why), requests) => local.decision.without_judge(&why, requests),
            },
        }
    }

    /// The cache entry for a judge's decision, which was made at `at`.
    pub fn judgement(&self, query: Query<'_>, decision: &Decision, at: jiff::Timestamp) -> CachedJudgement {
        CachedJudgement {
            key: learned::judgement_key(&query, &self.config),
            category: decision.category.clone(),
            model: self.config.judge.model.clone(),
            confidence: decision.confidence(),
            reason: decision.reason.clone(),
            decided_at: at,
        }
    }

    /// Takes up `lessons` with what of them was computed before. Computes nothing: [`Router::encode`] and [`Router::fit`] do,
    /// and until then a lesson that is not encoded holds for its own prompt alone.
    pub fn recall(
        &self,
        lessons: Vec<Lesson>,
        encoded: HashMap<LessonId, EncodedLesson>,
        shift: LessonShift,
    ) -> Lessons {
        Lessons::recall(lessons, encoded, shift, &self.classifier)
    }

    /// `lessons` with no more than `count` more of them encoded, and which these are: none when all are that can be. Some
    /// milliseconds for each: not for the screen's thread.
    pub fn encode(&self, lessons: &Lessons, count: usize) -> (Lessons, Vec<LessonId>) {
        lessons.encode(count, &self.classifier)
    }

    /// `lessons` with the weights shifted towards all that are encoded; `None` where they are. Some ten milliseconds.
    pub fn fit(&self, lessons: &Lessons) -> Option<Lessons> {
        lessons.fit(&self.classifier)
    }

    /// Learns all of `lessons`, of which some were `encoded` before.
    pub fn learn(&self, lessons: Vec<Lesson>, encoded: HashMap<LessonId, EncodedLesson>) -> Lessons {
        let recalled = self.recall(lessons, encoded, LessonShift::default());
        let (encoded, _) = self.encode(&recalled, usize::MAX);
        self.fit(&encoded).unwrap_or(encoded)
    }

    /// `lessons` and one more, which replaces an earlier one for the same prompt.
    pub fn teach(&self, lessons: &Lessons, lesson: Lesson) -> Lessons {
        lessons.and(lesson, &self.classifier)
    }

    /// `lessons` without one.
    pub fn unlearn(&self, lessons: &Lessons, id: LessonId) -> Lessons {
        lessons.without(id, &self.classifier)
    }

    /// Where `prompt` lies; `None` where it says nothing, or nothing can encode it. Some milliseconds: not for the screen's
    /// thread.
    pub fn vector(&self, prompt: &str) -> Option<PromptVector> {
        if prompt.trim().is_empty() {
            return None;
        }
        self.classifier.bare(prompt).map(|(vector, _)| PromptVector::new(&vector))
    }

    /// Whether the user wants models to be chosen by what became of their answers.
    pub fn learns_models(&self) -> bool {
        self.config.routing.learn_models
    }

    fn judged(&self, reply: JudgeReply, in_a_chat: bool) -> Finding {
        let JudgeReply { category, confidence, reason, follow_up } = reply;
        let follows = if follow_up && in_a_chat { ", as a follow-up" } else { "" };
        let why = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let reason = format!("{} says {category}{follows}{why}", self.config.judge.model);
        let probabilities = confidence.map(|confidence| (category.clone(), confidence)).into_iter().collect();
        Finding { probabilities, ..Finding::new(category, reason) }
    }

    /// The category whose models answer `query` by `decision`: its own, unless it needs a picture and none is attached.
    pub fn answering(&self, decision: &Decision, query: Query<'_>) -> CategoryId {
        if decision.lacks_picture() {
            self.best_for_text(&decision.probabilities, query).id.clone()
        } else {
            decision.category.clone()
        }
    }

    /// The category that answers a prompt which was taken for one of images and has none: the likeliest of the others.
    fn best_for_text(&self, probabilities: &[(CategoryId, f64)], query: Query<'_>) -> &Category {
        let registry = &self.config.registry;
        let best = |probabilities: &[(CategoryId, f64)]| {
            let known = probabilities.iter().filter_map(|(id, p)| Some((registry.category(id)?, *p)));
            let text = known.filter(|(category, _)| !is_for_images(category, &self.config));
            text.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(category, _)| category)
        };
        // A judge, and what is remembered, name one category only.
        let classify =
            || Some(self.classifier.classify(query.prompt, query.pictures, &self.config, &[])?.probabilities);
        let likely = best(probabilities).or_else(|| best(&classify()?));
        likely.unwrap_or_else(|| default_category(&self.config))
    }

    fn conclude(&self, decider: Decider, finding: Finding, context: &Context<'_>) -> Decision {
        let (query, registry) = (context.query, &self.config.registry);
        let category = registry.category(&finding.category).unwrap_or_else(|| default_category(&self.config));
        let chosen = decider == Decider::Override;
        // A model that is only there for seeing has nothing to see: words alone never go to it.
        let unseen = !chosen && query.pictures == Pictures::None && is_for_images(category, &self.config);
        let answering = if unseen { self.best_for_text(&finding.probabilities, query) } else { category };
        let hint = unseen.then(|| format!("{NO_PICTURE}, so {} answers", answering.id));
        // The user's choice is never replaced silently: a named model has no fallbacks.
        let (models, remark) = match finding.model {
            Some(model) => (vec![model], None),
            None => Needs::new(&query).candidates(answering, &self.config),
        };
        let may_reorder = !chosen && self.learns_models();
        let preference = may_reorder.then(|| context.preference(answering, &models)).flatten();
        let (models, preferred) = match preference {
            Some(Preference { model, reason }) => (ahead_of(models, model), Some(reason)),
            None => (models, None),
        };
        let hints: Vec<String> = hint.or(remark).into_iter().chain(preferred).collect();
        let provider = |model: &ModelId| match &self.everyone {
            Some(everyone) => everyone.clone(),
            None => self.config.address(model).provider.into(),
        };
        let candidate = |model| Candidate { provider: provider(&model), model };
        Decision {
            category: category.id.clone(),
            candidates: models.into_iter().map(candidate).collect(),
            decider,
            probabilities: finding.probabilities,
            reason: finding.reason,
            hint: (!hints.is_empty()).then(|| hints.join("; ")),
            evidence: finding.evidence,
            elapsed: Duration::ZERO,
            requests: 0,
        }
    }
}

/// `models` with `first` at the front, the others in their order.
fn ahead_of(mut models: Vec<ModelId>, first: ModelId) -> Vec<ModelId> {
    models.retain(|model| *model != first);
    models.insert(0, first);
    models
}
