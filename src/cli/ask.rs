//! `pointsman ask`: one prompt, one answer. The answer streams to stdout and nothing else does: sources,
//! pictures and recordings are listed on stderr, and with `--json` in the last line.

use super::output::{Clean, decision_line, json_line, note, stdout, warn};
use super::prompt::{Asked, PromptArgs};
use super::{Failure, Wish, salt};
use crate::chat::id::IdGenerator;
use crate::chat::{
    Ask, BlobHash, Block, ConversationId, Delta, Ending, Finish, Note, Origin, Source, Step, StepOutcome, Timings,
    Turn, TurnEvent, TurnId, Usage,
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
    let kept_in = (!setup.services.is_incognito()).then_some(chat);
    let printer = Printer { out: stdout(), json, printed: 0, notes: Vec::new(), kept_in };
    let outcome = print(&mut turn, printer).await;
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
    /// What the answer cites: `[1]` in it means the first.
    #[serde(skip_serializing_if = "<[Source]>::is_empty")]
    sources: &'a [Source],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    media: Vec<Medium<'a>>,
}

/// A picture or a recording in an answer.
#[derive(Serialize)]
struct Medium<'a> {
    kind: &'a str,
    media_type: &'a str,
    size: u64,
    hash: &'a BlobHash,
}

impl<'a> Medium<'a> {
    fn of(block: &'a Block) -> Option<Self> {
        let blob = block.blob()?;
        Some(Self { kind: block.media_name()?, media_type: &blob.media_type, size: blob.size, hash: &blob.hash })
    }
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
            sources: turn.sources(),
            media: turn.media().filter_map(Medium::of).collect(),
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
    /// The chat in the history, where there is one.
    kept_in: Option<ConversationId>,
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

    /// Warns that the text printed so far was reasoning: what is printed cannot be taken back.
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
        if !self.json {
            self.out.flush()?;
            self.tell_besides(turn);
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
    /// Tells what an answer has besides text: sources by their numbers, pictures, recordings.
    fn tell_besides(&self, turn: &Turn) {
        for (at, source) in turn.sources().iter().enumerate() {
            note(&format!("[{}] {}", at + 1, source.words()));
        }
        let save = match self.kept_in {
            Some(chat) => format!("save it with: pointsman history export {chat} --format markdown --out FILE.md"),
            None => "not kept, because of --incognito".to_owned(),
        };
        turn.media().filter_map(Block::media_line).for_each(|line| warn(&format!("{line}; {save}")));
        let blocks = turn.step().into_iter().flat_map(|step: &Step| &step.blocks);
        blocks.filter_map(Block::line).for_each(|line| warn(&line));
    }
}
