//! Fits the two models of the follow-up decider to rows that have a turn before them.
//!
//! Single prompts take part as what must not be captured: each stands once after a turn of another category and once
//! after one of its own, as something new. Without them one new prompt in seven would be decided by the turn before it.

use super::cores::on_all_cores;
use super::logistic;
use super::report::{self, FollowUpReport};
use super::sample::{LabelledTurn, Sample};
use crate::config::CategoryId;
use crate::router::Previous;
use crate::router::fit::{Function, minimize};
use crate::router::linear::{product, softmax};
use crate::router::model::Head;
use crate::router::model::encoder::Encoder;
use crate::router::model::follow_up::{CLASS, FollowUps, GATE, Pair, STAY, logs};
use crate::router::model::opinion::Opinion;
use twox_hash::XxHash3_64;

/// No threshold is below this, however good the left-out conversations look.
const THRESHOLD_MIN: f64 = 0.60;

/// All single prompts together weigh so much beside the conversations: in the softmax, and in the gate.
const SINGLES: f64 = 0.15;
const SINGLES_AT_GATE: f64 = 2.0;
/// The penalties on the weights of the case for staying and of the categories.
const STAY_PENALTY: f64 = 1.0;
const CLASS_PENALTY: f64 = 2.0;

/// A prompt after a turn.
pub(super) struct Case {
    pub(super) pair: Pair,
    /// What the classifier says of the prompt alone.
    pub(super) probabilities: Vec<f64>,
    pub(super) previous: usize,
    pub(super) category: usize,
    /// Whether the turn before it is its own, or just any.
    pub(super) real: bool,
    /// The third of the conversations that the turn before it belongs to.
    pub(super) third: u64,
}

/// The conversations are left out in so many parts.
const PARTS: u64 = 3;
/// What the follow-up decider answers by itself is to be right so often, on conversations that it has not seen.
const COVERED_ACCURACY_MIN: f64 = 0.97;

/// Answers each third of the conversations by models that were fitted to the others.
pub(super) fn leave_thirds_out(cases: &[Case], count: usize) -> Option<FollowUpReport> {
    let parts: Vec<u64> = (0..PARTS).collect();
    let answers = on_all_cores(&parts, |part| {
        let kept: Vec<&Case> = cases.iter().filter(|case| case.third != *part).collect();
        let models = fit(&kept, count)?;
        let left_out = cases.iter().filter(|case| case.third == *part);
        Some(left_out.map(|case| (case, answer(&models, case))).collect::<Vec<_>>())
    });
    let answers: Vec<(&Case, Vec<f64>)> = answers.into_iter().flatten().flatten().collect();
    let best = |probabilities: &[f64]| probabilities.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
    let mut sure: Vec<(f64, bool)> = Vec::new();
    let (mut right, mut same, mut singles) = (0, 0, 0);
    for (case, probabilities) in &answers {
        let Some((index, probability)) = best(probabilities) else { continue };
        if case.real {
            right += usize::from(index == case.category);
            sure.push((probability, index == case.category));
        } else if case.previous != case.category {
            singles += 1;
            same += usize::from(best(&case.probabilities).is_some_and(|(alone, _)| alone == index));
        }
    }
    sure.sort_by(|a, b| b.0.total_cmp(&a.0));
    let threshold = report::threshold(&sure, COVERED_ACCURACY_MIN, THRESHOLD_MIN);
    let covered: Vec<_> = sure.iter().filter(|(probability, _)| *probability >= f64::from(threshold)).collect();
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    (!sure.is_empty()).then(|| FollowUpReport {
        accuracy: share(right, sure.len()),
        threshold,
        coverage: share(covered.len(), sure.len()),
        covered_accuracy: share(covered.iter().filter(|(_, right)| *right).count(), covered.len()),
        untouched: share(same, singles),
    })
}

/// What the decider would say.
fn answer(models: &FollowUps, case: &Case) -> Vec<f64> {
    if !models.is_open(&case.pair) {
        return case.probabilities.clone();
    }
    let classes: Vec<Option<usize>> = (0..case.probabilities.len()).map(Some).collect();
    models.weigh(&case.pair, &case.probabilities, case.previous, &classes)
}

