//! One attempt of a turn to get an answer. A fallback, a retry and a guess that lost its race are steps of their own;
//! their outcome says why another step followed.

mod after_failure;

use super::block::Block;
use super::delta::{Delta, Usage};
use super::request::SentRequest;
use super::source::Source;
use crate::config::ModelId;
use crate::config::keys::CONTEXT_WINDOW;
use crate::format::{roughly, thousands};
use crate::router::Candidate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// One attempt to get an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The model that was asked; `None`: unknown, as in chats that come from elsewhere.
    pub candidate: Option<Candidate>,
    /// What it was sent; `None`: nothing, or unknown.
    pub sent: Option<Arc<SentRequest>>,
    /// What it said.
    pub blocks: Vec<Block>,
    /// What the user should know about the request and the answer.
    pub notes: Vec<Note>,
    /// What it cost, as the endpoint counts.
    pub usage: Option<Usage>,
    /// How long it took.
    pub timings: Timings,
    /// Why it was not the last one, if it was not.
    pub outcome: StepOutcome,
}

/// What a failure says where the endpoint could not be reached.
pub(crate) const UNREACHABLE: &str = "unreachable";

/// What became of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// The turn goes on, or ended, with this step: the turn's stage says how.
    #[default]
    Current,
    /// The model could not answer.
    Failed(Failure),
    /// The model was not asked: it had failed too often.
    PassedOver,
    /// The router's guess was asked before the judge had answered, and the judge chose another model.
    Lost,
}

/// Why a model could not answer, and what followed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What happened, in a word or two; empty: unknown.
    #[serde(default)]
    pub what: String,
    /// Why, in one line; empty: the turn's ending says it.
    #[serde(default)]
    pub why: String,
    /// What else is known, in lines.
    #[serde(default)]
    pub detail: String,
    /// What followed.
    #[serde(default)]
    pub next: AfterFailure,
}

/// What follows a failure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "after_failure::Written", into = "after_failure::Written")]
pub enum AfterFailure {
    /// The next candidate is asked at once.
    Fallback {
        /// Its model; `None`: unknown, as in chats of earlier versions.
        model: Option<ModelId>,
    },
    /// A candidate is asked again after a pause.
    Retry {
        /// The model that is asked again.
        model: ModelId,
        /// How long the pause is, in milliseconds.
        pause_ms: u64,
    },
    /// The turn ends.
    #[default]
    GiveUp,
}

/// Something the user should know about a request or an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// The conversation did not fit the model.
    LeftOut {
        /// How many of the oldest turns were not sent.
        turns: usize,
        /// The context window, in tokens.
        window: usize,
    },
    /// Not even the prompt alone seems to fit.
    TooLong {
        /// About how long the request is, in tokens.
        tokens: usize,
        /// The context window, in tokens.
        window: usize,
    },
    /// The server read far less than it was sent, without a word.
    PromptCut {
        /// How many tokens it read, as it counts.
        read: u64,
        /// About how many it was sent.
        sent: usize,
    },
    /// Events of the answer could not be read.
    Skipped {
        /// How many.
        events: u32,
    },
}

/// How long things took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    /// From the request to the first reasoning.
    pub first_reasoning: Option<Duration>,
    /// From the request to the first text.
    pub first_text: Option<Duration>,
    /// From the request to the end.
    pub total: Option<Duration>,
}

impl Step {
    /// A step that begins with a request to `candidate`.
    pub fn asked(candidate: Candidate, sent: Arc<SentRequest>, notes: Vec<Note>) -> Self {
        Self { sent: Some(sent), notes, ..Self::of(Some(candidate), StepOutcome::Current) }
    }

    /// A step of which nothing is known besides its outcome.
    pub fn of(candidate: Option<Candidate>, outcome: StepOutcome) -> Self {
        Self {
            candidate,
            sent: None,
            blocks: Vec::new(),
            notes: Vec::new(),
            usage: None,
            timings: Timings::default(),
            outcome,
        }
    }

    /// The same without what the model said.
    #[must_use]
    pub fn without_blocks(&self) -> Self {
        Self {
            candidate: self.candidate.clone(),
            sent: self.sent.clone(),
            blocks: Vec::new(),
            notes: self.notes.clone(),
            usage: self.usage,
            timings: self.timings,
            outcome: self.outcome.clone(),
        }
    }

    /// The model that was asked.
    pub fn model(&self) -> Option<&ModelId> {
        self.candidate.as_ref().map(|candidate| &candidate.model)
    }

    /// Whether a request was sent and its answer was to be shown.
    pub fn is_visible(&self) -> bool {
        match self.outcome {
            StepOutcome::Current => true,
            StepOutcome::Failed(_) => self.sent.is_some() || !self.blocks.is_empty(),
            StepOutcome::PassedOver | StepOutcome::Lost => false,
        }
    }

    /// The text of the answer.
    pub fn text(&self) -> &str {
        self.blocks.iter().find_map(Block::text).unwrap_or_default()
    }

    /// The model's reasoning.
    pub fn reasoning(&self) -> &str {
        self.blocks.iter().find_map(Block::reasoning).unwrap_or_default()
    }

    /// What it cites, in the order of its numbers.
    pub fn sources(&self) -> &[Source] {
        self.blocks
            .iter()
            .find_map(|block| if let Block::Sources(all) = block { Some(&**all) } else { None })
            .unwrap_or(&[])
    }

