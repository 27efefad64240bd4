//! The input: a raised surface over the whole width, with a rail in the hue of where the prompt would go.
//!
//! ```text
//! ▌ ▣ crab.png 1,024 × 768 · 312 KB · ≈ 1,036 tokens
//! ▌ and now without the while loop▏
//! ▌
//! ▌ ● coding → qwen-3-32b  91 % · follow-up   Alt+1…4 change          ≈ 310 tokens
//! ```

use super::lamp;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::layout::Regions;
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::ellipsis;
use crate::tui::theme::Role;
use ratatui::layout::{Position, Rect};

/// Paints the input and says where the caret stands.
pub(super) fn draw(state: &State, regions: &Regions, canvas: &mut Canvas) -> Position {
    let focused = state.window.focus == Focus::Composer && state.panel.is_none();
    canvas.fill(regions.composer, if focused { Role::Raised } else { Role::Panel });
    if !canvas.styles.has_surfaces()
        && regions.composer_text().y > regions.composer.y + u16::from(!state.chips().is_empty())
    {
        let rule = "─".repeat(usize::from(regions.composer.width));
        canvas.text(regions.composer, &rule, Role::Rule);
    }
    let lamp = lamp::draw(state, regions.lamp(), canvas);
    if regions.composer.width >= 8 {
        for row in rows_of(regions.composer) {
            canvas.text(row, "▌", if focused { lamp } else { Role::Faint });
        }
    }
    for (chips, place) in state.chips().iter().zip(rows_of(regions.composer_chips())) {
        canvas.text(place, chips, Role::Secondary);
    }
    let area = regions.composer_text();
    for (row, place) in state.composer.shown_rows().zip(rows_of(area)) {
        canvas.text(place, row.text, if focused { Role::Text } else { Role::Secondary });
        let cell = |column: usize| place.x.saturating_add(column.min(usize::from(place.width)) as u16);
        let (x, end) = (cell(row.selected.start), cell(row.selected.end));
        canvas.tint(Rect { x, width: end.saturating_sub(x), ..place }, Role::Selection);
    }
    if state.composer.is_empty() {
        let hint = ellipsis("Message", usize::from(area.width.saturating_sub(1)));
        canvas.text(area, &hint, Role::Faint);
    }
    more_above(state, area, canvas);
    let (column, row) = state.composer.caret_cell();
    let right = area.right().saturating_sub(1).max(area.x);
    let bottom = area.bottom().saturating_sub(1).max(area.y);
    Position::new((area.x + column).min(right), (area.y + row).min(bottom))
}

/// How many rows of a long draft are out of sight.
fn more_above(state: &State, area: Rect, canvas: &mut Canvas) {
    let hidden = state.composer.row_count().saturating_sub(usize::from(area.height));
    if hidden > 0 && area.height > 1 {
        let text = format!(" {hidden} more rows ");
        canvas.at_right(area, &text, Role::Secondary);
    }
}
