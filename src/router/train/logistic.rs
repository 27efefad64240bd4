//! Logistic regression: how probable something is, from features and cases that are known.

use crate::router::fit::{Function, minimize};
use crate::router::linear::product;

/// A case that is known.
pub(super) struct Case {
    /// All cases have equally many features.
    pub(super) features: Vec<f32>,
    pub(super) holds: bool,
    /// How much it counts.
    pub(super) weight: f64,
}

/// A weight for each of `width` features; the penalty is half their squared length.
pub(super) fn fit(cases: &[Case], width: usize) -> Vec<f32> {
    minimize(&Problem { cases }, vec![0.0; width]).into_iter().map(|weight| weight as f32).collect()
}

struct Problem<'a> {
    cases: &'a [Case],
}

impl Function for Problem<'_> {
    fn evaluate(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let weights: Vec<f32> = at.iter().map(|weight| *weight as f32).collect();
        let mut gradient = at.to_vec();
        let mut loss: f64 = at.iter().map(|weight| weight * weight / 2.0).sum();
        for Case { features, holds, weight } in self.cases {
            let logit = f64::from(product(&weights, features));
            let probability = 1.0 / (1.0 + libm::exp(-logit));
            let target = f64::from(u8::from(*holds));
            let right = if *holds { probability } else { 1.0 - probability };
            loss -= weight * libm::log(right.max(f64::MIN_POSITIVE));
            let error = weight * (probability - target);
            gradient.iter_mut().zip(features).for_each(|(slope, value)| *slope += f64::from(*value) * error);
        }
        (loss, gradient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_for_it_gets_a_weight_above_zero() {
        let case = |i: usize| {
            let value = (i % 10) as f32 / 10.0;
            Case { features: vec![1.0, value], holds: value > 0.4, weight: 1.0 }
        };
        let weights = fit(&(0..200).map(case).collect::<Vec<_>>(), 2);
        assert!(weights[1] > 1.0 && weights[0] < 0.0, "{weights:?}");
    }
}
