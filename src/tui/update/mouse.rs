//! The mouse: selecting text in the conversation, and taking it along.

use super::copying;
use crate::tui::effect::Effect;
use crate::tui::event::{Mouse, Now};
use crate::tui::state::{Focus, Point, Selection, State, source};
use ratatui::layout::{Position, Rect};

pub(super) fn mouse(state: &mut State, mouse: Mouse, now: Now) -> Vec<Effect> {
    // What lies in front is chosen from with keys.
    if state.panel.is_some() {
        state.marks.selection = None;
        return Vec::new();
    }
    match mouse {
        Mouse::Pressed(x, y) => press(state, (x, y), now),
        Mouse::Dragged(x, y) => drag(state, x, y),
        Mouse::Released => return release(state, now),
    }
    Vec::new()
}

/// A press begins a selection in the conversation, or goes to the pane that it meets.
fn press(state: &mut State, (x, y): (u16, u16), now: Now) {
    let regions = state.regions();
    let meets = |area: Rect| area.contains(Position::new(x, y));
    let before = state.marks.selection.take();
    if regions.sidebar.is_some_and(meets) {
        state.window.focus = Focus::Decisions;
    } else if meets(regions.composer) {
        state.window.focus = Focus::Composer;
        let text = regions.composer_text();
        if meets(text) {
            state.composer.go_to_cell(x - text.x, y - text.y);
        }
    } else if meets(regions.transcript) {
        state.window.focus = Focus::Transcript;
        let Some(point) = point_at(state, x, y) else { return };
        let mut selection = Selection::begin(point.clone(), (x, y), now.since_start);
        if before.is_some_and(|before| before.is_pressed_again((x, y), now.since_start))
            && let Some(turn) = state.conversation.turn(point.turn)
        {
            selection.select_word(source(turn, point.part));
        }
        selection.followed = state.transcript.reading().is_none();
        state.transcript.hold(state.conversation.turns());
        state.marks.selection = Some(selection);
    }
}

/// Selects up to there; beyond the upper or lower edge the conversation moves.
fn drag(state: &mut State, x: u16, y: u16) {
    let area = state.regions().transcript_text();
    if area.height == 0 || state.marks.selection.is_none() {
        return;
    }
    if y < area.y {
        state.transcript.scroll_by(-1, state.conversation.turns());
    } else if y >= area.bottom() {
        state.transcript.scroll_by(1, state.conversation.turns());
    }
    if y < area.y
        && let Some(selection) = &mut state.marks.selection
    {
        // Scrolling back means reading back.
        selection.followed = false;
    }
    let point = point_at(state, x, y.clamp(area.y, area.bottom() - 1));
    if let (Some(selection), Some(point)) = (&mut state.marks.selection, point) {
        selection.extend(point);
    }
}

fn release(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(selection) = &mut state.marks.selection else { return Vec::new() };
    if std::mem::take(&mut selection.followed) {
        state.transcript.follow();
    }
    let text = selection.text(state.conversation.turns(), |turn| state.transcript.is_open(turn));
    if text.is_empty() {
        return Vec::new();
    }
    copying::copy(state, &text, "selection", now)
}

/// What stands in a cell; in air and in heads, what stands above it.
fn point_at(state: &State, x: u16, y: u16) -> Option<Point> {
    let area = state.regions().transcript_text();
    let column = usize::from(x.saturating_sub(area.x));
    state.transcript.point_at(usize::from(y.checked_sub(area.y)?), column, state.conversation.turns())
}
