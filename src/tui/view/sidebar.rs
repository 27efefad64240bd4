//! The decision of the selected turn, and the history of all decisions of this run.
//!
//! ```text
//! ╭ Route ────────────────────╮
//! │ ● coding   █████████▋ 97 %│
//! │   reasoning               │
//! │ qwen-3-32b · oxlo         │
//! │ by classifier in 5.1 ms   │
//! │ for: “python”, “merge”    │
//! ├ History ──────────────────┤
//! │ 12:01 coding qwen-3 1.9 s │
//! ╰───────────────────────────╯
//! ```

mod decisions;

use crate::engine::PersistenceStatus;
use crate::tui::action::Action;
use crate::tui::panels::PanelKind;
use crate::tui::panels::why::decision::{self, Detail};
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::paint;
use crate::tui::text::lines::{Line, Role, rows};
use crate::tui::theme::Styles;
use crate::tui::widgets::frame;
use crate::tui::widgets::page::paint_lines;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

/// The most rows that say why nothing is kept.
const REASON: usize = 6;

pub(super) fn draw(state: &State, styles: &Styles, now: Duration, area: Rect, buf: &mut Buffer) {
    if area.width < 12 || area.height < 3 {
        return;
    }
    let focused = state.window.focus == Focus::Decisions;
    let style = if focused { styles.frame_focused } else { styles.frame };
    let inside = frame(buf, area, style, ("Route", styles.strong), ("", styles.dim));
    let list_rows = match inside.height {
        10.. => 5,
        5.. => 3,
        _ => 0,
    };
    let most = inside.height - list_rows;
    let width = usize::from(inside.width);
    let height = |lines: &[Line]| rows(lines, width).min(usize::from(u16::MAX)) as u16;
    let lines = |detail| {
        let mut lines = route(state, now, detail);
        if let PersistenceStatus::Unsaved(why) = &state.persistence {
            lines.insert(0, Line::short(format!("not kept: {why}"), Role::Error, REASON));
        }
        lines
    };
    let fits = |detail: &Detail| height(&lines(*detail)) <= most;
    let detail = [Detail::Full, Detail::Brief].into_iter().find(fits).unwrap_or(Detail::Short);
    let lines = lines(detail);
    let route = Rect { height: height(&lines).min(most), ..inside };
    paint_lines(&lines, 0, styles, route, buf);
    let below = inside.height - route.height;
    if below >= 2 {
        let divider = Rect::new(area.x, route.bottom(), area.width, 1);
        divide(buf, divider, style, ("History", styles.strong));
        decisions::draw(state, styles, Rect::new(inside.x, divider.y + 1, inside.width, below - 1), buf);
    }
}

/// What there is to say about the shown turn.
fn route(state: &State, now: Duration, detail: Detail) -> Vec<Line> {
    let Some(turn) = state.shown_turn() else {
        let key = state.start.keymap.key_from_input(Action::Open(PanelKind::Decisions));
        let earlier = key.map(|key| Line::text(format!("earlier decisions: {key}"), Role::Dim));
        return std::iter::once(Line::text("No decision yet", Role::Dim)).chain(earlier).collect();
    };
    let Some(decision) = &turn.decision else {
        if turn.is_over() {
            return vec![Line::text("nothing is known of a decision", Role::Dim)];
        }
        let waited = now.saturating_sub(state.stage_since).as_secs();
        let who = turn.stage.judge().map_or_else(|| "deciding".to_owned(), |judge| format!("asking {judge}"));
        return vec![Line::text(format!("{who} · {waited} s"), Role::Notice)];
    };
    decision::route(state, turn, decision, detail)
}

/// A line across a frame, with a title.
fn divide(buf: &mut Buffer, area: Rect, style: Style, title: (&str, Style)) {
    let line = format!("├{}┤", "─".repeat(usize::from(area.width.saturating_sub(2))));
    paint(buf, area, &line, style);
    let title_area = Rect::new(area.x + 1, area.y, area.width.saturating_sub(2), 1);
    paint(buf, title_area, &format!(" {} ", title.0), title.1);
}
