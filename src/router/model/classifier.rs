//! The local classifier: the encoder's view of a prompt and its shape, weighed by the trained head.
//!
//! Owns what it says of a prompt. Knows the categories that the head was trained on; any other that the user
//! configures is recognised by its examples (or, without any, by its description): a prompt that lies nearer to them than
//! to what the head knows belongs there. No network, no clock, some milliseconds of one core.

use super::encoder::{self, Encoder, Reading, likeness};
use super::head::Head;
use super::input::{Prompt, read};
use super::opinion::{Opinion, TextSigns};
use super::question::in_the_midst;
use crate::config::{Category, CategoryId, Config};
use crate::router::linear::{self, product};
use crate::router::needs::needs_picture;
use crate::router::query::Pictures;
use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

/// A category that is known by examples wins when a prompt lies nearer to one of them than to anything else; this is how
/// quickly a greater likeness becomes certainty.
const STEEPNESS: f64 = 18.0;
/// Nothing is like an example below this.
const LIKENESS_MIN: f32 = 0.42;

/// With less support it is never sure.
const SUPPORT_MIN: f64 = 0.5;

/// From this probability on the words ask for a picture beyond doubt.
const ASKED_MIN: f64 = 0.9;

/// How many texts are cached with their vectors.
const RECENT_MAX: usize = 4;

static SHIPPED: LazyLock<Option<Arc<Head>>> = LazyLock::new(|| Head::shipped().ok().map(Arc::new));

/// Encoder, head, and the examples of one configuration.
#[derive(Debug, Default)]
pub(in crate::router) struct Classifier {
    /// Instead of the shipped one.
    own: Option<Arc<Head>>,
    /// The categories that the head does not know, with the vectors of their examples.
    exemplary: OnceLock<Vec<(CategoryId, Vec<Vec<f32>>)>>,
    /// The vectors of the head's examples.
    known: OnceLock<Vec<Vec<f32>>>,
    /// The texts that were encoded last: while the user types, prompt and reply of the last turn are asked for at each key.
    recent: Mutex<VecDeque<(String, Vec<f32>)>>,
}

/// What the classifier says of a prompt.
#[derive(Debug)]
pub(in crate::router) struct Classification {
    pub(in crate::router) reading: Reading,
    pub(in crate::router) features: Vec<f32>,
    /// Of every configured category, in the registry's order; their sum is 1.
    pub(in crate::router) probabilities: Vec<(CategoryId, f64)>,
    /// How much speaks for the configured categories at all: less than [`SUPPORT_MIN`] when the prompt is one for a category that
    /// is switched off.
    support: f64,
}

impl Classification {
    /// The encoder's vector of the prompt.
    pub(in crate::router) fn vector(&self) -> &[f32] {
        &self.reading.vector
    }

    /// How probable `category` is.
    pub(in crate::router) fn probability(&self, category: &CategoryId) -> f64 {
        self.probabilities.iter().find(|(id, _)| id == category).map_or(0.0, |(_, probability)| *probability)
    }

    /// Whether enough speaks for the configured categories at all.
    pub(in crate::router) fn is_supported(&self) -> bool {
        self.support >= SUPPORT_MIN
    }

    /// The likeliest category.
    pub(in crate::router) fn best(&self) -> (&CategoryId, f64) {
        let best = self.probabilities.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1));
        // There are as many probabilities as configured categories, and validation asks for one.
        best.map_or((&self.probabilities[0].0, 0.0), |(id, probability)| (id, *probability))
    }
}

fn opinion(head: &Head, prompt: &str, reading: &Reading, features: &[f32]) -> Opinion {
    head.opinion(&Prompt::new(reading, features), TextSigns::of(prompt, reading))
}

/// The probabilities of the head's categories. Where no picture is there, one that is for images cannot be: unless the
/// words ask for a picture beyond doubt, which the user is then asked for.
fn of_head(opinion: &Opinion, config: &Config, head: &Head, pictures: Pictures) -> Vec<f64> {
    let all = head.probabilities(opinion, &[]);
    let barred: Vec<bool> = head.categories().map(|id| needs_picture(&id, config)).collect();
    if pictures != Pictures::None || !barred.contains(&true) || !barred.contains(&false) {
        return all;
    }
    let asked = all.iter().zip(&barred).any(|(p, barred)| *barred && *p >= ASKED_MIN);
    if asked { all } else { head.probabilities(opinion, &barred) }
}

/// A question in the midst of a long text is most of what the user wants and little of what was read. Where it says
/// something else than `whole`, the two are averaged, and neither is sure.
fn doubt(whole: &mut [f64], question: &[f64]) {
    let best = |p: &[f64]| p.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(index, _)| index);
    if best(whole) != best(question) {
        whole.iter_mut().zip(question).for_each(|(whole, question)| *whole = f64::midpoint(*whole, *question));
    }
}

impl Classifier {
    /// A classifier with the shipped head, or with another.
    pub(in crate::router) fn new(own: Option<Arc<Head>>) -> Self {
        Self { own, ..Self::default() }
    }

    /// The head; `None` when there is none that can be used.
    pub(in crate::router) fn head(&self) -> Option<&Head> {
        self.own.as_ref().or(SHIPPED.as_ref()).map(Arc::as_ref)
    }

    /// The probability from which on a classification is sure: the user's, else the calibrated one of the head.
    pub(in crate::router) fn threshold(&self, config: &Config) -> f64 {
        config.routing.threshold_or(self.head().map_or(1.0, |head| f64::from(head.threshold)))
    }

