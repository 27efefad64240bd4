//! What happened, in the past tense: everything that reaches `update`.

use super::keys::Chord;
use super::state::Coloured;
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
    /// The screen has another size.
    Resized {
        /// In cells.
        width: u16,
        /// In cells.
        height: u16,
    },
    /// Something happened in the engine.
    Engine(engine::Event),
    /// The editor was closed with this text, or could not be used.
    Edited(Result<String, String>),
    /// A file was written there, or could not be.
    Saved(Result<PathBuf, String>),
    /// Lines of code were coloured, or cannot be.
    Highlighted(Coloured),
    /// Time passed that was waited for.
    Ticked,
    /// The system told the program to end.
    Terminated,
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

/// The time, as `update` is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Since the start, for intervals.
    pub since_start: Duration,
    /// On the wall, for people.
    pub wall: Timestamp,
}
