//! What is typed is what is there: 100,000 random keys, pastes and resizes, compared with a model of the input that is a
//! string, a caret and the other end of a selection.

use crate::support::config;
use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use jiff::Timestamp;
use pointsman::tui::{Appearance, Effect, Event, Keymap, Now, Start, State, Styles, draw, update};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;
use std::time::Duration;
use unicode_segmentation::UnicodeSegmentation;

/// The input as a string: what each key does to it, without rows, history or a screen.
#[derive(Debug, Default)]
struct Model {
    text: String,
    /// A byte of it.
    caret: usize,
    /// The other end of the selection.
    anchor: Option<usize>,
    /// The text that "put back" inserts.
    deleted: String,
    /// The last key deleted by words or lines: the next such key adds to the text that is put back.
    adds: bool,
    /// The text before the last key, if that deleted to the beginning of the line: the same key again clears it all.
    before_cut: Option<String>,
}

impl Model {
    fn key(&mut self, name: &str) {
        let before_cut = self.before_cut.take();
        self.adds &= matches!(name, "ctrl-w" | "alt-d" | "ctrl-k" | "ctrl-u");
        let (left, right) = (self.left(), self.right());
        let (start, end) = (self.line_start(), self.line_end());
        // At the ends of a line a motion or a deletion by words or lines goes on over the line break.
        let (word_left, word_right) = (self.before_break(self.word_start()), self.behind_break(self.word_end()));
        match name {
            "left" => self.go_to(left),
            "right" => self.go_to(right),
            "home" => self.go_to(start),
            "end" => self.go_to(end),
            "ctrl-left" => self.go_to(word_left),
            "ctrl-right" => self.go_to(word_right),
            "shift-left" => self.select_to(left),
            "shift-right" => self.select_to(right),
            "shift-home" => self.select_to(start),
            "shift-end" => self.select_to(end),
            "ctrl-shift-left" => self.select_to(word_left),
            "ctrl-shift-right" => self.select_to(word_right),
            "ctrl-j" => self.insert("\n"),
            "backspace" => _ = self.delete(left),
            "delete" => _ = self.delete(right),
            "ctrl-w" => self.cut_left(word_left),
            "alt-d" => self.cut_right(word_right),
            "ctrl-k" => self.cut_right(self.behind_break(end)),
            "ctrl-y" => self.insert(&self.deleted.clone()),
            "ctrl-u" => match before_cut {
                Some(before) if !self.text.is_empty() => {
                    *self = Self { deleted: before, ..Self::default() };
                }
                _ => {
                    self.before_cut = Some(self.text.clone());
                    self.cut_left(self.before_break(start));
                }
            },
            "enter" if self.text.trim().is_empty() => {}
            "enter" => *self = Self { deleted: std::mem::take(&mut self.deleted), ..Self::default() },
            "space" => self.insert(" "),
            "ctrl-g" => {}
            typed => self.insert(typed),
        }
    }

    fn paste(&mut self, text: &str) {
        (self.before_cut, self.adds) = (None, false);
        self.insert(text);
    }

    fn go_to(&mut self, to: usize) {
        (self.caret, self.anchor) = (to, None);
    }

    fn select_to(&mut self, to: usize) {
        self.anchor.get_or_insert(self.caret);
        self.caret = to;
    }

    /// Puts `text` in the place of what is selected.
    fn insert(&mut self, text: &str) {
        if text.is_empty() {
            self.anchor = None;
            return;
        }
        self.delete(self.caret);
        self.text.insert_str(self.caret, text);
        self.caret += text.len();
    }

    /// Deletes what is selected, or else between the caret and there, and gives it back.
    fn delete(&mut self, to: usize) -> String {
        let other = self.anchor.take().filter(|anchor| *anchor != self.caret).unwrap_or(to);
        let (from, to) = (self.caret.min(other), self.caret.max(other));
        self.caret = from;
        self.text.drain(from..to).collect()
    }

    /// Deletes from there to the caret, for "put back".
    fn cut_left(&mut self, from: usize) {
        let deleted = self.delete(from);
        if !deleted.is_empty() {
            let before = if self.adds { self.deleted.as_str() } else { "" };
            (self.deleted, self.adds) = (deleted + before, true);
        }
    }

    /// Deletes from the caret to there, for "put back".
    fn cut_right(&mut self, to: usize) {
        let deleted = self.delete(to);
        if !deleted.is_empty() {
            let before = if self.adds { self.deleted.as_str() } else { "" };
            (self.deleted, self.adds) = (before.to_owned() + &deleted, true);
        }
    }

    /// `to`, or the place before the line break at which the caret stands.
    fn before_break(&self, to: usize) -> usize {
        if to < self.caret { to } else { self.caret.saturating_sub(1) }
    }

    /// `to`, or the place behind the line break at which the caret stands.
    fn behind_break(&self, to: usize) -> usize {
        if to > self.caret { to } else { self.text.len().min(self.caret + 1) }
    }

    fn before(&self) -> &str {
        self.text.split_at(self.caret).0
    }

    fn behind(&self) -> &str {
        self.text.split_at(self.caret).1
    }

    fn left(&self) -> usize {
        self.caret - self.before().graphemes(true).next_back().map_or(0, str::len)
    }

