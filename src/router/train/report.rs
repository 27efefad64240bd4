//! How good a head is on sources that it has not seen, and the calibration that follows from it.
//!
//! Sources are put into folds; each fold is answered by weights that were fitted without it. What is said here holds as
//! far as the left-out sources resemble what users will type.

use super::cores::on_all_cores;
use super::fitter::Fitter;
use super::logistic;
use super::sample::{Sample, View};
use crate::router::linear::{logits, product, softmax};
use crate::router::model::certainty::{self, Certainty, Signs};
use crate::router::model::input::Prompt;
use crate::router::model::language::Group;
use crate::router::model::opinion::Opinion;
use std::collections::{BTreeMap, BTreeSet};
use twox_hash::XxHash3_64;

/// Sources are left out in so many groups.
const FOLDS: usize = 8;
/// The rows of a single source are put into so many parts.
const PARTS: usize = 5;
/// A source that was written for the purpose and has so many rows spans many worlds.
const WORLDS_ROWS_MIN: usize = 1_000;
/// Prompts at least this close to each other are about the same.
const THEME_LIKENESS_MIN: f32 = 0.5;
/// What the head answers by itself is to be right so often, on sources that it has not seen.
const COVERED_ACCURACY_MIN: f64 = 0.975;
/// No threshold is below this, however good the left-out sources look.
const THRESHOLD_MIN: f64 = 0.70;
/// None that can be reached is above this.
const THRESHOLD_MAX: f64 = 0.99;

/// How good a head is on new sources.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Each group of sources that was left out.
    pub folds: Vec<Fold>,
    /// What follows from them.
    pub calibration: Calibration,
    /// The same by groups of languages, but for those without a row.
    pub languages: Vec<LanguageFigures>,
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
    /// How good it is by the words alone.
    pub text_alone: Figures,
    /// How good it is on rows without a picture, when it is known that there is none; `None` where no category needs one.
    pub without_picture: Option<Figures>,
}

/// How good a head is on rows of sources that were left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// The share of the rows that was right.
    pub accuracy: f64,
    /// The share of them that it answered by itself, and the share of those that was right.
    pub coverage: f64,
    /// See `coverage`.
    pub covered_accuracy: f64,
    /// The expected calibration error over 15 bins.
    pub error: f64,
}

/// How good a head is on the prompts of one group of languages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LanguageFigures {
    /// What the group is called.
    pub name: &'static str,
    /// How many rows it has.
    pub rows: usize,
    /// See [`Calibration`].
    pub text_alone: Figures,
    /// See [`Calibration`].
    pub without_picture: Option<Figures>,
}

/// What leaving sources out yields.
pub(super) struct LeftOut {
    /// What was said of each row by a head that did not know its source.
    pub(super) opinions: Vec<Opinion>,
    /// How far such opinions can be trusted.
    pub(super) certainty: Certainty,
    pub(super) report: Report,
}

/// A left-out row.
struct Answer<'a> {
    /// Its place among all rows, and the group that it was left out with.
    row: usize,
    group: usize,
    sample: &'a Sample<'a>,
    opinion: Opinion,
}

/// A guess, with or without the categories that need a picture.
struct Guess {
    group: usize,
    language: Group,
    signs: Signs,
    right: bool,
    barred: bool,
}

/// A guess with how far it can be trusted, by what was fitted to the other groups.
struct Judged<'a> {
    guess: &'a Guess,
    probability: f64,
}

