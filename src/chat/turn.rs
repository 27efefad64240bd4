//! One turn as a record: what was asked, the decision, the steps to an answer, and how it ended. Pure: events in, record
//! changed.

mod ending;
mod remarks;

use super::ask::Ask;
use super::block::Block;
use super::delta::{Delta, Usage};
use super::id::TurnId;
use super::message::Exchange;
use super::origin::Origin;
use super::request::SentRequest;
use super::source::Source;
use super::stage::{Ending, Retry, Stage};
use super::step::{AfterFailure, Failure, Note, Step, StepOutcome, Timings};
use crate::config::{CategoryId, ModelId};
use crate::router::{Candidate, Decision, LessonId, RouteOverride};
use crate::text::sanitize::one_line;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// The name of the guide where a provider's would stand: it answers without one.
pub const GUIDE: &str = "offline guide";

/// The most characters of a prompt in a message that names it.
const EXCERPT_CHARS_MAX: usize = 40;

/// What happened to a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnEvent {
    /// Its time has come: the router is asked.
    Started,
    /// No local decider was sure: a judge is asked.
    Judging {
        /// The judge.
        judge: ModelId,
    },
    /// The router's guess was asked meanwhile, and the judge chose another model.
    Lost {
        /// The model that was asked.
        candidate: Candidate,
        /// What it was sent.
        sent: Arc<SentRequest>,
    },
    /// The router decided.
    Decided(Box<Decision>),
    /// A candidate is not asked: it failed too often of late.
    PassedOver(Candidate),
    /// A model was asked.
    Asked {
        /// The model.
        candidate: Candidate,
        /// What it was sent.
        sent: Arc<SentRequest>,
        /// What the user should know about the request.
        notes: Vec<Note>,
    },
    /// Something came of the answer, `after` the request. Where the answer was held back until it could be shown, its
    /// reasoning counts as if it had come that much later, too.
    Came {
        /// The piece.
        delta: Delta,
        /// Since the request.
        after: Duration,
    },
    /// Something the user should know about the answer that came.
    Noted(Note),
    /// A model could not answer.
    Failed {
        /// The model.
        candidate: Candidate,
        /// Why, and what follows.
        failure: Failure,
    },
    /// The user wants another model to answer, before anything was answered.
    Redirected(RouteOverride),
    /// The queue was reordered: this is asked in the place of the turn.
    Requeued(Box<Ask>),
    /// The user said what it should have been taken for, or took that back.
    Corrected(Option<Correction>),
    /// It is over.
    Ended {
        /// How.
        ending: Ending,
        /// Since the request; `None` when none left.
        after: Option<Duration>,
    },
}

/// What a turn should have been taken for, as the user said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The category.
    pub category: CategoryId,
    /// The lesson that came of it, once it is learned.
    pub lesson: Option<LessonId>,
}

/// Where a block stands in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockPlace {
    /// The step's place in the turn.
    pub step: usize,
    /// The block's place in the step.
    pub block: usize,
}

/// A prompt and everything that came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// What was asked, and where.
    pub ask: Ask,
    /// Which model, and why.
    pub decision: Option<Decision>,
    /// The attempts to get an answer, in their order.
    pub steps: Vec<Step>,
    /// Where it stands.
    pub stage: Stage,
    /// What it should have been taken for.
    pub correction: Option<Correction>,
}

impl Turn {
    /// A turn that waits for its time.
    pub fn new(ask: Ask) -> Self {
        Self { ask, decision: None, steps: Vec::new(), stage: Stage::Queued, correction: None }
    }

    /// Its id.
    pub fn id(&self) -> TurnId {
        self.ask.turn
    }

    /// The turn that it follows up on; `None`: none.
    pub fn parent(&self) -> Option<TurnId> {
        self.ask.parent
    }

    /// The text of the prompt.
    pub fn prompt(&self) -> &Arc<str> {
        &self.ask.prompt.text
    }

    /// Which category or model should answer, when the user said so.
    pub fn route(&self) -> &RouteOverride {
        &self.ask.route
    }

