//! One turn as a record: a prompt, the decision, the answer, and how it ended. Pure: events in, record changed.

use super::message::{Exchange, Finish, Usage};
use super::name::TurnId;
use super::request::Request;
use crate::config::{CategoryId, ModelId};
use crate::format::roughly;
use crate::router::{Decision, RouteOverride};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Where a turn stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Other turns come first.
    Queued,
    /// The router is at work.
    Deciding,
    /// A model was asked and has said nothing yet.
    Waiting,
    /// The answer comes.
    Streaming,
    /// It is over.
    Ended(Ending),
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// The answer is complete, as far as the endpoint says.
    Answered(Finish),
    /// The user stopped it.
    Stopped,
    /// It failed; the text is for the user.
    Failed(String),
    /// The program ended first.
    Interrupted,
}

/// Something the user should know about a turn, in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The conversation did not fit the model.
    LeftOut {
        /// So many of the oldest turns were not sent.
        turns: usize,
        /// The window that they did not fit, in tokens.
        window: usize,
    },
    /// Not even the prompt alone seems to fit.
    TooLong {
        /// About how long the request is, in tokens.
        tokens: usize,
        /// The window, in tokens.
        window: usize,
    },
    /// A model could not answer, and the next candidate was asked.
    FellBack {
        /// Who could not.
        from: ModelId,
        /// Why.
        why: String,
        /// What else is known of it, in lines.
        #[serde(default)]
        detail: String,
    },
    /// A model could not answer, and somebody is asked again after a pause.
    Again {
        /// Who could not.
        from: ModelId,
        /// What happened, in a word or two.
        what: String,
        /// Why.
        why: String,
        /// What else is known of it, in lines.
        detail: String,
        /// Who is asked again.
        model: ModelId,
        /// How long the pause is, in milliseconds.
        pause_ms: u64,
    },
    /// Events of the answer could not be read.
    Skipped {
        /// So many.
        events: u32,
    },
    /// A model was passed over: it failed too often of late.
    PassedOver {
        /// Who.
        model: ModelId,
    },
    /// A model could not answer, and that was the end.
    GaveUp {
        /// Who could not.
        from: ModelId,
        /// What else is known of it, in lines.
        detail: String,
    },
}

impl Note {
    /// What it says in one line; `None` where the turn's end says it.
    pub fn line(&self) -> Option<String> {
        Some(match self {
            Self::LeftOut { turns: 1, window } => {
                format!("the oldest turn was not sent: the window is {window} tokens")
            }
            Self::LeftOut { turns, window } => {
                format!("the {turns} oldest turns were not sent: the window is {window} tokens")
            }
            Self::TooLong { tokens, window } => {
                format!("the request is about {tokens} tokens, the window is {window}: it may be refused")
            }
            Self::FellBack { from, why, .. } => format!("instead of {from}: {why}"),
            Self::Again { from, why, model, pause_ms, .. } => {
                let failed = if from == model { why.clone() } else { format!("{from}: {why}") };
                format!("{model} is asked again after {}: {failed}", roughly(Duration::from_millis(*pause_ms)))
            }
            Self::Skipped { events: 1 } => "a piece of the answer could not be read, and is missing".to_owned(),
            Self::Skipped { events } => format!("{events} pieces of the answer could not be read, and are missing"),
            Self::PassedOver { model } => format!("{model} was passed over: it failed too often of late"),
            Self::GaveUp { .. } => return None,
        })
    }

    /// What else is known of a failure, and whose it was.
    pub fn failure(&self) -> Option<(&ModelId, &str)> {
        match self {
            Self::FellBack { from, detail, .. } | Self::Again { from, detail, .. } | Self::GaveUp { from, detail } => {
                Some((from, detail.as_str())).filter(|(_, detail)| !detail.is_empty())
            }
            Self::LeftOut { .. } | Self::TooLong { .. } | Self::Skipped { .. } | Self::PassedOver { .. } => None,
        }
    }
}

impl Ending {
    /// What the user should know about this end besides the answer, in one line; `None` when all is well.
    pub fn remark(&self, answer: &str) -> Option<String> {
        let nothing = answer.trim().is_empty();
        match self {
            Self::Answered(Finish::Length) => {
                Some("the answer stops here: the model may not say more at once".to_owned())
            }
            Self::Answered(Finish::ContentFilter) => Some("the provider withheld the rest of this answer".to_owned()),
            Self::Answered(_) if nothing => Some("the model answered nothing; ask again, or another model".to_owned()),
            Self::Answered(_) => None,
            Self::Stopped => Some("stopped".to_owned()),
            Self::Failed(why) => Some(why.clone()),
            Self::Interrupted if nothing => Some("not answered: pointsman ended first".to_owned()),
            Self::Interrupted => Some("the answer stops here: pointsman ended first".to_owned()),
        }
    }
}

/// A pause before somebody is asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// What happened, in a word or two.
    pub what: String,
    /// Who is asked again.
    pub model: ModelId,
    /// How long it is.
    pub length: Duration,
}

