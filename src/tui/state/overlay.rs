//! What lies in front of everything else and takes the keys.

use super::chats::Chats;
use super::command::{Order, Sheet};
use super::decisions::Decisions;
use super::picker::Picker;
use crate::chat::{ConversationId, TurnId};
use crate::store::RouteReport;

/// Something in front.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// All keys.
    Help {
        /// The first row that is shown.
        top: usize,
    },
    /// A list to choose from.
    List(Picker),
    /// Why a turn went where it went.
    Why {
        /// The turn.
        turn: TurnId,
        /// The first row that is shown.
        top: usize,
        /// The list to go back to, when it was opened from there.
        list: Option<Box<Decisions>>,
    },
    /// What the user taught, the latest first.
    Lessons {
        /// The selected line.
        selected: usize,
    },
    /// All chats.
    Chats(Box<Chats>),
    /// Another title for a chat.
    Rename {
        /// The chat.
        chat: ConversationId,
        /// Its title, as far as it is written.
        title: String,
        /// The list to go back to.
        list: Box<Chats>,
    },
    /// The routing history over all chats.
    Decisions(Box<Decisions>),
    /// What a model was sent.
    Request {
        /// For which turn.
        turn: TurnId,
        /// As pretty JSON, or why there is none.
        text: String,
        /// The first row that is shown.
        top: usize,
    },
    /// How routing did.
    Report {
        /// The figures, once they have come.
        report: Option<Box<RouteReport>>,
        /// The first row that is shown.
        top: usize,
    },
    /// A command for a block of code, as far as it is written.
    Command(Box<Order>),
    /// Whether it should run.
    Confirm {
        /// The command, and what it gets.
        order: Box<Order>,
        /// The question, and what it is about.
        sheet: Sheet,
    },
    /// What a command printed. While this is in front the command runs.
    Output {
        /// Which one.
        run: u64,
        /// As it was written.
        command: String,
        /// How it ended, and what it printed.
        sheet: Sheet,
    },
}

impl Overlay {
    /// The text to read that keeps its rows, where there is one.
    pub(crate) fn sheet(&mut self) -> Option<&mut Sheet> {
        match self {
            Self::Confirm { sheet, .. } | Self::Output { sheet, .. } => Some(sheet),
            _ => None,
        }
    }

    /// The first row that is shown, or the selected line: what moves when one scrolls. A list moves by itself.
    pub(crate) fn place(&mut self) -> Option<&mut usize> {
        match self {
            Self::Help { top } | Self::Why { top, .. } | Self::Request { top, .. } | Self::Report { top, .. } => {
                Some(top)
            }
            Self::Lessons { selected } => Some(selected),
            Self::Confirm { sheet, .. } | Self::Output { sheet, .. } => Some(&mut sheet.top),
            Self::List(_) | Self::Chats(_) | Self::Rename { .. } | Self::Decisions(_) | Self::Command(_) => None,
        }
    }
}
