//! `pointsman history routes`: the router's decisions as a table, or its report with bars.

use super::{Common, Failure};
use crate::chat::sanitize::one_line;
use crate::cli::output::{first_line, json_line, note, width};
use crate::cli::setup;
use crate::human::{columns, percent, report};
use crate::store::{DecisionRow, Filter, RouteReport, Store};
use clap::Args;
use jiff::tz::TimeZone;
use std::io::{self, Write};

/// A name longer than this is cut before it is measured.
const NAME: usize = 80;

#[derive(Debug, Args)]
pub(in crate::cli) struct Routes {
    /// Print a report instead: how often which category, model and decider, what judging cost, how fast models were
    #[arg(long, conflicts_with_all = ["limit", "category", "model", "decider"])]
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
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(common: &Common, routes: Routes) -> Result<(), Failure> {
    let store = setup::open_store(common)?;
    match routes.stats {
        true => stats(&store, routes.json).await,
        false => list(&store, routes).await,
    }
}

async fn list(store: &Store, routes: Routes) -> Result<(), Failure> {
    let Routes { limit, category, model, decider, json, .. } = routes;
    let filtered = category.is_some() || model.is_some() || decider.is_some();
    let filter = Filter {
        limit,
        category: category.map(Into::into),
        model: model.map(Into::into),
        decider,
        text: None,
        outcome: None,
    };
    let rows = store.decisions(filter).await?;
    let mut out = io::stdout().lock();
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

async fn stats(store: &Store, json: bool) -> Result<(), Failure> {
    let report = store.report(None).await?;
    let mut out = io::stdout().lock();
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
