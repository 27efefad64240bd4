//! What happened, in the past tense: everything that reaches `update`.

use super::click::Click;
use super::keys::Chord;
use super::pictures::PictureResult;
use super::text::highlight::HighlightResult;
use crate::attach::{Attached, Completion};
use crate::chat::{Delta, TurnEvent};
use crate::engine;
use jiff::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A key was pressed.
    Key(Chord),
    /// Text was pasted, or came in a burst that no person types.
    Pasted(String),
    /// The wheel was turned by so many rows; upwards is negative.
    Wheeled(i32),
    /// The mouse's first button.
    Mouse(Mouse),
    /// A place was clicked that does something.
    Clicked(Click),
    /// The terminal's background: red, green and blue.
    Background([u8; 3]),
    /// The screen has another size.
    Resized {
        /// In cells.
        width: u16,
        /// In cells.
        height: u16,
    },
    /// The window got the keyboard, or lost it.
    Focused(bool),
    /// The terminal tells Shift+Enter from Enter: it said so, or did it.
    ShiftEnterReported,
    /// Something happened in the engine.
    Engine(engine::Event),
    /// The editor was closed with this text, or could not be used.
    Edited(Result<String, String>),
    /// A file was written, or could not be.
    Saved(Result<Saved, String>),
    /// Lines of code were coloured, or cannot be.
    Highlighted(HighlightResult),
    /// A picture was made, or cannot be.
    Pictured(PictureResult),
    /// What was to be copied is there, or could not be copied.
    Copied {
        /// What it is, as the user knows it.
        what: String,
        /// Where it is, or why it is nowhere.
        to: Result<Copied, String>,
    },
    /// Files were read for the prompt that is being written, or could not be.
    FilesRead {
        /// The number of the request.
        serial: u64,
        /// Each of them.
        files: Vec<ReadFile>,
    },
    /// What a path that is being typed can become.
    Completed {
        /// The path.
        typed: String,
        /// What it can become.
        offers: Vec<Completion>,
    },
    /// A file could not be opened.
    NotOpened(String),
    /// A command ended, or could not be run.
    Ran {
        /// Which one.
        run: u64,
        /// How, or why not.
        ran: Result<Ran, String>,
    },
    /// Time passed that was waited for.
    Ticked,
    /// The system told the program to end.
    Terminated,
    /// The system told the program to stop until it is continued.
    StopRequested,
    /// The program was continued after it had been stopped from outside, with the terminal as another program left it.
    Continued,
}

impl Event {
    /// The piece of an answer that it brings.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Engine(engine::Event::Turn(_, TurnEvent::Came { delta: Delta::Text(text), .. })) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a piece of what flows in by itself, often many of them a second.
    pub(super) fn flows(&self) -> bool {
        let Self::Engine(engine::Event::Turn(_, TurnEvent::Came { delta, .. })) = self else { return false };
        matches!(delta, Delta::Text(_) | Delta::Reasoning(_) | Delta::Usage(_))
    }
}

/// Where a file was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The file.
    pub path: PathBuf,
    /// The folder with the files that it links to.
    pub folder: Option<PathBuf>,
}

/// A file that is ready to go along with a prompt, or why it is not.
pub type ReadFile = Result<Box<Attached>, NotAttached>;

/// Why a file does not go along with a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAttached {
    /// It cannot: why, and what to do.
    Refused(String),
    /// It looks like a secret, and the user has to be asked.
    Secret {
        /// Where it is, as it was named.
        path: String,
        /// Its name.
        name: String,
    },
    /// The pasted text names no files: it is a text.
    NoFiles(String),
}

/// What the mouse's first button did; columns and rows of the screen, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// It went down there.
    Pressed(u16, u16),
    /// The mouse moved there while it was down.
    Dragged(u16, u16),
    /// It came up.
    Released,
}

/// Where a copied text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Copied {
    /// In the desktop's clipboard.
    Desktop {
        /// The command that put it there.
        by: &'static str,
        /// Whether the terminal was asked as well.
        terminal: bool,
    },
    /// In tmux's buffer.
    Tmux {
        /// Whether the terminal was asked as well.
        terminal: bool,
    },
    /// The terminal was asked to put it into its clipboard. It does not say whether it did.
    Terminal,
    /// In this file.
    File(PathBuf),
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Whether it says that it did what it should.
    pub success: bool,
    /// Its exit status, in words.
    pub status: String,
    /// What it printed, as it printed it.
    pub output: String,
    /// Whether it printed more than that.
    pub cut: bool,
}

/// The time, as `update` is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Since the start, for intervals.
    pub since_start: Duration,
    /// On the wall, for people.
    pub wall: Timestamp,
}
