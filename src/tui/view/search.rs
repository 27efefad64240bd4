//! What is looked for in the conversation, and how often it is there. In the place of the status.
//!
//! ```text
//! Find: merge two▏                       3 of 17 · Enter stay · Esc cancel
//! ```

use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::keys::Context;
use crate::tui::state::{Focus, Search, State};
use crate::tui::text::cells::{prefix, text_width};
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
    let (query, caret) = search.query().view(room);
    let query = prefix(query, room).0;
    let role = if search.hit().is_none() && !search.query().is_empty() { Role::Error } else { Role::Strong };
    let left = format!("{LABEL}{query}");
    // The keys go first when there is no room.
    let fits = text_width(&left) + text_width(&right) + 2 < usize::from(area.width);
    let right = if fits { right } else { count(search) };
    canvas.row(area, (&left, role), (&right, Role::Secondary));
    let caret = area.x + ((text_width(LABEL) + caret) as u16).min(area.width.saturating_sub(1));
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
        true if search.query().is_empty() => &[(Action::Close, "close")],
        true => &[
            (Action::PreviousHit, "previous"),
            (Action::NextHit, "next"),
            (Action::Accept, "stay"),
            (Action::Close, "cancel"),
        ],
        false if state.window.focus != Focus::Transcript => &[(Action::Stop, "close")],
        false => &[(Action::NextHit, "next"), (Action::PreviousHit, "previous"), (Action::Stop, "close")],
    };
    let context = if search.typing { Context::Search } else { Context::Transcript };
    let key = |(action, does): &(Action, &str)| keymap.key_in(context, *action).map(|key| format!(" · {key} {does}"));
    wanted.iter().filter_map(key).collect()
}
