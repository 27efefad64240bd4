//! Trains the second branch: the encoder's last layers together with the weights behind them, by going down the slope of
//! the loss ([Adam](https://arxiv.org/abs/1412.6980), the rate falling along half a cosine).
//!
//! It starts from the pretrained layers and the fitted weights of the first branch, and goes over the rows a few times
//! only: what the encoder knows of other texts is to survive. The same rows give the same bits.

use super::matrix::{back, outer, through};
use super::numbers::Numbers;
use super::scale::Scale;
use crate::router::linear::softmax;
use crate::router::model::encoder::{Dense, HIDDEN, Layers, Top, WIDTH};
use crate::router::model::input::{self, SHAPES};
use crate::router::model::tuned::Tuned;

/// With fewer rows there is nothing to tune by: the branch would learn them by heart.
pub(super) const ROWS_MIN: usize = 2_000;

const EPOCHS: usize = 3;
const BATCH: usize = 256;
const RATE: f32 = 3e-4;
/// How slowly the averages of Adam forget, and what keeps its division away from zero.
const FORGET: [f32; 2] = [0.9, 0.999];
const EPSILON: f32 = 1e-8;
/// The penalty on the weights behind the layers, beside a weight of 1 for all rows together.
const PENALTY: f32 = 1.7;
const SEED: u64 = 17;

/// A row to learn.
pub(super) struct Example<'a> {
    /// What the encoder sums up of the prompt, and over how many pieces.
    pub(super) sum: &'a [f32],
    pub(super) count: f32,
    /// Its features at scale, of which only the shape is looked at.
    pub(super) features: &'a [f32],
    pub(super) class: usize,
    pub(super) weight: f32,
}

/// The branch for `examples`, from the layers of `top` and the `weights` of the first branch, which are at `scale`.
pub(super) fn fit(examples: &[Example<'_>], top: &Top, weights: &[f32], scale: &Scale) -> Tuned {
    let mut net = Net::new(top, weights, scale, examples.len());
    let mean = examples.iter().map(|example| example.weight).sum::<f32>() / examples.len().max(1) as f32;
    let batches = examples.len() / BATCH;
    let steps = (EPOCHS * batches).max(1);
    let mut numbers = Numbers(SEED);
    let mut step = 0;
    for _ in 0..EPOCHS {
        let order = numbers.shuffled(examples.len());
        for batch in order.chunks_exact(BATCH) {
            let rate = RATE * 0.5 * (1.0 + libm::cosf(std::f32::consts::PI * step as f32 / steps as f32));
            let batch: Vec<&Example<'_>> = batch.iter().map(|index| &examples[*index]).collect();
            net.learn(&batch, mean, rate);
            step += 1;
        }
    }
    net.finish(scale)
}

/// Weights that are learned, with what Adam remembers of their slopes.
struct Learned {
    values: Vec<f32>,
    slopes: Vec<f32>,
    means: Vec<f32>,
    squares: Vec<f32>,
}

impl Learned {
    fn new(values: Vec<f32>) -> Self {
        let zeros = vec![0.0; values.len()];
        Self { slopes: zeros.clone(), means: zeros.clone(), squares: zeros, values }
    }

    /// One step down; `step` counts from 1. The slopes are used up.
    fn descend(&mut self, rate: f32, step: i32) {
        let [mean, square] = FORGET;
        let (first, second) = (1.0 - libm::powf(mean, step as f32), 1.0 - libm::powf(square, step as f32));
        let moments = self.means.iter_mut().zip(&mut self.squares);
        for ((value, slope), (m, s)) in self.values.iter_mut().zip(&mut self.slopes).zip(moments) {
            *m = mean * *m + (1.0 - mean) * *slope;
            *s = square * *s + (1.0 - square) * *slope * *slope;
            *value -= rate * (*m / first) / ((*s / second).sqrt() + EPSILON);
            *slope = 0.0;
        }
    }
}

/// The layers, in the order of [`Top::SIZES`], then the weights behind them.
struct Net<'a> {
    layers: [Learned; 7],
    pool_bias: &'a [f32],
    /// For each class one weight a feature.
    weights: Learned,
    constants: Learned,
    scale: &'a Scale,
    penalty: f32,
    steps: i32,
}

