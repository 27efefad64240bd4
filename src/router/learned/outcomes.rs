//! All outcomes that count, and which model they put first.
//!
//! They choose among the models of a category, never the category. A model moves to the front when prompts near the new one
//! say clearly that its answers were preferred to those of the model that stands there: enough of them, and more than chance
//! explains. Only the counts matter, so the order in which outcomes came does not.

use super::outcome::{KnownOutcome, ModelOutcome, OutcomeId};
use super::vector::PromptVector;
use crate::config::{CategoryId, ModelId};
use std::collections::HashMap;

/// So many of the newest outcomes are compared with a prompt: a bound for time and memory.
const NEWEST_MAX: usize = 2_000;
/// Prompts at least this close to each other count as near: of the pairs of prompts in a category one in ten (measured over
/// the scripted day in `tests/data`). Less than for lessons: those say what a prompt is, these only who is good at such.
const LIKENESS_MIN: f64 = 0.25;
/// With fewer outcomes near a prompt nothing is said.
const NEAR_MIN: usize = 30;
/// A model with fewer wins over the first one stays where it is, however little the first one satisfied.
const WINS_MIN: u32 = 10;
/// 95 of 100 intervals of this many standard errors to both sides hold the true share.
const ERRORS: f64 = 1.96;

/// The outcomes that count, the oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcomes {
    known: Vec<KnownOutcome>,
}

/// A model that was preferred to the one that stands first.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::router) struct Preference {
    pub(in crate::router) model: ModelId,
    /// Why, in one line.
    pub(in crate::router) reason: String,
}

impl Outcomes {
    /// So many outcomes are worth being read from a store, the newest.
    pub const MAX: usize = NEWEST_MAX;

    /// These outcomes, in any order. Vectors of another encoder are dropped.
    pub fn new(known: Vec<KnownOutcome>) -> Self {
        let mut outcomes = Self { known };
        outcomes.known.sort_by_key(|known| known.id);
        for known in &mut outcomes.known {
            known.vector.take_if(|vector| !vector.is_current());
        }
        outcomes.forget_the_oldest();
        outcomes
    }

    /// These and one more, which is the newest, in the place of what it repeats.
    #[must_use]
    pub fn and(&self, new: KnownOutcome) -> Self {
        let mut more = self.only(|known| !new.outcome.repeats(&known.outcome));
        more.known.push(new);
        more.forget_the_oldest();
        more
    }

    /// These without one.
    #[must_use]
    pub fn without(&self, id: OutcomeId) -> Self {
        self.only(|known| known.id != id)
    }

    /// These without what a correction of `turn` said, which was taken back.
    #[must_use]
    pub fn without_correction_of(&self, turn: u64) -> Self {
        self.only(|known| !known.outcome.is_correction_of(turn))
    }

    /// These, of which some lie at `vectors`.
    #[must_use]
    pub fn placed(&self, mut vectors: HashMap<OutcomeId, PromptVector>) -> Self {
        let mut placed = self.clone();
        for known in &mut placed.known {
            known.vector = vectors.remove(&known.id).or_else(|| known.vector.take());
        }
        placed
    }

    /// The outcomes, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &KnownOutcome> {
        self.known.iter()
    }

    /// Which of `candidates`, the models of `category` in the order in which they would be asked, should be asked first
    /// instead, where outcomes near the prompt say so. `vector` tells where the prompt lies; that is asked for only where there
    /// is enough to compare it with.
    pub(in crate::router) fn preferred(
        &self,
        category: &CategoryId,
        candidates: &[ModelId],
        vector: impl FnOnce() -> Option<PromptVector>,
    ) -> Option<Preference> {
        let (first, others) = candidates.split_first().filter(|(_, others)| !others.is_empty())?;
        let placed = self.known.iter().filter(|known| known.outcome.category == *category);
        let placed: Vec<_> = placed.filter_map(|known| Some((known.vector.as_ref()?, &known.outcome))).collect();
        if placed.len() < NEAR_MIN {
            return None;
        }
        let vector = vector()?;
        let near = placed.into_iter().filter(|(place, _)| place.likeness(&vector) >= LIKENESS_MIN);
        let near: Vec<&ModelOutcome> = near.map(|(_, outcome)| outcome).collect();
        if near.len() < NEAR_MIN {
            return None;
        }
        let tallies = others.iter().map(|other| Tally::of(other, first, &near)).filter(Tally::is_clear);
        // Of equals the earlier one: `max_by` gives back the last.
        let best = tallies.rev().max_by(|a, b| a.share_at_least().total_cmp(&b.share_at_least()))?;
        Some(Preference { model: best.model.clone(), reason: best.reason(first) })
    }

    fn only(&self, stays: impl Fn(&KnownOutcome) -> bool) -> Self {
        Self { known: self.known.iter().filter(|known| stays(known)).cloned().collect() }
    }

    fn forget_the_oldest(&mut self) {
        self.known.drain(..self.known.len().saturating_sub(NEWEST_MAX));
    }
}

/// How a model did against the one that stands first.
struct Tally<'a> {
    model: &'a ModelId,
    /// How often its answer was chosen over the first one's, and the other way round.
    wins: u32,
    losses: u32,
    /// The same by weight, in halves, with what speaks against either alone.
    halves_for: u32,
    halves_against: u32,
}

impl<'a> Tally<'a> {
    fn of(model: &'a ModelId, first: &ModelId, near: &[&ModelOutcome]) -> Self {
        let mut tally = Self { model, wins: 0, losses: 0, halves_for: 0, halves_against: 0 };
        for outcome in near {
            let (halves, winner, loser) = (outcome.kind.halves(), outcome.winner.as_ref(), &outcome.loser);
            if loser == first && winner.is_none_or(|winner| winner == model) {
                tally.wins += u32::from(winner.is_some());
                tally.halves_for += halves;
            } else if loser == model && winner.is_none_or(|winner| winner == first) {
                tally.losses += u32::from(winner.is_some());
                tally.halves_against += halves;
            }
        }
        tally
    }

    /// Whether it was chosen often enough, and more often than chance explains.
    fn is_clear(&self) -> bool {
        self.wins >= WINS_MIN && self.share_at_least() > 0.5
    }

    /// The least share of what speaks for it that these counts leave likely: the lower end of Wilson's interval (E. B. Wilson,
    /// 1927, "Probable inference, the law of succession, and statistical inference").
    fn share_at_least(&self) -> f64 {
        let count = f64::from(self.halves_for + self.halves_against) / 2.0;
        let share = f64::from(self.halves_for) / 2.0 / count;
        let square = ERRORS * ERRORS;
        let spread = ERRORS * (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
        (share + square / (2.0 * count) - spread) / (1.0 + square / count)
    }

    fn reason(&self, first: &ModelId) -> String {
        let Self { model, wins, losses, .. } = self;
        format!("{model} first: chosen over {first} for {wins} of {} prompts like this", wins + losses)
    }
}

#[cfg(test)]
mod tests;
