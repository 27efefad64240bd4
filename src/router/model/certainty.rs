//! How often a guess like this one is right: a small model of the model's own errors.
//!
//! Owns its signs. They are few and plain: how far the guess leads, whether both branches and the neighbours agree on it,
//! how near the nearest known prompt is, how long the text is, and in which group of languages. Trained on sources that
//! were left out, so that a language with few rows is not sure of itself.

use super::language::Group;
use super::opinion::{Opinion, without};
use crate::router::linear::{product, softmax};
use serde::{Deserialize, Serialize};

/// How many signs there are, the constant included.
pub(in crate::router) const COUNT: usize = 11 + Group::COUNT;

/// Probabilities are kept this far from 0 and 1 before logarithms are taken.
const MARGIN: f64 = 1e-4;

/// The trained weights, one a sign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::router) struct Certainty {
    pub(in crate::router) weights: Vec<f32>,
}

/// What tells how far the likeliest class of an opinion can be trusted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::router) struct Signs(pub(in crate::router) [f32; COUNT]);

impl Certainty {
    /// How often a guess with these signs is right, from 0 to 1.
    pub(in crate::router) fn probability(&self, signs: &Signs) -> f64 {
        1.0 / (1.0 + libm::exp(-f64::from(product(&self.weights, &signs.0))))
    }
}

impl Signs {
    /// The signs of `opinion`, of which `probabilities` were made with the `barred` classes out.
    pub(in crate::router) fn of(opinion: &Opinion, probabilities: &[f64], barred: &[bool]) -> Self {
        let best = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(index, _)| index);
        let others = probabilities.iter().enumerate().filter(|(index, _)| *index != best);
        let second = others.map(|(_, p)| *p).fold(MARGIN, f64::max);
        let p = probabilities.get(best).copied().unwrap_or_default();
        let branch =
            |logits: &[f32]| logit(without(softmax(logits, 1.0), barred).get(best).copied().unwrap_or_default());
        let (frozen, tuned) = (branch(&opinion.frozen), branch(&opinion.tuned));
        let agree = without(opinion.vote.shares.clone(), barred).get(best).copied().unwrap_or_default();
        let text = opinion.text;
        let flag = |is: bool| f64::from(u8::from(is));
        let plain = [
            1.0,
            logit(p),
            libm::log(p.max(MARGIN) / second),
            agree,
            opinion.vote.likeness,
            frozen,
            tuned,
            frozen.min(tuned),
            libm::log1p(text.chars as f64) / 8.0,
            flag(text.is_cut),
            flag(barred.contains(&true)),
        ];
        let mut signs = [0.0; COUNT];
        signs.iter_mut().zip(plain).for_each(|(sign, value)| *sign = value as f32);
        signs[COUNT - Group::COUNT + text.group as usize] = 1.0;
        Self(signs)
    }
}

fn logit(p: f64) -> f64 {
    let p = p.clamp(MARGIN, 1.0 - MARGIN);
    libm::log(p / (1.0 - p))
}

#[cfg(test)]
mod tests {
    use super::super::neighbours::Vote;
    use super::super::opinion::TextSigns;
    use super::*;
    use crate::router::model::Head;

    fn opinion(tuned: [f32; 4], group: Group) -> Opinion {
        Opinion {
            frozen: vec![6.0, 0.0, 1.0, 0.0],
            tuned: tuned.to_vec(),
            shift: Vec::new(),
            vote: Vote { shares: vec![0.9, 0.1, 0.0, 0.0], likeness: 0.6 },
            text: TextSigns { chars: 60, is_cut: false, group },
        }
    }

    /// How far the shipped head trusts its likeliest class.
    fn trust(opinion: &Opinion) -> f64 {
        let head = Head::shipped().unwrap();
        head.probabilities(opinion, &[])[0]
    }

    #[test]
    fn branches_that_agree_are_trusted_more_than_branches_that_do_not() {
        let agree = trust(&opinion([4.0, 0.0, 1.0, 0.0], Group::English));
        let differ = trust(&opinion([1.0, 0.0, 2.0, 0.0], Group::English));
        assert!(agree > differ + 0.1, "{agree} {differ}");
    }

    #[test]
    fn a_script_that_the_encoder_was_not_taught_is_trusted_less() {
        let [english, other] = [Group::English, Group::Other].map(|group| trust(&opinion([4.0, 0.0, 1.0, 0.0], group)));
        assert!(english > other, "{english} {other}");
    }

    #[test]
    fn no_opinion_has_signs_that_are_no_numbers() {
        let empty = Opinion {
            frozen: vec![f32::NEG_INFINITY, 0.0],
            tuned: vec![0.0, 0.0],
            shift: Vec::new(),
            vote: Vote { shares: vec![0.0, 0.0], likeness: 0.0 },
            text: TextSigns { chars: 0, is_cut: false, group: Group::Other },
        };
        for barred in [&[][..], &[true, false], &[true, true]] {
            let probabilities = empty.probabilities(1.0, barred);
            assert!(Signs::of(&empty, &probabilities, barred).0.iter().all(|sign| sign.is_finite()), "{barred:?}");
        }
    }
}
