//! Decodes keys in all the encodings that terminals use: characters, those of xterm, rxvt and the Linux console, modifyOtherKeys,
//! and kitty's protocol.
//!
//! Sources: <https://sw.kovidgoyal.net/kitty/keyboard-protocol/>, <https://invisible-island.net/xterm/modified-keys.html>.

use super::parameters::Parameters;
use crossterm::event::{KeyCode, KeyModifiers};

/// A key with its modifiers.
type Pressed = (KeyCode, KeyModifiers);

/// The number of "released" among kitty's event types.
const RELEASED: u32 = 3;

/// A character, or a control character, which is a key with Ctrl.
pub(super) fn character(c: char) -> Pressed {
    let ctrl = |from: u8, to: char| (KeyCode::Char(char::from(c as u8 - from + to as u8)), KeyModifiers::CONTROL);
    match c {
        '\r' => (KeyCode::Enter, KeyModifiers::NONE),
        '\t' => (KeyCode::Tab, KeyModifiers::NONE),
        '\x7f' => (KeyCode::Backspace, KeyModifiers::NONE),
        '\x1b' => (KeyCode::Esc, KeyModifiers::NONE),
        '\0' => (KeyCode::Char(' '), KeyModifiers::CONTROL),
        '\x01'..='\x1a' => ctrl(1, 'a'),
        '\x1c'..='\x1f' => ctrl(0x1c, '4'),
        c if c.is_uppercase() => (KeyCode::Char(c), KeyModifiers::SHIFT),
        c => (KeyCode::Char(c), KeyModifiers::NONE),
    }
}

/// `ESC O`: keys of the application mode, and F1 to F4; with a parameter the modifiers.
pub(super) fn ss3(parameters: &Parameters, last: u8) -> Option<Pressed> {
    // Some terminals write `ESC O 5 P`, others `ESC O 1 ; 5 P`.
    let modifiers = modifiers(parameters.first(parameters.count().saturating_sub(1)));
    let code = match last {
        b'a'..=b'd' => return Some((arrow(last)?, modifiers | KeyModifiers::CONTROL)),
        b'M' => KeyCode::Enter,
        b'I' => KeyCode::Tab,
        b'X' => KeyCode::Char('='),
        b'j'..=b'o' => KeyCode::Char(char::from(last - b'j' + b'*')),
        b'p'..=b'y' => KeyCode::Char(char::from(last - b'p' + b'0')),
        _ => letter(last)?,
    };
    Some((code, modifiers))
}

/// `ESC [`.
pub(super) fn csi(parameters: &Parameters, last: u8) -> Vec<Pressed> {
    if parameters.mark.is_some() || !parameters.is_plain || parameters.sub(1, 1) == Some(RELEASED) {
        return Vec::new();
    }
    let held = modifiers(parameters.first(1));
    let number = parameters.first(0);
    let plain = |code: Option<KeyCode>| code.map(|code| with_shift(code, held)).into_iter().collect();
    match (last, number) {
        (b'u', Some(code)) => kitty(code, held, parameters),
        (b'~', Some(27)) => {
            let key = parameters.first(2).and_then(|code| of_code(code, None, held));
            key.into_iter().collect()
        }
        (b'~', Some(number)) => plain(numbered(number)),
        (b'^' | b'$' | b'@', Some(number)) if parameters.count() == 1 => {
            let held = match last {
                b'^' => KeyModifiers::CONTROL,
                b'$' => KeyModifiers::SHIFT,
                _ => KeyModifiers::CONTROL | KeyModifiers::SHIFT,
            };
            numbered(number).map(|code| with_shift(code, held)).into_iter().collect()
        }
        (b'Z', _) => plain(Some(KeyCode::BackTab)),
        (b'a'..=b'd', None) => arrow(last).map(|code| (code, KeyModifiers::SHIFT)).into_iter().collect(),
        // With other numbers it says where the cursor is.
        (b'R', Some(number)) if number != 1 || parameters.count() != 2 => Vec::new(),
        (_, None | Some(1)) => plain(letter(last)),
        _ => Vec::new(),
    }
}

/// kitty's encoding: `code:shifted:base ; modifiers:event ; text u`.
fn kitty(code: u32, held: KeyModifiers, parameters: &Parameters) -> Vec<Pressed> {
    let is_command = !(held - KeyModifiers::SHIFT).is_empty();
    let text: Vec<Pressed> = parameters.all(2).flatten().filter_map(char::from_u32).map(character).collect();
    if !is_command && !text.is_empty() && text.iter().all(|(code, _)| matches!(code, KeyCode::Char(_))) {
        return text;
    }
    of_code(code, parameters.sub(0, 1), held).into_iter().collect()
}

