//! `pointsman history routes --full`: everything that is kept of one decision.

use crate::format::{count, duration, percent};
use crate::store::{DecisionRecord, DecisionRow};
use crate::text::sanitize::sanitize;
use jiff::tz::TimeZone;
use std::io::{self, Write};
use std::time::Duration;

/// How wide the names of the lines are.
const NAMES: usize = 12;

pub(super) fn print(out: &mut impl Write, row: &DecisionRow, timezone: &TimeZone) -> io::Result<()> {
    let kept: &DecisionRecord = row;
    let time = row.decided_at.to_zoned(timezone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let chat = row.chat.zip(row.turn).map(|(chat, turn)| {
        format!("{chat} {}, turn {turn}", super::super::named::title(row.title.as_deref().unwrap_or_default()))
    });
    let corrected = kept.corrected_to.as_ref().map(|to| format!(", corrected to {to}")).unwrap_or_default();
    let answered = kept.answered_by.as_ref().filter(|by| **by != kept.model);
    let answered = answered.map(|by| format!(", answered by {by}")).unwrap_or_default();
    let sure = kept.confidence.map(|sure| format!(", {}", percent(sure))).unwrap_or_default();
    let wished = if kept.overridden { ", as you said" } else { "" };
    let shares = kept.probabilities.iter().map(|(id, share)| format!("{id} {}", percent(*share)));
    let listed = |texts: Vec<String>| (!texts.is_empty()).then(|| texts.join(", "));
    let lines = [
        ("decision", Some(format!("{}, {time}", row.id.0))),
        ("chat", chat),
        ("prompt", Some(kept.prompt.clone())),
        ("category", Some(format!("{}{corrected}", kept.category))),
        ("model", Some(format!("{} of {}{answered}", kept.model, kept.provider))),
        ("decider", Some(format!("{}{sure}{wished}", kept.decider))),
        ("why", Some(kept.reason.clone()).filter(|why| !why.is_empty())),
        ("hint", kept.hint.clone()),
        ("evidence", listed(kept.evidence.clone())),
        ("categories", listed(shares.collect())),
        ("candidates", listed(kept.candidates.clone())),
        ("deciding", Some(deciding(kept))),
        ("outcome", Some(outcome(kept))),
    ];
    for (name, text) in lines.into_iter().filter_map(|(name, text)| Some((name, text?))) {
        // Lines of a longer text stand below its first.
        let text = sanitize(&text).trim_end().replace('\n', &format!("\n{:NAMES$}", ""));
        writeln!(out, "{name:NAMES$}{text}")?;
    }
    Ok(())
}

fn deciding(kept: &DecisionRecord) -> String {
    let took = duration(Duration::from_micros(kept.elapsed_us));
    format!("took {took} and {}", count(kept.requests, "request"))
}

/// How the turn ended, how fast it was and what it cost, as far as that is known.
fn outcome(kept: &DecisionRecord) -> String {
    let ms = |ms: Option<u64>| ms.map(|ms| duration(Duration::from_millis(ms)));
    let parts = [
        Some(kept.outcome.clone().unwrap_or_else(|| "unfinished".to_owned())),
        ms(kept.first_text_ms).map(|time| format!("first text after {time}")),
        ms(kept.total_ms).map(|time| format!("all after {time}")),
        kept.prompt_tokens.zip(kept.completion_tokens).map(|(sent, came)| format!("{sent} tokens sent, {came} came")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
