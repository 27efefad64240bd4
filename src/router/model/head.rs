//! The trained part of the classifier: weights, calibration and known examples, and the file that holds them.
//!
//! `assets/head.bin` is made by `pointsman train` and belongs to one encoder and one list of features. The file is
//! `"PMHEAD"`, a version, a checksum (XXH3 of the rest), the [`Head`] in [postcard](https://postcard.jamesmunns.com), and
//! the bytes of its matrices in the order of [`Head::matrices`], which stay where they lie.

use super::certainty::{self, Certainty};
use super::encoder::{self, Dense};
use super::follow_up::FollowUps;
use super::input::{self, Prompt};
use super::neighbours::Neighbours;
use super::opinion::{Opinion, TextSigns};
use super::tuned::Tuned;
use crate::config::CategoryId;
use crate::router::linear::logits;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

static SHIPPED: &[u8] = include_bytes!("../../../assets/head.bin");

const MAGIC: &[u8; 6] = b"PMHEAD";
const VERSION: u16 = 2;

/// What training made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The checksum of the encoder that it was trained on.
    pub(in crate::router) encoder: u64,
    /// The categories that it knows.
    pub(in crate::router) categories: Vec<String>,
    /// How many features it expects.
    pub(in crate::router) width: usize,
    /// Of the first branch: for each category a weight a feature, then the constant.
    pub(in crate::router) weights: Vec<f32>,
    /// The second branch; `None` when there were too few rows to train it.
    pub(in crate::router) tuned: Option<Tuned>,
    /// The prompts that it was trained on, as points.
    pub(in crate::router) neighbours: Neighbours,
    /// What logits are divided by, so that probabilities hold for sources that were not in training.
    pub(in crate::router) temperature: f32,
    /// How far its guesses can be trusted.
    pub(in crate::router) certainty: Certainty,
    /// From this probability on it is sure.
    pub(in crate::router) threshold: f32,
    /// The follow-up decider's; `None` when the rows had no conversations.
    pub(in crate::router) follow_ups: Option<FollowUps>,
    /// Some of the rows that it was trained on, as evidence and as an anchor for corrections.
    pub(in crate::router) examples: Vec<KnownExample>,
}

/// A prompt whose category is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::router) struct KnownExample {
    pub(in crate::router) prompt: String,
    /// Index among the head's categories.
    pub(in crate::router) category: usize,
    /// Where it lies, in 127ths of its greatest number.
    pub(in crate::router) vector: Vec<i8>,
    /// What the head says of it.
    pub(in crate::router) logits: Vec<f32>,
}

/// Why a head cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Not such a file.
    #[error("this is no file of `pointsman train`")]
    Foreign,
    /// Made by another version.
    #[error("it was made by another version of pointsman; train it again")]
    Version,
    /// Not what was written.
    #[error("it is damaged; train it again")]
    Damaged,
}

impl Head {
    /// The head that is part of the program.
    pub fn shipped() -> Result<Self, HeadError> {
        // Its checksum is not asked at run time: the file is part of the program, and asking reads all of it.
        Self::read(&Bytes::from_static(SHIPPED), false)
    }

    /// Reads a file of `pointsman train`.
    ///
    /// # Errors
    /// When it is none, is damaged, or belongs to another version of the encoder or the features.
    pub fn from_bytes(file: Vec<u8>) -> Result<Self, HeadError> {
        Self::read(&file.into(), true)
    }

    fn read(file: &Bytes, checked: bool) -> Result<Self, HeadError> {
        let rest = file.strip_prefix(MAGIC).ok_or(HeadError::Foreign)?;
        let (version, rest) = rest.split_first_chunk().ok_or(HeadError::Damaged)?;
        if u16::from_le_bytes(*version) != VERSION {
            return Err(HeadError::Version);
        }
        let (checksum, body) = rest.split_first_chunk().ok_or(HeadError::Damaged)?;
        if checked && u64::from_le_bytes(*checksum) != XxHash3_64::oneshot(body) {
            return Err(HeadError::Damaged);
        }
        let (mut head, rest): (Self, &[u8]) = postcard::take_from_bytes(body).map_err(|_unsaid| HeadError::Damaged)?;
        if head.encoder != encoder::checksum() || head.width != input::WIDTH {
            return Err(HeadError::Version);
        }
        let mut rest = file.slice_ref(rest);
        for matrix in head.matrices_mut() {
            let length = matrix.inputs.saturating_mul(matrix.outputs);
            if length > rest.len() {
                return Err(HeadError::Damaged);
            }
            matrix.weights = rest.split_to(length);
        }
        if rest.is_empty() && head.is_whole() { Ok(head) } else { Err(HeadError::Damaged) }
    }

