//! The files that go along with the prompt that is being written. Must not hold their content: the engine does.

use crate::chat::Attachment;
use crate::format::size::size;
use crate::format::thousands;
use crate::tui::text::cells::{ellipsis, text_width};

/// How many rows the chips take at most.
const CHIP_ROWS_MAX: usize = 3;
/// Between two chips in a row, in cells.
const GAP: usize = 3;

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

    /// The chips, a text a row, in rows of `width` cells. What does not fit the rows is counted in the last one.
    pub(crate) fn rows(&self, width: usize) -> Vec<String> {
        let reading = self.reading.iter().map(|(_, name)| format!("{name} …"));
        let chips: Vec<String> = self.files.iter().map(chip).chain(reading).collect();
        let mut rows: Vec<(String, usize)> = Vec::new();
        for chip in &chips {
            let chip = ellipsis(chip, width);
            match rows.last_mut().filter(|(row, _)| text_width(row) + GAP + text_width(&chip) <= width) {
                Some((row, count)) => {
                    row.push_str(&" ".repeat(GAP));
                    row.push_str(&chip);
                    *count += 1;
                }
                None => rows.push((chip, 1)),
            }
        }
        if rows.len() > CHIP_ROWS_MAX {
            let shown: usize = rows.iter().take(CHIP_ROWS_MAX - 1).map(|(_, count)| count).sum();
            rows.truncate(CHIP_ROWS_MAX - 1);
            rows.push((format!("and {} more", chips.len() - shown), 0));
        }
        rows.into_iter().map(|(row, _)| row).collect()
    }

    /// About how many tokens they take.
    pub(crate) fn tokens(&self) -> usize {
        self.files.iter().map(Attachment::tokens).sum()
    }
}

/// A file in a few words: its name, how large it is, and what it costs.
pub(crate) fn chip(file: &Attachment) -> String {
    let Attachment { name, blob, extent } = file;
    let tokens = format!("≈ {} tokens", thousands(file.tokens() as u64));
    let facts = [extent.words(), size(blob.size), tokens];
    let facts: Vec<&str> = facts.iter().map(String::as_str).filter(|fact| !fact.is_empty()).collect();
    format!("{} {name} {}", file.mark(), facts.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Blob, Extent};

    fn file(name: &str, extent: Extent) -> Attachment {
        let media_type = if matches!(extent, Extent::Pixels { .. }) { "image/png" } else { "text/plain" };
        let blob = Blob { media_type: media_type.into(), bytes: vec![0; 2048].into() };
        Attachment { name: name.to_owned(), blob: blob.reference(), extent }
    }

    #[test]
    fn a_chip_says_name_extent_size_and_tokens() {
        let picture = file("crab.png", Extent::Pixels { width: 1024, height: 768 });
        assert_eq!(chip(&picture), "▣ crab.png 1,024 × 768 · 2.0 KB · ≈ 1,036 tokens");
        let text = file("main.rs", Extent::Text { lines: 1, tokens: 12 });
        assert_eq!(chip(&text), "≡ main.rs 1 line · 2.0 KB · ≈ 12 tokens");
    }

    #[test]
    fn chips_share_rows_and_what_does_not_fit_is_counted() {
        let mut attached = Attached::default();
        for name in ["a", "b", "c", "d", "e"] {
            attached.add(file(name, Extent::Text { lines: 2, tokens: 12 }));
        }
        let serial = attached.read("f.png");
        let rows = attached.rows(80);
        assert_eq!(rows[0].matches("2 lines").count(), 2);
        assert_eq!((rows.len(), rows[2].as_str()), (3, "≡ e 2 lines · 2.0 KB · ≈ 12 tokens   f.png …"), "{rows:#?}");
        assert!(attached.was_read(serial) && !attached.was_read(serial));
        assert_eq!(attached.rows(40).last().map(String::as_str), Some("and 3 more"));
    }

    #[test]
    fn the_last_file_goes_first_and_one_that_is_being_read_before_it() {
        let mut attached = Attached::default();
        attached.add(file("a", Extent::Unknown));
        attached.add(file("a", Extent::Unknown));
        let serial = attached.read("b");
        assert_eq!(attached.remove_last().as_deref(), Some("b"));
        assert!(!attached.was_read(serial), "it is not wanted any more");
        assert_eq!((attached.remove_last().as_deref(), attached.remove_last()), (Some("a"), None));
    }
}
