//! The terminal: taken over, given back whatever happens.
//!
//! Nothing is asked of the terminal before the first frame, and no answer is waited for: a terminal that does not answer
//! would cost seconds. Modes that it does not know it ignores.

mod frames;
mod osc;
mod pictures;

use super::links::Links;
use super::pictures::Shelf;
use super::state::NAME;
use frames::Frames;
use osc::Reads;

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange, KeyboardEnhancementFlags,
    PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::style::Print;
use crossterm::terminal::{
    Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
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

/// Keys that say which they are, with the character that shift makes of them: that of Ctrl+Shift+- is an underscore.
const KEYBOARD: KeyboardEnhancementFlags =
    KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES.union(KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS);

/// A terminal to draw on.
pub(crate) type Screen = Terminal<Frames>;

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct Takeover {
    mouse: bool,
    ours: bool,
    shelf: Shelf,
    /// The window's title while the terminal is ours.
    title: String,
    reads: Reads,
}

impl Takeover {
    /// Takes the terminal over, and makes sure that a panic gives it back before it prints.
    /// The terminal holds the pictures of `shelf` as long as it is ours.
    pub(crate) fn begin(mouse: bool, shelf: Shelf) -> io::Result<Self> {
        let reads = Reads::of(|name| std::env::var(name).ok());
        give_back_on_panic(shelf.clone(), reads);
        let mut takeover = Self { mouse, ours: false, shelf, title: NAME.to_owned(), reads };
        takeover.resume()?;
        Ok(takeover)
    }

    /// Takes it over again after [`Takeover::pause`].
    pub(crate) fn resume(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        // From here on there is something to give back, also when one of the next steps fails.
        self.ours = true;
        let mut out = io::stdout();
        queue!(out, EnterAlternateScreen)?;
        // GNU screen has no second screen unless `altscreen on` says so: what the shell wrote would stand between the rows.
        queue!(out, Clear(ClearType::All))?;
        queue!(out, EnableBracketedPaste, EnableFocusChange, Print(osc::PUSH_TITLE))?;
        self.write_title(&mut out)?;
        if self.reads.modify_other_keys {
            queue!(out, Print(osc::MODIFY_OTHER_KEYS))?;
        }
        // Behind it: where a terminal knows both, this is the one that counts.
        queue!(out, PushKeyboardEnhancementFlags(KEYBOARD))?;
        if self.mouse {
            queue!(out, Print(MOUSE_ON))?;
        }
        out.flush()
    }

    /// Asks the terminal what it is like. It answers through the keyboard, if it does.
    pub(crate) fn ask(&self) {
        // On Windows crossterm reads the keyboard in a way that brings no answers.
        if self.reads.osc && cfg!(unix) {
            // A terminal that cannot be written to is found out by the next frame.
            let _ = execute!(io::stdout(), Print(osc::QUESTIONS));
        }
    }

    /// Calls the window `title`.
    pub(crate) fn set_title(&mut self, title: String) -> io::Result<()> {
        self.title = title;
        let mut out = io::stdout();
        self.write_title(&mut out)?;
        out.flush()
    }

    fn write_title(&self, out: &mut impl Write) -> io::Result<()> {
        if self.reads.osc { queue!(out, Print(osc::title(&self.title))) } else { Ok(()) }
    }

    /// Shows a notification with this text, or rings the bell: without a text, and where no notification would be shown.
    pub(crate) fn ring(&self, text: Option<&str>) -> io::Result<()> {
        let text = text.filter(|_| self.reads.notifications);
        execute!(io::stdout(), Print(text.map_or_else(|| "\x07".to_owned(), osc::notification)))
    }

    /// Takes the mouse, or leaves it to the terminal.
    pub(crate) fn set_mouse(&mut self, ours: bool) -> io::Result<()> {
        self.mouse = ours;
        execute!(io::stdout(), Print(if ours { MOUSE_ON } else { MOUSE_OFF }))
    }

    /// Gives it back for a while.
    pub(crate) fn pause(&mut self) {
        if std::mem::take(&mut self.ours) {
            give_back(&self.shelf, self.reads);
        }
    }

    /// Gives the terminal back from anywhere, for a program that ends at once.
    pub(crate) fn giving_back(&self) -> impl Fn() + Send + use<> {
        let (pictures, reads) = (self.shelf.clone(), self.reads);
        move || give_back(&pictures, reads)
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

/// Returns false while another program has the terminal. Without a controlling terminal there is no background.
#[cfg(unix)]
pub(crate) fn is_in_foreground() -> bool {
    let foreground = rustix::termios::tcgetpgrp(io::stdout());
    foreground.map_or(true, |foreground| foreground == rustix::process::getpgrp())
}

/// There is no background on Windows.
#[cfg(not(unix))]
fn is_in_foreground() -> bool {
    true
}

/// Undoes every mode, but not from the background: it is another program's terminal, and the system stops a program that
/// changes its modes. A step that fails must not keep the next ones from being done, and the error has no reader any more.
fn give_back(shelf: &Shelf, reads: Reads) {
    fn step(command: impl Command) {
        let _ = execute!(io::stdout(), command);
    }
    if !is_in_foreground() {
        return;
    }
    step(EndSynchronizedUpdate);
    let _ = pictures::delete_all(shelf, &mut io::stdout());
    step(Print(MOUSE_OFF));
    step(PopKeyboardEnhancementFlags);
    if reads.modify_other_keys {
        step(Print(osc::MODIFY_NO_OTHER_KEYS));
    }
    step(DisableBracketedPaste);
    step(DisableFocusChange);
    step(Print(osc::POP_TITLE));
    step(LeaveAlternateScreen);
    step(cursor::Show);
    let _ = disable_raw_mode();
}

/// The hook runs for panics in tasks, too, which tokio catches while the screen goes on: those are only logged, and
/// the engine makes a visible line of them. A panic here, on the screen's own thread, ends the program.
fn give_back_on_panic(shelf: Shelf, reads: Reads) {
    static HOOK: Once = Once::new();
    let screen = thread::current().id();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if thread::current().id() == screen {
                give_back(&shelf, reads);
                usual(panic);
            } else {
                tracing::error!(%panic, "a task panicked");
            }
        }));
    });
}

/// Returns true if taking the mouse would cost the Esc key: GNU screen then holds an Esc back until the next key, since it could
/// begin a report of the mouse.
pub(crate) fn mouse_delays_esc(variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    is_set("STY") && !is_set("TMUX")
}

/// Opens the screen for drawing.
pub(crate) fn open(links: Links, shelf: Shelf) -> io::Result<Screen> {
    Terminal::new(Frames::new(io::stdout(), links, shelf))
}

#[cfg(test)]
mod tests {
    use super::mouse_delays_esc;

    #[test]
    fn the_mouse_is_left_alone_in_gnu_screen_only() {
        for (set, delays) in [(&[][..], false), (&["STY"], true), (&["TMUX"], false), (&["STY", "TMUX"], false)] {
            let variable = |name: &str| set.contains(&name).then(|| "1".to_owned());
            assert_eq!(mouse_delays_esc(variable), delays, "{set:?}");
        }
    }
}
