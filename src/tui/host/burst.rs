//! A burst of keys that no person types becomes a paste.
//!
//! Terminals with bracketed paste say what is pasted. Others send it as if it were typed, and every line's Enter would
//! send a prompt. So an Enter in a run of characters that came within milliseconds of each other is held until the run
//! is over, and [`Run::is_paste`] decides over it. Everything else goes on at once: only such an Enter ever waits, and
//! only for [`HOLD`]. Pure: time comes in as an argument. Must not read anything.

use crate::tui::event::Event;
use crate::tui::keys::Chord;
use std::time::{Duration, Instant};

/// Characters that come within this time of each other belong to one run.
const GAP: Duration = Duration::from_millis(3);
/// How long a held Enter waits for what may stand behind it: long enough for a reader that the system kept waiting.
pub(super) const HOLD: Duration = Duration::from_millis(15);
/// The longest run that is held. What is longer is certainly a paste, and goes on in parts.
const LONGEST: usize = 4096;
/// What a terminal is known to do with a paste.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pastes {
    /// It brackets them, or is of a kind that does: a burst is a script, or typing over a slow line.
    Bracketed,
    /// It is of a kind that does not.
    Plain,
    /// It has bracketed one, so nothing else is ever a paste.
    Seen,
}

impl Pastes {
    /// What the environment tells of the terminal.
    pub(super) fn of_terminal() -> Self {
        let term = std::env::var("TERM").unwrap_or_default();
        let plain = cfg!(windows) || matches!(term.as_str(), "" | "dumb" | "linux") || term.starts_with("vt");
        if plain { Self::Plain } else { Self::Bracketed }
    }
}

/// A run of characters that come within [`GAP`] of each other.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// How many characters and Enters it has so far.
    length: usize,
    last: Option<Instant>,
    /// From its first Enter on.
    held: Vec<Chord>,
}

impl Run {
    pub(super) fn is_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes an event and gives back what can go on now.
    pub(super) fn take(&mut self, event: Event, at: Instant, pastes: Pastes) -> Vec<Event> {
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
    pub(super) fn release(&mut self, pastes: Pastes) -> Vec<Event> {
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
