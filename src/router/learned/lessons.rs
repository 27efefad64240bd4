//! All lessons in force, and how far they reach together.
//!
//! A lesson holds at once for the same prompt, and in two ways for similar ones: the nearest lessons vote
//! ([`Lessons::like`]), and the head's weights are shifted a little towards all of them ([`Lessons::weights`]). The shift is
//! fitted against what the head itself says of its known examples, so that what the shipped weights know stays known. It
//! is made anew from all lessons whenever one comes or goes: undoing a lesson leaves no trace.
//!
//! Both need the lessons encoded, which takes milliseconds for each. What was computed once is stored by the caller and
//! [recalled](Lessons::recall) in a few milliseconds for thousands of lessons; what is missing is computed beside the
//! decisions.

use super::lesson::{EncodedLesson, Lesson, LessonId, LessonShift, Scope};
use super::vector::PromptVector;
use crate::router::fit::{self, Problem, Row};
use crate::router::linear::softmax;
use crate::router::model::encoder::{WIDTH, unpacked};
use crate::router::model::{Classifier, Head};
use crate::router::prompt::{is_self_contained, normalized};
use crate::router::query::Query;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use twox_hash::XxHash3_64;

/// Several lessons that agree speak for prompts at least this close to each of them.
const LIKENESS_MIN: f32 = 0.68;
/// So many of the nearest lessons are asked.
const NEAR_MAX: usize = 5;
/// How much the shift is held back, beside a weight of 1 for each lesson and each known example.
const PENALTY: f64 = 1.0;
/// The weights are shifted towards so many lessons: fitting takes time with each, and no import may drown what the user taught.
const FITTED_MAX: usize = 500;

/// All lessons in force. Clones share them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lessons {
    known: Vec<Arc<Known>>,
    /// Where those about a prompt stand, by the hash of it.
    by_prompt: Arc<HashMap<u64, Vec<usize>>>,
    shift: Arc<LessonShift>,
}

#[derive(Debug, PartialEq)]
struct Known {
    lesson: Lesson,
    /// `None` until it is computed.
    encoded: Option<Encoded>,
}

#[derive(Debug, Clone, PartialEq)]
struct Encoded {
    lesson: EncodedLesson,
    /// How long its vector is.
    length: f32,
}

impl Lessons {
    /// Takes up `lessons` with what of them was computed before, as far as the head and the encoder are the same.
    pub(in crate::router) fn recall(
        lessons: Vec<Lesson>,
        mut encoded: HashMap<LessonId, EncodedLesson>,
        shift: LessonShift,
        classifier: &Classifier,
    ) -> Self {
        // Without lessons the head is not even read: memory at rest does not have it.
        let head = (!lessons.is_empty()).then(|| classifier.head()).flatten();
        let (checksum, count) = head.map_or((0, 0), |head| (checksum(head), head.categories().count()));
        // What is stored may be damaged.
        encoded.retain(|_, it| {
            let is_whole = it.logits.len() == count && it.logits.iter().all(|logit| logit.is_finite());
            it.head == checksum && it.vector.is_current() && is_whole
        });
        let known = |lesson: Lesson| {
            let encoded = encoded.remove(&lesson.id).map(Encoded::of);
            Arc::new(Known { lesson, encoded })
        };
        let known: Vec<Arc<Known>> = lessons.into_iter().map(known).collect();
        let shift = head.filter(|head| is_shift(&shift, &known, head)).map(|_| shift).unwrap_or_default();
        Self::of(known, shift)
    }

    /// These lessons with `count` more of them encoded, and which these are.
    pub(in crate::router) fn encode(&self, count: usize, classifier: &Classifier) -> (Self, Vec<LessonId>) {
        let mut known = self.known.clone();
        let mut ids = Vec::new();
        for one in known.iter_mut().filter(|one| one.encoded.is_none()).take(count) {
            let encoded = Encoded::new(&one.lesson, classifier);
            if encoded.is_some() {
                ids.push(one.lesson.id);
                *one = Arc::new(Known { lesson: one.lesson.clone(), encoded });
            }
        }
        (Self { known, ..self.clone() }, ids)
    }

