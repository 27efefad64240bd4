//! The encoder's forward pass: piece vectors to one vector for the text.
//!
//! The net is Google's [Universal Sentence Encoder multilingual v3](https://arxiv.org/abs/1907.04307): three stacks of
//! convolutions over 2, 3 and 5 pieces beside the pieces themselves, a sum over the text, and a small deep net. Owns
//! the arithmetic. Must not know where weights come from.

use super::kernel::{Dense, Quantised, apply};
use serde::{Deserialize, Serialize};

/// How many numbers a vector has.
pub(in crate::router) const WIDTH: usize = 512;

/// How many numbers there are between the last layers.
pub(in crate::router) const HIDDEN: usize = 320;

/// Keeps the division away from zero; the reference's value.
const EPSILON: f32 = 1e-12;

/// Everything that the net has learned.
#[derive(Debug, Clone)]
pub(in crate::router) struct Layers {
    pub(super) projection: Dense,
    pub(super) inner_norm: Norm,
    pub(super) convolutions: [Convolution; 3],
    pub(super) outer_norm: Norm,
    pub(super) top: Top,
}

/// The last layers: from the sum of a text's pieces to its vector. Training makes a second one of them that knows the
/// categories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::router) struct Top {
    pub(in crate::router) pool: Dense,
    pub(in crate::router) first: Dense,
    pub(in crate::router) second: Dense,
    pub(in crate::router) around_first: Dense,
    pub(in crate::router) third: Dense,
    pub(in crate::router) around_third: Dense,
    pub(in crate::router) last: Dense,
}

/// Two layers with a way around each.
#[derive(Debug, Clone)]
pub(super) struct Convolution {
    /// How many pieces it sees at once, and how many of them stand before the one in question.
    pub(super) width: usize,
    pub(super) left: usize,
    pub(super) layers: [Dense; 2],
}

/// Brings each row to mean 0 and variance 1, then to what was learned.
#[derive(Debug, Clone)]
pub(super) struct Norm {
    pub(super) gain: Vec<f32>,
    pub(super) offset: Vec<f32>,
}

impl Layers {
    /// How many numbers describe a piece within its text.
    pub(in crate::router) const FEATURES: usize = WIDTH + 3 * Convolution::CHANNELS;

    /// Describes each piece within its text: `pieces` holds [`WIDTH`] numbers a piece, the result
    /// [`FEATURES`](Self::FEATURES).
    pub(super) fn describe(&self, pieces: &[f32]) -> Vec<f32> {
        let count = pieces.len() / WIDTH;
        let mut projected = apply(&self.projection, &Quantised::new(pieces, WIDTH), count);
        add_bias(&mut projected, &self.projection.bias);
        self.inner_norm.apply(&mut projected);
        let stacks: Vec<Vec<f32>> = self
            .convolutions
            .iter()
            .enumerate()
            .map(|(index, convolution)| {
                let width = 3 * Convolution::CHANNELS;
                let own = index * Convolution::CHANNELS..(index + 1) * Convolution::CHANNELS;
                let part = projected.chunks_exact(width).flat_map(|row| &row[own.clone()]);
                convolution.apply(part.copied().collect(), count)
            })
            .collect();
        let mut features = Vec::with_capacity(count * Self::FEATURES);
        for (index, piece) in pieces.chunks_exact(WIDTH).enumerate() {
            features.extend_from_slice(piece);
            for stack in &stacks {
                features.extend_from_slice(&stack[index * Convolution::CHANNELS..][..Convolution::CHANNELS]);
            }
        }
        self.outer_norm.apply(&mut features);
        features
    }
}

impl Top {
    /// The sizes of its layers, inputs and outputs, in the order of [`layers`](Self::layers).
    pub(in crate::router) const SIZES: [(usize, usize); 7] = [
        (Layers::FEATURES, WIDTH),
        (WIDTH, HIDDEN),
        (HIDDEN, HIDDEN),
        (WIDTH, HIDDEN),
        (HIDDEN, WIDTH),
        (HIDDEN, WIDTH),
        (WIDTH, WIDTH),
    ];

