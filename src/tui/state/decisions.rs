//! The routing history over all chats: its filter and the selected line.

use crate::store::{DecisionRow, Filter};

/// The most decisions that are listed.
const LIMIT: usize = 500;

/// What a word of the filter can begin with, and what it is about.
const KEYS: [(&str, &str); 5] =
    [("category:", "category"), ("model:", "model"), ("by:", "by"), ("decider:", "by"), ("outcome:", "outcome")];

/// The list.
#[derive(Debug, Default)]
pub(crate) struct Decisions {
    /// `None` until they have come.
    rows: Option<Vec<DecisionRow>>,
    filter: String,
    serial: u64,
    selected: usize,
}

impl Decisions {
    /// What the list is about, and under which number that is asked.
    pub(crate) fn question(&mut self) -> (u64, Box<Filter>) {
        self.serial += 1;
        (self.serial, Box::new(parse(&self.filter)))
    }

    /// The decisions came; those of an earlier question are of no use any more.
    pub(crate) fn found(&mut self, serial: u64, rows: Vec<DecisionRow>) {
        if serial == self.serial {
            self.selected = self.selected.min(rows.len().saturating_sub(1));
            self.rows = Some(rows);
        }
    }

    /// The decisions, the latest first; `None` until they have come.
    pub(crate) fn rows(&self) -> Option<&[DecisionRow]> {
        self.rows.as_deref()
    }

    /// What was typed.
    pub(crate) fn filter(&self) -> &str {
        &self.filter
    }

    /// Which line is selected.
    pub(crate) fn selected(&self) -> usize {
        self.selected
    }

    /// The selected decision.
    pub(crate) fn row(&self) -> Option<&DecisionRow> {
        self.rows.as_ref()?.get(self.selected)
    }

    /// Moves the selection; it stops at both ends.
    pub(crate) fn move_by(&mut self, lines: isize) {
        let last = self.rows.as_ref().map_or(0, Vec::len).saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(lines).min(last);
    }

    /// Types into the filter.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.filter.extend(text.chars().filter(|c| !c.is_control()));
        self.selected = 0;
    }

    /// Takes the last character of the filter back; `false` when there is none.
    pub(crate) fn erase(&mut self) -> bool {
        self.selected = 0;
        self.filter.pop().is_some()
    }
}

/// `category:coding by:judge merge lists`: words with a key narrow down, the others are looked for in the prompts.
fn parse(text: &str) -> Filter {
    let mut filter = Filter { limit: LIMIT, ..Filter::default() };
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let keyed = KEYS.iter().find_map(|(key, about)| Some((*about, word.strip_prefix(key)?)));
        match keyed {
            // The value is about to be typed.
            Some((_, "")) => {}
            Some(("category", value)) => filter.category = Some(value.into()),
            Some(("model", value)) => filter.model = Some(value.into()),
            Some(("by", value)) => filter.decider = Some(value.to_owned()),
            Some((_, value)) => filter.outcome = Some(value.to_owned()),
            None => words.push(word),
        }
    }
    filter.text = (!words.is_empty()).then(|| words.join(" "));
    filter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_a_key_narrow_down_and_the_others_are_text() {
        let filter = parse("category:coding  merge by:judge outcome:failed lists model:qwen");
        assert_eq!(filter.category, Some("coding".into()));
        assert_eq!(filter.model, Some("qwen".into()));
        assert_eq!((filter.decider.as_deref(), filter.outcome.as_deref()), (Some("judge"), Some("failed")));
        assert_eq!(filter.text.as_deref(), Some("merge lists"));
        assert_eq!(parse("category: std::vec").text.as_deref(), Some("std::vec"));
        assert_eq!((parse(" ").text, parse(" ").category), (None, None));
    }
}
