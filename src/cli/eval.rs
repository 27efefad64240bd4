//! `pointsman eval`: how good the routing is on labelled prompts. What was learned from the user is left out, so that a
//! file has the same result on every machine.

mod metrics;

use super::Failure;
use super::output::{json_line, stdout};
use super::rows::{self, Labels};
use crate::cli::setup::Setup;
use crate::config::CategoryId;
use crate::engine::{Services, decide_only};
use crate::format;
use crate::router::train::Labelled;
use crate::router::{Decider, Decision, Learned, LocalDecision, Pictures, Previous, Query, RouteOverride};
use clap::ValueEnum;
use metrics::{Figures, Measured, Metrics, Row};
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Measure {
    /// The whole pipeline, as configured
    Auto,
    /// The whole pipeline without a judge
    Local,
    /// The classifier alone
    Classifier,
    /// The judge alone: one request for each row
    Judge,
}

pub(super) async fn run(setup: &Setup, file: &Path, measure: Measure, json: bool) -> Result<(), Failure> {
    let rows = rows::read(&[file.to_path_buf()], Labels::Configured(&setup.services.config))?;
    if matches!(measure, Measure::Judge) && !setup.services.providers.can_judge() {
        let what = "no provider here can judge; name one with a key, or measure '--decider local'";
        return Err(Failure::Usage(what.to_owned()));
    }
    let mut rows_measured = Vec::with_capacity(rows.len());
    for row in &rows {
        rows_measured.push(tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => return Err(Failure::Interrupted),
            one = measure_row(&setup.services, row, measure) => one.map_err(|why| {
                let number = rows_measured.len() + 1;
                Failure::Work(format!("row {number}: {why}; there are no figures of a judge that was not asked"))
            })?,
        });
    }
    let categories: Vec<CategoryId> =
        setup.services.config.registry.categories().iter().map(|category| category.id.clone()).collect();
    let figures = Figures::of(&rows_measured, &categories);
    let mut out = stdout();
    if json {
        json_line(&mut out, &figures)?;
    } else {
        print(&mut out, &figures)?;
    }
    Ok(())
}

/// A row by its words alone, and with what it says of attached pictures; the latter `None` when it says nothing.
///
/// # Errors
/// When the judge that is measured cannot be asked.
async fn measure_row(services: &Services, row: &Labelled, measure: Measure) -> Result<Row, String> {
    let known = match row.images {
        Some(images) => Some(answer(services, row, Pictures::of(images, false), measure).await?),
        None => None,
    };
    // What a judge says costs a request: it is asked once, with all that is known.
    let costs = matches!(measure, Measure::Judge | Measure::Auto) && services.providers.can_judge();
    let text_alone = match known.as_ref().filter(|_| costs) {
        Some(_) => None,
        None => Some(answer(services, row, Pictures::Unknown, measure).await?),
    };
    Ok(Row { text_alone, attachment_known: known })
}

async fn answer(services: &Services, row: &Labelled, pictures: Pictures, measure: Measure) -> Result<Measured, String> {
    let (route, learned) = (RouteOverride::default(), Learned::default());
    let turn = row.previous.as_ref().filter(|_| measure != Measure::Classifier);
    let previous = turn.map(|turn| Previous { prompt: &turn.prompt, reply: &turn.reply, category: &turn.category });
    let query = Query { prompt: &row.prompt, route: &route, previous, pictures, attached_tokens: 0 };
    let router = services.router();
    let begun = Instant::now();
    let (decision, covered) = match measure {
        Measure::Local | Measure::Classifier => {
            let LocalDecision { decision, sure } = router.consider(query, &learned);
            (decision, sure)
        }
        Measure::Auto => {
            let decision = decide_only(services, query, &learned).await;
            let local = !matches!(decision.decider, Decider::Judge | Decider::Default);
            (decision, local)
        }
        Measure::Judge => (services.decide_by_judge(query).await?, false),
    };
    let found = router.answering(&decision, query);
    Ok(Measured {
        expected: row.category.clone(),
        confidence: confidence(&decision, &found),
        found,
        covered,
        elapsed: begun.elapsed(),
    })
}

/// How probable `found` was. What was taken for a prompt about a picture has none: of the rest its share counts.
fn confidence(decision: &Decision, found: &CategoryId) -> Option<f64> {
    if *found == decision.category {
        return decision.confidence();
    }
    let of = |id: &CategoryId| decision.probabilities.iter().find(|(known, _)| known == id).map(|(_, p)| *p);
    let rest = 1.0 - of(&decision.category)?;
    of(found).map(|own| own / rest.max(f64::MIN_POSITIVE))
}

fn print(out: &mut impl Write, figures: &Figures) -> io::Result<()> {
    let Figures { text_alone, attachment_known, .. } = figures;
    for (what, metrics) in [("text alone", text_alone), ("attachment known", attachment_known)] {
        if let Some(metrics) = metrics {
            writeln!(out, "{what}: {}", format::count(metrics.n as u64, "prompt"))?;
            print_metrics(out, metrics)?;
        }
    }
    Ok(())
}

fn print_metrics(out: &mut impl Write, metrics: &Metrics) -> io::Result<()> {
    let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0));
    writeln!(out, "right            {}", percent(Some(metrics.accuracy)))?;
    writeln!(out, "macro-F1         {:.3}", metrics.macro_f1)?;
    writeln!(
        out,
        "without a judge  {}, {} of them right",
        percent(Some(metrics.coverage)),
        percent(metrics.covered_accuracy)
    )?;
    let ece = metrics.ece.map_or_else(|| "–".to_owned(), |ece| format!("{ece:.3}"));
    writeln!(out, "calibration      {ece} off, on average over 15 bins")?;
    let (p50, p99) = (metrics.latency_us.p50, metrics.latency_us.p99);
    writeln!(out, "time             {:.1} ms for half, {:.1} ms for 99 of 100", p50 as f64 / 1e3, p99 as f64 / 1e3)?;
    writeln!(out)?;
    let width = metrics.per_class.keys().map(|id| id.chars().count()).max().unwrap_or_default().max(8);
    writeln!(out, "{:width$}  precision  recall     F1  prompts", "category")?;
    for (id, class) in &metrics.per_class {
        let (precision, recall) = (class.precision, class.recall);
        writeln!(out, "{id:width$}      {precision:.3}   {recall:.3}  {:.3}  {:7}", class.f1, class.n)?;
    }
    writeln!(out)?;
    writeln!(out, "Rows: what it was. Columns: what it was taken for.")?;
    let heads: Vec<String> = metrics.confusion.keys().map(|id| format!("{id:>10.10}")).collect();
    writeln!(out, "{:width$}  {}", "", heads.join(" "))?;
    for (id, found) in &metrics.confusion {
        let counts: Vec<String> = found.values().map(|count| format!("{count:>10}")).collect();
        writeln!(out, "{id:width$}  {}", counts.join(" "))?;
    }
    writeln!(out)
}