    /// Of these layers, in the order of [`SIZES`](Self::SIZES).
    pub(in crate::router) fn new(layers: [Dense; 7]) -> Self {
        let [pool, first, second, around_first, third, around_third, last] = layers;
        Self { pool, first, second, around_first, third, around_third, last }
    }

    /// All layers, in the order of [`SIZES`](Self::SIZES).
    pub(in crate::router) fn layers(&self) -> [&Dense; 7] {
        [&self.pool, &self.first, &self.second, &self.around_first, &self.third, &self.around_third, &self.last]
    }

    /// The same, to be filled.
    pub(in crate::router) fn layers_mut(&mut self) -> [&mut Dense; 7] {
        let Self { pool, first, second, around_first, third, around_third, last } = self;
        [pool, first, second, around_first, third, around_third, last]
    }

    /// The pooled texts, each given as the sum of its pieces' features and their count: [`WIDTH`] numbers a text.
    pub(in crate::router) fn pool(&self, sums: &[f32], counts: &[usize]) -> Vec<f32> {
        let mut pooled = apply(&self.pool, &Quantised::new(sums, self.pool.inputs), counts.len());
        for (row, count) in pooled.chunks_exact_mut(WIDTH).zip(counts) {
            let count = *count as f32;
            for (value, bias) in row.iter_mut().zip(&self.pool.bias) {
                *value = (*value + count * bias) / count.sqrt();
            }
        }
        pooled
    }

    /// The vectors of pooled texts. A vector has [`WIDTH`] numbers and length 1.
    pub(in crate::router) fn conclude(&self, pooled: &[f32]) -> Vec<f32> {
        let texts = pooled.len() / WIDTH;
        let on = |layer: &Dense, input: &[f32]| apply(layer, &Quantised::new(input, layer.inputs), texts);
        let hidden = relu(on(&self.first, pooled));
        let hidden = relu(sum(on(&self.around_first, pooled), &on(&self.second, &hidden)));
        let deep = relu(on(&self.third, &hidden));
        let mut vectors = sum(on(&self.around_third, &hidden), &on(&self.last, &deep));
        for vector in vectors.chunks_exact_mut(WIDTH) {
            for value in vector.iter_mut() {
                // Not the platform's own: its last digit differs from machine to machine.
                *value = libm::tanhf(*value);
            }
            let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            for value in vector.iter_mut() {
                *value /= length;
            }
        }
        vectors
    }
}

impl Convolution {
    /// How many numbers a piece has between the layers.
    pub(super) const CHANNELS: usize = 256;

    fn apply(&self, mut rows: Vec<f32>, count: usize) -> Vec<f32> {
        for layer in &self.layers {
            let input = Quantised::padded(&rows, Self::CHANNELS, self.left, self.width - 1 - self.left);
            let mut out = apply(layer, &input, count);
            add_bias(&mut out, &layer.bias);
            rows = sum(relu(out), &rows);
        }
        rows
    }
}

impl Norm {
    fn apply(&self, rows: &mut [f32]) {
        let width = self.gain.len();
        for row in rows.chunks_exact_mut(width) {
            let mean = row.iter().sum::<f32>() / width as f32;
            for value in row.iter_mut() {
                *value -= mean;
            }
            let variance = row.iter().map(|value| value * value).sum::<f32>() / width as f32;
            let scale = 1.0 / (variance + EPSILON).sqrt();
            for ((value, gain), offset) in row.iter_mut().zip(&self.gain).zip(&self.offset) {
                *value = *value * scale * gain + offset;
            }
        }
    }
}

fn add_bias(rows: &mut [f32], bias: &[f32]) {
    for row in rows.chunks_exact_mut(bias.len()) {
        row.iter_mut().zip(bias).for_each(|(value, bias)| *value += bias);
    }
}

fn relu(mut values: Vec<f32>) -> Vec<f32> {
    for value in &mut values {
        *value = value.max(0.0);
    }
    values
}

fn sum(mut values: Vec<f32>, others: &[f32]) -> Vec<f32> {
    values.iter_mut().zip(others).for_each(|(value, other)| *value += other);
    values
}
