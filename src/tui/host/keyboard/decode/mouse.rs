//! The mouse: with parameters in the encodings 1006 and 1015, with bytes in the oldest one.

use super::parameters::Parameters;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// The offset of each byte, so that none is a control.
const OFFSET: u32 = 32;

pub(super) fn of_parameters(parameters: &Parameters, last: u8) -> Option<MouseEvent> {
    if parameters.count() != 3 || !parameters.is_plain {
        return None;
    }
    let [buttons, column, row] = [parameters.first(0)?, parameters.first(1)?, parameters.first(2)?];
    match (parameters.mark, last) {
        (Some(b'<'), _) => event(buttons, last == b'm', column, row),
        (None, b'M') => of_buttons(buttons, column, row),
        _ => None,
    }
}

pub(super) fn of_bytes(bytes: [u8; 3]) -> Option<MouseEvent> {
    let [buttons, column, row] = bytes.map(u32::from);
    of_buttons(buttons, column.checked_sub(OFFSET)?, row.checked_sub(OFFSET)?)
}

/// Of encodings that do not say which button came up.
fn of_buttons(buttons: u32, column: u32, row: u32) -> Option<MouseEvent> {
    let buttons = buttons.checked_sub(OFFSET)?;
    let released = buttons & 3 == 3 && buttons & (32 | 64) == 0;
    event(if released { buttons & !3 } else { buttons }, released, column, row)
}

fn event(buttons: u32, released: bool, column: u32, row: u32) -> Option<MouseEvent> {
    let button = match buttons & 3 {
        0 => Some(MouseButton::Left),
        1 => Some(MouseButton::Middle),
        2 => Some(MouseButton::Right),
        _ => None,
    };
    let kind = match (buttons & 0b1100_0000, buttons & 32 != 0) {
        (0, true) => button.map_or(MouseEventKind::Moved, MouseEventKind::Drag),
        (0, false) if released => MouseEventKind::Up(button?),
        (0, false) => MouseEventKind::Down(button?),
        (64, false) => match buttons & 3 {
            0 => MouseEventKind::ScrollUp,
            1 => MouseEventKind::ScrollDown,
            2 => MouseEventKind::ScrollLeft,
            _ => MouseEventKind::ScrollRight,
        },
        _ => return None,
    };
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [(4, KeyModifiers::SHIFT), (8, KeyModifiers::ALT), (16, KeyModifiers::CONTROL)] {
        modifiers.set(modifier, buttons & bit != 0);
    }
    let cell = |place: u32| u16::try_from(place.saturating_sub(1)).ok();
    Some(MouseEvent { kind, column: cell(column)?, row: cell(row)?, modifiers })
}
