//! The help as data: every key in effect, by where it counts. Must not know how it is drawn.

use super::{Context, Keymap};
use crate::config::Category;
use crate::tui::action::Action;
use std::borrow::Cow;

/// What is no key of its own, and so not in the table.
const BESIDES: [(&str, &str); 6] = [
    ("\\ then Enter", "begin a new line"),
    ("/ in an empty input", "all commands"),
    ("@ and a path", "attach a file"),
    ("any character", "goes to the input, wherever you are"),
    ("the wheel", "scrolls"),
    ("the mouse", "selects and copies; with Shift as the terminal does"),
];

/// A row of the help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HelpRow {
    /// Where the keys below count.
    Heading(&'static str),
    /// What can be done, and by which keys.
    Action { keys: String, words: String, name: Cow<'static, str> },
    /// Nothing, between two contexts.
    Air,
}

impl Keymap {
    /// The help: everything that has a key, by context. The keys of categories are told by the categories' names.
    pub(crate) fn help(&self, categories: &[Category]) -> Vec<HelpRow> {
        let mut rows = Vec::new();
        for (context, heading) in Context::ALL {
            if !rows.is_empty() {
                rows.push(HelpRow::Air);
            }
            rows.push(HelpRow::Heading(heading));
            let mut shown: Vec<Action> = Vec::new();
            for binding in self.bindings.iter().filter(|binding| binding.context == context) {
                let action = binding.action;
                // A key for a category that does not exist needs no row.
                let Some(words) = words(action, categories) else { continue };
                if !shown.contains(&action) {
                    shown.push(action);
                    rows.push(HelpRow::Action { keys: self.keys_of(context, action), words, name: action.name() });
                }
            }
        }
        rows.extend([HelpRow::Air, HelpRow::Heading("Besides")]);
        rows.extend(BESIDES.map(|(keys, words)| HelpRow::Action {
            keys: keys.to_owned(),
            words: words.to_owned(),
            name: Cow::Borrowed(""),
        }));
        rows
    }

    /// All keys that do `action` in `context`, as the help shows them.
    fn keys_of(&self, context: Context, action: Action) -> String {
        let here = self.bindings.iter().filter(|binding| binding.context == context && binding.action == action);
        here.map(|binding| binding.chord.to_string()).collect::<Vec<_>>().join(", ")
    }
}

/// What the help says of an action; `None` for one about a category that does not exist.
fn words(action: Action, categories: &[Category]) -> Option<String> {
    let category = |index: usize| categories.get(index);
    match (action.category(), action.correction()) {
        (Some(index), _) => category(index).map(|it| format!("{} → {}, for the next prompt", it.id, it.model)),
        (_, Some(index)) => category(index).map(|it| format!("it should have been {}", it.id)),
        (None, None) => Some(action.help().to_owned()),
    }
}
