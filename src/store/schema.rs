//! The shape of the database, as numbered steps: step *n* leads from schema *n - 1* to schema *n*, and the database
//! knows its number (`PRAGMA user_version`). A step that was released is never changed; a new one is added.

mod moving;

use super::lessons;
use rusqlite::{Connection, TransactionBehavior};

/// A step from one schema to the next.
struct Step {
    sql: &'static str,
    /// What follows, where SQL cannot do it.
    then: Option<fn(&Connection) -> rusqlite::Result<()>>,
}

const STEPS: [Step; 11] = [
    sql(include_str!("migrations/001.sql")),
    sql(include_str!("migrations/002.sql")),
    sql(include_str!("migrations/003.sql")),
    sql(include_str!("migrations/004.sql")),
    Step { sql: include_str!("migrations/005.sql"), then: Some(to_steps_and_blocks) },
    sql(include_str!("migrations/006.sql")),
    sql(include_str!("migrations/007.sql")),
    sql(include_str!("migrations/008.sql")),
    sql(include_str!("migrations/009.sql")),
    sql(include_str!("migrations/010.sql")),
    sql(include_str!("migrations/011.sql")),
];

const fn sql(sql: &'static str) -> Step {
    Step { sql, then: None }
}

fn to_steps_and_blocks(connection: &Connection) -> rusqlite::Result<()> {
    moving::move_turns(connection)?;
    connection.execute_batch(include_str!("migrations/005_end.sql"))?;
    lessons::find_turns(connection)
}

/// The latest schema that this program knows.
pub(super) const KNOWN: u32 = STEPS.len() as u32;

/// The schema that the database has; 0: a new file.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get("user_version"))
}

/// Whether a database of schema `found` is one of this program's, or new: it may be another's that came into its place.
pub(super) fn is_ours(connection: &Connection, found: u32) -> rusqlite::Result<bool> {
    match found {
        0 => Ok(!connection.prepare("SELECT 1 FROM sqlite_schema")?.exists([])?),
        _ => connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'decisions'")?.exists([]),
    }
}

/// Gives the history a number of its own, if it has none: by it, a file tells which history it is.
pub(super) fn draw_history(connection: &mut Connection) -> rusqlite::Result<()> {
    let drawn = |connection: &Connection| {
        connection.query_row("PRAGMA application_id", [], |row| row.get::<_, i32>("application_id"))
    };
    if drawn(connection)? != 0 {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if drawn(&transaction)? == 0 {
        let number: i32 =
            transaction.query_row("SELECT 1 + abs(random() % 2147483647) AS number", [], |row| row.get("number"))?;
        transaction.pragma_update(None, "application_id", number)?;
    }
    transaction.commit()
}

/// Takes every step that is missing, or none: what fails leaves the database as it was.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    climb(connection, &STEPS)
}

/// Takes the steps up to an earlier schema.
pub(super) fn migrate_to(connection: &mut Connection, schema: u32) -> rusqlite::Result<()> {
    climb(connection, &STEPS[..schema as usize])
}

/// Takes the step to schema 5, which moves every turn, and leaves it uncommitted, as a program does that is killed then.
#[cfg(test)]
pub(super) fn migrate_half(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    take(connection, &STEPS[4])
}

fn take(connection: &Connection, step: &Step) -> rusqlite::Result<()> {
    connection.execute_batch(step.sql)?;
    step.then.map_or(Ok(()), |then| then(connection))
}

