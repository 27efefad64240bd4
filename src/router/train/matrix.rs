//! Products of matrices in floats, as training needs them: many rows at a time, on one core.
//!
//! Matrices are rows behind one another. The results are the same to the last bit on every machine: sums are made in a
//! fixed order, four rows at a time. Must not know what the numbers mean.

use multiversion::multiversion;

/// How many products are added side by side: the compiler makes one instruction of them.
const LANES: usize = 16;
/// How many rows are worked on at once: each number that is read serves as many products.
const AT_ONCE: usize = 4;

/// `out[r][o] = Σ x[r][i] · w[o][i]`: each row of `x` through a layer with the weights `w`, `inputs` for each output.
pub(super) fn through(x: &[f32], w: &[f32], inputs: usize) -> Vec<f32> {
    let (rows, outputs) = (x.len() / inputs, w.len() / inputs);
    let mut out = vec![0.0; rows * outputs];
    for first in (0..outputs).step_by(AT_ONCE) {
        let layers: [&[f32]; AT_ONCE] = std::array::from_fn(|at| row(w, (first + at).min(outputs - 1), inputs));
        for (x, out) in x.chunks_exact(inputs).zip(out.chunks_exact_mut(outputs)) {
            let sums = products(x, layers);
            out[first..].iter_mut().zip(sums).for_each(|(out, sum)| *out = sum);
        }
    }
    out
}

/// `out[r][i] += Σ slopes[r][o] · w[o][i]`: what slopes behind a layer mean before it.
pub(super) fn back(slopes: &[f32], w: &[f32], inputs: usize, out: &mut [f32]) {
    let outputs = w.len() / inputs;
    for (slopes, out) in slopes.chunks_exact(outputs).zip(out.chunks_exact_mut(inputs)) {
        add_rows(out, slopes, |index| row(w, index, inputs));
    }
}

/// `out[o][i] += Σ slopes[r][o] · x[r][i]`: what slopes behind a layer mean for its weights.
pub(super) fn outer(slopes: &[f32], x: &[f32], inputs: usize, out: &mut [f32]) {
    let (rows, outputs) = (x.len() / inputs, out.len() / inputs);
    let mut column = vec![0.0; rows];
    for (output, out) in out.chunks_exact_mut(inputs).enumerate() {
        column.iter_mut().enumerate().for_each(|(index, slope)| *slope = slopes[index * outputs + output]);
        add_rows(out, &column, |index| row(x, index, inputs));
    }
}

fn row(matrix: &[f32], index: usize, width: usize) -> &[f32] {
    &matrix[index * width..][..width]
}

/// `sums += Σ factors[k] · rows(k)`.
fn add_rows<'a>(sums: &mut [f32], factors: &[f32], rows: impl Fn(usize) -> &'a [f32]) {
    for (group, factors) in factors.chunks(AT_ONCE).enumerate() {
        // A row that is not there counts nothing, whatever stands for it.
        let factor = |at: usize| factors.get(at).copied().unwrap_or(0.0);
        let index = |at: usize| group * AT_ONCE + at.min(factors.len() - 1);
        let factors: [f32; AT_ONCE] = std::array::from_fn(factor);
        if factors.iter().any(|factor| factor.abs() > 0.0) {
            add_four(sums, factors, std::array::from_fn(|at| rows(index(at))));
        }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn products(x: &[f32], rows: [&[f32]; AT_ONCE]) -> [f32; AT_ONCE] {
    let (x, x_rest) = x.as_chunks::<LANES>();
    let split = rows.map(|row| row.as_chunks::<LANES>());
    let mut sums = [[0.0_f32; LANES]; AT_ONCE];
    for (index, x) in x.iter().enumerate() {
        let mut at = 0;
        while at < AT_ONCE {
            let row = &split[at].0[index];
            let mut lane = 0;
            while lane < LANES {
                sums[at][lane] += x[lane] * row[lane];
                lane += 1;
            }
            at += 1;
        }
    }
    let mut whole = [0.0; AT_ONCE];
    let mut at = 0;
    while at < AT_ONCE {
        let rest: f32 = x_rest.iter().zip(split[at].1).map(|(a, b)| a * b).sum();
        whole[at] = sums[at].iter().sum::<f32>() + rest;
        at += 1;
    }
    whole
}

#[multiversion(targets("x86_64+avx2"))]
fn add_four(sums: &mut [f32], factors: [f32; AT_ONCE], rows: [&[f32]; AT_ONCE]) {
    let length = sums.len();
    let [a, b, c, d] = rows.map(|row| &row[..length]);
    let mut index = 0;
    while index < length {
        sums[index] +=
            (factors[0] * a[index] + factors[1] * b[index]) + (factors[2] * c[index] + factors[3] * d[index]);
        index += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 31 + seed * 7) % 23) as f32 / 11.0 - 1.0).collect()
    }

    fn near(found: &[f32], wanted: impl Iterator<Item = f32>) {
        for (index, (found, wanted)) in found.iter().zip(wanted).enumerate() {
            assert!((found - wanted).abs() < 1e-3, "{index}: {found} {wanted}");
        }
    }

    #[test]
    fn products_are_those_of_the_textbook_in_every_shape() {
        for (rows, inputs, outputs) in [(1, 1, 1), (3, 17, 5), (4, 32, 4), (7, 40, 9)] {
            let (x, w, slopes) = (numbers(rows * inputs, 1), numbers(outputs * inputs, 2), numbers(rows * outputs, 3));
            let at = |matrix: &[f32], row: usize, width: usize, column: usize| matrix[row * width + column];
            let cells = |height: usize, width: usize| (0..height).flat_map(move |r| (0..width).map(move |c| (r, c)));
            let out = through(&x, &w, inputs);
            near(
                &out,
                cells(rows, outputs)
                    .map(|(r, o)| (0..inputs).map(|i| at(&x, r, inputs, i) * at(&w, o, inputs, i)).sum()),
            );
            let mut before = vec![0.0; rows * inputs];
            back(&slopes, &w, inputs, &mut before);
            near(
                &before,
                cells(rows, inputs)
                    .map(|(r, i)| (0..outputs).map(|o| at(&slopes, r, outputs, o) * at(&w, o, inputs, i)).sum()),
            );
            let mut weights = vec![0.0; outputs * inputs];
            outer(&slopes, &x, inputs, &mut weights);
            near(
                &weights,
                cells(outputs, inputs)
                    .map(|(o, i)| (0..rows).map(|r| at(&slopes, r, outputs, o) * at(&x, r, inputs, i)).sum()),
            );
        }
    }
}
