//! The commands: their order, and which of them fit what was typed.

use crate::config::CategoryId;
use crate::tui::action::Action;
use crate::tui::panels::PanelKind;
use crate::tui::state::State;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// What people look for most, in this order; the categories stand behind the first of them.
const FIRST: [Action; 17] = [
    Action::Open(PanelKind::Models),
    Action::NewChat,
    Action::Open(PanelKind::Chats),
    Action::Open(PanelKind::Corrections),
    Action::Open(PanelKind::Why),
    Action::AskAgain,
    Action::Open(PanelKind::Elsewhere),
    Action::ContinueAnswer,
    Action::CopyLastAnswer,
    Action::Open(PanelKind::Code),
    Action::Open(PanelKind::Attach),
    Action::PastePicture,
    Action::Search,
    Action::RenameChat,
    Action::DeleteChat,
    Action::ExportChat,
    Action::ClearDraft,
];
/// What a quick Enter must not do.
const LAST: [Action; 4] = [Action::Redraw, Action::Suspend, Action::Stop, Action::Quit];

/// A line of the list.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) title: String,
    pub(super) help: String,
    pub(super) key: String,
    /// Its name in the keymap.
    name: String,
    /// Other words for it.
    words: String,
    pub(super) choice: Choice,
}

/// The meaning of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    Command(Action),
    /// A category for the next prompt.
    Category(CategoryId),
}

/// Every command, the most useful first.
pub(super) fn all(state: &State) -> Vec<Command> {
    // The categories are in the list by name; by number they would be there twice.
    let listed = |action: &Action| action.is_command() && action.category().is_none();
    let mut actions: Vec<Action> = Action::all().iter().copied().filter(listed).collect();
    // Sorting is stable: all others keep the order of the table.
    actions.sort_by_key(|action| {
        let place = |list: &[Action]| list.iter().position(|listed| listed == action);
        place(&FIRST).or(place(&LAST).map(|at| FIRST.len() + 1 + at)).unwrap_or(FIRST.len())
    });
    let mut commands: Vec<Command> = actions.into_iter().map(|action| command(state, action)).collect();
    let categories = state.start.config.registry.categories().iter().enumerate().map(|(index, category)| Command {
        title: format!("Send to {}", category.id),
        help: format!("{} answers the next prompt", category.model),
        key: Action::choosing(index).map(|action| state.start.keymap.shown_key(action)).unwrap_or_default(),
        name: format!("category {}", category.id),
        words: "route".to_owned(),
        choice: Choice::Category(category.id.clone()),
    });
    commands.splice(1..1, categories);
    commands
}

fn command(state: &State, action: Action) -> Command {
    Command {
        title: action.title().to_owned(),
        help: action.help().to_owned(),
        key: state.start.keymap.shown_key(action),
        name: action.name().into_owned(),
        words: action.words().to_owned(),
        choice: Choice::Command(action),
    }
}

/// The commands that fit `filter`, the best first. Letters in order are enough only where no word fits.
pub(super) fn matching(commands: &[Command], filter: &str) -> Vec<usize> {
    let filter = filter.to_lowercase();
    let words: Vec<&str> = filter.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let mut scored: Vec<(u32, usize)> =
        commands.iter().enumerate().filter_map(|(index, command)| Some((score(command, &words)?, index))).collect();
    if scored.is_empty() {
        scored = fuzzy(commands, &filter);
    }
    // Equal scores keep the order of the list: sorting is stable.
    scored.sort_by_key(|&(score, _)| std::cmp::Reverse(score));
    scored.into_iter().map(|(_, index)| index).collect()
}

/// How well all of `words` fit a command: the title counts most, then the name, then other words for it.
fn score(command: &Command, words: &[&str]) -> Option<u32> {
    let title = command.title.to_lowercase();
    let begins = |text: &str, word: &str| text.split([' ', '-', '/']).any(|part| part.starts_with(word));
    let one = |word: &&str| match () {
        () if title.starts_with(word) => Some(8),
        () if begins(&title, word) => Some(6),
        () if begins(&command.name, word) => Some(4),
        () if begins(&command.words, word) => Some(3),
        () if word.len() > 2 && title.contains(word) => Some(1),
        () => None,
    };
    words.iter().map(one).sum()
}

fn fuzzy(commands: &[Command], filter: &str) -> Vec<(u32, usize)> {
    let pattern = Pattern::parse(filter, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut scratch = Vec::new();
    let mut scored = Vec::new();
    for (index, command) in commands.iter().enumerate() {
        let text = Utf32Str::new(&command.title, &mut scratch);
        scored.extend(pattern.score(text, &mut matcher).map(|score| (score, index)));
    }
    scored
}
