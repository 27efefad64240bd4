//! Where a prompt lies, small enough to be stored beside it: encoding it again takes milliseconds, reading it none.

use crate::router::linear::packed_product;
use crate::router::model::encoder;
use std::sync::Arc;

/// The encoder's vector of a prompt, in 127ths of its greatest number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptVector {
    /// The checksum of the encoder: vectors of different encoders cannot be compared.
    pub encoder: u64,
    /// The numbers.
    pub numbers: Arc<[i8]>,
}

impl PromptVector {
    /// `vector`, which the shipped encoder made.
    pub(in crate::router) fn new(vector: &[f32]) -> Self {
        Self { encoder: encoder::checksum(), numbers: encoder::packed(vector).into() }
    }

    /// Whether it can be compared with what this program encodes.
    pub fn is_current(&self) -> bool {
        self.encoder == encoder::checksum() && self.numbers.len() == encoder::WIDTH
    }

    /// It as the encoder makes vectors: at length 1.
    pub(in crate::router) fn unpacked(&self) -> Vec<f32> {
        encoder::unpacked(&self.numbers)
    }

    /// How long it is as it is packed.
    pub(in crate::router) fn length(&self) -> f32 {
        (product(&self.numbers, &self.numbers) as f32).sqrt()
    }

    /// How much it, which is so long, points the same way as a vector of length 1, from -1 to 1.
    pub(in crate::router) fn likeness_to(&self, length: f32, vector: &[f32]) -> f32 {
        if length > 0.0 { packed_product(&self.numbers, vector) / length } else { 0.0 }
    }

    /// How much the two point the same way, from -1 to 1. In whole numbers, so that it is the same on every machine.
    pub(in crate::router) fn likeness(&self, other: &Self) -> f64 {
        let lengths =
            f64::from(product(&self.numbers, &self.numbers)) * f64::from(product(&other.numbers, &other.numbers));
        if lengths > 0.0 { f64::from(product(&self.numbers, &other.numbers)) / lengths.sqrt() } else { 0.0 }
    }
}

/// 512 products of two bytes are far from the end of an `i32`.
fn product(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}
