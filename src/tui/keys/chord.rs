//! A key with its modifiers: as text in `keymap.toml` and in the help, and as the terminal reports it.

use super::layout::{lowercase, us_key};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::fmt;
use std::str::FromStr;

/// A key without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// A character, as typed: shift is in the character.
    Char(char),
    /// F1 to F12.
    F(u8),
    /// A key with a name.
    Named(&'static str),
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    /// The key.
    pub(crate) key: Key,
    /// With the control key.
    pub(crate) ctrl: bool,
    /// With the alt (option, meta) key.
    pub(crate) alt: bool,
    /// With the shift key; never for characters.
    pub(crate) shift: bool,
    /// The key of a US keyboard in the place of this one, where the terminal names it; never in a table.
    pub(super) place: Option<char>,
}

/// Names in `keymap.toml`, names on the screen, and crossterm's codes.
const NAMED: [(&str, &str, KeyCode); 13] = [
    ("enter", "Enter", KeyCode::Enter),
    ("esc", "Esc", KeyCode::Esc),
    ("tab", "Tab", KeyCode::Tab),
    ("backspace", "Backspace", KeyCode::Backspace),
    ("delete", "Del", KeyCode::Delete),
    ("up", "↑", KeyCode::Up),
    ("down", "↓", KeyCode::Down),
    ("left", "←", KeyCode::Left),
    ("right", "→", KeyCode::Right),
    ("home", "Home", KeyCode::Home),
    ("end", "End", KeyCode::End),
    ("pgup", "PgUp", KeyCode::PageUp),
    ("pgdn", "PgDn", KeyCode::PageDown),
];

impl Chord {
    /// Translates the terminal's report, if it is a key that can be bound. With Super (Cmd), Hyper or Meta it is none: those are
    /// the desktop's, and Cmd+C must type no c. Ctrl+Shift and a letter is Ctrl and the letter, as the terminals send it that
    /// know no better.
    pub(crate) fn from_event(event: &KeyEvent) -> Option<Self> {
        let modifiers = event.modifiers;
        if modifiers.intersects(KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META) {
            return None;
        }
        let mut shift = modifiers.contains(KeyModifiers::SHIFT);
        let key = match event.code {
            KeyCode::Char(c) => {
                // Without the shifted character, which not every terminal reports.
                let c = if c == '-' && shift && modifiers.contains(KeyModifiers::CONTROL) { '_' } else { c };
                shift = false;
                // With ctrl or alt some terminals report capitals, some do not: one name for both.
                let command = modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
                Key::Char(if command { lowercase(c) } else { c })
            }
            KeyCode::F(number) => Key::F(number),
            KeyCode::BackTab => {
                shift = true;
                Key::Named("tab")
            }
            code => Key::Named(NAMED.iter().find(|(_, _, known)| *known == code)?.0),
        };
        let chord = Self {
            key,
            ctrl: modifiers.contains(KeyModifiers::CONTROL),
            alt: modifiers.contains(KeyModifiers::ALT),
            shift,
            place: None,
        };
        Some(chord.usual())
    }

    /// The same, in the place of the key `place` of a US keyboard.
    pub(crate) fn in_place_of(self, place: char) -> Self {
        Self { place: Some(place), ..self }
    }

    /// The character it types, if it types one.
    pub(crate) fn typed(&self) -> Option<char> {
        match self.key {
            Key::Char(c) if !self.ctrl && !self.alt => Some(c),
            // AltGr is reported as both on some systems; it types what is on the key's other side: @, {, €.
            // A letter that a layout has on a key of its own is a chord there, too.
            Key::Char(c) if self.ctrl && self.alt && !c.is_ascii_alphanumeric() => {
                (!c.is_alphabetic() || self.place.is_none() && us_key(c, "").is_none()).then_some(c)
            }
            _ => None,
        }
    }

    /// Returns true if this is Enter and nothing else.
    pub(crate) fn is_plain_enter(&self) -> bool {
        *self == Self::plain(Key::Named("enter"))
    }

