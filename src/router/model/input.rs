//! A prompt as the head weighs it: the encoder's two views of it, then its shape.
//!
//! Owns how the features are put together. Changing anything here needs a newly trained `assets/head.bin`.

use super::encoder::{self, Encoder, Reading};
use super::{courtesy, features};

/// How many features the head weighs.
pub(in crate::router) const WIDTH: usize = SHAPES + features::COUNT;

/// Where the features of shape begin, behind the encoder's vector and what it was made of.
pub(in crate::router) const SHAPES: usize = 2 * encoder::WIDTH;

/// How much a feature of shape counts beside a number of the encoder's vector.
const SHAPE_WEIGHT: f32 = 0.4;

/// Reads a prompt, without its courtesies, and gives its features as the head weighs them.
pub(in crate::router) fn read(prompt: &str, encoder: &Encoder) -> (Reading, Vec<f32>) {
    let prompt = courtesy::without(prompt);
    let reading = encoder.read(&prompt);
    let mut all = Vec::with_capacity(WIDTH);
    all.extend(&reading.vector);
    all.extend(&reading.pooled);
    all.extend(features::features(&prompt).into_iter().map(|feature| feature * SHAPE_WEIGHT));
    (reading, all)
}
