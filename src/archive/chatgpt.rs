//! Reads the `conversations.json` of `ChatGPT`: a list of conversations, each a tree of messages with one in sight.
//!
//! A turn is a message of the user with all that is said until the next one. Every branch is kept: an edited prompt and
//! a regenerated answer are turns beside the first. Names are made from the times and ids in the file, so that the same
//! file gives the same names. Owns the walk through the tree; how a message becomes text is `content`'s.

mod canvas;
mod content;
mod files;
mod tree;

pub(super) use files::Find;

use super::clean::{Line, Text, Time, Title};
use super::lenient::{Entries, Entry};
use super::record::{Attachment, Block, Conversation, Ending, Finish, Place, Step, Turn, Wish};
use super::{LeftOut, Mistake};
use crate::chat::{Blob, ConversationId, TurnId, id, title};
use crate::clock::LATEST;
use crate::text::sanitize::one_line;
use content::{Kind, Piece};
use files::Files;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use tree::Tree;
use twox_hash::XxHash3_64;

/// A turn has no more messages than this, and a conversation in all its branches no more messages and bytes of text than
/// so many times its own, and some: a file that is made to explode does not.
const MESSAGES: usize = 1_000;
const BYTES: usize = 1 << 16;
const COPIES: usize = 16;
/// How much of a title names what was left out, and how much is said of why, in characters.
const NAME_CHARS_MAX: usize = 40;
const WHY_CHARS_MAX: usize = 100;
/// What stands where two files were joined into one.
const BEHIND: &str = "what stands behind the end of the list: save it as a file of its own, and import that";
/// What is left out where a download or a disk ended too soon.
const BROKEN_OFF: &str = "conversations that break off with the file";

/// Everything in a file, and what of it was left out.
pub(super) struct Export {
    pub(super) chats: Vec<(Conversation, Vec<Turn>)>,
    pub(super) blobs: Vec<Blob>,
    pub(super) left_out: LeftOut,
}

/// What was read so far.
struct Reader<'a> {
    chats: Vec<(Conversation, Vec<Turn>)>,
    files: Files<'a>,
    left_out: LeftOut,
    chat_names: Taken,
    turn_names: Taken,
}

/// Reads a whole file, and what `find` finds beside it. One conversation after the other: the list as a whole would need
/// many times the file's size. A conversation that cannot be read is named, and the others come in.
///
/// # Errors
/// When nothing in it is a conversation.
pub(super) fn read(bytes: &[u8], find: &Find<'_>) -> Result<Export, Mistake> {
    let mut reader = Reader {
        chats: Vec::new(),
        files: Files::new(find),
        left_out: LeftOut::default(),
        chat_names: Taken::new(),
        turn_names: Taken::new(),
    };
    let (mut refused, mut any) = (None, false);
    let (mut number, mut is_whole) = (0, true);
    let mut entries = Entries::of(bytes);
    for entry in entries.by_ref() {
        (number, is_whole) = (number + 1, entry.is_whole);
        match reader.entry(number, &entry) {
            Ok(()) => any = true,
            Err(why) => drop(refused.get_or_insert((entry.offset, why))),
        }
    }
    if is_whole && !entries.has_ended {
        // It was cut between two conversations.
        reader.left_out.name(BROKEN_OFF, format!("all behind number {number} in the file"));
        refused.get_or_insert((bytes.len(), "the file breaks off".to_owned()));
    }
    if entries.has_more {
        reader.left_out.name(BEHIND, format!("all behind number {number} in the file"));
    }
    if let Some((offset, why)) = refused.filter(|_| !any) {
        let before = bytes.iter().take(offset).filter(|byte| **byte == b'\n').count();
        return Err(Mistake::at(before, why));
    }
    Ok(Export { chats: reader.chats, blobs: reader.files.blobs(), left_out: reader.left_out })
}

/// What an entry is called: by its title, or by its place in the file.
fn called(number: usize, entry: &Value) -> String {
    match one_line(entry["title"].as_str().unwrap_or_default(), NAME_CHARS_MAX) {
        title if title.is_empty() => format!("number {number} in the file"),
        title => format!("“{title}”"),
    }
}

