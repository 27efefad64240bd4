//! How good a head is on sources that it has not seen, and the calibration that follows from it.
//!
//! Sources are put into folds; each fold is answered by weights that were fitted without it. What is said here holds as
//! far as the left-out sources resemble what users will type.

use super::cores::on_all_cores;
use super::sample::{Sample, problem};
use crate::router::fit::fit;
use crate::router::linear::{logits, softmax};
use std::collections::BTreeMap;
use twox_hash::XxHash3_64;

/// Sources are left out in so many groups.
const FOLDS: usize = 8;
/// The rows of a single source are put into so many parts.
const PARTS: u64 = 5;
/// What the head answers by itself is to be right so often, on sources that it has not seen.
const COVERED_ACCURACY_MIN: f64 = 0.97;
/// No threshold is below this, however good the left-out sources look.
const THRESHOLD_MIN: f64 = 0.70;

/// How good a head is on new sources.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Each group of sources that was left out.
    pub folds: Vec<Fold>,
    /// What follows from them.
    pub calibration: Calibration,
    /// How good the follow-up decider is on conversations that were left out, when there are any.
    pub follow_ups: Option<FollowUpReport>,
}

/// How good the follow-up decider is, a third of the conversations left out at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FollowUpReport {
    /// The share of conversations that was right.
    pub accuracy: f64,
    /// The share that it answered by itself, and the share of those that was right.
    pub coverage: f64,
    /// See `coverage`.
    pub covered_accuracy: f64,
    /// From this probability on.
    pub threshold: f32,
    /// The share of prompts behind a turn of another category that they have nothing to do with, and that are decided as
    /// if they stood alone.
    pub untouched: f64,
}

/// One group of sources, answered without them.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    /// The sources.
    pub sources: Vec<String>,
    /// How many rows they have.
    pub rows: usize,
    /// The share that was right.
    pub accuracy: f64,
}

/// How the head's numbers are to be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// What logits are divided by.
    pub temperature: f32,
    /// From this probability on it answers by itself.
    pub threshold: f32,
    /// The share of all left-out rows that was right.
    pub accuracy: f64,
    /// The share of them that it answered by itself, and the share of those that was right.
    pub coverage: f64,
    /// See `coverage`.
    pub covered_accuracy: f64,
    /// The expected calibration error over 15 bins.
    pub error: f64,
}

/// A left-out row that was answered.
#[derive(Debug, Clone)]
struct Answer {
    logits: Vec<f32>,
    class: usize,
    own: bool,
}

pub(super) fn leave_sources_out(samples: &[&Sample<'_>], categories: &[String]) -> Report {
    let own_sources = sources(samples);
    let groups = groups(&own_sources);
    let answered = on_all_cores(&groups, |sources| {
        let numbered = samples.iter().copied().zip(&own_sources);
        let (left_out, kept): (Vec<_>, Vec<_>) = numbered.partition(|(_, source)| sources.contains(source));
        let [left_out, kept] =
            [left_out, kept].map(|part| part.into_iter().map(|(sample, _)| sample).collect::<Vec<_>>());
        let weights = fit(&problem(&kept, categories.len()));
        let answer = |sample: &&Sample<'_>| Answer {
            logits: logits(&weights, &sample.features),
            class: sample.class,
            own: sample.row.may_be_shown,
        };
        left_out.iter().map(answer).collect::<Vec<Answer>>()
    });
    let folds = groups.iter().zip(&answered).map(|(sources, answers)| Fold {
        sources: sources.clone(),
        rows: answers.len(),
        accuracy: accuracy(answers),
    });
    let folds = folds.collect();
    // Rows that were written for the purpose resemble what users type more than benchmarks do.
    let own: Vec<Vec<Answer>> = groups
        .iter()
        .zip(&answered)
        .map(|(_, answers)| answers.iter().filter(|answer| answer.own).cloned().collect())
        .collect();
    let calibrated = if own.iter().any(|answers| !answers.is_empty()) { own } else { answered };
    Report { folds, calibration: calibrate(&calibrated), follow_ups: None }
}

/// The source of a row as far as it matters here: versions and parts of one source share its first word.
fn source(sample: &Sample<'_>) -> String {
    let source = sample.row.source.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    source.to_lowercase()
}

