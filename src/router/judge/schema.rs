//! What the judge's JSON has to look like: as a schema for the endpoint, and in words for the model.

use crate::config::Category;
use serde_json::{Value, json};

/// The most words of a reason. It stands on one line beside the decision.
pub(super) const REASON_WORDS: usize = 12;

/// The schema, as strict endpoints want it: every key required, nothing besides. The category comes first, so that a
/// reply that is cut off still names it; serde's maps are sorted, and so are these keys.
///
/// Limits of numbers and lengths stand in the descriptions only: strict modes that do not know `minimum` or `maxLength`
/// refuse the whole schema, and what comes is validated here anyway.
pub(super) fn schema(categories: &[Category]) -> Value {
    let labels: Vec<&str> = categories.iter().map(|category| category.id.as_str()).collect();
    json!({
        "type": "object",
        "properties": {
            "category": {"type": "string", "enum": labels},
            "confidence": {"type": "number", "description": "how sure you are, from 0 to 1"},
            "follow_up": {"type": "boolean", "description": "whether the message continues the previous turn"},
            "reason": {"type": "string", "description": format!("why, in at most {REASON_WORDS} words")},
        },
        "required": ["category", "confidence", "follow_up", "reason"],
        "additionalProperties": false,
    })
}

/// The same in words. Said with a schema, too: some endpoints accept one and pay no heed to it.
pub(super) fn in_words(categories: &[Category]) -> String {
    let labels: Vec<String> = categories.iter().map(|category| format!("\"{}\"", category.id)).collect();
    format!(
        "Reply with one JSON object and nothing else. Its keys: \"category\" (one of {}), \"confidence\" (a number from \
         0 to 1: how sure you are), \"follow_up\" (true if the message continues the previous turn, else false), \
         \"reason\" (why, in at most {REASON_WORDS} words).",
        labels.join(", ")
    )
}
