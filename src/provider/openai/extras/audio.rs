//! A recording that comes in pieces of base 64, cut anywhere.

use crate::chat::Blob;
use crate::provider::openai::events::EVENT_BYTES_MAX;
use crate::provider::openai::media;
use crate::provider::openai::wire::WireAudio;

/// So many digits of base 64 make whole bytes.
const DIGITS: usize = 4;

/// The recording so far.
#[derive(Default)]
pub(super) struct Audio {
    bytes: Vec<u8>,
    /// Digits that make no whole bytes yet.
    rest: String,
    format: Option<String>,
    /// Whether a piece was lost, or too much. Nothing is taken behind it.
    incomplete: bool,
}

impl Audio {
    /// Takes the next piece.
    pub(super) fn push(&mut self, WireAudio { data, format, .. }: &WireAudio) {
        if self.format.is_none() {
            self.format.clone_from(format);
        }
        let Some(data) = data.as_deref().filter(|_| !self.incomplete) else { return };
        if !data.is_ascii() || self.bytes.len() + data.len() / DIGITS * 3 > EVENT_BYTES_MAX {
            return self.lose();
        }
        self.rest.extend(data.split_ascii_whitespace());
        let rest = self.rest.split_off(self.rest.len() / DIGITS * DIGITS);
        let whole = std::mem::replace(&mut self.rest, rest);
        if whole.is_empty() {
            return;
        }
        match media::decoded(&whole) {
            Some(bytes) => self.bytes.extend(bytes),
            None => self.lose(),
        }
    }

    /// A piece of it is lost.
    pub(super) fn lose(&mut self) {
        self.incomplete = true;
    }

    /// Whether nothing of it has come.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.rest.is_empty()
    }

    /// Whether something of it is lost.
    pub(super) fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// All of it; `None`: nothing came.
    pub(super) fn finish(mut self) -> Option<Blob> {
        self.bytes.extend(media::decoded(&self.rest).unwrap_or_default());
        (!self.bytes.is_empty()).then(|| media::recording(self.bytes, self.format.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_without_an_end_stops_growing() {
        let mut audio = Audio::default();
        let piece = WireAudio { data: Some("AAAA".repeat(1 << 20)), ..WireAudio::default() };
        for _ in 0..2 * EVENT_BYTES_MAX / (3 << 20) {
            audio.push(&piece);
        }
        let incomplete = audio.is_incomplete();
        let length = audio.finish().map_or(0, |blob| blob.bytes.len());
        assert!(incomplete && length <= EVENT_BYTES_MAX && length > EVENT_BYTES_MAX / 2, "{length}");
    }
}
