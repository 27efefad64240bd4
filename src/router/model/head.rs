//! The trained part of the classifier: weights, calibration and known examples, and the file that holds them.
//!
//! `assets/head.bin` is made by `pointsman train` and belongs to one encoder and one list of features. The file is
//! `"PMHEAD"`, a version, a checksum (XXH3 of the rest) and the [`Head`] in [postcard](https://postcard.jamesmunns.com).

use super::encoder;
use super::follow_up::FollowUps;
use super::input;
use crate::config::CategoryId;
use crate::router::linear::{logits, softmax};
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

const MAGIC: &[u8; 6] = b"PMHEAD";
const VERSION: u16 = 1;

/// What training made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// The checksum of the encoder that it was trained on.
    pub(in crate::router) encoder: u64,
    /// The categories that it knows.
    pub(in crate::router) categories: Vec<String>,
    /// How many features it expects.
    pub(in crate::router) width: usize,
    /// For each category a weight a feature, then the constant.
    pub(in crate::router) weights: Vec<f32>,
    /// What logits are divided by, so that probabilities hold for sources that were not in training.
    pub(in crate::router) temperature: f32,
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
        Self::from_bytes(include_bytes!("../../../assets/head.bin"))
    }

    /// Reads a file of `pointsman train`.
    ///
    /// # Errors
    /// When it is none, is damaged, or belongs to another version of the encoder or the features.
    pub fn from_bytes(file: &[u8]) -> Result<Self, HeadError> {
        let rest = file.strip_prefix(MAGIC).ok_or(HeadError::Foreign)?;
        let (version, rest) = rest.split_first_chunk().ok_or(HeadError::Damaged)?;
        if u16::from_le_bytes(*version) != VERSION {
            return Err(HeadError::Version);
        }
        let (checksum, body) = rest.split_first_chunk().ok_or(HeadError::Damaged)?;
        if u64::from_le_bytes(*checksum) != XxHash3_64::oneshot(body) {
            return Err(HeadError::Damaged);
        }
        let head: Self = postcard::from_bytes(body).map_err(|_unsaid| HeadError::Damaged)?;
        if head.encoder != encoder::checksum() || head.width != input::WIDTH {
            return Err(HeadError::Version);
        }
        if head.is_whole() { Ok(head) } else { Err(HeadError::Damaged) }
    }

    /// Whether everything in it is as long as it has to be.
    fn is_whole(&self) -> bool {
        let count = self.categories.len();
        count > 0
            && self.weights.len() == count * (self.width + 1)
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

    pub(in crate::router) fn logits(&self, features: &[f32]) -> Vec<f32> {
        logits(&self.weights, features)
    }

    pub(in crate::router) fn probabilities(&self, logits: &[f32]) -> Vec<f64> {
        softmax(logits, self.temperature)
    }
}
