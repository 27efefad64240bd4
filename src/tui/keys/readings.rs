//! Lists the readings of a chord, the likeliest first: the one rule for chords that are bound nowhere.
//!
//! 1. The chord itself. A key that the user's table binds is that key, in any alphabet.
//! 2. The same place on a US keyboard, for a letter of another layout: the terminal names it, or the layouts in `layout` do.
//! 3. The key whose byte older terminals send for it: Ctrl+I is Tab, Ctrl+M Enter, Ctrl+[ Esc. A terminal that tells them
//!    apart must not take a habit away. (Ctrl+H and Ctrl+J have rows in the table.)
//! 4. Without modifiers, for keys that are no characters: Shift+Backspace deletes, Ctrl+Enter sends. One modifier less is
//!    tried before two less.
//!
//! A character never loses Ctrl or Alt: it would be typed. Super, Hyper and Meta never get here, see [`Chord::from_event`].

use super::chord::{Chord, Key};
use super::layout::us_key;

/// The modifiers to leave out: shift, ctrl, alt.
const LET_GO: [[bool; 3]; 7] = [
    [true, false, false],
    [false, true, false],
    [false, false, true],
    [true, true, false],
    [true, false, true],
    [false, true, true],
    [true, true, true],
];

impl Chord {
    /// Returns the readings on a keyboard of `language`, the chord itself first.
    pub(super) fn readings(self, language: &str) -> impl Iterator<Item = Self> {
        let by_place = self.by_place(language).filter(|_| self.ctrl || self.alt);
        let itself = Self { place: None, ..self };
        let plain = by_place.unwrap_or(itself);
        let by_byte = plain.by_control_byte();
        let fewer = by_byte.unwrap_or(plain).with_fewer();
        [Some(itself), by_place, by_byte].into_iter().flatten().chain(fewer)
    }

    /// The chord in the same place of a US keyboard, when this is one of another layout.
    pub(super) fn by_place(self, language: &str) -> Option<Self> {
        let Key::Char(c) = self.key else { return None };
        let place = self.place.or_else(|| us_key(c, language));
        place.map(|key| Self { key: Key::Char(key), place: None, ..self }.usual())
    }

    fn by_control_byte(self) -> Option<Self> {
        let name = match self.key {
            Key::Char('i') if self.ctrl => "tab",
            Key::Char('m') if self.ctrl => "enter",
            Key::Char('[') if self.ctrl => "esc",
            _ => return None,
        };
        Some(Self { key: Key::Named(name), ctrl: false, ..self })
    }

    fn with_fewer(self) -> impl Iterator<Item = Self> {
        let held = [self.shift, self.ctrl, self.alt];
        let is_character = matches!(self.key, Key::Char(_));
        let possible = move |let_go: &[bool; 3]| !is_character && let_go.iter().zip(held).all(|(go, held)| held || !go);
        LET_GO.into_iter().filter(possible).map(move |[shift, ctrl, alt]| Self {
            shift: self.shift && !shift,
            ctrl: self.ctrl && !ctrl,
            alt: self.alt && !alt,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_chord_may_stand_for() {
        for (chord, readings) in [
            ("x", "x"),
            ("с", "с"),
            ("ctrl-c", "Ctrl+C"),
            ("ctrl-с", "Ctrl+С Ctrl+C"),
            ("alt-Й", "Alt+Й Alt+Q"),
            ("ctrl-ё", "Ctrl+Ё Ctrl+`"),
            ("ctrl-ש", "Ctrl+ש Ctrl+A"),
            ("ctrl-é", "Ctrl+É"),
            ("ctrl-space", "Ctrl+Space"),
            ("ctrl-i", "Ctrl+I Tab"),
            ("ctrl-m", "Ctrl+M Enter"),
            ("ctrl-alt-m", "Ctrl+Alt+M Alt+Enter Enter"),
            ("ctrl-ь", "Ctrl+Ь Ctrl+M Enter"),
            ("ctrl-[", "Ctrl+[ Esc"),
            ("ctrl-h", "Ctrl+H"),
            ("ctrl-j", "Ctrl+J"),
            ("alt-i", "Alt+I"),
            ("up", "↑"),
            ("shift-backspace", "Shift+Backspace Backspace"),
            ("ctrl-enter", "Ctrl+Enter Enter"),
            ("alt-shift-backspace", "Alt+Shift+Backspace Alt+Backspace Shift+Backspace Backspace"),
            ("ctrl-shift-enter", "Ctrl+Shift+Enter Ctrl+Enter Shift+Enter Enter"),
            ("shift-f1", "Shift+F1 F1"),
        ] {
            let found: Vec<_> =
                chord.parse::<Chord>().unwrap().readings("").map(|reading| reading.to_string()).collect();
            assert_eq!(found.join(" "), readings, "{chord}");
        }
        let all: Vec<_> = "ctrl-alt-shift-left".parse::<Chord>().unwrap().readings("").collect();
        assert_eq!((all.len(), all[7].to_string().as_str()), (8, "←"));
    }
}
