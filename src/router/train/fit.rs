//! Multinomial logistic regression with a quadratic penalty: features to the probabilities of classes.
//!
//! Owns the arithmetic of fitting. The same rows give the same weights to the last bit on every machine: sums are made in a
//! fixed order, and nothing here uses the platform's own exponential. Must not know what rows and classes mean.

use super::minimize::{Function, minimize};
use multiversion::multiversion;

/// How many products are added side by side: the compiler makes one instruction of them.
const LANES: usize = 16;

/// What is known of one case.
#[derive(Debug, Clone)]
pub(in crate::router) struct Row<'a> {
    /// All rows have equally many.
    pub(in crate::router) features: &'a [f32],
    /// What is added to the logits, one number a class; empty for nothing.
    pub(in crate::router) offset: &'a [f32],
    /// How probable each class should be.
    pub(in crate::router) target: Vec<f64>,
    /// How much the row counts.
    pub(in crate::router) weight: f64,
}

/// Rows, and how they are to be fitted.
#[derive(Debug, Clone)]
pub(in crate::router) struct Problem<'a> {
    pub(in crate::router) rows: Vec<Row<'a>>,
    /// How many classes there are.
    pub(in crate::router) count: usize,
    /// The penalty is half the squared length of all weights but the constants, times this.
    pub(in crate::router) penalty: f64,
}

/// The weights with the least loss: for each class one number a feature, then the constant.
pub(in crate::router) fn fit(problem: &Problem<'_>) -> Vec<f32> {
    let width = problem.rows.first().map_or(0, |row| row.features.len());
    let weights = minimize(problem, vec![0.0; problem.count * (width + 1)]);
    weights.into_iter().map(|weight| weight as f32).collect()
}

/// The logits of `features`, one for each class.
pub(in crate::router) fn logits(weights: &[f32], features: &[f32]) -> Vec<f32> {
    let width = features.len();
    weights.chunks_exact(width + 1).map(|class| product(&class[..width], features) + class[width]).collect()
}

/// Logits to probabilities.
pub(in crate::router) fn softmax(logits: &[f32], temperature: f32) -> Vec<f64> {
    let greatest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|logit| libm::exp(f64::from((logit - greatest) / temperature))).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

/// The target of a row whose class is known.
pub(in crate::router) fn one_of(class: usize, count: usize) -> Vec<f64> {
    (0..count).map(|other| f64::from(u8::from(other == class))).collect()
}

impl Function for Problem<'_> {
    fn evaluate(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let weights: Vec<f32> = at.iter().map(|weight| *weight as f32).collect();
        let width = at.len() / self.count;
        let mut gradient = vec![0.0_f64; at.len()];
        let mut loss = 0.0;
        for Row { features, offset, target, weight } in &self.rows {
            let mut logits = logits(&weights, features);
            logits.iter_mut().zip(*offset).for_each(|(logit, offset)| *logit += offset);
            let probabilities = softmax(&logits, 1.0);
            for ((part, probability), target) in gradient.chunks_exact_mut(width).zip(probabilities).zip(target) {
                loss -= weight * target * libm::log(probability.max(f64::MIN_POSITIVE));
                let error = (probability - target) * weight;
                accumulate(&mut part[..width - 1], features, error);
                part[width - 1] += error;
            }
        }
        for (slopes, weights) in gradient.chunks_exact_mut(width).zip(at.chunks_exact(width)) {
            for (slope, weight) in slopes.iter_mut().zip(weights).take(width - 1) {
                *slope += self.penalty * weight;
                loss += self.penalty * weight * weight / 2.0;
            }
        }
        (loss, gradient)
    }
}

/// The sum of products, in [`LANES`] sums side by side.
#[multiversion(targets("x86_64+avx2"))]
pub(in crate::router) fn product(a: &[f32], b: &[f32]) -> f32 {
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

#[multiversion(targets("x86_64+avx2"))]
fn accumulate(sums: &mut [f64], row: &[f32], factor: f64) {
    for (sum, value) in sums.iter_mut().zip(row) {
        *sum += f64::from(*value) * factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two features, three classes around three corners.
    fn corners() -> (Vec<Vec<f32>>, Vec<usize>) {
        let corners = [(1.0, 0.0), (0.0, 1.0), (-1.0, -1.0)];
        let rows = (0..90).map(|i| {
            let (x, y) = corners[i % 3];
            let wobble = (i as f32 * 0.37).sin() * 0.4;
            vec![x + wobble, y - wobble]
        });
        (rows.collect(), (0..90).map(|i| i % 3).collect())
    }

    fn problem<'a>(rows: &'a [Vec<f32>], classes: &[usize], penalty: f64) -> Problem<'a> {
        let row = |(features, class): (&'a Vec<f32>, &usize)| Row {
            features,
            offset: &[],
            target: one_of(*class, 3),
            weight: 1.0,
        };
        Problem { rows: rows.iter().zip(classes).map(row).collect(), count: 3, penalty }
    }

    #[test]
    fn what_can_be_told_apart_is_told_apart() {
        let (rows, classes) = corners();
        let weights = fit(&problem(&rows, &classes, 0.1));
        for (row, class) in rows.iter().zip(&classes) {
            let probabilities = softmax(&logits(&weights, row), 1.0);
            assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            assert!(probabilities[*class] > 0.5, "{row:?} {probabilities:?}");
        }
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss_and_vanishes_at_the_end() {
        let (rows, classes) = corners();
        let problem = problem(&rows, &classes, 0.5);
        let weights: Vec<f64> = (0..9).map(|i| f64::from(i) * 0.1 - 0.4).collect();
        let (loss, gradient) = problem.evaluate(&weights);
        for index in 0..9 {
            let mut moved = weights.clone();
            moved[index] += 1e-3;
            let slope = (problem.evaluate(&moved).0 - loss) / 1e-3;
            assert!((slope - gradient[index]).abs() < 0.2, "{index}: {slope} {}", gradient[index]);
        }
        let end: Vec<f64> = fit(&problem).into_iter().map(f64::from).collect();
        assert!(problem.evaluate(&end).1.iter().all(|slope| slope.abs() < 0.05));
    }

    #[test]
    fn an_offset_that_says_it_all_leaves_nothing_to_learn() {
        let (rows, classes) = corners();
        let known: Vec<Vec<f32>> =
            classes.iter().map(|class| one_of(*class, 3).iter().map(|p| *p as f32 * 30.0).collect()).collect();
        let mut problem = problem(&rows, &classes, 0.1);
        problem.rows.iter_mut().zip(&known).for_each(|(row, offset)| row.offset = offset);
        assert!(fit(&problem).iter().all(|weight| weight.abs() < 1e-3));
    }

    #[test]
    fn the_same_rows_give_the_same_bits() {
        let (rows, classes) = corners();
        assert_eq!(fit(&problem(&rows, &classes, 0.1)), fit(&problem(&rows, &classes, 0.1)));
    }
}
