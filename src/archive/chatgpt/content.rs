//! What one message of `ChatGPT` says, as text: the prompt, the answer, or what the model did on the way to it.
//!
//! What a model thinks, and what it tells tools and they tell it, is reasoning: kept, but never in the way. Of what is
//! no text and does not lie beside the export a mark stays, and is counted. Knows one message only, never the conversation.

use super::super::LeftOut;
use super::super::markdown::fenced;
use super::super::record::Attachment;
use super::canvas;
use super::files::Files;
use serde_json::Value;

/// A message in the terms of this program.
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// The pictures and files in it.
    pub(super) files: Vec<Attachment>,
    pub(super) model: Option<String>,
    pub(super) ending: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nothing,
    Prompt,
    Answer,
    Reasoning,
    Failure,
}

/// What a file counts as in the size of a message, in bytes.
const FILE_BYTES: usize = 256;

impl Piece {
    /// How much it takes to repeat it.
    pub(super) fn size(&self) -> usize {
        self.text.len() + FILE_BYTES * self.files.len()
    }
}

/// How a message ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Complete,
    /// The model may not say more at once.
    Full,
    /// The user stopped it, or it never came to an end.
    Stopped,
}

/// What `message` says; what of it was left out is counted.
pub(super) fn piece(message: &Value, beside: &mut Files<'_>, left_out: &mut LeftOut) -> Piece {
    let (content, metadata) = (&message["content"], &message["metadata"]);
    let of = |kind, text: String| {
        let kind = if text.trim().is_empty() { Kind::Nothing } else { kind };
        let model = metadata["model_slug"].as_str().map(str::to_owned);
        Piece { kind, text, files: Vec::new(), model, ending: ending(message) }
    };
    let nothing = || of(Kind::Nothing, String::new());
    let what = content["content_type"].as_str().unwrap_or("text");
    let role = message["author"]["role"].as_str().or(message["role"].as_str()).unwrap_or_default();
    let hidden = metadata["is_visually_hidden_from_conversation"] == true;
    if role == "system" || hidden {
        return nothing();
    }
    if matches!(what, "user_editable_context" | "model_editable_context") {
        left_out.count("messages of custom instructions");
        return nothing();
    }
    if what == "thoughts" {
        return of(Kind::Reasoning, thoughts(content));
    }
    let recipient = message["recipient"].as_str().unwrap_or("all");
    let mut files = Vec::new();
    // What a model and its tools show each other is reasoning, which has no pictures.
    let shows = match role {
        "user" => true,
        "tool" => what == "multimodal_text",
        "assistant" => recipient == "all" && !matches!(what, "system_error" | "reasoning_recap" | "code"),
        _ => false,
    };
    let text = spoken(content, left_out, |part| shows && beside.add_picture(part, metadata, &mut files));
    let with = |kind, text: String, files: Vec<Attachment>| match of(kind, text) {
        piece if files.is_empty() => piece,
        piece => Piece { kind, files, ..piece },
    };
    match role {
        "user" => {
            let text = with_listed(text, metadata, |file| beside.add_file(file, &mut files));
            with(Kind::Prompt, text, files)
        }
        // An image that a tool made is the answer; all else that it says is for the model.
        "tool" if !files.is_empty() || what == "multimodal_text" && text.contains(IMAGE) => {
            with(Kind::Answer, text, files)
        }
        "tool" => of(Kind::Reasoning, from_tool(message["author"]["name"].as_str().unwrap_or("tool"), &text)),
        "assistant" if what == "system_error" => of(Kind::Failure, text),
        "assistant" if what == "reasoning_recap" => of(Kind::Reasoning, text),
        "assistant" if canvas::is_canvas(recipient) => match canvas::shown(metadata, &text) {
            Some(document) => of(Kind::Answer, document),
            None => of(Kind::Reasoning, to_tool(recipient, content, &text)),
        },
        "assistant" if recipient != "all" => of(Kind::Reasoning, to_tool(recipient, content, &text)),
        "assistant" if what == "code" && !text.trim().is_empty() => of(Kind::Answer, code(content, &text)),
        "assistant" => with(Kind::Answer, without_marks(&text), files),
        _ if message.is_object() && !text.trim().is_empty() => {
            left_out.count("messages of an unknown role");
            nothing()
        }
        _ => nothing(),
    }
}

const IMAGE: &str = "[image]";