impl Reader<'_> {
    /// Takes in an entry of the file; why it is no conversation, which is noted.
    fn entry(&mut self, number: usize, entry: &Entry<'_>) -> Result<(), String> {
        let (chat, is_mended) = match entry.value() {
            Ok(read) => read,
            Err(_) if !entry.is_whole => {
                self.left_out.name(BROKEN_OFF, called(number, &Value::Null));
                return Err("the file breaks off in the midst of a conversation".to_owned());
            }
            Err(error) => {
                let why = one_line(&error.to_string(), WHY_CHARS_MAX);
                self.left_out
                    .name("conversations that are no JSON", format!("{}, {why}", called(number, &Value::Null)));
                return Err(why);
            }
        };
        match chat.get("mapping") {
            Some(Value::Object(_)) => {
                if is_mended {
                    self.left_out.name("damaged characters or numbers, in conversations", called(number, &chat));
                }
                self.take(&chat);
                Ok(())
            }
            Some(Value::Null) => {
                self.left_out.name("conversations without messages", called(number, &chat));
                Ok(())
            }
            _ => {
                self.left_out.name("conversations without a 'mapping'", called(number, &chat));
                Err("this conversation has no 'mapping', as those of ChatGPT have".to_owned())
            }
        }
    }

    fn take(&mut self, chat: &Value) {
        let id = name(chat);
        let tree = Tree::of(&chat["mapping"]);
        let begun = time(&chat["create_time"]).or_else(|| tree.first_time()).unwrap_or(Timestamp::UNIX_EPOCH);
        let mut walk = Walk::new(chat, begun, &tree, self);
        walk.through();
        let (turns, at) = (walk.turns, walk.at);
        let Some(first) = turns.first() else { return self.left_out.count("conversations without a prompt") };
        let updated = time(&chat["update_time"]).or_else(|| turns.iter().map(|turn| turn.asked_at.0).max());
        let title = match Title::from(chat["title"].as_str().unwrap_or_default()) {
            Title(text) if text.is_empty() => {
                let file = first.attachments.first().filter(|_| first.prompt.0.trim().is_empty());
                Title::from(title(file.map_or(&first.prompt.0, |file| &file.name.0)))
            }
            title => title,
        };
        let leaf = chat["current_node"].as_str().and_then(|node| tree.find(node)).and_then(|node| at.get(&node));
        let conversation = Conversation {
            id: ConversationId(free(id::at(begun, hash(&[id])), &mut self.chat_names)),
            title,
            started_at: Time(begun),
            updated_at: Time(updated.unwrap_or(begun).max(begun)),
            archived: chat["is_archived"] == true,
            pinned: chat["is_starred"] == true,
            place: Place { leaf: leaf.map(|&turn| turns[turn].id), ..Place::default() },
        };
        self.chats.push((conversation, turns));
    }
}

/// The way through one conversation, every branch of it.
struct Walk<'a> {
    chat: &'a str,
    tree: &'a Tree<'a>,
    names: &'a mut Taken,
    left_out: &'a mut LeftOut,
    /// The model of answers that name none.
    model: Option<&'a str>,
    /// What each message is, and when it was said.
    pieces: Vec<Piece>,
    times: Vec<Timestamp>,
    /// For each message that belongs to a turn, how the turn is up to there.
    paths: HashMap<usize, Path>,
    turns: Vec<Turn>,
    /// The turn that ends with a message.
    at: HashMap<usize, usize>,
    /// The prompts that have a turn.
    asked: BTreeSet<usize>,
    /// How many messages, and how many bytes of them, may still be put into turns.
    messages: usize,
    bytes: usize,
}

/// A turn up to one of its messages. Branches share what they have in common, so that many of them cost no more.
#[derive(Clone, Copy)]
struct Path {
    prompt: usize,
    /// The message before; none before the prompt.
    before: Option<usize>,
    messages: usize,
    bytes: usize,
}

