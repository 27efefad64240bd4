//! The table as a page for users. Must not know what should come of a fault.

use super::row::{Group, Row};
use super::run::Outcome;
use std::fmt::Write;

const OPENING: &str = "\
# What goes wrong, and what becomes of it

Networks fail, servers are busy, and endpoints send what no book allows. This page says what you see then. Every row was
run: `tests/faults.rs` has a server do it, asks it as the program does, reads the history afterwards, and writes this
page. In all of them a category is answered by the model `first`, and by `second` where that cannot, both of the provider
`oxlo`, whose key is in `OXLO_API_KEY`; where a judge decides, it is the model `arbiter`.

Whatever happens, **the prompt is kept**, and so is every word of an answer that came. Before the first word another
model may take over, and a line says so; after it nobody does: what came stays, Alt+G has its model go on, and Alt+A asks
again. The screen names such keys where the lines below name commands. F4 shows the details of a failure, as the endpoint
told them. *(nothing)* means that all looks as it always does.
";

/// The page over what was run.
pub(super) fn page(groups: &[(&Group, Vec<(&Row, Outcome)>)]) -> String {
    let mut page = OPENING.to_owned();
    for (group, rows) in groups {
        let _ = write!(page, "\n## {}\n\n{}\n\n", group.title, group.about);
        page.push_str("| the endpoint | you read | who is asked | what is kept |\n|---|---|---|---|\n");
        for (row, outcome) in rows {
            let reads: Vec<String> = outcome.reads.iter().map(|line| cell(line)).collect();
            let reads = if reads.is_empty() { "*(nothing)*".to_owned() } else { reads.join("<br>") };
            let (asked, kept) = (asked(&outcome.asks), kept(outcome));
            let _ = writeln!(page, "| {} | {reads} | {asked} | {kept} |", cell(row.does));
        }
    }
    page
}

/// Text as it stands in a cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

fn asked(asks: &str) -> String {
    let mut told: Vec<String> = Vec::new();
    let names: Vec<&str> = asks.split_whitespace().collect();
    for (at, name) in names.iter().enumerate() {
        let again = if names[..at].contains(name) { " again" } else { "" };
        told.push(if *name == "arbiter" { "the judge".to_owned() } else { format!("`{name}`{again}") });
    }
    if told.is_empty() { "nobody".to_owned() } else { told.join(", then ") }
}

fn kept(outcome: &Outcome) -> String {
    match (outcome.whole, outcome.text.is_empty()) {
        (true, false) => format!("the prompt, and the answer of `{}`", outcome.by),
        (_, true) => "the prompt".to_owned(),
        (false, false) => "the prompt, and what came".to_owned(),
    }
}
