//! What training is given and what it sees of it: labelled prompts, encoded and brought to one scale, as the rows of a
//! regression.

use super::cores::on_all_cores;
use super::noise;
use super::scale::Scale;
use crate::config::CategoryId;
use crate::router::fit::{Problem, Row, one_of};
use crate::router::model::encoder::Encoder;
use crate::router::model::input;

/// The penalty on the weights of the head.
const PENALTY: f64 = 1.0 / 0.6;
/// Prompts shorter than this are also shown as a user in a hurry types them; that copy has this share of the weight.
const HURRIED_CHARS_MAX: usize = 220;
const HURRIED_SHARE: f64 = 0.4;
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
    pub(super) features: Vec<f32>,
    /// The features of the prompt typed in a hurry.
    pub(super) hurried: Option<Vec<f32>>,
    pub(super) vector: Vec<f32>,
}

/// Encodes all rows, on every core, and brings them to one scale. Each row by itself: the order does not matter.
pub(super) fn read<'a>(
    rows: &'a [Labelled],
    encoder: &Encoder,
    class: impl Fn(&CategoryId) -> usize + Sync,
) -> (Vec<Sample<'a>>, Scale) {
    let mut samples = on_all_cores(rows, |row| {
        let (reading, features) = input::read(&row.prompt, encoder);
        let short = row.may_be_shown || row.prompt.chars().count() < HURRIED_CHARS_MAX;
        let hurried = short.then(|| input::read(&noise::hurried(&row.prompt), encoder).1);
        Sample { row, class: class(&row.category), features, hurried, vector: reading.vector }
    });
    let scale = Scale::of(samples.iter().map(|sample| sample.features.as_slice()));
    for sample in &mut samples {
        sample.features = scale.apply(&sample.features);
        sample.hurried = sample.hurried.as_deref().map(|features| scale.apply(features));
    }
    (samples, scale)
}

/// The regression that gives the weights of the head.
pub(super) fn problem<'a>(samples: &[&'a Sample<'_>], count: usize) -> Problem<'a> {
    let mut rows = Vec::with_capacity(2 * samples.len());
    for sample in samples {
        let weight = f64::from(sample.row.weight);
        let hurried = sample.hurried.as_deref();
        let (share, copy) = if hurried.is_some() { (1.0 - HURRIED_SHARE, HURRIED_SHARE) } else { (1.0, 0.0) };
        let row = |features: &'a [f32], share: f64| Row {
            features,
            offset: &[],
            target: one_of(sample.class, count),
            weight: weight * share,
        };
        rows.push(row(&sample.features, share));
        rows.extend(hurried.map(|features| row(features, copy)));
    }
    Problem { rows, count, penalty: PENALTY }
}
