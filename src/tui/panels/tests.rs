//! Rules that hold for every panel.

use super::*;
use crate::chat::TurnEvent;
use crate::engine;
use crate::examples;
use crate::router::Decider;
use crate::tui::event::Event;
use crate::tui::update::update;
use jiff::Timestamp;
use std::time::Duration;

const NOW: Now = Now { since_start: Duration::ZERO, wall: Timestamp::UNIX_EPOCH };

/// The panels that the user can open behind one prompt, which was decided but not answered yet.
fn openings() -> impl Iterator<Item = (State, PanelKind, Opening)> {
    let openings = PanelKind::ALL.iter().filter_map(|kind| Some((*kind, kind.opening()?)));
    openings.map(|(kind, opening)| (decided(), kind, opening)).filter_map(|(mut state, kind, opening)| {
        open(&mut state, kind, NOW);
        (front(&state) == Some(kind)).then_some((state, kind, opening))
    })
}

fn decided() -> State {
    let mut state = State::new(examples::start());
    press(&mut state, "a");
    press(&mut state, "enter");
    let decision = examples::decision("coding", "qwen-3-32b", Decider::Classifier);
    let event = TurnEvent::Decided(Box::new(decision));
    update(&mut state, Event::Engine(engine::Event::Turn(TurnId(1), event)), NOW);
    state
}

fn press(state: &mut State, key: &str) {
    update(state, Event::Key(key.parse().unwrap()), NOW);
}

fn front(state: &State) -> Option<PanelKind> {
    state.panel.as_ref().map(OpenPanel::kind)
}

#[test]
fn a_panel_keeps_typed_text_from_the_input_and_esc_closes_it() {
    let mut kinds = Vec::new();
    for (mut state, kind, _) in openings() {
        press(&mut state, "x");
        update(&mut state, Event::Pasted("y".to_owned()), NOW);
        assert!(state.composer.is_empty() && front(&state) == Some(kind), "{kind:?}");
        press(&mut state, "backspace");
        press(&mut state, "backspace");
        press(&mut state, "esc");
        assert_eq!(front(&state), None, "{kind:?}");
        kinds.push(kind);
    }
    // The others have nothing to show here.
    assert_eq!(kinds.len(), PanelKind::ALL.iter().filter(|kind| kind.opening().is_some()).count() - 4);
}

#[test]
fn the_action_that_opened_a_panel_closes_it_or_begins_anew() {
    for (mut state, kind, opening) in openings() {
        open(&mut state, kind, NOW);
        assert_eq!(front(&state), Some(kind).filter(|_| !opening.toggles), "{kind:?}");
    }
}

#[test]
fn a_page_moves_no_further_than_its_end() {
    let mut state = decided();
    open(&mut state, PanelKind::Help, NOW);
    press(&mut state, "end");
    let end = format!("{:?}", state.panel);
    press(&mut state, "down");
    assert_eq!(format!("{:?}", state.panel), end);
    press(&mut state, "home");
    assert_ne!(format!("{:?}", state.panel), end);
}
