//! Brings the blocks of features to one size for fitting, and the fitted weights back.
//!
//! The encoder's two views differ in size by an order of magnitude; a penalty weighs features fairly only when they are
//! centred and of one size. One factor a block: single numbers keep their proportions.

use crate::router::model::encoder;
use crate::router::model::input::{SHAPES, WIDTH};

/// Means of all features, and the factor of each block.
pub(super) struct Scale {
    means: Vec<f32>,
    factors: Vec<f32>,
}

/// Which block a feature belongs to: the encoder's vector, what it was made of, the shape.
fn block(index: usize) -> usize {
    if index >= SHAPES { 2 } else { index / encoder::WIDTH }
}

impl Scale {
    /// The scale of `rows`. Features of shape stay as they are.
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a [f32]> + Clone) -> Self {
        let count = rows.clone().count().max(1) as f64;
        let mut means = vec![0.0_f64; WIDTH];
        rows.clone().for_each(|row| add(&mut means, row, |value, _| value));
        means.iter_mut().skip(SHAPES).for_each(|mean| *mean = 0.0);
        for mean in &mut means {
            *mean /= count;
        }
        let mut squares = vec![0.0_f64; WIDTH];
        rows.for_each(|row| add(&mut squares, row, |value, index| (value - means[index]).powi(2)));
        let size = |wanted: usize| -> f64 {
            let own = squares.iter().enumerate().filter(|(index, _)| block(*index) == wanted);
            (own.map(|(_, square)| square).sum::<f64>() / count).sqrt()
        };
        let factors = [1.0 / size(0).max(1e-9), 1.0 / size(1).max(1e-9), 1.0];
        Self {
            means: means.into_iter().map(|mean| mean as f32).collect(),
            factors: factors.into_iter().map(|factor| factor as f32).collect(),
        }
    }

    /// `row` at this scale.
    pub(super) fn apply(&self, row: &[f32]) -> Vec<f32> {
        row.iter().enumerate().map(|(index, value)| self.one(index, *value)).collect()
    }

    /// The feature `index` at this scale.
    pub(super) fn one(&self, index: usize, value: f32) -> f32 {
        (value - self.means[index]) * self.factor(index)
    }

    /// What the feature `index` is multiplied with.
    pub(super) fn factor(&self, index: usize) -> f32 {
        self.factors[block(index)]
    }

    /// A row at this scale as it was.
    pub(super) fn undone(&self, row: &[f32]) -> Vec<f32> {
        let plain = |(index, (value, mean)): (usize, (&f32, &f32))| value / self.factors[block(index)] + mean;
        row.iter().zip(&self.means).enumerate().map(plain).collect()
    }

    /// Weights for rows as they are from weights for rows at this scale.
    pub(super) fn undo(&self, weights: &[f32]) -> Vec<f32> {
        let mut plain = Vec::with_capacity(weights.len());
        for class in weights.chunks_exact(WIDTH + 1) {
            let mut constant = f64::from(class[WIDTH]);
            for (index, (weight, mean)) in class.iter().zip(&self.means).enumerate() {
                let weight = weight * self.factors[block(index)];
                constant -= f64::from(weight) * f64::from(*mean);
                plain.push(weight);
            }
            plain.push(constant as f32);
        }
        plain
    }
}

fn add(sums: &mut [f64], row: &[f32], what: impl Fn(f64, usize) -> f64) {
    sums.iter_mut().zip(row).enumerate().for_each(|(index, (sum, value))| *sum += what(f64::from(*value), index));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::linear::logits;

    #[test]
    fn weights_at_scale_and_weights_brought_back_say_the_same() {
        let row = |seed: usize| -> Vec<f32> { (0..WIDTH).map(|i| ((i * seed) % 17) as f32 / 9.0).collect() };
        let rows: Vec<Vec<f32>> = (1..20).map(row).collect();
        let scale = Scale::of(rows.iter().map(Vec::as_slice));
        let weights: Vec<f32> = (0..2 * (WIDTH + 1)).map(|i| ((i % 7) as f32 - 3.0) / 40.0).collect();
        for row in &rows {
            let (at_scale, plain) = (logits(&weights, &scale.apply(row)), logits(&scale.undo(&weights), row));
            assert!(at_scale.iter().zip(&plain).all(|(a, b)| (a - b).abs() < 1e-2), "{at_scale:?} {plain:?}");
        }
    }
}
