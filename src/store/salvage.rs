//! Takes every row that can be read out of a damaged database and writes it into a new one. Changes nothing in the damaged
//! file, and must not know where the two are.
//!
//! A row is found by its number: from the first one up to the damage, from the last one down to it, and in between by what
//! the indexes say is there. What an index or a trigger computes is computed anew.

use super::{schema, value};
use rusqlite::config::DbConfig;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, Statement};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

/// What came out of a damaged database, and what did not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// How many prompts could be kept.
    pub prompts: u64,
    /// The titles of the chats of which something is lost, as far as it is known.
    pub torn: Vec<String>,
    /// What else is lost, by what it is: `lessons`, for example.
    pub lost: Vec<&'static str>,
    /// How many rows came out of it.
    pub(super) rows: u64,
}

/// What a user calls the rows of a table. Which chats lack a turn or an answer is found out apart; nothing else tells of a
/// chat that is lost as a whole, or of a text, source or file that an answer had besides.
const NAMED: [(&str, &str); 11] = [
    ("conversations", OF_CHATS),
    ("turns", OF_CHATS),
    ("steps", OF_CHATS),
    ("blocks", OF_CHATS),
    ("attachments", OF_CHATS),
    ("places", OF_CHATS),
    ("decisions", "decisions"),
    ("lessons", "lessons"),
    ("outcomes", "outcomes of models"),
    ("verdicts", "verdicts of the judge"),
    ("blobs", "pictures and files"),
];
const OF_CHATS: &str = "parts of chats";

/// A connection that reads as much of a damaged file as there is, and writes nothing into it.
pub(super) fn source(path: &Path) -> rusqlite::Result<Connection> {
    // Not read-only: the log beside the database can be read by a connection only that may make the index of it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(path, flags)?;
    // A file that is shorter than its header says, and a table whose description is damaged, are errors otherwise.
    source.set_db_config(DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, true)?;
    source.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    source.pragma_update(None, "query_only", true)?;
    Ok(source)
}

/// Copies all that can be read of `from`, whose schema is `found`, into the empty database `into`, which has the latest
/// schema then.
///
/// # Errors
/// When `into` cannot be written. What cannot be read of `from` is no error.
pub(super) fn salvage(from: &Connection, found: u32, into: &mut Connection) -> rusqlite::Result<Salvaged> {
    into.pragma_update(None, "foreign_keys", false)?;
    schema::migrate_to(into, found)?;
    // What triggers would write is copied, or computed at the end.
    into.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    let mut salvaged = copy_all(from, into)?;
    schema::migrate(into)?;
    join(into, &mut salvaged)?;
    into.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true)?;
    into.pragma_update(None, "foreign_keys", true)?;
    Ok(salvaged)
}

fn copy_all(from: &Connection, into: &mut Connection) -> rusqlite::Result<Salvaged> {
    let transaction = into.transaction()?;
    let mut salvaged = Salvaged::default();
    let tables: Vec<(String, bool)> = transaction
        .prepare("SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'")?
        .query_map([], |row| Ok((row.get("name")?, row.get("wr")?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (name, without_rowid) in tables {
        let mut table = Table::new(from, &transaction, &name)?;
        let is_whole = if without_rowid { table.copy_by_turn(&transaction)? } else { table.copy_by_rowid()? };
        salvaged.rows += table.came;
        let named = NAMED.iter().find(|(table, _)| *table == name).map(|(_, named)| *named);
        salvaged.lost.extend(named.filter(|named| !is_whole && !salvaged.lost.contains(named)));
    }
    // Numbers are never used twice, not even those of rows that are gone.
    let mut sequences = Table::new(from, &transaction, "sqlite_sequence")?;
    transaction.execute("DELETE FROM sqlite_sequence", [])?;
    sequences.scan("", "", [])?;
    drop(sequences);
    transaction.commit()?;
    Ok(salvaged)
}

/// Finds out which chats lack something, and mends what rows say of each other.
fn join(into: &mut Connection, salvaged: &mut Salvaged) -> rusqlite::Result<()> {
    let transaction = into.transaction()?;
    // A chat whose own row is lost, and turns of which are there: it has no title any more.
    transaction.execute(
        "INSERT INTO conversations (id, title, started_at, updated_at, turns)
         SELECT conversation, '', min(asked_at), max(asked_at), -1 FROM turns
         WHERE conversation NOT IN (SELECT id FROM conversations) GROUP BY conversation",
        [],
    )?;
    salvaged.torn = transaction
        .prepare(
            "SELECT CAST(title AS BLOB) AS title FROM conversations c WHERE deleted_at IS NULL AND (
               turns <> (SELECT count(*) FROM turns t WHERE t.conversation = c.id AND t.withdrawn = 0)
               OR EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.id AND t.answer_block IS NOT NULL
                 AND t.answer_block NOT IN (SELECT id FROM blocks))
               OR EXISTS (SELECT 1 FROM turns t JOIN blocks b ON b.turn = t.id WHERE t.conversation = c.id
                 AND NOT EXISTS (SELECT 1 FROM steps s WHERE s.turn = b.turn AND s.step = b.step)))
             ORDER BY updated_at DESC",
        )?
        .query_map([], |row| Ok(String::from_utf8_lossy(row.get_ref("title")?.as_blob()?).into_owned()))?
        .collect::<rusqlite::Result<_>>()?;
    for table in ["steps", "blocks", "attachments"] {
        transaction.execute(&format!("DELETE FROM {table} WHERE turn NOT IN (SELECT id FROM turns)"), [])?;
    }
    transaction.execute_batch(
        "UPDATE conversations SET (turns, youngest) =
           (SELECT count(*), max(id) FROM turns WHERE conversation = conversations.id AND withdrawn = 0);
         UPDATE conversations SET (category, model, excerpt) =
           (SELECT category, model, excerpt FROM youngest_turns WHERE conversation = conversations.id);
         INSERT INTO words (words) VALUES ('rebuild');",
    )?;
    salvaged.prompts =
        transaction.query_row("SELECT count(*) AS turns FROM turns", [], |row| value::count(row, "turns"))?;
    transaction.commit()
}

/// Whether all of a table was read.
type IsWhole = bool;

/// A table on its way from one database into the other.
struct Table<'a> {
    from: &'a Connection,
    insert: Statement<'a>,
    name: String,
    columns: String,
    /// How many rows came.
    came: u64,
}