/// A message that is to be visited.
struct Visit {
    node: usize,
    when: Timestamp,
    /// The turn before.
    parent: Option<usize>,
    /// The last message of the turn so far; none before the first prompt.
    last: Option<usize>,
}

impl<'a> Walk<'a> {
    fn new(chat: &'a Value, begun: Timestamp, tree: &'a Tree<'a>, reader: &'a mut Reader<'_>) -> Self {
        let Reader { left_out, files, turn_names: names, .. } = reader;
        let pieces: Vec<Piece> = tree.nodes.iter().map(|node| content::piece(node.message, files, left_out)).collect();
        let bytes: usize = pieces.iter().map(Piece::size).sum();
        Self {
            chat: name(chat),
            tree,
            names,
            left_out,
            model: chat["default_model_slug"].as_str(),
            pieces,
            times: vec![begun; tree.nodes.len()],
            paths: HashMap::new(),
            turns: Vec::new(),
            at: HashMap::new(),
            asked: BTreeSet::new(),
            messages: COPIES * tree.nodes.len() + MESSAGES,
            bytes: COPIES * bytes + BYTES,
        }
    }

    fn through(&mut self) {
        let tree = self.tree;
        let first = |&node: &usize| Visit { node, when: self.times[node], parent: None, last: None };
        let mut visits: Vec<Visit> = tree.roots.iter().rev().map(first).collect();
        while let Some(Visit { node, when, mut parent, mut last }) = visits.pop() {
            let when = tree.nodes[node].time.unwrap_or(when);
            self.times[node] = when;
            let bytes = self.pieces[node].size();
            let path = last.and_then(|last| self.paths.get(&last).copied());
            match (&self.pieces[node].kind, path) {
                (Kind::Nothing, _) => {}
                (Kind::Prompt, _) => {
                    parent = self.finish(last, parent);
                    last = Some(node);
                    self.paths.insert(node, Path { prompt: node, before: None, messages: 1, bytes });
                }
                (_, None) => self.left_out.count("messages before the first prompt"),
                (_, Some(path)) if path.messages >= MESSAGES => {
                    self.left_out.count("messages of answers that have too many");
                }
                (_, Some(Path { prompt, messages, bytes: until, .. })) => {
                    self.paths
                        .insert(node, Path { prompt, before: last, messages: messages + 1, bytes: until + bytes });
                    last = Some(node);
                }
            }
            let children = &tree.nodes[node].children;
            if children.is_empty()
                && last.is_some()
                && let Some(turn) = self.finish(last, parent)
            {
                self.at.insert(node, turn);
            }
            visits.extend(children.iter().rev().map(|&node| Visit { node, when, parent, last }));
        }
    }

    /// The turn that ends with this message; the one before it when there is none. A message is the end of one turn only.
    fn finish(&mut self, last: Option<usize>, parent: Option<usize>) -> Option<usize> {
        let Some((last, path)) = last.and_then(|last| Some((last, *self.paths.get(&last)?))) else { return parent };
        if let Some(turn) = self.at.get(&last) {
            return Some(*turn);
        }
        let Path { prompt, messages, bytes, .. } = path;
        let (Some(messages), Some(bytes)) = (self.messages.checked_sub(messages), self.bytes.checked_sub(bytes)) else {
            self.left_out.count("branches of conversations that have too many");
            return parent;
        };
        (self.messages, self.bytes) = (messages, bytes);
        // Asked again, a prompt keeps its time, but is named by the later answer: so its turns are in their order.
        let named = if self.asked.insert(prompt) { self.times[prompt] } else { self.times[last] };
        let [first_id, last_id] = [prompt, last].map(|node| self.tree.nodes[node].id);
        let after = parent.map_or(0, |parent| self.turns[parent].id.0 + 1);
        let id = free(id::at(named, hash(&[self.chat, first_id, last_id])).max(after), self.names);
        let turn = Turn {
            id: TurnId(id),
            parent: parent.map(|parent| self.turns[parent].id),
            asked_at: Time(self.times[prompt]),
            ..self.spoken(last)
        };
        self.turns.push(turn);
        self.at.insert(last, self.turns.len() - 1);
        Some(self.turns.len() - 1)
    }

