//! Makes the classifier's head from labelled prompts: `pointsman train`.
//!
//! The same rows give the same head, byte for byte, on every machine. Everything that a head is judged by (its
//! temperature, its threshold) is measured on sources that were left out of the training, never on a share of the same
//! sources: prompts of one source resemble each other, and a split among them flatters.

mod cores;
mod fitter;
mod follow_up;
mod logistic;
mod matrix;
mod noise;
mod numbers;
mod points;
mod report;
mod sample;
mod scale;
mod tuned;

pub use report::{Calibration, Figures, Fold, FollowUpReport, LanguageFigures, Report, expected_calibration_error};
pub use sample::{Labelled, LabelledTurn};

use super::model::encoder::{self, Encoder};
use super::model::follow_up::FollowUps;
use super::model::head::{Head, KnownExample};
use super::model::input::{Prompt, WIDTH};
use super::model::opinion::Opinion;
use crate::config::CategoryId;
use fitter::{Branches, Fitter};
use report::LeftOut;
use sample::{Sample, View, read};
use scale::Scale;
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
    /// Too many categories.
    #[error("the rows have {0} categories, and at most {CATEGORIES_MAX} can be told apart")]
    TooMany(usize),
    /// Nothing can be left out.
    #[error("all rows have the same prompt, so there is nothing to learn from")]
    Alike,
    /// A turn before a row is of no category that a row has.
    #[error("a previous turn is of the category '{0}', which no row has")]
    Previous(String),
    /// The encoder is missing.
    #[error("this build has no encoder")]
    Encoder,
}

/// A known prompt has one byte for its category.
const CATEGORIES_MAX: usize = 256;
/// Most examples that the head stores for a category, and the longest one in characters.
const EXAMPLES_MAX: usize = 150;
const EXAMPLE_CHARS_MAX: usize = 160;

/// Trains a head on `rows`; `for_images` says which categories need a picture. `step` is called with a line
/// for each stage. Takes minutes for ten thousand rows.
///
/// # Errors
/// When the rows have less than two categories or more than 256, or are all the same.
pub fn train(
    rows: &[Labelled],
    for_images: &dyn Fn(&CategoryId) -> bool,
    step: &dyn Fn(&str),
) -> Result<Trained, TrainError> {
    let encoder = Encoder::shipped().ok_or(TrainError::Encoder)?;
    let categories = categories(rows)?;
    let class = |id: &CategoryId| categories.iter().position(|name| name == id.as_str()).unwrap_or_default();
    let for_images: Vec<bool> = categories.iter().map(|name| for_images(&name.as_str().into())).collect();
    step(&format!("reading {} prompts", rows.len()));
    let (samples, scale) = read(rows, encoder, class);
    let fitter = Fitter::new(&samples, &scale, encoder, categories.len());
    let singles: Vec<&Sample<'_>> = samples.iter().filter(|sample| sample.row.previous.is_none()).collect();
    step("leaving sources out, to see how good it is on new ones");
    let LeftOut { opinions, certainty, mut report } = report::leave_sources_out(&singles, &for_images, &fitter);
    step("fitting the weights");
    let Branches { frozen, tuned, neighbours } = fitter.fit(&singles);
    let mut head = Head {
        encoder: encoder::checksum(),
        width: WIDTH,
        weights: scale.undo(&frozen),
        tuned,
        neighbours,
        temperature: report.calibration.temperature,
        certainty,
        threshold: report.calibration.threshold,
        follow_ups: None,
        examples: Vec::new(),
        categories: categories.clone(),
    };
    step("fitting the follow-ups");
    // What it says of prompts that it was fitted to is too good: for those it is asked what it said without them.
    let mut left_out = opinions.into_iter();
    let opinion = |sample: &Sample<'_>| match sample.row.previous {
        None => left_out.next().unwrap_or_else(|| head_opinion(&head, &scale, sample)),
        Some(_) => head_opinion(&head, &scale, sample),
    };
    let opinions: Vec<Opinion> = samples.iter().map(opinion).collect();
    let cases = follow_up::cases(&samples, &opinions, &head, &for_images, encoder, class);
    report.follow_ups = follow_up::leave_thirds_out(&cases, categories.len());
    head.follow_ups = follow_up::fit(&cases.iter().collect::<Vec<_>>(), categories.len()).map(|models| {
        let threshold = report.follow_ups.map_or(models.threshold, |report| report.threshold);
        FollowUps { threshold, ..models }
    });
    head.examples = examples(&samples, &head, &scale);
    Ok(Trained { head, report })
}

/// What `head` says of a row.
fn head_opinion(head: &Head, scale: &Scale, sample: &Sample<'_>) -> Opinion {
    let View { features, sum, count } = &sample.view;
    let prompt = Prompt { features: &scale.undone(features), sum, count: *count, vector: &sample.vector };
    head.opinion(&prompt, sample.text)
}

/// The categories of `rows`, in the order of their names.
fn categories(rows: &[Labelled]) -> Result<Vec<String>, TrainError> {
    let alone = rows.iter().filter(|row| row.previous.is_none());
    let names: BTreeSet<&str> = alone.map(|row| row.category.as_str()).collect();
    let turns = rows.iter().filter_map(|row| Some((row, row.previous.as_ref()?)));
    for name in turns.flat_map(|(row, turn)| [row.category.as_str(), turn.category.as_str()]) {
        if !names.contains(name) {
            return Err(TrainError::Previous(name.to_owned()));
        }
    }
    if names.len() < 2 {
        return Err(TrainError::Categories(names.len()));
    }
    if names.len() > CATEGORIES_MAX {
        return Err(TrainError::TooMany(names.len()));
    }
    let mut prompts = rows.iter().filter(|row| row.previous.is_none()).map(|row| &row.prompt);
    if prompts.next().is_none_or(|first| prompts.all(|prompt| prompt == first)) {
        return Err(TrainError::Alike);
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}

/// Some rows of every category, evenly from all that may be shown.
fn examples(samples: &[Sample<'_>], head: &Head, scale: &Scale) -> Vec<KnownExample> {
    let fit = |sample: &Sample<'_>| {
        let row = sample.row;
        row.may_be_shown
            && row.previous.is_none()
            && !row.prompt.contains('\n')
            && row.prompt.chars().count() <= EXAMPLE_CHARS_MAX
    };
    let mut examples = Vec::new();
    for category in 0..head.categories.len() {
        let all: Vec<_> = samples.iter().filter(|sample| sample.class == category && fit(sample)).collect();
        let step = all.len().div_ceil(EXAMPLES_MAX).max(1);
        examples.extend(all.into_iter().step_by(step).map(|sample| KnownExample {
            prompt: sample.row.prompt.clone(),
            category,
            vector: encoder::packed(&sample.vector),
            logits: head_opinion(head, scale, sample).logits(),
        }));
    }
    examples
}
