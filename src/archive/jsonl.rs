//! Our own format, one JSON object a line: what is exported as a backup, and taken in again without loss.
//!
//! `docs/history.md` describes it. Reading says which line is wrong and why; a file of a later version is refused.

use super::Mistake;
use super::contents::Contents;
use super::decode;
use super::json::Rest;
use super::record::{Blob, Conversation, Entry, HISTORY, Header, Turn, TurnEntry, VERSION, v1};
use crate::chat::ConversationId;
use crate::store::ExportedTurn;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The first line.
pub(super) fn head() -> String {
    line(&Header { pointsman: HISTORY.to_owned(), version: VERSION })
}

/// The lines of a conversation.
pub(super) fn chat(conversation: Conversation, turns: Vec<Turn>) -> String {
    let id = conversation.id;
    let turns = turns.into_iter().map(|turn| Entry::Turn(Box::new(TurnEntry { conversation: id, turn })));
    std::iter::once(Entry::Conversation(conversation)).chain(turns).map(|entry| line(&entry)).collect()
}

/// The line of a blob.
pub(super) fn blob(blob: Blob) -> String {
    line(&Entry::<Turn>::Blob(blob))
}

/// The lines of what belongs to no conversation.
pub(super) fn rest(rest: Rest) -> String {
    let Rest { decisions, lessons, verdicts } = rest;
    let decisions = decisions.into_iter().map(|decision| Entry::<Turn>::Decision(Box::new(decision)));
    let lessons = lessons.into_iter().map(Entry::Lesson);
    decisions.chain(lessons).chain(verdicts.into_iter().map(Entry::Verdict)).map(|entry| line(&entry)).collect()
}

/// One object and a newline.
pub(super) fn line(value: &impl Serialize) -> String {
    // Nothing that is written here has keys that are no text, which is all that could fail.
    let mut line = serde_json::to_string(value).unwrap_or_default();
    line.push('\n');
    line
}

/// Reads a whole file.
pub(super) fn read(text: &str) -> Result<Contents, Mistake> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (at, first) = lines.next().unwrap_or_default();
    let header: Value = serde_json::from_str(first).map_err(|error| Mistake::json(at, &error))?;
    let version = check(&header["pointsman"], &header["version"]).map_err(|why| Mistake::at(at, why))?;
    let mut contents = Contents::default();
    for (at, line) in lines {
        let added = match version {
            1 => add::<v1::Turn>(&mut contents, line, decode::old_turn),
            _ => add::<Turn>(&mut contents, line, decode::turn),
        };
        added.map_err(|mistake| mistake.at_line(at))?;
    }
    Ok(contents)
}

/// Why a line cannot be taken in.
enum Wrong {
    Json(serde_json::Error),
    Content(String),
}

impl Wrong {
    fn at_line(self, before: usize) -> Mistake {
        match self {
            Self::Json(error) => Mistake::json(before, &error),
            Self::Content(why) => Mistake::at(before, why),
        }
    }
}

/// Adds what a line says; its turns are of one version.
fn add<T: DeserializeOwned>(
    contents: &mut Contents,
    line: &str,
    turn: fn(T, ConversationId) -> ExportedTurn,
) -> Result<(), Wrong> {
    let added = match serde_json::from_str::<Entry<T>>(line).map_err(Wrong::Json)? {
        Entry::Conversation(conversation) => contents.begin(conversation),
        Entry::Turn(entry) => contents.turn(turn(entry.turn, entry.conversation)),
        Entry::Blob(blob) => contents.blob(&blob),
        Entry::Decision(decision) => {
            contents.decisions.push(*decision);
            Ok(())
        }
        Entry::Lesson(lesson) => {
            contents.lessons.push(lesson);
            Ok(())
        }
        Entry::Verdict(verdict) => {
            contents.verdicts.push(verdict);
            Ok(())
        }
        Entry::Unknown => {
            contents.left_out.count("lines of a kind that only a newer pointsman knows");
            Ok(())
        }
    };
    added.map_err(Wrong::Content)
}

/// The version of a file that says this of itself; why it cannot be read.
pub(super) fn check(pointsman: &Value, version: &Value) -> Result<u64, String> {
    match (pointsman.as_str(), version.as_u64()) {
        (Some(HISTORY), Some(version @ 1..=VERSION)) => Ok(version),
        (Some(HISTORY), Some(version)) => Err(format!(
            "it is a history of version {version}, and this pointsman reads up to {VERSION}; use a newer pointsman"
        )),
        (Some(HISTORY), None) => Err("the version of this history is missing".to_owned()),
        _ => Err("it does not begin like a history of pointsman".to_owned()),
    }
}
