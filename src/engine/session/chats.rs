//! Opening, changing and closing conversations.

use super::{Effects, Now, OpenChat, ReadResult, Session, SessionEffect};
use crate::chat::ConversationId;
use crate::engine::Event;
use crate::engine::command::ChatChange;
use crate::store::StoreOp;

impl Session {
    /// The user wants to see a conversation.
    pub(super) fn open(&mut self, chat: ConversationId, out: &mut Effects) {
        match self.chats.get(&chat) {
            Some(open) => Self::emit(Event::Opened(Box::new(open.chat.clone())), out),
            None => out.push(SessionEffect::Read(chat)),
        }
    }

    /// A conversation was read; without one it was deleted meanwhile.
    pub(super) fn opened(&mut self, id: ConversationId, read: ReadResult, out: &mut Effects) {
        let chat = match read {
            Ok(Some(chat)) => *chat,
            Ok(None) => return Self::notice("this chat is not there any more", out),
            Err(error) => return Self::notice(&error.to_string(), out),
        };
        // Something may have been asked in it since it was wanted.
        let open = self.chats.entry(id).or_insert_with(|| OpenChat { chat, last_write: 0, deleted: false });
        Self::emit(Event::Opened(Box::new(open.chat.clone())), out);
    }

    /// The user looks at another conversation.
    pub(super) fn look_at(&mut self, chat: ConversationId, now: Now, out: &mut Effects) {
        if self.shown != Some(chat) {
            self.leave(now, out);
        }
        self.shown = Some(chat);
        self.close_idle();
    }

    /// The writer is done with so many operations.
    pub(super) fn saved(&mut self, count: u64) {
        self.saved = count;
        self.close_idle();
    }

    /// Closes conversations out of sight in which nothing happens, as far as everything about them is saved.
    fn close_idle(&mut self) {
        let Self { chats, shown: Some(shown), saved, .. } = self else { return };
        chats.retain(|id, open| shown == id || !open.chat.conversation.open().is_empty() || open.last_write > *saved);
    }

    /// Changes something about a conversation as a whole.
    pub(super) fn change(&mut self, id: ConversationId, change: ChatChange, out: &mut Effects) {
        let open = self.chats.get_mut(&id).map(|open| &mut open.chat);
        let op = match change {
            ChatChange::SaveView(view, at) => {
                if let Some(chat) = open {
                    chat.place = (*view).clone();
                }
                StoreOp::SaveView(id, view, at)
            }
            ChatChange::Rename(title) => {
                if let Some(chat) = open {
                    chat.head.title.clone_from(&title);
                }
                StoreOp::Rename(id, title)
            }
            ChatChange::Archive(at) => StoreOp::Archive(id, at),
            ChatChange::Pin(pinned) => {
                if let Some(chat) = open {
                    chat.head.pinned = pinned;
                }
                StoreOp::Pin(id, pinned)
            }
            ChatChange::Delete(at) => {
                self.deleted = true;
                self.mark_deleted(id, true);
                StoreOp::Delete(id, at)
            }
            ChatChange::Restore => {
                self.mark_deleted(id, false);
                StoreOp::Restore(id)
            }
        };
        self.write(op, Some(id), out);
    }

    fn mark_deleted(&mut self, id: ConversationId, deleted: bool) {
        if let Some(open) = self.chats.get_mut(&id) {
            open.deleted = deleted;
        }
    }
}
