//! Text to the ids of its pieces, as `SentencePiece`'s unigram model does it: normalise, then the likeliest cut.
//!
//! Owns the cut ([Kudo 2018](https://arxiv.org/abs/1804.10959)). Must not know what the ids are for. The same text has
//! the same ids as in the reference, which golden files hold this to.

mod normalizer;
mod vocabulary;

pub(super) use normalizer::{Normalizer, SPACE};
pub(super) use vocabulary::Vocabulary;

use std::ops::Range;

/// The id of text that no piece covers.
pub(super) const UNKNOWN: u32 = 0;
/// The id before the first piece.
pub(super) const START: u32 = 1;
/// The id after the last piece.
pub(super) const END: u32 = 2;

/// A text, normalised and cut into pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tokens {
    /// The normalised text, with [`SPACE`] before each word.
    pub(super) text: String,
    /// The pieces, in order: ids, and where they stand in `text`.
    pub(super) pieces: Vec<(u32, Range<usize>)>,
}

/// Cuts text.
#[derive(Debug, Clone)]
pub(super) struct Tokenizer {
    pub(super) normalizer: Normalizer,
    pub(super) vocabulary: Vocabulary,
}

/// The best way to reach a position of the text.
#[derive(Clone, Copy)]
struct Step {
    score: f32,
    from: usize,
    id: u32,
}

impl Tokenizer {
    /// The pieces of `text`, without start and end. No text has none.
    pub(super) fn tokenize(&self, text: &str) -> Tokens {
        let text = self.normalizer.normalize(text);
        let best = self.best_steps(&text);
        let mut pieces: Vec<(u32, Range<usize>)> = Vec::new();
        let mut at = text.len();
        while at > 0 {
            let Step { from, id, .. } = best[at];
            match pieces.last_mut() {
                // The reference joins neighbours that no piece covers into one.
                Some((UNKNOWN, range)) if id == UNKNOWN => *range = from..range.end,
                _ => pieces.push((id, from..at)),
            }
            at = from;
        }
        pieces.reverse();
        Tokens { text, pieces }
    }

    /// For each position the likeliest last step that ends there. Of equal ones the earliest start wins, as in the
    /// reference: scores are only replaced by greater ones.
    fn best_steps(&self, text: &str) -> Vec<Step> {
        let unreached = Step { score: f32::NEG_INFINITY, from: 0, id: UNKNOWN };
        let mut best = vec![unreached; text.len() + 1];
        best[0].score = 0.0;
        for (from, character) in text.char_indices() {
            let base = best[from].score;
            let mut step = |length: usize, score: f32, id: u32| {
                let end = &mut best[from + length];
                if base + score > end.score {
                    *end = Step { score: base + score, from, id };
                }
            };
            let single = character.len_utf8();
            let mut covered = false;
            self.vocabulary.prefixes(&text.as_bytes()[from..], |length, id, score| {
                covered |= length == single;
                step(length, score, id);
            });
            if !covered {
                step(single, self.vocabulary.unknown_score(), UNKNOWN);
            }
        }
        best
    }
}
