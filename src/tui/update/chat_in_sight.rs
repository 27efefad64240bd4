//! The chat in sight: another title, the archive, deleting it, and taking that back.

use super::chats;
use crate::chat::ConversationId;
use crate::engine::{ChatChange, Command};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::panels::{self, rename::Rename};
use crate::tui::state::{Deleted, State, Wanted};

/// Asks for another title.
pub(super) fn rename(state: &mut State, now: Now) {
    if let Some((chat, title)) = in_sight(state, now) {
        panels::show(state, Rename::new(chat, &title, None));
    }
}

/// Puts the chat in the archive and begins a new one. In an empty chat it takes back out what was put away last.
pub(super) fn archive(state: &mut State, now: Now) -> Vec<Effect> {
    if state.conversation.is_empty()
        && let Some((chat, title)) = state.other_chats.archived.take()
    {
        let mut effects = vec![Effect::Engine(Command::Change(chat, ChatChange::Archive(None)))];
        effects.extend(open(state, chat, now));
        state.tell(format!("Back from the archive: {title}"), now);
        return effects;
    }
    let Some((chat, title)) = in_sight(state, now) else { return Vec::new() };
    let mut effects = vec![Effect::Engine(Command::Change(chat, ChatChange::Archive(Some(now.wall))))];
    effects.extend(chats::start_anew(state, now));
    state.offer(&format!("Archived {title}"), Action::ArchiveChat, "restores it", now);
    state.other_chats.archived = Some((chat, title));
    effects
}

/// Deletes the chat and begins a new one.
pub(super) fn delete(state: &mut State, now: Now) -> Vec<Effect> {
    let Some((chat, title)) = in_sight(state, now) else { return Vec::new() };
    if !state.conversation.open().is_empty() {
        state.tell("An answer is coming in this chat; stop it first", now);
        return Vec::new();
    }
    // Deleted before it is left, so that leaving it says nothing of its answers.
    let mut effects = vec![Effect::Engine(Command::Change(chat, ChatChange::Delete(now.wall)))];
    effects.extend(chats::start_anew(state, now));
    state.offer(&format!("Deleted {title}"), Action::UndoDeletion, "brings it back", now);
    state.other_chats.deleted.push(Deleted { chat, title, row: None });
    effects
}

/// Brings the chat back that was deleted last, and back in sight where it was there.
pub(super) fn restore(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(Deleted { chat, title, row }) = state.other_chats.deleted.pop() else {
        state.tell("Nothing was deleted since the start", now);
        return Vec::new();
    };
    let mut effects = vec![Effect::Engine(Command::Change(chat, ChatChange::Restore))];
    if row.is_none() && state.conversation.is_empty() {
        effects.extend(open(state, chat, now));
    }
    state.tell(format!("Restored {title}"), now);
    effects
}

/// The chat in sight and its title, once there is anything in it.
fn in_sight(state: &mut State, now: Now) -> Option<(ConversationId, String)> {
    if state.conversation.is_empty() {
        state.tell("This chat is new: there is nothing in it yet", now);
        return None;
    }
    Some((state.conversation.id(), state.title.clone().unwrap_or_default()))
}

fn open(state: &mut State, chat: ConversationId, now: Now) -> Vec<Effect> {
    chats::open(state, Wanted { chat, turn: None, found: None, why: None }, now)
}
