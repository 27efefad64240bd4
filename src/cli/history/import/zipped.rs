//! `ChatGPT`'s export as the ZIP file that comes by mail: its conversations, and the pictures and files beside them. Nothing
//! is unpacked to the disk, so no name in it leads anywhere; what is unpacked in memory is bounded.

use super::beside::begun_with;
use crate::attach::{self, Attached, FILE_BYTES_MAX, PictureLimits};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// So many entries are looked at.
const ENTRIES_MAX: usize = 100_000;
/// A file of conversations may be so large; it is in memory while it is read.
const CONVERSATIONS_BYTES_MAX: u64 = 1 << 30;
/// So many bytes are unpacked altogether, and so many of pictures and files are kept in memory until they are saved.
const UNPACKED_BYTES_MAX: u64 = 8 << 30;
const KEPT_BYTES_MAX: u64 = 1 << 30;

type Archive = ZipArchive<BufReader<File>>;

/// An export that is open.
pub(super) struct Zipped {
    archive: RefCell<Archive>,
    /// The places of the files by their names without folders.
    places: BTreeMap<String, usize>,
    /// The places and names of the files of conversations.
    conversations: Vec<(usize, String)>,
    limits: PictureLimits,
    unpacked_left: Cell<u64>,
    kept_left: Cell<u64>,
}

impl Zipped {
    /// Opens it; why it cannot be.
    pub(super) fn open(file: File, limits: PictureLimits) -> Result<Self, String> {
        let archive =
            ZipArchive::new(BufReader::new(file)).map_err(|error| format!("its ZIP cannot be read: {error}"))?;
        let (mut places, mut conversations) = (BTreeMap::new(), Vec::new());
        for place in 0..archive.len().min(ENTRIES_MAX) {
            let Some(Ok(path)) = archive.name_for_index(place) else { continue };
            let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
            if is_conversations(&name) {
                conversations.push((place, name));
            } else if !name.is_empty() {
                places.entry(name).or_insert(place);
            }
        }
        conversations.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
        if conversations.is_empty() {
            return Err("it is a ZIP file without a conversations.json of ChatGPT".to_owned());
        }
        let (unpacked_left, kept_left) = (Cell::new(UNPACKED_BYTES_MAX), Cell::new(KEPT_BYTES_MAX));
        Ok(Self { archive: RefCell::new(archive), places, conversations, limits, unpacked_left, kept_left })
    }

    /// The files of conversations in it: where they are, and their names.
    pub(super) fn conversations(&self) -> &[(usize, String)] {
        &self.conversations
    }

    /// What is in a file of conversations; why it cannot be read. What belongs to the one before is saved by now.
    pub(super) fn read(&self, place: usize) -> Result<Vec<u8>, String> {
        self.kept_left.set(KEPT_BYTES_MAX);
        self.unpack(place, CONVERSATIONS_BYTES_MAX).map_err(|error| format!("it cannot be unpacked: {error}"))
    }

    /// Unpacks an entry that is no longer than `limit`, as far as the whole may still be unpacked.
    fn unpack(&self, place: usize, limit: u64) -> Result<Vec<u8>, ZipError> {
        let limit = self.unpacked_left.get().min(limit);
        let unpacked = unpack(&mut self.archive.borrow_mut(), place, limit);
        // What was given up took as much.
        let took = unpacked.as_ref().map_or(limit, |bytes| bytes.len() as u64);
        self.unpacked_left.set(self.unpacked_left.get() - took);
        unpacked
    }

    /// The file whose name begins with this id, ready to be attached. `None` where there is none, or it cannot be.
    pub(super) fn find(&self, id: &str) -> Option<Attached> {
        let (name, place) = begun_with(&self.places, id)?;
        let unpacked = self.unpack(*place, FILE_BYTES_MAX);
        let bytes = unpacked.inspect_err(|why| tracing::info!(%why, "a file beside the conversations")).ok()?;
        let read = attach::take_in(name, bytes, self.limits);
        let attached = read.inspect_err(|why| tracing::info!(%why, "a file beside the conversations")).ok()?;
        self.kept_left.set(self.kept_left.get().checked_sub(attached.attachment.blob.size)?);
        Some(attached)
    }
}

/// Whether a file of this name has conversations: large exports have several.
fn is_conversations(name: &str) -> bool {
    let number = name.strip_prefix("conversations").and_then(|rest| rest.strip_suffix(".json"));
    number.is_some_and(|number| {
        number.is_empty() || number.starts_with(['-', '_']) && number.bytes().skip(1).all(|byte| byte.is_ascii_digit())
    })
}

/// The content of an entry, unless it is longer than `limit`, whatever it says of its length.
fn unpack(archive: &mut Archive, place: usize, limit: u64) -> Result<Vec<u8>, ZipError> {
    let entry = archive.by_index(place)?;
    let mut bytes = Vec::new();
    entry.take(limit + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > limit {
        true => Err(ZipError::Io(io::Error::other(format!("it is longer than {limit} bytes")))),
        false => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_conversations_are_known_by_their_names() {
        for (name, is_one) in [
            ("conversations.json", true),
            ("conversations-000.json", true),
            ("conversations_12.json", true),
            ("shared_conversations.json", false),
            ("conversations-a.json", false),
            ("conversations.html", false),
            ("conversations1.json", false),
        ] {
            assert_eq!(is_conversations(name), is_one, "{name}");
        }
    }
}
