//! Translates a [`Token`] into a key, the mouse, a paste, the focus or a reply. A token that means nothing to this program is
//! left out; it must never be typed. Pure.

mod keys;
mod mouse;
mod parameters;
#[cfg(test)]
mod tests;

use super::replies::{Reply, reply};
use super::sequences::Token;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use parameters::Parameters;

/// The meaning of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    Event(Event),
    /// A shortcut on a layout of another alphabet, and its key on a US keyboard.
    Shortcut(KeyEvent, char),
    Reply(Reply),
}

/// Appends the meaning of `token` to `inputs`.
pub(super) fn decode(token: Token, inputs: &mut Vec<Input>) {
    let key_event =
        |(code, modifiers), alt: bool| KeyEvent::new(code, if alt { modifiers | KeyModifiers::ALT } else { modifiers });
    let of_key = |key, alt| Input::Event(Event::Key(key_event(key, alt)));
    match token {
        Token::Char { c, alt } => inputs.push(of_key(keys::character(c), alt)),
        Token::Esc => inputs.push(of_key((KeyCode::Esc, KeyModifiers::NONE), false)),
        Token::Linux(last) => inputs.push(of_key((KeyCode::F(last - b'A' + 1), KeyModifiers::NONE), false)),
        Token::Ss3 { body, last, alt } => {
            inputs.extend(keys::ss3(&Parameters::of(&body), last).map(|key| of_key(key, alt)));
        }
        Token::Csi { body, last, alt } => {
            let parameters = Parameters::of(&body);
            let window = window(&parameters, last);
            let keys = if window.is_some() { Vec::new() } else { keys::csi(&parameters, last) };
            if alt && keys.is_empty() {
                // The ESC before it was pressed.
                inputs.push(of_key((KeyCode::Esc, KeyModifiers::NONE), false));
            }
            inputs.extend(window.map(Input::Event));
            let place = keys::place(&parameters, last);
            inputs.extend(keys.into_iter().map(|key| match place {
                Some(place) => Input::Shortcut(key_event(key, alt), place),
                None => of_key(key, alt),
            }));
        }
        Token::Mouse(bytes) => inputs.extend(mouse::of_bytes(bytes).map(|event| Input::Event(Event::Mouse(event)))),
        Token::String { introducer, text } => inputs.extend(reply(introducer, &text).map(Input::Reply)),
        Token::Paste(text) => inputs.push(Input::Event(Event::Paste(text))),
    }
}

/// Reads an event of the mouse or of the window.
fn window(parameters: &Parameters, last: u8) -> Option<Event> {
    match last {
        b'I' if parameters.is_empty() => Some(Event::FocusGained),
        b'O' if parameters.is_empty() => Some(Event::FocusLost),
        b'M' | b'm' => mouse::of_parameters(parameters, last).map(Event::Mouse),
        _ => None,
    }
}
