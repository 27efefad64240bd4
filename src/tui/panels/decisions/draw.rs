//! Painting the routing history.
//!

use super::Decisions;
use crate::engine::PersistenceStatus;
use crate::format::columns;
use crate::store::DecisionRow;
use crate::text::sanitize::one_line;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::clock::{wall, when};
use crate::tui::state::State;
use crate::tui::text::cells::text_width;
use crate::tui::theme::Role;
use crate::tui::widgets::first_shown;
use crate::tui::widgets::list::filtered;
use jiff::Timestamp;
use ratatui::layout::{Position, Rect};

/// More of a prompt than this does not fit any screen.
const PROMPT_CHARS_MAX: usize = 200;

/// The hint where nothing was typed.
const HINT: &str = "words of a prompt, category:… model:… by:… outcome:…";
/// What can be typed, where nothing fits.
const NONE_FITS: &str = "none fits; by: override, memory, follow-up, classifier, judge, default; outcome: answered, \
                         stopped, failed, unfinished";

/// Paints the list and says where the caret stands.
pub(super) fn draw(list: &Decisions, state: &State, area: Rect, canvas: &mut Canvas) -> Position {
    let decisions = list.rows.as_deref().unwrap_or_default();
    let none = match (&list.rows, list.filter.is_empty()) {
        (None, _) => "…",
        (Some(_), true) if state.persistence != PersistenceStatus::Saved => "nothing is being kept",
        (Some(_), true) => "nothing was decided yet",
        (Some(_), false) => NONE_FITS,
    };
    let (rows, caret) = filtered((&list.filter, HINT), (decisions.len(), none), area, canvas);
    let today = wall(state, canvas.now);
    let first = first_shown(list.selected, rows.height);
    let shown = || decisions.iter().enumerate().skip(first).take(usize::from(rows.height));
    let width = |text: fn(&DecisionRow) -> String, most| {
        columns::widest(shown().map(|(_, row)| text(row)).collect::<Vec<_>>().iter().map(String::as_str)).min(most)
    };
    // On a narrow screen who decided gives way to the prompt.
    let narrow = rows.width < 60;
    let widths =
        [width(category, 12), width(model, if narrow { 8 } else { 20 }), if narrow { 0 } else { width(decider, 10) }];
    for ((index, decision), place) in shown().zip(rows_of(rows)) {
        if index == list.selected {
            canvas.tint(place, Role::Selected);
        }
        canvas.click(place, Click::Row(index));
        let left = line(decision, widths, state, today);
        let outcome = match decision.kept.outcome.as_deref() {
            Some("answered") => String::new(),
            Some(other) => other.to_owned(),
            None => "unfinished".to_owned(),
        };
        // On a narrow screen the prompt matters more than how it ended.
        let fits = usize::from(place.width) >= 70 + text_width(&outcome);
        canvas.row(place, (&left, Role::Text), (if fits { &outcome } else { "" }, Role::Secondary));
    }
    caret
}

fn line(decision: &DecisionRow, widths: [usize; 3], state: &State, today: Timestamp) -> String {
    let kept = &decision.kept;
    let mark = if kept.overridden || kept.corrected_to.is_some() { "✎" } else { " " };
    format!(
        "{} {} {mark} {} {} {}",
        columns::left(&when(kept.decided_at, state, today), 5),
        columns::left(&category(decision), widths[0]),
        columns::left(&model(decision), widths[1]),
        columns::left(&decider(decision), widths[2]),
        one_line(&kept.prompt, PROMPT_CHARS_MAX),
    )
}

fn category(decision: &DecisionRow) -> String {
    let kept = &decision.kept;
    kept.corrected_to.as_ref().unwrap_or(&kept.category).to_string()
}

fn model(decision: &DecisionRow) -> String {
    let kept = &decision.kept;
    kept.answered_by.as_ref().unwrap_or(&kept.model).to_string()
}

fn decider(decision: &DecisionRow) -> String {
    decision.kept.decider.clone()
}
