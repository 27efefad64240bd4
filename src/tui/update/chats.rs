//! Chats: beginning one, opening one at a place in it, writing one to a file; and what a start can go on with.

use super::place;
use crate::archive::{FileBeside, Format, Writer};
use crate::chat::{Blobs, ConversationId, Place, Reading, Spot, TurnId};
use crate::engine::{Command, StoreQuery};
use crate::format;
use crate::store::{Chat, ExportedChat, Resume};
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::{Now, Saved};
use crate::tui::panels;
use crate::tui::panels::decisions::Decisions;
use crate::tui::panels::why::Why;
use crate::tui::state::{Focus, State, Wanted};
use std::ffi::OsStr;
use std::path::Path;

/// Begins a new chat. Drafts stay with the chats that they belong to.
pub(super) fn begin(state: &mut State, now: Now) -> Vec<Effect> {
    state.panel = None;
    state.window.focus = Focus::Composer;
    if state.conversation.is_empty() {
        state.tell("This chat is new", now);
        return Vec::new();
    }
    start_anew(state, now)
}

/// Leaves the chat in sight for a new one.
pub(in crate::tui) fn start_anew(state: &mut State, now: Now) -> Vec<Effect> {
    let mut effects: Vec<Effect> = place::leave(state, now).into_iter().collect();
    leave_running(state);
    let conversation = state.new_conversation(now);
    effects.push(Effect::Engine(Command::LookAt(conversation.id())));
    state.conversation = conversation;
    state.title = None;
    settle_in(state);
    place::take(state, Place::default());
    effects
}

/// Goes on with the last chat.
pub(super) fn go_on(state: &mut State, now: Now) -> Vec<Effect> {
    if let Some(chat) = state.other_chats.offer.as_ref().map(|row| row.head.id) {
        return open(state, Wanted { chat, turn: None, found: None, why: None }, now);
    }
    state.tell("No earlier chat", now);
    Vec::new()
}

/// Goes to a turn of any chat, and to why it went where it went.
pub(in crate::tui) fn see_why(
    state: &mut State,
    chat: ConversationId,
    turn: TurnId,
    list: Box<Decisions>,
    now: Now,
) -> Vec<Effect> {
    open(state, Wanted { chat, turn: Some(turn), found: None, why: Some(list) }, now)
}

/// Opens a chat, at the place in it that is wanted.
pub(in crate::tui) fn open(state: &mut State, wanted: Wanted, now: Now) -> Vec<Effect> {
    state.panel = None;
    state.window.focus = Focus::Composer;
    if wanted.chat == state.conversation.id() {
        go_to(state, wanted);
        return Vec::new();
    }
    let chat = wanted.chat;
    state.other_chats.wanted = Some(wanted);
    let mut effects: Vec<Effect> = place::leave(state, now).into_iter().collect();
    effects.push(Effect::Engine(Command::Open(chat)));
    effects
}

/// A conversation came, as it is now. One that is not wanted any more is left alone.
pub(super) fn opened(state: &mut State, chat: Chat, now: Now) -> Vec<Effect> {
    let Some(wanted) = state.other_chats.wanted.take_if(|wanted| wanted.chat == chat.head.id) else {
        return Vec::new();
    };
    // What was typed while it was on its way belongs to the chat that is left.
    let mut effects: Vec<Effect> = place::leave(state, now).into_iter().collect();
    effects.push(Effect::Engine(Command::LookAt(chat.head.id)));
    leave_running(state);
    let Chat { head, conversation, place } = chat;
    state.other_chats.running.retain(|(turn, _)| conversation.turn(*turn).is_none());
    state.conversation = conversation;
    state.title = Some(head.title);
    state.stage_since = now.since_start;
    settle_in(state);
    place::take(state, place);
    go_to(state, wanted);
    let waiting = state.conversation.waiting().len();
    if waiting > 0 {
        let key = state.start.keymap.key_in(state.context(), Action::AskAgain);
        let how = key.map(|key| format!(" · {key} sends what waits")).unwrap_or_default();
        state.tell(format!("{} left from last time{how}", format::count(waiting as u64, "prompt")), now);
    }
    effects
}

