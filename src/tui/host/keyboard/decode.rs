//! What a [`Token`] means: a key, the mouse, a paste, the focus, a reply. What means nothing to this program is left out;
//! it must never be typed. Pure.

mod keys;
mod mouse;
mod parameters;
#[cfg(test)]
mod tests;

use super::replies::{Reply, reply};
use super::sequences::Token;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use parameters::Parameters;

/// What a token means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    Event(Event),
    Reply(Reply),
}

/// Appends what `token` means to `inputs`.
pub(super) fn decode(token: Token, inputs: &mut Vec<Input>) {
    let of_key = |(code, modifiers), alt: bool| {
        let modifiers = if alt { modifiers | KeyModifiers::ALT } else { modifiers };
        Input::Event(Event::Key(KeyEvent::new(code, modifiers)))
    };
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
            inputs.extend(keys.into_iter().map(|key| of_key(key, alt)));
        }
        Token::Mouse(bytes) => inputs.extend(mouse::of_bytes(bytes).map(|event| Input::Event(Event::Mouse(event)))),
        Token::String { introducer, text } => inputs.extend(reply(introducer, &text).map(Input::Reply)),
        Token::Paste(text) => inputs.push(Input::Event(Event::Paste(text))),
    }
}

/// What the mouse and the window do.
fn window(parameters: &Parameters, last: u8) -> Option<Event> {
    match last {
        b'I' if parameters.is_empty() => Some(Event::FocusGained),
        b'O' if parameters.is_empty() => Some(Event::FocusLost),
        b'M' | b'm' => mouse::of_parameters(parameters, last).map(Event::Mouse),
        _ => None,
    }
}
