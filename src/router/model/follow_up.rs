//! The weights for prompts that continue a conversation ("fix it", "and in Rust?", "thanks", a pasted error after code), and
//! what they weigh.
//!
//! Two small trained models. The gate tells whether a prompt continues the last turn at all; below [`OPEN_MIN`] the prompt is
//! decided as if it stood alone. Otherwise a softmax over the categories weighs what the classifier says against
//! what speaks for staying. Only the last whole turn is looked at: more history makes such decisions worse, not better.
//! No category is known to this file by name.

pub(in crate::router) mod signs;

use super::encoder::{self, likeness};
use crate::router::linear::{product, softmax};
use crate::router::query::Previous;
use serde::{Deserialize, Serialize};

/// The gate is open from this probability on.
const OPEN_MIN: f64 = 0.25;
/// What the constant and the encoder's numbers are multiplied with: the penalty of training then weighs them fairly.
const CONSTANT: f32 = 2.0;
const GATE_VECTOR: f32 = 3.0;
const HEAD_VECTOR: f32 = 2.0;
/// Floor of probabilities before logarithms are taken.
const PROBABILITY_MIN: f64 = 1e-4;

/// How many inputs the gate, the case for staying, and each category's own weights have.
pub(in crate::router) const GATE: usize = 1 + signs::COUNT + 2 + encoder::WIDTH;
pub(in crate::router) const STAY: usize = 1 + 2 + 2 + signs::COUNT + encoder::WIDTH;
pub(in crate::router) const CLASS: usize = 1 + encoder::WIDTH;

/// The trained weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::router) struct FollowUps {
    pub(in crate::router) gate: Vec<f32>,
    pub(in crate::router) stay: Vec<f32>,
    /// For each of the head's categories.
    pub(in crate::router) classes: Vec<Vec<f32>>,
    /// What the classifier's log-probabilities are multiplied with.
    pub(in crate::router) power: f32,
    /// From this probability on the decider is sure: calibrated on conversations that were left out.
    pub(in crate::router) threshold: f32,
}

/// A prompt beside the turn before it.
#[derive(Debug, Clone)]
pub(in crate::router) struct Pair {
    pub(in crate::router) signs: Vec<f32>,
    /// How like the prompt is to the last prompt and to the last reply.
    pub(in crate::router) likeness: [f32; 2],
    pub(in crate::router) vector: Vec<f32>,
}

impl Pair {
    pub(in crate::router) fn new(
        prompt: &str,
        vector: &[f32],
        previous: Previous<'_>,
        encode: impl Fn(&str) -> Vec<f32>,
    ) -> Self {
        let like = |text: &str| likeness(&encode(text), vector);
        Self {
            signs: signs::signs(prompt, previous.prompt, previous.reply),
            likeness: [like(previous.prompt), like(previous.reply)],
            vector: vector.to_vec(),
        }
    }

    /// Whether the prompt says itself that it is about something new.
    pub(in crate::router) fn announces_something_new(&self) -> bool {
        self.signs[signs::NEW] > 0.0
    }

    pub(in crate::router) fn gate_input(&self) -> Vec<f32> {
        let mut input = vec![CONSTANT];
        // An announcement is a rule, not a matter of weight.
        let known = |(index, sign): (usize, &f32)| if index == signs::NEW { 0.0 } else { *sign };
        input.extend(self.signs.iter().enumerate().map(known));
        input.extend(self.likeness);
        input.extend(self.vector.iter().map(|number| number * GATE_VECTOR));
        input
    }

    /// The input of the case for staying; `probabilities` are the classifier's, `previous` indexes the last category.
    pub(in crate::router) fn stay_input(&self, probabilities: &[f64], previous: usize) -> Vec<f32> {
        let logs = logs(probabilities);
        let others = logs.iter().enumerate().filter(|(index, _)| *index != previous);
        let best_other = others.map(|(_, log)| *log).fold(libm::log(PROBABILITY_MIN), f64::max);
        let entropy: f64 = logs.iter().map(|log| -libm::exp(*log) * log).sum();
        let mut input = vec![CONSTANT, (best_other / 3.0) as f32, entropy as f32];
        input.extend(self.likeness);
        input.extend(&self.signs);
        input.extend(self.vector.iter().map(|number| number * HEAD_VECTOR));
        input
    }

    pub(in crate::router) fn class_input(&self) -> Vec<f32> {
        std::iter::once(1.0).chain(self.vector.iter().map(|number| number * HEAD_VECTOR)).collect()
    }
}

/// The logarithms of probabilities, none of them endless.
pub(in crate::router) fn logs(probabilities: &[f64]) -> Vec<f64> {
    probabilities.iter().map(|probability| libm::log(probability.clamp(PROBABILITY_MIN, 1.0))).collect()
}

impl FollowUps {
    /// Whether the weights are as long as this program's inputs.
    pub(in crate::router) fn fits(&self, categories: usize) -> bool {
        self.gate.len() == GATE
            && self.stay.len() == STAY
            && self.classes.len() == categories
            && self.classes.iter().all(|class| class.len() == CLASS)
    }

    /// How probable it is that `pair` continues the conversation.
    fn continues(&self, pair: &Pair) -> f64 {
        if pair.announces_something_new() {
            return 0.0;
        }
        1.0 / (1.0 + libm::exp(-f64::from(product(&self.gate, &pair.gate_input()))))
    }

    /// Whether `pair` is decided in the light of the turn before it.
    pub(in crate::router) fn is_open(&self, pair: &Pair) -> bool {
        self.continues(pair) >= OPEN_MIN
    }

    /// The probability of each category. `classes` maps it to the head's categories, where the head knows it.
    pub(in crate::router) fn weigh(
        &self,
        pair: &Pair,
        probabilities: &[f64],
        previous: usize,
        classes: &[Option<usize>],
    ) -> Vec<f64> {
        let own = pair.class_input();
        let stay = product(&self.stay, &pair.stay_input(probabilities, previous));
        let logits: Vec<f32> = logs(probabilities)
            .iter()
            .zip(classes)
            .enumerate()
            .map(|(index, (log, class))| {
                let class = class.and_then(|class| self.classes.get(class));
                let class = class.map_or(0.0, |weights| product(weights, &own));
                self.power * *log as f32 + class + if index == previous { stay } else { 0.0 }
            })
            .collect();
        softmax(&logits, 1.0)
    }

    /// The two signs that speak most for staying, in words.
    pub(in crate::router) fn reasons(&self, pair: &Pair) -> String {
        let stay = &self.stay[STAY - encoder::WIDTH - signs::COUNT..];
        let speaks = |(index, sign): (usize, &f32)| (sign * (stay[index] + self.gate[1 + index]), signs::name(index));
        let mut ranked: Vec<(f32, &str)> = pair.signs.iter().enumerate().map(speaks).collect();
        ranked.retain(|(weight, name)| *weight > 0.0 && !name.is_empty());
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut names: Vec<&str> = Vec::new();
        for (_, name) in ranked {
            if !names.contains(&name) && names.len() < 2 {
                names.push(name);
            }
        }
        if names.is_empty() { "it is close to the last turn".to_owned() } else { names.join(", ") }
    }
}
