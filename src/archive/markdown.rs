//! A conversation for reading, as Markdown.
//!
//! What the user wrote is quoted, so that no heading and no fence in it ends anything else. What the model wrote is
//! Markdown already and stays as it is; only a fence that it never closed is closed, or it would swallow what follows.
//! The branch in sight comes first, then every other one, so that nothing is lost without a word. Where files lie beside
//! the page, it links to them; elsewhere it names them.

use super::beside::Beside;
use crate::chat::{Attachment, Block, Conversation, Ending, Source, Stage, Turn, TurnId};
use crate::format::percent;
use crate::text::sanitize::{one_line, sanitize};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A conversation and how it is shown.
#[derive(Debug)]
pub struct Page<'a> {
    /// Its title.
    pub title: &'a str,
    /// When it began.
    pub started_at: Timestamp,
    /// Its turns.
    pub conversation: &'a Conversation,
    /// Turns that the user took back before they were answered.
    pub withdrawn: &'a BTreeSet<TurnId>,
    /// Whether the model's reasoning is shown, too.
    pub reasoning: bool,
    /// Where the reader is.
    pub timezone: TimeZone,
    /// The files beside it, where there are any.
    pub beside: Option<&'a Beside>,
}

impl Page<'_> {
    /// The whole page.
    pub fn text(&self) -> String {
        let all = self.conversation.all();
        let shown: BTreeSet<TurnId> = self.conversation.turns().iter().map(Turn::id).collect();
        let title = one_line(self.title, 200);
        let title = if title.is_empty() { "Untitled".to_owned() } else { escaped(&title) };
        let mut page = format!("# {title}\n\n*{}*\n", self.time(self.started_at));
        for turn in self.conversation.turns() {
            self.turn(turn, &mut page);
        }
        let mut before = None;
        for turn in all.into_iter().filter(|turn| !shown.contains(&turn.id())) {
            if turn.parent().is_none() || turn.parent() != before {
                let place = turn.parent().and_then(|parent| self.conversation.turn(parent));
                let place = place.map_or_else(
                    || "from the beginning".to_owned(),
                    |parent| format!("after “{}”", escaped(&one_line(parent.prompt(), 60))),
                );
                let _ = write!(page, "\n---\n\n**Another branch, {place}:**\n");
            }
            before = Some(turn.id());
            self.turn(turn, &mut page);
        }
        page
    }

    fn turn(&self, turn: &Turn, page: &mut String) {
        let asked_at = self.time(turn.asked_at());
        if turn.is_continuation() {
            let _ = write!(page, "\n## Continued, {asked_at}\n");
        } else {
            let _ = write!(page, "\n## You, {asked_at}\n\n{}", quoted(&sanitize(turn.prompt())));
        }
        for attachment in &*turn.ask.prompt.attachments {
            let _ = write!(page, "\n{}\n", self.attached(attachment));
        }
        if self.withdrawn.contains(&turn.id()) {
            page.push_str("\n*taken back before it was answered*\n");
            return;
        }
        let unknown = if turn.answer().trim().is_empty() { "No answer" } else { "Answer" };
        let model = turn.model().map_or(unknown, |model| model.as_str());
        let category = turn.category().map(|category| format!(", {}", line(category.as_str()))).unwrap_or_default();
        let _ = write!(page, "\n## {}{category}\n", line(model));
        if self.reasoning && !turn.reasoning().trim().is_empty() {
            let _ = write!(page, "\n> **Reasoning**\n>\n{}", quoted(&sanitize(turn.reasoning())));
        }
        let answer = sanitize(turn.answer());
        if !answer.trim().is_empty() {
            let _ = write!(page, "\n{}\n", closed(answer.trim_end()));
        }
        for block in turn.media() {
            let _ = write!(page, "\n{}\n", self.medium(block));
        }
        if !turn.sources().is_empty() {
            page.push_str("\n**Sources**\n\n");
            for (at, source) in turn.sources().iter().enumerate() {
                let _ = writeln!(page, "{}. {}", at + 1, cited(source));
            }
        }
        for remark in remarks(turn) {
            let _ = write!(page, "\n*{}*\n", line(&remark));
        }
    }

    /// A picture of an answer in its place, a link to a recording, or what it is.
    fn medium(&self, block: &Block) -> String {
        let name = block.media_name().unwrap_or_default();
        let link = block.blob().and_then(|blob| self.beside?.link(&blob.hash));
        match (link, block) {
            (Some(link), Block::Image(_)) => format!("![{name}]({link})"),
            (Some(link), _) => format!("[{name}]({link})"),
            (None, _) => format!("*{}*", line(&block.media_line().unwrap_or_default())),
        }
    }

    /// A file of a prompt: a picture in its place, a link to a text, or its name.
    fn attached(&self, attachment: &Attachment) -> String {
        let Attachment { name, blob, extent } = attachment;
        match self.beside.and_then(|beside| beside.link(&blob.hash)) {
            Some(link) if blob.is_image() => format!("![{}]({link})", line(name)),
            Some(link) => format!("[{}]({link})", line(name)),
            None => {
                let named = format!("{} {} {}", attachment.mark(), line(name), extent.words());
                format!("*attached: {}*", named.trim_end())
            }
        }
    }

    fn time(&self, time: Timestamp) -> String {
        time.to_zoned(self.timezone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// Why this model, and what the reader should know about the answer.
fn remarks(turn: &Turn) -> Vec<String> {
    let why = turn.decision.as_ref().map(|decision| {
        let sure = decision.confidence().map(|sure| format!(" {}", percent(sure))).unwrap_or_default();
        let corrected = turn.corrected().map(|to| format!("; you corrected it to {to}")).unwrap_or_default();
        format!("{} by {}{sure}: {}{corrected}", decision.category, decision.decider, decision.reason)
    });
    let end = match &turn.stage {
        Stage::Ended(_) => turn.end_remark(),
        _ => Ending::Interrupted.remark(turn.is_unanswered()),
    };
    why.into_iter().chain(turn.remarks()).chain(end).collect()
}

/// A source: its title, and the address, which is a link where it leads to the web.
fn cited(source: &Source) -> String {
    let Source { url, title } = source;
    let Some(link) = source.link() else { return line(&source.words()) };
    let address = link.chars().fold(String::with_capacity(link.len()), |mut address, c| {
        match c {
            '<' | '>' | '(' | ')' | '\\' => _ = write!(address, "%{:02X}", u32::from(c)),
            c => address.push(c),
        }
        address
    });
    let host = source.host().unwrap_or_default();
    if title.is_empty() {
        format!("[{}](<{address}>)", line(url))
    } else {
        format!("[{}](<{address}>) ({host})", line(title))
    }
}

/// A text on one line in which nothing is Markdown.
fn line(text: &str) -> String {
    escaped(&one_line(text, 400))
}

fn escaped(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for c in line.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '|') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// Every line behind a mark of quotation.
fn quoted(text: &str) -> String {
    text.lines().fold(String::new(), |mut quote, line| {
        let _ = writeln!(quote, "> {line}");
        quote
    })
}

/// `text` with its last fence closed.
fn closed(text: &str) -> String {
    let mut open: Option<(char, usize)> = None;
    for line in text.lines() {
        let bare = line.trim_start();
        let Some(mark) = bare.chars().next().filter(|c| matches!(c, '`' | '~')) else { continue };
        let length = bare.chars().take_while(|c| *c == mark).count();
        let rest = bare.trim_start_matches(mark);
        open = match open {
            None if length >= 3 && !(mark == '`' && rest.contains('`')) => Some((mark, length)),
            Some((with, least)) if mark == with && length >= least && rest.trim().is_empty() => None,
            other => other,
        };
    }
    match open {
        Some((mark, length)) => format!("{text}\n{}", mark.to_string().repeat(length)),
        None => text.to_owned(),
    }
}

/// `text` as a block of code, whatever fences are in it.
pub(super) fn fenced(text: &str, language: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ConversationId, Finish};
    use crate::examples::{self, TurnExample};

    fn turn(id: u64, parent: Option<u64>, prompt: &str, answer: &str) -> Turn {
        let asked = examples::turn(id, prompt).after(parent.map(TurnId));
        asked.by("a_model").saying(answer).ended(Ending::Answered(Finish::Stop))
    }

    fn page(turns: Vec<Turn>, reasoning: bool) -> String {
        let conversation = Conversation::restore(ConversationId(1), turns, None);
        let page = Page {
            title: "A *title*",
            started_at: Timestamp::UNIX_EPOCH,
            conversation: &conversation,
            withdrawn: &BTreeSet::new(),
            reasoning,
            timezone: TimeZone::UTC,
            beside: None,
        };
        page.text()
    }

    #[test]
    fn headings_and_open_fences_in_prompts_and_answers_stay_inside_them() {
        let text = page(vec![turn(1, None, "# Not a title\n```\n\nopen", "See:\n```rust\nfn main() {}")], false);
        assert_eq!(
            text,
            "# A \\*title\\*\n\n*1970-01-01 00:00*\n\n## You, 1970-01-01 00:00\n\n> # Not a title\n> ```\n> \n> open\n\n\
             ## a\\_model\n\nSee:\n```rust\nfn main() {}\n```\n"
        );
    }

    #[test]
    fn every_turn_of_every_branch_is_there_once_and_remarks_stand_behind_the_answer() {
        let stopped = turn(2, Some(1), "second", "half").ended(Ending::Stopped);
        let reasoned = turn(4, Some(1), "fourth", "d").thinking("thought");
        let turns = vec![turn(1, None, "first", "a"), stopped, turn(3, Some(2), "third", "c"), reasoned];
        let text = page(turns.clone(), false);
        for prompt in ["> first", "> second", "> third", "> fourth"] {
            assert_eq!(text.matches(prompt).count(), 1, "{prompt} in {text}");
        }
        assert!(text.contains("half\n\n*stopped*\n"), "{text}");
        assert_eq!(text.matches("Another branch, after “first”").count(), 1, "{text}");
        assert!(text.find("> fourth") < text.find("Another branch"), "what is in sight comes first: {text}");
        assert!(!text.contains("thought") && page(turns, true).contains("> **Reasoning**\n>\n> thought\n"));
    }

    #[test]
    fn a_fence_is_closed_only_where_it_is_open() {
        for whole in ["a", "```\na\n```", "~~~~\n```\n~~~\n~~~~", "`a` ```b``` c", "```a```"] {
            assert_eq!(closed(whole), whole);
        }
        assert_eq!(closed("````\n```"), "````\n```\n````");
        assert_eq!(fenced("a\n```b```", "md"), "````md\na\n```b```\n````");
    }
}
