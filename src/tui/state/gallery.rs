//! The pictures that are ready to be drawn, and what to ask for next.
//!
//! Before a frame every picture in sight is offered to [`Gallery::look`]. One at a time is made: its blob is asked for,
//! comes back through [`Gallery::came`], becomes a job that is done beside the screen's thread, and that comes back
//! through [`Gallery::drawn`]. Text never waits for any of it, and the rows are reserved from the beginning.

use super::{Content, State};
use crate::chat::{Attachment, Blob, BlobHash};
use crate::tui::pictures::{Key, Picture, PictureJob, PictureResult, Size, Space, TextCell, Way};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So much is kept that is not in sight, in bytes and in pictures.
const BYTES_MAX: usize = 8 << 20;
const PICTURES_MAX: usize = 64;
/// The bits of a picture's number.
const NUMBERS: u32 = 0x00ff_ffff;

/// A picture that is done.
#[derive(Debug)]
struct Entry {
    /// Tells it from all others.
    number: u32,
    /// When it was last in sight.
    seen: u64,
    /// `None`: it cannot be drawn.
    picture: Option<Arc<Picture>>,
}

/// How far the one is that is being made.
#[derive(Debug, Default)]
enum Making {
    #[default]
    Nothing,
    /// Its blob was asked for.
    Asked(Key),
    /// Its blob is here, and the job can be done.
    Ready(PictureJob),
    /// The job is being done.
    Working,
}

/// A picture that can be drawn, or not.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Hung<'a> {
    /// It is not made yet.
    NotYet,
    /// It cannot be drawn.
    Never,
    /// With its number.
    Ready(u32, &'a Arc<Picture>),
}

/// All pictures of the screen. Invariant: while `Working`, exactly one job is out.
#[derive(Debug, Default)]
pub(crate) struct Gallery {
    space: Space,
    entries: BTreeMap<Key, Entry>,
    making: Making,
    /// Counts frames that look for pictures.
    clock: u64,
    /// The number of the last picture.
    number: u32,
}

impl Gallery {
    /// What is drawn on.
    pub(crate) fn space(&self) -> Space {
        self.space
    }

    /// What there is of a picture.
    pub(crate) fn picture(&self, key: &Key) -> Hung<'_> {
        match self.entries.get(key) {
            None => Hung::NotYet,
            Some(Entry { picture: None, .. }) => Hung::Never,
            Some(Entry { number, picture: Some(picture), .. }) => Hung::Ready(*number, picture),
        }
    }

    /// These are in sight. Returns the blob to ask for, if any; it must be asked for, since until it comes no other is.
    fn look(&mut self, keys: &[Key]) -> Option<BlobHash> {
        self.clock += 1;
        let mut missing = None;
        for key in keys {
            match self.entries.get_mut(key) {
                Some(entry) => entry.seen = self.clock,
                None => missing = missing.or(Some(key)),
            }
        }
        let missing = missing.filter(|_| matches!(self.making, Making::Nothing))?;
        self.making = Making::Asked(missing.clone());
        Some(missing.hash.clone())
    }

    /// A blob came that may be the one that was asked for; `None`: there is no such blob.
    pub(crate) fn came(&mut self, hash: &BlobHash, blob: Option<&Blob>) {
        let Making::Asked(key) = &self.making else { return };
        if key.hash != *hash {
            return;
        }
        let key = key.clone();
        if let Some(blob) = blob {
            self.making = Making::Ready(PictureJob { key, space: self.space, bytes: blob.bytes.clone() });
        } else {
            self.making = Making::Nothing;
            self.keep(key, None);
        }
    }

    /// The job to do now, if any. It must be done: until its result comes back, no other is given out.
    fn job(&mut self) -> Option<PictureJob> {
        match std::mem::take(&mut self.making) {
            Making::Ready(job) => {
                self.making = Making::Working;
                Some(job)
            }
            other => {
                self.making = other;
                None
            }
        }
    }

    /// Takes what a job made. What was made for another font or way is dropped.
    pub(crate) fn drawn(&mut self, result: PictureResult) {
        self.making = Making::Nothing;
        if result.space == self.space {
            self.keep(result.key, result.picture);
        }
    }

    fn keep(&mut self, key: Key, picture: Option<Arc<Picture>>) {
        self.number = (self.number % NUMBERS) + 1;
        self.entries.insert(key, Entry { number: self.number, seen: self.clock, picture });
        self.make_room();
    }

    /// Forgets the pictures that were not in sight for the longest time. Those in sight stay, lest they drive each other
    /// out.
    fn make_room(&mut self) {
        let bytes = |entry: &Entry| entry.picture.as_ref().map_or(0, |picture| picture.bytes());
        while self.entries.len() > PICTURES_MAX || self.entries.values().map(bytes).sum::<usize>() > BYTES_MAX {
            let unseen = self.entries.iter().filter(|(_, entry)| entry.seen < self.clock);
            let Some(oldest) = unseen.min_by_key(|(_, entry)| entry.seen).map(|(key, _)| key.clone()) else { return };
            self.entries.remove(&oldest);
        }
    }
}

