//! The pictures in sight, and those that the terminal holds: shared by the screen and the backend that writes to it.
//!
//! Only kitty holds pictures, each under a number until it is deleted.

use super::{Picture, Way};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The pictures that the backend needs. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Arc<Mutex<Pictures>>);

#[derive(Debug, Default)]
struct Pictures {
    way: Way,
    /// By their numbers.
    shown: BTreeMap<u32, Arc<Picture>>,
    /// What the terminal holds. A picture that is gone from here is not in use any more.
    sent: BTreeMap<u32, Weak<Picture>>,
}

/// What has to be told the terminal before the cells of a frame.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) new: Vec<(u32, Arc<Picture>)>,
    pub(crate) gone: Vec<u32>,
}

impl Shelf {
    /// These are in sight now, and no others.
    pub(crate) fn show(&self, way: Way, pictures: impl Iterator<Item = (u32, Arc<Picture>)>) {
        let mut held = self.held();
        held.way = way;
        held.shown.clear();
        held.shown.extend(pictures);
    }

    /// Whether there is nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        let held = self.held();
        held.shown.is_empty() && held.sent.is_empty()
    }

    /// In which way pictures are drawn.
    pub(crate) fn way(&self) -> Way {
        self.held().way
    }

    /// A picture in sight.
    pub(crate) fn picture(&self, number: u32) -> Option<Arc<Picture>> {
        self.held().shown.get(&number).cloned()
    }

    /// What the terminal has to learn so that it holds what is in sight, and nothing that is out of use. The caller tells
    /// it.
    pub(crate) fn changes(&self) -> Changes {
        let mut held = self.held();
        let Pictures { way: Way::Kitty, shown, sent } = &mut *held else { return Changes::default() };
        let gone: Vec<u32> =
            sent.iter().filter(|(_, picture)| picture.strong_count() == 0).map(|(number, _)| *number).collect();
        sent.retain(|_, picture| picture.strong_count() > 0);
        let new = shown.iter().filter(|(number, _)| !sent.contains_key(number));
        let new: Vec<_> = new.map(|(number, picture)| (*number, picture.clone())).collect();
        sent.extend(new.iter().map(|(number, picture)| (*number, Arc::downgrade(picture))));
        Changes { new, gone }
    }

    /// The terminal may have lost what is in sight: it is sent again.
    pub(crate) fn send_again(&self) {
        let Pictures { shown, sent, .. } = &mut *self.held();
        sent.retain(|number, _| !shown.contains_key(number));
    }

    /// The terminal is to hold nothing any more: the numbers that the caller must have it delete. Never waits, since a
    /// panic may come from anywhere.
    pub(crate) fn forget(&self) -> Vec<u32> {
        let sent = self.0.try_lock().map(|mut held| std::mem::take(&mut held.sent));
        sent.unwrap_or_default().into_keys().collect()
    }

    fn held(&self) -> MutexGuard<'_, Pictures> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::pictures::Size;

    fn picture() -> Arc<Picture> {
        Arc::new(Picture { size: Size { columns: 1, rows: 1 }, pixels: Box::default(), data: "x".into() })
    }

    #[test]
    fn a_picture_is_sent_once_and_deleted_when_it_is_out_of_use() {
        let shelf = Shelf::default();
        let kept = picture();
        shelf.show(Way::Kitty, [(1, kept.clone()), (2, picture())].into_iter());
        let new: Vec<u32> = shelf.changes().new.iter().map(|(number, _)| *number).collect();
        assert_eq!(new, [1, 2]);
        assert_eq!(shelf.changes(), Changes::default());
        shelf.show(Way::Kitty, std::iter::empty());
        assert_eq!(shelf.changes(), Changes { new: Vec::new(), gone: vec![2] });
        shelf.show(Way::Kitty, [(1, kept.clone())].into_iter());
        assert_eq!(shelf.changes(), Changes::default(), "out of sight is not out of use");
        shelf.send_again();
        assert_eq!(shelf.changes().new.len(), 1);
        assert_eq!((shelf.forget(), shelf.forget()), (vec![1], Vec::new()));
        assert_eq!(shelf.changes().new.len(), 1, "what is in sight comes back after a pause");
    }

    #[test]
    fn only_kitty_holds_pictures() {
        for way in [Way::Iterm2, Way::Sixel, Way::Blocks] {
            let shelf = Shelf::default();
            shelf.show(way, [(1, picture())].into_iter());
            assert_eq!(shelf.changes(), Changes::default(), "{way:?}");
            assert!(shelf.picture(1).is_some() && !shelf.is_idle());
        }
    }
}
