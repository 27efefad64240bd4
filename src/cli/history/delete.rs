//! `pointsman history delete`: chats, or everything, for good.

use super::{Common, Failure, named, question};
use crate::cli::output::{note, stdout};
use crate::cli::setup;
use crate::clock;
use crate::format::count;
use crate::store::StoreOp;
use clap::Args;
use std::io::Write;

#[derive(Debug, Args)]
pub(in crate::cli) struct Delete {
    /// Which: the beginning of each name, as far as no other has it, or 'last'
    #[arg(value_name = "NAME", required_unless_present = "all", conflicts_with = "all")]
    names: Vec<String>,
    /// Delete every chat, decision and lesson
    #[arg(long)]
    all: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(common: &Common, delete: Delete) -> Result<(), Failure> {
    let store = setup::open_to_delete(common, delete.all)?;
    if delete.all {
        let what = "every chat and decision, all that was learned, and what was set aside as damaged";
        if !question::agreed(&format!("Delete {what}, for good?"), delete.yes)? {
            return Ok(());
        }
        let deleted = store.delete_all().await?;
        let [chats, turns] = [count(deleted.chats, "chat"), count(deleted.turns, "turn")];
        let [decisions, lessons] = [count(deleted.decisions, "decision"), count(deleted.lessons, "lesson")];
        let folder = store.path().parent().unwrap_or(store.path()).display().to_string();
        let mut out = stdout();
        writeln!(out, "deleted {chats} with {turns}, {decisions} and {lessons}; nothing is left of them in {folder}")?;
        return Ok(());
    }
    let chats = named::all(&store, &delete.names).await?;
    let turns = count(chats.iter().map(|chat| chat.turns).sum(), "turn");
    let what = format!("{} with {turns}", count(chats.len() as u64, "chat"));
    for chat in &chats {
        note(&named::label(chat));
    }
    if !question::agreed(&format!("Delete {what} for good?"), delete.yes)? {
        return Ok(());
    }
    let now = clock::now();
    let marks = chats.iter().map(|chat| StoreOp::Delete(chat.head.id, now));
    // What was deleted on the screen and could have been had back goes with it.
    store.write(marks.chain([StoreOp::Purge]).collect()).await?;
    writeln!(stdout(), "deleted {what}")?;
    Ok(())
}
