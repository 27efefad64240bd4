//! The keyboard: terminal events become [`Event`]s, and a burst that no person types becomes a paste. What the terminal
//! says when it is asked comes through the keyboard, too; `replies` takes it out first.
//!
//! Terminals with bracketed paste say what is pasted. Others send it as if it were typed, and every line's Enter would
//! send a prompt. So an Enter in a run of characters that came within milliseconds of each other is held until the run
//! is over, and [`Run::is_paste`] decides over it. Everything else goes on at once: only such an Enter ever waits, and
//! only for [`HOLD`].

use super::hangup::Watch;
use super::replies::{Filter, Passed, Reply};
use crate::tui::event::{Event, Mouse};
use crate::tui::keys::Chord;
use crossterm::event::{Event as Input, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use std::io;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Characters that come within this time of each other belong to one run.
const GAP: Duration = Duration::from_millis(3);
/// How long a held Enter waits for what may stand behind it: long enough for a reader that the system kept waiting.
const HOLD: Duration = Duration::from_millis(15);
/// The longest run that is held. What is longer is certainly a paste, and goes on in parts.
const LONGEST: usize = 4096;
/// So many failures behind each other are the end.
const FAILURES_MAX: u32 = 10;
/// Rows a turn of the wheel moves.
const WHEEL: i32 = 3;

/// What a terminal is known to do with a paste.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pastes {
    /// It brackets them, or is of a kind that does: a burst is a script, or typing over a slow line.
    Bracketed,
    /// It is of a kind that does not.
    Plain,
    /// It has bracketed one, so nothing else is ever a paste.
    Seen,
}

/// Reads the terminal.
pub(super) struct Inputs {
    pastes: Pastes,
    replies: Filter,
    run: Run,
}

impl Default for Inputs {
    fn default() -> Self {
        let term = std::env::var("TERM").unwrap_or_default();
        let plain = cfg!(windows) || matches!(term.as_str(), "" | "dumb" | "linux") || term.starts_with("vt");
        let pastes = if plain { Pastes::Plain } else { Pastes::Bracketed };
        Self { pastes, replies: Filter::default(), run: Run::default() }
    }
}

impl Inputs {
    /// Sends everything that is read to `events`, until the receiver is dropped or the terminal is gone.
    ///
    /// # Errors
    /// When reading has failed so often that it will not succeed any more.
    pub(super) async fn forward(
        mut self,
        watch: Watch,
        mut stream: EventStream,
        events: mpsc::Sender<Event>,
    ) -> io::Result<()> {
        let mut failures = 0;
        loop {
            // While an Enter is held, the run it belongs to is over when nothing comes for a moment.
            let held = self.run.is_held().then_some(HOLD);
            let input = match [held, self.replies.patience()].into_iter().flatten().min() {
                Some(patience) => tokio::time::timeout(patience, watch.next(&mut stream)).await.ok(),
                None => Some(watch.next(&mut stream).await),
            };
            let ready = match input {
                None => self.wait_is_over(Instant::now()),
                Some(None) => return Ok(()),
                Some(Some(Err(error))) => {
                    tracing::warn!(%error, "an input could not be read");
                    failures += 1;
                    if failures == FAILURES_MAX {
                        return Err(error);
                    }
                    continue;
                }
                Some(Some(Ok(input))) => {
                    failures = 0;
                    let at = Instant::now();
                    let passed = self.replies.take(input, at);
                    self.follow(passed, at)
                }
            };
            for event in ready {
                if events.send(event).await.is_err() {
                    return Ok(());
                }
            }
        }
    }

    /// Nothing came for as long as it was waited for.
    fn wait_is_over(&mut self, at: Instant) -> Vec<Event> {
        let mut ready = self.run.release(self.pastes);
        let passed = self.replies.expire(at);
        ready.extend(self.follow(passed, at));
        ready
    }

    fn follow(&mut self, passed: Vec<Passed>, at: Instant) -> Vec<Event> {
        let mut ready = Vec::new();
        for event in passed.into_iter().filter_map(translate) {
            if matches!(event, Event::Pasted(_)) {
                self.pastes = Pastes::Seen;
            }
            ready.extend(self.run.take(event, at, self.pastes));
        }
        ready
    }
}

/// A run of characters that come within [`GAP`] of each other. Pure: time comes in as an argument.
#[derive(Debug, Default)]
struct Run {
    /// How many characters and Enters it has so far.
    length: usize,
    last: Option<Instant>,
    /// From its first Enter on.
    held: Vec<Chord>,
}

impl Run {
    fn is_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes an event and gives back what can go on now.
    fn take(&mut self, event: Event, at: Instant, pastes: Pastes) -> Vec<Event> {
        let chord = match event {
            Event::Key(chord) if is_text(&chord) => chord,
            // What is no text ends the run.
            other => {
                let mut ready = self.release(pastes);
                self.length = 0;
                ready.push(other);
                return ready;
            }
        };
        let gap = if self.is_held() { HOLD } else { GAP };
        let soon = self.last.is_some_and(|last| at.duration_since(last) <= gap);
        self.last = Some(at);
        let mut ready = if soon { Vec::new() } else { self.release(pastes) };
        self.length = if soon { self.length + 1 } else { 1 };
        let begins_to_wait = self.length > 1 && chord.is_plain_enter() && pastes != Pastes::Seen;
        if self.is_held() || begins_to_wait {
            self.held.push(chord);
            if self.held.len() >= LONGEST {
                ready.extend(self.release(pastes));
            }
        } else {
            ready.push(Event::Key(chord));
        }
        ready
    }

