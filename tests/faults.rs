//! The fault suite: everything that endpoints and networks do wrong, each run through the engine against a server that
//! does it. What the user reads, who was asked, who answered and what the history holds afterwards are checked, and
//! printed into `docs/faults.md`, so that page and program cannot differ.

mod connections;
mod course;
mod page;
mod refusals;
mod requests;
pub(crate) mod row;
pub(crate) mod run;
mod streams;

use futures_util::{StreamExt, stream};
use row::{Group, Row};
use run::Outcome;
use std::path::PathBuf;

/// How many rows run at once.
const AT_ONCE: usize = 16;

pub(crate) fn groups() -> Vec<Group> {
    let refusals = [
        refusals::refused(),
        refusals::no_such_model(),
        requests::parameters(),
        requests::too_long(),
        refusals::enveloped(),
        refusals::spent(),
        refusals::limited(),
        refusals::failing(),
    ];
    let others = [streams::odd(), streams::broken(), streams::unusual(), connections::connections()];
    refusals.into_iter().chain(others).chain([connections::silences(), course::course()]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_every_fault_ends_as_the_table_says_and_the_page_is_that_table() {
    let groups = groups();
    let rows: Vec<&Row> = groups.iter().flat_map(|group| &group.rows).collect();
    assert!(rows.len() >= 45, "{} rows", rows.len());
    let outcomes: Vec<Outcome> = stream::iter(rows).map(run::run).buffered(AT_ONCE).collect().await;
    let mut outcomes = outcomes.into_iter();
    let told: Vec<(&Group, Vec<(&Row, Outcome)>)> =
        groups.iter().map(|group| (group, group.rows.iter().zip(outcomes.by_ref()).collect())).collect();
    let wrong = told.iter().flat_map(|(_, rows)| rows).filter(|(row, outcome)| *outcome != Outcome::expected(row));
    let wrong: Vec<String> = wrong
        .map(|(row, outcome)| format!("{}:\n  {:?}\ninstead of\n  {outcome:?}", row.does, Outcome::expected(row)))
        .collect();
    assert!(wrong.is_empty(), "expected\n{}", wrong.join("\n"));
    // Elsewhere one row less can be run, and the system has other words for what happens.
    if cfg!(target_os = "linux") {
        let (path, page) = (PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md"), page::page(&told));
        if std::env::var_os("POINTSMAN_WRITE_DOCS").is_some() {
            std::fs::write(&path, &page).expect("it can be written");
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        let how = "POINTSMAN_WRITE_DOCS=1 cargo test --test suite faults";
        assert!(written == page, "docs/faults.md is not what was run; `{how}` writes it anew");
    }
}
