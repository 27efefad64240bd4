//! All lessons in force, and how far they reach together.
//!
//! A lesson holds at once for the same prompt, and in two ways for similar ones: the nearest lessons vote
//! ([`Lessons::like`]), and the head's weights are shifted a little towards all of them ([`Lessons::shift`]). The shift is
//! fitted against what the head itself says of its known examples, so that what the shipped weights know stays known. It
//! is made anew from all lessons whenever one comes or goes: undoing a lesson leaves no trace.

use super::lesson::{EncodedLesson, Lesson, LessonId, Scope};
use super::vector::PromptVector;
use crate::router::fit::{self, Problem, Row};
use crate::router::linear::softmax;
use crate::router::model::encoder::{likeness, unpacked};
use crate::router::model::{Classifier, Head};
use crate::router::prompt::{is_self_contained, normalized};
use crate::router::query::Query;
use std::collections::HashMap;
use twox_hash::XxHash3_64;

/// Several lessons that agree speak for prompts at least this close to each of them.
const LIKENESS_MIN: f32 = 0.68;
/// So many of the nearest lessons are asked.
const NEAR_MAX: usize = 5;
/// How much the shift is held back, beside a weight of 1 for each lesson and each known example.
const PENALTY: f64 = 1.0;

/// All lessons in force.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lessons {
    known: Vec<Known>,
    /// See [`Lessons::shift`].
    shift: Vec<f32>,
}

#[derive(Debug, Clone, PartialEq)]
struct Known {
    lesson: Lesson,
    encoded: EncodedLesson,
    /// The same vector, unpacked.
    vector: Vec<f32>,
}

impl Lessons {
    /// Learns all of `lessons`, of which some were `encoded` before. Takes some milliseconds for each of the others: not for
    /// the screen's thread.
    pub(in crate::router) fn learn(
        lessons: Vec<Lesson>,
        mut encoded: HashMap<LessonId, EncodedLesson>,
        classifier: &Classifier,
    ) -> Self {
        // Without lessons the head is not even read: memory at rest does not have it.
        let Some(head) = (!lessons.is_empty()).then(|| classifier.head()).flatten() else { return Self::default() };
        let (head, count) = (checksum(head), head.categories().count());
        // What is stored may be damaged.
        encoded.retain(|_, it| {
            let is_whole = it.logits.len() == count && it.logits.iter().all(|logit| logit.is_finite());
            it.head == head && it.vector.is_current() && is_whole
        });
        let known = |lesson: Lesson| match encoded.remove(&lesson.id) {
            Some(encoded) => Some(Known::of(lesson, encoded)),
            None => Known::new(lesson, classifier),
        };
        Self::of(lessons.into_iter().filter_map(known).collect(), classifier)
    }

    /// These lessons and one more, which replaces an earlier one for the same prompt.
    pub(in crate::router) fn and(&self, lesson: Lesson, classifier: &Classifier) -> Self {
        let other = |known: &&Known| !known.lesson.is_about(&lesson.prompt, lesson.previous.as_ref());
        let mut known: Vec<Known> = self.known.iter().filter(other).cloned().collect();
        known.extend(Known::new(lesson, classifier));
        Self::of(known, classifier)
    }

    /// These lessons but for one.
    pub(in crate::router) fn without(&self, id: LessonId, classifier: &Classifier) -> Self {
        let rest = self.known.iter().filter(|known| known.lesson.id != id).cloned().collect();
        Self::of(rest, classifier)
    }

