//! The same history as one JSON document, for programs that want all of it at once. Written piece by piece, so that
//! whoever writes it needs no more memory than the longest conversation.

use super::Mistake;
use super::contents::Contents;
use super::jsonl::{self, line};
use super::record::{Conversation, Decision, HISTORY, Lesson, Turn, VERSION, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A conversation with its turns inside.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Chat {
    #[serde(flatten)]
    pub(super) conversation: Conversation,
    #[serde(default)]
    pub(super) turns: Vec<Turn>,
}

/// What belongs to no conversation.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Rest {
    pub(super) decisions: Vec<Decision>,
    pub(super) lessons: Vec<Lesson>,
    pub(super) verdicts: Vec<Verdict>,
}

#[derive(Debug, Deserialize)]
struct Document {
    #[serde(default)]
    conversations: Vec<Chat>,
    #[serde(flatten)]
    rest: Rest,
}

/// Up to the first conversation.
pub(super) fn head() -> String {
    format!("{{\"pointsman\":\"{HISTORY}\",\"version\":{VERSION},\"conversations\":[\n")
}

/// A conversation; every one but the `first` has a comma before it.
pub(super) fn chat(chat: &Chat, first: bool) -> String {
    let comma = if first { "" } else { "," };
    format!("{comma}{}", line(chat))
}

/// From the last conversation to the end.
pub(super) fn tail(rest: &Rest) -> String {
    let object = line(rest);
    // Its braces are those of the document.
    format!("],{}", object.trim_start_matches('{'))
}

/// Reads a whole document.
pub(super) fn read(text: &str, now: Timestamp) -> Result<Contents, Mistake> {
    let wrong = |error: serde_json::Error| Mistake::json(0, &error);
    let header: Header = serde_json::from_str(text).map_err(wrong)?;
    jsonl::check(&header.pointsman, &header.version).map_err(|why| Mistake::at(0, why))?;
    let document: Document = serde_json::from_str(text).map_err(wrong)?;
    let Rest { decisions, lessons, verdicts } = document.rest;
    let mut contents = Contents::new(now);
    (contents.decisions, contents.lessons, contents.verdicts) = (decisions, lessons, verdicts);
    for Chat { conversation, turns } in document.conversations {
        let id = conversation.id;
        contents.begin(conversation).map_err(Mistake::somewhere)?;
        for turn in turns {
            contents.turn(id, turn).map_err(Mistake::somewhere)?;
        }
    }
    Ok(contents)
}

/// What says whether the rest can be read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Header {
    pointsman: Value,
    version: Value,
}
