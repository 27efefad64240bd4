//! Painting the list of chats: below their months, or what fits the filter, then the places in the texts.
//!
//! ```text
//! November 2026
//! ▌ Merge two sorted lists    here · A merge in O(n + m) that …   coding  qwen-3-32b  12:01
//! ```

use super::list::{ChatList, Entry, Line};
use crate::config::{CategoryId, ModelId};
use crate::format::count;
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
use crate::tui::widgets::cells::{GAP, behind, cell, lamp, right_cell, select, widest};
use crate::tui::widgets::first_shown;
use crate::tui::widgets::list::filtered;
use ratatui::layout::{Position, Rect};

/// The fewest cells of a title: with fewer, what is beside it gives way.
const TITLE_MIN: usize = 20;
/// The most cells of a title beside an excerpt, and before a snippet.
const TITLE_MAX: usize = 44;
const TITLE_BEFORE_SNIPPET_MAX: usize = 28;
/// From so many cells on, the row has the model, the category, and the excerpt.
const WITH_MODEL: u16 = 60;
const WITH_CATEGORY: u16 = 84;
const WITH_EXCERPT: u16 = 72;

/// The widths of the columns at the right edge; 0: there is none.
#[derive(Debug, Clone, Copy)]
struct Widths {
    category: usize,
    model: usize,
    time: usize,
}

/// Paints the list and says where the caret stands.
pub(super) fn draw(chats: &ChatList, state: &State, area: Rect, canvas: &mut Canvas) -> Position {
    let none = empty(chats, state);
    let hint = "type a title or any words";
    let (rows, caret) = filtered((chats.filter(), hint), (chats.line_count(), &none), area, canvas);
    let first = first_shown(chats.selected_line(), rows.height);
    let shown: Vec<Line> = chats.lines().skip(first).take(usize::from(rows.height)).collect();
    let widths = widths(&shown, state, rows.width, canvas);
    for (line, place) in shown.iter().zip(rows_of(rows)) {
        let Line::Entry(index, entry) = line else {
            if let Line::Heading(title) = line {
                canvas.text(place, title, Role::Secondary);
            }
            continue;
        };
        if *index == chats.selected() {
            select(place, canvas);
        }
        canvas.click(place, Click::Row(*index));
        match entry {
            Entry::Chat(chat) => draw_chat(chat, state, widths, place, canvas),
            Entry::Hit(hit) => draw_hit(hit, state, place, canvas),
        }
    }
    caret
}

fn widths(lines: &[Line], state: &State, width: u16, canvas: &Canvas) -> Widths {
    let now = wall(state, canvas.now);
    let chats = || {
        lines.iter().filter_map(|line| match line {
            Line::Entry(_, Entry::Chat(chat)) => Some(*chat),
            _ => None,
        })
    };
    let times: Vec<String> = chats().map(|chat| when(chat.updated_at, state, now)).collect();
    Widths {
        category: if width >= WITH_CATEGORY { widest(chats().map(category), 12) } else { 0 },
        model: if width >= WITH_MODEL { widest(chats().map(model), 20) } else { 0 },
        time: widest(times.iter().map(String::as_str), 10),
    }
}

fn category(chat: &ChatRow) -> &str {
    chat.category.as_ref().map(CategoryId::as_str).unwrap_or_default()
}

fn model(chat: &ChatRow) -> &str {
    chat.model.as_ref().map(ModelId::as_str).unwrap_or_default()
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

fn draw_chat(chat: &ChatRow, state: &State, widths: Widths, place: Rect, canvas: &mut Canvas) {
    let with_excerpt = place.width >= WITH_EXCERPT;
    let rest = lamp(chat.category.as_ref(), state.start.config.registry.categories(), '▌', place, canvas);
    let time = when(chat.updated_at, state, wall(state, canvas.now));
    let mut rest = right_cell(&time, widths.time, Role::Secondary, rest, canvas);
    for (text, width) in [(model(chat), widths.model), (category(chat), widths.category)] {
        if width > 0 {
            let column = behind(rest, usize::from(rest.width).saturating_sub(width));
            cell(text, width, Role::Secondary, column, canvas);
            rest.width = rest.width.saturating_sub((width + GAP) as u16);
        }
    }
    let states = states(chat, state);
    let room = usize::from(rest.width);
    if with_excerpt {
        let behind = cell(&chat.head.title, (room * 2 / 5).clamp(TITLE_MIN, TITLE_MAX), Role::Text, rest, canvas);
        let x = canvas.text(behind, &states, Role::Accent);
        let x = if states.is_empty() { x } else { canvas.text(after(behind, x), " · ", Role::Secondary) };
        let behind = after(behind, x);
        canvas.text(behind, &ellipsis(&chat.excerpt, usize::from(behind.width)), Role::Secondary);
        return;
    }
    // What a chat is like gives way before what it is called.
    let beside = text_width(&states) + 2;
    if !states.is_empty() && room >= TITLE_MIN + beside {
        rest = right_cell(&states, beside - 2, Role::Accent, rest, canvas);
    }
    canvas.text(rest, &ellipsis(&chat.head.title, usize::from(rest.width)), Role::Text);
}

fn after(place: Rect, x: u16) -> Rect {
    behind(place, usize::from(x.saturating_sub(place.x)))
}

/// What is special about a chat, in words.
fn states(chat: &ChatRow, state: &State) -> String {
    let states = [
        (chat.head.id == state.conversation.id(), "here"),
        (chat.interrupted, "unfinished"),
        (chat.head.archived, "archived"),
    ];
    states.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect::<Vec<_>>().join(" · ")
}

fn draw_hit(hit: &Hit, state: &State, place: Rect, canvas: &mut Canvas) {
    let time = when(hit.asked_at, state, wall(state, canvas.now));
    let rest = right_cell(&time, text_width(&time), Role::Secondary, behind(place, 2), canvas);
    let most = TITLE_BEFORE_SNIPPET_MAX.min(usize::from(place.width) / 3);
    let title = ellipsis(&hit.title, most);
    let mut rest = cell(&title, text_width(&title), Role::Secondary, rest, canvas);
    for (text, found) in &hit.snippet {
        let role = if *found { Role::Accent } else { Role::Text };
        let x = canvas.styled(rest, text, TextStyle { role, strong: *found, ..TextStyle::default() });
        rest = after(rest, x);
    }
}
