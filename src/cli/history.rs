//! `pointsman history`: what was kept of earlier runs. One file a subcommand.

mod routes;

use super::{Common, Failure};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum HistoryCommand {
    /// List the router's decisions, the newest first, or report on them
    Routes(routes::Routes),
}

pub(super) async fn run(common: &Common, what: HistoryCommand) -> Result<(), Failure> {
    match what {
        HistoryCommand::Routes(routes) => routes::run(common, routes).await,
    }
}
