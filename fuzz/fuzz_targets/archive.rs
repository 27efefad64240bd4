//! Any bytes as a file to import: it is read or refused, and what was read can be exported and read again unchanged.
//!
//! `tests/archive.rs` asks the second half of histories that are whole, always.

#![no_main]

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use pointsman::archive::{self, Format, Writer};
use pointsman::store::{Bundle, Loose};

fuzz_target!(|bytes: &[u8]| {
    let Ok(found) = archive::read(bytes) else { return };
    for format in [Format::Jsonl, Format::Json] {
        let text = exported(format, &found.bundle);
        let again = archive::read(text.as_bytes());
        let again = again.unwrap_or_else(|mistake| panic!("its own export is refused: {mistake}\n{text}"));
        assert_eq!(again.bundle, found.bundle, "an export differs from what was imported:\n{text}");
    }
});

fn exported(format: Format, bundle: &Bundle) -> String {
    let mut writer = Writer::new(format, true, TimeZone::UTC);
    let mut text = writer.head();
    text.extend(bundle.chats.iter().map(|chat| writer.chat(chat)));
    text.extend(bundle.blobs.iter().map(|blob| writer.blob(blob)));
    let Bundle { decisions, lessons, verdicts, .. } = bundle.clone();
    text + &writer.tail(&Loose { decisions, lessons, verdicts })
}
