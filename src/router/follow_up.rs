//! The decider for prompts that continue a conversation: "fix it", "and in Rust?", "thanks", a pasted error after code.
//!
//! Two small trained models. The gate tells whether a prompt continues the last turn at all; below [`OPEN`] the prompt is
//! decided as if it stood alone. Otherwise a softmax over the categories weighs what the classifier says against
//! what speaks for staying. Only the last whole turn is looked at: more history makes such decisions worse, not better.
//! No category is known to this file by name.

pub(super) mod signs;

use super::classifier::Classification;
use super::decision::Decider;
use super::encoder::{self, likeness};
use super::linear::{product, softmax};
use super::pipeline::{Ask, Decide, Finding};
use super::{Previous, capability};
use crate::config::CategoryId;
use serde::{Deserialize, Serialize};

/// From this on the gate is open.
const OPEN: f64 = 0.25;
/// What the constant and the encoder's numbers are multiplied with: the penalty of training then weighs them fairly.
const CONSTANT: f32 = 2.0;
const GATE_VECTOR: f32 = 3.0;
const HEAD_VECTOR: f32 = 2.0;
/// What a prompt alone is taken for so surely, it says clearly.
const CLEARLY: f64 = 0.8;
/// How sure an elliptic prompt stays.
const ELLIPTIC: f64 = 0.9;
/// Probabilities below this say no less.
const LEAST: f64 = 1e-4;

/// How many inputs the gate, the case for staying, and each category's own weights have.
pub(super) const GATE: usize = 1 + signs::COUNT + 2 + encoder::WIDTH;
pub(super) const STAY: usize = 1 + 2 + 2 + signs::COUNT + encoder::WIDTH;
pub(super) const CLASS: usize = 1 + encoder::WIDTH;

/// The trained weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct FollowUps {
    pub(super) gate: Vec<f32>,
    pub(super) stay: Vec<f32>,
    /// For each of the head's categories.
    pub(super) classes: Vec<Vec<f32>>,
    /// What the classifier's log-probabilities are multiplied with.
    pub(super) power: f32,
    /// From this probability on the decider is sure: calibrated on conversations that were left out.
    pub(super) threshold: f32,
}

/// A prompt beside the turn before it.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) signs: Vec<f32>,
    /// How like the prompt is to the last prompt and to the last reply.
    pub(super) likeness: [f32; 2],
    pub(super) vector: Vec<f32>,
}

/// A prompt that continues the conversation.
#[derive(Debug, Clone)]
pub(super) struct Follow {
    /// Of every configured category.
    pub(super) probabilities: Vec<(CategoryId, f64)>,
    pub(super) reason: String,
}

impl Pair {
    pub(super) fn new(prompt: &str, vector: &[f32], previous: Previous<'_>, encode: impl Fn(&str) -> Vec<f32>) -> Self {
        let like = |text: &str| likeness(&encode(text), vector);
        Self {
            signs: signs::signs(prompt, previous.prompt, previous.reply),
            likeness: [like(previous.prompt), like(previous.reply)],
            vector: vector.to_vec(),
        }
    }

    /// Whether the prompt says itself that it is about something new.
    pub(super) fn announces_something_new(&self) -> bool {
        self.signs[signs::NEW] > 0.0
    }

    pub(super) fn gate_input(&self) -> Vec<f32> {
        let mut input = vec![CONSTANT];
        // An announcement is a rule, not a matter of weight.
        let known = |(index, sign): (usize, &f32)| if index == signs::NEW { 0.0 } else { *sign };
        input.extend(self.signs.iter().enumerate().map(known));
        input.extend(self.likeness);
        input.extend(self.vector.iter().map(|number| number * GATE_VECTOR));
        input
    }

    /// The input of the case for staying; `probabilities` are the classifier's, `previous` indexes the last category.
    pub(super) fn stay_input(&self, probabilities: &[f64], previous: usize) -> Vec<f32> {
        let logs = logs(probabilities);
        let others = logs.iter().enumerate().filter(|(index, _)| *index != previous);
        let best_other = others.map(|(_, log)| *log).fold(libm::log(LEAST), f64::max);
        let entropy: f64 = logs.iter().map(|log| -libm::exp(*log) * log).sum();
        let mut input = vec![CONSTANT, (best_other / 3.0) as f32, entropy as f32];
        input.extend(self.likeness);
        input.extend(&self.signs);
        input.extend(self.vector.iter().map(|number| number * HEAD_VECTOR));
        input
    }

    pub(super) fn class_input(&self) -> Vec<f32> {
        std::iter::once(1.0).chain(self.vector.iter().map(|number| number * HEAD_VECTOR)).collect()
    }
}

/// The logarithms of probabilities, none of them endless.
pub(super) fn logs(probabilities: &[f64]) -> Vec<f64> {
    probabilities.iter().map(|probability| libm::log(probability.clamp(LEAST, 1.0))).collect()
}

