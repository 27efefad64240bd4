//! A list to choose from, filtered while one types.

use super::first_shown;
use super::line_edit::LineEdit;
use super::list::{self, filtered};
use crate::format::columns;
use crate::tui::action::Action;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::{Position, Rect};

/// The look of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look<'a> {
    /// The text where no line matches.
    pub(crate) none: &'a str,
    /// True: details are prose, read from their beginning. False: they are facts, compared at their end.
    pub(crate) prose: bool,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item<T> {
    /// Its name; the filter looks here.
    pub(crate) label: String,
    /// The facts beside it.
    pub(crate) detail: String,
    /// Its meaning.
    pub(crate) choice: T,
}

/// The list, its filter and the selected line. Invariant: `selected` is a line that matches, while any does.
#[derive(Debug)]
pub(crate) struct Picker<T> {
    items: Vec<Item<T>>,
    filter: LineEdit,
    matches: Vec<usize>,
    /// Makes a choice of a name that is not listed, where that is allowed.
    unlisted: Option<fn(&str) -> T>,
    typed: Option<Item<T>>,
    selected: usize,
}

impl<T> Default for Picker<T> {
    fn default() -> Self {
        let (items, matches) = (Vec::new(), Vec::new());
        Self { items, filter: LineEdit::default(), matches, unlisted: None, typed: None, selected: 0 }
    }
}

impl<T: Clone + PartialEq> Picker<T> {
    /// A list of `items`, none filtered out.
    pub(crate) fn new(items: Vec<Item<T>>) -> Self {
        let mut picker = Self { items, ..Self::default() };
        picker.refresh();
        picker
    }

    /// A list in which a name that is not listed can be chosen, too.
    pub(crate) fn with_unlisted(items: Vec<Item<T>>, unlisted: fn(&str) -> T) -> Self {
        Self { unlisted: Some(unlisted), ..Self::new(items) }
    }

    /// The text that was typed.
    pub(crate) fn filter(&self) -> &str {
        self.filter.text()
    }

