//! The terminal: taken over, given back whatever happens.
//!
//! Nothing is asked of the terminal before the first frame: a terminal that does not answer would cost seconds. Modes
//! that it does not know it ignores.

mod frames;
mod pictures;

use super::links::Links;
use super::pictures::Shelf;
use frames::Frames;

use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::style::Print;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{Command, cursor, execute, queue};
use ratatui::Terminal;
use std::io::{self, Write};
use std::sync::Once;
use std::thread;

/// Presses, the wheel, and motion while a button is held, in the encoding without a size limit. Not every motion: it would
/// wake the program for nothing.
const MOUSE_ON: &str = "\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l";

/// A terminal to draw on.
pub(crate) type Screen = Terminal<Frames>;

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Takeover {
    mouse: bool,
    ours: bool,
    shelf: Shelf,
}

impl Takeover {
    /// Takes the terminal over, and makes sure that a panic gives it back before it prints.
    /// The terminal holds the pictures of `shelf` as long as it is ours.
    pub(crate) fn begin(mouse: bool, shelf: Shelf) -> io::Result<Self> {
        give_back_on_panic(shelf.clone());
        let mut takeover = Self { mouse, ours: false, shelf };
        takeover.resume()?;
        Ok(takeover)
    }

    /// Takes it over again after [`Takeover::pause`].
    pub(crate) fn resume(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        // From here on there is something to give back, also when one of the next steps fails.
        self.ours = true;
        let mut out = io::stdout();
        queue!(out, EnterAlternateScreen, EnableBracketedPaste)?;
        queue!(out, PushKeyboardEnhancementFlags(KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES))?;
        if self.mouse {
            queue!(out, Print(MOUSE_ON))?;
        }
        out.flush()
    }

    /// Takes the mouse, or leaves it to the terminal.
    pub(crate) fn set_mouse(&mut self, ours: bool) -> io::Result<()> {
        self.mouse = ours;
        execute!(io::stdout(), Print(if ours { MOUSE_ON } else { MOUSE_OFF }))
    }

    /// Gives it back for a while.
    pub(crate) fn pause(&mut self) {
        if std::mem::take(&mut self.ours) {
            give_back(&self.shelf);
        }
    }
}

impl Drop for Takeover {
    fn drop(&mut self) {
        // The panic hook has done it already, and another time would wipe its message.
        if !thread::panicking() {
            self.pause();
        }
    }
}

/// Undoes every mode. A step that fails must not keep the next ones from being done, and there is nobody left to tell.
fn give_back(shelf: &Shelf) {
    fn step(command: impl Command) {
        let _ = execute!(io::stdout(), command);
    }
    step(EndSynchronizedUpdate);
    let _ = pictures::delete_all(shelf, &mut io::stdout());
    step(Print(MOUSE_OFF));
    step(PopKeyboardEnhancementFlags);
    step(DisableBracketedPaste);
    step(LeaveAlternateScreen);
    step(cursor::Show);
    let _ = disable_raw_mode();
}

/// The hook runs for panics in tasks, too, which tokio catches while the screen goes on: those are only logged, and
/// the engine makes a visible line of them. A panic here, on the screen's own thread, ends the program.
fn give_back_on_panic(shelf: Shelf) {
    static HOOK: Once = Once::new();
    let screen = thread::current().id();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if thread::current().id() == screen {
                give_back(&shelf);
                usual(panic);
            } else {
                tracing::error!(%panic, "a task panicked");
            }
        }));
    });
}

/// Opens the screen for drawing.
pub(crate) fn open(links: Links, shelf: Shelf) -> io::Result<Screen> {
    Terminal::new(Frames::new(io::stdout(), links, shelf))
}