impl<'a> Table<'a> {
    fn new(from: &'a Connection, into: &'a Connection, name: &str) -> rusqlite::Result<Self> {
        let columns: Vec<String> = into
            .prepare("SELECT name FROM pragma_table_info(?)")?
            .query_map([name], |row| Ok(format!("[{}]", row.get::<_, String>("name")?)))?
            .collect::<rusqlite::Result<_>>()?;
        let (places, columns) = (vec!["?"; columns.len()].join(", "), columns.join(", "));
        // What damage made impossible, such as a second row of the same key, is left out.
        let insert = into.prepare(&format!("INSERT OR IGNORE INTO {name} ({columns}) VALUES ({places})"))?;
        Ok(Self { from, insert, name: name.to_owned(), columns, came: 0 })
    }

    /// Copies a table whose rows have numbers.
    fn copy_by_rowid(&mut self) -> rusqlite::Result<IsWhole> {
        let (first, whole) = self.scan("", "ORDER BY rowid", [])?;
        if whole {
            return Ok(true);
        }
        let below = first.unwrap_or(i64::MIN);
        let (last, _) = self.scan("WHERE rowid > ?", "ORDER BY rowid DESC", [below])?;
        let above = last.unwrap_or(i64::MAX);
        let between: Vec<i64> = self.indexed().into_iter().filter(|id| *id > below && *id < above).collect();
        for id in between {
            self.scan("WHERE rowid = ?", "", [id])?;
        }
        Ok(false)
    }

    /// Copies a table whose rows are found by their turns; what turns there are was copied before.
    fn copy_by_turn(&mut self, into: &Connection) -> rusqlite::Result<IsWhole> {
        let (_, whole) = self.scan("", "", [])?;
        if !whole {
            let turns: Vec<i64> = into
                .prepare("SELECT id FROM turns")?
                .query_map([], |row| row.get("id"))?
                .collect::<rusqlite::Result<_>>()?;
            for turn in turns {
                self.scan("WHERE turn = ?", "", [turn])?;
            }
        }
        Ok(whole)
    }

    /// The numbers of rows that the table's indexes know.
    fn indexed(&self) -> BTreeSet<i64> {
        let mut known = BTreeSet::new();
        let indexes =
            self.from.prepare("SELECT name FROM pragma_index_list(?) WHERE partial = 0").and_then(|mut list| {
                list.query_map([&self.name], |row| row.get::<_, String>("name"))?.collect::<rusqlite::Result<Vec<_>>>()
            });
        for index in indexes.unwrap_or_default() {
            let sql = format!("SELECT rowid FROM {} INDEXED BY [{index}]", self.name);
            let _ = read(self.from, &sql, [], |row| {
                known.insert(row.get(0)?);
                Ok(ControlFlow::Continue(()))
            });
        }
        known
    }

    /// Copies the rows of one query up to its end or to the damage. Gives back the number of the last row, and whether the
    /// end was reached.
    fn scan<const N: usize>(
        &mut self,
        which: &str,
        order: &str,
        parameters: [i64; N],
    ) -> rusqlite::Result<(Option<i64>, IsWhole)> {
        let number = if order.is_empty() { "0" } else { "rowid" };
        let sql = format!("SELECT {number}, {} FROM {} {which} {order}", self.columns, self.name);
        let (mut last, mut failed) = (None, None);
        let whole = read(self.from, &sql, parameters, |row| {
            last = Some(row.get(0)?);
            match insert(&mut self.insert, row) {
                Ok(new) => self.came += new,
                // A value that cannot stand in its column is damage, too.
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {}
                Err(error) => {
                    failed = Some(error);
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        });
        match failed {
            Some(error) => Err(error),
            None => Ok((last, whole.is_ok())),
        }
    }
}

/// Reads rows until `take` has enough, the end, or an error.
fn read<const N: usize>(
    from: &Connection,
    sql: &str,
    parameters: [i64; N],
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<ControlFlow<()>>,
) -> rusqlite::Result<()> {
    let mut statement = from.prepare(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
    while let Some(row) = rows.next()? {
        if take(row)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Inserts what stands behind the first column of `row`, byte by byte: also what is no UTF-8. Gives back how many rows are
/// new.
fn insert(insert: &mut Statement<'_>, row: &Row<'_>) -> rusqlite::Result<u64> {
    for place in 1..=insert.parameter_count() {
        insert.raw_bind_parameter(place, ToSqlOutput::Borrowed(row.get_ref(place)?))?;
    }
    insert.raw_execute().map(|new| new as u64)
}
