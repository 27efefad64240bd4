//! Conversations as files: what is exported, and what is taken in.
//!
//! Pure: texts in, texts out; the command line reads and writes the files. Stands above the store, whose plain types
//! it turns into a format and back; the formats' own shapes are in `record`, so that a type of the program can change
//! and a file cannot. Must not know the engine or a face.
//!
//! Every text of a file is cleaned where it enters (`clean`).

mod beside;
mod chatgpt;
mod clean;
mod contents;
mod decode;
mod encode;
mod json;
mod jsonl;
mod lenient;
mod markdown;
mod record;

pub use beside::{Beside, FileBeside, file_name, in_folder};
pub use markdown::Page;

use crate::attach::Attached;
use crate::chat::{Blob, BlobHash};
use crate::store::{Bundle, ExportedChat, Loose};
use crate::text::sanitize::one_line;
use contents::Contents;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;

/// How a history is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line: the backup.
    Jsonl,
    /// One JSON document.
    Json,
    /// For reading.
    Markdown,
}

/// Writes a history piece by piece: first [`Writer::head`], then the conversations, then the blobs that they refer to,
/// each once, then [`Writer::tail`].
#[derive(Debug)]
pub struct Writer {
    format: Format,
    reasoning: bool,
    timezone: TimeZone,
    chats: usize,
    blobs: usize,
    beside: Option<Beside>,
}

impl Writer {
    /// One of `format`. A backup has the model's reasoning in any case; the others have it when `reasoning` says so.
    pub fn new(format: Format, reasoning: bool, timezone: TimeZone) -> Self {
        Self { format, reasoning: reasoning || format == Format::Jsonl, timezone, chats: 0, blobs: 0, beside: None }
    }

    /// For reading, with pictures and files in the folder of that name beside it; without a name, in the one that
    /// [`in_folder`] names.
    #[must_use]
    pub fn beside(self, folder: Option<&OsStr>) -> Self {
        Self { beside: Some(folder.map_or_else(Beside::unnamed, Beside::in_folder)), ..self }
    }

    /// Names the files that lie beside the next conversation, without those that an earlier one has, too.
    pub fn files(&mut self, chat: &ExportedChat) -> Vec<(String, BlobHash)> {
        self.beside.as_mut().map(|beside| beside.name(chat)).unwrap_or_default()
    }

    /// Of such a file there is no content: only its name is written.
    pub fn lacks(&mut self, hash: &BlobHash) {
        if let Some(beside) = &mut self.beside {
            beside.lacks(hash);
        }
    }

    /// What stands before the first conversation.
    pub fn head(&self) -> String {
        match self.format {
            Format::Jsonl => jsonl::head(),
            Format::Json => json::head(),
            Format::Markdown => String::new(),
        }
    }

    /// The next conversation.
    pub fn chat(&mut self, chat: &ExportedChat) -> String {
        let first = self.chats == 0;
        self.chats += 1;
        match self.format {
            Format::Markdown => {
                let page = encode::page(chat, self.reasoning, self.timezone.clone(), self.beside.as_ref());
                if first { page } else { format!("\n{page}") }
            }
            Format::Json => json::chat(&encode::object(chat, self.reasoning), first),
            Format::Jsonl => {
                let (conversation, turns) = encode::chat(chat);
                jsonl::chat(conversation, turns)
            }
        }
    }

    /// The next blob. What is for reading has none.
    pub fn blob(&mut self, blob: &Blob) -> String {
        let first = self.blobs == 0;
        self.blobs += 1;
        match self.format {
            Format::Json => json::blob(&encode::blob(blob), first),
            Format::Jsonl => jsonl::blob(encode::blob(blob)),
            Format::Markdown => String::new(),
        }
    }

    /// Whether blobs are written at all.
    pub fn has_blobs(&self) -> bool {
        self.format != Format::Markdown
    }

    /// What stands behind the last conversation: decisions without a turn, lessons, verdicts. For reading there is
    /// nothing in them.
    pub fn tail(&self, loose: &Loose) -> String {
        let rest = encode::rest(loose);
        match self.format {
            Format::Jsonl => jsonl::rest(rest),
            Format::Json => json::tail(&rest),
            Format::Markdown => String::new(),
        }
    }
}

/// One conversation as the object that it is in a document, on a line.
pub fn object(chat: &ExportedChat) -> String {
    jsonl::line(&encode::object(chat, true))
}

/// The blobs that a conversation refers to.
pub fn blobs(chat: &ExportedChat) -> impl Iterator<Item = &BlobHash> {
    let turns = chat.turns.iter().flat_map(|kept| {
        let attached = kept.turn.ask.prompt.attachments.iter().map(|attachment| &attachment.blob.hash);
        let blocks = kept.turn.steps.iter().flat_map(|step| &step.blocks);
        attached.chain(blocks.filter_map(|block| Some(&block.blob()?.hash)))
    });
    turns.chain(chat.place.attached().map(|attachment| &attachment.blob.hash))
}