/// The source of each row. Rows of one source only are put into parts by their prompts, which is better than nothing.
fn sources(samples: &[&Sample<'_>]) -> Vec<String> {
    let sources: Vec<String> = samples.iter().map(|sample| source(sample)).collect();
    if sources.iter().any(|source| *source != sources[0]) {
        return sources;
    }
    let part = |sample: &&Sample<'_>| format!("part {}", XxHash3_64::oneshot(sample.row.prompt.as_bytes()) % PARTS);
    samples.iter().map(part).collect()
}

/// The sources in at most [`FOLDS`] groups of about the same size: the largest first, each into the smallest group.
fn groups(sources: &[String]) -> Vec<Vec<String>> {
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    for source in sources {
        *sizes.entry(source.clone()).or_default() += 1;
    }
    let mut sources: Vec<(String, usize)> = sizes.into_iter().collect();
    sources.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut groups = vec![(0, Vec::new()); FOLDS.min(sources.len())];
    for (source, size) in sources {
        if let Some(smallest) = groups.iter_mut().min_by_key(|(rows, _)| *rows) {
            smallest.0 += size;
            smallest.1.push(source);
        }
    }
    groups.into_iter().map(|(_, sources)| sources).collect()
}

fn accuracy(answers: &[Answer]) -> f64 {
    let right = answers.iter().filter(|answer| best(&answer.logits) == answer.class).count();
    right as f64 / answers.len().max(1) as f64
}

fn best(logits: &[f32]) -> usize {
    logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(index, _)| index)
}

fn calibrate(folds: &[Vec<Answer>]) -> Calibration {
    let all: Vec<Answer> = folds.iter().flatten().cloned().collect();
    let temperature = temperature(&all);
    let mut sure: Vec<(f64, bool)> = all
        .iter()
        .map(|Answer { logits, class, .. }| {
            let best = best(logits);
            (softmax(logits, temperature)[best], best == *class)
        })
        .collect();
    sure.sort_by(|a, b| b.0.total_cmp(&a.0));
    let threshold = threshold(&sure, COVERED_ACCURACY_MIN, THRESHOLD_MIN);
    let covered: Vec<_> = sure.iter().filter(|(probability, _)| *probability >= f64::from(threshold)).collect();
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    Calibration {
        temperature,
        threshold,
        accuracy: accuracy(&all),
        coverage: share(covered.len(), sure.len()),
        covered_accuracy: share(covered.iter().filter(|(_, right)| *right).count(), covered.len()),
        error: expected_calibration_error(&sure),
    }
}

/// The temperature under which the left-out rows are likeliest, in steps of a twentieth.
fn temperature(answers: &[Answer]) -> f32 {
    let surprise = |temperature: f32| -> f64 {
        let unlikely = |answer: &Answer| softmax(&answer.logits, temperature)[answer.class].max(1e-12);
        answers.iter().map(|answer| -libm::log(unlikely(answer))).sum()
    };
    let candidates = (10..=80).map(|step| step as f32 / 20.0);
    let rated = candidates.map(|temperature| (surprise(temperature), temperature));
    rated.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(1.0, |(_, temperature)| temperature)
}

/// The least probability, but for `lowest`, above which a share of `enough` is right; `sure` holds probabilities, the
/// greatest first. In hundredths.
pub(super) fn threshold(sure: &[(f64, bool)], enough: f64, lowest: f64) -> f32 {
    let (mut right, mut least) = (0, 1.0);
    for (index, (probability, is_right)) in sure.iter().enumerate() {
        right += usize::from(*is_right);
        if right as f64 >= enough * (index + 1) as f64 {
            least = *probability;
        }
    }
    ((least.max(lowest) * 100.0).ceil() / 100.0) as f32
}

/// How far probabilities are from the share that is right, over 15 bins of equal width.
pub fn expected_calibration_error(sure: &[(f64, bool)]) -> f64 {
    let mut bins = [(0.0, 0_usize, 0_usize); 15];
    for (probability, right) in sure {
        let bin = &mut bins[((probability * 15.0) as usize).min(14)];
        bin.0 += probability;
        bin.1 += usize::from(*right);
        bin.2 += 1;
    }
    bins.iter().map(|(sum, right, _)| (sum - *right as f64).abs()).sum::<f64>() / sure.len().max(1) as f64
}
