//! The documents that `ChatGPT` writes beside a conversation, on its canvas: sent to a tool as JSON, shown to the user as the
//! answer. Knows one message only: which document an update belongs to is not looked for.

use super::super::markdown::fenced;
use serde::Deserialize;
use serde_json::Value;

/// What the canvas' tools begin with.
const CANVAS: &str = "canmore.";
/// What the type of a document of code begins with; behind it stands the language.
const CODE: &str = "code/";
/// The pattern of an update that writes the whole document anew.
const ALL: &str = ".*";

/// What was sent to the canvas. Of each tool some fields are there.
#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    r#type: String,
    content: Option<String>,
    #[serde(default)]
    updates: Vec<Update>,
    #[serde(default)]
    comments: Vec<Comment>,
}

#[derive(Deserialize)]
struct Update {
    #[serde(default)]
    pattern: String,
    replacement: String,
}

#[derive(Deserialize)]
struct Comment {
    comment: String,
}

/// Whether a message to `recipient` is for the canvas.
pub(super) fn is_canvas(recipient: &str) -> bool {
    recipient.starts_with(CANVAS)
}

/// What the user saw of a message to the canvas: a new document, the passages that were written anew, or comments. `None`
/// where it is nothing that is known here.
pub(super) fn shown(metadata: &Value, text: &str) -> Option<String> {
    let sent: Sent = serde_json::from_str(text).ok()?;
    let kind = match sent.r#type.as_str() {
        "" => metadata["canvas"]["textdoc_type"].as_str().unwrap_or_default(),
        kind => kind,
    };
    let document =
        |text: &str| kind.strip_prefix(CODE).map_or_else(|| text.to_owned(), |language| fenced(text, language));
    let update = |update: &Update| match update.pattern.as_str() {
        // A passage says by itself not what it is of.
        pattern if pattern != ALL && kind.is_empty() => fenced(&update.replacement, ""),
        _ => document(&update.replacement),
    };
    let written = sent.content.iter().map(|text| document(text));
    let comments = sent.comments.iter().map(|comment| format!("- {}", comment.comment));
    let comments: Vec<String> = comments.collect();
    let shown: Vec<String> = written
        .chain(sent.updates.iter().map(update))
        .chain((!comments.is_empty()).then(|| comments.join("\n")))
        .filter(|text| !text.trim().is_empty())
        .collect();
    (!shown.is_empty()).then(|| shown.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn documents_updates_and_comments_are_what_the_user_saw_of_them() {
        for (sent, seen) in [
            (json!({"name": "x.py", "type": "code/python", "content": "print(42)"}), Some("```python\nprint(42)\n```")),
            (json!({"name": "a", "type": "document", "content": "# Title"}), Some("# Title")),
            (json!({"updates": [{"pattern": ".*", "multiple": false, "replacement": "# New"}]}), Some("# New")),
            (json!({"updates": [{"pattern": "a+", "replacement": "b"}]}), Some("```\nb\n```")),
            (
                json!({"comments": [{"pattern": "x", "comment": "Too long"}, {"comment": "Why?"}]}),
                Some("- Too long\n- Why?"),
            ),
            (json!({"name": "a", "type": "document", "content": " "}), None),
            (json!({"updates": "all"}), None),
            (json!(7), None),
        ] {
            assert_eq!(shown(&Value::Null, &sent.to_string()).as_deref(), seen, "{sent}");
        }
        let of_code = json!({"canvas": {"textdoc_type": "code/go"}});
        let update = json!({"updates": [{"pattern": "a+", "replacement": "b"}]}).to_string();
        assert_eq!(shown(&of_code, &update).as_deref(), Some("```go\nb\n```"));
    }
}