    /// The prompt in a few words between quotes, for a message that names it.
    pub fn excerpt(&self) -> String {
        format!("“{}”", one_line(self.prompt(), EXCERPT_CHARS_MAX))
    }

    /// Whether it goes on with the answer before it: its prompt is not the user's words.
    pub fn is_continuation(&self) -> bool {
        self.ask.origin == Origin::Continued
    }

    /// When the user asked.
    pub fn asked_at(&self) -> Timestamp {
        self.ask.asked_at
    }

    /// The step whose answer people read: the last that was asked, unless its answer was never to be shown.
    pub fn step(&self) -> Option<&Step> {
        self.steps.iter().rev().find(|step| step.is_visible())
    }

    /// The text of the answer so far. Only ever grows while one step goes on.
    pub fn answer(&self) -> &str {
        self.step().map(Step::text).unwrap_or_default()
    }

    /// The model's reasoning so far; never sent back to a model.
    pub fn reasoning(&self) -> &str {
        self.step().map(Step::reasoning).unwrap_or_default()
    }

    /// The model that answers, or was asked last; differs from the decision's after a fallback.
    pub fn model(&self) -> Option<&ModelId> {
        self.step()?.model()
    }

    /// What that model was sent.
    pub fn request(&self) -> Option<&Arc<SentRequest>> {
        self.step()?.sent.as_ref()
    }

    /// What the answer cites, in the order of its numbers.
    pub fn sources(&self) -> &[Source] {
        self.step().map(Step::sources).unwrap_or_default()
    }

    /// The pictures and recordings that every attempt to answer brought.
    pub fn media(&self) -> impl Iterator<Item = &Block> {
        self.steps.iter().filter(|step| step.is_visible()).flat_map(Step::media)
    }

    /// What the answer cost, as the endpoint counts.
    pub fn usage(&self) -> Option<Usage> {
        self.step()?.usage
    }

    /// How long the answer took.
    pub fn timings(&self) -> Timings {
        self.step().map(|step| step.timings).unwrap_or_default()
    }

    /// What it should have been taken for, when the user said so.
    pub fn corrected(&self) -> Option<&CategoryId> {
        self.correction.as_ref().map(|correction| &correction.category)
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }

    /// The models that could not answer, each with what else is known of the failure, in lines.
    pub fn failures(&self) -> impl Iterator<Item = (&ModelId, &str)> {
        self.steps.iter().filter_map(|step| match &step.outcome {
            StepOutcome::Failed(Failure { detail, .. }) if !detail.is_empty() => Some((step.model()?, detail.as_str())),
            _ => None,
        })
    }

    /// Records what happened. After its end nothing but a correction can happen to a turn: late events are dropped here,
    /// and nowhere else. Returns the place of the block that grew or is new.
    pub fn apply(&mut self, event: TurnEvent) -> Option<BlockPlace> {
        if let TurnEvent::Corrected(correction) = event {
            self.correction = correction;
            return None;
        }
        if self.is_over() {
            return None;
        }
        match event {
            TurnEvent::Started => self.stage = Stage::Deciding { judge: None },
            TurnEvent::Judging { judge } => self.stage = Stage::Deciding { judge: Some(judge) },
            TurnEvent::Lost { candidate, sent } => {
                self.steps.push(Step { outcome: StepOutcome::Lost, ..Step::asked(candidate, sent, Vec::new()) });
            }
            TurnEvent::Decided(decision) => {
                self.stage = Stage::Deciding { judge: None };
                self.decision = Some(*decision);
            }
            TurnEvent::PassedOver(candidate) => self.steps.push(Step::of(Some(candidate), StepOutcome::PassedOver)),
            TurnEvent::Asked { candidate, sent, notes } => {
                self.stage = Stage::Waiting { responding: false, retry: None };
                self.steps.push(Step::asked(candidate, sent, notes));
            }
            TurnEvent::Came { delta, after } => return self.came(delta, after),
            TurnEvent::Noted(note) => {
                if let Some(step) = self.steps.iter_mut().rev().find(|step| step.is_visible()) {
                    step.notes.push(note);
                }
            }
            TurnEvent::Failed { candidate, failure } => self.failed(candidate, failure),
            TurnEvent::Redirected(route) => {
                self.ask.route = route;
                if self.ask.origin == Origin::Typed {
                    self.ask.origin = Origin::AskedAgain;
                }
                self.ask_anew();
            }
            // What runs is asked already.
            TurnEvent::Requeued(ask) if self.stage == Stage::Queued => self.ask.take_over(*ask),
            TurnEvent::Requeued(_) => {}
            TurnEvent::Ended { ending, after } => self.end(ending, after),
            TurnEvent::Corrected(_) => {}
        }
        None
    }

