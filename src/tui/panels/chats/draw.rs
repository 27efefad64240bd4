//! Painting the list of chats: titles first, then the places in the texts where what was typed occurs.
//!
//! ```text
//! ╭ Chats ─────────────────────────────────────── 12 ─╮
//! │ merge▏                                            │
//! │ Merge two lists in Python        3 turns   12:01   │
//! │ in the texts                                      │
//! │ Sorting  … the **merge** step takes two …  11-20  │
//! ╰───────────────────────────────────────────────────╯
//! ```

use super::list::{ChatList, Entry};
use crate::format::{columns, count};
use crate::store::{ChatRow, Hit};
use crate::tui::action::Action;
use crate::tui::clock::{wall, when};
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, paint, text_width};
use crate::tui::theme::Styles;
use crate::tui::widgets::list::{Filtered, filtered};
use crate::tui::widgets::{row, rows_of};
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use std::time::Duration;

/// The most cells of a title before a snippet.
const TITLE_WIDTH_MAX: usize = 28;

/// Paints the list and says where the caret stands.
pub(super) fn draw(
    chats: &ChatList,
    state: &State,
    styles: &Styles,
    now: Duration,
    buf: &mut Buffer,
) -> Option<Position> {
    // Where the heading stands: above the first line that is a place in a text.
    let heading = chats.title_count();
    let lines: Vec<Option<Entry>> = {
        let mut lines: Vec<Option<Entry>> = chats.entries().map(Some).collect();
        if chats.len() > heading {
            lines.insert(heading, None);
        }
        lines
    };
    let selected = chats.selected() + usize::from(chats.len() > heading && chats.selected() >= heading);
    let none = empty(chats, state);
    let list = Filtered {
        title: if chats.shows_archived() { "Archived chats" } else { "Chats" },
        count: chats.len(),
        width: 100,
        tall: true,
        filter: chats.filter(),
        hint: "type a title or any words",
        none: &none,
    };
    let drawn = filtered(&list, lines.len(), styles, buf)?;
    let today = wall(state, now);
    let first = (selected + 1).saturating_sub(usize::from(drawn.rows.height));
    for ((index, line), place) in lines.iter().enumerate().skip(first).zip(rows_of(drawn.rows)) {
        let style = if index == selected { styles.selected } else { styles.text };
        if index == selected {
            buf.set_style(place, styles.selected);
        }
        let dim = if index == selected { styles.selected } else { styles.dim };
        match line {
            Some(Entry::Chat(chat)) => draw_chat(chat, state, today, (style, dim), place, buf),
            Some(Entry::Hit(hit)) => draw_hit(hit, state, today, (style, dim), place, buf),
            None => _ = paint(buf, place, "in the texts", styles.accent),
        }
    }
    Some(drawn.caret)
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

fn draw_chat(
    chat: &ChatRow,
    state: &State,
    today: Timestamp,
    (style, dim): (Style, Style),
    place: Rect,
    buf: &mut Buffer,
) {
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
    row(buf, place, (&chat.head.title, style), (&format!("{}  {time}", facts.join(" · ")), dim));
}

fn draw_hit(hit: &Hit, state: &State, today: Timestamp, (style, dim): (Style, Style), place: Rect, buf: &mut Buffer) {
    let time = when(hit.asked_at, state, today);
    let title = ellipsis(&hit.title, TITLE_WIDTH_MAX.min(usize::from(place.width) / 3));
    let mut x = paint(buf, place, &title, dim) + 2;
    let end = place.right().saturating_sub(text_width(&time) as u16 + 2);
    for (text, found) in &hit.snippet {
        let rest = Rect { x, width: end.saturating_sub(x), ..place };
        if rest.width == 0 {
            break;
        }
        let style = if *found { style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED) } else { style };
        x = paint(buf, rest, text, style);
    }
    let place = Rect { x: end + 2, width: place.right().saturating_sub(end + 2), ..place };
    paint(buf, place, &time, dim);
}
