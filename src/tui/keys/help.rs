//! The help as data: ten keys to know, three columns of ten, and every key in effect by where it counts. Must not know
//! how it is drawn.

use super::{Context, Keymap};
use crate::config::Category;
use crate::tui::action::Action;
use crate::tui::panels::PanelKind;

/// The keys to begin with.
const KNOW: [Action; 10] = [
    Action::Send,
    Action::Newline,
    Action::Stop,
    Action::Open(PanelKind::Commands),
    Action::Leader,
    Action::Open(PanelKind::Models),
    Action::Open(PanelKind::Chats),
    Action::Open(PanelKind::Corrections),
    Action::Open(PanelKind::Why),
    Action::Leave,
];

/// Three things that one does all day, and ten keys for each.
const COLUMNS: [(&str, [Action; 10]); 3] = [
    (
        "Write",
        [
            Action::Up,
            Action::Open(PanelKind::Attach),
            Action::PastePicture,
            Action::Open(PanelKind::Files),
            Action::EditInEditor,
            Action::ClearDraft,
            Action::PutBackDeleted,
            Action::Undo,
            Action::NewChat,
            Action::Open(PanelKind::Queue),
        ],
    ),
    (
        "Read",
        [
            Action::FocusNext,
            Action::PageUp,
            Action::Bottom,
            Action::Search,
            Action::CopyLastAnswer,
            Action::Open(PanelKind::Code),
            Action::EditPrompt,
            Action::NextBranch,
            Action::ToggleReasoning,
            Action::ToggleSidebar,
        ],
    ),
    (
        "Route",
        [
            Action::ChooseCategory(1),
            Action::ChooseAutomatically,
            Action::AskAgain,
            Action::Open(PanelKind::Elsewhere),
            Action::ContinueAnswer,
            Action::UndoCorrection,
            Action::Open(PanelKind::Decisions),
            Action::Open(PanelKind::Report),
            Action::Open(PanelKind::Lessons),
            Action::Open(PanelKind::Request),
        ],
    ),
];

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
pub(crate) struct HelpRow {
    /// The keys, as they are written on keyboards.
    pub(crate) keys: String,
    /// What they do: a title in the short parts, a sentence in the sections.
    pub(crate) text: String,
    /// The action's name in `keymap.toml`.
    pub(crate) name: String,
    /// Other words that it is found by.
    words: &'static str,
}

/// The help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HelpPage {
    /// Ten keys to know.
    pub(crate) know: Vec<HelpRow>,
    /// Writing, reading, routing.
    pub(crate) columns: [(&'static str, Vec<HelpRow>); 3],
    /// Every key, by where it counts.
    pub(crate) sections: Vec<(&'static str, Vec<HelpRow>)>,
}

impl HelpRow {
    /// Returns true if each word of `filter` occurs in its keys, its text, its name or its other words.
    pub(crate) fn fits(&self, filter: &str) -> bool {
        let all = format!("{} {} {} {}", self.keys, self.text, self.name, self.words).to_lowercase();
        filter.to_lowercase().split_whitespace().all(|word| all.contains(word))
    }
}

impl HelpPage {
    /// The rows of the sections that fit `filter`, each under its heading.
    pub(crate) fn fitting(&self, filter: &str) -> Vec<(&'static str, Vec<HelpRow>)> {
        let fitting = |rows: &[HelpRow]| rows.iter().filter(|row| row.fits(filter)).cloned().collect::<Vec<_>>();
        let sections = self.sections.iter().map(|(heading, rows)| (*heading, fitting(rows)));
        sections.filter(|(_, rows)| !rows.is_empty()).collect()
    }
}

impl Keymap {
    /// The help. The keys of categories have the categories' names.
    pub(crate) fn help(&self, categories: &[Category]) -> HelpPage {
        let short = |action: &Action| self.short_row(*action, categories.len());
        let sections = Context::ALL.map(|(context, heading)| (heading, self.section(context, categories)));
        let besides = BESIDES.map(|(keys, text)| HelpRow {
            keys: keys.to_owned(),
            text: text.to_owned(),
            name: String::new(),
            words: "",
        });
        HelpPage {
            know: KNOW.iter().map(short).collect(),
            columns: COLUMNS.each_ref().map(|(title, actions)| (*title, actions.iter().map(short).collect())),
            sections: sections.into_iter().chain([("Besides", besides.to_vec())]).collect(),
        }
    }

    /// The keys by which `action` is reached from the input: one, or a letter behind the leader key. A key that does it
    /// elsewhere only is none of them.
    pub(crate) fn shown_key(&self, action: Action) -> String {
        let direct = || self.key_from_input(action).map(ToString::to_string);
        let behind = || {
            let (leader, letter) = self.key_from_input(Action::Leader).zip(self.key_behind_leader(action))?;
            Some(format!("{leader} {letter}"))
        };
        let twice = || {
            let key = self.key_from_input(Action::DeleteToLineStart).filter(|_| action == Action::ClearDraft)?;
            Some(format!("{key} ×2"))
        };
        direct().or_else(twice).or_else(behind).unwrap_or_default()
    }

    fn short_row(&self, action: Action, categories: usize) -> HelpRow {
        let mut keys = self.shown_key(action);
        // The categories' keys are one row, from the first to the last.
        let last = action.category().and(categories.checked_sub(1)).and_then(|index| Action::choosing(index.min(8)));
        if let Some(last) = last.filter(|last| *last != action) {
            keys = range(&keys, &self.shown_key(last));
        }
        HelpRow { keys, text: action.title().to_owned(), name: action.name().into_owned(), words: action.words() }
    }

    /// Everything that has a key in a context.
    fn section(&self, context: Context, categories: &[Category]) -> Vec<HelpRow> {
        let mut shown: Vec<Action> = Vec::new();
        let mut rows = Vec::new();
        for binding in self.bindings.iter().filter(|binding| binding.context == context) {
            let action = binding.action;
            // A key for a category that does not exist needs no row.
            let Some(text) = words(action, categories).filter(|_| !shown.contains(&action)) else { continue };
            shown.push(action);
            let (keys, name) = (self.keys_of(context, action), action.name().into_owned());
            rows.push(HelpRow { keys, text, name, words: action.words() });
        }
        rows
    }

    /// All keys that do `action` in `context`, as the help shows them.
    fn keys_of(&self, context: Context, action: Action) -> String {
        let here = self.bindings.iter().filter(|binding| binding.context == context && binding.action == action);
        here.map(|binding| binding.chord.to_string()).collect::<Vec<_>>().join(", ")
    }
}

/// Keys from `first` to `last`, as briefly as possible: Alt+1…4.
fn range(first: &str, last: &str) -> String {
    match (first.rsplit_once('+'), last.rsplit_once('+')) {
        (Some((held, from)), Some((same, to))) if held == same => format!("{held}+{from}…{to}"),
        _ => format!("{first} … {last}"),
    }
}

/// The help's text about an action; `None` for one about a category that does not exist.
fn words(action: Action, categories: &[Category]) -> Option<String> {
    let category = |index: usize| categories.get(index);
    match (action.category(), action.correction()) {
        (Some(index), _) => category(index).map(|it| format!("{} → {}, for the next prompt", it.id, it.model)),
        (_, Some(index)) => category(index).map(|it| format!("correct the route to {}", it.id)),
        (None, None) => Some(action.help().to_owned()),
    }
}
