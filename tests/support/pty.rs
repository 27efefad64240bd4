//! The built program in a pseudo-terminal, with a terminal emulator that understands what it draws.

use super::PATIENCE;
use super::program::{Home, PROGRAM};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long a press of Ctrl+C may take to show. Longer than the program waits for the second press: that one must not end it.
const PRESS: Duration = Duration::from_secs(4);
/// How long a person takes from a letter to Enter, and back. What comes sooner may be a paste.
const TO_ENTER: Duration = Duration::from_millis(60);
/// How long the program may take to show what was typed, if that shows at all.
const TO_SHOW: Duration = Duration::from_secs(1);

/// What the program writes before and after a frame (synchronized update).
const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

/// A program on a terminal.
pub(crate) struct Pty {
    screen: vt100::Parser,
    /// Everything the program wrote.
    pub(crate) written: Vec<u8>,
    output: Receiver<Vec<u8>>,
    keyboard: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    /// What the input was like before the last key, if that was Enter.
    entered: Option<String>,
    /// The program has written nothing since the last key.
    unanswered: bool,
    /// A frame has begun and not ended.
    is_in_frame: bool,
    /// A program whose folders vanish reports it, in the place of the line that a test waits for.
    _home: Option<Home>,
}

impl Pty {
    /// Starts the full-screen program at 120×36.
    pub(crate) fn start(home: &Home, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(args);
        Self::spawn_in(home, command)
    }

    /// Starts any command with the environment of a home.
    pub(crate) fn spawn_in(home: &Home, mut command: CommandBuilder) -> Self {
        command.env_clear();
        for (name, value) in home.env() {
            command.env(name, value);
        }
        Self { _home: Some(home.clone()), ..Self::spawn(command) }
    }

    /// Starts any command.
    pub(crate) fn spawn(command: CommandBuilder) -> Self {
        let size = PtySize { rows: 36, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = vec![0; 65536];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            screen: vt100::Parser::new(nonzero(36), nonzero(120), 0),
            written: Vec::new(),
            output,
            keyboard: pair.master.take_writer().expect("its keyboard"),
            master: pair.master,
            child,
            entered: None,
            unanswered: false,
            is_in_frame: false,
            _home: None,
        }
    }

    /// Types as a person would: an Enter comes a moment after the text before it was seen, and text behind an Enter when
    /// that has done something. The program takes what comes sooner for a paste, however late it reads it.
    pub(crate) fn send(&mut self, keys: &str) -> &mut Self {
        let text = keys.strip_suffix('\r').unwrap_or(keys);
        if !text.is_empty() {
            if let Some(input) = self.entered.take() {
                self.rest_until(|pty| !pty.unanswered && (input.is_empty() || pty.input() != input));
            }
            self.send_at_once(text);
        }
        if text != keys {
            let end: String = text.chars().skip(text.chars().count().saturating_sub(8)).collect();
            self.rest_until(|pty| !pty.unanswered && pty.shown().contains(&end));
            let input = self.input();
            self.send_at_once("\r");
            self.entered = Some(input);
        }
        self
    }

    /// The rows of the input.
    fn input(&self) -> String {
        self.shown().lines().filter(|row| row.contains("▌ ")).collect()
    }

