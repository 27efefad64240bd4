//! Examples of what most tests need one of: a turn, what happens to it, a decision, what a screen starts with. The unit
//! tests, the suite and the benchmarks share this file, so that a change of these types changes the tests here and nowhere
//! else. Must not hold what only one test needs: a test names what differs with a struct update.

use jiff::Timestamp;
use pointsman::chat::{
    Ask, Block, ConversationId, Delta, Ending, Note, Origin, SentRequest, Stage, Step, StepOutcome, Turn, TurnEvent,
    TurnId,
};
use pointsman::config::{Config, Overrides};
use pointsman::router::{
    Candidate, Decider, Decision, KnownOutcome, ModelOutcome, OutcomeId, OutcomeKind, RouteOverride,
};
use pointsman::store::NewDecision;
use pointsman::tui::{Appearance, Keymap, Start};
use std::sync::Arc;
use std::time::Duration;

/// A turn that waits for its time, asked in 1970.
pub(crate) fn turn(id: u64, prompt: &str) -> Turn {
    Turn::new(Ask {
        chat: ConversationId(1),
        parent: None,
        turn: TurnId(id),
        prompt: prompt.into(),
        route: RouteOverride::default(),
        origin: Origin::Typed,
        asked_at: Timestamp::UNIX_EPOCH,
    })
}

/// The same turn with more in it, without the events that brought it.
pub(crate) trait TurnExample: Sized {
    /// Following up on that turn.
    fn after(self, parent: Option<TurnId>) -> Self;
    /// Asked then.
    fn at(self, asked_at: Timestamp) -> Self;
    /// With that text as its answer; its stage stays.
    fn saying(self, answer: &str) -> Self;
    /// With that text as its reasoning; its stage stays.
    fn thinking(self, reasoning: &str) -> Self;
    /// Answered by that model.
    fn by(self, model: &str) -> Self;
    /// Ended like that.
    fn ended(self, ending: Ending) -> Self;
}

impl TurnExample for Turn {
    fn after(mut self, parent: Option<TurnId>) -> Self {
        self.ask.parent = parent;
        self
    }

    fn at(mut self, asked_at: Timestamp) -> Self {
        self.ask.asked_at = asked_at;
        self
    }

    fn saying(mut self, answer: &str) -> Self {
        let step = last_step(&mut self);
        step.blocks.retain(|block| block.text().is_none());
        step.blocks.push(Block::Text(answer.to_owned()));
        self
    }

    fn thinking(mut self, reasoning: &str) -> Self {
        let step = last_step(&mut self);
        step.blocks.retain(|block| block.reasoning().is_none());
        step.blocks.push(Block::Reasoning(reasoning.to_owned()));
        self
    }

    fn by(mut self, model: &str) -> Self {
        last_step(&mut self).candidate = Some(candidate(model, "oxlo"));
        self
    }

    fn ended(self, ending: Ending) -> Self {
        Self { stage: Stage::Ended(ending), ..self }
    }
}

/// The last step of `turn`, which gets one where it has none.
fn last_step(turn: &mut Turn) -> &mut Step {
    if turn.steps.is_empty() {
        turn.steps.push(Step::of(None, StepOutcome::Current));
    }
    let last = turn.steps.len() - 1;
    &mut turn.steps[last]
}

/// What became of the steps of a turn: what is to be known of each, and why another followed.
pub(crate) fn outcomes(turn: &Turn) -> Vec<(Vec<Note>, StepOutcome)> {
    turn.steps.iter().map(|step| (step.notes.clone(), step.outcome.clone())).collect()
}

/// A model, and the provider that has it.
pub(crate) fn candidate(model: &str, provider: &str) -> Candidate {
    Candidate { model: model.into(), provider: provider.into() }
}

/// A model of oxlo is asked.
pub(crate) fn asked(model: &str) -> TurnEvent {
    asked_with(model, SentRequest::default(), Vec::new())
}

/// A model of oxlo is asked with that request, of which there is something to say.
pub(crate) fn asked_with(model: &str, sent: SentRequest, notes: Vec<Note>) -> TurnEvent {
    TurnEvent::Asked { candidate: candidate(model, "oxlo"), sent: Arc::new(sent), notes }
}

/// Something of the answer comes so many milliseconds after the request.
pub(crate) fn came(delta: Delta, after: u64) -> TurnEvent {
    TurnEvent::Came { delta, after: Duration::from_millis(after) }
}

/// A text of the answer comes.
pub(crate) fn text(text: &str, after: u64) -> TurnEvent {
    came(Delta::Text(text.into()), after)
}

/// A text of the reasoning comes.
pub(crate) fn reasoning(text: &str, after: u64) -> TurnEvent {
    came(Delta::Reasoning(text.into()), after)
}

/// A decision for one model of oxlo. It says nothing of probabilities and evidence.
pub(crate) fn decision(category: &str, model: &str, decider: Decider) -> Decision {
    Decision {
        category: category.into(),
        candidates: vec![candidate(model, "oxlo")],
        decider,
        probabilities: Vec::new(),
        reason: "because".to_owned(),
        hint: None,
        evidence: Vec::new(),
        elapsed: Duration::from_millis(5),
        requests: u32::from(decider == Decider::Judge),
    }
}

/// `decision` as it is recorded, for no turn that is kept.
pub(crate) fn new_decision(decided_at: Timestamp, prompt: &str, decision: Decision) -> NewDecision {
    let overridden = decision.decider == Decider::Override;
    NewDecision { decided_at, prompt: prompt.into(), decision, overridden, turn: None, previous: None }
}

/// That kimi-k2.6 was chosen over deepseek-v3.2, on the first day of 1970.
pub(crate) fn outcome(id: i64, kind: OutcomeKind, prompt: &str) -> KnownOutcome {
    let outcome = ModelOutcome {
        kind,
        prompt: prompt.into(),
        category: "general".into(),
        winner: Some("kimi-k2.6".into()),
        loser: "deepseek-v3.2".into(),
        at: Timestamp::UNIX_EPOCH,
        turn: id.unsigned_abs(),
    };
    KnownOutcome { id: OutcomeId(id), outcome, vector: None }
}

/// A screen of 120×36 in Greenwich, with the default settings and keys, started in 1970.
pub(crate) fn start() -> Start {
    Start {
        config: Arc::new(Config::load(None, &Overrides::default()).unwrap()),
        connection: "The test answers.".to_owned(),
        provider: "oxlo".to_owned(),
        can_judge: true,
        stand_in: None,
        appearance: Appearance::default(),
        keymap: Arc::new(Keymap::load(None, "").unwrap()),
        timezone: jiff::tz::TimeZone::UTC,
        size: (120, 36),
        begun_at: Timestamp::UNIX_EPOCH,
        salt: 0,
    }
}