/// Conversations as they are, and single prompts after turns that they have nothing to do with. `opinions` are those of
/// each sample; without a picture in sight the categories that are `for_images` cannot be.
pub(super) fn cases(
    samples: &[Sample<'_>],
    opinions: &[Opinion],
    head: &Head,
    for_images: &[bool],
    encoder: &Encoder,
    class: impl Fn(&CategoryId) -> usize,
) -> Vec<Case> {
    let turns: Vec<(usize, &LabelledTurn)> =
        samples.iter().enumerate().filter_map(|(index, sample)| Some((index, sample.row.previous.as_ref()?))).collect();
    let vectors: Vec<[Vec<f32>; 2]> =
        on_all_cores(&turns, |(_, turn)| [encoder.encode(&turn.prompt), encoder.encode(&turn.reply)]);
    let case = |index: usize, turn: usize, real: bool| {
        let (sample, LabelledTurn { prompt, reply, category }) = (&samples[index], turns[turn].1);
        let recall = |text: &str| vectors[turn][usize::from(text != prompt)].clone();
        let has_picture = for_images[sample.class] || for_images[class(category)];
        let barred = if has_picture { &[] } else { for_images };
        Case {
            pair: Pair::new(&sample.row.prompt, &sample.vector, Previous { prompt, reply, category }, recall),
            probabilities: head.probabilities(&opinions[index], barred),
            previous: class(category),
            category: sample.class,
            real,
            third: XxHash3_64::oneshot(prompt.as_bytes()) % PARTS,
        }
    };
    let mut cases: Vec<Case> = turns.iter().enumerate().map(|(turn, (index, _))| case(*index, turn, true)).collect();
    let after = |category: usize, same: bool| -> Vec<usize> {
        let fits = |(_, (_, turn)): &(usize, &(usize, &LabelledTurn))| (class(&turn.category) == category) == same;
        turns.iter().enumerate().filter(fits).map(|(number, _)| number).collect()
    };
    let partners: Vec<[Vec<usize>; 2]> =
        (0..head.categories.len()).map(|category| [after(category, false), after(category, true)]).collect();
    let singles = samples.iter().enumerate().filter(|(_, s)| s.row.previous.is_none() && s.row.may_be_shown);
    for (number, (index, sample)) in singles.enumerate() {
        for turns in &partners[sample.class] {
            cases.extend(partner(number, turns).map(|turn| case(index, turn, false)));
        }
    }
    cases
}

/// Fits both models; `None` without any real conversation.
pub(super) fn fit(cases: &[&Case], count: usize) -> Option<FollowUps> {
    let real = cases.iter().filter(|case| case.real).count();
    let singles = cases.len() - real;
    if real == 0 {
        return None;
    }
    let gate = fit_gate(cases, singles);
    let head = HeadProblem::new(cases, count, SINGLES * real as f64 / singles.max(1) as f64);
    let mut start = vec![0.0; STAY + count * CLASS + 1];
    start[STAY + count * CLASS] = 1.0;
    let found: Vec<f32> = minimize(&head, start).into_iter().map(|weight| weight as f32).collect();
    let (stay, rest) = found.split_at(STAY);
    let (classes, power) = rest.split_at(count * CLASS);
    let classes = classes.chunks_exact(CLASS).map(<[f32]>::to_vec).collect();
    Some(FollowUps { gate, stay: stay.to_vec(), classes, power: power[0], threshold: 1.0 })
}

fn fit_gate(cases: &[&Case], singles: usize) -> Vec<f32> {
    let stays = |case: &&&Case| case.real && case.category == case.previous && !case.pair.announces_something_new();
    let staying = cases.iter().filter(stays).count();
    let weight = SINGLES_AT_GATE * staying as f64 / singles.max(1) as f64;
    let known = cases.iter().filter(|case| !case.real || stays(case)).map(|case| logistic::Case {
        features: case.pair.gate_input(),
        holds: case.real,
        weight: if case.real { 1.0 } else { weight },
    });
    logistic::fit(&known.collect::<Vec<_>>(), GATE)
}

struct HeadRow {
    stay: Vec<f32>,
    class: Vec<f32>,
    logs: Vec<f64>,
    previous: usize,
    category: usize,
    weight: f64,
}

/// The softmax over categories: the classifier's opinion, a weight for each category, and the case for staying.
struct HeadProblem {
    rows: Vec<HeadRow>,
    count: usize,
}

impl HeadProblem {
    fn new(cases: &[&Case], count: usize, single: f64) -> Self {
        let row = |case: &&Case| HeadRow {
            stay: case.pair.stay_input(&case.probabilities, case.previous),
            class: case.pair.class_input(),
            logs: logs(&case.probabilities),
            previous: case.previous,
            category: case.category,
            weight: if case.real { 1.0 } else { single },
        };
        Self { rows: cases.iter().map(row).collect(), count }
    }
}

impl Function for HeadProblem {
    fn evaluate(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let weights: Vec<f32> = at.iter().map(|weight| *weight as f32).collect();
        let power = at.len() - 1;
        let (mut loss, mut gradient) = penalty(at, power);
        for row in &self.rows {
            let stay = product(&weights[..STAY], &row.stay);
            let class = |index: usize| &weights[STAY + index * CLASS..][..CLASS];
            let logits: Vec<f32> = (0..self.count)
                .map(|index| {
                    let stays = if index == row.previous { stay } else { 0.0 };
                    weights[power] * row.logs[index] as f32 + product(class(index), &row.class) + stays
                })
                .collect();
            for (index, probability) in softmax(&logits, 1.0).into_iter().enumerate() {
                let target = f64::from(u8::from(index == row.category));
                if index == row.category {
                    loss -= row.weight * libm::log(probability.max(f64::MIN_POSITIVE));
                }
                let error = row.weight * (probability - target);
                gradient[power] += error * row.logs[index];
                add(&mut gradient[STAY + index * CLASS..][..CLASS], &row.class, error);
                if index == row.previous {
                    add(&mut gradient[..STAY], &row.stay, error);
                }
            }
        }
        (loss, gradient)
    }
}

/// Value and slope of the penalties: weights are held near 0, the classifier's power near 1.
fn penalty(at: &[f64], power: usize) -> (f64, Vec<f64>) {
    let weigh = |(index, weight): (usize, &f64)| match index {
        index if index < STAY => (STAY_PENALTY, *weight),
        index if index < power => (CLASS_PENALTY, *weight),
        _ => (STAY_PENALTY, weight - 1.0),
    };
    let weighed = || at.iter().enumerate().map(weigh);
    let loss = weighed().map(|(penalty, weight)| penalty * weight * weight / 2.0).sum();
    (loss, weighed().map(|(penalty, weight)| penalty * weight).collect())
}

fn add(sums: &mut [f64], row: &[f32], factor: f64) {
    sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value) * factor);
}

