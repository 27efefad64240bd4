//! How values of the program stand in the database's columns, and back. A column is read by its name; where many rows
//! are read, [`Columns`] says where it stands.
//!
//! Every text is read by [`raw`], so that a byte that is no UTF-8 costs a character and not its row; and it is cleaned as
//! it is read: an earlier version cleaned less, and a database may come from anywhere.

use crate::router::PromptVector;
use crate::text::sanitize::{sanitize, sanitize_json};
use jiff::Timestamp;
use rusqlite::types::{FromSqlResult, ValueRef};
use rusqlite::{Row, RowIndex, Statement};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::cell::Cell;
use std::time::Duration;

/// Where the columns of a statement stand, by name. `SQLite` looks up a name in about the time in which it reads what the
/// name stands for, so the names are copied once; and each is looked for behind the last, where it mostly stands.
pub(super) struct Columns {
    names: Vec<String>,
    next: Cell<usize>,
}

impl Columns {
    pub(super) fn of(statement: &Statement<'_>) -> Self {
        Self { names: statement.column_names().map(str::to_owned).collect(), next: Cell::new(0) }
    }

    /// The place of a column; one that no statement has, where there is none of that name.
    pub(super) fn at(&self, name: &str) -> usize {
        let from = self.next.get();
        let mut places = (from..self.names.len()).chain(0..from);
        let Some(place) = places.find(|&place| self.names[place] == name) else { return usize::MAX };
        self.next.set(place + 1);
        place
    }
}

/// A time from a column of unix milliseconds. One that no calendar has, which only a damaged file can hold, is the
/// beginning of unix time: it must not hide the rest of its row.
pub(super) fn time(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Timestamp> {
    Ok(Timestamp::from_millisecond(row.get(column)?).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// A count for an integer column, which knows no numbers above [`i64::MAX`].
pub(super) fn whole(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// A count from an integer column; a negative one, which no version wrote, is none.
pub(super) fn count(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0))
}

/// A duration in microseconds, for an integer column.
pub(super) fn us(duration: Duration) -> i64 {
    whole(duration.as_micros())
}

/// A duration from a column of microseconds that can be empty.
pub(super) fn maybe_duration(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<Duration>> {
    Ok(maybe_count(row, column)?.map(Duration::from_micros))
}

/// A count from a column that can be empty.
pub(super) fn maybe_count(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(column)?.and_then(|count| u64::try_from(count).ok()))
}

/// Signed bytes, for a blob.
pub(super) fn bytes(numbers: &[i8]) -> Vec<u8> {
    numbers.iter().map(|number| number.cast_unsigned()).collect()
}

/// Numbers, for a blob.
pub(super) fn floats(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

/// Numbers from a column of blobs; none where it is empty.
pub(super) fn as_floats(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Vec<f32>> {
    let (numbers, _) = row.get_ref(column)?.as_blob_or_null()?.unwrap_or_default().as_chunks();
    Ok(numbers.iter().copied().map(f32::from_le_bytes).collect())
}

/// Where a prompt lies, from the columns of the encoder and the vector; `None` where they are empty.
pub(super) fn maybe_vector(
    row: &Row<'_>,
    encoder: impl RowIndex,
    vector: impl RowIndex,
) -> rusqlite::Result<Option<PromptVector>> {
    let (encoder, vector) = (row.get::<_, Option<i64>>(encoder)?, row.get_ref(vector)?.as_blob_or_null()?);
    Ok(encoder.zip(vector).map(|(encoder, bytes)| PromptVector {
        encoder: encoder.cast_unsigned(),
        numbers: bytes.iter().map(|byte| byte.cast_signed()).collect(),
    }))
}

/// A list or table as JSON.
pub(super) fn json(value: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// A list or table from a column of JSON; what cannot be read is empty, since it must not hide the rest of its row.
pub(super) fn parsed<T: DeserializeOwned + Default>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<T> {
    Ok(from_json(&raw(row, column)?).unwrap_or_default())
}

/// A value from a column of JSON that can be empty; what cannot be read is none.
pub(super) fn maybe_json<T: DeserializeOwned>(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<T>> {
    Ok(maybe_raw(row, column)?.and_then(|json| from_json(&json)))
}

/// A text as it stands, not cleaned: U+FFFD is where its bytes are no UTF-8. A disk that flips one bit of a text must not
/// hide the rest of it.
pub(super) fn raw<'row>(row: &'row Row<'_>, column: impl RowIndex) -> rusqlite::Result<Cow<'row, str>> {
    Ok(lossy(row.get_ref(column)?)?)
}

/// A text as it stands, from a column that can be empty.
pub(super) fn maybe_raw<'row>(row: &'row Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<Cow<'row, str>>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        value => Ok(Some(lossy(value)?)),
    }
}

fn lossy(value: ValueRef<'_>) -> FromSqlResult<Cow<'_, str>> {
    match value {
        ValueRef::Text(bytes) => Ok(String::from_utf8_lossy(bytes)),
        // No text at all: says which type it is.
        other => other.as_str().map(Cow::Borrowed),
    }
}

/// A text, cleaned.
pub(super) fn text(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<String> {
    Ok(sanitize(&raw(row, column)?))
}

/// A text from a column that can be empty, cleaned.
pub(super) fn maybe_text(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<String>> {
    Ok(maybe_raw(row, column)?.map(|text| sanitize(&text)))
}

/// What was written as JSON, with all texts in it cleaned; `None` when it is something else.
pub(super) fn from_json<T: DeserializeOwned>(json: &str) -> Option<T> {
    // Most of it is clean as it stands. A backslash may hide a control character.
    let is_plain = json.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'\\');
    if is_plain || !json.contains('\\') && sanitize(json) == json {
        return serde_json::from_str(json).ok();
    }
    serde_json::from_value(sanitize_json(serde_json::from_str(json).ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn texts_in_json_are_clean_however_they_are_written() {
        for json in [r#"{"a": ["b\u001b[31mc\n"]}"#, "{\"a\u{202e}\": [\"b\u{9b}31mc\\n\"]}", r#"{"\ba": ["bc\r"]}"#] {
            let read: BTreeMap<String, Vec<String>> = from_json(json).unwrap();
            assert_eq!(read["a"], ["bc\n"], "{json}");
        }
        assert_eq!(from_json::<Vec<f64>>("[0.1, 2]"), Some(vec![0.1, 2.0]));
        assert_eq!(from_json::<Vec<f64>>("[\"x\"]"), None);
    }
}
