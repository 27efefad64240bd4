//! Finding what was said: every prompt and answer that contains all the words of a text, the newest first.
//!
//! What the user types is text and never syntax. Words are found wherever they stand, in any case: parts of
//! identifiers, and scripts without spaces. The index (`FTS5`, trigrams, `detail = none`) knows which turns contain all
//! groups of three characters of a word; those turns are read and looked at. A word of one or two characters is in no
//! index: turns are read from the newest on, no more than [`READ_BYTES_MAX`]. Nor is a turn that is not over.
//!
//! Measured with 100,000 messages. `python3 tools/search_index.py`: this index takes 101 MB for 62 MB of turns and 0.29 ms
//! a turn; trigrams with their places take 245 MB and 0.68 ms and find nothing sooner. Words (`unicode61` with prefixes)
//! take 104 MB and 0.32 ms, are found sooner, and find no word of Chinese and no identifier by its middle.
//! `cargo bench --bench history`, two busy cores: half of all searches take 0.1 to 20 ms, 95 of 100 less than 40; those for
//! one or two characters that are rare take 60 to 80 ms. Taking a turn out of the index takes about 70 ms, since nothing
//! of it is left behind: only what is over is put in.

use super::value::{self, Columns};
use super::{Pending, Store, turns};
use crate::chat::{ConversationId, TurnId};
use jiff::Timestamp;
use regex::{Regex, RegexBuilder, bytes};
use rusqlite::{Connection, OptionalExtension, params};
use std::cmp::Reverse;

/// How many bytes of prompts and answers are looked at before the search gives up: a tenth of a second's worth.
const READ_BYTES_MAX: usize = 64 << 20;
/// How many characters of a text are searched for; users type less, and what was pasted is found by its beginning.
const QUERY_CHARS_MAX: usize = 400;
/// How many groups of three characters are asked of the index for one word.
const GROUPS_MAX: usize = 32;
/// How many characters of a snippet stand before what was found, and how many it has at most.
const SNIPPET_CHARS_BEFORE: usize = 30;
const SNIPPET_CHARS_MAX: usize = 160;

/// A turn in which something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The conversation.
    pub chat: ConversationId,
    /// What it is called.
    pub title: String,
    /// Whether it is put away.
    pub archived: bool,
    /// The turn.
    pub turn: TurnId,
    /// Whether the snippet is of the answer.
    pub in_answer: bool,
    /// When the turn was asked.
    pub asked_at: Timestamp,
    /// The place where it was found, in one line: pieces of text, and whether they are what was found.
    pub snippet: Vec<(String, bool)>,
}

impl Store {
    /// The newest turns whose prompt and answer contain every word of `text`; what stands between quotes is one word.
    pub fn search(&self, text: String, limit: usize) -> Pending<Vec<Hit>> {
        self.run("the chats could not be searched", move |connection| search(connection, &text, limit))
    }
}

fn search(connection: &Connection, text: &str, limit: usize) -> rusqlite::Result<Vec<Hit>> {
    let Some(wanted) = Wanted::new(text) else { return Ok(Vec::new()) };
    // What is not over has its answer in pieces, and is in no index.
    let pieces = format!(
        "(SELECT group_concat(body, '' ORDER BY block, seq) FROM blocks
          WHERE turn = t.id AND step = ({}) AND kind = 'text')",
        turns::SHOWN_STEP
    );
    if wanted.groups.is_none() {
        let answer = format!("iif(t.ending IS NULL, {pieces}, b.body)");
        let all = "t.withdrawn = 0 AND ? IS NULL ORDER BY t.id DESC";
        return wanted.among(connection, &answer, "turns t", all, limit);
    }
    let open = "t.ending IS NULL AND t.withdrawn = 0 AND ? <> '' ORDER BY t.id DESC";
    let mut hits = wanted.among(connection, &pieces, "turns t", open, limit)?;
    let ended = "words w CROSS JOIN turns t ON t.id = w.rowid";
    let matching = "words MATCH ? ORDER BY w.rowid DESC";
    hits.extend(wanted.among(connection, "b.body", ended, matching, limit)?);
    hits.sort_by_key(|hit| Reverse(hit.turn));
    // One may have ended between the two.
    hits.dedup_by_key(|hit| hit.turn);
    hits.truncate(limit);
    Ok(hits)
}

/// What is searched for.
struct Wanted {
    words: Vec<bytes::Regex>,
    any: Regex,
    /// What the index is asked for; `None` when all words are too short for it.
    groups: Option<String>,
}

impl Wanted {
    /// `None` when the text says nothing.
    fn new(text: &str) -> Option<Self> {
        let text: String = text.chars().map(|c| if c == '\0' { ' ' } else { c }).take(QUERY_CHARS_MAX).collect();
        let mut words = words(&text);
        // Of two words that begin alike, the longer one is to be marked.
        words.sort_by_key(|word| Reverse(word.len()));
        words.dedup();
        let groups: Vec<String> = words.iter().flat_map(|word| groups(word)).collect();
        let pattern = |text: &str| RegexBuilder::new(text).case_insensitive(true).build().ok();
        let word = |text: &String| bytes::RegexBuilder::new(text).case_insensitive(true).build().ok();
        let literal: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
        Some(Self {
            any: pattern(&literal.join("|")).filter(|_| !words.is_empty())?,
            words: literal.iter().map(word).collect::<Option<_>>()?,
            groups: (!groups.is_empty()).then(|| groups.join(" AND ")),
        })
    }