/// How long things took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    /// From the request to the first reasoning, of the model that answered.
    pub first_reasoning: Option<Duration>,
    /// From the request to the first text, of the model that answered.
    pub first_text: Option<Duration>,
    /// From the request to the end, of the model that answered.
    pub total: Option<Duration>,
}

/// What happened to a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnEvent {
    /// Its time has come: the router is asked.
    Started,
    /// No local decider was sure: a judge is asked.
    Judging {
        /// Who.
        judge: ModelId,
    },
    /// The router decided.
    Decided(Box<Decision>),
    /// A model was asked.
    Asked {
        /// Who.
        model: ModelId,
        /// With what.
        request: Arc<Request>,
    },
    /// The endpoint began to respond, which says nothing of the model yet.
    Opened,
    /// The endpoint said that it is still at work.
    Alive,
    /// Something the user should know.
    Noted(Note),
    /// The user wants somebody else to answer, before anything was answered.
    Redirected(RouteOverride),
    /// A piece of the answer came, `after` so long since the model was asked.
    Text {
        /// The piece.
        text: String,
        /// Since the request.
        after: Duration,
    },
    /// A piece of the model's reasoning came, `after` so long since the model was asked. Where the answer was held back
    /// until it could be shown, the reasoning counts as if it had come so much later, too.
    Reasoning {
        /// The piece.
        text: String,
        /// Since the request.
        after: Duration,
    },
    /// The endpoint counted.
    Used(Usage),
    /// It is over.
    Ended {
        /// How.
        ending: Ending,
        /// Since the request; `None` when none left.
        after: Option<Duration>,
    },
}

/// A prompt and everything that came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Its name.
    pub id: TurnId,
    /// What it follows up on; `None`: nothing.
    pub parent: Option<TurnId>,
    /// What the user asked.
    pub prompt: Arc<str>,
    /// Who should answer, when the user said so.
    pub route: RouteOverride,
    /// When the user asked.
    pub asked_at: Timestamp,
    /// Where it stands.
    pub stage: Stage,
    /// The judge that is being asked, while it is.
    pub judge: Option<ModelId>,
    /// What the pause is for before somebody is asked again, and how long it is, while it lasts.
    pub pause: Option<Pause>,
    /// Whether the endpoint has begun to respond.
    pub opened: bool,
    /// Which model, and why.
    pub decision: Option<Decision>,
    /// What it should have been taken for, when the user said so.
    pub corrected: Option<CategoryId>,
    /// Who answers; differs from the decision's model after a fallback.
    pub model: Option<ModelId>,
    /// What that model was sent.
    pub request: Option<Arc<Request>>,
    /// The answer so far. Only ever grows.
    pub answer: String,
    /// The model's reasoning so far; never sent back to a model.
    pub reasoning: String,
    /// What the user should know.
    pub notes: Vec<Note>,
    /// What it cost, as the endpoint counts.
    pub usage: Option<Usage>,
    /// How long it took.
    pub timings: Timings,
}

impl Turn {
    /// A turn that waits for its time.
    pub fn new(id: TurnId, prompt: Arc<str>, route: RouteOverride, asked_at: Timestamp) -> Self {
        Self {
            id,
            parent: None,
            prompt,
            route,
            asked_at,
            stage: Stage::Queued,
            judge: None,
            pause: None,
            opened: false,
            decision: None,
            corrected: None,
            model: None,
            request: None,
            answer: String::new(),
            reasoning: String::new(),
            notes: Vec::new(),
            usage: None,
            timings: Timings::default(),
        }
    }

    /// The same, following up on `parent`.
    #[must_use]
    pub fn after(self, parent: Option<TurnId>) -> Self {
        Self { parent, ..self }
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }

    /// Records what happened. After its end nothing more can happen to a turn: late events are dropped here, and
    /// nowhere else.
    pub fn apply(&mut self, event: TurnEvent) {
        if self.is_over() {
            return;
        }
        match event {
            TurnEvent::Started => self.stage = Stage::Deciding,
            TurnEvent::Judging { judge } => self.judge = Some(judge),
            TurnEvent::Decided(decision) => {
                self.judge = None;
                self.decision = Some(*decision);
            }
            TurnEvent::Asked { model, request } => {
                self.stage = Stage::Waiting;
                self.pause = None;
                self.opened = false;
                self.model = Some(model);
                self.request = Some(request);
                self.usage = None;
                self.reasoning.clear();
                self.timings = Timings::default();
            }
            TurnEvent::Opened => self.opened = true,
            TurnEvent::Alive => {}
            TurnEvent::Noted(note) => {
                if let Note::Again { what, model, pause_ms, .. } = &note {
                    let (what, model) = (what.clone(), model.clone());
                    self.pause = Some(Pause { what, model, length: Duration::from_millis(*pause_ms) });
                }
                self.notes.push(note);
            }
            TurnEvent::Redirected(route) => {
                self.route = route;
                self.ask_anew();
            }
            TurnEvent::Text { text, after } => {
                self.stage = Stage::Streaming;
                self.timings.first_text.get_or_insert(after);
                // Empty lines before an answer are a habit of some models and only push it down.
                let text = if self.answer.is_empty() { text.trim_start_matches('\n') } else { &text };
                self.answer.push_str(text);
            }
            TurnEvent::Reasoning { text, after } => {
                // White space alone is no thought: templates that switch thinking off leave some.
                let text = if self.reasoning.is_empty() { text.trim_start() } else { &text };
                if !text.is_empty() {
                    self.timings.first_reasoning.get_or_insert(after);
                    self.reasoning.push_str(text);
                }
            }
            TurnEvent::Used(usage) => self.usage = Some(usage),
            TurnEvent::Ended { ending, after } => {
                self.judge = None;
                self.pause = None;
                self.stage = Stage::Ended(ending);
                // One that raced the judge was asked before the listener heard of it.
                let Timings { first_reasoning, first_text, .. } = self.timings;
                self.timings.total = after.map(|after| after.max(first_text.max(first_reasoning).unwrap_or_default()));
            }
        }
    }

