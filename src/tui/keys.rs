//! Keys and what they mean: the built-in table with the user's over it. Pure; reading the user's file is `cli::setup`'s.

mod chord;

pub use chord::Chord;

use super::action::Action;
use crate::config::Category;
use serde::Deserialize;
use std::borrow::Cow;

/// The built-in table: the only place where keys are bound.
const DEFAULTS: &str = include_str!("../../assets/keymap.toml");

/// Where a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Context {
    /// Everywhere.
    Global,
    /// The input.
    Composer,
    /// The list of files behind an `@` in the input. Its other keys are the input's.
    Completion,
    /// The conversation.
    Transcript,
    /// The list of decisions.
    History,
    /// What is looked for in the conversation.
    Search,
    /// A list in front: models, commands.
    List,
    /// The list of chats.
    Chats,
    /// The routing history over all chats.
    Decisions,
    /// A panel in front: why, lessons, report.
    Panel,
    /// The help.
    Help,
}

impl Context {
    /// All contexts and how the help calls them.
    pub(crate) const ALL: [(Self, &'static str); 11] = [
        (Self::Global, "Everywhere"),
        (Self::Composer, "Writing a prompt"),
        (Self::Completion, "Choosing a file behind an @"),
        (Self::Transcript, "Reading the conversation"),
        (Self::History, "In the history"),
        (Self::Search, "Searching the conversation"),
        (Self::List, "In a list"),
        (Self::Chats, "In the list of chats"),
        (Self::Decisions, "In the routing history over all chats"),
        (Self::Panel, "In a panel: why, lessons, report"),
        (Self::Help, "In this help"),
    ];
}

/// A key, where it counts, and what it does there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) context: Context,
    pub(crate) chord: Chord,
    pub(crate) action: Action,
}

/// What is no key of its own, and so not in the table.
const BESIDES: [(&str, &str); 6] = [
    ("\\ then Enter", "begin a new line"),
    ("/ in an empty input", "all commands"),
    ("@ and a path", "attach a file"),
    ("any character", "goes to the input, wherever you are"),
    ("the wheel", "scrolls"),
    ("the mouse", "selects and copies; with Shift as the terminal does"),
];

/// All bindings in effect, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    bind: Vec<toml::Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    context: Context,
    key: String,
    action: String,
}

impl Keymap {
    /// The built-in table with `user`'s file over it; `name` is what the file is called in messages.
    ///
    /// # Errors
    /// A line the user can act on: which line, what is wrong, what to write.
    pub fn load(user: Option<&str>, name: &str) -> Result<Self, String> {
        let mut keymap = Self { bindings: Vec::new() };
        keymap.add(DEFAULTS, "keymap.toml (built in)")?;
        if let Some(text) = user {
            keymap.add(text, name)?;
        }
        Ok(keymap)
    }

    /// What `chord` does in `context`; a context wins over the global table.
    pub(crate) fn action(&self, context: Context, chord: &Chord) -> Option<Action> {
        let find = |context| self.bindings.iter().find(|b| b.context == context && b.chord == *chord);
        let input = || find(Context::Composer).filter(|_| context == Context::Completion);
        find(context).or_else(input).or_else(|| find(Context::Global)).map(|binding| binding.action)
    }

    /// The first key that does `action` anywhere.
    pub(crate) fn key(&self, action: Action) -> Option<&Chord> {
        self.bindings.iter().find(|binding| binding.action == action).map(|binding| &binding.chord)
    }

    /// The key that does `action` while one writes.
    pub(crate) fn key_from_input(&self, action: Action) -> Option<&Chord> {
        let writing = |binding: &&Binding| matches!(binding.context, Context::Global | Context::Composer);
        self.bindings.iter().filter(writing).find(|binding| binding.action == action).map(|binding| &binding.chord)
    }

    /// The key that does `action` in `context`, for hints.
    pub(crate) fn key_in(&self, context: Context, action: Action) -> Option<&Chord> {
        let here = self.bindings.iter().find(|binding| binding.context == context && binding.action == action);
        here.map(|binding| &binding.chord).or_else(|| self.key(action))
    }

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

