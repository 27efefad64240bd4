//! `pointsman lessons`: what the user taught by correcting decisions, and taking it back.

use super::output::{first_line, json_line, note, stdout, width};
use super::{Common, Failure, setup};
use crate::format::columns;
use crate::router::{Lesson, LessonId};
use crate::text::sanitize::one_line;
use clap::Subcommand;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::io::{self, Write};

/// A name longer than this is cut before it is measured.
const NAME: usize = 80;

#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum LessonsCommand {
    /// List the lessons in force (the default)
    List,
    /// Put a lesson out of force
    Undo {
        /// Its number in the list
        id: i64,
    },
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
        }
    }
}

pub(super) async fn run(common: &Common, what: LessonsCommand, json: bool) -> Result<(), Failure> {
    let store = setup::open_store(common)?;
    let mut out = stdout();
    match what {
        LessonsCommand::List => {
            let lessons = store.recall().await?.lessons;
            match json {
                true => json_line(&mut out, &lessons.iter().map(Row::of).collect::<Vec<_>>())?,
                false => print_table(&mut out, &lessons)?,
            }
        }
        LessonsCommand::Undo { id } => {
            let Some(lesson) = store.undo_lesson(LessonId(id), Timestamp::now()).await? else {
                return Err(Failure::Usage(format!(
                    "there is no lesson {id} in force; 'pointsman lessons' lists them"
                )));
            };
            match json {
                true => json_line(&mut out, &Row::of(&lesson))?,
                false => writeln!(out, "undone: {}", describe(&lesson))?,
            }
        }
    }
    Ok(())
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
            first_line(&lesson.prompt),
        ]
    };
    for line in columns::table(&lessons.iter().map(cells).collect::<Vec<_>>(), width()) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}
