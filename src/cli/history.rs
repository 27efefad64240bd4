//! `pointsman history`: what was kept of earlier runs. One file a subcommand.

mod delete;
mod export;
mod import;
mod list;
mod named;
mod prune;
mod question;
mod recover;
mod routes;
mod search;
mod show;

use super::{Common, Failure, output, setup};
use clap::Subcommand;
use std::io::Write;

#[derive(Debug, Subcommand)]
pub(super) enum HistoryCommand {
    /// List the chats, what was touched last first
    List(list::List),
    /// Show a chat as readable text
    Show(show::Show),
    /// Find chats by what was said in them
    Search(search::Search),
    /// Write chats to a file or stdout: all of them, as a backup, unless told otherwise
    Export(export::Export),
    #[command(about = "Take in what 'export' wrote, or ChatGPT's conversations.json")]
    Import(import::Import),
    /// Take in what can be read of a damaged history that was set aside, or look the current one through
    Recover(recover::Recover),
    /// Delete old chats, or as many of the oldest as it takes to make the history small
    Prune(prune::Prune),
    /// Delete chats for good, or everything
    Delete(delete::Delete),
    /// Print where the history is kept
    Path,
    /// List the router's decisions, the newest first, or report on them
    Routes(routes::Routes),
}

pub(super) async fn run(common: &Common, what: HistoryCommand) -> Result<(), Failure> {
    match what {
        HistoryCommand::List(list) => list::run(common, list).await,
        HistoryCommand::Show(show) => show::run(common, show).await,
        HistoryCommand::Search(search) => search::run(common, search).await,
        HistoryCommand::Export(export) => export::run(common, export).await,
        HistoryCommand::Import(import) => import::run(common, import).await,
        HistoryCommand::Recover(recover) => recover::run(common, recover).await,
        HistoryCommand::Prune(prune) => prune::run(common, prune).await,
        HistoryCommand::Delete(delete) => delete::run(common, delete).await,
        HistoryCommand::Path => {
            writeln!(output::stdout(), "{}", setup::database(common)?.display())?;
            Ok(())
        }
        HistoryCommand::Routes(routes) => routes::run(common, routes).await,
    }
}
