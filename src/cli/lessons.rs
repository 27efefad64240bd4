//! `pointsman lessons`: what the user taught by correcting decisions, what became of models' answers, and taking either
//! back.

use super::output::{first_line, json_line, note, stdout, width};
use super::{Common, Failure, setup};
use crate::clock;
use crate::config::ModelId;
use crate::format::{columns, count};
use crate::router::{KnownOutcome, Lesson, LessonId, OutcomeId};
use crate::store::{Recalled, Store, UndoneImports};
use crate::text::sanitize::one_line;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

/// A name longer than this is cut before it is measured.
const NAME: usize = 80;
/// The name of a file before a prompt is cut to so many characters.
const FILE: usize = 24;
/// The name of an imported file is as long as this at most.
pub(super) const IMPORT_NAME: usize = 100;

#[derive(Debug, Clone, Subcommand)]
pub(super) enum LessonsCommand {
    /// List the lessons in force, and below them which models you chose; with --json the lessons alone (the default)
    List,
    /// List which models you chose when you asked the same again
    Models,
    /// Put a lesson out of force, or have a choice of a model not count any more
    Undo(Undo),
}

#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Undo {
    /// Its number in the list
    id: Option<Name>,
    /// All that was imported, or all from the file of this name, with the judges' verdicts that came along
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "")]
    imported: Option<String>,
}

/// What stands before the number of an outcome in the list.
const OUTCOME: char = 'm';

/// How a line of the list is named: 3 is a lesson, m3 an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Lesson(LessonId),
    Outcome(OutcomeId),
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (digits, outcome) = text.strip_prefix(OUTCOME).map_or((text, false), |digits| (digits, true));
        let number = digits.parse().map_err(|_no_number| "write a number of the list, like 3 or m3".to_owned())?;
        Ok(if outcome { Self::Outcome(OutcomeId(number)) } else { Self::Lesson(LessonId(number)) })
    }
}

/// A lesson in JSON; its keys are a contract.
#[derive(Serialize)]
struct Row<'a> {
    id: i64,
    prompt: &'a str,
    decided: &'a str,
    category: &'a str,
    scope: &'a str,
    taught_at: Timestamp,
    imported_from: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn of(lesson: &'a Lesson) -> Self {
        Self {
            id: lesson.id.0,
            prompt: &lesson.prompt,
            decided: lesson.decided.as_str(),
            category: lesson.category.as_str(),
            scope: lesson.scope.name(),
            taught_at: lesson.taught_at,
            imported_from: lesson.imported_from.as_deref(),
        }
    }
}

/// An outcome in JSON; its keys are a contract.
#[derive(Serialize)]
struct OutcomeRow<'a> {
    id: String,
    kind: &'a str,
    prompt: &'a str,
    category: &'a str,
    winner: Option<&'a str>,
    loser: &'a str,
    weight: f64,
    at: Timestamp,
}

impl<'a> OutcomeRow<'a> {
    fn of(known: &'a KnownOutcome) -> Self {
        let outcome = &known.outcome;
        Self {
            id: name(known),
            kind: outcome.kind.name(),
            prompt: &outcome.prompt,
            category: outcome.category.as_str(),
            winner: outcome.winner.as_ref().map(ModelId::as_str),
            loser: outcome.loser.as_str(),
            weight: f64::from(outcome.kind.halves()) / 2.0,
            at: outcome.at,
        }
    }
}

/// `m3`.
fn name(known: &KnownOutcome) -> String {
    format!("{OUTCOME}{}", known.id.0)
}

