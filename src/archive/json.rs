//! The same history as one JSON document, for programs that want all of it at once. Written piece by piece, so that
//! writing it needs no more memory than the longest conversation.

use super::Mistake;
use super::contents::Contents;
use super::decode;
use super::jsonl::{self, line};
use super::record::{Blob, Conversation, Decision, HISTORY, Lesson, Turn, VERSION, Verdict, v1};
use crate::chat::ConversationId;
use crate::store::ExportedTurn;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A conversation with its turns inside.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Chat<Turn> {
    #[serde(flatten)]
    pub(super) conversation: Conversation,
    #[serde(default = "Vec::new")]
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
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct Document<T> {
    #[serde(default = "Vec::new")]
    conversations: Vec<Chat<T>>,
    #[serde(default)]
    blobs: Vec<Blob>,
    #[serde(flatten)]
    rest: Rest,
}

/// Up to the first conversation.
pub(super) fn head() -> String {
    format!("{{\"pointsman\":\"{HISTORY}\",\"version\":{VERSION},\"conversations\":[\n")
}

/// A conversation; every one but the `first` has a comma before it.
pub(super) fn chat(chat: &Chat<Turn>, first: bool) -> String {
    let comma = if first { "" } else { "," };
    format!("{comma}{}", line(chat))
}

/// A blob, behind the conversations; the `first` one ends them.
pub(super) fn blob(blob: &Blob, first: bool) -> String {
    let before = if first { "],\"blobs\":[\n" } else { "," };
    format!("{before}{}", line(blob))
}

/// From the last conversation or blob to the end.
pub(super) fn tail(rest: &Rest) -> String {
    let object = line(rest);
    // Its braces are those of the document.
    format!("],{}", object.trim_start_matches('{'))
}

/// Reads a whole document.
pub(super) fn read(text: &str) -> Result<Contents, Mistake> {
    let header: Header = serde_json::from_str(text).map_err(|error| Mistake::json(0, &error))?;
    match jsonl::check(&header.pointsman, &header.version).map_err(|why| Mistake::at(0, why))? {
        1 => add::<v1::Turn>(text, decode::old_turn),
        _ => add::<Turn>(text, decode::turn),
    }
}

/// Reads a document whose turns are of one version.
fn add<T: DeserializeOwned>(text: &str, kept: fn(T, ConversationId) -> ExportedTurn) -> Result<Contents, Mistake> {
    let document: Document<T> = serde_json::from_str(text).map_err(|error| Mistake::json(0, &error))?;
    let Rest { decisions, lessons, verdicts } = document.rest;
    let mut contents = Contents::default();
    (contents.decisions, contents.lessons, contents.verdicts) = (decisions, lessons, verdicts);
    for Chat { conversation, turns } in document.conversations {
        let id = conversation.id;
        contents.begin(conversation).map_err(Mistake::somewhere)?;
        for turn in turns {
            contents.turn(kept(turn, id)).map_err(Mistake::somewhere)?;
        }
    }
    for blob in &document.blobs {
        contents.blob(blob).map_err(Mistake::somewhere)?;
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
