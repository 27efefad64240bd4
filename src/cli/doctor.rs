//! `pointsman doctor`: whether everything is as it should be, and what to do where it is not. One check family a file.
//!
//! Looks and asks; never mends, begins or keeps anything. What is wrong with the settings does not keep the rest from being
//! looked at.

mod answer;
mod check;
mod database;
mod folders;
mod formats;
mod network;
mod print;
mod program;
mod providers;
mod terminal;

use super::output::{Clean, note, stdout, width};
use super::{Common, Failure, setup};
use crate::config::Config;
use check::{Check, Status};
use clap::Args;
use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use print::Printer;
use providers::{Reach, Subject, subjects};
use std::io::{self, StdoutLock};

// How much is looked at, and how it is told.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Options {
    /// Ask every provider that has a key or needs none, also those that nothing uses
    #[arg(long)]
    all: bool,
    /// Send nothing that may cost: no answer is asked for, only lists of models
    #[arg(long)]
    no_requests: bool,
    /// Print all that is known of a failure
    #[arg(short, long)]
    verbose: bool,
    /// Print one JSON object: version, checks (area, name, status, found, fix, detail, figures), ok
    #[arg(long)]
    json: bool,
}

/// Looks at everything. The exit status: 2 where the settings are wrong, 1 where something else is, 0 otherwise.
pub(super) async fn run(common: &Common, options: Options) -> Result<(), Failure> {
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let mut report = Report::new(options);
    tokio::select! {
        biased;
        _ = &mut interrupted => return Err(Failure::Interrupted),
        done = look(common, options, &mut report) => done?,
    }
    report.end()
}

async fn look(common: &Common, options: Options, report: &mut Report) -> io::Result<()> {
    let (settings, config) = program::checks(common);
    let reach = match () {
        () if common.offline => Reach::Nobody,
        () if options.no_requests => Reach::Free,
        () => Reach::All,
    };
    let subjects = config.as_ref().map(subjects).unwrap_or_default();
    if reach == Reach::All {
        announce(subjects.iter().filter(|subject| subject.in_use || options.all));
    }
    report.add(settings)?;
    if let Err(Failure::Usage(what) | Failure::Work(what)) = setup::start_log(common) {
        report.add([Check::said(Status::Fail, "log", &what).within(program::AREA)])?;
    }
    report.add(folders::checks(common))?;
    report.add(database::checks(common))?;
    report.add(terminal::checks(&setup::variable))?;
    report.add(network::checks(config.as_ref(), crate::clock::now(), &setup::variable))?;
    match &config {
        Some(config) => look_at_providers(config, &subjects, reach, options.all, report).await,
        None => report.add([Check::ok("providers", "not looked at: the settings come first").within("providers")]),
    }
}

async fn look_at_providers(
    config: &Config,
    subjects: &[Subject<'_>],
    reach: Reach,
    all: bool,
    report: &mut Report,
) -> io::Result<()> {
    let (asked, left): (Vec<&Subject<'_>>, _) = subjects.iter().partition(|subject| subject.in_use || all);
    let mut found: FuturesOrdered<_> = asked.iter().map(|subject| subject.checks(config, reach)).collect();
    while let Some(checks) = found.next().await {
        report.add(checks)?;
    }
    let mut rest = Vec::new();
    if !subjects.iter().any(|subject| subject.in_use && subject.is_connected()) {
        let fix =
            "give a provider its key (see above), or start a server on this machine and name it: --provider ollama";
        rest.push(Check::warn(
            "connected",
            "nobody by these settings: a server found on this machine answers, else the manual",
            fix,
        ));
    }
    if !left.is_empty() {
        let names: Vec<&str> = left.iter().map(|subject| subject.name).collect();
        rest.push(Check::ok("not used", format!("{} (--all looks at them, too)", names.join(", "))));
    }
    report.add(rest.into_iter().map(|check| check.within("other providers")))
}

/// Says beforehand what it may cost.
fn announce<'a>(asked: impl Iterator<Item = &'a Subject<'a>>) {
    let names: Vec<&str> = asked.filter(|subject| subject.is_connected()).map(|subject| subject.name).collect();
    if !names.is_empty() {
        let who = names.join(", ");
        note(&format!("Asks {who}: 2 to 4 short requests each, which may cost; --no-requests: none.\n"));
    }
}

/// What was found, told as it comes or at the end.
struct Report {
    options: Options,
    printer: Printer<Clean<StdoutLock<'static>>>,
    checks: Vec<Check>,
}

impl Report {
    fn new(options: Options) -> Self {
        Self { options, printer: Printer::new(stdout(), width()), checks: Vec::new() }
    }

    fn add(&mut self, checks: impl IntoIterator<Item = Check>) -> io::Result<()> {
        for mut check in checks.into_iter().map(Check::cleaned) {
            if !self.options.verbose {
                check.detail.clear();
            }
            if !self.options.json {
                self.printer.check(&check)?;
            }
            self.checks.push(check);
        }
        Ok(())
    }

    fn end(mut self) -> Result<(), Failure> {
        match self.options.json {
            true => print::json(&mut self.printer.out, &self.checks)?,
            false => self.printer.end(&self.checks)?,
        }
        let failed = |area: Option<&str>| {
            let counts = |check: &&Check| check.status == Status::Fail && area.is_none_or(|area| check.area == area);
            self.checks.iter().any(|check| counts(&check))
        };
        match (failed(Some(program::AREA)), failed(None)) {
            (true, _) => Err(Failure::Told(2)),
            (false, true) => Err(Failure::Told(1)),
            (false, false) => Ok(()),
        }
    }
}