pub(super) fn leave_sources_out(samples: &[&Sample<'_>], for_images: &[bool], fitter: &Fitter<'_>) -> LeftOut {
    let own_sources = sources(samples);
    let groups = groups(&own_sources);
    let numbered: Vec<(usize, &Vec<String>)> = groups.iter().enumerate().collect();
    let answered = on_all_cores(&numbered, |(group, sources)| answer(samples, &own_sources, *group, sources, fitter));
    let folds = groups.iter().zip(&answered).map(|(sources, answers)| Fold {
        sources: sources.clone(),
        rows: answers.len(),
        accuracy: accuracy(answers),
    });
    let folds = folds.collect();
    let mut answers: Vec<Answer<'_>> = answered.into_iter().flatten().collect();
    answers.sort_by_key(|answer| answer.row);
    // Rows that were written for the purpose resemble what users type more than benchmarks do.
    let any_own = answers.iter().any(|answer| answer.sample.row.may_be_shown);
    let like_users: Vec<&Answer<'_>> =
        answers.iter().filter(|answer| answer.sample.row.may_be_shown || !any_own).collect();
    let (calibration, languages, certainty) = calibrate(&like_users, for_images);
    let report = Report { folds, calibration, languages, follow_ups: None };
    LeftOut { opinions: answers.into_iter().map(|answer| answer.opinion).collect(), certainty, report }
}

/// What a fit without `sources` says of their rows.
fn answer<'a>(
    samples: &[&'a Sample<'a>],
    own_sources: &[String],
    group: usize,
    sources: &[String],
    fitter: &Fitter<'_>,
) -> Vec<Answer<'a>> {
    let numbered = samples.iter().copied().enumerate().zip(own_sources);
    let (left_out, kept): (Vec<_>, Vec<_>) = numbered.partition(|(_, source)| sources.contains(source));
    let kept: Vec<&Sample<'_>> = kept.into_iter().map(|((_, sample), _)| sample).collect();
    let branches = fitter.fit(&kept);
    let answer = |((row, sample), _): ((usize, &'a Sample<'a>), &String)| {
        let View { features, sum, count } = &sample.view;
        let prompt = Prompt { features, sum, count: *count, vector: &sample.vector };
        let frozen = logits(&branches.frozen, features);
        let tuned = branches.tuned.as_ref().map_or_else(|| frozen.clone(), |tuned| tuned.logits(&prompt));
        let vote = branches.neighbours.vote(&sample.vector, fitter.classes);
        Answer { row, group, sample, opinion: Opinion { frozen, tuned, shift: Vec::new(), vote, text: sample.text } }
    };
    left_out.into_iter().map(answer).collect()
}

/// The source of a row as far as it matters here: versions and parts of one source share its first word.
fn source(sample: &Sample<'_>) -> String {
    let source = sample.row.source.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    source.to_lowercase()
}

/// The source of each row. One that is so large that it spans many worlds is put into parts by what its prompts are about;
/// rows of one source only by their prompts, which is better than nothing.
fn sources(samples: &[&Sample<'_>]) -> Vec<String> {
    let mut sources: Vec<String> = samples.iter().map(|sample| source(sample)).collect();
    if sources.iter().any(|source| *source != sources[0]) {
        let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (row, source) in sources.iter().enumerate().filter(|(row, _)| samples[*row].row.may_be_shown) {
            rows.entry(source).or_default().push(row);
        }
        let large: Vec<Vec<usize>> = rows.into_values().filter(|rows| rows.len() >= WORLDS_ROWS_MIN).collect();
        for rows in large {
            let vectors: Vec<&[f32]> = rows.iter().map(|row| samples[*row].vector.as_slice()).collect();
            for (row, theme) in rows.iter().zip(themes(&vectors)) {
                let part = XxHash3_64::oneshot(&theme.to_le_bytes()) % PARTS as u64;
                sources[*row] = format!("{} {}", sources[*row], part + 1);
            }
        }
        return sources;
    }
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let prompts = samples.iter().map(|sample| sample.row.prompt.as_str());
    let part = prompts.map(|prompt| {
        let next = numbers.len();
        format!("part {}", *numbers.entry(prompt).or_insert(next) % PARTS + 1)
    });
    part.collect()
}

/// The theme of each vector, by number. Vectors that lie near the first of a theme belong to it: the same asked in other
/// words and in other languages is left out together.
fn themes<'a>(vectors: &[&'a [f32]]) -> Vec<usize> {
    let mut firsts: Vec<&'a [f32]> = Vec::new();
    let theme = |vector: &&'a [f32]| {
        let near = firsts.iter().map(|first| product(first, vector)).enumerate();
        let near = near.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, likeness)| *likeness >= THEME_LIKENESS_MIN);
        if let Some((theme, _)) = near {
            return theme;
        }
        firsts.push(vector);
        firsts.len() - 1
    };
    vectors.iter().map(theme).collect()
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