    /// Waits until the screen is like that, if it ever is, and then as long as a person does before another kind of key.
    fn rest_until(&mut self, like: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + TO_SHOW;
        while (self.is_in_frame || !like(self))
            && let Ok(bytes) = self.output.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            self.take(&bytes);
        }
        std::thread::sleep(TO_ENTER);
    }

    /// Sends bytes in one write, as a terminal sends a key, a report or a paste.
    pub(crate) fn send_at_once(&mut self, keys: &str) -> &mut Self {
        self.unanswered = true;
        self.entered = None;
        self.keyboard.write_all(keys.as_bytes()).and_then(|()| self.keyboard.flush()).expect("the program reads");
        self
    }

    pub(crate) fn resize(&mut self, cols: u16, rows: u16) {
        self.screen.screen_mut().set_size(nonzero(rows), nonzero(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).expect("another size");
    }

    /// What the screen shows.
    pub(crate) fn shown(&self) -> String {
        self.screen.screen().contents()
    }

    /// Where the caret is: its row and column. In the middle of a frame it is anywhere.
    pub(crate) fn caret(&self) -> (usize, usize) {
        let (row, column) = self.screen.screen().cursor_position();
        (row.into(), column.into())
    }

    /// Waits until the screen shows `text`.
    pub(crate) fn until(&mut self, text: &str) -> String {
        self.until_like(text, |pty| pty.shown().contains(text))
    }

    /// Waits until the screen is like that, between two frames: in the middle of one a text that moves may be nowhere.
    pub(crate) fn until_like(&mut self, what: &str, like: impl Fn(&Self) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        while self.is_in_frame || !like(self) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(why) => panic!("never saw {what} ({why}); the screen:\n{}", self.shown()),
            }
        }
        self.shown()
    }

    /// Leaves with Ctrl+C as often as that takes: the first press may stop an answer whose end is still on its way.
    pub(crate) fn leave(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.shown().contains("again to leave") {
            assert!(Instant::now() < deadline, "it does not say how to leave; the screen:\n{}", self.shown());
            self.send("\x03");
            let pressed = Instant::now() + PRESS;
            while !self.shown().contains("again to leave") {
                match self.output.recv_timeout(pressed.saturating_duration_since(Instant::now())) {
                    Ok(bytes) => self.take(&bytes),
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => panic!("it ended by itself"),
                }
            }
        }
        self.send("\x03");
    }

    /// Waits for the program to end and gives back its exit status; then everything it wrote has been read.
    pub(crate) fn ended(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end; the screen:\n{}", self.shown()),
            }
        }
        self.child.wait().expect("its status").exit_code()
    }

    pub(crate) fn process_id(&self) -> i32 {
        self.child.process_id().and_then(|id| i32::try_from(id).ok()).expect("it runs")
    }

    /// How often the program has taken the terminal over.
    pub(crate) fn takeovers(&self) -> usize {
        count(&self.written, b"\x1b[?1049h")
    }

    /// What is wrong with the terminal now: every mode that the program left switched on.
    pub(crate) fn modes_left_on(&self) -> Vec<&'static str> {
        let screen = self.screen.screen();
        let mut left = Vec::new();
        let mut check = |on: bool, name| {
            if on {
                left.push(name);
            }
        };
        check(screen.alternate_screen(), "alternate screen");
        check(screen.bracketed_paste(), "bracketed paste");
        check(screen.hide_cursor(), "hidden cursor");
        check(screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None, "mouse");
        let asked = count(&self.written, b"\x1b[>4;1m");
        check(asked != count(&self.written, b"\x1b[>4m"), "chords without a byte");
        let pushed = count(&self.written, b"\x1b[>5u");
        check(pushed != count(&self.written, b"\x1b[<1u"), "keyboard flags");
        let focus = count(&self.written, b"\x1b[?1004h");
        check(focus != count(&self.written, b"\x1b[?1004l"), "focus reports");
        let titles = count(&self.written, b"\x1b[22;2t");
        check(titles != count(&self.written, b"\x1b[23;2t"), "title");
        check(self.is_in_frame, "synchronized update");
        check(self.is_raw(), "raw mode");
        left
    }

    /// Whether the line discipline is off, as full-screen programs need it and shells do not.
    pub(crate) fn is_raw(&self) -> bool {
        use rustix::termios::{LocalModes, tcgetattr};
        // Not the master by its path in /proc: opening that makes another terminal.
        let Some(name) = self.master.tty_name() else { return false };
        let file = std::fs::File::open(name).expect("the terminal is there");
        tcgetattr(&file).is_ok_and(|modes| !modes.local_modes.contains(LocalModes::ICANON))
    }

    fn take(&mut self, bytes: &[u8]) {
        self.unanswered = false;
        self.screen.process(bytes);
        // A mark may have come in two parts.
        let new = self.written.len().saturating_sub(FRAME_BEGINS.len() - 1);
        self.written.extend_from_slice(bytes);
        let last = |mark: &[u8]| self.written[new..].windows(mark.len()).rposition(|window| window == mark);
        self.is_in_frame = match (last(FRAME_BEGINS), last(FRAME_ENDS)) {
            (None, None) => self.is_in_frame,
            (begins, ends) => begins > ends,
        };
    }
}

fn nonzero(n: u16) -> NonZero<u16> {
    NonZero::new(n).expect("a size above zero")
}

fn count(bytes: &[u8], needle: &[u8]) -> usize {
    bytes.windows(needle.len()).filter(|window| *window == needle).count()
}
