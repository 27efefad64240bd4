//! Multinomial logistic regression with a quadratic penalty: features to the probabilities of classes.
//!
//! Owns the arithmetic of fitting, which training and lessons share. The same rows give the same weights to the last bit on
//! every machine: sums are made in a fixed order. Must not know what rows and classes mean.

mod minimize;

pub(super) use minimize::{Function, minimize};

use super::linear::{logits, softmax};
use multiversion::multiversion;

/// What is known of one case.
#[derive(Debug, Clone)]
pub(super) struct Row<'a> {
    /// All rows have equally many.
    pub(super) features: &'a [f32],
    /// What is added to the logits, one number a class; empty for nothing.
    pub(super) offset: &'a [f32],
    /// How probable each class should be.
    pub(super) target: Vec<f64>,
    /// How much the row counts.
    pub(super) weight: f64,
}

/// Rows, and how they are to be fitted.
#[derive(Debug, Clone)]
pub(super) struct Problem<'a> {
    pub(super) rows: Vec<Row<'a>>,
    /// How many classes there are.
    pub(super) count: usize,
    /// The penalty is half the squared length of all weights but the constants, times this.
    pub(super) penalty: f64,
}

/// The weights with the least loss: for each class one number a feature, then the constant.
pub(super) fn fit(problem: &Problem<'_>) -> Vec<f32> {
    let width = problem.rows.first().map_or(0, |row| row.features.len());
    let weights = minimize(problem, vec![0.0; problem.count * (width + 1)]);
    weights.into_iter().map(|weight| weight as f32).collect()
}

/// The target of a row whose class is known.
pub(super) fn one_of(class: usize, count: usize) -> Vec<f64> {
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
