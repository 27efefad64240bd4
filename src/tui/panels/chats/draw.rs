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

/// What stands where nothing was typed.
const HINT: &str = "type a title or any words";
/// The fewest cells of a title: with fewer, what is beside it gives way.
const TITLE_MIN: usize = 20;
/// The most cells of a title beside an excerpt, and before a snippet.
const TITLE_MAX: usize = 44;
const TITLE_BEFORE_SNIPPET_MAX: usize = 28;
/// From so many cells on, the row has the model, the category, and the excerpt.
const WITH_MODEL: u16 = 60;
const WITH_CATEGORY: u16 = 84;
const WITH_EXCERPT: u16 = 72;

/// The widths of the columns; 0: there is none.
#[derive(Debug, Clone, Copy)]
struct Widths {
    title: usize,
    category: usize,
    model: usize,
    time: usize,
}

/// Paints the list and says where the caret stands.
pub(super) fn draw(chats: &ChatList, state: &State, area: Rect, canvas: &mut Canvas) -> Position {
    let none = empty(chats, state);
    let (rows, caret) = filtered((chats.filter(), HINT), (chats.line_count(), &none), area, canvas);
    let first = first_shown(chats.selected_line(), rows.height);
    let shown: Vec<Line> = chats.lines().skip(first).take(usize::from(rows.height)).collect();
    let columns = widths(&shown, state, rows.width, canvas);
    for (line, place) in shown.iter().zip(rows_of(rows)) {
        let Line::Entry(index, entry) = line else {
            if let Line::Heading(title) = line {
                canvas.text(place, title, Role::Secondary);
            }
            // Air, too, cannot be selected.
            continue;
        };
        if *index == chats.selected() {
            select(place, canvas);
        }
        canvas.click(place, Click::Row(*index));
        match entry {
            Entry::Chat(chat) => draw_chat(chat, state, columns, place, canvas),
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
        title: widest(chats().map(|chat| chat.head.title.as_str()), TITLE_MAX),
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
        let behind = cell(&chat.head.title, widths.title.min((room / 2).max(TITLE_MIN)), Role::Text, rest, canvas);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;
    use crate::store::Head;
    use crate::tui::theme::Styles;
    use jiff::Timestamp;
    use ratatui::buffer::{Buffer, Cell};
    use std::time::Duration;

    /// The row of an unfinished chat in sight, at so many cells.
    fn row(width: u16) -> String {
        let state = State::new(examples::start());
        let head = Head {
            id: state.conversation.id(),
            title: "Merge two sorted lists in Python".to_owned(),
            started_at: Timestamp::UNIX_EPOCH,
            archived: false,
            pinned: false,
        };
        let chat = ChatRow {
            interrupted: true,
            category: Some("coding".into()),
            model: Some("qwen-3-32b".into()),
            excerpt: "A merge in O(n + m) that keeps equal items".to_owned(),
            ..ChatRow::of(head, state.start.begun_at, 2)
        };
        let (styles, mut buf) = (Styles::plain(), Buffer::empty(Rect::new(0, 0, width, 1)));
        let area = buf.area;
        let mut canvas = Canvas::new(&mut buf, &styles, Duration::ZERO);
        let lines = [Line::Entry(0, Entry::Chat(&chat))];
        let columns = widths(&lines, &state, width, &canvas);
        draw_chat(&chat, &state, columns, area, &mut canvas);
        buf.content.iter().map(Cell::symbol).collect()
    }

    #[test]
    fn what_a_chat_is_like_gives_way_before_its_title() {
        let narrow = row(40);
        assert!(narrow.starts_with("c Merge two sorted lists i") && !narrow.contains("here"), "{narrow}");
        let middle = row(58);
        assert!(middle.starts_with("c Merge two sorted li") && middle.contains("here · unfinished"), "{middle}");
        let wide = row(120);
        for part in ["Merge two sorted lists in Python  here · unfinished · A merge in", "coding  qwen-3-32b  "] {
            assert!(wide.contains(part), "{wide}");
        }
    }

    #[test]
    fn no_width_is_too_small() {
        for width in 1..130 {
            assert_eq!(text_width(&row(width)), usize::from(width));
        }
    }
}
