//! Painting the list of chats: titles first, then the places in the texts where what was typed occurs.
//!

use super::list::{ChatList, Entry};
use crate::format::{columns, count};
use crate::store::{ChatRow, Hit};
use crate::tui::action::Action;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::clock::{wall, when};
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::text::style::TextStyle;
use crate::tui::theme::Role;
use crate::tui::widgets::first_shown;
use crate::tui::widgets::list::filtered;
use jiff::Timestamp;
use ratatui::layout::{Position, Rect};

/// The most cells of a title before a snippet.
const TITLE_WIDTH_MAX: usize = 28;

/// Paints the list and says where the caret stands.
pub(super) fn draw(chats: &ChatList, state: &State, area: Rect, canvas: &mut Canvas) -> Position {
    // Where the heading stands: above the first line that is a place in a text.
    let heading = chats.title_count();
    let with_heading = chats.len() > heading;
    let mut lines: Vec<Option<Entry>> = chats.entries().map(Some).collect();
    if with_heading {
        lines.insert(heading, None);
    }
    let selected = chats.selected() + usize::from(with_heading && chats.selected() >= heading);
    let none = empty(chats, state);
    let hint = "type a title or any words";
    let (rows, caret) = filtered((chats.filter(), hint), (lines.len(), &none), area, canvas);
    let today = wall(state, canvas.now);
    let first = first_shown(selected, rows.height);
    for ((index, line), place) in lines.iter().enumerate().skip(first).zip(rows_of(rows)) {
        if index == selected {
            canvas.tint(place, Role::Selected);
        }
        if line.is_some() {
            canvas.click(place, Click::Row(index - usize::from(with_heading && index > heading)));
        }
        match line {
            Some(Entry::Chat(chat)) => draw_chat(chat, state, today, place, canvas),
            Some(Entry::Hit(hit)) => draw_hit(hit, state, today, place, canvas),
            None => _ = canvas.text(place, "in the texts", Role::Accent),
        }
    }
    caret
}

/// What stands where no chat does: how the list fills, and where the others are.
fn empty(chats: &ChatList, state: &State) -> String {
    if !chats.is_filled() || chats.is_searching() {
        return "…".to_owned();
    }
    if !chats.filter().is_empty() {
        return "Nothing like that in any title or text".to_owned();
    }
    let key = state.start.keymap.key_in(Context::Chats, Action::ShowArchived);
    let shows = key.map(|key| format!(" · {key} shows")).unwrap_or_default();
    match (chats.shows_archived(), chats.elsewhere()) {
        (false, 0) => "No chats yet. Type to start one.".to_owned(),
        (false, archived) => format!("{archived} archived{shows}"),
        (true, 0) => "Nothing archived".to_owned(),
        (true, others) => format!("Nothing archived · {} in the list{shows}", count(others as u64, "chat")),
    }
}

fn draw_chat(chat: &ChatRow, state: &State, today: Timestamp, place: Rect, canvas: &mut Canvas) {
    let mut facts = Vec::new();
    if chat.head.id == state.conversation.id() {
        facts.push("here".to_owned());
    }
    if chat.interrupted {
        facts.push("unfinished".to_owned());
    }
    if chat.head.archived {
        facts.push("archived".to_owned());
    }
    facts.push(count(chat.turns, "turn"));
    let time = columns::right(&when(chat.updated_at, state, today), 10);
    canvas.row(place, (&chat.head.title, Role::Text), (&format!("{}  {time}", facts.join(" · ")), Role::Secondary));
}

fn draw_hit(hit: &Hit, state: &State, today: Timestamp, place: Rect, canvas: &mut Canvas) {
    let time = when(hit.asked_at, state, today);
    let title = ellipsis(&hit.title, TITLE_WIDTH_MAX.min(usize::from(place.width) / 3));
    let mut x = canvas.text(place, &title, Role::Secondary) + 2;
    let end = place.right().saturating_sub(text_width(&time) as u16 + 2);
    for (text, found) in &hit.snippet {
        let rest = Rect { x, width: end.saturating_sub(x), ..place };
        if rest.width == 0 {
            break;
        }
        x = canvas.styled(rest, text, TextStyle { strong: *found, ..TextStyle::default() });
    }
    canvas.at_right(place, &time, Role::Secondary);
}
