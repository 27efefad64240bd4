//! What the user taught by correcting decisions, and how far it reaches.
//!
//! A lesson holds at once for the same prompt, and in two ways for similar ones: the nearest lessons vote
//! ([`Similar`]), and the head's weights are shifted a little towards all of them ([`Lessons::shift`]). The shift is
//! fitted against the head's own opinion of its known examples, so that what the shipped weights know stays known. It is
//! made anew from all lessons whenever one comes or goes: undoing a lesson leaves no trace.

use super::classifier::Classifier;
use super::decision::Decider;
use super::encoder::{self, likeness};
use super::fit::{self, Problem, Row};
use super::linear;
use super::memory::normalized;
use super::pipeline::{Ask, Decide, Finding};
use super::{Query, head::Head};
use crate::config::CategoryId;
use crate::text::sanitize::one_line;
use jiff::Timestamp;
use std::sync::Arc;

/// One lesson alone speaks for prompts at least this close to it.
const ALONE: f32 = 0.80;
/// Several that agree speak for prompts at least this close to each of them.
const TOGETHER: f32 = 0.68;
/// A prompt of fewer words, or of fewer characters where words have no spaces, leans on the turn before it: a lesson about
/// it holds after such a turn only, and says nothing of other prompts.
const WORDS: usize = 4;
const IDEOGRAPHS: usize = 7;
/// How much the shift is held back, beside a weight of 1 for each lesson and each known example.
const PENALTY: f64 = 0.05;

/// Names a lesson, for undoing it; later lessons have greater ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LessonId(pub i64);

/// How far a lesson reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// This very prompt.
    Prompt,
    /// This prompt and those like it.
    Always,
}

impl Scope {
    /// Its name on the screen, in JSON and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Always => "always",
        }
    }
}

/// A correction that is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// Its name.
    pub id: LessonId,
    /// The prompt that was taken for something else.
    pub prompt: Arc<str>,
    /// What the turn before it was taken for, when there was one.
    pub previous: Option<CategoryId>,
    /// What it was taken for.
    pub decided: CategoryId,
    /// What the user said it is.
    pub category: CategoryId,
    /// How far it reaches.
    pub scope: Scope,
    /// When the user said so.
    pub taught_at: Timestamp,
}

impl Lesson {
    /// Whether it is about `prompt` after a turn of the category `previous`. Case, spaces and marks at the end do not
    /// matter.
    pub fn is_about(&self, prompt: &str, previous: Option<&CategoryId>) -> bool {
        self.previous.as_ref() == previous && normalized(&self.prompt) == normalized(prompt)
    }
}

/// All lessons in force.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lessons {
    known: Vec<Known>,
    /// What is added to the weights of the head's categories for the encoder's vector, each with its constant; empty
    /// without lessons.
    shift: Vec<f32>,
}

#[derive(Debug, Clone, PartialEq)]
struct Known {
    lesson: Lesson,
    vector: Vec<f32>,
    /// What the head said before any lesson.
    logits: Vec<f32>,
}

impl Lessons {
    /// Learns all of `lessons`. Takes some milliseconds a lesson: not for the screen's thread.
    pub(super) fn learn(lessons: Vec<Lesson>, classifier: &Classifier) -> Self {
        let known = lessons.into_iter().filter_map(|lesson| Known::new(lesson, classifier)).collect();
        Self::of(known, classifier)
    }

    /// These lessons and one more, which replaces an earlier one for the same prompt.
    pub(super) fn and(&self, lesson: Lesson, classifier: &Classifier) -> Self {
        let other = |known: &&Known| !known.lesson.is_about(&lesson.prompt, lesson.previous.as_ref());
        let mut known: Vec<Known> = self.known.iter().filter(other).cloned().collect();
        known.extend(Known::new(lesson, classifier));
        Self::of(known, classifier)
    }

    /// These lessons but for one.
    pub(super) fn without(&self, id: LessonId, classifier: &Classifier) -> Self {
        let rest = self.known.iter().filter(|known| known.lesson.id != id).cloned().collect();
        Self::of(rest, classifier)
    }

