//! `pointsman history list`: the chats as a table.

use super::named::title;
use super::{Common, Failure};
use crate::chat::ConversationId;
use crate::cli::output::{json_line, note, stdout, width};
use crate::cli::setup;
use crate::format::{columns, count};
use crate::store::ChatRow;
use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::io::Write;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// List those that were put away, too
    #[arg(long)]
    archived: bool,
    /// List no more than so many
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A chat in JSON; its keys are a contract.
#[derive(Serialize)]
struct Row<'a> {
    id: ConversationId,
    title: &'a str,
    started_at: Timestamp,
    updated_at: Timestamp,
    turns: u64,
    archived: bool,
    interrupted: bool,
}

impl<'a> Row<'a> {
    fn of(chat: &'a ChatRow) -> Self {
        Self {
            id: chat.head.id,
            title: &chat.head.title,
            started_at: chat.head.started_at,
            updated_at: chat.updated_at,
            turns: chat.turns,
            archived: chat.head.archived,
            interrupted: chat.interrupted,
        }
    }
}

pub(super) async fn run(common: &Common, list: List) -> Result<(), Failure> {
    let store = setup::open_store(common)?;
    let mut chats = store.chats().await?;
    let all = chats.len();
    chats.retain(|chat| list.archived || !chat.head.archived);
    let put_away = all - chats.len();
    let wanted = chats.len();
    chats.truncate(list.limit);
    let mut out = stdout();
    if list.json {
        json_line(&mut out, &chats.iter().map(Row::of).collect::<Vec<_>>())?;
        return Ok(());
    }
    let timezone = TimeZone::system();
    let cells: Vec<_> = chats.iter().map(|chat| cells(chat, &timezone)).collect();
    for line in columns::table(&cells, width()) {
        writeln!(out, "{line}")?;
    }
    if all == 0 {
        note("there are no chats yet; what you ask on the screen is listed here, and what you import");
    } else if wanted == 0 {
        note(&format!("no open chats, {put_away} archived (--archived)"));
    } else if wanted > chats.len() {
        note(&format!("{} more; --limit {wanted} lists them", wanted - chats.len()));
    }
    let withdrawn = store.withdrawn_chats().await?;
    if !withdrawn.is_empty() {
        let names: Vec<String> = withdrawn.iter().map(|chat| chat.head.id.to_string()).collect();
        let chats = count(withdrawn.len() as u64, "chat");
        let names = names.join(" ");
        note(&format!("in {chats} more every prompt was taken back; 'pointsman history delete {names}' deletes that"));
    }
    Ok(())
}

/// Name, when it was touched last, turns, state, title.
fn cells(chat: &ChatRow, timezone: &TimeZone) -> [String; 5] {
    let state = match (chat.head.archived, chat.interrupted) {
        (true, _) => "archived",
        (false, true) => "interrupted",
        (false, false) => "",
    };
    [
        chat.head.id.to_string(),
        chat.updated_at.to_zoned(timezone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
        columns::right(&chat.turns.to_string(), 3.max(chat.turns.to_string().len())),
        state.to_owned(),
        title(&chat.head.title),
    ]
}
