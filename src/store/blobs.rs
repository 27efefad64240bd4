//! The table of blobs: binary content by its hash, each once. Attachments and images refer to it; what nothing refers to
//! any more goes when chats are erased.

use super::{Pending, Store, value};
use crate::chat::{Blob, BlobHash};
use rusqlite::{Connection, OptionalExtension, params};

impl Store {
    /// The content of that hash; `None` when there is none.
    pub fn blob(&self, hash: BlobHash) -> Pending<Option<Blob>> {
        self.run("the file could not be read", move |connection| get(connection, &hash))
    }
}

fn get(connection: &Connection, hash: &BlobHash) -> rusqlite::Result<Option<Blob>> {
    connection
        .query_row("SELECT media_type, bytes FROM blobs WHERE hash = ?", [hash.as_str()], |row| {
            let bytes = row.get_ref("bytes")?.as_blob()?.into();
            Ok(Blob { media_type: value::text(row, "media_type")?.into(), bytes })
        })
        .optional()
}

/// Saves a blob where it is not there.
pub(super) fn put(connection: &Connection, hash: &BlobHash, blob: &Blob) -> rusqlite::Result<()> {
    connection
        .prepare("INSERT INTO blobs (hash, media_type, bytes) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING")?
        .execute(params![hash.as_str(), &*blob.media_type, &*blob.bytes])
        .map(drop)
}

/// Deletes the blobs that nothing refers to. What refers to a blob is written with it, so there is no moment in between.
pub(super) fn sweep(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .execute(
            "DELETE FROM blobs WHERE NOT EXISTS (SELECT 1 FROM attachments WHERE blob = hash)
             AND NOT EXISTS (SELECT 1 FROM blocks WHERE blob = hash)
             AND NOT EXISTS (SELECT 1 FROM places WHERE instr(place, hash))",
            [],
        )
        .map(drop)
}