/// What a batch was on its way through the net.
struct Pass {
    sums: Vec<f32>,
    pooled: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
    third: Vec<f32>,
    /// Before they are brought to length 1.
    bent: Vec<f32>,
    lengths: Vec<f32>,
    /// As the weights see them.
    features: Vec<f32>,
    logits: Vec<f32>,
}

impl<'a> Net<'a> {
    fn new(top: &'a Top, weights: &[f32], scale: &'a Scale, rows: usize) -> Self {
        let (mut plain, mut constants) = (Vec::new(), Vec::new());
        for class in weights.chunks_exact(input::WIDTH + 1) {
            plain.extend_from_slice(&class[..input::WIDTH]);
            constants.push(class[input::WIDTH]);
        }
        Self {
            layers: top.layers().map(|layer| Learned::new(layer.unpack())),
            pool_bias: &top.pool.bias,
            weights: Learned::new(plain),
            constants: Learned::new(constants),
            scale,
            penalty: PENALTY / rows.max(1) as f32,
            steps: 0,
        }
    }

    fn layer(&self, index: usize, x: &[f32]) -> Vec<f32> {
        through(x, &self.layers[index].values, Top::SIZES[index].0)
    }

    fn pass(&self, batch: &[&Example<'_>]) -> Pass {
        let roots: Vec<f32> = batch.iter().map(|example| example.count.sqrt()).collect();
        let scaled = |(example, root): (&&Example<'_>, &f32)| -> Vec<f32> {
            example.sum.iter().map(|value| value / root).collect()
        };
        let sums: Vec<f32> = batch.iter().zip(&roots).flat_map(scaled).collect();
        let mut pooled = self.layer(0, &sums);
        for (row, root) in pooled.chunks_exact_mut(WIDTH).zip(&roots) {
            row.iter_mut().zip(self.pool_bias).for_each(|(value, bias)| *value += root * bias);
        }
        let first = relu(self.layer(1, &pooled));
        let second = relu(sum(self.layer(2, &first), &self.layer(3, &pooled)));
        let third = relu(self.layer(4, &second));
        let mut bent = sum(self.layer(5, &second), &self.layer(6, &third));
        for value in &mut bent {
            *value = libm::tanhf(*value);
        }
        let length = |row: &[f32]| row.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        let lengths: Vec<f32> = bent.chunks_exact(WIDTH).map(length).collect();
        let mut features = Vec::with_capacity(batch.len() * input::WIDTH);
        let rows = bent.chunks_exact(WIDTH).zip(pooled.chunks_exact(WIDTH)).zip(&lengths).zip(batch);
        for (((bent, pooled), length), example) in rows {
            let vector = bent.iter().map(|value| value / length).chain(pooled.iter().copied());
            features.extend(vector.enumerate().map(|(index, value)| self.scale.one(index, value)));
            features.extend_from_slice(&example.features[SHAPES..]);
        }
        let mut logits = through(&features, &self.weights.values, input::WIDTH);
        for row in logits.chunks_exact_mut(self.constants.values.len()) {
            row.iter_mut().zip(&self.constants.values).for_each(|(logit, constant)| *logit += constant);
        }
        Pass { sums, pooled, first, second, third, bent, lengths, features, logits }
    }

    /// One step on `batch`; `mean` is the mean weight of all rows.
    fn learn(&mut self, batch: &[&Example<'_>], mean: f32, rate: f32) {
        let pass = self.pass(batch);
        let classes = self.constants.values.len();
        let mut slopes = Vec::with_capacity(pass.logits.len());
        for (logits, example) in pass.logits.chunks_exact(classes).zip(batch) {
            let weight = example.weight / mean / batch.len() as f32;
            let target = |class: usize| f32::from(u8::from(class == example.class));
            let probabilities = softmax(logits, 1.0).into_iter().enumerate();
            slopes.extend(probabilities.map(|(class, p)| (p as f32 - target(class)) * weight));
        }
        self.slope(&pass, &slopes);
        self.steps += 1;
        for learned in self.layers.iter_mut().chain([&mut self.weights, &mut self.constants]) {
            learned.descend(rate, self.steps);
        }
    }

    /// Adds what `slopes` of the logits mean for everything that is learned.
    fn slope(&mut self, pass: &Pass, slopes: &[f32]) {
        let classes = self.constants.values.len();
        outer(slopes, &pass.features, input::WIDTH, &mut self.weights.slopes);
        let penalty = self.penalty;
        self.weights.slopes.iter_mut().zip(&self.weights.values).for_each(|(slope, value)| *slope += penalty * value);
        for row in slopes.chunks_exact(classes) {
            self.constants.slopes.iter_mut().zip(row).for_each(|(sum, slope)| *sum += slope);
        }
        let rows = slopes.len() / classes;
        let mut before = vec![0.0; rows * input::WIDTH];
        back(slopes, &self.weights.values, input::WIDTH, &mut before);
        // Through the scale, then through the length and the bend of the vector.
        let (mut vector, mut pooled) = (Vec::with_capacity(rows * WIDTH), Vec::with_capacity(rows * WIDTH));
        let bent = pass.bent.chunks_exact(WIDTH).zip(&pass.lengths);
        for (before, (bent, length)) in before.chunks_exact(input::WIDTH).zip(bent) {
            let at = |index: usize| before[index] * self.scale.factor(index);
            let along: f32 = bent.iter().enumerate().map(|(index, bent)| bent / length * at(index)).sum();
            let unbent =
                |(index, bent): (usize, &f32)| (at(index) - bent / length * along) / length * (1.0 - bent * bent);
            vector.extend(bent.iter().enumerate().map(unbent));
            pooled.extend((WIDTH..SHAPES).map(at));
        }
        let mut third = vec![0.0; rows * WIDTH];
        let mut second = vec![0.0; rows * HIDDEN];
        let mut first = vec![0.0; rows * HIDDEN];
        self.through_layer(6, &vector, &pass.third, Some(&mut third));
        self.through_layer(5, &vector, &pass.second, Some(&mut second));
        unrelu(&mut third, &pass.third);
        self.through_layer(4, &third, &pass.second, Some(&mut second));
        unrelu(&mut second, &pass.second);
        self.through_layer(3, &second, &pass.pooled, Some(&mut pooled));
        self.through_layer(2, &second, &pass.first, Some(&mut first));
        unrelu(&mut first, &pass.first);
        self.through_layer(1, &first, &pass.pooled, Some(&mut pooled));
        self.through_layer(0, &pooled, &pass.sums, None);
    }

    /// Adds what `slopes` behind a layer with the inputs `x` mean for its weights, and for what comes `before` it.
    fn through_layer(&mut self, index: usize, slopes: &[f32], x: &[f32], before: Option<&mut Vec<f32>>) {
        let (layer, inputs) = (&mut self.layers[index], Top::SIZES[index].0);
        outer(slopes, x, inputs, &mut layer.slopes);
        if let Some(before) = before {
            back(slopes, &layer.values, inputs, before);
        }
    }

    fn finish(self, scale: &Scale) -> Tuned {
        let bias = |index: usize| if index == 0 { self.pool_bias.to_vec() } else { Vec::new() };
        let layers =
            std::array::from_fn(|index| Dense::pack(&self.layers[index].values, Top::SIZES[index].0, bias(index)));
        let classes = self.weights.values.chunks_exact(input::WIDTH).zip(&self.constants.values);
        let weights: Vec<f32> = classes.flat_map(|(class, constant)| class.iter().chain([constant]).copied()).collect();
        Tuned { top: Top::new(layers), weights: scale.undo(&weights) }
    }
}

fn relu(mut values: Vec<f32>) -> Vec<f32> {
    for value in &mut values {
        *value = value.max(0.0);
    }
    values
}

/// The slopes before a [`relu`] from those behind it.
fn unrelu(slopes: &mut [f32], values: &[f32]) {
    for (slope, value) in slopes.iter_mut().zip(values) {
        if *value <= 0.0 {
            *slope = 0.0;
        }
    }
}

fn sum(mut values: Vec<f32>, others: &[f32]) -> Vec<f32> {
    values.iter_mut().zip(others).for_each(|(value, other)| *value += other);
    values
}

const _: () = assert!(Top::SIZES[0].0 == Layers::FEATURES);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::model::encoder::Encoder;

    const CLASSES: usize = 3;

    fn number(index: usize, seed: usize) -> f32 {
        ((index * 31 + seed * 17) % 23) as f32 / 11.0 - 1.0
    }

    /// Rows as the encoder and the features make them, roughly.
    fn rows() -> Vec<(Vec<f32>, Vec<f32>)> {
        let sum = |seed: usize| (0..Layers::FEATURES).map(|i| 4.0 * number(i, seed)).collect();
        let features = |seed: usize| (0..input::WIDTH).map(|i| number(i, seed).abs()).collect();
        (0..12).map(|seed| (sum(seed), features(seed + 3))).collect()
    }

    fn examples(rows: &[(Vec<f32>, Vec<f32>)]) -> Vec<Example<'_>> {
        let all = rows.iter().enumerate();
        all.map(|(index, (sum, features))| Example { sum, count: 9.0, features, class: index % CLASSES, weight: 1.0 })
            .collect()
    }

