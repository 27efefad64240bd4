//! The table of verdicts: what a judge said, by key.

use super::value;
use crate::router::CachedJudgement;
use rusqlite::{Connection, Row, params};

/// How many verdicts are recalled. They take a few hundred bytes each; older ones are kept but sleep.
const RECALLED_MAX: i64 = 10_000;

pub(super) fn remember(connection: &Connection, verdict: &CachedJudgement) -> rusqlite::Result<()> {
    write(
        connection,
        verdict,
        "UPDATE SET category = excluded.category, model = excluded.model, confidence = excluded.confidence,
         reason = excluded.reason, decided_at = excluded.decided_at",
    )
}

/// Keeps a verdict where there is none under its key.
pub(super) fn add(connection: &Connection, verdict: &CachedJudgement) -> rusqlite::Result<()> {
    write(connection, verdict, "NOTHING")
}

fn write(connection: &Connection, verdict: &CachedJudgement, on_conflict: &str) -> rusqlite::Result<()> {
    connection
        .prepare(&format!(
            "INSERT INTO verdicts (key, category, model, confidence, reason, decided_at) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (key) DO {on_conflict}"
        ))?
        .execute(params![
            verdict.key,
            verdict.category.as_str(),
            verdict.model.as_str(),
            verdict.confidence,
            verdict.reason,
            verdict.decided_at.as_millisecond(),
        ])
        .map(drop)
}

/// Every verdict, by its key.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<CachedJudgement>> {
    connection.prepare("SELECT * FROM verdicts ORDER BY key")?.query_map([], verdict)?.collect()
}

pub(super) fn newest(connection: &Connection) -> rusqlite::Result<Vec<CachedJudgement>> {
    let mut statement = connection.prepare("SELECT * FROM verdicts ORDER BY decided_at DESC, key LIMIT ?")?;
    statement.query_map([RECALLED_MAX], verdict)?.collect()
}

fn verdict(row: &Row<'_>) -> rusqlite::Result<CachedJudgement> {
    Ok(CachedJudgement {
        key: value::text(row, "key")?,
        category: value::text(row, "category")?.into(),
        model: value::text(row, "model")?.into(),
        confidence: row.get("confidence")?,
        reason: value::text(row, "reason")?,
        decided_at: value::time(row, "decided_at")?,
    })
}
