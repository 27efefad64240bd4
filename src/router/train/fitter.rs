//! Fits everything that decides by a prompt alone: both branches and the neighbours. Done once for each group of sources
//! that is left out, and once with all of them.

use super::points;
use super::sample::{Sample, examples, is_tuned_by, problem};
use super::scale::Scale;
use super::tuned;
use crate::router::fit;
use crate::router::model::encoder::{Dense, Encoder, Top};
use crate::router::model::neighbours::Neighbours;
use crate::router::model::tuned::Tuned;

/// What all fits share.
pub(super) struct Fitter<'a> {
    pub(super) scale: &'a Scale,
    pub(super) classes: usize,
    top: &'a Top,
    /// Knows no labels, so rows that are left out may have a part in it.
    projection: Dense,
}

/// What a fit makes.
pub(super) struct Branches {
    /// The weights of the first branch, at scale.
    pub(super) frozen: Vec<f32>,
    pub(super) tuned: Option<Tuned>,
    pub(super) neighbours: Neighbours,
}

impl<'a> Fitter<'a> {
    pub(super) fn new(samples: &[Sample<'_>], scale: &'a Scale, encoder: &'a Encoder, classes: usize) -> Self {
        let vectors: Vec<&[f32]> = samples.iter().map(|sample| sample.vector.as_slice()).collect();
        Self { scale, classes, top: encoder.top(), projection: points::projection(&vectors) }
    }

    pub(super) fn fit(&self, samples: &[&Sample<'_>]) -> Branches {
        let frozen = fit::fit(&problem(samples, self.classes));
        let tuning: Vec<&Sample<'_>> = samples.iter().copied().filter(|sample| is_tuned_by(sample)).collect();
        let learned = || tuned::fit(&examples(&tuning), self.top, &frozen, self.scale);
        let tuned = (tuning.len() >= tuned::ROWS_MIN).then(learned);
        // Prompts that were written for the purpose resemble what users type; where there are none, all will do.
        let any_own = samples.iter().any(|sample| sample.row.may_be_shown);
        let known = samples.iter().filter(|sample| sample.row.may_be_shown || !any_own);
        let known = known.map(|sample| (sample.vector.as_slice(), sample.class));
        let neighbours = points::neighbours(&self.projection, known);
        Branches { frozen, tuned, neighbours }
    }
}
