//! Painting the state. Pure: the same state gives the same cells. One visible region a file.
//!
//! ```text
//! ╭ transcript ─────────────────────╮╭ route ────╮
//! │                                 │├ history ──┤
//! ╰─────────────────────────────────╯╰───────────╯
//! ╭ composer ───────────────────────────── chip ─╮
//! ╰──────────────────────────────────────────────╯
//! status                                     hints
//! ```

mod chip;
mod completion;
mod composer;
mod picture;
mod rows;
mod search;
mod sidebar;
mod status;
mod transcript;

use super::state::{Focus, State};
use super::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::widgets::{Clear, Widget};
use std::time::Duration;

/// Paints `state` as it is at `now` (since the start), and says where the caret stands.
pub fn draw(state: &State, styles: &Styles, now: Duration, buf: &mut Buffer) -> Option<Position> {
    let regions = state.regions();
    // A resize reaches the terminal before it reaches the state; what does not fit any more waits for the next frame.
    if regions.composer.bottom() > buf.area.bottom() || regions.composer.right() > buf.area.right() {
        return None;
    }
    transcript::draw(state, styles, now, &regions, buf);
    if let Some(area) = regions.sidebar {
        Clear.render(area, buf);
        sidebar::draw(state, styles, now, area, buf);
    }
    let caret = composer::draw(state, styles, &regions, buf);
    completion::draw(state, styles, &regions, buf);
    let search = state.marks.search.as_ref().filter(|search| state.notice.is_none() || search.typing);
    if search.is_none() {
        status::draw(state, styles, now, regions.status, buf);
    }
    let searched = search.and_then(|search| search::draw(state, search, styles, regions.status, buf));
    let in_front = state.panel.as_ref().map(|panel| panel.draw(state, styles, now, buf));
    picture::stand_in(state, &regions, buf);
    in_front.unwrap_or_else(|| searched.or((state.window.focus == Focus::Composer).then_some(caret)))
}
