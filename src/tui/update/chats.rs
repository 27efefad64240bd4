//! Chats: beginning, listing, opening, renaming, archiving, deleting; and what a start can go on with.

use super::place;
use crate::archive::{Format, Writer};
use crate::chat::{ConversationId, Place, Reading, Spot, TurnId};
use crate::engine::{Command, Shelf};
use crate::format;
use crate::store::{Chat, Hit, KeptChat, Resume};
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::state::{Chats, Decisions, Focus, Overlay, State, Wanted};
use std::path::PathBuf;

/// Begins a new chat. Drafts stay with the chats that they belong to.
pub(super) fn begin(state: &mut State, now: Now) -> Vec<Effect> {
    state.overlay = None;
    state.focus = Focus::Composer;
    if state.conversation.is_empty() {
        state.tell("this chat is new", now);
        return Vec::new();
    }
    start_anew(state, now)
}

/// Leaves the chat in sight for a new one.
fn start_anew(state: &mut State, now: Now) -> Vec<Effect> {
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

/// Opens the list of chats; the same key closes it.
pub(super) fn list(state: &mut State) -> Vec<Effect> {
    if matches!(state.overlay, Some(Overlay::Chats(_))) {
        state.overlay = None;
        return Vec::new();
    }
    state.overlay = Some(Overlay::Chats(Box::default()));
    vec![Effect::Engine(Command::ListChats)]
}

/// The chats came; whoever closed the list meanwhile does not want them any more.
pub(super) fn listed(state: &mut State, shelf: Shelf, now: Now) {
    let Some(Overlay::Chats(chats)) = &mut state.overlay else { return };
    match shelf {
        Shelf::Filled(rows) => chats.fill(rows),
        Shelf::None => {
            state.overlay = None;
            state.tell("there is no list: nothing is being kept", now);
        }
    }
}

/// What was typed occurs there.
pub(super) fn found(state: &mut State, serial: u64, hits: Vec<Hit>) {
    if let Some(Overlay::Chats(chats)) = &mut state.overlay {
        chats.found(serial, hits);
    }
}

/// Types into the list's filter.
pub(super) fn type_text(chats: &mut Chats, text: &str) -> Vec<Effect> {
    search(chats.type_text(text))
}

/// Takes a character of the filter back.
pub(super) fn erase(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Chats(chats)) = &mut state.overlay else { return Vec::new() };
    // Nothing more to erase is no reason to close: what is typed next would go into a prompt.
    if chats.filter().is_empty() { Vec::new() } else { search(chats.erase()) }
}

fn search(question: Option<(u64, String)>) -> Vec<Effect> {
    question.map(|(serial, text)| Effect::Engine(Command::Search { serial, text })).into_iter().collect()
}

/// Opens what is selected in the list.
pub(super) fn accept(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(Overlay::Chats(chats)) = &state.overlay else { return Vec::new() };
    let Some(entry) = chats.entry() else { return Vec::new() };
    let wanted = Wanted { chat: entry.chat(), turn: entry.turn(), found: entry.found(), why: None };
    open(state, wanted, now)
}

/// Goes on with the last chat.
pub(super) fn go_on(state: &mut State, now: Now) -> Vec<Effect> {
    if let Some(chat) = state.offer.as_ref().map(|row| row.head.id) {
        return open(state, Wanted { chat, turn: None, found: None, why: None }, now);
    }
    state.tell("there is no earlier chat", now);
    Vec::new()
}

/// Goes to a turn of any chat, and to why it went where it went.
pub(super) fn see_why(
    state: &mut State,
    chat: ConversationId,
    turn: TurnId,
    list: Box<Decisions>,
    now: Now,
) -> Vec<Effect> {
    open(state, Wanted { chat, turn: Some(turn), found: None, why: Some(list) }, now)
}

fn open(state: &mut State, wanted: Wanted, now: Now) -> Vec<Effect> {
    state.overlay = None;
    state.focus = Focus::Composer;
    if wanted.chat == state.conversation.id() {
        go_to(state, wanted);
        return Vec::new();
    }
    let chat = wanted.chat;
    state.wanted = Some(wanted);
    let mut effects: Vec<Effect> = place::leave(state, now).into_iter().collect();
    effects.push(Effect::Engine(Command::Open(chat)));
    effects
}

/// A conversation came, as it is now. One that is not wanted any more is left alone.
pub(super) fn opened(state: &mut State, chat: Chat, now: Now) -> Vec<Effect> {
    let Some(wanted) = state.wanted.take_if(|wanted| wanted.chat == chat.head.id) else {
        return Vec::new();
    };
    // What was typed while it was on its way belongs to the chat that is left.
    let mut effects: Vec<Effect> = place::leave(state, now).into_iter().collect();
    effects.push(Effect::Engine(Command::LookAt(chat.head.id)));
    leave_running(state);
    let Chat { head, conversation, place } = chat;
    state.elsewhere.retain(|(turn, _)| conversation.turn(*turn).is_none());
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
    state.transcript.update(0, state.conversation.turns());
    state.transcript.show_turn(turn, state.conversation.turns());
    if let Some(at) = wanted.found.as_deref().and_then(|found| place_of(state, turn, found)) {
        state.transcript.bring_in_sight(Reading { turn, at }, state.conversation.turns());
    }
    if let Some(list) = wanted.why {
        state.overlay = Some(Overlay::Why { turn, top: 0, list: Some(list) });
    } else {
        state.focus = Focus::Transcript;
    }
}

/// Where in a turn a text occurs first.
fn place_of(state: &State, turn: TurnId, found: &str) -> Option<Spot> {
    let turn = state.conversation.turn(turn)?;
    let in_prompt = turn.prompt.find(found).map(Spot::Prompt);
    in_prompt.or_else(|| turn.answer.find(found).map(Spot::Answer))
}