impl FollowUps {
    /// Whether the weights are as long as this program's inputs.
    pub(super) fn fits(&self, categories: usize) -> bool {
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
    pub(super) fn is_open(&self, pair: &Pair) -> bool {
        self.continues(pair) >= OPEN
    }

    /// The probability of each category. `classes` maps it to the head's categories, where the head knows it.
    pub(super) fn weigh(
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
}

/// What `classification` becomes after the turn `previous`; `None` when the prompt stands alone.
pub(super) fn follow(ask: &Ask<'_>, classification: &Classification, previous: Previous<'_>) -> Option<Follow> {
    let head = ask.classifier.head()?;
    let at = classification.probabilities.iter().position(|(id, _)| id == previous.category)?;
    if signs::is_only_thanks(ask.query.prompt) {
        let rest = 0.01 / (classification.probabilities.len().max(2) - 1) as f64;
        let share = |(index, (id, _)): (usize, &(CategoryId, f64))| (id.clone(), if index == at { 0.99 } else { rest });
        let probabilities = classification.probabilities.iter().enumerate().map(share).collect();
        return Some(Follow { probabilities, reason: "thanks, and nothing else".to_owned() });
    }
    let models = head.follow_ups.as_ref()?;
    let pair = Pair::new(ask.query.prompt, classification.vector(), previous, |text| ask.classifier.recall(text));
    if !models.is_open(&pair) {
        return None;
    }
    let alone: Vec<f64> = classification.probabilities.iter().map(|(_, probability)| *probability).collect();
    let ids = || classification.probabilities.iter().map(|(id, _)| id.clone());
    let classes: Vec<Option<usize>> = ids().map(|id| head.categories().position(|known| known == id)).collect();
    let mut weighed = without_pictures(models.weigh(&pair, &alone, at, &classes), &alone, ask, at);
    if signs::is_elliptic(&pair.signs) {
        settle(&mut weighed, at);
    }
    let best = weighed.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(at, |(index, _)| index);
    // A task of another kind that the classifier is sure of by itself needs no turn before it.
    let threshold = ask.config.routing.threshold.unwrap_or_else(|| ask.classifier.threshold());
    if best != at && alone[best] >= threshold {
        return None;
    }
    let reason = if best == at {
        format!("continues the conversation: {}", reasons(models, &pair))
    } else {
        format!("uses the last reply, but asks for {}", classification.probabilities[best].0)
    };
    Some(Follow { probabilities: ids().zip(weighed).collect(), reason })
}

/// A prompt that leans on a turn without a picture is hardly about one: categories whose model sees are out, unless the
/// turn was one of them, or the prompt says so clearly by itself.
fn without_pictures(mut probabilities: Vec<f64>, alone: &[f64], ask: &Ask<'_>, previous: usize) -> Vec<f64> {
    let categories = ask.config.registry.categories();
    for (index, (probability, category)) in probabilities.iter_mut().zip(categories).enumerate() {
        let given = index == previous || ask.query.images > 0 || alone[index] >= CLEARLY;
        if !given && capability::is_for_images(category, ask.config) {
            *probability = 0.0;
        }
    }
    let sum: f64 = probabilities.iter().sum();
    for probability in &mut probabilities {
        *probability /= sum.max(f64::MIN_POSITIVE);
    }
    probabilities
}

/// "and in Rust?" has hardly any words to weigh. Of such prompts in the conversations that were trained on, 15 of 16 stay,
/// and the one that does not ("now code it") is likelier something else by its words: so where staying is likeliest, it
/// is sure.
fn settle(probabilities: &mut [f64], previous: usize) {
    let stays = probabilities[previous];
    if stays < ELLIPTIC && probabilities.iter().all(|probability| *probability <= stays) {
        for (index, probability) in probabilities.iter_mut().enumerate() {
            *probability = if index == previous { ELLIPTIC } else { *probability * (1.0 - ELLIPTIC) / (1.0 - stays) };
        }
    }
}

/// The two signs that speak most for staying, in words.
fn reasons(models: &FollowUps, pair: &Pair) -> String {
    let stay = &models.stay[STAY - encoder::WIDTH - signs::COUNT..];
    let speaks = |(index, sign): (usize, &f32)| (sign * (stay[index] + models.gate[1 + index]), signs::name(index));
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

/// Sure when the prompt continues the conversation and one category stands out.
pub(super) struct FollowUp;

impl Decide for FollowUp {
    fn decide(&self, ask: &Ask<'_>) -> Option<Finding> {
        let Follow { probabilities, reason } = ask.follow()?.clone();
        let (category, probability) = probabilities.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
        let calibrated = ask.classifier.head()?.follow_ups.as_ref().map_or(0.0, |models| f64::from(models.threshold));
        if *probability < ask.config.routing.threshold.unwrap_or(calibrated) {
            return None;
        }
        let finding = Finding::new(Decider::FollowUp, category.clone(), reason);
        Some(Finding { probabilities, ..finding })
    }
}