    fn loss(net: &Net<'_>, batch: &[&Example<'_>]) -> f32 {
        let pass = net.pass(batch);
        let rows = pass.logits.chunks_exact(CLASSES).zip(batch);
        let losses = rows.map(|(logits, example)| -libm::log(softmax(logits, 1.0)[example.class]) as f32);
        let squares: f32 = net.weights.values.iter().map(|weight| weight * weight).sum();
        losses.sum::<f32>() / batch.len() as f32 + net.penalty * squares / 2.0
    }

    #[test]
    fn slopes_are_those_of_the_loss_in_every_layer() {
        let rows = rows();
        let scale = Scale::of(rows.iter().map(|(_, features)| features.as_slice()));
        let examples = examples(&rows);
        let batch: Vec<&Example<'_>> = examples.iter().collect();
        let weights: Vec<f32> = (0..CLASSES * (input::WIDTH + 1)).map(|i| number(i, 5) / 20.0).collect();
        let mut net = Net::new(Encoder::shipped().unwrap().top(), &weights, &scale, rows.len());
        let pass = net.pass(&batch);
        let mut slopes = Vec::new();
        for (logits, example) in pass.logits.chunks_exact(CLASSES).zip(&batch) {
            let probabilities = softmax(logits, 1.0).into_iter().enumerate();
            slopes.extend(
                probabilities
                    .map(|(class, p)| (p as f32 - f32::from(u8::from(class == example.class))) / batch.len() as f32),
            );
        }
        net.slope(&pass, &slopes);
        for layer in 0..7 {
            // Along all its slopes at once: single numbers are lost in the rounding of floats.
            let slopes = net.layers[layer].slopes.clone();
            let length = slopes.iter().map(|slope| slope * slope).sum::<f32>().sqrt();
            assert!(length > 0.0, "layer {layer}");
            let step = 1e-3 / length;
            let moved = |net: &mut Net<'_>, times: f32| {
                let values = net.layers[layer].values.iter_mut().zip(&slopes);
                values.for_each(|(value, slope)| *value += times * step * slope);
            };
            moved(&mut net, 1.0);
            let above = loss(&net, &batch);
            moved(&mut net, -2.0);
            let below = loss(&net, &batch);
            moved(&mut net, 1.0);
            let found = (above - below) / (2.0 * 1e-3);
            assert!((found - length).abs() < 0.1 * length, "layer {layer}: {found} {length}");
        }
    }

    #[test]
    fn what_is_learned_is_told_apart_and_the_same_bits_each_time() {
        let rows = rows();
        let scale = Scale::of(rows.iter().map(|(_, features)| features.as_slice()));
        let examples = examples(&rows);
        let batch: Vec<&Example<'_>> = examples.iter().collect();
        let weights = vec![0.0; CLASSES * (input::WIDTH + 1)];
        let learned = || {
            let mut net = Net::new(Encoder::shipped().unwrap().top(), &weights, &scale, rows.len());
            let before = loss(&net, &batch);
            (0..5).for_each(|_| net.learn(&batch, 1.0, 1e-3));
            assert!(loss(&net, &batch) < before);
            net.finish(&scale)
        };
        assert_eq!(learned(), learned());
    }
}
