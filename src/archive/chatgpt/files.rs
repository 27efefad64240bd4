//! The pictures and files that messages of `ChatGPT` refer to: which of them lie beside the export, and what they are
//! called. Must not read any: the caller looks for them.

use super::super::clean::FileName;
use super::super::encode;
use super::super::record::Attachment;
use crate::attach::Attached;
use crate::chat::{Blob, BlobHash};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A message has no more files than this; `ChatGPT` takes 20 at once.
const FILES_MAX: usize = 64;
/// An id has no fewer and no more bytes than this: fewer would be the beginning of any name.
const ID_BYTES_MIN: usize = 8;
const ID_BYTES_MAX: usize = 100;

/// Finds the file with this id and makes it fit, where there is one.
pub(in crate::archive) type Find<'a> = dyn Fn(&str) -> Option<Attached> + 'a;

/// The files beside an export. Each is looked for once.
pub(super) struct Files<'a> {
    find: &'a Find<'a>,
    known: HashMap<String, Option<Attached>>,
}

impl<'a> Files<'a> {
    pub(super) fn new(find: &'a Find<'a>) -> Self {
        Self { find, known: HashMap::new() }
    }

    /// Adds the picture that `part` points to; says whether it did.
    pub(super) fn add_picture(&mut self, part: &Value, metadata: &Value, to: &mut Vec<Attachment>) -> bool {
        let pointer = part["asset_pointer"].as_str().unwrap_or_default();
        // As file-service://ID, sediment://ID, and sediment://HASH#ID#PAGE.
        let id = pointer.split(['/', '#', '?']).rfind(|piece| piece.starts_with("file"));
        let mut listed = metadata["attachments"].as_array().into_iter().flatten();
        let name = listed.find(|file| file["id"].as_str() == id).and_then(|file| file["name"].as_str());
        id.is_some_and(|id| self.add(id, name, true, to))
    }

    /// Adds a file that the message lists; says whether it did.
    pub(super) fn add_file(&mut self, file: &Value, to: &mut Vec<Attachment>) -> bool {
        file["id"].as_str().is_some_and(|id| self.add(id, file["name"].as_str(), false, to))
    }

    fn add(&mut self, id: &str, name: Option<&str>, is_picture: bool, to: &mut Vec<Attachment>) -> bool {
        let is_id = (ID_BYTES_MIN..=ID_BYTES_MAX).contains(&id.len())
            && id.starts_with("file")
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_id || to.len() >= FILES_MAX {
            return false;
        }
        if !self.known.contains_key(id) {
            self.known.insert(id.to_owned(), (self.find)(id));
        }
        let Some(Some(Attached { attachment, .. })) = self.known.get(id) else { return false };
        if is_picture && !attachment.blob.is_image() {
            return false;
        }
        let name = name.unwrap_or_else(|| without_id(&attachment.name, id));
        to.push(Attachment { name: FileName::from(name), ..encode::attachment(attachment) });
        true
    }

    /// The content of those that were found, each once.
    pub(super) fn blobs(self) -> Vec<Blob> {
        let mut hashes: HashSet<BlobHash> = HashSet::new();
        let found = self.known.into_values().flatten();
        found.filter(|file| hashes.insert(file.attachment.blob.hash.clone())).map(|file| file.blob).collect()
    }
}

/// What a file was called before its id was set before its name.
fn without_id<'a>(name: &'a str, id: &str) -> &'a str {
    let rest = name.strip_prefix(id).map(|rest| rest.trim_start_matches(['-', '_']));
    rest.filter(|rest| !rest.is_empty() && !rest.starts_with('.')).unwrap_or(name)
}
