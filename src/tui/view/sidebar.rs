//! The decision of the shown turn, its answer, the window, and the decisions of this chat: groups with air between them.
//!
//! ```text
//! ROUTE
//!
//! reasoning → llama-3.3-70b
//! decided by the classifier · 2 ms
//!
//!   coding     ━─────────   6 %
//! ● reasoning  ━━━━━━━━━─  93 %
//!
//! because “prove” “stable”
//! if it fails  deepseek-v3.2
//!
//! HISTORY
//! 12:03 ■ reasoning  llama-3.3      …
//! ```

mod answer;
mod history;
mod route;

use crate::engine::PersistenceStatus;
use crate::tui::canvas::Canvas;
use crate::tui::state::State;
use crate::tui::text::lines::{Line, rows};
use crate::tui::theme::Role;
use crate::tui::widgets::page::paint_lines;
use ratatui::layout::Rect;
use route::Detail;

/// The most rows that say why nothing is saved.
const REASON_ROWS_MAX: usize = 6;
/// The rows of the history with its head and the air above it, at least.
const HISTORY_ROWS_MIN: usize = 5;

pub(super) fn draw(state: &State, area: Rect, canvas: &mut Canvas) {
    if area.width < 12 || area.height < 3 {
        return;
    }
    canvas.fill(area, Role::Panel);
    if !canvas.styles.has_surfaces() {
        for y in area.top()..area.bottom() {
            canvas.text(Rect { y, height: 1, ..area }, "│", Role::Rule);
        }
    }
    let inside = Rect::new(area.x + 2, area.y, area.width - 4, area.height);
    let width = usize::from(inside.width);
    let history = HISTORY_ROWS_MIN.min(usize::from(area.height) / 2);
    let room = usize::from(inside.height) - history;
    let levels = [(Detail::Full, true), (Detail::Full, false), (Detail::Brief, false), (Detail::Short, false)];
    let groups = levels.map(|(detail, figures)| groups(state, detail, figures, width, canvas));
    let fitting = groups.iter().position(|lines| rows(lines, width) <= room).unwrap_or(levels.len() - 1);
    let lines = &groups[fitting];
    let height = rows(lines, width).min(room) as u16;
    paint_lines(lines, 0, Rect { height, ..inside }, canvas);
    let below = Rect { y: inside.y + height, height: inside.height - height, ..inside };
    history::draw(state, below, canvas);
}

/// What stands above the history, with so much detail.
fn groups(state: &State, detail: Detail, figures: bool, width: usize, canvas: &Canvas) -> Vec<Line> {
    let mut lines = Vec::new();
    if let PersistenceStatus::Unsaved(why) = &state.persistence {
        lines.extend([Line::short(format!("not saved: {why}"), Role::Error, REASON_ROWS_MAX), Line::Air]);
    }
    lines.push(Line::text("ROUTE", Role::Secondary));
    if detail != Detail::Short {
        lines.push(Line::Air);
    }
    lines.extend(route::lines(state, canvas.now, detail, width));
    if figures {
        lines.extend(answer::lines(state));
    }
    lines
}
