//! What an answer cost, in the shapes in which servers tell it.

use crate::provider::Usage;
use serde_json::Value;

/// The names of the tokens of a request, and of an answer.
const PROMPT: [&str; 3] = ["prompt_tokens", "input_tokens", "prompt_eval_count"];
const COMPLETION: [&str; 3] = ["completion_tokens", "output_tokens", "eval_count"];

/// Where Anthropic counts what a cache brought, and what was put into it.
const CACHED_APART: [&str; 2] = ["/cache_read_input_tokens", "/cache_creation_input_tokens"];
/// Where others count what a cache brought.
const CACHED: [&str; 3] =
    ["/prompt_cache_hit_tokens", "/prompt_tokens_details/cached_tokens", "/input_tokens_details/cached_tokens"];

/// Token counts, as far as the server reports them. Zero counts as missing: some servers end with zeros.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) struct Tokens {
    prompt: Option<u64>,
    completion: Option<u64>,
}

impl Tokens {
    pub(super) fn read(usage: &Value) -> Self {
        let find =
            |names: [&str; 3]| names.into_iter().filter_map(|name| count(usage.get(name)?)).find(|count| *count > 0);
        Self { prompt: find(PROMPT).map(|prompt| prompt + cached(usage, prompt)), completion: find(COMPLETION) }
    }

    /// These counts where the server reports them, and else the `other` ones.
    pub(in super::super) fn or(self, other: Self) -> Self {
        Self { prompt: self.prompt.or(other.prompt), completion: self.completion.or(other.completion) }
    }

    /// The usage, where the server reports any count.
    pub(in super::super) fn usage(self) -> Option<Usage> {
        let any = self.prompt.or(self.completion).is_some();
        any.then(|| Usage {
            prompt_tokens: self.prompt.unwrap_or_default(),
            completion_tokens: self.completion.unwrap_or_default(),
        })
    }
}

/// How many tokens came out of a cache besides the `prompt` ones. Anthropic counts them apart; with others they are a part
/// of the prompt, unless there are more of them.
fn cached(usage: &Value, prompt: u64) -> u64 {
    let sum = |places: &[&str]| {
        let counts = places.iter().filter_map(|place| count(usage.pointer(place)?));
        counts.fold(0, u64::saturating_add)
    };
    let apart = sum(&CACHED_APART);
    let most = CACHED.iter().map(|place| sum(&[place])).fold(apart, u64::max);
    let is_apart = apart > 0 && usage.get("prompt_tokens").is_none();
    if is_apart || most > prompt { most } else { 0 }
}

/// A count that is a number, with a point or without, or a text.
fn count(value: &Value) -> Option<u64> {
    let number = || value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    value.as_u64().or_else(|| number().filter(|number| (0.0..1e15).contains(number)).map(|number| number as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tokens_are_counted_in_every_shape_and_zeros_say_nothing() {
        for (usage, prompt, completion) in [
            (json!({"prompt_tokens": 1, "completion_tokens": 2}), Some(1), Some(2)),
            (json!({"prompt_tokens": 1.0, "completion_tokens": "2"}), Some(1), Some(2)),
            (json!({"input_tokens": 1, "output_tokens": 2.0}), Some(1), Some(2)),
            (json!({"prompt_tokens": 0, "input_tokens": 1}), Some(1), None),
            (
                json!({"input_tokens": 4, "cache_read_input_tokens": 9000, "cache_creation_input_tokens": 6}),
                Some(9010),
                None,
            ),
            (json!({"input_tokens": 5000, "cache_read_input_tokens": 4000}), Some(9000), None),
            (json!({"prompt_tokens": 5000, "cache_read_input_tokens": 4000}), Some(5000), None),
            (json!({"prompt_tokens": 4, "prompt_cache_hit_tokens": 9000}), Some(9004), None),
            (json!({"prompt_tokens": 9004, "prompt_cache_hit_tokens": 9000}), Some(9004), None),
            (json!({"prompt_tokens": 4, "prompt_tokens_details": {"cached_tokens": 9000}}), Some(9004), None),
            (json!({"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 9}}), Some(10), None),
            (json!({"prompt_tokens": "many", "completion_tokens": -1}), None, None),
            (json!({"prompt_tokens": null, "completion_tokens": 1e300}), None, None),
            (json!({"prompt_tokens": 0, "completion_tokens": 0}), None, None),
            (json!("free"), None, None),
        ] {
            assert_eq!(Tokens::read(&usage), Tokens { prompt, completion }, "{usage}");
        }
    }
}