    fn add(&mut self, text: &str, name: &str) -> Result<(), String> {
        let line = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            format!(
                "{name}:{}: {}; rows look like {{ context = \"global\", key = \"ctrl-k\", action = \"stop\" }}",
                line(at),
                error.message().replace('`', "'")
            )
        })?;
        let mut here: Vec<(Context, Chord)> = Vec::new();
        for row in file.bind {
            let start = row.span().start;
            // Only a mistake has to be found in the file.
            let at = || format!("{name}:{}", line(start));
            let Row { context, key, action } = row.into_inner();
            let chord: Chord = key.parse().map_err(|why| format!("{}: '{key}' is no key: {why}", at()))?;
            if here.contains(&(context, chord)) {
                return Err(format!("{}: '{key}' is bound twice in the same context; remove one of the two", at()));
            }
            here.push((context, chord));
            self.bind(context, chord, &action).map_err(|why| format!("{}: {why}", at()))?;
        }
        Ok(())
    }

    fn bind(&mut self, context: Context, chord: Chord, action: &str) -> Result<(), String> {
        self.bindings.retain(|binding| (binding.context, binding.chord) != (context, chord));
        if action == "none" {
            return Ok(());
        }
        let action = Action::named(action).ok_or_else(|| {
            let names = Action::all().iter().map(|action| action.name());
            let near: Vec<_> = names.filter(|known| alike(known, action)).collect();
            match near.as_slice() {
                [] => format!("there is no action '{action}'; F1 in the program lists their names"),
                near => format!("there is no action '{action}'; did you mean {}?", near.join(" or ")),
            }
        })?;
        self.bindings.push(Binding { context, chord, action });
        Ok(())
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

/// Whether two names share a word of four letters or more.
fn alike(one: &str, other: &str) -> bool {
    one.split('-').any(|word| word.len() >= 4 && other.split(['-', '_', ' ']).any(|theirs| theirs == word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::panels::PanelKind;
    use std::collections::HashSet;

    fn chord(text: &str) -> Chord {
        text.parse().unwrap()
    }

    #[test]
    fn every_action_has_a_key_or_is_a_command_and_names_are_unique() {
        let keymap = Keymap::load(None, "").unwrap();
        let names: HashSet<_> = Action::all().iter().map(|action| action.name()).collect();
        assert_eq!(names.len(), Action::all().len());
        for &action in Action::all() {
            assert!(keymap.key(action).is_some() || action.is_command(), "{} cannot be reached", action.name());
            assert!(!action.help().is_empty() && Action::named(&action.name()) == Some(action));
        }
    }

    #[test]
    fn a_context_wins_over_global_and_the_user_over_the_table() {
        let keymap = Keymap::load(None, "").unwrap();
        assert_eq!(keymap.action(Context::Composer, &chord("esc")), Some(Action::Stop));
        assert_eq!(keymap.action(Context::List, &chord("esc")), Some(Action::Close));
        let user = "[[bind]]\ncontext = \"global\"\nkey = \"esc\"\naction = \"open-help\"\n\
                    [[bind]]\ncontext = \"global\"\nkey = \"f3\"\naction = \"none\"";
        let keymap = Keymap::load(Some(user), "keymap.toml").unwrap();
        assert_eq!(keymap.action(Context::Composer, &chord("esc")), Some(Action::Open(PanelKind::Help)));
        assert_eq!(keymap.action(Context::Composer, &chord("f3")), None);
        assert_eq!(keymap.action(Context::List, &chord("esc")), Some(Action::Close));
    }

    #[test]
    fn a_mistake_in_the_users_table_says_line_and_remedy() {
        for (user, message) in [
            (
                "\n[[bind]]\ncontext = \"global\"\nkey = \"ctrl-\"\naction = \"stop\"",
                "k.toml:2: 'ctrl-' is no key: there is nothing behind the last '-'",
            ),
            (
                "bind = [{ context = \"global\", key = \"f9\", action = \"fly\" }]",
                "k.toml:1: there is no action 'fly'; F1 in the program lists their names",
            ),
            (
                "bind = [{ context = \"global\", key = \"f9\", action = \"model_picker\" }]",
                "k.toml:1: there is no action 'model_picker'; did you mean open-model-picker?",
            ),
            (
                "bind = [\n{ context = \"help\", key = \"f9\", action = \"stop\" },\n\
                 { context = \"help\", key = \"f9\", action = \"close\" }]",
                "k.toml:3: 'f9' is bound twice in the same context; remove one of the two",
            ),
        ] {
            assert_eq!(Keymap::load(Some(user), "k.toml").unwrap_err(), message);
        }
        let wrong = Keymap::load(Some("bind = [{ context = \"moon\", key = \"f9\", action = \"stop\" }]"), "k.toml");
        assert!(wrong.unwrap_err().starts_with("k.toml:1: unknown variant 'moon', expected one of 'global'"));
    }

    #[test]
    fn the_actions_about_categories_take_their_number_from_one_to_nine() {
        assert_eq!(Action::named("choose-category-3"), Some(Action::ChooseCategory(3)));
        assert_eq!(Action::named("correct-to-category-9"), Some(Action::CorrectTo(9)));
        for unknown in ["choose-category", "choose-category-0", "choose-category-10", "choose-category-03"] {
            assert_eq!(Action::named(unknown), None, "{unknown}");
        }
        assert_eq!((Action::ChooseCategory(1).category(), Action::ChooseCategory(1).correction()), (Some(0), None));
        assert_eq!((Action::correcting_to(8), Action::correcting_to(9)), (Some(Action::CorrectTo(9)), None));
    }

    #[test]
    fn what_opens_a_panel_stands_in_the_commands_where_the_panel_says() {
        let names: Vec<_> = Action::all().iter().map(|action| action.name()).collect();
        let at = |name: &str| names.iter().position(|known| known == name).unwrap();
        for (before, opens) in
            [("see-why", "open-lessons"), ("open-lessons", "open-report"), ("run-over-code", "ask-elsewhere")]
        {
            assert_eq!(at(opens), at(before) + 1, "{opens}");
        }
    }
}
