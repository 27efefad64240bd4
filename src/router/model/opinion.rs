//! What the model makes of a prompt before the configuration has a say: the logits of both branches and the vote of the
//! neighbours, and the probabilities that follow from them.
//!
//! Owns how these are put together. Knows categories by their index in the head only.

use super::certainty::{Certainty, Signs};
use super::encoder::Reading;
use super::language::Group;
use super::neighbours::Vote;
use crate::router::linear::softmax;

/// How much the branches and the vote weigh beside each other: exponents of their probabilities.
const BRANCHES: f64 = 0.7;
const VOTE: f64 = 0.3;
/// A class that no neighbour votes for is not impossible.
const VOTE_FLOOR: f64 = 0.02;

/// What is known of one prompt.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::router) struct Opinion {
    /// Of the first branch, which weighs the encoder's own vectors.
    pub(in crate::router) frozen: Vec<f32>,
    /// Of the second, whose layers were trained with the weights; those of the first where there is no second.
    pub(in crate::router) tuned: Vec<f32>,
    /// What lessons add to both; empty for nothing.
    pub(in crate::router) shift: Vec<f32>,
    pub(in crate::router) vote: Vote,
    pub(in crate::router) text: TextSigns,
}

/// What of the text itself tells how far an opinion of it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::router) struct TextSigns {
    pub(super) chars: usize,
    /// Whether only parts of it were read.
    pub(super) is_cut: bool,
    pub(in crate::router) group: Group,
}

impl TextSigns {
    pub(in crate::router) fn of(text: &str, reading: &Reading) -> Self {
        Self { chars: text.chars().count(), is_cut: reading.is_cut, group: Group::of(text) }
    }
}

impl Opinion {
    /// The logits of both branches together, lessons included.
    pub(in crate::router) fn logits(&self) -> Vec<f32> {
        let both = self.frozen.iter().zip(&self.tuned).map(|(frozen, tuned)| f32::midpoint(*frozen, *tuned));
        let shift = self.shift.iter().copied().chain(std::iter::repeat(0.0));
        both.zip(shift).map(|(logit, shift)| logit + shift).collect()
    }

    /// The probability of each class but for the `barred` ones, which cannot be; as far as training tells, not yet as
    /// far as can be trusted.
    pub(in crate::router) fn probabilities(&self, temperature: f32, barred: &[bool]) -> Vec<f64> {
        let branches = without(softmax(&self.logits(), temperature), barred);
        let vote = without(self.vote.shares.clone(), barred);
        let blended =
            branches.iter().zip(&vote).map(|(p, share)| libm::pow(*p, BRANCHES) * libm::pow(share + VOTE_FLOOR, VOTE));
        without(blended.collect(), barred)
    }

    /// The same, as far as they can be trusted: the greatest of `probabilities` becomes how often such a guess is right.
    pub(in crate::router) fn calibrated(
        &self,
        probabilities: &[f64],
        barred: &[bool],
        certainty: &Certainty,
    ) -> Vec<f64> {
        let signs = Signs::of(self, probabilities, barred);
        settled(probabilities, certainty.probability(&signs))
    }
}

/// `probabilities` with those of the `barred` classes gone, and a sum of 1 again.
pub(super) fn without(mut probabilities: Vec<f64>, barred: &[bool]) -> Vec<f64> {
    for (probability, barred) in probabilities.iter_mut().zip(barred) {
        if *barred {
            *probability = 0.0;
        }
    }
    let sum: f64 = probabilities.iter().sum();
    for probability in &mut probabilities {
        *probability /= sum.max(f64::MIN_POSITIVE);
    }
    probabilities
}

/// `probabilities` with the greatest at `wanted`, or as near to it as leaves it the greatest; the others share the rest
/// as before.
fn settled(probabilities: &[f64], wanted: f64) -> Vec<f64> {
    let best = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(index, _)| index);
    let rest = 1.0 - probabilities[best];
    if rest <= f64::EPSILON {
        return probabilities.to_vec();
    }
    let runner_up =
        probabilities.iter().enumerate().filter(|(index, _)| *index != best).map(|(_, p)| p / rest).fold(0.0, f64::max);
    let own = wanted.max(runner_up / (1.0 + runner_up) + 1e-6).min(1.0);
    let share = |(index, p): (usize, &f64)| if index == best { own } else { p / rest * (1.0 - own) };
    probabilities.iter().enumerate().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn opinion(frozen: [f32; 3], tuned: [f32; 3], shares: [f64; 3]) -> Opinion {
        Opinion {
            frozen: frozen.to_vec(),
            tuned: tuned.to_vec(),
            shift: Vec::new(),
            vote: Vote { shares: shares.to_vec(), likeness: 0.5 },
            text: TextSigns { chars: 20, is_cut: false, group: Group::English },
        }
    }

    #[test]
    fn neighbours_settle_what_the_branches_leave_open() {
        let open = opinion([1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.1, 0.9, 0.0]).probabilities(1.0, &[]);
        assert!(open[1] > open[0] && open[0] > open[2], "{open:?}");
    }

    #[test]
    fn what_is_barred_has_no_share_and_the_others_keep_their_proportions() {
        let opinion = opinion([2.0, 1.0, 3.0], [2.0, 1.0, 3.0], [0.2, 0.2, 0.6]);
        let (all, barred) = (opinion.probabilities(1.0, &[]), opinion.probabilities(1.0, &[false, false, true]));
        assert_eq!(barred[2].to_bits(), 0.0_f64.to_bits());
        assert!((barred[0] + barred[1] - 1.0).abs() < 1e-9);
        assert!(all[0] > all[1] && barred[0] > barred[1]);
    }

    proptest! {
        #[test]
        fn calibration_keeps_the_order_and_the_sum(p in proptest::array::uniform4(0.01_f64..1.0), wanted in 0.0_f64..1.0) {
            let sum: f64 = p.iter().sum();
            let p: Vec<f64> = p.iter().map(|p| p / sum).collect();
            let settled = settled(&p, wanted);
            prop_assert!((settled.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            for (a, b) in (0..4).flat_map(|a| (0..4).map(move |b| (a, b))) {
                prop_assert!(p[a] <= p[b] || settled[a] >= settled[b]);
            }
        }
    }
}
