//! `pointsman history prune`: deletes chats by age, or the oldest until the history is small enough.

use super::{Common, Failure, question};
use crate::cli::output::{note, stdout};
use crate::cli::setup;
use crate::clock;
use crate::format::count;
use crate::format::size::{parse_size, size};
use crate::store::{Prune as Wanted, Pruned};
use clap::Args;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use std::io::Write;

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["older_than", "max_size"]))]
pub(in crate::cli) struct Prune {
    /// Delete chats in which nothing happened for so long, like 90d, '12 weeks' or 1y
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    older_than: Option<Timestamp>,
    /// Delete the oldest chats until the history is no larger, like 500MB or 1GiB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    max_size: Option<u64>,
    /// Only say what would go
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// When it was, so long ago.
fn parse_age(text: &str) -> Result<Timestamp, String> {
    let wrong = || format!("'{text}' is no age; write it like 90d, '12 weeks' or 1y");
    let span: Span = text.trim().parse().ok().filter(|span: &Span| !span.is_negative()).ok_or_else(wrong)?;
    clock::now().to_zoned(TimeZone::system()).checked_sub(span).map(|then| then.timestamp()).ok().ok_or_else(wrong)
}

pub(super) async fn run(common: &Common, prune: Prune) -> Result<(), Failure> {
    let store = setup::open_to_delete(common, false)?;
    let wanted = Wanted { older_than: prune.older_than, max_bytes: prune.max_size, ..Wanted::default() };
    let foreseen = store.prune(Wanted { dry_run: true, ..wanted }).await?;
    let held = size(foreseen.bytes_before);
    let what = what(&foreseen);
    let nothing = foreseen.chats + foreseen.decisions == 0;
    // Where nothing is deleted, there can still be room that was never given back to the disk.
    let roomy = too_large(foreseen.bytes_before, prune.max_size) && foreseen.bytes_after < foreseen.bytes_before;
    if nothing && !roomy {
        note(&format!("there is nothing to delete: no chat is that old, or needed to go; the history takes {held}"));
        return Ok(());
    }
    if prune.dry_run {
        let after = size(foreseen.bytes_after);
        writeln!(stdout(), "{what} would be deleted; the history takes {held}, and then about {after}")?;
        return Ok(());
    }
    if !nothing && !question::agreed(&format!("Delete {what} for good?"), prune.yes)? {
        return Ok(());
    }
    let pruned = store.prune(Wanted { at_most: Some(foreseen.chats), ..wanted }).await?;
    let after = size(pruned.bytes_after);
    writeln!(stdout(), "deleted {}; the history took {held} and takes {after}", self::what(&pruned))?;
    if too_large(pruned.bytes_after, prune.max_size) {
        note("that is still more than was asked for; where chats are left, prune again, and the rest is no chats");
    }
    Ok(())
}

fn too_large(bytes: u64, most: Option<u64>) -> bool {
    most.is_some_and(|most| bytes > most)
}

fn what(pruned: &Pruned) -> String {
    let chats = format!("{} with {}", count(pruned.chats, "chat"), count(pruned.turns, "turn"));
    match pruned.decisions {
        0 => chats,
        decisions => format!("{chats}, and {} without a chat", count(decisions, "decision")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn ages_are_read_as_people_write_them() {
        let days = |text: &str| clock::now().duration_since(parse_age(text).unwrap()).as_hours() / 24;
        for (text, about) in [("90d", 90), ("12 weeks", 84), ("1y", 365), ("2 months", 60), ("P1W", 7)] {
            assert!((about - 2..=about + 2).contains(&days(text)), "{text}: {}", days(text));
        }
        let now = clock::now();
        assert!(now.duration_since(parse_age("0s").unwrap()) < SignedDuration::from_secs(60));
        for text in ["", "soon", "90", "-5d", "99999y"] {
            assert!(parse_age(text).is_err_and(|why| why.contains("is no age")), "{text}");
        }
    }
}
