//! Linear models as they are used: weights times features, and logits to probabilities.
//!
//! Owns the arithmetic that inference and training share. The results are the same to the last bit on every machine: sums
//! are made in a fixed order, and nothing here uses the platform's own exponential. Must not know what the numbers mean.

use multiversion::multiversion;

/// How many products are added side by side: the compiler makes one instruction of them.
const LANES: usize = 16;

/// The logits of `features`, one for each class. `weights` hold for each class one number a feature, then the constant.
pub(super) fn logits(weights: &[f32], features: &[f32]) -> Vec<f32> {
    let width = features.len();
    weights.chunks_exact(width + 1).map(|class| product(&class[..width], features) + class[width]).collect()
}

/// Logits to probabilities.
pub(super) fn softmax(logits: &[f32], temperature: f32) -> Vec<f64> {
    let greatest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|logit| libm::exp(f64::from((logit - greatest) / temperature))).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

/// The sum of products of whole numbers of a byte with others, in [`LANES`] sums side by side.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn packed_product(a: &[i8], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0_f32; LANES];
    for (a, b) in a.iter().zip(b) {
        let mut lane = 0;
        while lane < LANES {
            sums[lane] += f32::from(a[lane]) * b[lane];
            lane += 1;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| f32::from(*a) * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// The sum of products, in [`LANES`] sums side by side.
#[multiversion(targets("x86_64+avx2"))]
pub(super) fn product(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0_f32; LANES];
    for (a, b) in a.iter().zip(b) {
        let mut lane = 0;
        while lane < LANES {
            sums[lane] += a[lane] * b[lane];
            lane += 1;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}
