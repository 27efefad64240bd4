//! `pointsman history recover`: takes what can be read of a database that was set aside, or of an earlier version's, into the
//! current history; or has the current history looked through, and mended where it is damaged.

use super::{Common, Failure};
use crate::cli::output::{note, stdout};
use crate::cli::setup;
use crate::clock;
use crate::engine::copy_chat;
use crate::format::count;
use crate::store::{Bundle, Imported, Recovery, mark_to_be_read};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(in crate::cli) struct Recover {
    /// The database, such as pointsman.db.corrupt-…; it is left as it is. Without it: the current history
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(super) async fn run(common: &Common, recover: Recover) -> Result<(), Failure> {
    let current = setup::database(common)?;
    match recover.file.filter(|file| !is_same(file, &current)) {
        Some(file) => recover_from(common, &file, &current).await,
        None => look_through(common, &current).await,
    }
}

fn is_same(file: &Path, current: &Path) -> bool {
    file == current || file.canonicalize().ok().is_some_and(|file| current.canonicalize().is_ok_and(|it| it == file))
}

/// Opening the history reads all of it then, and what was mended is said.
async fn look_through(common: &Common, current: &Path) -> Result<(), Failure> {
    if current.exists() {
        mark_to_be_read(current);
    }
    let store = setup::open_to_write(common)?;
    writeln!(stdout(), "the history is whole: {}", count(store.chats().await?.len() as u64, "chat"))?;
    Ok(())
}

async fn recover_from(common: &Common, file: &Path, current: &Path) -> Result<(), Failure> {
    let folder = current.parent().unwrap_or(Path::new(""));
    let recovery = Recovery::of(file, folder, clock::now())?;
    let store = setup::open_to_write(common)?;
    let mut imported = Imported::default();
    for id in recovery.store.export_ids().await? {
        // One after the other, so that a long history takes no more memory than its longest chat.
        add(&mut imported, copy_chat(&recovery.store, id, &store).await?.unwrap_or_default());
    }
    let loose = recovery.store.loose().await?;
    let (decisions, lessons, verdicts) = (loose.decisions, loose.lessons, loose.verdicts);
    add(&mut imported, store.import(Bundle { decisions, lessons, verdicts, ..Bundle::default() }).await?);
    let name = file.display();
    let known = count(imported.known, "turn");
    let (chats, turns) = (count(imported.chats, "new chat"), count(imported.turns, "new turn"));
    let (decisions, lessons) = (count(imported.decisions, "decision"), count(imported.lessons, "lesson"));
    let mut out = stdout();
    writeln!(out, "{name}: {chats} with {turns}, {decisions} and {lessons} came in; {known} already there")?;
    note(&format!("of what was in the file, {}", recovery.salvaged));
    Ok(())
}

fn add(all: &mut Imported, more: Imported) {
    all.chats += more.chats;
    all.turns += more.turns;
    all.known += more.known;
    all.lessons += more.lessons;
    all.decisions += more.decisions;
}
