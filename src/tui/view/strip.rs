//! The rows between conversation and composer: prompts that wait, a notice, the letters of the leader key.

use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::layout::Regions;
use crate::tui::state::State;
use crate::tui::text::cells::ellipsis;
use crate::tui::text::wrap::Wrapped;
use crate::tui::theme::Role;
use ratatui::layout::Rect;

pub(super) fn draw(state: &State, regions: &Regions, canvas: &mut Canvas) {
    let area = regions.strip;
    if area.height == 0 {
        return;
    }
    if let Some(notice) = &state.notice {
        canvas.fill(area, Role::Panel);
        let inside = regions.column(area);
        let text = Rect { x: inside.x + 2, width: inside.width.saturating_sub(2), ..inside };
        let wrapped = Wrapped::new(&notice.text, usize::from(text.width));
        canvas.text(inside, "●", Role::Accent);
        for (index, place) in rows_of(text).enumerate().take(wrapped.len()) {
            let last = index + 1 == usize::from(area.height) && wrapped.len() > index + 1;
            let rest = notice.text.get(wrapped.range(index).start..).unwrap_or_default();
            let row = if last {
                ellipsis(rest, usize::from(text.width))
            } else {
                wrapped.row(&notice.text, index).to_owned()
            };
            canvas.text(place, &row, Role::Text);
        }
    }
}