    /// The matrices whose bytes stand behind all else in the file, in this order.
    fn matrices(&self) -> impl Iterator<Item = &Dense> {
        let Neighbours { projection, points, .. } = &self.neighbours;
        self.tuned.iter().flat_map(|tuned| tuned.top.layers()).chain([projection, points])
    }

    fn matrices_mut(&mut self) -> impl Iterator<Item = &mut Dense> {
        let Neighbours { projection, points, .. } = &mut self.neighbours;
        self.tuned.iter_mut().flat_map(|tuned| tuned.top.layers_mut()).chain([projection, points])
    }

    /// Whether everything in it is as long as it has to be.
    fn is_whole(&self) -> bool {
        let count = self.categories.len();
        count > 0
            && self.weights.len() == count * (self.width + 1)
            && self.tuned.as_ref().is_none_or(|tuned| tuned.is_whole(count))
            && self.neighbours.is_whole(count)
            && self.certainty.weights.len() == certainty::COUNT
            && self.temperature > 0.0
            && self.follow_ups.as_ref().is_none_or(|models| models.fits(count))
            && self.examples.iter().all(|example| {
                example.category < count && example.logits.len() == count && example.vector.len() == encoder::WIDTH
            })
    }

    /// The file's bytes; the same head has the same bytes.
    ///
    /// # Errors
    /// Never in practice: everything in a head can be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, HeadError> {
        let body = postcard::to_stdvec(self).map_err(|_unsaid| HeadError::Damaged)?;
        let mut file = MAGIC.to_vec();
        file.extend(VERSION.to_le_bytes());
        let body = self.matrices().fold(body, |mut body, matrix| {
            body.extend_from_slice(&matrix.weights);
            body
        });
        file.extend(XxHash3_64::oneshot(&body).to_le_bytes());
        file.extend(body);
        Ok(file)
    }

    /// The categories that it knows, in the order of its numbers.
    pub fn categories(&self) -> impl Iterator<Item = CategoryId> {
        self.categories.iter().map(|name| CategoryId::from(name.as_str()))
    }

    /// The calibrated probability from which on the follow-up decider is sure; 0 without its weights.
    pub(in crate::router) fn follow_up_threshold(&self) -> f64 {
        self.follow_ups.as_ref().map_or(0.0, |models| f64::from(models.threshold))
    }

    /// What it makes of a prompt, lessons left out.
    pub(in crate::router) fn opinion(&self, prompt: &Prompt<'_>, text: TextSigns) -> Opinion {
        let frozen = logits(&self.weights, prompt.features);
        let tuned = self.tuned.as_ref().map_or_else(|| frozen.clone(), |tuned| tuned.logits(prompt));
        let vote = self.neighbours.vote(prompt.vector, self.categories.len());
        Opinion { frozen, tuned, shift: Vec::new(), vote, text }
    }

    /// The calibrated probability of each category but for the `barred` ones, which cannot be.
    pub(in crate::router) fn probabilities(&self, opinion: &Opinion, barred: &[bool]) -> Vec<f64> {
        opinion.calibrated(&opinion.probabilities(self.temperature, barred), barred, &self.certainty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_is_whole_and_written_as_it_was_read() {
        let head = Head::from_bytes(SHIPPED.to_vec()).unwrap();
        assert_eq!(head, Head::shipped().unwrap());
        assert_eq!(head.to_bytes().unwrap(), SHIPPED);
    }

    #[test]
    fn a_file_that_is_cut_or_changed_is_refused() {
        let refused = |change: fn(&mut Vec<u8>)| {
            let mut file = SHIPPED.to_vec();
            change(&mut file);
            Head::from_bytes(file).err()
        };
        assert_eq!(refused(|file| file.truncate(3)), Some(HeadError::Foreign));
        assert_eq!(refused(|file| file[6] = 1), Some(HeadError::Version));
        assert_eq!(refused(|file| file.truncate(file.len() - 1)), Some(HeadError::Damaged));
        assert_eq!(refused(|file| file.push(0)), Some(HeadError::Damaged));
        assert_eq!(refused(|file| file[40] ^= 1), Some(HeadError::Damaged));
    }
}