impl State {
    /// Has pictures drawn in that way, on cells of that size. `None`: as large as before.
    pub fn draw_pictures(&mut self, way: Way, cell: Option<TextCell>) {
        let gallery = &mut self.marks.gallery;
        let space = Space { way, cell: cell.unwrap_or(gallery.space.cell) };
        if gallery.space != space {
            // Numbers go on: the terminal may still hold pictures under those that were used.
            let number = if gallery.number == 0 { salted(self.start.salt) } else { gallery.number };
            let making = std::mem::take(&mut gallery.making);
            *gallery = Gallery { space, number, ..Gallery::default() };
            // Its result still comes, and is dropped.
            if matches!(making, Making::Working) {
                gallery.making = making;
            }
            self.transcript.set_space(space);
        }
    }

    /// The blob to ask the engine for, for the pictures in sight. It must be asked for.
    pub fn wanted_blob(&mut self) -> Option<BlobHash> {
        if self.marks.gallery.space.way == Way::Text {
            return None;
        }
        let keys = self.pictures_in_sight();
        self.marks.gallery.look(&keys)
    }

    /// The picture to make now, if any. It must be made.
    pub fn wanted_picture(&mut self) -> Option<PictureJob> {
        self.marks.gallery.job()
    }

    /// The pictures in sight that can be drawn, with their numbers.
    pub(crate) fn hung_pictures(&self) -> Vec<(u32, Arc<Picture>)> {
        let keys = self.pictures_in_sight();
        let hung = keys.iter().map(|key| self.marks.gallery.picture(key));
        hung.filter_map(
            |hung| if let Hung::Ready(number, picture) = hung { Some((number, picture.clone())) } else { None },
        )
        .collect()
    }

    /// Every picture of which a row is in sight, from the top.
    fn pictures_in_sight(&self) -> Vec<Key> {
        let turns = self.conversation.turns();
        let mut keys = Vec::new();
        // Most prompts have no files, and then there is nothing to look through.
        let mut in_sight = turns.get(self.transcript.turns_in_sight()).into_iter().flatten();
        if in_sight.all(|turn| turn.ask.prompt.attachments.is_empty()) {
            return keys;
        }
        for line in self.transcript.visible(turns) {
            if let Content::Picture { file, size, .. } = line.content
                && let Some(file) = turns[line.turn].ask.prompt.attachments.get(file)
            {
                keys.push(key_of(file, size));
            }
        }
        keys.dedup();
        keys
    }
}

/// The picture of a file.
pub(crate) fn key_of(file: &Attachment, size: Size) -> Key {
    Key { hash: file.blob.hash.clone(), size }
}

/// Where numbers begin: other programs number their pictures on the same terminal from 1.
fn salted(salt: u64) -> u32 {
    (salt ^ (salt >> 24) ^ (salt >> 48)) as u32 & NUMBERS
}

#[cfg(test)]
mod tests;
