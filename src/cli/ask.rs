//! `pointsman ask`: one prompt, one answer. The answer streams to stdout and nothing else does.

use super::output::{Clean, decision_line, json_line, note, stdout, warn};
use super::{Failure, Wish, read_prompt, salt};
use crate::chat::name::Names;
use crate::chat::{ConversationId, Ending, Turn, TurnEvent, TurnId};
use crate::cli::setup::Setup;
use crate::config::ModelId;
use crate::engine::{Command, Engine, Event, Keeping};
use crate::provider::{Finish, Usage};
use crate::router::Decision;
use serde::Serialize;
use std::io::{self, Write};
use std::time::Duration;
use tokio::sync::mpsc;

pub(super) async fn run(setup: &Setup, route: &Wish, json: bool, prompt: Option<String>) -> Result<(), Failure> {
    let route = route.resolve(setup)?;
    let prompt = read_prompt(prompt)?;
    let asked_at = jiff::Timestamp::now();
    let mut names = Names::new(salt());
    let (chat, id) = (ConversationId(names.next(asked_at, 0)), TurnId(names.next(asked_at, 0)));
    let turn = Turn::new(id, prompt.as_str().into(), route.clone(), asked_at);
    let (engine, events) = Engine::start(setup.parts.clone().archiving());
    engine.send(Command::Submit { chat, parent: None, turn: id, prompt: turn.prompt.clone(), route, asked_at });
    let outcome = print(events, turn, Printer { out: stdout(), json, printed: 0 }).await;
    // However it went, what came is written down before the program ends.
    engine.close().await;
    outcome
}

/// Prints what comes of `turn` until it is over.
async fn print(mut events: mpsc::Receiver<Event>, mut turn: Turn, mut out: Printer) -> Result<(), Failure> {
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    while !turn.is_over() {
        let event = tokio::select! {
            biased;
            _ = &mut interrupted => return Err(Failure::Interrupted),
            event = events.recv() => event,
        };
        match event {
            Some(Event::Turn(of, event)) if of == turn.id => {
                turn.apply(event.clone());
                out.event(&event, &turn)?;
            }
            Some(Event::Notice(text)) => warn(&text),
            Some(Event::Keeping(Keeping::Nothing(why))) => warn(&format!("not kept: {why}")),
            Some(_) => {}
            None => return Err(Failure::Work("the engine stopped; this is a mistake in pointsman".to_owned())),
        }
    }
    Ok(())
}

/// A line of `--json`. What it is stands in `type` and once more as the name of its content.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Decision { decision: &'a Decision },
    Delta { delta: &'a str },
    Done { done: Done<'a> },
    Error { error: &'a str },
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
        Self {
            model: turn.model.as_ref(),
            finish,
            usage: turn.usage,
            first_text_us: turn.timings.first_text.map(us),
            total_us: turn.timings.total.map(us),
        }
    }
}

struct Printer {
    out: Clean<io::StdoutLock<'static>>,
    json: bool,
    /// So many bytes of the answer are out.
    printed: usize,
}

impl Printer {
    /// Prints what happened; `turn` is the record after it. The failure of the turn is the failure of the command.
    fn event(&mut self, event: &TurnEvent, turn: &Turn) -> Result<(), Failure> {
        match event {
            TurnEvent::Decided(decision) if self.json => {
                json_line(&mut self.out, &Line::Decision { decision })?;
            }
            TurnEvent::Decided(decision) => note(&decision_line(decision)),
            TurnEvent::Noted(what) => what.line().iter().for_each(|line| warn(line)),
            TurnEvent::Text { .. } => self.text(turn)?,
            TurnEvent::Ended { ending, .. } => return self.end(ending, turn),
            TurnEvent::Started
            | TurnEvent::Judging { .. }
            | TurnEvent::Asked { .. }
            | TurnEvent::Opened
            | TurnEvent::Alive
            | TurnEvent::Redirected(_)
            | TurnEvent::Reasoning { .. }
            | TurnEvent::Used(_) => {}
        }
        Ok(())
    }

    /// Prints what the answer has grown by, which is not all that came: empty lines before it are dropped.
    fn text(&mut self, turn: &Turn) -> io::Result<()> {
        let delta = turn.answer.get(self.printed..).unwrap_or_default();
        self.printed = turn.answer.len();
        if delta.is_empty() {
            return Ok(());
        }
        if self.json {
            return json_line(&mut self.out, &Line::Delta { delta });
        }
        self.out.write_all(delta.as_bytes())?;
        self.out.flush()
    }

    fn end(&mut self, ending: &Ending, turn: &Turn) -> Result<(), Failure> {
        let remark = ending.remark(&turn.answer);
        if !self.json && !turn.answer.is_empty() && !turn.answer.ends_with('\n') {
            self.out.write_all(b"\n")?;
        }
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
