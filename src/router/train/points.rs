//! Brings the encoder's vectors down to points: the directions in which the known prompts differ most.
//!
//! These are the leading eigenvectors of the vectors' covariance, found by multiplying and making orthogonal again, over
//! and over. Knows no categories.

use super::matrix;
use crate::router::linear::product;
use crate::router::model::encoder::{Dense, WIDTH};
use crate::router::model::neighbours::{Neighbours, POINT};

/// At most so many vectors are looked at, evenly from all.
const SEEN_MAX: usize = 4_000;
/// So often the directions are multiplied. They need not be exact: any that hold most of the differences will do.
const ROUNDS: usize = 12;

/// The projection of vectors to points.
pub(super) fn projection(vectors: &[&[f32]]) -> Dense {
    let step = vectors.len().div_ceil(SEEN_MAX).max(1);
    let seen: Vec<&[f32]> = vectors.iter().copied().step_by(step).collect();
    let count = seen.len().max(1) as f32;
    let mut mean = vec![0.0_f32; WIDTH];
    for vector in &seen {
        mean.iter_mut().zip(*vector).for_each(|(mean, value)| *mean += value / count);
    }
    let centred: Vec<f32> = seen.iter().flat_map(|vector| vector.iter().zip(&mean).map(|(v, m)| v - m)).collect();
    let mut covariance = vec![0.0; WIDTH * WIDTH];
    matrix::outer(&centred, &centred, WIDTH, &mut covariance);
    // Any start will do that is not orthogonal to a direction: each begins with axes of its own and a little of all.
    let start = |index: usize| {
        let (direction, axis) = (index / WIDTH, index % WIDTH);
        if axis % POINT == direction { 1.0 } else { ((axis * 37 + direction * 11) % 19) as f32 / 100.0 }
    };
    let mut directions: Vec<f32> = (0..POINT * WIDTH).map(start).collect();
    orthogonalise(&mut directions);
    for _ in 0..ROUNDS {
        // The covariance is symmetric, so it does not matter which way it is read.
        directions = matrix::through(&directions, &covariance, WIDTH);
        orthogonalise(&mut directions);
    }
    let bias = directions.chunks_exact(WIDTH).map(|direction| -product(direction, &mean)).collect();
    Dense::pack(&directions, WIDTH, bias)
}

/// Neighbours at `vectors`, each with its class.
pub(super) fn neighbours<'a>(projection: &Dense, known: impl Iterator<Item = (&'a [f32], usize)>) -> Neighbours {
    let (mut points, mut classes) = (Vec::new(), Vec::new());
    for (vector, class) in known {
        points.extend(Neighbours::point(projection, vector));
        // Training refuses more categories than a byte holds.
        classes.push(u8::try_from(class).unwrap_or(u8::MAX));
    }
    Neighbours { projection: projection.clone(), points: Dense::pack(&points, POINT, Vec::new()), classes }
}

/// Makes the rows of `directions` orthogonal to those before them and of length 1. A row that those before it cover
/// becomes zero.
fn orthogonalise(directions: &mut [f32]) {
    for index in 0..directions.len() / WIDTH {
        let (before, rest) = directions.split_at_mut(index * WIDTH);
        let own = &mut rest[..WIDTH];
        let length = product(own, own).sqrt();
        // Twice: rounding leaves a little of the others behind the first time.
        for other in before.chunks_exact(WIDTH).chain(before.chunks_exact(WIDTH)) {
            let share = product(own, other);
            own.iter_mut().zip(other).for_each(|(own, other)| *own -= share * other);
        }
        let left = product(own, own).sqrt();
        let factor = if left > 1e-4 * length { 1.0 / left } else { 0.0 };
        for value in own {
            *value *= factor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors that differ in three directions only, around a middle that is not zero.
    fn vectors() -> Vec<Vec<f32>> {
        (0..300_usize)
            .map(|i| {
                let mut vector = vec![0.02; WIDTH];
                vector[5] += ((i * 7) % 13) as f32 / 10.0;
                vector[80] += ((i * 5) % 11) as f32 / 10.0;
                vector[400] += ((i * 3) % 7) as f32 / 10.0;
                vector
            })
            .collect()
    }

    #[test]
    fn points_keep_who_is_near_whom() {
        let vectors = vectors();
        let projection = projection(&vectors.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let known = vectors.iter().enumerate().map(|(index, vector)| (vector.as_slice(), index % 2));
        let neighbours = neighbours(&projection, known);
        assert!(neighbours.is_whole(2));
        let vote = neighbours.vote(&vectors[8], 2);
        assert!(vote.likeness > 0.99, "{vote:?}");
        assert!((vote.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn directions_are_orthogonal_and_a_covered_one_is_nothing() {
        let mut directions = vec![0.0; 3 * WIDTH];
        (directions[0], directions[1]) = (3.0, 4.0);
        (directions[WIDTH], directions[WIDTH + 1]) = (6.0, 8.0);
        directions[2 * WIDTH] = 1.0;
        orthogonalise(&mut directions);
        let rows: Vec<&[f32]> = directions.chunks_exact(WIDTH).collect();
        assert!((product(rows[0], rows[0]) - 1.0).abs() < 1e-5);
        assert!(product(rows[1], rows[1]).abs() < 1e-9);
        assert!(product(rows[0], rows[2]).abs() < 1e-5);
    }
}
