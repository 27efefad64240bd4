//! Makes the classifier's head from labelled prompts: `pointsman train`.
//!
//! The same rows give the same head, byte for byte, on every machine. Everything that a head is judged by (its
//! temperature, its threshold) is measured on sources that were left out of the training, never on a share of the same
//! sources: prompts of one source resemble each other, and a split among them flatters.

mod follow_up;
mod noise;
mod report;
mod scale;

pub use report::{Calibration, Fold, FollowUpReport, Report, expected_calibration_error};

use super::fit::{self, Problem, Row, one_of};
use super::model::encoder::{self, Encoder};
use super::model::follow_up::FollowUps;
use super::model::head::{Head, KnownExample};
use super::model::input::{self, WIDTH};
use crate::config::CategoryId;
use scale::Scale;
use std::collections::BTreeSet;

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

/// What training made.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The head.
    pub head: Head,
    /// How good it is on sources that it was not trained on.
    pub report: Report,
}

/// Why nothing was trained.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// Too few categories.
    #[error(
        "there is nothing to tell apart: rows without a previous turn have {0} categories, and at least 2 are needed"
    )]
    Categories(usize),
    /// A turn before a row is of no category that a row has.
    #[error("a previous turn is of the category '{0}', which no row has")]
    Previous(String),
    /// The encoder is missing.
    #[error("this build has no encoder")]
    Encoder,
}

/// The penalty on the weights of the head.
const PENALTY: f64 = 1.0 / 0.6;
/// Prompts shorter than this are also shown as someone in a hurry types them; that copy has this share of the weight.
const HURRIED_BELOW: usize = 220;
const HURRIED: f64 = 0.4;
/// So many known examples of a category are kept at most, and none longer than this.
const EXAMPLES: usize = 150;
const EXAMPLE_LENGTH: usize = 160;

/// A row as training sees it.
pub(super) struct Sample<'a> {
    row: &'a Labelled,
    class: usize,
    features: Vec<f32>,
    /// The features of the prompt typed in a hurry.
    hurried: Option<Vec<f32>>,
    vector: Vec<f32>,
}

/// Trains a head on `rows`. `step` is told what is being done. Takes minutes for ten thousand rows.
///
/// # Errors
/// When the rows have less than two categories.
pub fn train(rows: &[Labelled], step: &dyn Fn(&str)) -> Result<Trained, TrainError> {
    let encoder = Encoder::shipped().ok_or(TrainError::Encoder)?;
    let alone = rows.iter().filter(|row| row.previous.is_none());
    let names: BTreeSet<&str> = alone.map(|row| row.category.as_str()).collect();
    let turns = rows.iter().filter_map(|row| Some((row, row.previous.as_ref()?)));
    for name in turns.flat_map(|(row, turn)| [row.category.as_str(), turn.category.as_str()]) {
        if !names.contains(name) {
            return Err(TrainError::Previous(name.to_owned()));
        }
    }
    let categories: Vec<String> = names.into_iter().map(str::to_owned).collect();
    if categories.len() < 2 {
        return Err(TrainError::Categories(categories.len()));
    }
    let class = |id: &CategoryId| categories.iter().position(|name| name == id.as_str()).unwrap_or_default();
    step(&format!("reading {} prompts", rows.len()));
    let (samples, scale) = read(rows, encoder, class);
    let singles: Vec<&Sample<'_>> = samples.iter().filter(|sample| sample.row.previous.is_none()).collect();
    step("leaving sources out, to see how good it is on new ones");
    let mut report = report::leave_sources_out(&singles, &categories);
    step("fitting the weights");
    let weights = scale.undo(&fit::fit(&problem(&singles, categories.len())));
    let mut head = Head {
        encoder: encoder::checksum(),
        width: WIDTH,
        weights,
        temperature: report.calibration.temperature,
        threshold: report.calibration.threshold,
        follow_ups: None,
        examples: Vec::new(),
        categories: categories.clone(),
    };
    step("fitting the follow-ups");
    let logits: Vec<Vec<f32>> = samples.iter().map(|sample| head.logits(&scale.undone(&sample.features))).collect();
    let cases = follow_up::cases(&samples, &logits, &head, encoder, class);
    report.follow_ups = follow_up::leave_thirds_out(&cases, categories.len());
    head.follow_ups = follow_up::fit(&cases.iter().collect::<Vec<_>>(), categories.len()).map(|models| {
        let threshold = report.follow_ups.map_or(models.threshold, |report| report.threshold);
        FollowUps { threshold, ..models }
    });
    head.examples = examples(&samples, &logits, categories.len());
    Ok(Trained { head, report })
}

/// Encodes all rows, on every core, and brings them to one scale. Each row by itself: the order does not matter.
fn read<'a>(
    rows: &'a [Labelled],
    encoder: &Encoder,
    class: impl Fn(&CategoryId) -> usize + Sync,
) -> (Vec<Sample<'a>>, Scale) {
    let mut samples = on_all_cores(rows, |row| {
        let (reading, features) = input::read(&row.prompt, encoder);
        let short = row.may_be_shown || row.prompt.chars().count() < HURRIED_BELOW;
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

/// `work` done for each of `items`, in order.
pub(super) fn on_all_cores<'a, T: Sync, R: Send>(items: &'a [T], work: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(cores).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> =
            items.chunks(share).map(|chunk| scope.spawn(move || chunk.iter().map(work).collect::<Vec<R>>())).collect();
        let results = threads.into_iter().map(|thread| {
            // A result that is missing would shift all that follow it: better no result at all.
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        results.flatten().collect()
    })
}

fn problem<'a>(samples: &[&'a Sample<'_>], count: usize) -> Problem<'a> {
    let mut rows = Vec::with_capacity(2 * samples.len());
    for sample in samples {
        let weight = f64::from(sample.row.weight);
        let hurried = sample.hurried.as_deref();
        let (share, copy) = if hurried.is_some() { (1.0 - HURRIED, HURRIED) } else { (1.0, 0.0) };
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

/// Some rows of every category, evenly from all that may be shown.
fn examples(samples: &[Sample<'_>], logits: &[Vec<f32>], count: usize) -> Vec<KnownExample> {
    let fit = |sample: &Sample<'_>| {
        let row = sample.row;
        row.may_be_shown
            && row.previous.is_none()
            && !row.prompt.contains('\n')
            && row.prompt.chars().count() <= EXAMPLE_LENGTH
    };
    let mut examples = Vec::new();
    for category in 0..count {
        let all: Vec<_> =
            samples.iter().zip(logits).filter(|(sample, _)| sample.class == category && fit(sample)).collect();
        let step = all.len().div_ceil(EXAMPLES).max(1);
        examples.extend(all.into_iter().step_by(step).map(|(sample, logits)| KnownExample {
            prompt: sample.row.prompt.clone(),
            category,
            vector: encoder::packed(&sample.vector),
            logits: logits.clone(),
        }));
    }
    examples
}
