//! `pointsman ask`: one prompt, one answer. The answer streams to stdout and nothing else does.

use super::output::{Clean, decision_line, json_line, note, stdout, warn};
use super::prompt::{Asked, PromptArgs};
use super::{Failure, Wish, salt};
use crate::chat::id::IdGenerator;
use crate::chat::{
    Ask, ConversationId, Delta, Ending, Finish, Note, Origin, StepOutcome, Timings, Turn, TurnEvent, TurnId, Usage,
};
use crate::cli::setup::Setup;
use crate::config::ModelId;
use crate::engine::{OneTurn, OneTurnEvent};
use crate::router::Decision;
use serde::Serialize;
use std::io::{self, Write};
use std::time::Duration;

pub(super) async fn run(setup: &Setup, route: &Wish, json: bool, prompt: PromptArgs) -> Result<(), Failure> {
    let route = route.resolve(setup)?;
    let Asked { prompt, blobs } = prompt.read(&setup.services.config)?;
    for blob in blobs {
        setup.services.blobs.put(blob);
    }
    let asked_at = crate::clock::now();
    let mut names = IdGenerator::new(salt());
    let (chat, turn) = (ConversationId(names.next(asked_at, 0)), TurnId(names.next(asked_at, 0)));
    let ask = Ask { chat, parent: None, turn, prompt, route, origin: Origin::Typed, asked_at };
    let mut turn = OneTurn::start(setup.services.clone(), ask);
    let outcome = print(&mut turn, Printer { out: stdout(), json, printed: 0, notes: Vec::new() }).await;
    // However it went, what came is written down before the program ends.
    turn.close().await;
    outcome
}

/// Prints what comes of `turn` until it is over.
async fn print(turn: &mut OneTurn, mut out: Printer) -> Result<(), Failure> {
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    while !turn.turn().is_over() {
        let event = tokio::select! {
            biased;
            _ = &mut interrupted => return Err(Failure::Interrupted),
            event = turn.next() => event,
        };
        match event {
            Some(OneTurnEvent::Turn(event)) => out.event(&event, turn.turn())?,
            Some(OneTurnEvent::Notice(text)) => warn(&text),
            Some(OneTurnEvent::Unsaved(why)) => warn(&format!("not kept: {why}")),
            None => return Err(Failure::Work("the engine stopped; this is a mistake in pointsman".to_owned())),
        }
    }
    Ok(())
}

/// A line of `--json`. What it is stands in `type` and once more as the name of its content.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Decision {
        decision: &'a Decision,
    },
    Delta {
        delta: &'a str,
    },
    /// All that came as `delta` so far is no answer, but this.
    Reasoning {
        reasoning: &'a str,
    },
    Done {
        done: Done<'a>,
    },
    Error {
        error: &'a str,
    },
}

/// How an answer ended.
#[derive(Serialize)]
struct Done<'a> {
    /// Who answered: another one than decided, after a fallback.
    model: Option<&'a ModelId>,
    finish: Finish,
    usage: Option<Usage>,
    first_text_us: Option<u64>,
    total_us: Option<u64>,
}

impl<'a> Done<'a> {
    fn of(turn: &'a Turn, finish: Finish) -> Self {
        let us = |time: Duration| time.as_micros() as u64;
        let Timings { first_text, total, .. } = turn.timings();
        Self {
            model: turn.model(),
            finish,
            usage: turn.usage(),
            first_text_us: first_text.map(us),
            total_us: total.map(us),
        }
    }
}

struct Printer {
    out: Clean<io::StdoutLock<'static>>,
    json: bool,
    /// So many bytes of the answer are out.
    printed: usize,
    /// What is to be said below the answer.
    notes: Vec<String>,
}

impl Printer {
    /// Prints what happened; `turn` is the record after it. The failure of the turn is the failure of the command.
    fn event(&mut self, event: &TurnEvent, turn: &Turn) -> Result<(), Failure> {
        match event {
            TurnEvent::Decided(decision) if self.json => {
                json_line(&mut self.out, &Line::Decision { decision })?;
            }
            TurnEvent::Decided(decision) => note(&decision_line(decision)),
            TurnEvent::Asked { notes, .. } => notes.iter().for_each(|note| warn(&note.line())),
            TurnEvent::Failed { candidate, failure } => {
                let outcome = StepOutcome::Failed(failure.clone());
                outcome.line(Some(&candidate.model)).iter().for_each(|line| warn(line));
            }
            TurnEvent::PassedOver(candidate) => {
                StepOutcome::PassedOver.line(Some(&candidate.model)).iter().for_each(|line| warn(line));
            }
            TurnEvent::Came { delta: Delta::Text(_), .. } => self.text(turn)?,
            TurnEvent::Came { delta: Delta::TextWasReasoning, .. } => self.text_was_reasoning(turn)?,
            TurnEvent::Came { delta: Delta::Skipped(events), .. } => warn(&Note::Skipped { events: *events }.line()),
            // A line of its own below the answer, which has no end yet.
            TurnEvent::Noted(note) => self.notes.push(note.line()),
            TurnEvent::Ended { ending, .. } => return self.end(ending, turn),
            TurnEvent::Started
            | TurnEvent::Judging { .. }
            | TurnEvent::Lost { .. }
            | TurnEvent::Redirected(_)
            | TurnEvent::Requeued(_)
            | TurnEvent::Corrected(_)
            | TurnEvent::Came { .. } => {}
        }
        Ok(())
    }

    /// Prints what the answer has grown by, which is not all that came: empty lines before it are dropped.
    fn text(&mut self, turn: &Turn) -> io::Result<()> {
        let delta = turn.answer().get(self.printed..).unwrap_or_default();
        self.printed = turn.answer().len();
        if delta.is_empty() {
            return Ok(());
        }
        if self.json {
            return json_line(&mut self.out, &Line::Delta { delta });
        }
        self.out.write_all(delta.as_bytes())?;
        self.out.flush()
    }

    /// What was printed was no answer. It cannot be taken back, so it is told.
    fn text_was_reasoning(&mut self, turn: &Turn) -> io::Result<()> {
        if std::mem::take(&mut self.printed) == 0 {
            return Ok(());
        }
        if self.json {
            return json_line(&mut self.out, &Line::Reasoning { reasoning: turn.reasoning() });
        }
        self.out.write_all(b"\n\n")?;
        self.out.flush()?;
        warn("what was printed so far is the model's reasoning, as only its end said; the answer follows");
        Ok(())
    }

    fn end(&mut self, ending: &Ending, turn: &Turn) -> Result<(), Failure> {
        let remark = turn.end_remark();
        if !self.json && !turn.answer().is_empty() && !turn.answer().ends_with('\n') {
            self.out.write_all(b"\n")?;
        }
        self.notes.iter().for_each(|note| warn(note));
        match ending {
            Ending::Answered(finish) => {
                if self.json {
                    json_line(&mut self.out, &Line::Done { done: Done::of(turn, *finish) })?;
                }
                if let Some(remark) = remark {
                    warn(&remark);
                }
                Ok(())
            }
            Ending::Stopped | Ending::Failed(_) | Ending::Interrupted => {
                let why = remark.unwrap_or_default();
                if self.json {
                    json_line(&mut self.out, &Line::Error { error: &why })?;
                }
                Err(Failure::Work(why))
            }
        }
    }
}
