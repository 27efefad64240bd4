//! A burst of keys that no person types becomes a paste: nothing is sent but by an Enter that a person pressed.
//!
//! Terminals with bracketed paste say what is pasted. Others, screen, serial lines, and programs that type send it as if it
//! were typed, and every line's Enter would send a prompt. How fast keys come tells the two apart, and nothing else does:
//!
//! - A person's keys are hardly ever less than [`CLOSE_GAP`] apart. A slow line or a stopped process may bring some at once,
//!   so a few of them (less than [`BURST_KEYS_MIN`]) are still typing, and so is an Enter at their end.
//! - More than that are a burst, and its Enters and tabs are text, the last one, too. So is an Enter with text close behind
//!   it: no person goes on within milliseconds, without having seen what Enter did. And so is an Enter soon behind a
//!   bracketed paste, whose text may contain the closing bracket.
//! - Keys that are no text, such as arrows, count like others. The mouse is another device: it neither counts nor ends a run.
//! - A burst goes on over a pause of [`BURST_PAUSE_MAX`], and what may become one over [`GROUP_PAUSE_MAX`]: serial adapters
//!   and networks deliver text in pieces.
//!
//! So an Enter or a tab waits for [`ENTER_HOLD`] until it is known what stands behind it, and events behind it wait, too;
//! everything else goes on at once. Text typed ahead of a program that stood still is taken for a paste, which costs one
//! more Enter. Two limits are left: a short text that ends in Enter and comes in one piece is sent, since a slow line brings
//! a person's `yes` like that; and below 2,400 baud characters come one by one, as slowly as keys. That a terminal brackets
//! pastes changes nothing: programs between it and us, and those that type, send some without. Pure: time comes in as an
//! argument. Must not read anything.

use crate::tui::event::Event;
use crate::tui::keys::Chord;
use std::time::{Duration, Instant};

/// Keys that come within this time of each other are close: characters at 2,400 baud are, keys of a fast typist are not.
const CLOSE_GAP: Duration = Duration::from_millis(5);
/// The fewest keys close to each other that are a burst.
const BURST_KEYS_MIN: usize = 8;
/// How long a burst may pause. A person who pastes does not press Enter sooner.
const BURST_PAUSE_MAX: Duration = Duration::from_millis(30);
/// The fewest keys close to each other that may be the first piece of a burst, and how long it may pause then: the usual
/// timer of a USB serial adapter has 16 ms.
const GROUP_KEYS_MIN: usize = 3;
const GROUP_PAUSE_MAX: Duration = Duration::from_millis(20);
/// How long an Enter waits for text behind it: long enough for a reader that the system kept waiting.
const ENTER_HOLD: Duration = Duration::from_millis(15);
/// The most events that are held. A longer run is certainly a paste, and goes on in parts.
const HELD_EVENTS_MAX: usize = 4096;

/// Keys that come soon behind each other.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// The number of its keys that are close to the one before.
    close: usize,
    last: Option<Instant>,
    /// From its first Enter or tab on.
    held: Vec<Event>,
    /// It has text where no person types any: close behind an Enter, or in brackets.
    is_certain: bool,
}

