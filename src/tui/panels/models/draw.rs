//! Painting a list of models: a row each, with the facts in columns. Where there is too little room whole columns go, the
//! least important first, and the names stay whole.
//!
//! ```text
//!                   answers           window  sees  $ in/out    speed   errors
//! ■ qwen-3-32b      coding    pinned  32k           $0.1/0.3    84 t/s  0 %
//! ```

use super::facts::Facts;
use crate::config::ModelId;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widgets::cells::{GAP, cell, lamp, select, widest};
use crate::tui::widgets::first_shown;
use crate::tui::widgets::list::filtered;
use crate::tui::widgets::picker::{Item, Picker};
use ratatui::layout::{Position, Rect};

/// A column: its title, and how it is read from the facts.
struct Column {
    title: &'static str,
    role: Role,
    /// The greater, the longer it stays.
    weight: u8,
    text: fn(&Facts) -> String,
}

const COLUMNS: [Column; 8] = [
    Column { title: "answers", role: Role::Text, weight: 7, text: categories },
    Column { title: "", role: Role::Accent, weight: 6, text: |facts| facts.marks.join(", ") },
    Column {
        title: "window",
        role: Role::Secondary,
        weight: 5,
        text: |facts| facts.window.clone().unwrap_or_default(),
    },
    Column { title: "sees", role: Role::Secondary, weight: 4, text: |facts| yes(facts.sees, "images") },
    Column {
        title: "$ in/out",
        role: Role::Secondary,
        weight: 3,
        text: |facts| facts.price.clone().unwrap_or_default(),
    },
    Column { title: "speed", role: Role::Secondary, weight: 2, text: |facts| facts.speed.clone().unwrap_or_default() },
    Column {
        title: "errors",
        role: Role::Secondary,
        weight: 1,
        text: |facts| facts.errors.clone().unwrap_or_default(),
    },
    Column { title: "provider", role: Role::Secondary, weight: 0, text: |facts| facts.provider.clone() },
];

fn categories(facts: &Facts) -> String {
    facts.categories.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn yes(is: bool, word: &str) -> String {
    if is { word.to_owned() } else { String::new() }
}

/// Paints the list and says where the caret stands.
pub(crate) fn draw(picker: &Picker<ModelId>, state: &State, area: Rect, canvas: &mut Canvas) -> Position {
    let none = "No model of that name";
    let (rows, caret) = filtered((picker.line(), "type a name"), (picker.len(), none), area, canvas);
    let listed: Vec<(usize, &Item<ModelId>)> = picker.lines().enumerate().collect();
    let first = first_shown(picker.selected(), rows.height);
    let shown: Vec<(usize, &Item<ModelId>, Facts)> = listed
        .into_iter()
        .skip(first)
        .take(usize::from(rows.height))
        .map(|(index, item)| (index, item, Facts::of(state, &item.choice)))
        .collect();
    let names = widest(shown.iter().map(|(_, item, _)| item.label.as_str()), usize::from(rows.width));
    let widths = widths(&shown, usize::from(rows.width), names);
    // The row above the lines is empty where there is room.
    if rows.y > area.y + 1 {
        legend(Rect { y: rows.y - 1, height: 1, ..rows }, names, &widths, canvas);
    }
    let categories = state.start.config.registry.categories();
    for ((index, item, facts), place) in shown.iter().zip(rows_of(rows)) {
        if *index == picker.selected() {
            select(place, canvas);
        }
        canvas.click(place, Click::Row(*index));
        let rest = lamp(facts.categories.first(), categories, '■', place, canvas);
        let mut rest = cell(&item.label, names, Role::Text, rest, canvas);
        if !item.detail.is_empty() {
            cell(&item.detail, usize::from(rest.width), Role::Secondary, rest, canvas);
            continue;
        }
        for (column, width) in COLUMNS.iter().zip(widths) {
            rest = cell(&(column.text)(facts), width, column.role, rest, canvas);
        }
    }
    caret
}

fn legend(place: Rect, names: usize, widths: &[usize; COLUMNS.len()], canvas: &mut Canvas) {
    let mut rest = cell("", names + 2, Role::Secondary, place, canvas);
    for (column, width) in COLUMNS.iter().zip(widths) {
        rest = cell(column.title, *width, Role::Secondary, rest, canvas);
    }
}

/// The width of each column; 0 for one that is left out: it says nothing, or nothing new, or there is no room.
fn widths(shown: &[(usize, &Item<ModelId>, Facts)], width: usize, names: usize) -> [usize; COLUMNS.len()] {
    let listed = || shown.iter().filter(|(_, item, _)| item.detail.is_empty());
    let mut widths = COLUMNS.each_ref().map(|column| {
        let texts: Vec<String> = listed().map(|(_, _, facts)| (column.text)(facts)).collect();
        let says = texts.iter().any(|text| !text.is_empty());
        // One provider for all says nothing about any of them.
        let same = column.weight == 0 && texts.windows(2).all(|two| two[0] == two[1]);
        let widest = widest(texts.iter().map(String::as_str).chain([column.title]), 28);
        if says && !same { widest } else { 0 }
    });
    for weight in 0..COLUMNS.len() as u8 {
        let taken: usize = widths.iter().filter(|width| **width > 0).map(|width| width + GAP).sum();
        if 2 + names + taken <= width {
            break;
        }
        for (column, width) in COLUMNS.iter().zip(&mut widths) {
            if column.weight == weight {
                *width = 0;
            }
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, provider: &str) -> (Item<ModelId>, Facts) {
        let facts = Facts {
            categories: vec!["coding".into()],
            marks: vec!["pinned"],
            window: Some("128k".to_owned()),
            sees: true,
            price: Some("$0.5/1.5".to_owned()),
            provider: provider.to_owned(),
            ..Facts::default()
        };
        (Item { label: name.to_owned(), detail: String::new(), choice: name.into() }, facts)
    }

    #[test]
    fn names_stay_whole_and_columns_go_by_their_weight() {
        let name = "hf.co/a-very-long-name/of-a-local-model-GGUF:Q4_K_M";
        let models = [shown(name, "ollama"), shown("short", "oxlo")];
        let lines: Vec<_> = models.iter().map(|(item, facts)| (0, item, facts.clone())).collect();
        let columns = |width| {
            let widths = widths(&lines, width, name.len());
            COLUMNS
                .iter()
                .zip(widths)
                .filter(|(_, width)| *width > 0)
                .map(|(column, _)| column.title)
                .collect::<Vec<_>>()
        };
        assert_eq!(columns(200), ["answers", "", "window", "sees", "$ in/out", "provider"]);
        assert_eq!(columns(74), ["answers", ""], "names of 51 cells leave room for two columns");
        assert_eq!(columns(40), [""; 0]);
        let one = [shown("a", "oxlo"), shown("b", "oxlo")];
        let lines: Vec<_> = one.iter().map(|(item, facts)| (0, item, facts.clone())).collect();
        assert_eq!(widths(&lines, 200, 1)[7], 0, "one provider for all says nothing");
    }
}