    /// The lines that match, the best first. What is typed in full but not listed is the last line.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &Item<T>> {
        self.matches.iter().map(|&index| &self.items[index]).chain(&self.typed)
    }

    /// The number of lines.
    pub(crate) fn len(&self) -> usize {
        self.matches.len() + usize::from(self.typed.is_some())
    }

    /// The meaning of the selected line.
    pub(crate) fn choice(&self) -> Option<&T> {
        self.lines().nth(self.selected).map(|item| &item.choice)
    }

    /// Puts other lines in the list and keeps the filter, as when more becomes known.
    pub(crate) fn set_items(&mut self, items: Vec<Item<T>>) {
        let choice = self.choice().cloned();
        self.items = items;
        self.refresh();
        let again = self.lines().position(|item| Some(&item.choice) == choice.as_ref());
        self.selected = again.unwrap_or(0);
    }

    /// Types into the filter.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.filter.insert(text);
        self.refresh();
    }

    /// Replaces the filter.
    pub(crate) fn set_filter(&mut self, filter: &str) {
        self.filter.set(filter);
        self.refresh();
    }

    /// Edits the filter. `None`: the action is no editing; else whether the filter changed.
    pub(crate) fn edit(&mut self, action: Action) -> Option<bool> {
        let changed = self.filter.edit(action)?;
        if changed {
            self.refresh();
        }
        Some(changed)
    }

    /// Moves the selection; it stops at both ends.
    pub(crate) fn move_by(&mut self, lines: isize) {
        let last = self.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(lines).min(last);
    }

    fn refresh(&mut self) {
        let pattern = Pattern::parse(self.filter.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut scratch = Vec::new();
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            let text = Utf32Str::new(&item.label, &mut scratch);
            scored.extend(pattern.score(text, &mut matcher).map(|score| (score, index)));
        }
        // Equal scores keep the order of the list: sorting is stable.
        scored.sort_by_key(|&(score, _)| std::cmp::Reverse(score));
        self.matches = scored.into_iter().map(|(_, index)| index).collect();
        self.selected = 0;
        let name = self.filter.text().trim();
        let unlisted = !name.is_empty() && self.items.iter().all(|item| item.label != name);
        self.typed = self.unlisted.filter(|_| unlisted).map(|choice| Item {
            label: name.to_owned(),
            detail: "use this name".to_owned(),
            choice: choice(name),
        });
    }

    /// Selects a line.
    pub(crate) fn select(&mut self, line: usize) {
        self.selected = line.min(self.len().saturating_sub(1));
    }

    /// The rows that it would like.
    pub(crate) fn rows(&self) -> usize {
        list::rows(self.len())
    }

    /// The filter, as it is edited.
    pub(crate) fn line(&self) -> &LineEdit {
        &self.filter
    }

    /// The place of the selected line.
    pub(crate) fn selected(&self) -> usize {
        self.selected
    }

    /// Paints the list and says where the caret stands.
    pub(crate) fn draw(&self, look: Look, area: Rect, canvas: &mut Canvas) -> Position {
        let (rows, caret) = filtered((&self.filter, "type to filter"), (self.len(), look.none), area, canvas);
        let first = first_shown(self.selected, rows.height);
        for ((index, item), place) in self.lines().enumerate().skip(first).zip(rows_of(rows)) {
            if index == self.selected {
                canvas.tint(Rect { x: place.x.saturating_sub(1), width: place.width + 2, ..place }, Role::Selected);
            }
            canvas.click(place, Click::Row(index));
            // The label matters more than the detail.
            let room = usize::from(place.width).saturating_sub(text_width(&item.label) + 2);
            let shorten = if look.prose { columns::left } else { ellipsis };
            canvas.row(place, (&item.label, Role::Text), (&shorten(&item.detail, room), Role::Secondary));
        }
        caret
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ModelId;

    fn picker() -> Picker<ModelId> {
        let item = |name: &str| Item { label: name.to_owned(), detail: String::new(), choice: name.into() };
        Picker::with_unlisted(["qwen-3-32b", "llama-3.3-70b", "deepseek-v3.2"].map(item).to_vec(), |name| name.into())
    }

    fn labels(picker: &Picker<ModelId>) -> Vec<&str> {
        picker.lines().map(|item| item.label.as_str()).collect()
    }

    #[test]
    fn typing_filters_by_letters_in_order_and_erasing_brings_back() {
        let mut picker = picker();
        assert_eq!(labels(&picker), ["qwen-3-32b", "llama-3.3-70b", "deepseek-v3.2"]);
        picker.type_text("lm7");
        assert_eq!(labels(&picker), ["llama-3.3-70b", "lm7"]);
        assert_eq!(picker.choice(), Some(&"llama-3.3-70b".into()));
        picker.type_text("zzz");
        assert_eq!(picker.choice(), Some(&"lm7zzz".into()), "a name that nobody lists can be asked for");
        for _ in 0..6 {
            assert_eq!(picker.edit(Action::DeleteLeft), Some(true));
        }
        assert_eq!((picker.edit(Action::DeleteLeft), picker.edit(Action::Accept)), (Some(false), None));
        assert_eq!(labels(&picker).len(), 3);
    }

    #[test]
    fn the_selection_stays_in_the_list_and_on_its_line() {
        let mut picker = picker();
        picker.move_by(-1);
        assert_eq!(picker.selected, 0);
        picker.move_by(9);
        assert_eq!((picker.selected, picker.len()), (2, 3));
        let mut more: Vec<Item<ModelId>> = picker.lines().cloned().collect();
        more.insert(0, Item { label: "new".into(), detail: String::new(), choice: "new".into() });
        picker.set_items(more);
        assert_eq!(picker.choice(), Some(&"deepseek-v3.2".into()));
    }
}
