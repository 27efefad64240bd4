//! What a provider asks for a model: dollars for a million tokens, kept in whole millionths of a dollar, so that prices
//! can be compared. Must not know where a price is written.

use serde::{Deserialize, Serialize};

/// The highest price of a million tokens that is no mistake, in dollars.
const DOLLARS_MAX: f64 = 100_000.0;

/// What tokens cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// A million tokens of a request, in millionths of a dollar.
    input: u64,
    /// The same of an answer.
    output: u64,
}

impl Price {
    /// The price of a million tokens of requests and of answers, in dollars; `None` for what is no price.
    pub fn of_a_million(input: f64, output: f64) -> Option<Self> {
        let millionths = |dollars: f64| (0.0..=DOLLARS_MAX).contains(&dollars).then(|| (dollars * 1e6).round() as u64);
        Some(Self { input: millionths(input)?, output: millionths(output)? })
    }

    /// Dollars for a million tokens of requests.
    pub fn input(self) -> f64 {
        self.input as f64 / 1e6
    }

    /// Dollars for a million tokens of answers.
    pub fn output(self) -> f64 {
        self.output as f64 / 1e6
    }

    /// Dollars for a request and its answer of so many tokens.
    pub fn of(self, prompt_tokens: u64, completion_tokens: u64) -> f64 {
        (self.input() * prompt_tokens as f64 + self.output() * completion_tokens as f64) / 1e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_for_a_million_tokens() {
        let price = Price::of_a_million(0.5, 1.5).unwrap();
        assert_eq!((price.input(), price.output(), price.of(1_000_000, 2_000_000)), (0.5, 1.5, 3.5));
        assert_eq!(Price::of_a_million(-1.0, 1.0), None);
        assert_eq!(Price::of_a_million(f64::NAN, 1.0), None);
    }
}