    /// What it says of `prompt`; `None` without an encoder or a head. `shift` is added to the head's weights for the
    /// encoder's vector: for each of the head's categories one number a dimension, then the constant. Empty for nothing.
    pub(in crate::router) fn classify(
        &self,
        prompt: &str,
        pictures: Pictures,
        config: &Config,
        shift: &[f32],
    ) -> Option<Classification> {
        let (head, encoder) = (self.head()?, Encoder::shipped()?);
        let (reading, features) = read(prompt, encoder);
        let shift = linear::logits(shift, &reading.vector);
        let opinion = Opinion { shift, ..opinion(head, prompt, &reading, &features) };
        let mut of_head = of_head(&opinion, config, head, pictures);
        if let Some(question) = in_the_midst(prompt).filter(|_| reading.is_cut) {
            let (reading, features) = read(question, encoder);
            let alone = self::of_head(&self::opinion(head, question, &reading, &features), config, head, pictures);
            doubt(&mut of_head, &alone);
        }
        let (probabilities, support) = self.probabilities(&of_head, &reading.vector, config, head, encoder);
        Some(Classification { reading, features, probabilities, support })
    }

    /// The vector of a prompt, and the head's logits for it without any shift.
    pub(in crate::router) fn bare(&self, prompt: &str) -> Option<(Vec<f32>, Vec<f32>)> {
        let (head, encoder) = (self.head()?, Encoder::shipped()?);
        let (reading, features) = read(prompt, encoder);
        let logits = opinion(head, prompt, &reading, &features).logits();
        Some((reading.vector, logits))
    }

    /// The vector of a text that is likely to be asked for again.
    pub(in crate::router) fn recall(&self, text: &str) -> Vec<f32> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, vector)) = recent.iter().find(|(known, _)| known == text) {
            return vector.clone();
        }
        let vector = Encoder::shipped().map_or_else(Vec::new, |encoder| encoder.encode(text));
        recent.push_front((text.to_owned(), vector.clone()));
        recent.truncate(RECENT_MAX);
        vector
    }

    /// The known example nearest to `vector` among the categories that count: how near, its prompt and its category.
    pub(in crate::router) fn nearest(
        &self,
        vector: &[f32],
        counts: impl Fn(&CategoryId) -> bool,
    ) -> Option<(f32, &str, CategoryId)> {
        let head = self.head()?;
        let unpack = || head.examples.iter().map(|example| encoder::unpacked(&example.vector)).collect();
        // Both have length 1, so their product is their likeness.
        let likenesses = self.known.get_or_init(unpack).iter().map(|example| product(example, vector));
        let ids: Vec<CategoryId> = head.categories().collect();
        let counting: Vec<bool> = ids.iter().map(counts).collect();
        let all = likenesses.zip(&head.examples).filter(|(_, example)| counting[example.category]);
        let (likeness, example) = all.max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some((likeness, &example.prompt, ids[example.category].clone()))
    }

    /// The head's probabilities for the configured categories, those that it does not know by their examples, and how much
    /// speaks for all of them.
    fn probabilities(
        &self,
        of_head: &[f64],
        vector: &[f32],
        config: &Config,
        head: &Head,
        encoder: &Encoder,
    ) -> (Vec<(CategoryId, f64)>, f64) {
        let known = head.categories.iter().map(String::as_str).zip(of_head.iter().copied());
        let known: Vec<(&str, f64)> =
            known.filter(|(name, _)| config.registry.category(&CategoryId::from(*name)).is_some()).collect();
        let sum: f64 = known.iter().map(|(_, probability)| probability).sum();
        let exemplary = self.exemplary(config, head, encoder);
        let configured = |id: &CategoryId| config.registry.category(id).is_some();
        let nearest = if exemplary.is_empty() { None } else { self.nearest(vector, configured) };
        let nearest = nearest.map_or(LIKENESS_MIN, |(likeness, ..)| likeness.max(LIKENESS_MIN));
        let shares: Vec<(&CategoryId, f64)> = exemplary
            .iter()
            .map(|(id, vectors)| {
                let own = vectors.iter().map(|example| likeness(example, vector)).fold(0.0, f32::max);
                (id, libm::exp(STEEPNESS * f64::from(own - nearest)))
            })
            .collect();
        // The head's own share is what it holds for configured categories: a prompt that it takes for one that is
        // switched off leaves the field to the examples.
        let total: f64 = sum + shares.iter().map(|(_, share)| share).sum::<f64>();
        let of = |category: &Category| {
            let share = shares.iter().find(|(id, _)| **id == category.id).map(|(_, share)| share / total);
            let known = || known.iter().find(|(name, _)| *name == category.id.as_str());
            share.or_else(|| known().map(|(_, probability)| probability / total)).unwrap_or(0.0)
        };
        let all = config.registry.categories().iter().map(|category| (category.id.clone(), of(category)));
        (all.collect(), total)
    }

    fn exemplary(&self, config: &Config, head: &Head, encoder: &Encoder) -> &[(CategoryId, Vec<Vec<f32>>)] {
        self.exemplary.get_or_init(|| {
            let unknown = |category: &&Category| !head.categories.iter().any(|name| name == category.id.as_str());
            let vectors = |category: &Category| match category.examples.as_slice() {
                [] => vec![encoder.encode(&format!("{}: {}", category.id, category.description))],
                examples => examples.iter().map(|example| encoder.encode(example)).collect(),
            };
            let categories = config.registry.categories().iter().filter(unknown);
            categories.map(|category| (category.id.clone(), vectors(category))).collect()
        })
    }
}
