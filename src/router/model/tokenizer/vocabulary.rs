//! The pieces that text is cut into, and their scores. Looks prefixes up in the sorted pieces of the encoder's file as
//! they lie there: nothing is built at the start, and only the parts that are used are ever read from disk.

/// The pieces in the order of their bytes.
#[derive(Debug, Clone, Copy)]
pub(in crate::router) struct Vocabulary {
    /// For each piece its id, four bytes each, lowest first.
    ids: &'static [u8],
    /// Where each piece begins in `blob`, and one more for the end of the last.
    offsets: &'static [u8],
    blob: &'static [u8],
    /// The logarithm of each piece's probability, as f32.
    scores: &'static [u8],
    unknown_score: f32,
}

/// The reference scores an unknown character this much below the worst piece.
const UNKNOWN_PENALTY: f32 = 10.0;

impl Vocabulary {
    /// A vocabulary over the parts of the encoder's file, whose lengths are already known to fit each other.
    pub(in crate::router) fn new(
        ids: &'static [u8],
        offsets: &'static [u8],
        blob: &'static [u8],
        scores: &'static [u8],
    ) -> Self {
        let lowest = scores.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).fold(0.0, f32::min);
        Self { ids, offsets, blob, scores, unknown_score: lowest - UNKNOWN_PENALTY }
    }

    /// The score of a character that no piece covers.
    pub(super) fn unknown_score(&self) -> f32 {
        self.unknown_score
    }

    /// Calls `found(length, id, score)` for every piece that `text` begins with, shortest first.
    pub(super) fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, u32, f32)) {
        // All pieces in low..high begin with the bytes read so far; the shortest of them stands first.
        let (mut low, mut high) = (0, self.ids.len() / 4);
        for (depth, byte) in text.iter().enumerate() {
            low = self.first(low, high, |piece| piece.get(depth).is_none_or(|b| b < byte));
            if low == high || self.piece(low).get(depth) != Some(byte) {
                return;
            }
            high = self.first(low, high, |piece| piece.get(depth) == Some(byte));
            if self.piece(low).len() == depth + 1 {
                found(depth + 1, word(self.ids, low), f32::from_bits(word(self.scores, low)));
            }
        }
    }

    /// The first of the pieces in `low..high` for which `before` does not hold.
    fn first(&self, mut low: usize, mut high: usize, before: impl Fn(&[u8]) -> bool) -> usize {
        while low < high {
            let middle = usize::midpoint(low, high);
            if before(self.piece(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn piece(&self, index: usize) -> &'static [u8] {
        let (from, to) = (word(self.offsets, index) as usize, word(self.offsets, index + 1) as usize);
        self.blob.get(from..to).unwrap_or_default()
    }
}

fn word(bytes: &[u8], index: usize) -> u32 {
    bytes.as_chunks().0.get(index).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}