    /// What was held, as keys or as a paste.
    fn release(&mut self, pastes: Pastes) -> Vec<Event> {
        let paste = self.is_paste(pastes);
        let held = std::mem::take(&mut self.held);
        if paste {
            let text: String = held.iter().map(character).collect();
            return vec![Event::Pasted(text)];
        }
        held.into_iter().map(Event::Key).collect()
    }

    /// Whether what is held was pasted. Where pastes are not bracketed: whenever something stands behind an Enter.
    /// Elsewhere a burst is much more likely a script, or a person ahead of a slow line. Both end with the Enter that
    /// sends, or have the beginning of one more prompt behind it; a paste has lines, and ends in the middle of one.
    fn is_paste(&self, pastes: Pastes) -> bool {
        let lines = self.held.iter().filter(|chord| chord.is_plain_enter()).count();
        let ends_with_enter = self.held.last().is_some_and(Chord::is_plain_enter);
        match pastes {
            Pastes::Seen => false,
            Pastes::Plain => self.held.len() > 1,
            Pastes::Bracketed => lines > 1 && !ends_with_enter,
        }
    }
}

/// Whether a key is part of a text: pasted tabs are, too.
fn is_text(chord: &Chord) -> bool {
    chord.typed().is_some() || chord.is_plain_enter() || chord.is_plain_tab()
}

fn character(chord: &Chord) -> char {
    match chord.typed() {
        Some(c) => c,
        None if chord.is_plain_tab() => '\t',
        None => '\n',
    }
}

fn translate(passed: Passed) -> Option<Event> {
    let input = match passed {
        Passed::Input(input) => input,
        Passed::Reply(Reply::Background(colour)) => return Some(Event::Background(colour)),
        Passed::Reply(Reply::ShiftEnter) => return Some(Event::ShiftEnterReported),
    };
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => Chord::from_event(&key).map(Event::Key),
        Input::Paste(text) => Some(Event::Pasted(text)),
        Input::Resize(width, height) => Some(Event::Resized { width, height }),
        Input::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Some(Event::Wheeled(-WHEEL)),
            MouseEventKind::ScrollDown => Some(Event::Wheeled(WHEEL)),
            MouseEventKind::Down(MouseButton::Left) => Some(Event::Mouse(Mouse::Pressed(mouse.column, mouse.row))),
            MouseEventKind::Drag(MouseButton::Left) => Some(Event::Mouse(Mouse::Dragged(mouse.column, mouse.row))),
            MouseEventKind::Up(MouseButton::Left) => Some(Event::Mouse(Mouse::Released)),
            _ => None,
        },
        Input::FocusGained => Some(Event::Focused(true)),
        Input::FocusLost => Some(Event::Focused(false)),
        Input::Key(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of `text` when its characters come `apart` milliseconds from each other: keys in angle brackets
    /// where they are not characters, pastes in quotes.
    fn arrives(text: &str, apart: u64, pastes: Pastes) -> String {
        let mut run = Run::default();
        let mut at = Instant::now();
        let mut events = Vec::new();
        for c in text.chars() {
            let name = match c {
                '\n' => "enter".to_owned(),
                '\t' => "tab".to_owned(),
                ' ' => "space".to_owned(),
                c => c.to_string(),
            };
            at += Duration::from_millis(apart);
            events.extend(run.take(Event::Key(name.parse().unwrap()), at, pastes));
        }
        events.extend(run.release(pastes));
        let show = |event: &Event| match event {
            Event::Key(chord) => chord.typed().map_or_else(|| format!("<{chord}>"), String::from),
            Event::Pasted(text) => format!("{text:?}"),
            other => format!("{other:?}"),
        };
        events.iter().map(show).collect()
    }

    #[test]
    fn typing_is_typing_however_fast_a_person_or_a_script_is() {
        for pastes in [Pastes::Bracketed, Pastes::Plain, Pastes::Seen] {
            for apart in [5, 30, 200] {
                assert_eq!(arrives("a prompt\nanother one", apart, pastes), "a prompt<Enter>another one");
            }
        }
        assert_eq!(arrives("one line\n", 0, Pastes::Plain), "one line<Enter>", "a line that is sent at once");
    }

    #[test]
    fn prompts_sent_in_one_burst_are_all_sent_where_pastes_are_bracketed() {
        assert_eq!(arrives("one\ntwo\nthree\n", 0, Pastes::Bracketed), "one<Enter>two<Enter>three<Enter>");
        assert_eq!(arrives("one two three\nfour fi", 0, Pastes::Bracketed), "one two three<Enter>four fi");
        assert_eq!(arrives("a\nb\nc", 0, Pastes::Seen), "a<Enter>b<Enter>c");
    }

    #[test]
    fn a_burst_with_text_behind_an_enter_is_a_paste_and_sends_nothing() {
        assert_eq!(arrives("fn f()\n\tx\n}", 0, Pastes::Bracketed), "fn f()\"\\n\\tx\\n}\"");
        assert_eq!(arrives("one two\nthree", 0, Pastes::Plain), "one two\"\\nthree\"");
        assert_eq!(arrives("a\nb\n", 0, Pastes::Plain), "a\"\\nb\\n\"");
    }

    #[test]
    fn what_is_no_text_ends_a_run_and_comes_behind_it() {
        let mut run = Run::default();
        let at = Instant::now();
        let key = |name: &str| Event::Key(name.parse().unwrap());
        run.take(key("a"), at, Pastes::Bracketed);
        assert!(run.take(key("enter"), at, Pastes::Bracketed).is_empty(), "held");
        assert_eq!(run.take(key("esc"), at, Pastes::Bracketed), [key("enter"), key("esc")]);
    }
}