    /// These lessons with the shift that is made of all that are encoded; `None` where it is.
    pub(in crate::router) fn fit(&self, classifier: &Classifier) -> Option<Self> {
        if self.known.is_empty() {
            return None;
        }
        let head = classifier.head()?;
        let taught = taught(&self.known, head);
        let made_of = made_of(&taught, head);
        let shift = || LessonShift { made_of, weights: fit_shift(&taught, head) };
        (self.shift.made_of != made_of).then(|| Self { shift: Arc::new(shift()), ..self.clone() })
    }

    /// These lessons and one more, which replaces an earlier one about the same.
    pub(in crate::router) fn and(&self, lesson: Lesson, classifier: &Classifier) -> Self {
        let topic = lesson.topic();
        let same = self.about(&lesson.prompt).filter(|at| self.known[*at].lesson.topic() == topic);
        let replaced: HashSet<usize> = same.collect();
        let others = self.known.iter().enumerate().filter(|(at, _)| !replaced.contains(at));
        let mut known: Vec<Arc<Known>> = others.map(|(_, known)| known.clone()).collect();
        let encoded = Encoded::new(&lesson, classifier);
        known.push(Arc::new(Known { lesson, encoded }));
        Self::of(known, LessonShift::default()).fitted(classifier)
    }

    /// These lessons but for one.
    pub(in crate::router) fn without(&self, id: LessonId, classifier: &Classifier) -> Self {
        let rest = self.known.iter().filter(|known| known.lesson.id != id).cloned().collect();
        Self::of(rest, LessonShift::default()).fitted(classifier)
    }

    /// The lessons, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Lesson> {
        self.known.iter().map(|known| &known.lesson)
    }

    /// What is worth being stored beside the lessons.
    pub fn encoded(&self) -> impl Iterator<Item = (LessonId, &EncodedLesson)> {
        self.known.iter().filter_map(|known| Some((known.lesson.id, &known.encoded.as_ref()?.lesson)))
    }

    /// What is worth being stored besides.
    pub fn shift(&self) -> &LessonShift {
        &self.shift
    }

    fn of(known: Vec<Arc<Known>>, shift: LessonShift) -> Self {
        let mut by_prompt: HashMap<u64, Vec<usize>> = HashMap::new();
        for (at, known) in known.iter().enumerate() {
            by_prompt.entry(hash(&known.lesson.prompt)).or_default().push(at);
        }
        Self { known, by_prompt: Arc::new(by_prompt), shift: Arc::new(shift) }
    }

    fn fitted(self, classifier: &Classifier) -> Self {
        self.fit(classifier).unwrap_or(self)
    }

    /// Where the lessons about `prompt` stand, and perhaps others.
    fn about(&self, prompt: &str) -> impl Iterator<Item = usize> {
        self.by_prompt.get(&hash(prompt)).into_iter().flatten().copied()
    }

    /// The lesson for this very prompt. One that leans on the turn before it needs a turn of the same category; one that was
    /// taught without such a turn holds wherever the prompt stands `alone`.
    pub(in crate::router) fn same(&self, query: &Query<'_>, alone: impl Fn() -> bool) -> Option<&Lesson> {
        let prompt = normalized(query.prompt);
        let previous = query.previous.map(|previous| previous.category);
        let about = self.about(query.prompt).map(|at| &self.known[at].lesson);
        let same: Vec<&Lesson> = about.filter(|lesson| normalized(&lesson.prompt) == prompt).collect();
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
    pub(in crate::router) fn weights(&self) -> &[f32] {
        &self.shift.weights
    }

    /// The lessons like a prompt that lies at `vector`, which has length 1, the nearest first.
    pub(in crate::router) fn like(&self, vector: &[f32]) -> Vec<(f32, &Lesson)> {
        let reaching = self.known.iter().filter(|known| known.reaches_others());
        let near = reaching.filter_map(|known| Some((known.encoded.as_ref()?.likeness_to(vector), &known.lesson)));
        let mut near: Vec<_> = near.filter(|(likeness, _)| *likeness >= LIKENESS_MIN).collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.truncate(NEAR_MAX);
        near
    }
}

