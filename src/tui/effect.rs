//! What the world must do, as data: `update` asks, `event_loop` does.

use crate::archive::FileBeside;
use crate::attach::{PictureLimits, Secrets};
use crate::chat::Blob;
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
        /// What is in it. Where files lie beside it, `archive::in_folder` names their folder in it.
        text: String,
        /// Files that it links to, in a new folder beside it.
        files: Vec<FileBeside>,
    },
    /// Write this content to a new file of this name, or one much like it.
    SaveFile {
        /// Its name, with its ending.
        name: String,
        /// What is in it.
        blob: Blob,
    },
    /// Take the mouse (true), or leave it to the terminal.
    Mouse(bool),
    /// Call the window this.
    Title(String),
    /// Call a user who looks elsewhere: by a notification with this text, or by the bell.
    Ring(Option<String>),
    /// Copy this text to wherever the user can paste it from.
    Copy {
        /// As it is pasted.
        text: String,
        /// What it is, as the user knows it.
        what: String,
    },
    /// Read files for the prompt that is being written.
    Attach(AttachRequest),
    /// Say what a path that is being typed can become.
    Complete(String),
    /// Open a file with the desktop's program.
    OpenFile {
        /// Its name.
        name: String,
        /// Its content.
        blob: Blob,
    },
    /// Open an address with the desktop's program.
    OpenLink(String),
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
    /// Take the terminal back after another program had it without asking, and draw everything.
    Retake,
    /// End the program.
    Quit,
}

/// Files to read for the prompt that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachRequest {
    /// Comes back with the files.
    pub serial: u64,
    /// Where they are.
    pub source: AttachSource,
    /// How large a picture may be.
    pub limits: PictureLimits,
}

/// Where files to attach are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachSource {
    /// At this path.
    Path {
        /// As it was typed: `~/` is the home folder.
        path: String,
        /// Whether a file that looks like a secret is read.
        secrets: Secrets,
    },
    /// At the paths in this text, where it names files and nothing else.
    Pasted(String),
    /// A picture in the clipboard.
    Clipboard,
}
