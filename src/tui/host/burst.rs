//! A burst of keys that no person types becomes a paste: nothing is sent but by an Enter that a person pressed.
//!
//! Terminals with bracketed paste say what is pasted. Others, screen, serial lines, and programs that type send it as if it
//! were typed, and every line's Enter would send a prompt. How fast keys come tells the two apart, and nothing else does:
//!
//! - A person's keys are hardly ever less than [`CLOSE`] apart. A slow line or a stopped process may bring some at once, so a
//!   few of them ([`BURST`]) are still typing, and so is an Enter among them.
//! - More than that are a burst, and its Enters and tabs are text, the last one, too. Whole lines behind each other are a
//!   burst from fewer keys on ([`LINES`]).
//! - A burst goes on over a pause of [`PAUSE`]: serial adapters and networks deliver it in pieces.
//!
//! So an Enter or a tab waits for [`HOLD`] until it is known what stands behind it; everything else goes on at once. What
//! was typed ahead of a program that stood still is taken for a paste, which costs one more Enter. That a terminal brackets
//! pastes changes nothing: programs between it and us, and those that type, send some without. Pure: time comes in as an
//! argument. Must not read anything.

use crate::tui::event::Event;
use crate::tui::keys::Chord;
use std::time::{Duration, Instant};

/// Keys that come within this time of each other are close: characters at 2,400 baud are, keys of a fast typist are not.
const CLOSE: Duration = Duration::from_millis(5);
/// So many keys close to each other are a burst.
const BURST: usize = 8;
/// So many are one if they are several lines.
const LINES: usize = 4;
/// How long a burst may pause. A person who pastes does not press Enter sooner.
const PAUSE: Duration = Duration::from_millis(30);
/// How long an Enter waits for what may stand behind it: long enough for a reader that the system kept waiting.
pub(super) const HOLD: Duration = Duration::from_millis(15);
/// The longest run that is held. What is longer is certainly a paste, and goes on in parts.
const HELD_MAX: usize = 4096;

/// Keys of a text that come soon behind each other.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// How many of its keys are close to the one before.
    close: usize,
    last: Option<Instant>,
    /// From its first Enter or tab on.
    held: Vec<Chord>,
}

impl Run {
    pub(super) fn is_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes an event and gives back what can go on now.
    pub(super) fn take(&mut self, event: Event, at: Instant) -> Vec<Event> {
        let chord = match event {
            Event::Key(chord) if text(&chord).is_some() => chord,
            // The window and the terminal's replies come between any two keys.
            other @ (Event::Focused(_) | Event::Resized { .. } | Event::Background(_)) => return vec![other],
            // What is no text ends the run.
            other => {
                let mut ready = self.end();
                ready.push(other);
                return ready;
            }
        };
        let gap = self.last.map_or(Duration::MAX, |last| at.duration_since(last));
        let goes_on = gap <= if self.is_burst() { PAUSE } else { HOLD };
        let mut ready = if goes_on { Vec::new() } else { self.end() };
        self.last = Some(at);
        self.close += usize::from(gap < CLOSE);
        if self.is_held() || chord.is_plain_enter() || chord.is_plain_tab() {
            self.held.push(chord);
            if self.held.len() >= HELD_MAX {
                ready.extend(self.release());
            }
        } else {
            ready.push(Event::Key(chord));
        }
        ready
    }

    /// What was held, as keys or as a paste. The run may go on.
    pub(super) fn release(&mut self) -> Vec<Event> {
        let is_paste = self.is_burst() || self.close + 1 >= LINES && has_lines(&self.held);
        let held = std::mem::take(&mut self.held);
        match is_paste && !held.is_empty() {
            true => vec![Event::Pasted(held.iter().filter_map(text).collect())],
            false => held.into_iter().map(Event::Key).collect(),
        }
    }

    fn end(&mut self) -> Vec<Event> {
        let ready = self.release();
        *self = Self::default();
        ready
    }

    /// Whether it has more keys than a person or a slow line brings at once.
    fn is_burst(&self) -> bool {
        self.close + 1 >= BURST
    }
}

/// Whether a line ends behind the first Enter, too: no person is that far ahead.
fn has_lines(held: &[Chord]) -> bool {
    let last = held.iter().rposition(Chord::is_plain_enter).unwrap_or_default();
    let begun = held.iter().take(last).skip_while(|chord| !chord.is_plain_enter());
    begun.into_iter().any(|chord| !chord.is_plain_enter())
}

