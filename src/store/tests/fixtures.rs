//! Examples of what the store's tests need one of, and the operations that write it.

use super::*;
use crate::examples;
use crate::router::{ModelOutcome, OutcomeKind};

/// The head of a conversation; they begin one second after the other.
pub(super) fn head(id: u64) -> Head {
    Head {
        id: ConversationId(id),
        title: format!("chat {id}"),
        started_at: at(id.cast_signed()),
        archived: false,
        pinned: false,
    }
}

/// A turn of the first conversation that waits for its time.
pub(super) fn asked(id: u64, prompt: &str) -> Turn {
    Turn::new(Ask {
        chat: ConversationId(1),
        parent: None,
        turn: TurnId(id),
        prompt: prompt.into(),
        route: RouteOverride::default(),
        origin: Origin::Typed,
        asked_at: at(id.cast_signed()),
    })
}

/// A turn with its answer.
pub(super) fn answered(id: u64, prompt: &str, answer: &str) -> Turn {
    let stage = Stage::Ended(Ending::Answered(Finish::Stop));
    Turn { steps: vec![saying(answer)], stage, ..asked(id, prompt) }
}

/// The same turn, following up on `parent`.
pub(super) fn after(parent: Option<u64>, mut turn: Turn) -> Turn {
    turn.ask.parent = parent.map(TurnId);
    turn
}

/// A step of an unknown model.
pub(super) fn saying(answer: &str) -> Step {
    Step { blocks: vec![Block::Text(answer.to_owned())], ..Step::of(None, StepOutcome::Current) }
}

pub(super) fn begin(head: Head, turn: &Turn) -> StoreOp {
    let ask = Ask { chat: head.id, ..turn.ask.clone() };
    StoreOp::Begin { head, ask }
}

pub(super) fn begin_step(turn: u64, step: usize, content: Step) -> StoreOp {
    StoreOp::BeginStep { turn: TurnId(turn), step, content: Box::new(content) }
}

pub(super) fn text(turn: u64, text: &str) -> StoreOp {
    StoreOp::Append { turn: TurnId(turn), step: 0, block: 0, kind: TextKind::Text, text: text.into() }
}

pub(super) fn end(turn: &Turn) -> StoreOp {
    let ending = if let Stage::Ended(ending) = &turn.stage { ending.clone() } else { Ending::Interrupted };
    let total = turn.timings().total.unwrap_or_default();
    StoreOp::End { turn: turn.id(), ending, outcome: None, at: turn.asked_at() + total }
}

impl Store {
    /// A turn that is over, from its beginning to its end, without its decision.
    pub(super) fn settle(&self, head: Head, turn: Turn) -> Pending<()> {
        let (id, begin, end) = (turn.id(), begin(head, &turn), end(&turn));
        let correction = StoreOp::Correct(id, turn.corrected().cloned());
        let steps = turn.steps.into_iter().enumerate().map(|(at, step)| begin_step(id.0, at, step));
        self.write(std::iter::once(begin).chain(steps).chain([correction, end]).collect())
    }

    pub(super) fn record(&self, decision: NewDecision) -> Pending<()> {
        self.write(vec![StoreOp::Decide(Box::new(decision))])
    }

    pub(super) fn mark_deleted(&self, chat: u64) -> Pending<()> {
        self.write(vec![StoreOp::Delete(ConversationId(chat), at(9))])
    }

    pub(super) fn purge(&self) -> Pending<()> {
        self.write(vec![StoreOp::Purge])
    }

    pub(super) fn view(&self, chat: u64, place: crate::chat::Place, seconds: i64) -> Pending<()> {
        self.write(vec![StoreOp::SaveView(ConversationId(chat), Box::new(place), at(seconds))])
    }
}

pub(super) fn decision(category: &str, model: &str, decider: Decider) -> Decision {
    Decision {
        probabilities: vec![("vision".into(), 0.25), (category.into(), 0.75)],
        evidence: vec!["'python'".to_owned()],
        elapsed: Duration::from_micros(1_500),
        ..examples::decision(category, model, decider)
    }
}

pub(super) fn new(seconds: i64, prompt: &str, category: &str, decider: Decider) -> NewDecision {
    examples::new_decision(at(seconds), prompt, decision(category, "m", decider))
}

pub(super) fn all() -> Filter {
    Filter { limit: 100, category: None, model: None, decider: None, text: None, outcome: None }
}

pub(super) fn lesson(seconds: i64, prompt: &str, category: &str) -> NewLesson {
    NewLesson {
        prompt: prompt.into(),
        decided: "general".into(),
        category: category.into(),
        scope: Scope::Always,
        previous: Some("general".into()),
        taught_at: at(seconds),
        turn: None,
    }
}

/// That `n` was chosen over `m` in that turn, or what is said against `m` alone.
pub(super) fn outcome(turn: u64, kind: OutcomeKind, prompt: &str) -> ModelOutcome {
    let alone = matches!(kind, OutcomeKind::Regenerated | OutcomeKind::Corrected);
    ModelOutcome {
        kind,
        prompt: prompt.into(),
        category: "coding".into(),
        winner: (!alone).then(|| "n".into()),
        loser: "m".into(),
        at: at(turn.cast_signed()),
        turn,
    }
}

pub(super) fn verdict(seconds: i64, key: &str, category: &str) -> CachedJudgement {
    CachedJudgement {
        key: key.to_owned(),
        category: category.into(),
        model: "judge".into(),
        confidence: Some(0.5),
        reason: "because".to_owned(),
        decided_at: at(seconds),
    }
}
