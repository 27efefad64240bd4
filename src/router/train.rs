//! Makes the classifier's head from labelled prompts: `pointsman train`.
//!
//! The same rows give the same head, byte for byte, on every machine. Everything that a head is judged by (its
//! temperature, its threshold) is measured on sources that were left out of the training, never on a share of the same
//! sources: prompts of one source resemble each other, and a split among them flatters.

mod cores;
mod follow_up;
mod noise;
mod report;
mod sample;
mod scale;

pub use report::{Calibration, Fold, FollowUpReport, Report, expected_calibration_error};
pub use sample::{Labelled, LabelledTurn};

use super::fit;
use super::model::encoder::{self, Encoder};
use super::model::follow_up::FollowUps;
use super::model::head::{Head, KnownExample};
use super::model::input::WIDTH;
use crate::config::CategoryId;
use sample::{Sample, problem, read};
use std::collections::BTreeSet;

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

/// Most examples that the head stores for a category, and the longest one in characters.
const EXAMPLES_MAX: usize = 150;
const EXAMPLE_CHARS_MAX: usize = 160;

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

/// Some rows of every category, evenly from all that may be shown.
fn examples(samples: &[Sample<'_>], logits: &[Vec<f32>], count: usize) -> Vec<KnownExample> {
    let fit = |sample: &Sample<'_>| {
        let row = sample.row;
        row.may_be_shown
            && row.previous.is_none()
            && !row.prompt.contains('\n')
            && row.prompt.chars().count() <= EXAMPLE_CHARS_MAX
    };
    let mut examples = Vec::new();
    for category in 0..count {
        let all: Vec<_> =
            samples.iter().zip(logits).filter(|(sample, _)| sample.class == category && fit(sample)).collect();
        let step = all.len().div_ceil(EXAMPLES_MAX).max(1);
        examples.extend(all.into_iter().step_by(step).map(|(sample, logits)| KnownExample {
            prompt: sample.row.prompt.clone(),
            category,
            vector: encoder::packed(&sample.vector),
            logits: logits.clone(),
        }));
    }
    examples
}
