//! How values of the program stand in the database's columns, and back. A column is named by its name, or by its number
//! where many rows are read: looking up a name takes longer than reading what it names.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Row, RowIndex};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A time from a column of unix milliseconds.
pub(super) fn time(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Timestamp> {
    let index = column.idx(row.as_ref())?;
    Timestamp::from_millisecond(row.get(index)?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(index, Type::Integer, Box::new(error)))
}

/// A count for an integer column, which knows no numbers above [`i64::MAX`].
pub(super) fn whole(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// A count from an integer column; a negative one, which nobody wrote, is none.
pub(super) fn count(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

/// A count from a column that can be empty.
pub(super) fn maybe_count(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(column)?.and_then(|count| u64::try_from(count).ok()))
}

/// A list or table as JSON.
pub(super) fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// A list or table from a column of JSON; what cannot be read is empty, since it must not hide the rest of its row.
pub(super) fn parsed<T: DeserializeOwned + Default>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<T> {
    Ok(serde_json::from_str(&row.get::<_, String>(column)?).unwrap_or_default())
}
