//! Matrix times vectors in whole numbers: the inner loop of the encoder and nothing else.
//!
//! Whole numbers are exact, so every machine and every instruction set gets the same vector to the last bit: a trained
//! head is reproducible, and a decision does not depend on the processor. The compiler turns the loop into multiply-and-
//! add instructions of 8 (SSE2, NEON) or 16 lanes; AVX2 is chosen at run time by `multiversion`.

use multiversion::multiversion;

/// The greatest quantised input. 1,280 inputs times 127 times this still fits 32 bits.
const INPUT_MAX: f32 = 8191.0;

/// A matrix of small whole numbers with a scale for each output.
#[derive(Debug, Clone)]
pub(super) struct Dense {
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// Signed bytes, `inputs` for each output.
    pub(super) weights: &'static [u8],
    pub(super) scales: Vec<f32>,
    /// Empty where the layer has none.
    pub(super) bias: Vec<f32>,
}

/// Vectors in whole numbers: `value = number * scale`.
pub(super) struct Quantised {
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
    pub(super) fn new(rows: &[f32], stride: usize) -> Self {
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
pub(super) fn apply(layer: &Dense, input: &Quantised, count: usize) -> Vec<f32> {
    let mut sums = vec![0; count * layer.outputs];
    multiply(layer.weights, layer.inputs, &input.numbers, input.stride, &mut sums, layer.outputs);
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
