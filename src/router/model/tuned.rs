//! The second branch: the encoder's last layers trained together with weights of their own, so that they look for what
//! tells the categories apart.
//!
//! It starts from the sum that the encoder makes of a text's pieces, so it costs hardly more than its few matrices. The
//! encoder's own layers stay as they are: memory, lessons and follow-ups compare the vectors that those make.

use super::encoder::Top;
use super::input::{Prompt, SHAPES, WIDTH};
use crate::router::linear::logits;
use serde::{Deserialize, Serialize};

/// What its logits are divided by: trained end to end, it is surer of itself than the other branch.
const SURENESS: f32 = 1.5;

/// Layers and weights that were trained together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::router) struct Tuned {
    pub(in crate::router) top: Top,
    /// For each category a weight a feature, then the constant.
    pub(in crate::router) weights: Vec<f32>,
}

impl Tuned {
    /// Whether everything in it is as long as it has to be.
    pub(in crate::router) fn is_whole(&self, categories: usize) -> bool {
        let sizes = self.top.layers().iter().map(|layer| (layer.inputs, layer.outputs)).eq(Top::SIZES);
        let whole = self.top.layers().iter().all(|layer| layer.is_whole()) && !self.top.pool.bias.is_empty();
        sizes && whole && self.weights.len() == categories * (WIDTH + 1)
    }

    /// The logits of `prompt`. Of its features only the shape is looked at.
    pub(in crate::router) fn logits(&self, prompt: &Prompt<'_>) -> Vec<f32> {
        let pooled = self.top.pool(prompt.sum, &[prompt.count]);
        let mut own = self.top.conclude(&pooled);
        own.extend(pooled);
        own.extend(&prompt.features[SHAPES..]);
        logits(&self.weights, &own).into_iter().map(|logit| logit / SURENESS).collect()
    }
}
