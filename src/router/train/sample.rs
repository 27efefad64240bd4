//! What training is given and what it sees of it: labelled prompts, encoded and brought to one scale, as the rows of a
//! regression.

use super::cores::on_all_cores;
use super::scale::Scale;
use super::{noise, tuned};
use crate::config::CategoryId;
use crate::router::fit::{Problem, Row, one_of};
use crate::router::model::encoder::Encoder;
use crate::router::model::input;
use crate::router::model::opinion::TextSigns;
use twox_hash::XxHash3_64;

/// The penalty on the weights of the head.
const PENALTY: f64 = 1.0 / 0.6;
/// Prompts shorter than this are also shown as a user in a hurry types them; that copy has this share of the weight.
const HURRIED_CHARS_MAX: usize = 220;
const HURRIED_SHARE: f64 = 0.4;
/// Of the rows that were not written for the purpose the second branch learns so many of a hundred: more of them gain
/// nothing and cost minutes.
const OTHERS_PERCENT: u64 = 35;

/// A prompt whose category is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// The prompt.
    pub prompt: String,
    /// Where it belongs.
    pub category: CategoryId,
    /// Where it comes from: rows of one source are left out together.
    pub source: String,
    /// The turn before it, for a row of a conversation.
    pub previous: Option<LabelledTurn>,
    /// How many pictures are attached to the prompt; `None` when the row does not say. Training looks at words only.
    pub images: Option<usize>,
    /// How much it counts beside others.
    pub weight: u32,
    /// Whether the prompt itself may be kept in the head, as an example.
    pub may_be_shown: bool,
}

/// The turn before a labelled prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledTurn {
    /// What was asked.
    pub prompt: String,
    /// What was answered.
    pub reply: String,
    /// What it was taken for.
    pub category: CategoryId,
}

/// A row as training sees it.
pub(super) struct Sample<'a> {
    pub(super) row: &'a Labelled,
    pub(super) class: usize,
    /// The prompt, and the same typed in a hurry.
    pub(super) view: View,
    pub(super) hurried: Option<View>,
    pub(super) vector: Vec<f32>,
    pub(super) text: TextSigns,
}

/// A prompt as the branches see it.
pub(super) struct View {
    /// At the scale of all rows.
    pub(super) features: Vec<f32>,
    /// The sum over the pieces that were read, and how many they were.
    pub(super) sum: Vec<f32>,
    pub(super) count: usize,
}

/// Encodes all rows, on every core, and brings them to one scale. Each row by itself: the order does not matter.
pub(super) fn read<'a>(
    rows: &'a [Labelled],
    encoder: &Encoder,
    class: impl Fn(&CategoryId) -> usize + Sync,
) -> (Vec<Sample<'a>>, Scale) {
    let view = |prompt: &str| {
        let (reading, features) = input::read(prompt, encoder);
        (View { features, sum: reading.sum.clone(), count: reading.count }, reading)
    };
    let mut samples = on_all_cores(rows, |row| {
        let short = row.may_be_shown || row.prompt.chars().count() < HURRIED_CHARS_MAX;
        let hurried = short.then(|| view(&noise::hurried(&row.prompt)).0);
        let (view, reading) = view(&row.prompt);
        let text = TextSigns::of(&row.prompt, &reading);
        Sample { row, class: class(&row.category), view, hurried, vector: reading.vector, text }
    });
    let scale = Scale::of(samples.iter().map(|sample| sample.view.features.as_slice()));
    for view in samples.iter_mut().flat_map(|sample| [Some(&mut sample.view), sample.hurried.as_mut()]).flatten() {
        view.features = scale.apply(&view.features);
    }
    (samples, scale)
}

/// Each view of `samples` with its class and its weight.
fn views<'a>(samples: &'a [&Sample<'_>]) -> impl Iterator<Item = (&'a View, usize, f64)> {
    samples.iter().flat_map(|sample| {
        let weight = f64::from(sample.row.weight);
        let copy = if sample.hurried.is_some() { HURRIED_SHARE } else { 0.0 };
        let clean = (&sample.view, sample.class, weight * (1.0 - copy));
        std::iter::once(clean).chain(sample.hurried.as_ref().map(|view| (view, sample.class, weight * copy)))
    })
}

/// The regression that gives the weights of the head.
pub(super) fn problem<'a>(samples: &'a [&Sample<'_>], count: usize) -> Problem<'a> {
    let row = |(view, class, weight): (&'a View, usize, f64)| Row {
        features: &view.features,
        offset: &[],
        target: one_of(class, count),
        weight,
    };
    Problem { rows: views(samples).map(row).collect(), count, penalty: PENALTY }
}

/// What the second branch learns: prompts that were written for the purpose, and some of the others.
pub(super) fn examples<'a>(samples: &'a [&Sample<'_>]) -> Vec<tuned::Example<'a>> {
    let example = |(view, class, weight): (&'a View, usize, f64)| tuned::Example {
        sum: &view.sum,
        count: view.count as f32,
        features: &view.features,
        class,
        weight: weight as f32,
    };
    views(samples).map(example).collect()
}

/// Whether the second branch learns from the row.
pub(super) fn is_tuned_by(sample: &Sample<'_>) -> bool {
    let hash = XxHash3_64::oneshot(sample.row.prompt.as_bytes());
    sample.row.may_be_shown || hash % 100 < OTHERS_PERCENT
}
