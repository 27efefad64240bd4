//! The prompts that the head was trained on, as points: what a new prompt lies among.
//!
//! A linear head draws flat borders; the nearest known prompts know about the bays in them. Owns the points, which are
//! vectors of the encoder brought down to fewer numbers, and their vote. The prompts themselves are not stored.

use super::encoder::{Dense, Quantised, WIDTH, apply};
use crate::router::linear::product;
use serde::{Deserialize, Serialize};

/// How many numbers a point has.
pub(in crate::router) const POINT: usize = 128;
/// So many of the nearest vote.
const VOTES: usize = 30;
/// How quickly a vote loses weight with distance.
const STEEPNESS: f64 = 12.0;

/// Known prompts, and how a vector becomes a point among them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::router) struct Neighbours {
    /// Vector to point: the directions in which known prompts differ most. The bias brings their middle to zero.
    pub(in crate::router) projection: Dense,
    /// A row for each known prompt, of length 1.
    pub(in crate::router) points: Dense,
    /// The class of each.
    pub(in crate::router) classes: Vec<u8>,
}

/// What the nearest known prompts say.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::router) struct Vote {
    /// For each class its share of the votes; their sum is 1.
    pub(in crate::router) shares: Vec<f64>,
    /// How near the nearest is, from -1 to 1.
    pub(in crate::router) likeness: f64,
}

impl Neighbours {
    /// Whether everything in it is as long as it has to be.
    pub(in crate::router) fn is_whole(&self, categories: usize) -> bool {
        let Self { projection, points, classes } = self;
        projection.is_whole()
            && points.is_whole()
            && (projection.inputs, projection.outputs, projection.bias.len()) == (WIDTH, POINT, POINT)
            && points.inputs == POINT
            && points.outputs == classes.len()
            && !classes.is_empty()
            && classes.iter().all(|class| usize::from(*class) < categories)
    }

    /// `vector` as a point of length 1.
    pub(in crate::router) fn point(projection: &Dense, vector: &[f32]) -> Vec<f32> {
        let mut point = apply(projection, &Quantised::new(vector, WIDTH), 1);
        point.iter_mut().zip(&projection.bias).for_each(|(value, bias)| *value += bias);
        let length = product(&point, &point).sqrt().max(f32::MIN_POSITIVE);
        for value in &mut point {
            *value /= length;
        }
        point
    }

    /// The vote of the known prompts nearest to `vector`, over `count` classes.
    pub(in crate::router) fn vote(&self, vector: &[f32], count: usize) -> Vote {
        let point = Self::point(&self.projection, vector);
        let likenesses = apply(&self.points, &Quantised::new(&point, POINT), 1);
        let mut nearest: Vec<(f32, u8)> = likenesses.into_iter().zip(self.classes.iter().copied()).collect();
        if nearest.len() > VOTES {
            // Of equally near ones the order is that of the classes: the same whatever the sort does.
            nearest.select_nth_unstable_by(VOTES - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            nearest.truncate(VOTES);
        }
        nearest.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let likeness = nearest.first().map_or(0.0, |(likeness, _)| f64::from(*likeness));
        let mut shares = vec![0.0; count];
        for (other, class) in nearest {
            shares[usize::from(class)] += libm::exp(STEEPNESS * (f64::from(other) - likeness));
        }
        let sum: f64 = shares.iter().sum();
        for share in &mut shares {
            *share /= sum.max(f64::MIN_POSITIVE);
        }
        Vote { shares, likeness }
    }
}