pub(super) async fn run(common: &Common, what: LessonsCommand, json: bool) -> Result<(), Failure> {
    let store = setup::open_store(common)?;
    let mut out = stdout();
    match what {
        LessonsCommand::List => {
            let Recalled { lessons, outcomes, .. } = store.recall().await?;
            if json {
                return Ok(json_line(&mut out, &lessons.iter().map(Row::of).collect::<Vec<_>>())?);
            }
            print_table(&mut out, &lessons)?;
            if !outcomes.is_empty() {
                print_outcomes(&mut out, &outcomes)?;
            }
        }
        LessonsCommand::Models => {
            let outcomes = store.recall().await?.outcomes;
            match json {
                true => json_line(&mut out, &outcomes.iter().map(OutcomeRow::of).collect::<Vec<_>>())?,
                false => print_outcomes(&mut out, &outcomes)?,
            }
        }
        LessonsCommand::Undo(Undo { id: None, imported }) => {
            undo_imported(&store, imported.filter(|file| !file.is_empty()), json).await?;
        }
        LessonsCommand::Undo(Undo { id: Some(Name::Lesson(id)), .. }) => {
            let Some(lesson) = store.undo_lesson(id, clock::now()).await? else {
                return Err(Failure::Usage(format!(
                    "there is no lesson {} in force; 'pointsman lessons' lists them",
                    id.0
                )));
            };
            match json {
                true => json_line(&mut out, &Row::of(&lesson))?,
                false => writeln!(out, "undone: {}", describe(&lesson))?,
            }
        }
        LessonsCommand::Undo(Undo { id: Some(Name::Outcome(id)), .. }) => {
            let Some(known) = store.undo_outcome(id, clock::now()).await? else {
                return Err(Failure::Usage(format!(
                    "there is no choice {OUTCOME}{} that counts; 'pointsman lessons models' lists them",
                    id.0
                )));
            };
            match json {
                true => json_line(&mut out, &OutcomeRow::of(&known))?,
                false => writeln!(
                    out,
                    "undone: {}, {} for '{}'",
                    name(&known),
                    one_line(&known.outcome.to_string(), NAME),
                    first_line(known.outcome.asked())
                )?,
            }
        }
    }
    Ok(())
}

/// Puts out of force what was imported, all of it or all from one file. A file is known by its name without folders.
async fn undo_imported(store: &Store, from: Option<String>, json: bool) -> Result<(), Failure> {
    let name = |path: &Path| one_line(&path.file_name().unwrap_or_default().to_string_lossy(), IMPORT_NAME);
    let from = from.map(|file| name(Path::new(&file)));
    let undone = store.undo_imported(from.clone(), clock::now()).await?;
    let UndoneImports { lessons, verdicts } = undone;
    let file = from.map_or_else(|| "a file".to_owned(), |from| format!("'{from}'"));
    if lessons == 0 && verdicts == 0 {
        return Err(Failure::Usage(format!(
            "no lesson in force came from {file}; 'pointsman lessons' says where each came from"
        )));
    }
    if json {
        return Ok(json_line(&mut stdout(), &UndoneRow { lessons, verdicts })?);
    }
    let what = format!("{} and {}", count(lessons, "lesson"), count(verdicts, "verdict"));
    writeln!(stdout(), "undone: {what} that came from {file}")?;
    Ok(())
}

/// What of imports was undone, in JSON; its keys are a contract.
#[derive(Serialize)]
struct UndoneRow {
    lessons: u64,
    verdicts: u64,
}

fn describe(lesson: &Lesson) -> String {
    let [decided, category] = [&lesson.decided, &lesson.category].map(|id| one_line(id.as_str(), NAME));
    format!("lesson {}, {category} instead of {decided} for '{}'", lesson.id.0, first_line(&lesson.prompt))
}

/// Number, day, scope, what became what, prompt.
fn print_table(out: &mut impl Write, lessons: &[Lesson]) -> io::Result<()> {
    if lessons.is_empty() {
        note("there are no lessons yet; correct a decision on the screen, and what it teaches is listed here");
    }
    let timezone = TimeZone::system();
    let cells = |lesson: &Lesson| {
        [
            lesson.id.0.to_string(),
            lesson.taught_at.to_zoned(timezone.clone()).strftime("%Y-%m-%d").to_string(),
            lesson.scope.name().to_owned(),
            one_line(lesson.decided.as_str(), NAME),
            format!("→ {}", one_line(lesson.category.as_str(), NAME)),
            match &lesson.imported_from {
                Some(file) => format!("from {}: {}", one_line(file, FILE), first_line(&lesson.prompt)),
                None => first_line(&lesson.prompt),
            },
        ]
    };
    for line in columns::table(&lessons.iter().map(cells).collect::<Vec<_>>(), width()) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Number, day, which model over which, category, prompt.
fn print_outcomes(out: &mut impl Write, outcomes: &[KnownOutcome]) -> io::Result<()> {
    if outcomes.is_empty() {
        note(
            "no model was chosen over another yet; ask the same again elsewhere, and what you go on with is listed here",
        );
    }
    let timezone = TimeZone::system();
    let cells = |known: &KnownOutcome| {
        let outcome = &known.outcome;
        [
            name(known),
            outcome.at.to_zoned(timezone.clone()).strftime("%Y-%m-%d").to_string(),
            one_line(&outcome.to_string(), NAME),
            one_line(outcome.category.as_str(), NAME),
            first_line(outcome.asked()),
        ]
    };
    for line in columns::table(&outcomes.iter().map(cells).collect::<Vec<_>>(), width()) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
