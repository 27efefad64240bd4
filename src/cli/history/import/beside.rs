//! The pictures and files that lie beside `ChatGPT`'s `conversations.json`, as its export is unpacked: in the same folder and
//! one level below it. Must not follow a symbolic link: an archive can hold one that leads anywhere.

use crate::attach::{self, Attached, PictureLimits, Secrets};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

/// So many entries of folders are looked at.
const ENTRIES_MAX: usize = 100_000;
/// So many bytes of files are taken in altogether: they are in memory until they are saved.
const BYTES_MAX: u64 = 1 << 30;

/// The files by their names.
pub(super) struct FilesBeside {
    paths: BTreeMap<String, PathBuf>,
    limits: PictureLimits,
    bytes_left: Cell<u64>,
}

impl FilesBeside {
    /// Those beside `file`. A folder that cannot be read has none.
    pub(super) fn of(file: &Path, limits: PictureLimits) -> Self {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut left = ENTRIES_MAX;
        let mut files = Vec::new();
        let mut folders = Vec::new();
        for entry in entries(folder, &mut left) {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder { folders.push(entry.path()) } else { files.push(entry) }
        }
        folders.sort_unstable();
        for folder in folders {
            files.extend(entries(&folder, &mut left));
        }
        let mut paths = BTreeMap::new();
        for entry in files.iter().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())) {
            if let Ok(name) = entry.file_name().into_string() {
                paths.entry(name).or_insert_with(|| entry.path());
            }
        }
        Self { paths, limits, bytes_left: Cell::new(BYTES_MAX) }
    }

    /// The file whose name begins with this id, ready to be attached. `None` where there is none, or it cannot be.
    pub(super) fn find(&self, id: &str) -> Option<Attached> {
        let (_, path) = begun_with(&self.paths, id)?;
        // A secret was told to ChatGPT, and is only kept here.
        let read = attach::read(path, self.limits, Secrets::Send);
        let attached = read.inspect_err(|why| tracing::info!(%why, "a file beside the conversations")).ok()?;
        let left = self.bytes_left.get().checked_sub(attached.attachment.blob.size)?;
        self.bytes_left.set(left);
        Some(attached)
    }
}

/// The file whose name begins with this id, and what stands under it.
pub(super) fn begun_with<'a, T>(files: &'a BTreeMap<String, T>, id: &str) -> Option<(&'a String, &'a T)> {
    let ends = |rest: &str| rest.chars().next().is_none_or(|c| matches!(c, '-' | '.' | '_'));
    let mut begun = files.range(id.to_owned()..).take_while(|(name, _)| name.starts_with(id));
    begun.find(|(name, _)| name.strip_prefix(id).is_some_and(ends))
}

/// What is in a folder, as far as there are entries `left`.
fn entries(folder: &Path, left: &mut usize) -> Vec<DirEntry> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let entries: Vec<DirEntry> = entries.take(*left).flatten().collect();
    *left = left.saturating_sub(entries.len());
    entries
}
