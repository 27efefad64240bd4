//! The chats besides the one in sight: what can be gone on with, what still runs, what is being opened, what was deleted.

use crate::chat::{ConversationId, TurnId};
use crate::store::ChatRow;
use crate::tui::panels::decisions::Decisions;

#[derive(Debug, Default)]
pub(crate) struct OtherChats {
    /// The chat to go on with, while nothing else was begun.
    pub(crate) offer: Option<ChatRow>,
    /// The turns that are still to be answered in other chats, and the chats' titles.
    pub(crate) running: Vec<(TurnId, String)>,
    /// The place to go to in the chat that is being opened.
    pub(crate) wanted: Option<Wanted>,
    /// The chats that were deleted since the start, the latest last.
    pub(crate) deleted: Vec<Deleted>,
    /// The chat that was put in the archive last while it was in sight, and its title.
    pub(crate) archived: Option<(ConversationId, String)>,
}

/// A chat that was deleted and can be brought back.
#[derive(Debug)]
pub(crate) struct Deleted {
    pub(crate) chat: ConversationId,
    pub(crate) title: String,
    /// Its row in the list and where that stood, if it was deleted there.
    pub(crate) row: Option<(usize, ChatRow)>,
}

/// A place to go to in a chat that is being opened.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) chat: ConversationId,
    /// To this turn, instead of where the user was.
    pub(crate) turn: Option<TurnId>,
    /// To the first place in it with this text.
    pub(crate) found: Option<String>,
    /// And why it went where it went; Esc leads back to the list.
    pub(crate) why: Option<Box<Decisions>>,
}