    /// Returns true if this is Shift+Enter, which many terminals send as Enter.
    pub(super) fn is_shift_enter(&self) -> bool {
        *self == Self { shift: true, ..Self::plain(Key::Named("enter")) }
    }

    /// Returns true if this is Tab and nothing else.
    pub(crate) fn is_plain_tab(&self) -> bool {
        *self == Self::plain(Key::Named("tab"))
    }

    /// Returns true if this is the key of the character that ends lines in files.
    pub(crate) fn is_line_feed(&self) -> bool {
        *self == Self { ctrl: true, ..Self::plain(Key::Char('j')) }
    }

    fn plain(key: Key) -> Self {
        Self { key, ctrl: false, alt: false, shift: false, place: None }
    }

    /// One name for what terminals send under two: one byte stands for Ctrl+7, Ctrl+/ and Ctrl+_, and the like.
    pub(super) fn usual(self) -> Self {
        let c = match self.key {
            Key::Char('4') if self.ctrl => '\\',
            Key::Char('5') if self.ctrl => ']',
            Key::Char('6') if self.ctrl => '^',
            Key::Char('7' | '/') if self.ctrl => '_',
            _ => return self,
        };
        Self { key: Key::Char(c), ..self }
    }
}

impl FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut chord = Self::plain(Key::Char(' '));
        // The help writes Ctrl+K; a table that is written by hand may do so, too.
        let lower = text.to_ascii_lowercase();
        let mut rest = text;
        for _ in 0..3 {
            let behind = lower.get(lower.len() - rest.len()..).unwrap_or_default();
            let Some((modifier, _)) = behind.split_once(['-', '+']) else { break };
            let flag = match modifier {
                "ctrl" => &mut chord.ctrl,
                "alt" => &mut chord.alt,
                "shift" => &mut chord.shift,
                _ => break,
            };
            *flag = true;
            rest = rest.get(modifier.len() + 1..).unwrap_or_default();
        }
        // Names are lower case; a single character is as it is typed.
        let rest = if rest.chars().count() > 1 { lower.get(lower.len() - rest.len()..).unwrap_or(rest) } else { rest };
        let mut characters = rest.chars();
        chord.key = match (characters.next(), characters.next()) {
            (None, _) => return Err("there is nothing behind the last '-'".to_owned()),
            (Some(_), None) if chord.shift => {
                return Err("write the character as it is typed, without shift".to_owned());
            }
            (Some(c), None) if chord.ctrl || chord.alt => Key::Char(lowercase(c)),
            (Some(c), None) => Key::Char(c),
            _ if rest == "space" && chord.shift => return Err("no terminal tells shift-space from space".to_owned()),
            _ if rest == "space" => Key::Char(' '),
            (Some('f'), Some('1'..='9')) => match rest.get(1..).and_then(|number| number.parse().ok()) {
                Some(number @ 1..=12) => Key::F(number),
                _ => return Err("there are f1 to f12".to_owned()),
            },
            _ => {
                let named = NAMED.iter().find(|(name, _, _)| *name == rest);
                Key::Named(named.ok_or("write a character, f1 to f12, or a name like enter, esc, pgup")?.0)
            }
        };
        Ok(chord.usual())
    }
}

