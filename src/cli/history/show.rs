//! `pointsman history show`: one chat as readable text, as JSON, or the exact request of one of its turns.

use super::named::{self, LAST};
use super::{Common, Failure};
use crate::archive::{self, Page};
use crate::chat::{Conversation, Turn, TurnId};
use crate::cli::output::{json_line, stdout};
use crate::cli::setup;
use clap::Args;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::io::Write;

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// The beginning of its name, as far as no other has it, or 'last'
    #[arg(value_name = "NAME", default_value = LAST)]
    name: String,
    /// Show the model's reasoning, too
    #[arg(long, conflicts_with = "request")]
    reasoning: bool,
    /// Print it as JSON: the object of 'export --format json', with the reasoning
    #[arg(long, conflicts_with = "request")]
    json: bool,
    /// Print as JSON what a model was sent for this turn: its number from 1, its name, or 'last'
    #[arg(long, value_name = "TURN")]
    request: Option<String>,
}

pub(super) async fn run(common: &Common, show: Show) -> Result<(), Failure> {
    let store = setup::open_store(common)?;
    let id = named::one(&store, &show.name).await?.head.id;
    let gone = || Failure::Work(format!("the chat {id} is gone: another program deleted it just now"));
    let mut out = stdout();
    if show.json {
        let kept = store.kept_chat(id).await?.ok_or_else(gone)?;
        write!(out, "{}", archive::object(&kept))?;
        return Ok(());
    }
    let chat = store.chat(id).await?.ok_or_else(gone)?;
    if let Some(turn) = &show.request {
        json_line(&mut out, &request(&chat.conversation, turn)?)?;
        return Ok(());
    }
    let page = Page {
        title: &chat.head.title,
        started_at: chat.head.started_at,
        conversation: &chat.conversation,
        withdrawn: &BTreeSet::new(),
        reasoning: show.reasoning,
        timezone: TimeZone::system(),
        beside: None,
    };
    write!(out, "{}", page.text())?;
    Ok(())
}

/// What a model was sent for the turn that `name` names.
fn request(conversation: &Conversation, name: &str) -> Result<serde_json::Value, Failure> {
    let id = turn(conversation, name).ok_or_else(|| {
        let many = conversation.turns().len();
        Failure::Usage(format!(
            "there is no turn '{name}' in {}: it would be a number from 1 to {many}, 'last', or the beginning of a \
             turn's name, which 'pointsman history show {0} --json' lists",
            conversation.id()
        ))
    })?;
    let request = conversation.request(id).map(|(url, body)| serde_json::json!({"url": url, "body": body}));
    request.ok_or_else(|| {
        Failure::Work(format!("the turn {id} has no request: nobody was asked, or it was imported from elsewhere"))
    })
}

fn turn(conversation: &Conversation, name: &str) -> Option<TurnId> {
    let shown = conversation.turns();
    // No name is that short, and the beginnings of all names are alike.
    let number = name.parse::<usize>().ok().filter(|number| *number <= shown.len());
    match number {
        _ if name == LAST => conversation.leaf(),
        Some(number) => shown.get(number.checked_sub(1)?).map(Turn::id),
        None => {
            let name = name.to_ascii_lowercase();
            let mut fits = conversation.all().into_iter().filter(|turn| turn.id().to_string().starts_with(&name));
            fits.next().filter(|_| fits.next().is_none()).map(Turn::id)
        }
    }
}