    /// How long the model thought: from its first reasoning to the first text of the answer, or to the end where no answer
    /// came. `None` when it did not reason, has not finished, or nobody knows, as in chats that come from elsewhere.
    pub fn thought(&self) -> Option<Duration> {
        let Timings { first_reasoning, first_text, total } = self.timings;
        first_text.or(total)?.checked_sub(first_reasoning?)
    }

    /// Whether it was stopped before anything came of it: then it is as if it had never been asked.
    pub fn is_withdrawn(&self) -> bool {
        self.stage == Stage::Ended(Ending::Stopped) && self.answer.is_empty()
    }

    /// Whether it is over and nothing came of it, so that asking it again replaces nothing.
    pub fn can_be_asked_anew(&self) -> bool {
        self.is_over() && self.answer.is_empty()
    }

    /// Forgets what became of it: it waits for its time again.
    pub fn ask_anew(&mut self) {
        let asked = Self::new(self.id, self.prompt.clone(), self.route.clone(), self.asked_at);
        *self = asked.after(self.parent);
    }

    /// What it was taken for, or should have been.
    pub fn category(&self) -> Option<&CategoryId> {
        self.corrected.as_ref().or_else(|| self.decision.as_ref().map(|decision| &decision.category))
    }

    /// What a later request says of this turn: nothing without an answer, since a prompt that nobody answered would
    /// only be answered again.
    pub fn exchange(&self) -> Option<Exchange> {
        let answer = self.answer.trim();
        (!answer.is_empty()).then(|| Exchange { prompt: self.prompt.clone(), answer: answer.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// What becomes of a turn to which these things happen.
    fn turn(events: Vec<TurnEvent>) -> Turn {
        let mut turn = crate::examples::turn(1, "p");
        for event in events {
            turn.apply(event);
        }
        turn
    }

    fn asked() -> TurnEvent {
        TurnEvent::Asked { model: "m".into(), request: Arc::default() }
    }

    fn reasoning(text: &str, after: u64) -> TurnEvent {
        TurnEvent::Reasoning { text: text.to_owned(), after: ms(after) }
    }

    fn text(text: &str, after: u64) -> TurnEvent {
        TurnEvent::Text { text: text.to_owned(), after: ms(after) }
    }

    fn ended(ending: Ending, after: Option<u64>) -> TurnEvent {
        TurnEvent::Ended { ending, after: after.map(ms) }
    }

    #[test]
    fn a_model_thought_from_its_first_reasoning_to_its_first_text_or_the_end() {
        let done = || ended(Ending::Answered(Finish::Stop), Some(9_000));
        for (events, thought) in [
            (vec![reasoning("a", 200), reasoning("b", 900), text("c", 1_500), done()], Some(1_300)),
            (vec![reasoning("a", 200), done()], Some(8_800)),
            (vec![reasoning("a", 200), ended(Ending::Stopped, Some(700))], Some(500)),
            (vec![reasoning("a", 200)], None),
            (vec![reasoning("a", 200), ended(Ending::Failed("why".to_owned()), None)], None),
            (vec![text("c", 1_500), done()], None),
            (vec![reasoning("\n ", 200), text("c", 1_500), done()], None),
            (vec![reasoning("\n ", 200), reasoning(" a", 300), text("c", 1_500), done()], Some(1_200)),
            (vec![reasoning("of another model", 100), asked(), reasoning("a", 400), text("c", 600)], Some(200)),
            (vec![reasoning("a", 900), ended(Ending::Stopped, Some(100))], Some(0)),
        ] {
            assert_eq!(turn(events.clone()).thought(), thought.map(ms), "{events:?}");
        }
    }

    #[test]
    fn what_a_model_thought_is_no_part_of_what_is_sent_of_a_turn() {
        let turn = turn(vec![asked(), reasoning("hm", 1), text("yes", 2)]);
        assert_eq!(turn.exchange(), Some(Exchange { prompt: "p".into(), answer: "yes".into() }));
        let silent = self::turn(vec![asked(), reasoning("hm", 1), ended(Ending::Answered(Finish::Stop), Some(2))]);
        assert_eq!((silent.exchange(), silent.can_be_asked_anew()), (None, true));
    }
}
