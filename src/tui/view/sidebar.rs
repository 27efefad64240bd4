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
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::panels::PanelKind;
use crate::tui::state::{Focus, State};
use crate::tui::text::lines::{Line, rows};
use crate::tui::theme::Role;
use crate::tui::widgets::page::paint_lines;
use ratatui::layout::Rect;
use route::Detail;

/// The most rows that say why nothing is saved.
const REASON_ROWS_MAX: usize = 6;
/// From this height on, the last rows say what to do about a wrong decision.
const FOOT_FROM: u16 = 20;
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
    // The first level that fits; of the last, as much as fits.
    let mut lines = Vec::new();
    for (detail, figures) in levels {
        lines = groups(state, detail, figures, width, canvas);
        if rows(&lines, width) <= room {
            break;
        }
    }
    let height = rows(&lines, width).min(room) as u16;
    paint_lines(&lines, 0, Rect { height, ..inside }, canvas);
    let foot = foot(state, inside, canvas);
    let below = Rect { y: inside.y + height, height: (inside.height - height).saturating_sub(foot), ..inside };
    history::draw(state, below, canvas);
}

/// `wrong?  Alt+C correct   F4 why` in the last row, where there is a decision. Returns the rows that it takes.
fn foot(state: &State, inside: Rect, canvas: &mut Canvas) -> u16 {
    let decided = state.shown_turn().is_some_and(|turn| turn.decision.is_some());
    if !decided || inside.height < FOOT_FROM || state.window.focus == Focus::Decisions {
        return 0;
    }
    let keymap = &state.start.keymap;
    let row = Rect { y: inside.bottom() - 2, height: 1, ..inside };
    let mut x = canvas.text(row, "wrong?  ", Role::Secondary);
    for (action, what) in [(Action::Open(PanelKind::Corrections), "correct"), (Action::Open(PanelKind::Why), "why")] {
        let Some(key) = keymap.key_from_input(action).map(ToString::to_string) else { continue };
        let place = Rect { x, width: row.right().saturating_sub(x), ..row };
        let end = canvas.pieces(place, [(key.as_str(), Role::Key), (" ", Role::Text), (what, Role::Secondary)]);
        canvas.click(Rect { width: end - x, ..place }, action);
        x = end + 3;
    }
    3
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
