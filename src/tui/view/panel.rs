//! What lies in front: a raised surface above the composer, as high as its content, so that the draft stays in sight.
//!
//! ```text
//!   Models                                           4      Esc close
//!
//!   qwen-3-32b                         coding · 32k · oxlo
//! ```

use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::layout::Regions;
use crate::tui::panels::OpenPanel;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use ratatui::layout::{Position, Rect};

/// Paints the panel, and says where the caret stands in it.
pub(super) fn draw(state: &State, panel: &OpenPanel, regions: &Regions, canvas: &mut Canvas) -> Option<Position> {
    let (width, _) = regions.panel_room();
    let (surface, inside) = regions.panel(panel.rows(state, width));
    canvas.fill(surface, Role::Raised);
    if !canvas.styles.has_surfaces() && surface.height > inside.height {
        let rule = "─".repeat(usize::from(surface.width));
        canvas.text(surface, &rule, Role::Rule);
    }
    head(state, panel, surface, inside, canvas);
    panel.draw(state, inside, canvas)
}

fn head(state: &State, panel: &OpenPanel, surface: Rect, inside: Rect, canvas: &mut Canvas) {
    // With room for air, the head stands below a blank row.
    let y = match inside.y - surface.y {
        0 => return,
        1 => surface.y,
        _ => inside.y - 2,
    };
    let row = Rect { y, height: 1, ..inside };
    let head = panel.head(state);
    let close = state.start.keymap.key_in(panel.context(), Action::Close).map(|key| format!("{key} close"));
    let close = canvas.at_right(row, &close.unwrap_or_default(), Role::Secondary);
    canvas.click(close, Action::Close);
    let rest = Rect { width: close.x.saturating_sub(row.x + 2), ..row };
    let title = ellipsis(&head.title, usize::from(rest.width));
    canvas.text(rest, &title, Role::Strong);
    if text_width(&title) + 2 + text_width(&head.right) <= usize::from(rest.width) {
        canvas.at_right(rest, &head.right, Role::Secondary);
    }
}