/// What belongs to a conversation and not to the screen begins anew.
fn settle_in(state: &mut State) {
    state.offer = None;
    state.routes.forget();
    state.preview.clear();
    state.leave_armed = None;
}

/// Remembers what is still to be answered here: the user is told when it is.
fn leave_running(state: &mut State) {
    let title = state.title.clone().unwrap_or_default();
    let open = state.conversation.open().iter().map(|turn| (*turn, title.clone()));
    state.elsewhere.extend(open);
}

/// A turn of another chat is over.
pub(super) fn ended_elsewhere(state: &mut State, turn: TurnId, now: Now) {
    let Some(at) = state.elsewhere.iter().position(|(known, _)| *known == turn) else { return };
    let (_, title) = state.elsewhere.remove(at);
    if state.elsewhere.iter().all(|(_, other)| *other != title) {
        state.tell(format!("answered: {title}"), now);
    }
}

/// What a start can go on with: the last chat, a draft, earlier prompts.
pub(super) fn resumed(state: &mut State, resume: Resume, now: Now) {
    state.composer.remember_earlier(resume.prompts);
    if !state.conversation.is_empty() {
        return;
    }
    state.offer = resume.last;
    // What was typed in the first milliseconds is newer than any draft.
    if let Some((chat, place)) = resume.draft.filter(|_| state.composer.is_empty()) {
        state.conversation = crate::chat::Conversation::new(chat);
        place::take(state, place);
        state.tell("what you were writing is back", now);
    }
}

/// Asks for another title for the selected chat.
pub(super) fn rename(state: &mut State) {
    let Some(Overlay::Chats(list)) = state.overlay.take_if(|overlay| matches!(overlay, Overlay::Chats(_))) else {
        return;
    };
    state.overlay = match list.row().map(|row| row.head.clone()) {
        Some(head) => Some(Overlay::Rename { chat: head.id, title: head.title, list }),
        None => Some(Overlay::Chats(list)),
    };
}

/// Takes the title that was written, unless there is none.
pub(super) fn renamed(state: &mut State, keep: bool) -> Vec<Effect> {
    let Some(Overlay::Rename { chat, title, mut list }) = state.overlay.take() else { return Vec::new() };
    let title = title.trim().to_owned();
    let effects = if keep && !title.is_empty() {
        list.rename(chat, &title);
        if chat == state.conversation.id() {
            state.title = Some(title.clone());
        }
        vec![Effect::Engine(Command::Rename { chat, title })]
    } else {
        Vec::new()
    };
    state.overlay = Some(Overlay::Chats(list));
    effects
}

/// Puts the selected chat in the archive, or takes it out.
pub(super) fn archive(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(Overlay::Chats(list)) = &mut state.overlay else { return Vec::new() };
    let Some(head) = list.row().map(|row| row.head.clone()) else { return Vec::new() };
    let archived = !head.archived;
    list.archive(head.id, archived);
    let text = if archived {
        format!("in the archive, where a search finds it: {}", head.title)
    } else {
        format!("back in the list: {}", head.title)
    };
    state.tell(text, now);
    vec![Effect::Engine(Command::Archive { chat: head.id, at: archived.then_some(now.wall) })]
}

/// Deletes the selected chat.
pub(super) fn delete(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(Overlay::Chats(list)) = &mut state.overlay else { return Vec::new() };
    let Some(head) = list.row().map(|row| row.head.clone()) else { return Vec::new() };
    if head.id == state.conversation.id() && !state.conversation.open().is_empty() {
        state.tell("an answer is coming in this chat; stop it first", now);
        return Vec::new();
    }
    let gone = list.delete(head.id);
    state.deleted.extend(gone);
    let undo = state.start.keymap.key_in(state.context(), Action::UndoDeletion);
    let undo = undo.map(|key| format!("{key} brings it back · ")).unwrap_or_default();
    // What is written there next must not go where nobody finds it.
    let mut effects = if head.id == state.conversation.id() { start_anew(state, now) } else { Vec::new() };
    state.tell(format!("{undo}deleted: {}", head.title), now);
    effects.push(Effect::Engine(Command::Delete { chat: head.id, at: now.wall }));
    effects
}

/// Takes the last deletion back.
pub(super) fn restore(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(Overlay::Chats(list)) = &mut state.overlay else { return Vec::new() };
    let Some((at, row)) = state.deleted.pop() else {
        state.tell("nothing was deleted since the start", now);
        return Vec::new();
    };
    list.restore(at, row.clone());
    state.tell(format!("back again: {}", row.head.title), now);
    vec![Effect::Engine(Command::Restore(row.head.id))]
}

/// Has the selected chat, or the one in sight, written to a file.
pub(super) fn export(state: &mut State, now: Now) -> Vec<Effect> {
    let chat = match &state.overlay {
        Some(Overlay::Chats(list)) => list.row().map(|row| row.head.id),
        _ => Some(state.conversation.id()).filter(|_| !state.conversation.is_empty()),
    };
    if let Some(chat) = chat {
        return vec![Effect::Engine(Command::Fetch(chat))];
    }
    state.tell("there is no chat to write", now);
    Vec::new()
}

/// Everything about a chat came, to be written for reading.
pub(super) fn fetched(state: &State, chat: &KeptChat) -> Vec<Effect> {
    let text = Writer::new(Format::Markdown, false, state.start.timezone.clone()).chat(chat);
    vec![Effect::Save { name: file_name(&chat.head.title), text }]
}

/// A file was written, or could not be.
pub(super) fn saved(state: &mut State, saved: Result<PathBuf, String>, now: Now) {
    let text = saved.map_or_else(|why| why, |path| format!("written to {}", path.display()));
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