impl Run {
    /// When the held events go on if nothing comes until then; `None`: nothing is held.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.last.filter(|_| !self.held.is_empty()).map(|last| last + self.hold())
    }

    /// Takes an event and gives back what can go on now.
    pub(super) fn take(&mut self, event: Event, at: Instant) -> Vec<Event> {
        match event {
            // The window and the terminal's replies come between any two keys.
            Event::Focused(_) | Event::Resized { .. } | Event::Background(_) | Event::ShiftEnterReported => vec![event],
            Event::Mouse(_) | Event::Clicked(_) | Event::Wheeled(_) => self.pass_on(event),
            Event::Key(chord) => self.key(chord, at),
            Event::Pasted(_) => {
                let mut ready = self.go_on(at);
                self.is_certain = true;
                ready.extend(self.pass_on(event));
                ready
            }
            other => {
                let mut ready = self.end();
                ready.push(other);
                ready
            }
        }
    }

    fn key(&mut self, chord: Chord, at: Instant) -> Vec<Event> {
        let is_close = self.last.is_some_and(|last| at.duration_since(last) < CLOSE_GAP);
        let mut ready = self.go_on(at);
        self.close += usize::from(is_close);
        let behind_enter = matches!(self.held.last(), Some(Event::Key(before)) if before.is_plain_enter());
        self.is_certain |= is_close && behind_enter && text(&chord).is_some() && !chord.is_plain_enter();
        if chord.is_plain_enter() || chord.is_plain_tab() {
            self.held.push(Event::Key(chord));
        } else {
            ready.extend(self.pass_on(Event::Key(chord)));
        }
        if self.held.len() >= HELD_EVENTS_MAX {
            ready.extend(self.release());
        }
        ready
    }

    /// An event at the time `at` continues the run or begins another one.
    fn go_on(&mut self, at: Instant) -> Vec<Event> {
        let pause_max = if self.is_burst() { BURST_PAUSE_MAX } else { self.hold() };
        let goes_on = self.last.is_some_and(|last| at.duration_since(last) <= pause_max);
        let ready = if goes_on { Vec::new() } else { self.end() };
        self.last = Some(at);
        ready
    }

    /// Returns an event, or holds it behind a held Enter.
    fn pass_on(&mut self, event: Event) -> Vec<Event> {
        if self.held.is_empty() {
            return vec![event];
        }
        self.held.push(event);
        Vec::new()
    }

    fn hold(&self) -> Duration {
        if self.close + 1 >= GROUP_KEYS_MIN { GROUP_PAUSE_MAX } else { ENTER_HOLD }
    }

    /// The held events; in a burst their text is a paste. The run may go on.
    pub(super) fn release(&mut self) -> Vec<Event> {
        let held = std::mem::take(&mut self.held);
        if !self.is_burst() {
            return held;
        }
        let mut ready = Vec::new();
        for event in held {
            let c = if let Event::Key(chord) = &event { text(chord) } else { None };
            match (c, ready.last_mut()) {
                (Some(c), Some(Event::Pasted(pasted))) => pasted.push(c),
                (Some(c), _) => ready.push(Event::Pasted(c.to_string())),
                (None, _) => ready.push(event),
            }
        }
        ready
    }

    fn end(&mut self) -> Vec<Event> {
        let ready = self.release();
        *self = Self::default();
        ready
    }

    /// Returns true if it has more keys than a person or a slow line brings at once, or text where no person types any.
    fn is_burst(&self) -> bool {
        self.is_certain || self.close + 1 >= BURST_KEYS_MIN
    }
}