/// As the help shows it: `Ctrl+O`, `Shift+Enter`, `F1`.
impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.key {
            Key::Char(' ') => f.write_str("Space"),
            Key::Char(c) if self.ctrl || self.alt => write!(f, "{}", c.to_uppercase()),
            Key::Char(c) => write!(f, "{c}"),
            Key::F(number) => write!(f, "F{number}"),
            Key::Named(name) => {
                let shown = NAMED.iter().find(|(known, _, _)| *known == name).map_or(name, |(_, shown, _)| shown);
                f.write_str(shown)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_shown() {
        for (written, shown) in [
            ("ctrl-o", "Ctrl+O"),
            ("alt-1", "Alt+1"),
            ("shift-enter", "Shift+Enter"),
            ("ctrl-alt-pgup", "Ctrl+Alt+PgUp"),
            ("f12", "F12"),
            ("space", "Space"),
            ("-", "-"),
            ("ctrl--", "Ctrl+-"),
            ("G", "G"),
            ("ctrl-7", "Ctrl+_"),
            ("ctrl-K", "Ctrl+K"),
            ("Ctrl+PgUp", "Ctrl+PgUp"),
        ] {
            assert_eq!(written.parse::<Chord>().unwrap().to_string(), shown);
        }
        for wrong in ["", "f13", "hyper-x", "shift-a", "shift-space", "entr", "ctrl-"] {
            assert!(wrong.parse::<Chord>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_terminals_report_differently_is_one_chord() {
        let event = |code, modifiers| Chord::from_event(&KeyEvent::new(code, modifiers)).unwrap().to_string();
        assert_eq!(event(KeyCode::BackTab, KeyModifiers::NONE), "Shift+Tab");
        assert_eq!(event(KeyCode::BackTab, KeyModifiers::SHIFT), "Shift+Tab");
        assert_eq!(event(KeyCode::Char('G'), KeyModifiers::SHIFT), "G");
        assert_eq!(event(KeyCode::Char('G'), KeyModifiers::NONE), "G");
        assert_eq!(event(KeyCode::Char('O'), KeyModifiers::CONTROL), "Ctrl+O");
        assert_eq!(event(KeyCode::Enter, KeyModifiers::SHIFT), "Shift+Enter");
        assert_eq!(event(KeyCode::Char('С'), KeyModifiers::CONTROL | KeyModifiers::SHIFT), "Ctrl+С");
        assert_eq!(event(KeyCode::Char('C'), KeyModifiers::CONTROL | KeyModifiers::SHIFT), "Ctrl+C");
        for undo in ['-', '_'] {
            assert_eq!(event(KeyCode::Char(undo), KeyModifiers::CONTROL | KeyModifiers::SHIFT), "Ctrl+_");
        }
        assert_eq!(event(KeyCode::Char('7'), KeyModifiers::CONTROL), "Ctrl+_");
        assert_eq!(event(KeyCode::Char('5'), KeyModifiers::CONTROL), "Ctrl+]");
        assert_eq!(event(KeyCode::Char('-'), KeyModifiers::CONTROL), "Ctrl+-");
        assert!(Chord::from_event(&KeyEvent::new(KeyCode::CapsLock, KeyModifiers::NONE)).is_none());
    }

    #[test]
    fn a_key_with_super_hyper_or_meta_is_none_and_lock_states_are_no_modifiers() {
        use crossterm::event::{KeyEventKind, KeyEventState};
        for held in [KeyModifiers::SUPER, KeyModifiers::HYPER, KeyModifiers::META] {
            for besides in [KeyModifiers::NONE, KeyModifiers::SHIFT, KeyModifiers::CONTROL | KeyModifiers::ALT] {
                for code in [KeyCode::Char('c'), KeyCode::Enter, KeyCode::Backspace, KeyCode::Left, KeyCode::BackTab] {
                    assert_eq!(Chord::from_event(&KeyEvent::new(code, held | besides)), None, "{held:?} {code:?}");
                }
            }
        }
        let locked = |code, modifiers| {
            let locks = KeyEventState::CAPS_LOCK | KeyEventState::NUM_LOCK;
            Chord::from_event(&KeyEvent::new_with_kind_and_state(code, modifiers, KeyEventKind::Press, locks))
        };
        assert_eq!(locked(KeyCode::Enter, KeyModifiers::NONE), "enter".parse().ok());
        assert_eq!(locked(KeyCode::Char('c'), KeyModifiers::CONTROL), "ctrl-c".parse().ok());
    }

    #[test]
    fn what_altgr_puts_on_a_key_is_typed_and_a_chord_of_another_layout_is_not() {
        for (typed, key) in [
            (Some('@'), "ctrl-alt-@"),
            (Some('„'), "ctrl-alt-„"),
            (Some('ą'), "ctrl-alt-ą"),
            (None, "ctrl-alt-c"),
            (None, "ctrl-alt-с"),
        ] {
            assert_eq!(key.parse::<Chord>().unwrap().typed(), typed, "{key}");
        }
    }
}
