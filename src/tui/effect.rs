//! What the world must do, as data: `update` asks, `event_loop` does.

use crate::engine::Command;

/// Something the world must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Tell the engine.
    Engine(Command),
    /// Let the user edit this text in their editor.
    Edit(String),
    /// Write this text to a new file of this name, or one much like it.
    Save {
        /// Its name, with its ending.
        name: String,
        /// What is in it.
        text: String,
    },
    /// Take the mouse (true), or leave it to the terminal.
    Mouse(bool),
    /// Copy this text to wherever the user can paste it from.
    Copy {
        /// As it is pasted.
        text: String,
        /// What it is, as the user knows it.
        what: String,
    },
    /// Run a command, without the terminal.
    Run {
        /// Tells it from those before.
        run: u64,
        /// As the shell reads it.
        command: String,
        /// What it gets to read.
        input: String,
    },
    /// End the command that runs, and what it started.
    Kill,
    /// Forget what the terminal shows and draw everything.
    Redraw,
    /// Go into the background.
    Suspend,
    /// End the program.
    Quit,
}