fn accuracy(answers: &[Answer<'_>]) -> f64 {
    let is_right = |answer: &&Answer<'_>| best(&answer.opinion.probabilities(1.0, &[])) == answer.sample.class;
    answers.iter().filter(is_right).count() as f64 / answers.len().max(1) as f64
}

fn best(probabilities: &[f64]) -> usize {
    probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(index, _)| index)
}

/// The temperature, the threshold and the trust that follow from left-out rows. Each is judged by what is fitted to the
/// groups that the row is not in.
fn calibrate(answers: &[&Answer<'_>], for_images: &[bool]) -> (Calibration, Vec<LanguageFigures>, Certainty) {
    let temperature = temperature(answers);
    let guess = |answer: &&Answer<'_>, barred: &[bool]| {
        let probabilities = answer.opinion.probabilities(temperature, barred);
        Guess {
            group: answer.group,
            language: answer.sample.text.group,
            signs: Signs::of(&answer.opinion, &probabilities, barred),
            right: best(&probabilities) == answer.sample.class,
            barred: barred.contains(&true),
        }
    };
    let mut guesses: Vec<Guess> = answers.iter().map(|answer| guess(answer, &[])).collect();
    if for_images.contains(&true) {
        let without_picture = answers.iter().filter(|answer| !for_images[answer.sample.class]);
        guesses.extend(without_picture.map(|answer| guess(answer, for_images)));
    }
    let certainty = trust(guesses.iter());
    let judged = judged(&guesses);
    let all: Vec<(f64, bool)> = judged.iter().map(|judged| (judged.probability, judged.guess.right)).collect();
    let threshold = threshold(&all, COVERED_ACCURACY_MIN, THRESHOLD_MIN);
    let figures = |language: Option<Group>| {
        let of = |barred: bool| {
            let of_language = judged.iter().filter(|it| language.is_none_or(|language| it.guess.language == language));
            let wanted = of_language.filter(|it| it.guess.barred == barred);
            wanted.map(|it| (it.probability, it.guess.right)).collect::<Vec<_>>()
        };
        let (alone, barred) = (of(false), of(true));
        let text_alone = Figures::of(&alone, threshold);
        let without_picture = (!barred.is_empty()).then(|| Figures::of(&barred, threshold));
        (alone.len(), text_alone, without_picture)
    };
    let languages = Group::ALL.into_iter().map(|group| {
        let (rows, text_alone, without_picture) = figures(Some(group));
        LanguageFigures { name: group.name(), rows, text_alone, without_picture }
    });
    let languages = languages.filter(|figures| figures.rows > 0).collect();
    let (_, text_alone, without_picture) = figures(None);
    (Calibration { temperature, threshold, text_alone, without_picture }, languages, certainty)
}

/// Each of `guesses` as far as what is fitted to the other groups trusts it, the surest first.
fn judged(guesses: &[Guess]) -> Vec<Judged<'_>> {
    let groups: BTreeSet<usize> = guesses.iter().map(|guess| guess.group).collect();
    let mut judged: Vec<Judged<'_>> = Vec::new();
    for group in groups {
        let others = trust(guesses.iter().filter(|guess| guess.group != group));
        let own = guesses.iter().filter(|guess| guess.group == group);
        judged.extend(own.map(|guess| Judged { guess, probability: others.probability(&guess.signs) }));
    }
    judged.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    judged
}

/// How far guesses with the signs of `guesses` can be trusted.
fn trust<'a>(guesses: impl Iterator<Item = &'a Guess>) -> Certainty {
    let case = |guess: &Guess| logistic::Case { features: guess.signs.0.to_vec(), holds: guess.right, weight: 1.0 };
    Certainty { weights: logistic::fit(&guesses.map(case).collect::<Vec<_>>(), certainty::COUNT) }
}

