//! The first minute: what this is, what is connected and why, the lamps with their models, prompts to try, how to leave.

use crate::format;
use crate::store::ChatRow;
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::clock::{wall, when};
use crate::tui::layout::Regions;
use crate::tui::panels::PanelKind;
use crate::tui::state::{EXAMPLES, State};
use crate::tui::text::cells::text_width;
use crate::tui::text::lines::Line;
use crate::tui::theme::Role;
use crate::tui::widgets::page::paint_lines;
use ratatui::layout::Rect;
use std::time::Duration;

pub(super) fn draw(state: &State, regions: &Regions, canvas: &mut Canvas) {
    let area = regions.column(regions.transcript);
    let width = usize::from(area.width);
    // The least important goes first where there is no room.
    let parts: [Vec<Line>; 5] = [head(state), offer(state, canvas.now), lamps(state), examples(), foot(state)];
    let rows = |lines: &[Line]| lines.iter().map(|line| line.rows(width)).sum::<usize>();
    let mut left = usize::from(area.height);
    let mut y = area.y;
    let order = [0, 1, 2, 3, 4];
    let mut shown = [false; 5];
    for part in order {
        let needed = rows(&parts[part]) + usize::from(part > 0);
        if !parts[part].is_empty() && needed <= left {
            (shown[part], left) = (true, left - needed);
        }
    }
    // Where not even the head fits, its first rows do.
    shown[0] = true;
    for (index, lines) in parts.iter().enumerate().filter(|(index, lines)| shown[*index] && !lines.is_empty()) {
        let place = Rect { y, height: area.bottom().saturating_sub(y), ..area };
        paint_lines(lines, 0, place, canvas);
        if index == 3 {
            for (example, row) in rows_of(place).skip(1).take(EXAMPLES.len()).enumerate() {
                canvas.click(row, Click::Example(example));
            }
        }
        y += rows(lines) as u16 + 1;
    }
}

fn head(state: &State) -> Vec<Line> {
    vec![
        Line::text("Each prompt goes to the model that fits it best. You can always overrule.", Role::Strong),
        Line::text(state.start.connection.clone(), Role::Text),
    ]
}

/// What the user can go on with.
fn offer(state: &State, now: Duration) -> Vec<Line> {
    let offer = state.other_chats.offer.as_ref();
    offer.map(|offer| Line::text(go_on(state, offer, now), Role::Accent)).into_iter().collect()
}

fn go_on(state: &State, offer: &ChatRow, now: Duration) -> String {
    let key = |action| state.start.keymap.key(action).map(ToString::to_string).unwrap_or_default();
    let how = if offer.interrupted { ", interrupted" } else { "" };
    format!(
        "{} continues “{}”{how} · {} · {}    {} all chats",
        key(Action::Send),
        one_line(&offer.head.title, 60),
        format::count(offer.turns, "turn"),
        when(offer.updated_at, state, wall(state, now)),
        key(Action::Open(PanelKind::Chats)),
    )
}

/// One lamp a category, with the model that answers it.
fn lamps(state: &State) -> Vec<Line> {
    let categories = state.start.config.registry.categories();
    let widest = categories.iter().map(|category| text_width(category.id.as_str())).max().unwrap_or(0);
    let line = |category: &crate::config::Category| {
        let hue = state.hue(&category.id);
        let name = format!("{:widest$}", category.id.as_str());
        Line::Pieces(vec![
            ("● ".to_owned(), hue),
            (name, hue),
            ("  →  ".to_owned(), Role::Faint),
            (category.model.to_string(), Role::Text),
        ])
    };
    categories.iter().take(9).map(line).collect()
}

fn examples() -> Vec<Line> {
    let head = Line::text("Tab or a click puts one into the input:", Role::Secondary);
    let lines = EXAMPLES.iter().map(|example| Line::text(format!("  “{example}”"), Role::Text));
    std::iter::once(head).chain(lines).collect()
}

fn foot(state: &State) -> Vec<Line> {
    let keymap = &state.start.keymap;
    let key = |action| keymap.key(action).map(ToString::to_string).unwrap_or_default();
    let text = format!(
        "{} all keys   {} commands   {} twice leaves",
        key(Action::Open(PanelKind::Help)),
        key(Action::Open(PanelKind::Commands)),
        key(Action::Leave),
    );
    vec![Line::text(text, Role::Secondary)]
}
