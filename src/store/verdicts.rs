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
        None,
        "UPDATE SET category = excluded.category, model = excluded.model, confidence = excluded.confidence,
         reason = excluded.reason, decided_at = excluded.decided_at, imported_from = NULL",
    )
    .map(drop)
}

/// Keeps a verdict from a file where there is none under its key; says whether there was none.
pub(super) fn add(connection: &Connection, verdict: &CachedJudgement, from: Option<&str>) -> rusqlite::Result<bool> {
    write(connection, verdict, from, "NOTHING")
}

/// Forgets the verdicts that were imported; of those from one file where it is named. Gives back how many.
pub(super) fn forget_imported(connection: &Connection, from: Option<&str>) -> rusqlite::Result<u64> {
    let imported =
        "DELETE FROM verdicts WHERE imported_from IS NOT NULL AND imported_from = coalesce(?, imported_from)";
    connection.execute(imported, [from]).map(|count| count as u64)
}

fn write(
    connection: &Connection,
    verdict: &CachedJudgement,
    from: Option<&str>,
    on_conflict: &str,
) -> rusqlite::Result<bool> {
    connection
        .prepare(&format!(
            "INSERT INTO verdicts (key, category, model, confidence, reason, decided_at, imported_from)
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO {on_conflict}"
        ))?
        .execute(params![
            verdict.key,
            verdict.category.as_str(),
            verdict.model.as_str(),
            verdict.confidence,
            verdict.reason,
            verdict.decided_at.as_millisecond(),
            from,
        ])
        .map(|count| count > 0)
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