impl Figures {
    /// The figures of guesses: how probable each was and whether it was right.
    fn of(sure: &[(f64, bool)], threshold: f32) -> Self {
        let covered: Vec<_> = sure.iter().filter(|(probability, _)| *probability >= f64::from(threshold)).collect();
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        Self {
            accuracy: share(sure.iter().filter(|(_, right)| *right).count(), sure.len()),
            coverage: share(covered.len(), sure.len()),
            covered_accuracy: share(covered.iter().filter(|(_, right)| *right).count(), covered.len()),
            error: expected_calibration_error(sure),
        }
    }
}

/// The temperature under which the left-out rows are likeliest, in steps of a twentieth.
fn temperature(answers: &[&Answer<'_>]) -> f32 {
    let known: Vec<(Vec<f32>, usize)> =
        answers.iter().map(|answer| (answer.opinion.logits(), answer.sample.class)).collect();
    let surprise = |temperature: f32| -> f64 {
        let unlikely = |(logits, class): &(Vec<f32>, usize)| softmax(logits, temperature)[*class].max(1e-12);
        known.iter().map(|known| -libm::log(unlikely(known))).sum()
    };
    let candidates = (10..=80).map(|step| step as f32 / 20.0);
    let rated = candidates.map(|temperature| (surprise(temperature), temperature));
    rated.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(1.0, |(_, temperature)| temperature)
}

/// The least probability, but for `lowest`, above which a share of `enough` is right; `sure` holds probabilities, the
/// greatest first. In hundredths; 1 when no share is right often enough.
pub(super) fn threshold(sure: &[(f64, bool)], enough: f64, lowest: f64) -> f32 {
    let (mut right, mut least) = (0, None);
    for (index, (probability, is_right)) in sure.iter().enumerate() {
        right += usize::from(*is_right);
        if right as f64 >= enough * (index + 1) as f64 {
            least = Some(*probability);
        }
    }
    // Rounded up, a probability just below 1 would be one that nothing reaches.
    least.map_or(1.0, |least| ((least.max(lowest) * 100.0).ceil() / 100.0).min(THRESHOLD_MAX) as f32)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::model::encoder::Encoder;

    #[test]
    fn the_same_in_another_language_is_of_the_same_theme() {
        let prompts = [
            "How do I sort a list in Python?",
            "Write a poem about the sea",
            "Wie sortiere ich eine Liste in Python?",
            "Schreib ein Gedicht über das Meer",
        ];
        let vectors = prompts.map(|prompt| Encoder::shipped().unwrap().encode(prompt));
        assert_eq!(themes(&vectors.each_ref().map(Vec::as_slice)), [0, 1, 0, 1]);
    }

    #[test]
    fn a_threshold_is_the_least_above_which_enough_is_right() {
        let sure = [(0.99, true), (0.95, true), (0.9, true), (0.8, false), (0.75, true), (0.5, false)];
        assert!((threshold(&sure, 0.8, 0.1) - 0.75).abs() < 1e-6);
        assert!((threshold(&sure, 1.0, 0.1) - 0.9).abs() < 1e-6);
        assert!((threshold(&sure, 0.8, 0.85) - 0.85).abs() < 1e-6, "none is below the lowest");
        assert!((threshold(&[(0.998, true)], 0.97, 0.7) - 0.99).abs() < 1e-6, "it can be reached");
        assert!((threshold(&[(0.998, false)], 0.97, 0.7) - 1.0).abs() < 1e-6, "never sure");
    }

    #[test]
    fn the_largest_sources_are_spread_over_the_groups() {
        let sources: Vec<String> = ["a"; 5].iter().chain(&["b"; 3]).chain(&["c"; 2]).map(ToString::to_string).collect();
        assert_eq!(groups(&sources), [vec!["a"], vec!["b"], vec!["c"]]);
    }
}