/// Returns the character that a key is in a text. A line may end with CR (Enter), LF (Ctrl+J) or both.
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
            '\x08' => "backspace".to_owned(),
            '↑' => "up".to_owned(),
            ' ' => "space".to_owned(),
            c => c.to_string(),
        };
        Event::Key(name.parse().unwrap())
    }

    /// The same for others: a bracketed paste and a turn of the wheel by a sign each.
    fn event(c: char) -> Event {
        match c {
            '¶' => Event::Pasted("in brackets".to_owned()),
            '↕' => Event::Wheeled(3),
            c => key(c),
        }
    }

    /// The events of `pieces`: each comes so many milliseconds after the one before, and its characters so many
    /// microseconds from each other. Keys in angle brackets where they are not characters, pastes in quotes.
    fn pieces(pieces: &[(u64, &str)], apart: u64) -> String {
        let mut run = Run::default();
        let mut at = Instant::now();
        let mut events = Vec::new();
        for (pause, text) in pieces {
            for (index, c) in text.chars().enumerate() {
                let gap = if index == 0 { Duration::from_millis(*pause) } else { Duration::from_micros(apart) };
                // The reader wakes up when it has held something for long enough.
                if run.deadline().is_some_and(|deadline| deadline < at + gap) {
                    events.extend(run.release());
                }
                at += gap;
                events.extend(run.take(event(c), at));
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
            (vec![(0, "ok\r"), (60, "next")], "ok<Enter>next"),
            (vec![(0, "\r\r")], "<Enter><Enter>"),
            (vec![(0, "@sr\t")], "@sr<Tab>"),
            (vec![(0, "@sr\tc")], "@sr<Tab>c"),
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
    fn an_enter_with_text_close_behind_it_sends_nothing() {
        for (parts, becomes) in [
            (vec![(0, "hi\rbye")], r#"hi"\rbye""#),
            (vec![(0, "ok\rnext")], r#"ok"\rnext""#),
            (vec![(0, "k\rn"), (200, "ext on")], r#"k"\rn"ext on"#),
            (vec![(0, "y\r\n")], r#"y"\r\n""#),
            (vec![(0, "a\r\tb")], r#"a"\r\tb""#),
            (vec![(0, "a\r\rb")], r#"a"\r\rb""#),
            (vec![(0, "a\r b\r")], r#"a"\r b\r""#),
            // An Enter that was pressed does not hold the next line back.
            (vec![(0, "a"), (90, "\r"), (90, "b\rc")], r#"a<Enter>b"\rc""#),
        ] {
            assert_eq!(pieces(&parts, 10), becomes, "{parts:?}");
            assert_eq!(pieces(&parts, 4_167), becomes, "{parts:?} at 2,400 baud");
        }
    }

    #[test]
    fn a_burst_goes_on_over_the_pauses_of_an_adapter() {
        let parts = [(0, "sixteen letters "), (16, "\rand sixteen ones"), (16, "\r")];
        assert_eq!(pieces(&parts, 90), r#"sixteen letters "\rand sixteen ones\r""#);
        let apart = [(0, "a paste of one line"), (100, "\r")];
        assert_eq!(pieces(&[(0, "hi\rb"), (20, "ye\r")], 90), r#"hi"\rbye\r""#);
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
    fn keys_that_are_no_text_end_no_burst_and_keep_their_place() {
        for (parts, becomes) in [
            (vec![(0, "first line of the file\r\x1b\r")], r#"first line of the file"\r"<Esc>"\r""#),
            (vec![(0, "first line of the file↑\r")], r#"first line of the file<↑>"\r""#),
            (vec![(0, "N\x08NA\x08AM\x08ME\x08E\r")], r#"N<Backspace>NA<Backspace>AM<Backspace>ME<Backspace>E"\r""#),
            (vec![(0, "line one of it↕\r")], r#"line one of itWheeled(3)"\r""#),
            (vec![(0, "line one of it\r↕two")], r#"line one of it"\r"Wheeled(3)"two""#),
            (vec![(0, "\r\x1b")], "<Enter><Esc>"),
            // A person's Enter behind them.
            (vec![(0, "first line of the file↑"), (60, "\r")], "first line of the file<↑><Enter>"),
            (vec![(0, "↑"), (6, "\r")], "<↑><Enter>"),
            (
                vec![(0, "hi"), (60, "↕↕↕↕↕↕↕↕↕\r")],
                "hiWheeled(3)Wheeled(3)Wheeled(3)Wheeled(3)Wheeled(3)Wheeled(3)Wheeled(3)Wheeled(3)Wheeled(3)<Enter>",
            ),
        ] {
            assert_eq!(pieces(&parts, 10), becomes, "{parts:?}");
        }
    }

    #[test]
    fn an_enter_behind_a_bracketed_paste_sends_only_when_it_was_pressed() {
        let paste = r#""in brackets""#;
        for (parts, becomes) in [
            (vec![(0, "¶\r")], format!(r#"{paste}"\r""#)),
            (vec![(0, "¶"), (20, "\r")], format!(r#"{paste}"\r""#)),
            (vec![(0, "¶¶\r")], format!(r#"{paste}{paste}"\r""#)),
            (vec![(0, "a\r¶")], format!(r#"a"\r"{paste}"#)),
            (vec![(0, "¶"), (60, "\r")], format!("{paste}<Enter>")),
            (vec![(0, "¶"), (60, "ok"), (90, "\r")], format!("{paste}ok<Enter>")),
        ] {
            assert_eq!(pieces(&parts, 10), becomes, "{parts:?}");
        }
    }

    #[test]
    fn groups_of_a_slow_serial_adapter_are_a_burst() {
        let groups = ["a li", "ne o", "f it", "\rand", " two", "\r"];
        let parts: Vec<(u64, &str)> = groups.into_iter().map(|group| (17, group)).collect();
        assert_eq!(pieces(&parts, 90), r#"a line of it"\rand two\r""#);
    }

    #[test]
    fn replies_of_the_terminal_do_not_wait_for_a_held_enter() {
        let mut run = Run::default();
        let at = Instant::now();
        run.take(key('\r'), at);
        assert_eq!(run.take(Event::Focused(true), at), [Event::Focused(true)]);
        assert!(run.deadline().is_some(), "still held");
    }

    #[test]
    fn an_endless_paste_goes_on_in_parts() {
        let text = "lines\r".repeat(HELD_EVENTS_MAX);
        let shown = arrives(&text, 0);
        assert!(!shown.contains("<Enter>") && shown.matches('l').count() == HELD_EVENTS_MAX);
    }
}