impl Known {
    fn reaches_others(&self) -> bool {
        self.lesson.scope == Scope::Always && is_self_contained(&self.lesson.prompt)
    }
}

impl Encoded {
    /// `None` where nothing can encode here.
    fn new(lesson: &Lesson, classifier: &Classifier) -> Option<Self> {
        let head = checksum(classifier.head()?);
        let (vector, logits) = classifier.bare(&lesson.prompt)?;
        Some(Self::of(EncodedLesson { vector: PromptVector::new(&vector), head, logits }))
    }

    fn of(lesson: EncodedLesson) -> Self {
        let length = lesson.vector.length();
        Self { lesson, length }
    }

    fn likeness_to(&self, vector: &[f32]) -> f32 {
        self.lesson.vector.likeness_to(self.length, vector)
    }
}

/// The same for prompts that count as the same.
fn hash(prompt: &str) -> u64 {
    XxHash3_64::oneshot(normalized(prompt).as_bytes())
}

/// Names a head by what its logits depend on.
fn checksum(head: &Head) -> u64 {
    let mut all: Vec<u8> = head.categories.join("\n").into_bytes();
    let tuned = head.tuned.iter().flat_map(|tuned| &tuned.weights);
    all.extend(head.weights.iter().chain(tuned).flat_map(|weight| weight.to_le_bytes()));
    XxHash3_64::oneshot(&all)
}

/// A lesson that the weights are shifted towards, and the class that it teaches.
type Taught<'a> = (&'a EncodedLesson, usize);

/// The lessons that the weights are shifted towards: no more than [`FITTED_MAX`], those first that the user taught here, and
/// of them the latest. The oldest of them stands first.
fn taught<'a>(known: &'a [Arc<Known>], head: &Head) -> Vec<Taught<'a>> {
    let class = |lesson: &Lesson| head.categories().position(|category| category == lesson.category);
    let taught = known.iter().enumerate().filter(|(_, known)| known.reaches_others());
    let mut taught: Vec<_> = taught
        .filter_map(|(at, known)| Some((at, &known.lesson, &known.encoded.as_ref()?.lesson, class(&known.lesson)?)))
        .collect();
    taught.sort_by_key(|(at, lesson, ..)| (lesson.imported_from.is_some(), Reverse(*at)));
    taught.truncate(FITTED_MAX);
    taught.sort_by_key(|(at, ..)| *at);
    taught.into_iter().map(|(_, _, encoded, class)| (encoded, class)).collect()
}

/// Names a shift by all that it depends on.
fn made_of(taught: &[Taught<'_>], head: &Head) -> u64 {
    let mut all = checksum(head).to_le_bytes().to_vec();
    for (encoded, class) in taught {
        all.extend(class.to_le_bytes());
        all.extend(encoded.vector.numbers.iter().map(|number| number.cast_unsigned()));
        all.extend(encoded.logits.iter().flat_map(|logit| logit.to_le_bytes()));
    }
    XxHash3_64::oneshot(&all)
}

/// Whether a shift that was stored is the one of these lessons, and whole.
fn is_shift(shift: &LessonShift, known: &[Arc<Known>], head: &Head) -> bool {
    let LessonShift { made_of, weights } = shift;
    let is_long_enough = weights.is_empty() || weights.len() == head.categories().count() * (WIDTH + 1);
    let is_whole = is_long_enough && weights.iter().all(|weight| weight.is_finite());
    is_whole && *made_of == self::made_of(&taught(known, head), head)
}

/// The shift of the head's weights that makes its opinion of the lessons right and leaves that of its examples alone.
fn fit_shift(taught: &[Taught<'_>], head: &Head) -> Vec<f32> {
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
    let vectors: Vec<Vec<f32>> = taught.iter().map(|(encoded, _)| encoded.vector.unpacked()).collect();
    let learned = taught.iter().zip(&vectors).map(|((encoded, class), vector)| Row {
        features: vector,
        offset: &encoded.logits,
        target: fit::one_of(*class, count),
        weight: 1.0,
    });
    fit::fit(&Problem { rows: kept.chain(learned).collect(), count, penalty: PENALTY })
}