    /// What the messages of a turn say, up to its last one.
    fn spoken(&self, last: usize) -> Turn {
        let before = |node: &usize| self.paths.get(node).and_then(|path| path.before);
        let mut path: Vec<usize> = std::iter::successors(Some(last), before).collect();
        path.reverse();
        let pieces = || path.iter().map(|&node| &self.pieces[node]);
        let joined = |kind: &Kind| {
            let texts = pieces().filter(|piece| piece.kind == *kind).map(|piece| piece.text.as_str());
            // One that is nothing but a picture has none.
            let texts = texts.filter(|text| !text.trim().is_empty());
            Text::from(texts.collect::<Vec<_>>().join("\n\n"))
        };
        let files = |kind: Kind| pieces().filter(move |piece| piece.kind == kind).flat_map(|piece| &piece.files);
        let picture = |Attachment { hash, media_type, size, .. }: &Attachment| Block::Image {
            hash: hash.clone(),
            media_type: media_type.clone(),
            size: *size,
        };
        let pictures: Vec<Block> = files(Kind::Answer).map(picture).collect();
        let answer = joined(&Kind::Answer);
        let error = pieces().rfind(|piece| piece.kind == Kind::Failure).map(|piece| Line::from(&piece.text));
        let ending = match pieces().next_back().map(|piece| piece.ending) {
            _ if error.is_some() => Ending::Failed,
            Some(content::Ending::Complete | content::Ending::Full) if !answer.is_empty() || !pictures.is_empty() => {
                Ending::Answered
            }
            _ => Ending::Stopped,
        };
        let full = pieces().next_back().is_some_and(|piece| piece.ending == content::Ending::Full);
        let finish = if full { Finish::Length } else { Finish::Stop };
        let reasoning = joined(&Kind::Reasoning);
        let reasoning = (!reasoning.is_empty()).then_some(Block::Reasoning { text: reasoning });
        let says_any = !answer.is_empty() || reasoning.is_some() || !pictures.is_empty();
        let text = (!answer.is_empty()).then_some(Block::Text { text: answer });
        let by_default = self.model.filter(|_| says_any);
        let step = Step {
            model: pieces().filter_map(|piece| piece.model.as_deref()).next_back().or(by_default).map(Line::from),
            blocks: reasoning.into_iter().chain(text).chain(pictures).collect(),
            ..Step::default()
        };
        Turn {
            id: TurnId(0),
            parent: None,
            asked_at: Time(Timestamp::UNIX_EPOCH),
            prompt: joined(&Kind::Prompt),
            wish: Wish::default(),
            origin: None,
            withdrawn: false,
            decision: None,
            corrected_to: None,
            attachments: files(Kind::Prompt).cloned().collect(),
            shown: None,
            steps: if step == Step::default() { Vec::new() } else { vec![step] },
            ending,
            finish: (ending == Ending::Answered).then_some(finish),
            error,
        }
    }
}

/// What the file calls a conversation.
fn name(chat: &Value) -> &str {
    chat["conversation_id"].as_str().or(chat["id"].as_str()).unwrap_or_default()
}

/// Seconds since 1970 with a fraction, as `ChatGPT` writes times.
fn time(value: &Value) -> Option<Timestamp> {
    let seconds = value.as_f64().filter(|seconds| *seconds > 0.0)?;
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok().map(|time| time.min(LATEST))
}

/// The same number for the same texts, in every version of this program.
fn hash(texts: &[&str]) -> u64 {
    XxHash3_64::oneshot(texts.join("\0").as_bytes())
}

/// The names that are taken, each with one behind it from which on none is known to be taken.
type Taken = HashMap<u64, u64>;

/// `name`, or the next one that is not taken. A later call does not pass the same ones again.
fn free(name: u64, taken: &mut Taken) -> u64 {
    let mut passed = vec![name];
    let mut free = name;
    while let Some(&next) = taken.get(&free) {
        free = next;
        passed.push(free);
    }
    taken.extend(passed.into_iter().map(|name| (name, free + 1)));
    free
}
