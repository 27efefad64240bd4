//! Matrix times vectors in whole numbers: the inner loop of the encoder and nothing else.
//!
//! Whole numbers are exact, so every machine and every instruction set gets the same vector to the last bit: a trained
//! head is reproducible, and a decision does not depend on the processor. The compiler turns the loop into multiply-and-
//! add instructions of 8 (SSE2, NEON) or 16 lanes; AVX2 is chosen at run time by `multiversion`.

use bytes::Bytes;
use multiversion::multiversion;
use serde::{Deserialize, Serialize};

/// The greatest quantised input. 1,280 inputs times 127 times this still fits 32 bits.
const INPUT_MAX: f32 = 8191.0;

/// A matrix of small whole numbers with a scale for each output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::router) struct Dense {
    pub(in crate::router) inputs: usize,
    pub(in crate::router) outputs: usize,
    /// Signed bytes, `inputs` for each output. A part of the file that they come from, never a copy: pages that are not
    /// needed are not read.
    #[serde(skip)]
    pub(in crate::router) weights: Bytes,
    pub(in crate::router) scales: Vec<f32>,
    /// Empty where the layer has none.
    pub(in crate::router) bias: Vec<f32>,
}

impl Dense {
    /// `weights`, of which there are `inputs` for each output, in 127ths of the greatest of their output.
    pub(in crate::router) fn pack(weights: &[f32], inputs: usize, bias: Vec<f32>) -> Self {
        let mut scales = Vec::new();
        let mut bytes = Vec::with_capacity(weights.len());
        for row in weights.chunks_exact(inputs) {
            let greatest = row.iter().fold(f32::MIN_POSITIVE, |greatest, weight| greatest.max(weight.abs()));
            let scale = greatest / 127.0;
            bytes.extend(row.iter().map(|weight| ((weight / scale).round_ties_even() as i8).cast_unsigned()));
            scales.push(scale);
        }
        Self { inputs, outputs: scales.len(), weights: bytes.into(), scales, bias }
    }

    /// The weights as numbers again.
    pub(in crate::router) fn unpack(&self) -> Vec<f32> {
        let rows = self.weights.chunks_exact(self.inputs).zip(&self.scales);
        rows.flat_map(|(row, scale)| row.iter().map(move |weight| f32::from(weight.cast_signed()) * scale)).collect()
    }

    /// Whether it has as many weights, scales and biases as its size says.
    pub(in crate::router) fn is_whole(&self) -> bool {
        self.weights.len() == self.inputs * self.outputs
            && self.scales.len() == self.outputs
            && (self.bias.is_empty() || self.bias.len() == self.outputs)
    }
}

/// Vectors in whole numbers: `value = number * scale`.
pub(in crate::router) struct Quantised {
    numbers: Vec<i16>,
    scale: f32,
    /// From one vector to the next.
    stride: usize,
}

impl Quantised {
    /// `rows` of `stride` numbers each, with `before` and `after` empty rows around them.
    pub(super) fn padded(rows: &[f32], stride: usize, before: usize, after: usize) -> Self {
        let greatest = rows.iter().fold(0.0_f32, |greatest, value| greatest.max(value.abs()));
        let scale = if greatest > 0.0 { greatest / INPUT_MAX } else { 1.0 };
        let mut numbers = vec![0; before * stride];
        numbers.extend(rows.iter().map(|value| nearest(value / scale)));
        numbers.resize(numbers.len() + after * stride, 0);
        Self { numbers, scale, stride }
    }

    /// `rows` of `stride` numbers each.
    pub(in crate::router) fn new(rows: &[f32], stride: usize) -> Self {
        Self::padded(rows, stride, 0, 0)
    }
}

/// The nearest whole number: adding and taking away 1.5 · 2²³ leaves no digits after the point, and unlike `round` is
/// done for eight numbers at once.
fn nearest(value: f32) -> i16 {
    const SHIFT: f32 = 12_582_912.0;
    ((value + SHIFT) - SHIFT) as i16
}

/// `layer` applied to `count` vectors, each as long as the layer's input and `input.stride` after the one before; they may
/// overlap, which is how a convolution reads its window. Without the bias.
pub(in crate::router) fn apply(layer: &Dense, input: &Quantised, count: usize) -> Vec<f32> {
    let mut sums = vec![0; count * layer.outputs];
    multiply(&layer.weights, layer.inputs, &input.numbers, input.stride, &mut sums, layer.outputs);
    let columns = layer.scales.iter().cycle();
    sums.into_iter().zip(columns).map(|(sum, column)| sum as f32 * (column * input.scale)).collect()
}

/// `sums[v][o] = Σ weights[o][i] · vectors[v][i]`.
///
/// The innermost loop counts by hand: iterators, and a check for overflow (which `INPUT_MAX` rules out), would keep it from
/// being vectorised in builds for tests, which route thousands of prompts.
#[multiversion(targets("x86_64+avx2"))]
fn multiply(weights: &[u8], inputs: usize, vectors: &[i16], stride: usize, sums: &mut [i32], outputs: usize) {
    let mut row = vec![0_i16; inputs];
    for (output, weights) in weights.chunks_exact(inputs).enumerate() {
        for (wide, weight) in row.iter_mut().zip(weights) {
            *wide = i16::from(weight.cast_signed());
        }
        let row = &row[..inputs];
        for (vector, sums) in sums.chunks_exact_mut(outputs).enumerate() {
            let vector = &vectors[vector * stride..][..inputs];
            let (mut sum, mut index) = (0_i32, 0_usize);
            while index < inputs {
                sum = sum.wrapping_add(i32::from(row[index]).wrapping_mul(i32::from(vector[index])));
                index = index.wrapping_add(1);
            }
            sums[output] = sum;
        }
    }
}