/// What a key is in a text. A line may end with CR (Enter), LF (Ctrl+J) or both.
fn text(chord: &Chord) -> Option<char> {
    match chord.typed() {
        Some(c) => Some(c),
        None if chord.is_plain_enter() => Some('\r'),
        None if chord.is_plain_tab() => Some('\t'),
        None => chord.is_line_feed().then_some('\n'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key of `text`, as terminals send it.
    fn key(c: char) -> Event {
        let name = match c {
            '\r' => "enter".to_owned(),
            '\n' => "ctrl-j".to_owned(),
            '\t' => "tab".to_owned(),
            '\x1b' => "esc".to_owned(),
            ' ' => "space".to_owned(),
            c => c.to_string(),
        };
        Event::Key(name.parse().unwrap())
    }

    /// What becomes of `pieces`: each comes so many milliseconds after the one before, and its characters so many
    /// microseconds from each other. Keys in angle brackets where they are not characters, pastes in quotes.
    fn pieces(pieces: &[(u64, &str)], apart: u64) -> String {
        let mut run = Run::default();
        let mut at = Instant::now();
        let mut events = Vec::new();
        for (pause, text) in pieces {
            for (index, c) in text.chars().enumerate() {
                let gap = if index == 0 { Duration::from_millis(*pause) } else { Duration::from_micros(apart) };
                // The reader wakes up when it has held something for long enough.
                if run.is_held() && gap > HOLD {
                    events.extend(run.release());
                }
                at += gap;
                events.extend(run.take(key(c), at));
            }
        }
        events.extend(run.release());
        let show = |event: &Event| match event {
            Event::Key(chord) => chord.typed().map_or_else(|| format!("<{chord}>"), String::from),
            Event::Pasted(text) => format!("{text:?}"),
            other => format!("{other:?}"),
        };
        events.iter().map(show).collect()
    }

    /// The same for one text.
    fn arrives(text: &str, apart: u64) -> String {
        pieces(&[(0, text)], apart)
    }

    #[test]
    fn typing_is_typing_however_fast_a_person_is() {
        for milliseconds in [5, 7, 10, 15, 16, 29, 30, 31, 200] {
            let typed = arrives("a prompt\ranother\tone\r", milliseconds * 1_000);
            assert_eq!(typed, "a prompt<Enter>another<Tab>one<Enter>", "{milliseconds} ms");
        }
        // Rolling over the last keys.
        assert_eq!(pieces(&[(0, "a prom"), (80, "pt\r")], 2_000), "a prompt<Enter>");
    }

    #[test]
    fn keys_that_a_slow_line_brings_together_are_typing() {
        for (parts, typed) in [
            (vec![(0, "an"), (120, "swer"), (90, "ed\r")], "answered<Enter>"),
            (vec![(0, "yes"), (300, "\r")], "yes<Enter>"),
            (vec![(0, "yes\r")], "yes<Enter>"),
            (vec![(0, "ok\rnext")], "ok<Enter>next"),
            (vec![(0, "k\rn"), (200, "ext on")], "k<Enter>next on"),
            (vec![(0, "\r\r")], "<Enter><Enter>"),
            (vec![(0, "@sr\t")], "@sr<Tab>"),
        ] {
            assert_eq!(pieces(&parts, 10), typed, "{parts:?}");
        }
    }

    #[test]
    fn a_burst_sends_nothing_and_keeps_its_lines_and_tabs() {
        for (text, becomes) in [
            ("first line\rsecond line", r#"first line"\rsecond line""#),
            ("a one\rb two\rc three\r", r#"a one"\rb two\rc three\r""#),
            ("one line of it\r", r#"one line of it"\r""#),
            ("a\rb\r", r#"a"\rb\r""#),
            ("\rindented by it", r#""\rindented by it""#),
            ("a,b\tc,d\te,f", r#"a,b"\tc,d\te,f""#),
            ("one\r\ntwo\r\nthree", r#"one"\r\ntwo\r\nthree""#),
            ("one\ntwo\nthree", "one<Ctrl+J>two<Ctrl+J>three"),
        ] {
            // In one write, at 9,600 baud and at 2,400.
            for apart in [0, 1_042, 4_167] {
                assert_eq!(arrives(text, apart), becomes, "{text:?} {apart} µs apart");
            }
        }
    }

    #[test]
    fn a_burst_goes_on_over_the_pauses_of_an_adapter() {
        let parts = [(0, "sixteen letters "), (16, "\rand sixteen ones"), (16, "\r")];
        assert_eq!(pieces(&parts, 90), r#"sixteen letters "\rand sixteen ones""\r""#);
        let apart = [(0, "a paste of one line"), (100, "\r")];
        assert_eq!(pieces(&apart, 0), "a paste of one line<Enter>", "a person's Enter behind it");
    }

    #[test]
    fn what_was_typed_ahead_of_a_stopped_program_is_not_sent() {
        assert_eq!(arrives("yes please do\r", 0), r#"yes please do"\r""#);
    }

    #[test]
    fn a_reader_that_the_system_interrupts_takes_no_paste_apart() {
        let parts = [(0, "first line"), (10, "\rsecond"), (14, " line\r")];
        assert_eq!(pieces(&parts, 0), r#"first line"\rsecond line\r""#);
    }

    #[test]
    fn what_is_no_text_ends_a_run_and_comes_behind_it() {
        let mut run = Run::default();
        let at = Instant::now();
        run.take(key('a'), at);
        assert!(run.take(key('\r'), at).is_empty(), "held");
        assert_eq!(run.take(key('\x1b'), at), [key('\r'), key('\x1b')]);
        run.take(key('\r'), at);
        assert_eq!(run.take(Event::Focused(true), at), [Event::Focused(true)]);
        assert!(run.is_held());
        assert_eq!(arrives("a long paste\r\x1b\r", 0), r#"a long paste"\r"<Esc><Enter>"#);
    }

    #[test]
    fn an_endless_paste_goes_on_in_parts() {
        let text = "lines\r".repeat(HELD_MAX);
        let shown = arrives(&text, 0);
        assert!(!shown.contains("<Enter>") && shown.matches('l').count() == HELD_MAX);
    }
}