    /// The first turns `from` these tables, and `which` of them, that have all words in the prompt or in this `answer`; the
    /// groups are the one parameter.
    fn among(
        &self,
        connection: &Connection,
        answer: &str,
        from: &str,
        which: &str,
        limit: usize,
    ) -> rusqlite::Result<Vec<Hit>> {
        let mut turns = connection.prepare(&format!(
            "SELECT iif(t.origin IS 'continued', '', t.prompt) AS prompt, {answer} AS answer, t.id, t.asked_at, t.conversation
             FROM {from} LEFT JOIN blocks b ON b.id = t.answer_block WHERE {which}"
        ))?;
        // Asked for what is found only: a join would ask it for all that is read.
        let mut heads = connection.prepare(
            "SELECT title, archived_at IS NOT NULL AS archived FROM conversations WHERE id = ? AND deleted_at IS NULL",
        )?;
        let columns = Columns::of(&turns);
        let (prompt_at, answer_at) = (columns.at("prompt"), columns.at("answer"));
        let mut rows = turns.query(params![self.groups])?;
        let (mut hits, mut read) = (Vec::new(), 0);
        while hits.len() < limit
            && read < READ_BYTES_MAX
            && let Some(row) = rows.next()?
        {
            // As bytes: making sure that they are text takes as long as looking at them.
            let (prompt, answer) = (row.get_ref(prompt_at)?, row.get_ref(answer_at)?);
            let (said, told) = (prompt.as_bytes()?, answer.as_bytes_or_null()?.unwrap_or_default());
            read += said.len() + told.len();
            let Some(in_answer) = self.is_in(said, told) else { continue };
            let chat: i64 = row.get(columns.at("conversation"))?;
            let head =
                heads.query_row([chat], |head| Ok((value::text(head, "title")?, head.get("archived")?))).optional()?;
            let Some((title, archived)) = head else { continue };
            hits.push(Hit {
                chat: ConversationId(value::count(row, columns.at("conversation"))?),
                title,
                archived,
                turn: TurnId(value::count(row, columns.at("id"))?),
                in_answer,
                asked_at: value::time(row, columns.at("asked_at"))?,
                snippet: self.snippet(&value::text(row, if in_answer { answer_at } else { prompt_at })?),
            });
        }
        Ok(hits)
    }

    /// Whether all words are there, and whether the answer is needed for that.
    fn is_in(&self, prompt: &[u8], answer: &[u8]) -> Option<bool> {
        let mut in_answer = false;
        for word in &self.words {
            if !word.is_match(prompt) {
                if !word.is_match(answer) {
                    return None;
                }
                in_answer = true;
            }
        }
        Some(in_answer)
    }

    /// The surroundings of the first word that is found.
    fn snippet(&self, text: &str) -> Vec<(String, bool)> {
        let found = self.any.find(text).map_or(0, |found| found.start());
        let before = text.get(..found).unwrap_or_default();
        let from = before.char_indices().rev().nth(SNIPPET_CHARS_BEFORE - 1).map_or(0, |(at, _)| at);
        let rest = text.get(from..).unwrap_or_default();
        let cut = rest.char_indices().nth(SNIPPET_CHARS_MAX).map(|(at, _)| at);
        let shown = rest.get(..cut.unwrap_or(rest.len())).unwrap_or_default();
        let mut pieces = Vec::new();
        let mut plain = if from > 0 { "…".to_owned() } else { String::new() };
        let mut at = 0;
        for found in self.any.find_iter(shown) {
            plain += &in_one_line(shown.get(at..found.start()).unwrap_or_default());
            if !plain.is_empty() {
                pieces.push((std::mem::take(&mut plain), false));
            }
            pieces.push((in_one_line(found.as_str()), true));
            at = found.end();
        }
        plain += &in_one_line(shown.get(at..).unwrap_or_default());
        plain += if cut.is_some() { "…" } else { "" };
        if !plain.is_empty() {
            pieces.push((plain, false));
        }
        pieces
    }
}

/// The words of a text: what spaces part, but for what stands between quotes at both its ends.
fn words(text: &str) -> Vec<&str> {
    let quoted = text.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    match quoted.map(str::trim).filter(|text| !text.is_empty() && !text.contains('"')) {
        Some(phrase) => vec![phrase],
        None => text.split_whitespace().collect(),
    }
}

/// All groups of three characters in a word, each quoted so that it is no syntax; none in a shorter word.
fn groups(word: &str) -> Vec<String> {
    let characters: Vec<char> = word.chars().collect();
    let group = |three: &[char]| format!("\"{}\"", three.iter().collect::<String>().replace('"', "\"\""));
    characters.windows(3).take(GROUPS_MAX).map(group).collect()
}

fn in_one_line(text: &str) -> String {
    text.replace(char::is_whitespace, " ")
}
