//! Examples of what most tests need one of: a turn, a decision, what a screen starts with. The unit tests, the suite and
//! the benchmarks share this file, so that a change of these types changes the tests here and nowhere else.
//! Must not hold what only one test needs: a test names what differs with a struct update.

use jiff::Timestamp;
use pointsman::chat::{Ending, Stage, Turn, TurnId};
use pointsman::config::{Config, Overrides};
use pointsman::router::{Candidate, Decider, Decision, RouteOverride};
use pointsman::store::NewDecision;
use pointsman::tui::{Keymap, Start};
use std::sync::Arc;
use std::time::Duration;

/// A turn that waits for its time, asked in 1970.
pub(crate) fn turn(id: u64, prompt: &str) -> Turn {
    Turn::new(TurnId(id), prompt.into(), RouteOverride::default(), Timestamp::UNIX_EPOCH)
}

/// What came of a turn, without the events that brought it.
pub(crate) trait TurnExample: Sized {
    /// With that text as its answer; its stage stays.
    fn saying(self, answer: &str) -> Self;
    /// With that text as its reasoning; its stage stays.
    fn thinking(self, reasoning: &str) -> Self;
    /// Ended like that.
    fn ended(self, ending: Ending) -> Self;
}

impl TurnExample for Turn {
    fn saying(self, answer: &str) -> Self {
        Self { answer: answer.to_owned(), ..self }
    }

    fn thinking(self, reasoning: &str) -> Self {
        Self { reasoning: reasoning.to_owned(), ..self }
    }

    fn ended(self, ending: Ending) -> Self {
        Self { stage: Stage::Ended(ending), ..self }
    }
}

/// A model, and the provider that has it.
pub(crate) fn candidate(model: &str, provider: &str) -> Candidate {
    Candidate { model: model.into(), provider: provider.into() }
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

/// A screen of 120×36 in Greenwich, with the default settings and keys, started in 1970.
pub(crate) fn start() -> Start {
    Start {
        config: Arc::new(Config::load(None, &Overrides::default()).unwrap()),
        connection: "The test answers.".to_owned(),
        provider: "oxlo".to_owned(),
        can_judge: true,
        keymap: Arc::new(Keymap::load(None, "").unwrap()),
        timezone: jiff::tz::TimeZone::UTC,
        size: (120, 36),
        begun_at: Timestamp::UNIX_EPOCH,
        salt: 0,
    }
}
