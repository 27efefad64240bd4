//! The rows between conversation and composer: prompts that wait, the letters of the leader key, a notice.
//!
//! ```text
//!   ◌ queued  and in Rust?                                Alt+Q edit
//!   ● Learned: “and in Rust?” → reasoning · Alt+A ask again
//! ```

use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::layout::Regions;
use crate::tui::panels::PanelKind;
use crate::tui::state::{State, StripRow};
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use ratatui::layout::Rect;

/// The most characters of a prompt that waits.
const PROMPT_CHARS_MAX: usize = 200;

pub(super) fn draw(state: &State, regions: &Regions, canvas: &mut Canvas) {
    // Between panel and composer the strip is a part of what lies in front.
    if state.panel.is_some() {
        canvas.fill(Rect { width: regions.composer.width, ..regions.strip }, Role::Raised);
    }
    let column = regions.column(regions.strip);
    let inside = Rect { x: column.x + 2, width: column.width.saturating_sub(2), ..column };
    let rows = state.strip(usize::from(inside.width));
    // Where there is too little room, the last rows are the newest.
    let cut = rows.len().saturating_sub(usize::from(inside.height));
    let hidden = if state.leader { 0 } else { cut };
    for (row, place) in rows.iter().skip(hidden).zip(rows_of(inside)) {
        let sign = Rect { x: column.x, width: 2, ..place };
        match row {
            StripRow::Queued(turn) => queued(state, &one_line(turn.prompt(), PROMPT_CHARS_MAX), sign, place, canvas),
            StripRow::MoreQueued(count) => queued(state, &format!("and {count} more"), sign, place, canvas),
            StripRow::Editing => {
                canvas.text(sign, "✎", Role::Accent);
                let key = state.start.keymap.key_from_input(Action::Stop).map(|key| format!(" · {key} cancel"));
                canvas.text(place, &format!("editing: new branch{}", key.unwrap_or_default()), Role::Text);
            }
            StripRow::Leader(hints) => leader(hints, place, canvas),
            StripRow::Notice(text, first) => {
                canvas.text(sign, if *first { "●" } else { "" }, Role::Accent);
                canvas.text(place, &ellipsis(text, usize::from(place.width)), Role::Text);
            }
        }
    }
}

fn queued(state: &State, text: &str, sign: Rect, place: Rect, canvas: &mut Canvas) {
    let key = state.start.keymap.key_from_input(Action::Open(PanelKind::Queue)).map(|key| format!("{key} edit"));
    let shown = canvas.at_right(place, &key.unwrap_or_default(), Role::Secondary);
    canvas.text(sign, "◌", Role::Secondary);
    let x = canvas.text(place, "queued  ", Role::Secondary);
    let rest = Rect { x, width: shown.x.saturating_sub(x + 1), ..place };
    canvas.text(rest, &ellipsis(text, usize::from(rest.width)), Role::Secondary);
    canvas.click(place, Action::Open(PanelKind::Queue));
}

fn leader(hints: &[(String, &'static str)], place: Rect, canvas: &mut Canvas) {
    let mut x = place.x;
    for (key, what) in hints {
        let rest = Rect { x, width: place.right().saturating_sub(x), ..place };
        canvas.pieces(rest, [(key.as_str(), Role::Key), (" ", Role::Text), (*what, Role::Secondary)]);
        x += (text_width(key) + 1 + text_width(what) + 3) as u16;
    }
}