    fn right(&self) -> usize {
        self.caret + self.behind().graphemes(true).next().map_or(0, str::len)
    }

    fn line_start(&self) -> usize {
        self.before().rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.behind().find('\n').map_or(self.text.len(), |at| self.caret + at)
    }

    /// Before the spaces left of the caret, the beginning of a word, or of marks, in the caret's line.
    fn word_start(&self) -> usize {
        let start = self.line_start();
        let before = self.before().split_at(start).1.trim_end().len();
        let stops = self.stops();
        start + stops.into_iter().rfind(|stop| *stop < before).unwrap_or(0)
    }

    /// Behind the spaces right of the caret, the end of a word, or of marks, in the caret's line.
    fn word_end(&self) -> usize {
        let (start, end) = (self.line_start(), self.line_end());
        let behind = self.text.split_at(end).0.split_at(self.caret).1;
        let from = end - start - behind.trim_start().len();
        let stops = self.stops();
        start + stops.into_iter().find(|stop| *stop > from).unwrap_or(end - start)
    }

    /// The places of the caret's line between words by ICU, and between a mark and what is none.
    fn stops(&self) -> Vec<usize> {
        let line = self.text.split_at(self.line_end()).0.split_at(self.line_start()).1;
        let is_mark = |c: char| (c.is_ascii_punctuation() && c != '_') || c == '👩';
        let mut stops: Vec<_> =
            WordSegmenter::new_auto(WordBreakInvariantOptions::default()).segment_str(line).collect();
        stops.extend(line.match_indices(is_mark).flat_map(|(at, mark)| [at, at + mark.len()]));
        let mark = |c: Option<char>| c.is_some_and(is_mark);
        stops.retain(|stop| {
            let (before, behind) = line.split_at(*stop);
            !mark(before.chars().next_back()) || !mark(behind.chars().next())
        });
        stops.sort_unstable();
        stops
    }
}

fn state() -> State {
    State::new(Start {
        config: config(""),
        connection: "The test answers.".to_owned(),
        provider: "test".to_owned(),
        can_judge: true,
        stand_in: None,
        appearance: Appearance::default(),
        keymap: Arc::new(Keymap::load(None, "").unwrap()),
        timezone: jiff::tz::TimeZone::UTC,
        size: (80, 24),
        begun_at: Timestamp::UNIX_EPOCH,
        salt: 0,
    })
}

/// An act of the user: a key by its name, a paste, another size of the window.
#[derive(Debug, Clone)]
enum Does {
    Key(&'static str),
    Paste(String),
    Resize(u16, u16),
}

/// The key that hands the text to an editor, and so says what it is.
const TELL: &str = "ctrl-g";

fn hand() -> impl Strategy<Value = Does> {
    let typed = ["a", "b", "z", "7", ".", "_", "-", "space", "space", "漢", "é", "👩"];
    let edits = [
        "ctrl-j",
        "backspace",
        "delete",
        "left",
        "right",
        "ctrl-left",
        "ctrl-right",
        "home",
        "end",
        "shift-left",
        "shift-right",
        "shift-home",
        "shift-end",
        "ctrl-shift-left",
        "ctrl-shift-right",
        "ctrl-u",
        "ctrl-k",
        "ctrl-w",
        "alt-d",
        "ctrl-y",
    ];
    prop_oneof![
        10 => prop::sample::select(typed.to_vec()).prop_map(Does::Key),
        10 => prop::sample::select(edits.to_vec()).prop_map(Does::Key),
        4 => Just(Does::Key(TELL)),
        1 => Just(Does::Key("enter")),
        1 => "([a-c .漢\n]|e\u{301}){1,40}".prop_map(Does::Paste),
        1 => (0u16..130, 0u16..40).prop_map(|(width, height)| Does::Resize(width, height)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn slow_the_draft_is_what_was_typed_at_every_size(hand in prop::collection::vec(hand(), 500)) {
        let (mut state, mut model, mut size) = (state(), Model::default(), (80, 24));
        for (index, does) in hand.into_iter().chain([Does::Key(TELL)]).enumerate() {
            // As on a real screen, some keys come between two frames.
            let shown = matches!(does, Does::Key(TELL) | Does::Resize(..));
            let event = match &does {
                Does::Key(name) => Event::Key(name.parse().unwrap()),
                Does::Paste(text) => Event::Pasted(text.clone()),
                Does::Resize(width, height) => Event::Resized { width: *width, height: *height },
            };
            let since_start = Duration::from_millis(index as u64 * 70);
            let effects = update(&mut state, event, Now { since_start, wall: Timestamp::UNIX_EPOCH });
            match does {
                Does::Key(name) => model.key(name),
                Does::Paste(text) => model.paste(&text),
                Does::Resize(width, height) => size = (width, height),
            }
            for effect in effects {
                if let Effect::Edit(text) = effect {
                    prop_assert_eq!(&text, &model.text, "after {} steps", index);
                }
            }
            if !shown {
                continue;
            }
            let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
            if let Some(caret) = draw(&state, &Styles::coloured(), since_start, &mut buffer) {
                prop_assert!(buffer.area.is_empty() || buffer.area.contains(caret), "{caret} in {size:?}");
            }
        }
    }
}