    fn came(&mut self, delta: Delta, after: Duration) -> Option<BlockPlace> {
        match (&mut self.stage, &delta) {
            (Stage::Waiting { responding, .. }, Delta::Opened) => *responding = true,
            (stage, Delta::Text(_)) => *stage = Stage::Streaming,
            _ => {}
        }
        let step = self.steps.len().checked_sub(1)?;
        Some(BlockPlace { step, block: self.steps[step].take(delta, after)? })
    }

    fn failed(&mut self, candidate: Candidate, failure: Failure) {
        if let AfterFailure::Retry { model, pause_ms } = &failure.next {
            let (what, pause) = (failure.what.clone(), Duration::from_millis(*pause_ms));
            self.stage = Stage::Waiting { responding: false, retry: Some(Retry { what, model: model.clone(), pause }) };
        }
        let outcome = StepOutcome::Failed(failure);
        match self.steps.last_mut().filter(|step| step.outcome == StepOutcome::Current) {
            Some(step) => step.outcome = outcome,
            // It failed before anything could be sent.
            None => self.steps.push(Step::of(Some(candidate), outcome)),
        }
    }

    fn end(&mut self, ending: Ending, after: Option<Duration>) {
        self.stage = Stage::Ended(ending);
        if let Some(step) = self.steps.iter_mut().rev().find(|step| step.is_visible()) {
            // A step that raced the judge was asked before the listener heard of it.
            let Timings { first_reasoning, first_text, .. } = step.timings;
            step.timings.total = after.map(|after| after.max(first_text.max(first_reasoning).unwrap_or_default()));
        }
    }

    /// How long the model thought: from its first reasoning to the first text of the answer, or to the end where no answer
    /// came. `None` when it did not reason, has not finished, or it is unknown, as in chats that come from elsewhere.
    pub fn thought(&self) -> Option<Duration> {
        let Timings { first_reasoning, first_text, total } = self.timings();
        first_text.or(total)?.checked_sub(first_reasoning?)
    }

    /// Whether there is no answer: nothing but white space, reasoning or sources came.
    pub fn is_unanswered(&self) -> bool {
        self.step().is_none_or(|step| !step.blocks.iter().any(Block::is_answer))
    }

    /// Whether it was stopped before anything came of it: then it is as if it had never been asked. What a model thought
    /// by then is something: the user waited for it.
    pub fn is_withdrawn(&self) -> bool {
        self.stage == Stage::Ended(Ending::Stopped) && self.is_unanswered() && self.reasoning().is_empty()
    }

    /// Whether it is over and nothing came of it, so that asking it again replaces nothing. Of a turn that was stopped the
    /// user keeps what the model thought.
    pub fn can_be_asked_anew(&self) -> bool {
        let keeps_thoughts = self.stage == Stage::Ended(Ending::Stopped) && !self.reasoning().is_empty();
        self.is_over() && self.is_unanswered() && !keeps_thoughts
    }

    /// Forgets what became of it: it waits for its time again.
    pub fn ask_anew(&mut self) {
        *self = Self::new(self.ask.clone());
    }

    /// What it was taken for, or should have been.
    pub fn category(&self) -> Option<&CategoryId> {
        self.corrected().or_else(|| self.decision.as_ref().map(|decision| &decision.category))
    }

    /// What a later request says of this turn: nothing without an answer, since a prompt without one would only be
    /// answered again.
    pub fn exchange(&self) -> Option<Exchange> {
        let answer = self.answer().trim();
        (!answer.is_empty()).then(|| Exchange { prompt: self.ask.prompt.clone(), answer: answer.into() })
    }
}

#[cfg(test)]
mod tests;
