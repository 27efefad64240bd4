//! The files that go along with the prompt that is being written. Must not hold their content: the engine does.

use crate::chat::Attachment;

/// The files of a draft.
#[derive(Debug, Default)]
pub(crate) struct Attached {
    files: Vec<Attachment>,
    /// The names of those that are still being read, with the numbers of the requests.
    reading: Vec<(u64, String)>,
    /// The number of the last request.
    serial: u64,
}

impl Attached {
    /// The files, in the user's order.
    pub(crate) fn files(&self) -> &[Attachment] {
        &self.files
    }

    /// The names of the files that are still being read.
    pub(crate) fn reading(&self) -> impl Iterator<Item = &str> {
        self.reading.iter().map(|(_, name)| name.as_str())
    }

    /// Whether there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.reading.is_empty()
    }

    /// Notes that a file is being read. Returns the number of the request.
    pub(crate) fn read(&mut self, name: impl Into<String>) -> u64 {
        self.serial += 1;
        self.reading.push((self.serial, name.into()));
        self.serial
    }

    /// A file was read, or could not be. Returns whether it is still wanted.
    pub(crate) fn was_read(&mut self, serial: u64) -> bool {
        let before = self.reading.len();
        self.reading.retain(|(reading, _)| *reading != serial);
        self.reading.len() < before
    }

    /// Attaches a file, unless the same is attached already.
    pub(crate) fn add(&mut self, file: Attachment) {
        if !self.files.contains(&file) {
            self.files.push(file);
        }
    }

    /// Takes away the file at `index`.
    pub(crate) fn remove(&mut self, index: usize) -> Option<Attachment> {
        (index < self.files.len()).then(|| self.files.remove(index))
    }

    /// Takes away the last file; one that is still being read comes first.
    pub(crate) fn remove_last(&mut self) -> Option<String> {
        let read = self.reading.pop().map(|(_, name)| name);
        read.or_else(|| self.files.pop().map(|file| file.name))
    }

    /// Takes all files, to be sent or put aside. Those that are being read are forgotten.
    pub(crate) fn take(&mut self) -> Vec<Attachment> {
        self.reading.clear();
        std::mem::take(&mut self.files)
    }

    /// Replaces all files.
    pub(crate) fn set(&mut self, files: Vec<Attachment>) {
        self.reading.clear();
        self.files = files;
    }

    /// About how many tokens they take.
    pub(crate) fn tokens(&self) -> usize {
        self.files.iter().map(Attachment::tokens).sum()
    }
}
