//! The least value of a smooth function, by L-BFGS ([Nocedal 1980](https://doi.org/10.2307/2006193)).
//!
//! Sums are made in a fixed order, so the same function gives the same result to the last bit on every machine.

/// How many earlier steps describe the curvature.
const MEMORY: usize = 10;

/// The search ends after so many steps.
const STEPS_MAX: usize = 200;

/// The search ends when a step gains less than this share of the value.
const GAIN_MIN: f64 = 1e-8;

/// A function: its value at a place, and its slope there.
pub(in crate::router) trait Function {
    /// Value and gradient at `at`.
    fn evaluate(&self, at: &[f64]) -> (f64, Vec<f64>);
}

/// A place on the way down.
struct Point {
    at: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

/// A step that was taken, and how the gradient changed along it.
type Step = (Vec<f64>, Vec<f64>);

/// Where `function` is least, as far as going down from `start` shows. Exact to rounding for convex functions.
pub(in crate::router) fn minimize(function: &impl Function, start: Vec<f64>) -> Vec<f64> {
    let mut here = Point::new(function, start);
    let mut memory: Vec<Step> = Vec::new();
    for _ in 0..STEPS_MAX {
        let Some(next) = descend(function, &here, &direction(&here.gradient, &memory), memory.is_empty()) else {
            break;
        };
        let gain = here.value - next.value;
        let step = difference(&next.at, &here.at);
        let bend = difference(&next.gradient, &here.gradient);
        if dot(&step, &bend) > 0.0 {
            memory.push((step, bend));
            memory.drain(..memory.len().saturating_sub(MEMORY));
        }
        here = next;
        if gain <= GAIN_MIN * here.value.abs() {
            break;
        }
    }
    here.at
}

impl Point {
    fn new(function: &impl Function, at: Vec<f64>) -> Self {
        let (value, gradient) = function.evaluate(&at);
        Self { at, value, gradient }
    }
}

/// Where to go from a gradient, knowing the last steps: the two-loop recursion.
fn direction(gradient: &[f64], memory: &[Step]) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(memory.len());
    for (step, bend) in memory.iter().rev() {
        let share = dot(step, &direction) / dot(step, bend);
        add(&mut direction, bend, -share);
        shares.push(share);
    }
    if let Some((step, bend)) = memory.last() {
        let scale = dot(step, bend) / dot(bend, bend);
        for value in &mut direction {
            *value *= scale;
        }
    }
    for ((step, bend), share) in memory.iter().zip(shares.iter().rev()) {
        let back = dot(bend, &direction) / dot(step, bend);
        add(&mut direction, step, share - back);
    }
    direction
}

/// Goes along `direction` as far as it pays; `None` when no step does. The first step has no curvature to go by, so its
/// length is at most 1.
fn descend(function: &impl Function, from: &Point, direction: &[f64], first: bool) -> Option<Point> {
    let slope = dot(&from.gradient, direction);
    let longest = dot(direction, direction).sqrt();
    let mut share = if first && longest > 1.0 { 1.0 / longest } else { 1.0 };
    for _ in 0..30 {
        let mut at = from.at.clone();
        add(&mut at, direction, share);
        let next = Point::new(function, at);
        if next.value <= from.value + 1e-4 * share * slope {
            return Some(next);
        }
        share /= 2.0;
    }
    None
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += what * times);
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A long valley that is not parallel to any axis.
    struct Valley;

    impl Function for Valley {
        fn evaluate(&self, at: &[f64]) -> (f64, Vec<f64>) {
            let (along, across) = (at[0] + at[1] - 3.0, at[0] - at[1] + 1.0);
            let value = along * along + 1000.0 * across * across;
            (value, vec![2.0 * along + 2000.0 * across, 2.0 * along - 2000.0 * across])
        }
    }

    #[test]
    fn the_bottom_of_a_valley_is_found() {
        let found = minimize(&Valley, vec![100.0, -70.0]);
        assert!((found[0] - 1.0).abs() < 1e-3 && (found[1] - 2.0).abs() < 1e-3, "{found:?}");
    }
}