/// The blobs that a conversation shows to its reader.
pub fn shown_blobs(chat: &ExportedChat) -> impl Iterator<Item = &BlobHash> {
    beside::shown(chat).map(|(_, blob)| &blob.hash)
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Our own lines.
    Jsonl,
    /// Our own document.
    Json,
    /// `ChatGPT`'s conversations.
    ChatGpt,
}

/// What was found in a file.
#[derive(Debug)]
pub struct Found {
    /// What the file is.
    pub source: Source,
    /// What the store takes in.
    pub bundle: Bundle,
    /// What of the file was not, a line each.
    pub left_out: Vec<String>,
}

/// Reads a file of any kind that is known here.
///
/// # Errors
/// When it is of no known kind, or something in it is wrong.
pub fn read(bytes: &[u8]) -> Result<Found, Mistake> {
    read_with(bytes, &|_| None)
}

/// Reads a file of any kind as [`read`] does. `find` finds what `ChatGPT`'s conversations name by an id and what lies beside
/// them, ready to be attached.
///
/// # Errors
/// When it is of no known kind, or something in it is wrong.
pub fn read_with(bytes: &[u8], find: &dyn Fn(&str) -> Option<Attached>) -> Result<Found, Mistake> {
    let source = detect(bytes)?;
    let contents = match source {
        Source::Jsonl => jsonl::read(text(bytes)?)?,
        Source::Json => json::read(text(bytes)?)?,
        Source::ChatGpt => {
            let export = chatgpt::read(without_mark(bytes), find)?;
            let mut contents = Contents::default();
            let turns = |id, turns: Vec<_>| turns.into_iter().map(|turn| decode::turn(turn, id)).collect();
            let chats = export.chats.into_iter().map(|(chat, of)| (chat.id, chat, of));
            contents.chats = chats.map(|(id, chat, of)| (chat, turns(id, of))).collect();
            contents.blobs = export.blobs;
            contents.left_out = export.left_out;
            contents
        }
    };
    let left_out = contents.left_out.lines();
    Ok(Found { source, bundle: decode::bundle(contents), left_out })
}

/// Tells what a file is by its beginning.
///
/// # Errors
/// When it is nothing that is known here.
pub fn detect(bytes: &[u8]) -> Result<Source, Mistake> {
    #[derive(Deserialize)]
    struct Beginning {
        conversations: Option<IgnoredAny>,
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Mistake::somewhere("it is a ZIP file, which can only be read by its name"));
    }
    let begins = without_mark(bytes).trim_ascii_start();
    match begins.first() {
        None => Err(Mistake::somewhere("it is empty")),
        Some(b'[') => Ok(Source::ChatGpt),
        // A line that is an object of its own begins our lines; a document is longer, or has everything in one.
        Some(b'{') => match serde_json::from_slice(begins.split(|byte| *byte == b'\n').next().unwrap_or_default()) {
            Ok(Beginning { conversations: None }) => Ok(Source::Jsonl),
            _ => Ok(Source::Json),
        },
        Some(_) => {
            let what = "it is neither a history of pointsman (JSONL or JSON) nor ChatGPT's conversations.json";
            Err(Mistake::somewhere(what))
        }
    }
}

/// `bytes` without the mark of UTF-8 that some programs begin files with.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn text(bytes: &[u8]) -> Result<&str, Mistake> {
    std::str::from_utf8(without_mark(bytes)).map_err(|error| {
        let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        Mistake::at(line, "it is not UTF-8 text")
    })
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Mistake {
    /// The line, counted from 1, where that is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl Mistake {
    /// In the line behind so many others.
    fn at(before: usize, why: impl Into<String>) -> Self {
        Self { line: Some(before + 1), why: why.into() }
    }

    fn somewhere(why: impl Into<String>) -> Self {
        Self { line: None, why: why.into() }
    }

    /// In JSON that begins behind so many lines.
    fn json(before: usize, error: &serde_json::Error) -> Self {
        let message = error.to_string();
        // The place is said once, and counted in the file.
        let why = message.rsplit_once(" at line ").map_or(message.as_str(), |(why, _)| why);
        Self::at(before + error.line().max(1) - 1, one_line(why, 200))
    }
}

/// So many of what was left out are named.
const NAMED_MAX: usize = 5;

/// What of a file was not taken in, counted, and named where the user may want to look for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct LeftOut(BTreeMap<&'static str, (u64, Vec<String>)>);

impl LeftOut {
    fn count(&mut self, what: &'static str) {
        self.0.entry(what).or_default().0 += 1;
    }

    /// Counts something that is called `name`.
    fn name(&mut self, what: &'static str, name: String) {
        let (number, names) = self.0.entry(what).or_default();
        *number += 1;
        if names.len() < NAMED_MAX {
            names.push(name);
        }
    }

    fn lines(&self) -> Vec<String> {
        let named = |number: u64, names: &[String]| match (number - names.len() as u64, names) {
            (_, []) => String::new(),
            (0, names) => format!(" ({})", names.join("; ")),
            (more, names) => format!(" ({}; and {more} more)", names.join("; ")),
        };
        self.0.iter().map(|(what, (number, names))| format!("{what}: {number}{}", named(*number, names))).collect()
    }
}
