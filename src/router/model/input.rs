//! A prompt as the head weighs it: the encoder's two views of it, then its shape.
//!
//! Owns how the features are put together. Changing anything here needs a newly trained `assets/head.bin`.

use super::encoder::{self, Encoder, Reading};
use super::{courtesy, features, spelling};

/// How many features the head weighs.
pub(in crate::router) const WIDTH: usize = SHAPES + features::COUNT;

/// Where the features of shape begin, behind the encoder's vector and what it was made of.
pub(in crate::router) const SHAPES: usize = 2 * encoder::WIDTH;

/// How much a feature of shape counts beside a number of the encoder's vector.
const SHAPE_WEIGHT: f32 = 0.4;

/// What the head looks at of a prompt.
#[derive(Debug, Clone, Copy)]
pub(in crate::router) struct Prompt<'a> {
    /// The features of the first branch.
    pub(in crate::router) features: &'a [f32],
    /// What the second branch starts from: the sum over the pieces that were read, and how many they were.
    pub(in crate::router) sum: &'a [f32],
    pub(in crate::router) count: usize,
    /// The encoder's vector.
    pub(in crate::router) vector: &'a [f32],
}

impl<'a> Prompt<'a> {
    pub(in crate::router) fn new(reading: &'a Reading, features: &'a [f32]) -> Self {
        Self { features, sum: &reading.sum, count: reading.count, vector: &reading.vector }
    }
}

/// Reads a prompt as it was meant, without its courtesies, and gives its features as the head weighs them.
pub(in crate::router) fn read(prompt: &str, encoder: &Encoder) -> (Reading, Vec<f32>) {
    let bare = courtesy::without(prompt);
    let prompt = spelling::as_meant(&bare);
    let reading = encoder.read(&prompt);
    let mut all = Vec::with_capacity(WIDTH);
    all.extend(&reading.vector);
    all.extend(&reading.pooled);
    all.extend(features::features(&prompt).into_iter().map(|feature| feature * SHAPE_WEIGHT));
    (reading, all)
}
