//! `pointsman history routes`: the router's decisions as a table, one of them in full, or its report with bars.

mod full;

use super::named::LAST;
use super::{Common, Failure};
use crate::cli::output::{first_line, json_line, note, stdout, width};
use crate::cli::setup;
use crate::format::{columns, percent};
use crate::report;
use crate::store::{DecisionId, DecisionRow, Filter, RouteReport, Store};
use crate::text::sanitize::one_line;
use clap::Args;
use jiff::tz::TimeZone;
use std::io::{self, Write};

/// A name longer than this is cut before it is measured.
const NAME: usize = 80;

#[derive(Debug, Args)]
pub(in crate::cli) struct Routes {
    /// Print a report instead: how often which category, model and decider, what judging cost, how fast models were
    #[arg(long, conflicts_with_all = ["limit", "category", "model", "decider", "outcome", "search", "full"])]
    stats: bool,
    /// List no more than so many
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Only those taken for this category, or corrected to it
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    /// Only those for this model, or answered by it
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// Only those of this decider: override, follow-up, classifier, judge…
    #[arg(long, value_name = "DECIDER")]
    decider: Option<String>,
    /// Only those of turns that ended so
    #[arg(long, value_name = "OUTCOME", value_parser = ["answered", "stopped", "failed", "unfinished"])]
    outcome: Option<String>,
    /// Only those with this text in the prompt
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Print all of one decision: its id, as --json lists it, or 'last' for the newest that fits
    #[arg(long, value_name = "ID")]
    full: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(common: &Common, routes: Routes) -> Result<(), Failure> {
    let store = setup::open_store(common)?;
    match routes.stats {
        true => stats(&store, routes.json).await,
        false if routes.full.is_some() => one(&store, routes).await,
        false => list(&store, routes).await,
    }
}

async fn list(store: &Store, routes: Routes) -> Result<(), Failure> {
    let json = routes.json;
    let filter = filter(routes);
    let filtered = filter != Filter { limit: filter.limit, ..ANY };
    let rows = store.decisions(filter).await?;
    let mut out = stdout();
    if json {
        json_line(&mut out, &rows)?;
    } else if rows.is_empty() && filtered {
        note("no decision fits; 'pointsman history routes' lists them without a filter");
    } else if rows.is_empty() {
        say_empty();
    } else {
        let timezone = TimeZone::system();
        let cells: Vec<_> = rows.iter().map(|row| cells(row, &timezone)).collect();
        for line in columns::table(&cells, width()) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// Excludes nothing.
const ANY: Filter = Filter { limit: usize::MAX, category: None, model: None, decider: None, text: None, outcome: None };

fn filter(routes: Routes) -> Filter {
    Filter {
        limit: routes.limit,
        category: routes.category.map(Into::into),
        model: routes.model.map(Into::into),
        decider: routes.decider,
        text: routes.search,
        outcome: routes.outcome,
    }
}

async fn one(store: &Store, mut routes: Routes) -> Result<(), Failure> {
    let json = routes.json;
    let name = routes.full.take().unwrap_or_default();
    let row = if name == LAST {
        store.decisions(Filter { limit: 1, ..filter(routes) }).await?.pop()
    } else {
        let wrong = |_| Failure::Usage(format!("'{name}' is no id of a decision; --json lists them, or write 'last'"));
        store.decision(DecisionId(name.parse().map_err(wrong)?)).await?
    };
    let Some(row) = row else {
        return Err(Failure::Usage(format!(
            "there is no decision '{name}'; 'pointsman history routes --json' lists them"
        )));
    };
    let mut out = stdout();
    match json {
        true => json_line(&mut out, &row)?,
        false => full::print(&mut out, &row, &TimeZone::system())?,
    }
    Ok(())
}

async fn stats(store: &Store, json: bool) -> Result<(), Failure> {
    let report = store.report(None).await?;
    let mut out = stdout();
    if json {
        json_line(&mut out, &report)?;
    } else if report.prompts == 0 {
        say_empty();
    } else {
        print_report(&mut out, &report, width())?;
    }
    Ok(())
}

fn say_empty() {
    note("there are no decisions yet; ask something, on the screen or with 'pointsman ask', and each is listed here");
}

/// Time, category, whether the user had a say, model, decider, confidence, prompt.
fn cells(row: &DecisionRow, timezone: &TimeZone) -> [String; 7] {
    let category = row.corrected_to.as_ref().unwrap_or(&row.category);
    let model = row.answered_by.as_ref().unwrap_or(&row.model);
    let says_user = row.overridden || row.corrected_to.is_some();
    [
        row.decided_at.to_zoned(timezone.clone()).strftime("%m-%d %H:%M").to_string(),
        one_line(category.as_str(), NAME),
        if says_user { "✎" } else { " " }.to_owned(),
        one_line(model.as_str(), NAME),
        one_line(&row.decider, NAME),
        columns::right(&row.confidence.map(percent).unwrap_or_default(), 6),
        first_line(&row.prompt),
    ]
}

fn print_report(out: &mut impl Write, report: &RouteReport, width: usize) -> io::Result<()> {
    writeln!(out, "{}", report::headline(report))?;
    for section in report::sections(report, width) {
        writeln!(out, "\n{}", section.title)?;
        for line in section.lines {
            writeln!(out, "{}", line.text())?;
        }
    }
    Ok(())
}