    /// The lessons, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Lesson> {
        self.known.iter().map(|known| &known.lesson)
    }

    fn of(known: Vec<Known>, classifier: &Classifier) -> Self {
        if known.is_empty() {
            return Self::default();
        }
        let shift = classifier.head().map(|head| shift(&known, head)).unwrap_or_default();
        Self { known, shift }
    }

    /// The lesson for this very prompt. One that leans on the turn before it needs a turn of the same category; one that was
    /// taught without such a turn holds wherever the prompt stands `alone`.
    pub(super) fn same(&self, query: &Query<'_>, alone: impl Fn() -> bool) -> Option<&Lesson> {
        let prompt = normalized(query.prompt);
        let previous = query.previous.map(|previous| previous.category);
        let same: Vec<&Lesson> = self.iter().filter(|lesson| normalized(&lesson.prompt) == prompt).collect();
        let in_place = same.iter().rfind(|lesson| lesson.previous.as_ref() == previous);
        let anywhere = same.last().filter(|lesson| is_self_contained(&prompt) || lesson.previous.is_none() && alone());
        in_place.or(anywhere).copied()
    }

    /// What lessons add to the head's logits for a prompt that lies at `vector`.
    pub(super) fn shift(&self, vector: &[f32]) -> Vec<f32> {
        linear::logits(&self.shift, vector)
    }

    /// The lessons like a prompt that lies at `vector`, the nearest first.
    fn like(&self, vector: &[f32]) -> Vec<(f32, &Lesson)> {
        let reaching = self.known.iter().filter(|known| known.reaches_others());
        let mut near: Vec<_> = reaching.map(|known| (likeness(&known.vector, vector), &known.lesson)).collect();
        near.retain(|(likeness, _)| *likeness >= TOGETHER);
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        near.truncate(5);
        near
    }
}

impl Known {
    fn new(lesson: Lesson, classifier: &Classifier) -> Option<Self> {
        let (vector, logits) = classifier.bare(&lesson.prompt)?;
        Some(Self { lesson, vector, logits })
    }

    fn reaches_others(&self) -> bool {
        self.lesson.scope == Scope::Always && is_self_contained(&self.lesson.prompt)
    }
}

/// Whether `prompt` is long enough to mean the same after any turn.
pub(super) fn is_self_contained(prompt: &str) -> bool {
    let ideographs = prompt.chars().filter(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')).count();
    prompt.split_whitespace().count() >= WORDS || ideographs >= IDEOGRAPHS
}

/// The shift of the head's weights that makes its opinion of the lessons right and leaves that of its examples alone.
fn shift(known: &[Known], head: &Head) -> Vec<f32> {
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
    let anchors: Vec<Vec<f32>> = head.examples.iter().map(|example| encoder::unpacked(&example.vector)).collect();
    let kept = head.examples.iter().zip(&anchors).map(|(example, vector)| Row {
        features: vector,
        offset: &example.logits,
        target: linear::softmax(&example.logits, 1.0),
        weight: 1.0,
    });
    let learned = taught.iter().map(|(known, class)| Row {
        features: &known.vector,
        offset: &known.logits,
        target: fit::one_of(*class, count),
        weight: 1.0,
    });
    fit::fit(&Problem { rows: kept.chain(learned).collect(), count, penalty: PENALTY })
}

/// Sure when the nearest lessons agree, and no known example of another category lies nearer.
pub(super) struct Similar;

impl Decide for Similar {
    fn decide(&self, ask: &Ask<'_>) -> Option<Finding> {
        if ask.lessons().known.is_empty() {
            return None;
        }
        let classification = ask.classification()?;
        let near = ask.lessons().like(classification.vector());
        let (nearest, lesson) = near.first()?;
        let agree = near.iter().all(|(_, other)| other.category == lesson.category);
        let enough = *nearest >= ALONE || near.len() >= 2;
        let nearer = ask
            .classifier
            .nearest(classification.vector(), |_| true)
            .is_some_and(|(likeness, _, category)| likeness > *nearest && category != lesson.category);
        if !agree || !enough || nearer || ask.config.registry.category(&lesson.category).is_none() {
            return None;
        }
        let what =
            if near.len() == 1 { "a prompt like it".to_owned() } else { format!("{} prompts like it", near.len()) };
        let evidence = near.iter().map(|(_, lesson)| quoted(lesson)).collect();
        let finding = Finding::new(Decider::Memory, lesson.category.clone(), format!("you corrected {what}"));
        Some(Finding { evidence, ..finding })
    }
}

/// A lesson as evidence.
pub(super) fn quoted(lesson: &Lesson) -> String {
    format!("your correction of “{}”", one_line(&lesson.prompt, 60))
}
