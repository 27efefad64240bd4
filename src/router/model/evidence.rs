//! Why the classifier says what it says, in words: the words that matter most, the shapes that were
//! seen, the known prompt that is most like this one.
//!
//! A word matters as much as the decision changes without it. Owns the choice and the wording; decides nothing.

use super::classifier::{Classification, Classifier};
use super::encoder::Encoder;
use super::features;
use super::input::{SHAPES, WIDTH};
use crate::config::CategoryId;
use crate::text::sanitize::one_line;

/// At most so many words and shapes are named.
const WORDS_MAX: usize = 3;
const PATTERNS_MAX: usize = 2;
/// So many words at most are tried, the longest: short ones are mostly the glue between them.
const TRIED_WORDS_MAX: usize = 8;
/// What changes the decision by less than this, in logits, is no reason.
const LOGITS_MIN: f32 = 0.25;
/// A known prompt that is less like this one is no reason.
const LIKENESS_MIN: f32 = 0.6;

/// What speaks for `category`, the strongest of each kind first.
pub(in crate::router) fn of(
    classification: &Classification,
    category: &CategoryId,
    classifier: &Classifier,
) -> Vec<String> {
    let mut evidence = Vec::new();
    let head = classifier.head();
    let class = head.and_then(|head| head.categories().position(|known| known == *category));
    if let (Some(head), Some(class), Some(encoder)) = (head, class, Encoder::shipped()) {
        evidence.extend(words(classification, class, &head.weights, encoder));
        evidence.extend(shapes(classification, class, &head.weights));
    }
    let nearest = classifier.nearest(classification.vector(), |_| true);
    if let Some((_, prompt, _)) = nearest.filter(|(likeness, _, other)| *likeness >= LIKENESS_MIN && other == category)
    {
        evidence.push(format!("like “{}”", one_line(prompt, 48)));
    }
    evidence
}

/// The words without which less would speak for `class`.
fn words(classification: &Classification, class: usize, weights: &[f32], encoder: &Encoder) -> Vec<String> {
    let mut words = classification.reading.words();
    words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    words.truncate(TRIED_WORDS_MAX);
    let spans: Vec<_> = words.iter().map(|(_, span)| span.clone()).collect();
    let whole = lead(class, weights, &classification.features[..SHAPES], 0);
    let without = encoder.without(&classification.reading, &spans);
    let mut ranked: Vec<(f32, String)> = without
        .iter()
        .zip(words)
        .map(|(views, (word, _))| (whole - lead(class, weights, &views.concat(), 0), word))
        .collect();
    ranked.retain(|(change, _)| *change >= LOGITS_MIN);
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.dedup_by(|a, b| a.1.eq_ignore_ascii_case(&b.1));
    ranked.into_iter().take(WORDS_MAX).map(|(_, word)| format!("“{}”", one_line(&word, 24))).collect()
}

/// The shapes that speak for `class`.
fn shapes(classification: &Classification, class: usize, weights: &[f32]) -> Vec<String> {
    let values = &classification.features[SHAPES..];
    let mut ranked: Vec<(f32, &str)> = features::fired(values)
        .map(|(index, name)| (lead(class, weights, &values[index..=index], SHAPES + index), name))
        .filter(|(lead, _)| *lead >= LOGITS_MIN)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.into_iter().take(PATTERNS_MAX).map(|(_, name)| name.to_owned()).collect()
}

/// How much `values`, the features from `first` on, say for `class` beyond what they say for the next best.
fn lead(class: usize, weights: &[f32], values: &[f32], first: usize) -> f32 {
    let width = WIDTH + 1;
    let says = |class: &[f32]| class[first..].iter().zip(values).map(|(weight, value)| weight * value).sum::<f32>();
    let (mut own, mut best) = (0.0, f32::NEG_INFINITY);
    for (index, weights) in weights.chunks_exact(width).enumerate() {
        let says = says(weights);
        if index == class {
            own = says;
        } else {
            best = best.max(says);
        }
    }
    if best.is_finite() { own - best } else { own }
}