/// The texts of a message, with a mark for each thing that is none and that `takes` does not take.
fn spoken(content: &Value, left_out: &mut LeftOut, mut takes: impl FnMut(&Value) -> bool) -> String {
    let parts = content["parts"].as_array().or(content.as_array()).into_iter().flatten();
    let parts: Vec<String> = parts.filter_map(|part| self::part(part, left_out, &mut takes)).collect();
    let one = |key: &str| content[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let said = || content.as_str().map(str::to_owned);
    let plain =
        || said().or_else(|| one("text")).or_else(|| one("content")).or_else(|| one("result")).unwrap_or_default();
    if parts.is_empty() { plain() } else { parts.join("\n\n") }
}

fn part(part: &Value, left_out: &mut LeftOut, takes: &mut impl FnMut(&Value) -> bool) -> Option<String> {
    if let Some(text) = part.as_str() {
        return (!text.is_empty()).then(|| text.to_owned());
    }
    let what = part["content_type"].as_str().unwrap_or_default();
    let mark = if what.contains("image") {
        if takes(part) {
            return None;
        }
        left_out.count("images, for each of which a mark stays");
        IMAGE
    } else if let Some(text) = part["text"].as_str() {
        return (!text.is_empty()).then(|| text.to_owned());
    } else if what.contains("audio") || what.contains("video") {
        left_out.count("recordings, for each of which a mark stays");
        "[recording]"
    } else if part.is_object() {
        left_out.count("attachments, for each of which a mark stays");
        "[attachment]"
    } else {
        return None;
    };
    Some(mark.to_owned())
}

/// The prompt with the names of the files that came with it and that `takes` does not take. Of images it knows already.
fn with_listed(text: String, metadata: &Value, mut takes: impl FnMut(&Value) -> bool) -> String {
    let files = metadata["attachments"].as_array().into_iter().flatten();
    let other = files.filter(|file| !file["mime_type"].as_str().unwrap_or_default().starts_with("image/"));
    let names = other
        .filter(|file| !takes(file))
        .filter_map(|file| file["name"].as_str())
        .map(|name| format!("[file: {name}]"));
    std::iter::once(text).filter(|text| !text.is_empty()).chain(names).collect::<Vec<_>>().join("\n\n")
}

fn thoughts(content: &Value) -> String {
    let thoughts = content["thoughts"].as_array().into_iter().flatten();
    let texts = thoughts.flat_map(|thought| [&thought["summary"], &thought["content"]]).filter_map(Value::as_str);
    texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n")
}

fn code(content: &Value, text: &str) -> String {
    let language = content["language"].as_str().filter(|language| *language != "unknown").unwrap_or_default();
    fenced(text, language)
}

fn to_tool(tool: &str, content: &Value, text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!("To {tool}:\n\n{}", code(content, text)) }
}

fn from_tool(tool: &str, text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!("From {tool}:\n\n{}", fenced(text, "")) }
}

fn ending(message: &Value) -> Ending {
    let reason = &message["metadata"]["finish_details"]["type"];
    match (reason.as_str(), message["status"].as_str()) {
        (Some("interrupted"), _) | (_, Some("in_progress")) => Ending::Stopped,
        (Some("max_tokens"), _) => Ending::Full,
        _ => Ending::Complete,
    }
}

/// `text` without marks of citations: private characters around something that only `ChatGPT` can resolve. The name in a
/// mark of an entity is part of the sentence and stays.
fn without_marks(text: &str) -> String {
    const BEGIN: char = '\u{e200}';
    const END: char = '\u{e201}';
    const SEPARATOR: char = '\u{e202}';
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(BEGIN) {
        clean.push_str(before);
        // A mark that never ends is no mark.
        let Some((mark, after)) = behind.split_once(END) else {
            rest = behind;
            break;
        };
        if let Some(("entity", value)) = mark.split_once(SEPARATOR) {
            let value: Value = serde_json::from_str(value).unwrap_or_default();
            clean.push_str(value[1].as_str().unwrap_or_default());
        }
        rest = after;
    }
    clean.push_str(rest);
    clean.replace(|c| matches!(c, '\u{e200}'..='\u{e20f}'), "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn marks_of_citations_go_and_names_of_entities_stay() {
        let text = "By \u{e200}entity\u{e202}[\"company\",\"Acme\",0]\u{e201} now.\u{e200}cite\u{e202}turn0search1\u{e201} \
                    End\u{e203} of\u{e204} it \u{e200}cut";
        assert_eq!(without_marks(text), "By Acme now. End of it cut");
    }

    #[test]
    fn messages_of_any_shape_are_read() {
        let mut left_out = LeftOut::default();
        let mut beside = Files::new(&|_| None);
        for message in [
            json!(null),
            json!(7),
            json!({"author": null, "content": {"parts": null}}),
            json!({"author": {"role": "user"}, "content": {"content_type": 4, "parts": [null, 5, [], {}]}}),
            json!({"author": {"role": "assistant"}, "content": "text", "recipient": 9, "metadata": []}),
            json!({"author": {"role": "tool"}, "content": {"thoughts": 3, "content_type": "thoughts"}}),
        ] {
            piece(&message, &mut beside, &mut left_out);
        }
        assert_eq!(left_out.lines(), ["attachments, for each of which a mark stays: 1"]);
    }
}
