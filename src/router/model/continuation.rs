//! What a prompt is as a continuation of the last turn: the classification of the prompt alone, weighed by the follow-up
//! models.
//!
//! Owns the rules around the models (thanks, pictures, prompts of hardly any words). Says nothing of prompts that stand
//! alone. No category is known to this file by name.

use super::classifier::{Classification, Classifier};
use super::follow_up::{Pair, signs};
use crate::config::{CategoryId, Config};
use crate::router::needs::is_for_images;
use crate::router::query::Query;

/// A prompt alone is unambiguous from this probability on.
const UNAMBIGUOUS_MIN: f64 = 0.8;
/// How sure an elliptic prompt stays.
const ELLIPTIC_PROBABILITY: f64 = 0.9;
/// How sure a prompt of nothing but thanks stays, and what the other categories share.
const THANKS_PROBABILITY: f64 = 0.99;
const THANKS_REST: f64 = 0.01;

/// A prompt that continues the conversation.
#[derive(Debug, Clone)]
pub(in crate::router) struct Continuation {
    /// Of every configured category.
    pub(in crate::router) probabilities: Vec<(CategoryId, f64)>,
    pub(in crate::router) reason: String,
}

impl Continuation {
    /// The likeliest category.
    pub(in crate::router) fn best(&self) -> Option<(&CategoryId, f64)> {
        let best = self.probabilities.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        best.map(|(category, probability)| (category, *probability))
    }
}

/// What `alone`, the classification of the prompt, becomes after the last turn; `None` when there is no such turn or the
/// prompt stands alone.
pub(in crate::router) fn continuation(
    query: &Query<'_>,
    config: &Config,
    classifier: &Classifier,
    alone: &Classification,
) -> Option<Continuation> {
    let previous = query.previous?;
    let head = classifier.head()?;
    let at = alone.probabilities.iter().position(|(id, _)| id == previous.category)?;
    if signs::is_only_thanks(query.prompt) {
        return Some(thanks(alone, at));
    }
    let models = head.follow_ups.as_ref()?;
    let pair = Pair::new(query.prompt, alone.vector(), previous, |text| classifier.recall(text));
    if !models.is_open(&pair) {
        return None;
    }
    let single: Vec<f64> = alone.probabilities.iter().map(|(_, probability)| *probability).collect();
    let ids = || alone.probabilities.iter().map(|(id, _)| id.clone());
    let classes: Vec<Option<usize>> = ids().map(|id| head.categories().position(|known| known == id)).collect();
    let mut weighed = models.weigh(&pair, &single, at, &classes);
    rule_out_pictures(&mut weighed, &single, query, config, at);
    if signs::is_elliptic(&pair.signs) {
        settle(&mut weighed, at);
    }
    let best = weighed.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(at, |(index, _)| index);
    // A task of another kind that the classifier is sure of by itself needs no turn before it.
    if best != at && single[best] >= classifier.threshold(config) {
        return None;
    }
    let reason = if best == at {
        format!("continues the conversation: {}", models.reasons(&pair))
    } else {
        format!("uses the last reply, but asks for {}", alone.probabilities[best].0)
    };
    Some(Continuation { probabilities: ids().zip(weighed).collect(), reason })
}

/// A prompt of nothing but thanks stays with the category at index `at`.
fn thanks(alone: &Classification, at: usize) -> Continuation {
    let rest = THANKS_REST / (alone.probabilities.len().max(2) - 1) as f64;
    let share = |index: usize| if index == at { THANKS_PROBABILITY } else { rest };
    let probabilities = alone.probabilities.iter().enumerate().map(|(index, (id, _))| (id.clone(), share(index)));
    Continuation { probabilities: probabilities.collect(), reason: "thanks, and nothing else".to_owned() }
}

/// A prompt that leans on a turn without a picture is hardly about one: categories whose model sees are out, unless the
/// turn was one of them, or the prompt says so clearly by itself.
fn rule_out_pictures(probabilities: &mut [f64], alone: &[f64], query: &Query<'_>, config: &Config, previous: usize) {
    let categories = config.registry.categories();
    for (index, (probability, category)) in probabilities.iter_mut().zip(categories).enumerate() {
        let given = index == previous || query.pictures.attached() > 0 || alone[index] >= UNAMBIGUOUS_MIN;
        if !given && is_for_images(category, config) {
            *probability = 0.0;
        }
    }
    let sum: f64 = probabilities.iter().sum();
    for probability in probabilities {
        *probability /= sum.max(f64::MIN_POSITIVE);
    }
}

/// "and in Rust?" has hardly any words to weigh. Of such prompts in the conversations that were trained on, 15 of 16 stay,
/// and the one that does not ("now code it") is likelier something else by its words: so where staying is likeliest, it
/// is sure.
fn settle(probabilities: &mut [f64], previous: usize) {
    let stays = probabilities[previous];
    if stays < ELLIPTIC_PROBABILITY && probabilities.iter().all(|probability| *probability <= stays) {
        for (index, probability) in probabilities.iter_mut().enumerate() {
            let rest = *probability * (1.0 - ELLIPTIC_PROBABILITY) / (1.0 - stays);
            *probability = if index == previous { ELLIPTIC_PROBABILITY } else { rest };
        }
    }
}
