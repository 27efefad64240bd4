//! What is looked for in the conversation, and how often it is there. In the place of the status.
//!
//! ```text
//! Find: merge two▏                       3 of 17 · Enter keeps it · Esc closes
//! ```

use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::keys::Context;
use crate::tui::state::{Focus, Search, State};
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use ratatui::layout::{Position, Rect};

const LABEL: &str = "Find: ";

/// Draws it; gives back where the caret stands while one writes.
pub(super) fn draw(state: &State, search: &Search, area: Rect, canvas: &mut Canvas) -> Option<Position> {
    if area.height == 0 {
        return None;
    }
    let area = Rect::new(area.x + 1, area.y, area.width.saturating_sub(2), 1);
    let right = format!("{}{}", count(search), keys(state, search));
    let room = usize::from(area.width).saturating_sub(text_width(LABEL) + text_width(&count(search)) + 3);
    let query = end_of(search.query(), room);
    let role = if search.hit().is_none() && !search.query().is_empty() { Role::Error } else { Role::Strong };
    let left = format!("{LABEL}{query}");
    // The keys go first when there is no room.
    let fits = text_width(&left) + text_width(&right) + 2 < usize::from(area.width);
    let right = if fits { right } else { count(search) };
    canvas.row(area, (&left, role), (&right, Role::Secondary));
    let caret = area.x + (text_width(&left) as u16).min(area.width.saturating_sub(1));
    search.typing.then_some(Position::new(caret, area.y))
}

fn count(search: &Search) -> String {
    match (search.query().is_empty(), search.count()) {
        (true, _) => String::new(),
        (_, (_, 0)) => "not in this chat".to_owned(),
        (_, (at, count)) => format!("{at} of {count}"),
    }
}

fn keys(state: &State, search: &Search) -> String {
    let keymap = &state.start.keymap;
    let wanted: &[(Action, &str)] = match search.typing {
        true if search.query().is_empty() => &[(Action::Close, "closes")],
        true => &[
            (Action::PreviousHit, "before"),
            (Action::NextHit, "next"),
            (Action::Accept, "keeps it"),
            (Action::Close, "goes back"),
        ],
        false if state.window.focus != Focus::Transcript => &[(Action::Stop, "closes")],
        false => &[(Action::NextHit, "next"), (Action::PreviousHit, "before"), (Action::Stop, "closes")],
    };
    let context = if search.typing { Context::Search } else { Context::Transcript };
    let key = |(action, does): &(Action, &str)| keymap.key_in(context, *action).map(|key| format!(" · {key} {does}"));
    wanted.iter().filter_map(key).collect()
}

/// The end of a query that is longer than its room: there one writes.
fn end_of(query: &str, room: usize) -> String {
    if text_width(query) <= room {
        return query.to_owned();
    }
    let reversed: String = ellipsis(&query.chars().rev().collect::<String>(), room);
    reversed.chars().rev().collect()
}