/// The prompts that stand for something new, by number: after which of the conversations' turns each of them is put.
/// Spread by a fixed step, so that the same rows always give the same pairs.
fn partner(number: usize, turns: &[usize]) -> Option<usize> {
    (!turns.is_empty()).then(|| turns[37 * number % turns.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_conversations_there_is_nothing_to_fit() {
        assert_eq!(fit(&[], 3), None);
    }

    #[test]
    fn singles_are_spread_over_the_turns() {
        let turns = [4, 7, 9];
        let partners: Vec<_> = (0..3).filter_map(|number| partner(number, &turns)).collect();
        assert_eq!(partners, [4, 7, 9]);
        assert_eq!(partner(5, &[]), None);
    }

    #[test]
    fn the_gradient_is_the_slope_of_the_loss() {
        let pair = |seed: usize| {
            let number = |i: usize| (((i * 31 + seed * 17) % 13) as f32 - 6.0) / 60.0;
            Pair {
                signs: (0..crate::router::model::follow_up::signs::COUNT).map(number).map(f32::abs).collect(),
                likeness: [number(3), number(5)],
                vector: (0..crate::router::model::encoder::WIDTH).map(number).collect(),
            }
        };
        let case = |seed: usize| Case {
            pair: pair(seed),
            probabilities: vec![0.7, 0.2, 0.1],
            previous: seed % 3,
            category: (seed / 2) % 3,
            real: !seed.is_multiple_of(4),
            third: 0,
        };
        let cases: Vec<Case> = (0..20).map(case).collect();
        let problem = HeadProblem::new(&cases.iter().collect::<Vec<_>>(), 3, 0.5);
        let at: Vec<f64> = (0..=(STAY + 3 * CLASS)).map(|i| ((i * 7) % 11) as f64 / 50.0).collect();
        let (loss, gradient) = problem.evaluate(&at);
        for index in [0, 1, 5, 40, STAY, STAY + 9, STAY + CLASS + 3, STAY + 3 * CLASS] {
            let mut moved = at.clone();
            moved[index] += 1e-3;
            let slope = (problem.evaluate(&moved).0 - loss) / 1e-3;
            assert!(
                (slope - gradient[index]).abs() < 0.05 * slope.abs().max(1.0),
                "{index}: {slope} {}",
                gradient[index]
            );
        }
    }
}
