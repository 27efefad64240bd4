//! `pointsman history search`: where something was said, with the words around it.

use super::named::title;
use super::{Common, Failure};
use crate::chat::{ConversationId, TurnId};
use crate::cli::output::{json_line, note};
use crate::cli::setup;
use crate::store::Hit;
use crate::text::sanitize::sanitize;
use clap::Args;
use crossterm::style::Stylize;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::io::{self, IsTerminal, Write};

#[derive(Debug, Args)]
pub(in crate::cli) struct Search {
    /// What was said, in a prompt or an answer
    text: String,
    /// Show no more than so many places
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A place in JSON; its keys are a contract.
#[derive(Serialize)]
struct Row<'a> {
    chat: ConversationId,
    title: &'a str,
    archived: bool,
    turn: TurnId,
    in_answer: bool,
    asked_at: Timestamp,
    snippet: Vec<Piece<'a>>,
}

#[derive(Serialize)]
struct Piece<'a> {
    text: &'a str,
    found: bool,
}

impl<'a> Row<'a> {
    fn of(hit: &'a Hit) -> Self {
        Self {
            chat: hit.chat,
            title: &hit.title,
            archived: hit.archived,
            turn: hit.turn,
            in_answer: hit.in_answer,
            asked_at: hit.asked_at,
            snippet: hit.snippet.iter().map(|(text, found)| Piece { text, found: *found }).collect(),
        }
    }
}

pub(super) async fn run(common: &Common, search: Search) -> Result<(), Failure> {
    if search.text.trim().is_empty() {
        return Err(Failure::Usage("there is nothing to search for; write a word or more".to_owned()));
    }
    let store = setup::open_store(common)?;
    let hits = store.search(search.text, search.limit).await?;
    let mut out = io::stdout().lock();
    if search.json {
        json_line(&mut out, &hits.iter().map(Row::of).collect::<Vec<_>>())?;
        return Ok(());
    }
    let timezone = TimeZone::system();
    let bold = out.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    for hit in &hits {
        let day = hit.asked_at.to_zoned(timezone.clone()).strftime("%Y-%m-%d").to_string();
        let archived = if hit.archived { " (archived)" } else { "" };
        writeln!(out, "{} {day} {}{archived}", hit.chat, title(&hit.title))?;
        writeln!(out, "    {}", snippet(hit, bold))?;
    }
    if hits.is_empty() {
        note("nothing was found");
    }
    Ok(())
}

/// The words around what was found, on one line.
fn snippet(hit: &Hit, bold: bool) -> String {
    let pieces = hit.snippet.iter().map(|(text, found)| {
        let text = sanitize(text).replace(['\n', '\t'], " ");
        if *found && bold { text.bold().to_string() } else { text }
    });
    pieces.collect::<String>().trim().to_owned()
}