    /// The lessons, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Lesson> {
        self.known.iter().map(|known| &known.lesson)
    }

    /// What is worth being stored beside the lessons.
    pub fn encoded(&self) -> impl Iterator<Item = (LessonId, &EncodedLesson)> {
        self.known.iter().map(|known| (known.lesson.id, &known.encoded))
    }

    fn of(known: Vec<Known>, classifier: &Classifier) -> Self {
        if known.is_empty() {
            return Self::default();
        }
        let shift = classifier.head().map(|head| fit_shift(&known, head)).unwrap_or_default();
        Self { known, shift }
    }

    /// The lesson for this very prompt. One that leans on the turn before it needs a turn of the same category; one that was
    /// taught without such a turn holds wherever the prompt stands `alone`.
    pub(in crate::router) fn same(&self, query: &Query<'_>, alone: impl Fn() -> bool) -> Option<&Lesson> {
        let prompt = normalized(query.prompt);
        let previous = query.previous.map(|previous| previous.category);
        let same: Vec<&Lesson> = self.iter().filter(|lesson| normalized(&lesson.prompt) == prompt).collect();
        let in_place = same.iter().rfind(|lesson| lesson.previous.as_ref() == previous);
        let anywhere = same.last().filter(|lesson| is_self_contained(&prompt) || lesson.previous.is_none() && alone());
        in_place.or(anywhere).copied()
    }

    /// Whether the user taught nothing.
    pub(in crate::router) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// What lessons add to the weights of the head's categories for the encoder's vector, each with its constant; empty
    /// without lessons.
    pub(in crate::router) fn shift(&self) -> &[f32] {
        &self.shift
    }

    /// The lessons like a prompt that lies at `vector`, the nearest first.
    pub(in crate::router) fn like(&self, vector: &[f32]) -> Vec<(f32, &Lesson)> {
        let reaching = self.known.iter().filter(|known| known.reaches_others());
        let mut near: Vec<_> = reaching.map(|known| (likeness(&known.vector, vector), &known.lesson)).collect();
        near.retain(|(likeness, _)| *likeness >= LIKENESS_MIN);
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.truncate(NEAR_MAX);
        near
    }
}

impl Known {
    fn new(lesson: Lesson, classifier: &Classifier) -> Option<Self> {
        let head = checksum(classifier.head()?);
        let (vector, logits) = classifier.bare(&lesson.prompt)?;
        Some(Self::of(lesson, EncodedLesson { vector: PromptVector::new(&vector), head, logits }))
    }

    /// The vector goes by what is stored, so that a lesson says the same before and after a start.
    fn of(lesson: Lesson, encoded: EncodedLesson) -> Self {
        let vector = encoded.vector.unpacked();
        Self { lesson, encoded, vector }
    }

    fn reaches_others(&self) -> bool {
        self.lesson.scope == Scope::Always && is_self_contained(&self.lesson.prompt)
    }
}

/// Names a head by what its logits depend on.
fn checksum(head: &Head) -> u64 {
    let mut all: Vec<u8> = head.categories.join("\n").into_bytes();
    let tuned = head.tuned.iter().flat_map(|tuned| &tuned.weights);
    all.extend(head.weights.iter().chain(tuned).flat_map(|weight| weight.to_le_bytes()));
    XxHash3_64::oneshot(&all)
}

/// The shift of the head's weights that makes its opinion of the lessons right and leaves that of its examples alone.
fn fit_shift(known: &[Known], head: &Head) -> Vec<f32> {
    let class = |lesson: &Lesson| head.categories().position(|category| category == lesson.category);
    let taught: Vec<(&Known, usize)> = known
        .iter()
        .filter(|known| known.reaches_others())
        .filter_map(|known| Some((known, class(&known.lesson)?)))
        .collect();
    let count = head.categories().count();
    // Without examples of every category nothing would hold the weights back: then only the votes teach.
    let anchored = (0..count).all(|class| head.examples.iter().any(|example| example.category == class));
    if taught.is_empty() || !anchored {
        return Vec::new();
    }
    let anchors: Vec<Vec<f32>> = head.examples.iter().map(|example| unpacked(&example.vector)).collect();
    let kept = head.examples.iter().zip(&anchors).map(|(example, vector)| Row {
        features: vector,
        offset: &example.logits,
        target: softmax(&example.logits, 1.0),
        weight: 1.0,
    });
    let learned = taught.iter().map(|(known, class)| Row {
        features: &known.vector,
        offset: &known.encoded.logits,
        target: fit::one_of(*class, count),
        weight: 1.0,
    });
    fit::fit(&Problem { rows: kept.chain(learned).collect(), count, penalty: PENALTY })
}
