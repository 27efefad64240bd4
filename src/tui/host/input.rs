//! The keyboard's part of [`Event`]s: those of crossterm are translated, and `burst` finds what is pasted without brackets.
//! Pure. Must not read anything.

use super::burst::Run;
use crate::tui::event::{Event, Mouse};
use crate::tui::keys::Chord;
use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};
use std::time::Instant;

/// Rows a turn of the wheel moves.
const WHEEL_ROWS: i32 = 3;

/// The keyboard's input on its way to the loop.
#[derive(Default)]
pub(super) struct Inputs {
    run: Run,
}

impl Inputs {
    /// Takes an input and gives back what can go on now.
    pub(super) fn take(&mut self, input: Input, at: Instant) -> Vec<Event> {
        let mut ready = Vec::new();
        if tells_shift_enter(&input) {
            ready.extend(self.pass_on(Event::ShiftEnterReported, at));
        }
        if let Some(event) = translate(input) {
            ready.extend(self.pass_on(event, at));
        }
        ready
    }

    /// The same for a shortcut on a layout of another alphabet; `place` is its key on a US keyboard.
    pub(super) fn take_shortcut(&mut self, key: &KeyEvent, place: char, at: Instant) -> Vec<Event> {
        let chord = Chord::from_event(key).map(|chord| chord.in_place_of(place));
        chord.map_or_else(Vec::new, |chord| self.pass_on(Event::Key(chord), at))
    }

    /// The same for an event.
    pub(super) fn pass_on(&mut self, event: Event, at: Instant) -> Vec<Event> {
        self.run.take(event, at)
    }

    /// While an Enter is held, the run it belongs to is over when nothing comes until then.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.run.deadline()
    }

    /// Gives up what has waited too long.
    pub(super) fn expire(&mut self, at: Instant) -> Vec<Event> {
        if self.deadline().is_some_and(|deadline| deadline <= at) { self.release() } else { Vec::new() }
    }

    /// Returns the held events.
    pub(super) fn release(&mut self) -> Vec<Event> {
        self.run.release()
    }
}

/// Only terminals that tell Shift+Enter from Enter send it.
fn tells_shift_enter(input: &Input) -> bool {
    let Input::Key(key) = input else { return false };
    key.code == KeyCode::Enter && key.modifiers.contains(KeyModifiers::SHIFT) && key.kind != KeyEventKind::Release
}

fn translate(input: Input) -> Option<Event> {
    match input {
        Input::Key(key) if key.kind != KeyEventKind::Release => Chord::from_event(&key).map(Event::Key),
        Input::Paste(text) => Some(Event::Pasted(text)),
        Input::Resize(width, height) => Some(Event::Resized { width, height }),
        Input::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Some(Event::Wheeled(-WHEEL_ROWS)),
            MouseEventKind::ScrollDown => Some(Event::Wheeled(WHEEL_ROWS)),
            MouseEventKind::Down(MouseButton::Left) => Some(Event::Mouse(Mouse::Pressed(mouse.column, mouse.row))),
            MouseEventKind::Drag(MouseButton::Left) => Some(Event::Mouse(Mouse::Dragged(mouse.column, mouse.row))),
            MouseEventKind::Up(MouseButton::Left) => Some(Event::Mouse(Mouse::Released)),
            _ => None,
        },
        Input::FocusGained => Some(Event::Focused(true)),
        Input::FocusLost => Some(Event::Focused(false)),
        Input::Key(_) => None,
    }
}
