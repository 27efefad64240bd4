//! What is asked for, in which order, and what is forgotten.

use super::*;

fn key(name: &str) -> Key {
    Key { hash: BlobHash::of(name.as_bytes()), size: Size { columns: 2, rows: 1 } }
}

fn blob() -> Blob {
    Blob { media_type: "image/png".into(), bytes: b"bytes".as_slice().into() }
}

/// A picture of so many bytes.
fn picture(bytes: usize) -> Arc<Picture> {
    let data = "x".repeat(bytes).into();
    Arc::new(Picture { size: Size { columns: 2, rows: 1 }, pixels: Box::default(), data })
}

impl Gallery {
    /// Has the picture that is in sight made, of so many bytes.
    fn make(&mut self, key: &Key, bytes: usize) {
        assert_eq!(self.look(std::slice::from_ref(key)), Some(key.hash.clone()));
        self.came(&key.hash, Some(&blob()));
        let job = self.job().unwrap();
        self.drawn(PictureResult { key: job.key, space: job.space, picture: Some(picture(bytes)) });
    }

    fn is_ready(&self, key: &Key) -> bool {
        matches!(self.picture(key), Hung::Ready(..))
    }
}

#[test]
fn pictures_are_made_one_after_the_other_and_asked_for_once() {
    let mut gallery = Gallery::default();
    let keys = [key("one"), key("two")];
    assert_eq!(gallery.look(&keys), Some(keys[0].hash.clone()));
    assert_eq!((gallery.look(&keys), gallery.job()), (None, None));
    // Someone else's blob.
    gallery.came(&keys[1].hash, Some(&blob()));
    assert_eq!(gallery.job(), None);
    gallery.came(&keys[0].hash, Some(&blob()));
    assert_eq!(gallery.look(&keys), None);
    let job = gallery.job().unwrap();
    assert_eq!((job.key.clone(), gallery.job(), gallery.look(&keys)), (keys[0].clone(), None, None));
    gallery.drawn(PictureResult { key: job.key, space: job.space, picture: Some(picture(1)) });
    assert_eq!(gallery.look(&keys), Some(keys[1].hash.clone()));
    // There is no such blob.
    gallery.came(&keys[1].hash, None);
    assert!(gallery.is_ready(&keys[0]) && matches!(gallery.picture(&keys[1]), Hung::Never));
    assert_eq!(gallery.look(&keys), None, "what cannot be drawn is not asked for again");
}

#[test]
fn what_was_not_in_sight_for_the_longest_time_is_forgotten_and_never_what_is() {
    let mut gallery = Gallery::default();
    let keys: Vec<Key> = ["a", "b", "c"].map(key).to_vec();
    gallery.make(&keys[0], 3 << 20);
    gallery.make(&keys[1], 3 << 20);
    gallery.look(&keys[..1]);
    gallery.make(&keys[2], 3 << 20);
    assert_eq!(keys.iter().map(|key| gallery.is_ready(key)).collect::<Vec<_>>(), [true, false, true]);
    // Now more is in sight than may be kept.
    gallery.look(&keys);
    gallery.came(&keys[1].hash, Some(&blob()));
    let job = gallery.job().unwrap();
    gallery.drawn(PictureResult { key: job.key, space: job.space, picture: Some(picture(3 << 20)) });
    assert!(keys.iter().all(|key| gallery.is_ready(key)));
}

#[test]
fn every_picture_has_a_number_of_its_own_that_is_not_zero() {
    let mut gallery = Gallery { number: NUMBERS - 1, ..Gallery::default() };
    let numbers = ["a", "b", "c"].map(|name| {
        gallery.make(&key(name), 1);
        match gallery.picture(&key(name)) {
            Hung::Ready(number, _) => number,
            Hung::NotYet | Hung::Never => 0,
        }
    });
    assert_eq!(numbers, [NUMBERS, 1, 2]);
    assert!([0, 1, u64::MAX, 1 << 60].map(salted).iter().all(|number| *number <= NUMBERS));
}

#[test]
fn what_was_made_for_another_font_is_dropped_and_made_again() {
    let mut state = State::new(crate::examples::start());
    state.draw_pictures(Way::Blocks, None);
    let gallery = &mut state.marks.gallery;
    gallery.make(&key("a"), 1);
    gallery.look(&[key("b")]);
    gallery.came(&key("b").hash, Some(&blob()));
    let job = gallery.job().unwrap();
    state.draw_pictures(Way::Blocks, None);
    assert!(state.marks.gallery.is_ready(&key("a")), "nothing changed");
    state.draw_pictures(Way::Kitty, None);
    let gallery = &mut state.marks.gallery;
    assert!(!gallery.is_ready(&key("a")));
    assert_eq!(gallery.look(&[key("a")]), None, "one job is still out");
    gallery.drawn(PictureResult { key: job.key, space: job.space, picture: Some(picture(1)) });
    assert!(!gallery.is_ready(&key("b")));
    gallery.make(&key("a"), 1);
}