    /// The pictures and recordings that it made.
    pub fn media(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| block.blob().is_some())
    }

    /// Takes in what came of the answer, `after` the request; gives back the block that grew or is new, where one did.
    pub(super) fn take(&mut self, delta: Delta, after: Duration) -> Option<usize> {
        match delta {
            Delta::Text(text) => {
                self.timings.first_text.get_or_insert(after);
                // Empty lines before an answer are a habit of some models and only push it down.
                let text = if self.text().is_empty() { text.trim_start_matches('\n') } else { &text };
                self.grow(text, Block::text_mut, Block::Text)
            }
            Delta::Reasoning(text) => {
                // White space alone is no thought: templates that switch thinking off leave some.
                let text = if self.reasoning().is_empty() { text.trim_start() } else { &text };
                if !text.is_empty() {
                    self.timings.first_reasoning.get_or_insert(after);
                }
                self.grow(text, Block::reasoning_mut, Block::Reasoning)
            }
            Delta::TextWasReasoning => {
                self.text_was_reasoning();
                None
            }
            Delta::Image(blob) => Some(self.add(Block::Image(blob.reference()))),
            Delta::Audio(blob) => Some(self.add(Block::Audio(blob.reference()))),
            Delta::Sources(sources) => Some(self.cite(sources)),
            Delta::ToolCall(call) => Some(self.add(Block::ToolCall(call))),
            Delta::Unknown { kind, json } => Some(self.add(Block::Unknown { kind, json })),
            Delta::Usage(usage) => {
                self.usage = Some(usage);
                None
            }
            Delta::Skipped(events) => {
                self.notes.push(Note::Skipped { events });
                None
            }
            Delta::Opened | Delta::Alive | Delta::Finished(_) => None,
        }
    }

    /// Adds the text to the reasoning. What follows is a new text.
    fn text_was_reasoning(&mut self) {
        let Some(at) = self.blocks.iter().position(|block| block.text().is_some()) else { return };
        let Timings { first_reasoning, first_text, .. } = &mut self.timings;
        *first_reasoning = first_reasoning.take().or(*first_text);
        *first_text = None;
        let Block::Text(text) = self.blocks.remove(at) else { return };
        match self.blocks.iter_mut().find_map(Block::reasoning_mut) {
            Some(reasoning) => reasoning.push_str(&text),
            None => self.blocks.insert(at, Block::Reasoning(text.trim_start().to_owned())),
        }
    }

    fn grow(
        &mut self,
        piece: &str,
        find: fn(&mut Block) -> Option<&mut String>,
        new: fn(String) -> Block,
    ) -> Option<usize> {
        if piece.is_empty() {
            return None;
        }
        for (at, block) in self.blocks.iter_mut().enumerate() {
            if let Some(text) = find(block) {
                text.push_str(piece);
                return Some(at);
            }
        }
        Some(self.add(new(piece.to_owned())))
    }

    /// Takes sources in the place of those that were known before.
    fn cite(&mut self, sources: Vec<Source>) -> usize {
        match self.blocks.iter().position(|block| matches!(block, Block::Sources(_))) {
            Some(at) => {
                self.blocks[at] = Block::Sources(sources);
                at
            }
            None => self.add(Block::Sources(sources)),
        }
    }

    fn add(&mut self, block: Block) -> usize {
        self.blocks.push(block);
        self.blocks.len() - 1
    }

    /// What the user should know about what it was sent and what it said, a line each.
    pub(super) fn content_remarks(&self) -> impl Iterator<Item = String> {
        let blocks = self.blocks.iter().filter(|_| self.is_visible()).filter_map(Block::line);
        blocks.chain(self.notes.iter().map(Note::line))
    }
}

impl StepOutcome {
    /// What the user should know about it, for a step of `model`; `None` where the turn's ending says it.
    pub fn line(&self, model: Option<&ModelId>) -> Option<String> {
        let from = model.map_or("the model", ModelId::as_str);
        match self {
            Self::Current | Self::Lost => None,
            Self::PassedOver => Some(format!("{from} was passed over: it failed too often of late")),
            Self::Failed(Failure { why, next, .. }) => match next {
                AfterFailure::Fallback { model: Some(next) } => {
                    Some(format!("{from} could not answer: {why}; {next} is asked instead"))
                }
                AfterFailure::Fallback { model: None } => Some(format!("instead of {from}: {why}")),
                AfterFailure::Retry { model, pause_ms } => {
                    let failed = if from == model.as_str() { why.clone() } else { format!("{from}: {why}") };
                    Some(format!(
                        "{model} is asked again after {}: {failed}",
                        roughly(Duration::from_millis(*pause_ms))
                    ))
                }
                AfterFailure::GiveUp => None,
            },
        }
    }
}

impl Note {
    /// What it says, in one line.
    pub fn line(&self) -> String {
        let figure = |tokens: usize| thousands(tokens as u64);
        match self {
            Self::LeftOut { turns: 1, window } => {
                format!("the oldest turn was not sent: the window is {} tokens", figure(*window))
            }
            Self::LeftOut { turns, window } => {
                format!("the {turns} oldest turns were not sent: the window is {} tokens", figure(*window))
            }
            Self::TooLong { tokens, window } => {
                format!("≈ {} tokens for a window of {}: may be refused", figure(*tokens), figure(*window))
            }
            Self::PromptCut { read, sent } => format!(
                "the server read {} of about {} tokens: it cuts what is longer; raise its context (Ollama: num_ctx), and set \
                 the model's {CONTEXT_WINDOW} to it",
                thousands(*read),
                // An estimate; more digits would promise too much.
                figure(sent.saturating_add(50) / 100 * 100)
            ),
            Self::Skipped { events: 1 } => "a piece of the answer could not be read, and is missing".to_owned(),
            Self::Skipped { events } => format!("{events} pieces of the answer could not be read, and are missing"),
        }
    }
}
