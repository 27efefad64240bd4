//! The table of offers: which models a provider told when it was asked last.

use super::value;
use crate::config::Listed;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

/// The models that a provider told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelList {
    /// Its name in the configuration.
    pub provider: String,
    /// Its address, as it is shown: another one has other models.
    pub address: String,
    /// When it was asked.
    pub listed_at: Timestamp,
    /// What it told.
    pub models: Vec<Listed>,
}

/// Replaces the stored model list of a provider.
pub(super) fn save(connection: &Connection, offer: &ModelList) -> rusqlite::Result<()> {
    connection
        .execute(
            "INSERT OR REPLACE INTO offers (provider, address, listed_at, models) VALUES (?, ?, ?, ?)",
            params![offer.provider, offer.address, offer.listed_at.as_millisecond(), value::json(&offer.models)?],
        )
        .map(drop)
}

/// What every provider told last.
pub(super) fn all(connection: &Connection) -> rusqlite::Result<Vec<ModelList>> {
    let offer = |row: &Row<'_>| {
        Ok(ModelList {
            provider: value::text(row, "provider")?,
            address: value::text(row, "address")?,
            listed_at: value::time(row, "listed_at")?,
            models: value::parsed(row, "models")?,
        })
    };
    connection.prepare("SELECT * FROM offers ORDER BY provider")?.query_map([], offer)?.collect()
}