/// The key of a US keyboard that kitty names for a shortcut on a layout of another alphabet. The letter itself goes on, too:
/// the user's table may bind it.
pub(super) fn place(parameters: &Parameters, last: u8) -> Option<char> {
    let is_command = !(modifiers(parameters.first(1)) - KeyModifiers::SHIFT).is_empty();
    parameters.first(0).and_then(char::from_u32).filter(|c| last == b'u' && is_command && is_foreign(*c))?;
    parameters.sub(0, 2).and_then(char::from_u32).filter(char::is_ascii_graphic)
}

/// A key by its code point, and by that of the same key with Shift.
fn of_code(code: u32, shifted: Option<u32>, held: KeyModifiers) -> Option<Pressed> {
    let is_command = !(held - KeyModifiers::SHIFT).is_empty();
    let code = match code {
        9 => KeyCode::Tab,
        10 | 13 => KeyCode::Enter,
        27 => KeyCode::Esc,
        8 | 127 => KeyCode::Backspace,
        57_344..=63_743 => functional(code)?,
        code => {
            let c = char::from_u32(code).filter(|c| !c.is_control())?;
            let shifted = shifted.and_then(char::from_u32).filter(|c| !c.is_control());
            let is_shifted = held.contains(KeyModifiers::SHIFT);
            KeyCode::Char(if is_shifted { shifted.unwrap_or_else(|| uppercase(c, is_command)) } else { c })
        }
    };
    Some(with_shift(code, held))
}

/// Returns true if `c` is a letter of no Latin alphabet: on such a layout a shortcut means the place of its key.
fn is_foreign(c: char) -> bool {
    let is_latin = matches!(c, '\0'..='\u{36f}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}')
        || matches!(c, '\u{a720}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}' | '\u{ff21}'..='\u{ff5a}');
    c.is_alphabetic() && !is_latin
}

/// Returns the character that Shift makes of `c` where the terminal does not say it. Of a shortcut the letter counts.
fn uppercase(c: char, is_command: bool) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) if !is_command => upper,
        _ => c,
    }
}

/// Tab with Shift has a code of its own.
fn with_shift(code: KeyCode, held: KeyModifiers) -> Pressed {
    match code {
        KeyCode::Tab if held.contains(KeyModifiers::SHIFT) => (KeyCode::BackTab, held),
        KeyCode::BackTab => (code, held | KeyModifiers::SHIFT),
        _ => (code, held),
    }
}

/// The modifiers: one more than the sum of their bits. The locks are none.
fn modifiers(parameter: Option<u32>) -> KeyModifiers {
    let bits = parameter.unwrap_or(1).saturating_sub(1);
    let mut held = KeyModifiers::NONE;
    for (bit, modifier) in [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8, KeyModifiers::SUPER),
        (16, KeyModifiers::HYPER),
        (32, KeyModifiers::META),
    ] {
        held.set(modifier, bits & bit != 0);
    }
    held
}

fn arrow(last: u8) -> Option<KeyCode> {
    Some(match last.to_ascii_uppercase() {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        _ => return None,
    })
}

/// Keys by the letter that ends their sequence.
fn letter(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A'..=b'D' => arrow(last)?,
        b'E' => KeyCode::KeypadBegin,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

/// Keys by the number before a `~`.
fn numbered(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number as u8 - 10),
        17..=21 => KeyCode::F(number as u8 - 11),
        23..=26 => KeyCode::F(number as u8 - 12),
        28 | 29 => KeyCode::F(number as u8 - 13),
        31..=34 => KeyCode::F(number as u8 - 14),
        _ => return None,
    })
}

/// Keys that kitty gives numbers from the private use area. Others of them type nothing.
fn functional(code: u32) -> Option<KeyCode> {
    Some(match code {
        57_376..=57_398 => KeyCode::F((code - 57_376) as u8 + 13),
        57_399..=57_408 => KeyCode::Char(char::from_digit(code - 57_399, 10)?),
        57_409 => KeyCode::Char('.'),
        57_410 => KeyCode::Char('/'),
        57_411 => KeyCode::Char('*'),
        57_412 => KeyCode::Char('-'),
        57_413 => KeyCode::Char('+'),
        57_414 => KeyCode::Enter,
        57_415 => KeyCode::Char('='),
        57_416 => KeyCode::Char(','),
        57_417 => KeyCode::Left,
        57_418 => KeyCode::Right,
        57_419 => KeyCode::Up,
        57_420 => KeyCode::Down,
        57_421 => KeyCode::PageUp,
        57_422 => KeyCode::PageDown,
        57_423 => KeyCode::Home,
        57_424 => KeyCode::End,
        57_425 => KeyCode::Insert,
        57_426 => KeyCode::Delete,
        57_427 => KeyCode::KeypadBegin,
        _ => return None,
    })
}
