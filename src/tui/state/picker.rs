//! A list to choose from, filtered while one types: models, commands, blocks of code, what a decision should have
//! been.

use crate::chat::TurnId;
use crate::chat::code::CodeBlock;
use crate::config::{CategoryId, ModelId};
use crate::tui::action::Action;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// What a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Models to choose from.
    Models,
    /// Who is asked the prompt of a turn again.
    Elsewhere(TurnId),
    /// Everything that can be done.
    Commands,
    /// What a decision should have been.
    Corrections,
    /// Blocks of code.
    Code,
}

impl Kind {
    /// The title of the list.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Models => "Models",
            Self::Elsewhere(_) => "Ask again",
            Self::Commands => "Commands",
            Self::Corrections => "It should have been",
            Self::Code => "Code",
        }
    }
}

/// What a line of the list stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    /// A model for the next prompt, or for the chat.
    Model(ModelId),
    /// Another model for the prompt of a turn.
    Elsewhere(TurnId, ModelId),
    /// A category for the next prompt.
    Category(CategoryId),
    /// What the decision of a turn should have been.
    Correction(TurnId, CategoryId),
    /// A command.
    Command(Action),
    /// A block of code.
    Code(CodeBlock),
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// What it is called; the filter looks here.
    pub(crate) label: String,
    /// What else there is to say.
    pub(crate) detail: String,
    /// What it stands for.
    pub(crate) choice: Choice,
}

/// The list, its filter and the selected line. Invariant: `selected` is a line that matches, while any does.
#[derive(Debug)]
pub(crate) struct Picker {
    kind: Kind,
    items: Vec<Item>,
    filter: String,
    matches: Vec<usize>,
    typed: Option<Item>,
    selected: usize,
}

impl Picker {
    /// A list of `items`, none filtered out.
    pub(crate) fn new(kind: Kind, items: Vec<Item>) -> Self {
        let mut picker = Self { kind, items, filter: String::new(), matches: Vec::new(), typed: None, selected: 0 };
        picker.refresh();
        picker
    }

    /// What the list is about.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// What was typed.
    pub(crate) fn filter(&self) -> &str {
        &self.filter
    }

    /// The lines that match, the best first. A model that is typed in full but not listed is the last line: endpoints
    /// have models that they do not list.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &Item> {
        self.matches.iter().map(|&index| &self.items[index]).chain(&self.typed)
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.matches.len() + usize::from(self.typed.is_some())
    }

    /// Which of the lines is selected.
    pub(crate) fn selected(&self) -> usize {
        self.selected
    }

    /// What the selected line stands for.
    pub(crate) fn choice(&self) -> Option<&Choice> {
        self.lines().nth(self.selected).map(|item| &item.choice)
    }

    /// Puts other lines in the list and keeps the filter, as when more becomes known.
    pub(crate) fn set_items(&mut self, items: Vec<Item>) {
        let choice = self.choice().cloned();
        self.items = items;
        self.refresh();
        let again = self.lines().position(|item| Some(&item.choice) == choice.as_ref());
        self.selected = again.unwrap_or(0);
    }

    /// Types into the filter.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.filter.extend(text.chars().filter(|c| !c.is_control()));
        self.refresh();
    }

    /// Takes the last character of the filter back; `false` when there is none.
    pub(crate) fn erase(&mut self) -> bool {
        let erased = self.filter.pop().is_some();
        self.refresh();
        erased
    }

    /// Moves the selection; it stops at both ends.
    pub(crate) fn move_by(&mut self, lines: isize) {
        let last = self.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(lines).min(last);
    }

    fn refresh(&mut self) {
        let pattern = Pattern::parse(&self.filter, CaseMatching::Ignore, Normalization::Smart);
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
        let name = self.filter.trim();
        let unlisted = !name.is_empty() && self.items.iter().all(|item| item.label != name);
        let choice = match self.kind {
            Kind::Models => Some(Choice::Model(name.into())),
            Kind::Elsewhere(turn) => Some(Choice::Elsewhere(turn, name.into())),
            Kind::Commands | Kind::Corrections | Kind::Code => None,
        };
        let typed = |choice| Item { label: name.to_owned(), detail: "as typed".to_owned(), choice };
        self.typed = choice.filter(|_| unlisted).map(typed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picker() -> Picker {
        let item =
            |name: &str| Item { label: name.to_owned(), detail: String::new(), choice: Choice::Model(name.into()) };
        Picker::new(Kind::Models, ["qwen-3-32b", "llama-3.3-70b", "deepseek-v3.2"].map(item).to_vec())
    }

    fn labels(picker: &Picker) -> Vec<&str> {
        picker.lines().map(|item| item.label.as_str()).collect()
    }

    #[test]
    fn typing_filters_by_letters_in_order_and_erasing_brings_back() {
        let mut picker = picker();
        assert_eq!(labels(&picker), ["qwen-3-32b", "llama-3.3-70b", "deepseek-v3.2"]);
        picker.type_text("lm7");
        assert_eq!(labels(&picker), ["llama-3.3-70b", "lm7"]);
        assert_eq!(picker.choice(), Some(&Choice::Model("llama-3.3-70b".into())));
        picker.type_text("zzz");
        assert_eq!(picker.choice(), Some(&Choice::Model("lm7zzz".into())), "a name that nobody lists can be asked for");
        for _ in 0..6 {
            assert!(picker.erase());
        }
        assert!(!picker.erase());
        assert_eq!(labels(&picker).len(), 3);
    }

    #[test]
    fn the_selection_stays_in_the_list_and_on_its_line() {
        let mut picker = picker();
        picker.move_by(-1);
        assert_eq!(picker.selected(), 0);
        picker.move_by(9);
        assert_eq!((picker.selected(), picker.len()), (2, 3));
        let mut more: Vec<Item> = picker.lines().cloned().collect();
        more.insert(0, Item { label: "new".into(), detail: String::new(), choice: Choice::Model("new".into()) });
        picker.set_items(more);
        assert_eq!(picker.choice(), Some(&Choice::Model("deepseek-v3.2".into())));
    }
}