fn go_to(state: &mut State, wanted: Wanted) {
    let Some(turn) = wanted.turn.filter(|turn| state.conversation.show(*turn)) else { return };
    state.arrange();
    state.transcript.update(0, state.conversation.asked());
    state.transcript.show_turn(turn, state.conversation.turns());
    if let Some(at) = wanted.found.as_deref().and_then(|found| place_of(state, turn, found)) {
        state.transcript.bring_in_sight(Reading { turn, at }, state.conversation.turns());
    }
    if let Some(list) = wanted.why {
        panels::show(state, Why::new(turn, Some(list)));
    } else {
        state.window.focus = Focus::Transcript;
    }
}

/// Where in a turn a text occurs first.
fn place_of(state: &State, turn: TurnId, found: &str) -> Option<Spot> {
    let turn = state.conversation.turn(turn)?;
    let in_prompt = turn.prompt().find(found).filter(|_| !turn.is_continuation()).map(Spot::Prompt);
    in_prompt.or_else(|| turn.answer().find(found).map(Spot::Answer))
}

/// What belongs to a conversation and not to the screen begins anew.
fn settle_in(state: &mut State) {
    state.other_chats.offer = None;
    state.cursor.forget();
    state.draft.preview.clear();
    state.leave_armed = None;
}

/// Remembers what is still to be answered here: the user is told when it is.
fn leave_running(state: &mut State) {
    let title = state.title.clone().unwrap_or_default();
    let open = state.conversation.open().iter().map(|turn| (*turn, title.clone()));
    state.other_chats.running.extend(open);
}

/// A turn of another chat is over.
pub(super) fn ended_elsewhere(state: &mut State, turn: TurnId, now: Now) {
    let Some(at) = state.other_chats.running.iter().position(|(known, _)| *known == turn) else { return };
    let (_, title) = state.other_chats.running.remove(at);
    if state.other_chats.running.iter().all(|(_, other)| *other != title) {
        state.tell(format!("Answered: {title}"), now);
    }
}

/// What a start can go on with: the last chat, a draft, earlier prompts.
pub(super) fn resumed(state: &mut State, resume: Resume, now: Now) {
    state.composer.remember_earlier(resume.prompts);
    if !state.conversation.is_empty() {
        return;
    }
    state.other_chats.offer = resume.last;
    // What was typed in the first milliseconds is newer than any draft.
    if let Some((chat, place)) = resume.draft.filter(|_| state.composer.is_empty()) {
        state.conversation = crate::chat::Conversation::new(chat);
        place::take(state, place);
        state.tell("Draft restored", now);
    }
}

/// Has the chat in sight written to a file.
pub(super) fn export_this(state: &mut State, now: Now) -> Vec<Effect> {
    let chat = Some(state.conversation.id()).filter(|_| !state.conversation.is_empty());
    export(state, chat, now)
}

/// Has a chat written to a file, where there is one.
pub(in crate::tui) fn export(state: &mut State, chat: Option<ConversationId>, now: Now) -> Vec<Effect> {
    if let Some(chat) = chat {
        return vec![Effect::Engine(Command::Query(StoreQuery::Export(chat)))];
    }
    state.tell("No chat to export", now);
    Vec::new()
}

/// Everything about a chat came, to be written for reading.
pub(super) fn exported(state: &State, chat: &ExportedChat, blobs: &Blobs) -> Vec<Effect> {
    let mut writer = Writer::new(Format::Markdown, false, state.start.timezone.clone()).beside(None);
    let mut files = Vec::new();
    for (name, hash) in writer.files(chat) {
        match blobs.get(&hash) {
            Some(blob) => files.push(FileBeside { name, blob: blob.clone() }),
            None => writer.lacks(&hash),
        }
    }
    vec![Effect::Save { name: file_name(&chat.head.title), text: writer.chat(chat), files }]
}

/// A file was written, or could not be.
pub(super) fn saved(state: &mut State, saved: Result<Saved, String>, now: Now) {
    let written = |Saved { path, folder }: Saved| {
        let beside = folder.as_deref().and_then(Path::file_name).map(OsStr::to_string_lossy);
        let beside = beside.map(|folder| format!(", its files to {folder} beside it")).unwrap_or_default();
        format!("Written to {}{beside}", path.display())
    };
    let text = saved.map_or_else(|why| why, written);
    state.tell(one_line(&text, 400), now);
}

/// A name that every file system takes: letters and digits of the title, with hyphens.
fn file_name(title: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let words: String = title.to_lowercase().chars().map(kept).take(60).collect();
    let words: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    let name = if words.is_empty() { "chat".to_owned() } else { words.join("-") };
    format!("{name}.md")
}