fn climb(connection: &mut Connection, steps: &[Step]) -> rusqlite::Result<()> {
    if version(connection)? >= steps.len() as u32 {
        return Ok(());
    }
    // Locked before the version is read: of two programs that start at once, the second finds the work done.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&transaction)? as usize;
    if from >= steps.len() {
        return Ok(());
    }
    for step in steps.iter().skip(from) {
        take(&transaction, step)?;
    }
    transaction.pragma_update(None, "user_version", steps.len() as u32)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that the database consists of, as SQL.
    fn shape(connection: &Connection) -> Vec<String> {
        let mut statement =
            connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn every_earlier_schema_becomes_the_latest() {
        let mut fresh = Connection::open_in_memory().unwrap();
        migrate(&mut fresh).unwrap();
        for from in 0..STEPS.len() {
            let mut old = Connection::open_in_memory().unwrap();
            climb(&mut old, &STEPS[..from]).unwrap();
            assert_eq!(version(&old).unwrap(), from as u32);
            migrate(&mut old).unwrap();
            assert_eq!((version(&old).unwrap(), shape(&old)), (KNOWN, shape(&fresh)), "from schema {from}");
        }
    }

    #[test]
    fn what_schema_1_kept_is_all_there() {
        let mut connection = Connection::open_in_memory().unwrap();
        climb(&mut connection, &STEPS[..1]).unwrap();
        connection
            .execute_batch(
                "INSERT INTO decisions VALUES (7, 1, 'p', 'coding', 'm', 'oxlo', 'judge', 0.5, '{}', 'r', '[]', '[\"m\"]', 9,
                 1, 0, 'answered', 'n', 3, 4, 5, 6, 'general');
                 INSERT INTO decisions VALUES (9, 2, '検索 \"q\"', 'general', 'm', 'oxlo', 'default', NULL, '{}', '', '[]', '[]',
                 0, 0, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
                 INSERT INTO lessons VALUES (3, 'p', NULL, 'coding', 'general', 'always', 5, NULL);
                 INSERT INTO lessons VALUES (4, 'q', 'vision', 'coding', 'general', 'prompt', 6, 8);
                 INSERT INTO verdicts VALUES ('key', 'coding', 'j', 0.25, 'because', 7);",
            )
            .unwrap();
        let rows = |connection: &Connection| -> Vec<String> {
            // The columns of schema 1, by name: later ones may come after them.
            let columns = [
                (
                    "decisions",
                    22,
                    "id, decided_at, prompt, category, model, provider, decider, confidence, probabilities,
                  reason, evidence, candidates, elapsed_us, requests, overridden, outcome, answered_by, first_text_ms,
                  total_ms, prompt_tokens, completion_tokens, corrected_to",
                ),
                ("lessons", 8, "id, prompt, previous, decided, category, scope, taught_at, undone_at"),
                ("verdicts", 6, "key, category, model, confidence, reason, decided_at"),
            ];
            columns
                .iter()
                .flat_map(|(table, count, columns)| {
                    let mut statement =
                        connection.prepare(&format!("SELECT {columns} FROM {table} ORDER BY 1")).unwrap();
                    let row = |row: &rusqlite::Row<'_>| {
                        Ok((0..*count)
                            .map(|at| format!("{:?} ", row.get_ref(at).unwrap()))
                            .collect::<Vec<_>>()
                            .concat())
                    };
                    statement.query_map([], row).unwrap().map(Result::unwrap).collect::<Vec<_>>()
                })
                .collect()
        };
        let before = rows(&connection);
        assert_eq!(before.len(), 5);
        migrate(&mut connection).unwrap();
        assert_eq!(rows(&connection), before);
        let next: i64 = connection
            .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'decisions'", [], |row| row.get(0))
            .unwrap();
        assert_eq!(next, 9, "ids are never used twice");
    }

    #[test]
    fn a_step_that_fails_leaves_the_database_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a (x) STRICT;", "CREATE TABLE b (x INTEGER) STRICT; SELECT nonsense;"].map(sql);
        assert!(climb(&mut connection, &steps).is_err());
        assert_eq!((version(&connection).unwrap(), shape(&connection)), (0, Vec::new()));
    }

    #[test]
    fn the_latest_schema_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let before = shape(&connection);
        migrate(&mut connection).unwrap();
        assert_eq!(shape(&connection), before);
    }

    #[test]
    fn a_newer_schema_is_not_called_an_older_one() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", KNOWN + 1).unwrap();
        migrate(&mut connection).unwrap();
        assert_eq!((version(&connection).unwrap(), shape(&connection)), (KNOWN + 1, Vec::new()));
    }
}
