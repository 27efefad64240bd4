//! Painting the state. Pure: the same state gives the same cells. One visible region a file; `layout` has their places.

mod completion;
mod composer;
mod header;
mod heads;
mod lamp;
mod panel;
mod picture;
mod rows;
mod search;
mod sidebar;
mod status;
mod strip;
mod transcript;
mod welcome;

use super::canvas::{Canvas, Clicks};
use super::state::{Focus, State};
use super::theme::{Role, Styles};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use std::time::Duration;

/// Paints `state` as it is at `now` (since the start), and says where the caret stands.
pub fn draw(state: &State, styles: &Styles, now: Duration, buf: &mut Buffer) -> Option<Position> {
    draw_clickable(state, styles, now, buf).0
}

/// The same, and what a click in each place does.
pub fn draw_clickable(state: &State, styles: &Styles, now: Duration, buf: &mut Buffer) -> (Option<Position>, Clicks) {
    let regions = state.regions();
    // A resize reaches the terminal before it reaches the state; what does not fit any more waits for the next frame.
    if regions.composer.bottom() > buf.area.bottom() || regions.composer.right() > buf.area.right() {
        return (None, Clicks::default());
    }
    let mut whole = Canvas::new(buf, styles, now);
    let canvas = &mut whole;
    // Where the terminal's own background stays, an empty cell has it already.
    if !styles.keeps_background() {
        canvas.tint(canvas.area(), Role::Background);
    }
    header::draw(state, &regions, canvas);
    transcript::draw(state, &regions, canvas);
    if let Some(area) = regions.sidebar {
        sidebar::draw(state, area, canvas);
    }
    strip::draw(state, &regions, canvas);
    let caret = composer::draw(state, &regions, canvas);
    completion::draw(state, &regions, canvas);
    let searched = if let Some(search) = &state.marks.search {
        search::draw(state, search, regions.status, canvas)
    } else {
        status::draw(state, regions.status, canvas);
        None
    };
    let in_front = state.panel.as_ref().map(|panel| panel::draw(state, panel, &regions, canvas));
    picture::stand_in(state, &regions, canvas.buf);
    let caret = in_front.unwrap_or_else(|| searched.or((state.window.focus == Focus::Composer).then_some(caret)));
    (caret, whole.into_clicks())
}
