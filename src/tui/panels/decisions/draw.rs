//! Painting the routing history: a row each, with the lamp of its category.
//!
//! ```text
//! 12:01  ■ coding    qwen-3-32b  judge  Merge two sorted lists …        failed
//! ```

use super::Decisions;
use crate::config::CategoryId;
use crate::engine::PersistenceStatus;
use crate::store::DecisionRow;
use crate::text::sanitize::one_line;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::clock::{wall, when};
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use crate::tui::widgets::cells::{cell, lamp, right_cell, select, widest};
use crate::tui::widgets::first_shown;
use crate::tui::widgets::list::filtered;
use ratatui::layout::{Position, Rect};

/// More of a prompt than this does not fit any screen.
const PROMPT_CHARS_MAX: usize = 200;
/// From so many cells on, the row says who decided, and how it ended.
const WITH_DECIDER: u16 = 72;
/// From so many cells on, the row has the model: below, half of its name would cost the prompt.
const WITH_MODEL: u16 = 60;

/// The hint where nothing was typed.
const HINT: &str = "words of a prompt, category:… model:… by:… outcome:…";
/// What can be typed, where nothing fits.
const NONE_FITS: &str = "No match. Try category:coding, model:qwen, by:judge or outcome:failed";

/// Paints the list and says where the caret stands.
pub(super) fn draw(list: &Decisions, state: &State, area: Rect, canvas: &mut Canvas) -> Position {
    let decisions = list.rows.as_deref().unwrap_or_default();
    let none = match (&list.rows, list.filter.is_empty()) {
        (None, _) => "…",
        (Some(_), true) if state.persistence != PersistenceStatus::Saved => "Nothing is saved, so nothing is listed",
        (Some(_), true) => "Nothing routed yet. Each prompt you send is listed here.",
        (Some(_), false) => NONE_FITS,
    };
    let (rows, caret) = filtered((&list.filter, HINT), (decisions.len(), none), area, canvas);
    let first = first_shown(list.selected, rows.height);
    let shown = decisions.get(first..).unwrap_or_default();
    let shown = shown.get(..usize::from(rows.height)).unwrap_or(shown);
    let widths = Widths::of(shown, state, rows.width, canvas);
    for ((index, decision), place) in shown.iter().enumerate().zip(rows_of(rows)) {
        let index = first + index;
        if index == list.selected {
            select(place, canvas);
        }
        canvas.click(place, Click::Row(index));
        row(decision, state, widths, place, canvas);
    }
    caret
}

/// The widths of the columns; 0: there is none.
#[derive(Clone, Copy)]
struct Widths {
    time: usize,
    category: usize,
    model: usize,
    decider: usize,
    outcome: usize,
}

impl Widths {
    fn of(shown: &[DecisionRow], state: &State, width: u16, canvas: &Canvas) -> Self {
        let now = wall(state, canvas.now);
        let times: Vec<String> = shown.iter().map(|decision| when(decision.decided_at, state, now)).collect();
        let most = |with: bool, most: usize| if with { most } else { 0 };
        let decided = width >= WITH_DECIDER;
        Self {
            time: widest(times.iter().map(String::as_str), 10),
            category: widest(shown.iter().map(|row| category(row).as_str()), 12),
            model: widest(shown.iter().map(model), most(width >= WITH_MODEL, 20)),
            decider: widest(shown.iter().map(|row| row.decider.as_str()), most(decided, 10)),
            outcome: widest(shown.iter().map(|row| outcome(row).0), most(decided, 10)),
        }
    }
}

fn row(decision: &DecisionRow, state: &State, widths: Widths, place: Rect, canvas: &mut Canvas) {
    let time = when(decision.decided_at, state, wall(state, canvas.now));
    let rest = cell(&time, widths.time, Role::Secondary, place, canvas);
    let rest = lamp(Some(category(decision)), state.start.config.registry.categories(), '■', rest, canvas);
    let rest = cell(category(decision).as_str(), widths.category, Role::Text, rest, canvas);
    let rest = cell(model(decision), widths.model, Role::Secondary, rest, canvas);
    let rest = cell(&decision.decider, widths.decider, Role::Secondary, rest, canvas);
    let (ended, role) = outcome(decision);
    let rest = right_cell(ended, widths.outcome, role, rest, canvas);
    let is_changed = decision.overridden || decision.corrected_to.is_some();
    let mark = if is_changed { "✎ " } else { "" };
    let room = usize::from(rest.width).saturating_sub(text_width(mark));
    let prompt = ellipsis(&one_line(&decision.prompt, PROMPT_CHARS_MAX), room);
    canvas.pieces(rest, [(mark, Role::Accent), (prompt.as_str(), Role::Text)]);
}

/// How it ended, where that needs a word.
fn outcome(decision: &DecisionRow) -> (&str, Role) {
    match decision.outcome.as_deref() {
        Some("answered") => ("", Role::Secondary),
        Some("failed") => ("failed", Role::Error),
        Some(other) => (other, Role::Secondary),
        None => ("unfinished", Role::Warning),
    }
}

fn category(decision: &DecisionRow) -> &CategoryId {
    decision.corrected_to.as_ref().unwrap_or(&decision.category)
}

fn model(decision: &DecisionRow) -> &str {
    decision.answered_by.as_ref().unwrap_or(&decision.model).as_str()
}
