//! The content of attached files while the program runs: what is not saved yet, and some of what is, so that it need not
//! be read again for each request.
//!
//! Without a store, and incognito, this is the only place that has it. Must not know what a file is for.

use super::opening::{OpenStore, opened};
use crate::chat::{Blob, BlobHash, Blobs};
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many bytes of saved content are held at most.
const SAVED_BYTES_MAX: usize = 32 << 20;

/// The content of attached files. Clones share it.
#[derive(Clone, Default)]
pub struct BlobCache(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    blobs: HashMap<BlobHash, Blob>,
    /// Those of them that are saved, the oldest first.
    saved: VecDeque<BlobHash>,
    store: Option<OpenStore>,
}

impl BlobCache {
    /// Holds `blob` until it is saved.
    pub fn put(&self, blob: Blob) {
        let hash = BlobHash::of(&blob.bytes);
        self.held().blobs.entry(hash).or_insert(blob);
    }

    /// Reads what is not held from `store`.
    pub(super) fn connect(&self, store: OpenStore) {
        self.held().store = Some(store);
    }

    /// The blob of that hash, as far as it is not saved.
    pub(super) fn unsaved(&self, hash: &BlobHash) -> Option<Blob> {
        let held = self.held();
        let blob = held.blobs.get(hash).filter(|_| !held.saved.contains(hash));
        blob.cloned()
    }

    /// The blob of that hash is saved: it may go when there is no room.
    pub(super) fn saved(&self, hash: BlobHash) {
        let mut held = self.held();
        if held.blobs.contains_key(&hash) && !held.saved.contains(&hash) {
            held.saved.push_back(hash);
        }
        held.make_room();
    }

    /// The blob of that hash, from the store where it is not held.
    pub(super) async fn get(&self, hash: &BlobHash) -> Option<Blob> {
        let (held, store) = {
            let held = self.held();
            (held.blobs.get(hash).cloned(), held.store.clone())
        };
        if held.is_some() {
            return held;
        }
        let read = opened(&mut store?).await?.blob(hash.clone()).await;
        let blob = read.inspect_err(|error| tracing::warn!(%error, "an attached file was not read")).ok()??;
        let mut held = self.held();
        held.blobs.insert(hash.clone(), blob.clone());
        held.saved.push_back(hash.clone());
        held.make_room();
        Some(blob)
    }

    /// The blobs of these hashes, as far as there are any.
    pub(super) async fn load(&self, hashes: impl Iterator<Item = &BlobHash> + Send) -> Blobs {
        let mut loaded = Blobs::new();
        for hash in hashes {
            if !loaded.contains_key(hash)
                && let Some(blob) = self.get(hash).await
            {
                loaded.insert(hash.clone(), blob);
            }
        }
        loaded
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // No panic can happen while this is held that would leave it half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn make_room(&mut self) {
        let size = |hash: &BlobHash| self.blobs.get(hash).map_or(0, |blob| blob.bytes.len());
        let mut bytes: usize = self.saved.iter().map(size).sum();
        while bytes > SAVED_BYTES_MAX
            && let Some(oldest) = self.saved.pop_front()
        {
            bytes -= self.blobs.remove(&oldest).map_or(0, |blob| blob.bytes.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(byte: u8, bytes: usize) -> Blob {
        Blob { media_type: "image/png".into(), bytes: vec![byte; bytes].into() }
    }

    #[tokio::test]
    async fn what_is_not_saved_is_held_whatever_its_size_and_what_is_saved_makes_room() {
        let cache = BlobCache::default();
        let blobs: Vec<Blob> = (0..5).map(|byte| blob(byte, SAVED_BYTES_MAX / 2)).collect();
        let hashes: Vec<BlobHash> = blobs.iter().map(|blob| blob.reference().hash).collect();
        for blob in blobs {
            cache.put(blob);
        }
        assert!(hashes.iter().all(|hash| cache.unsaved(hash).is_some()));
        hashes.iter().take(4).for_each(|hash| cache.saved(hash.clone()));
        let loaded = cache.load(hashes.iter()).await;
        let there: Vec<bool> = hashes.iter().map(|hash| loaded.contains_key(hash)).collect();
        assert_eq!(there, [false, false, true, true, true]);
        assert!(cache.unsaved(&hashes[3]).is_none() && cache.unsaved(&hashes[4]).is_some());
    }
}
