//! Keys and what they mean: the built-in table with the user's over it. Pure; reading the user's file is `cli::setup`'s.

mod chord;
mod help;
mod layout;
mod load;
mod readings;

pub use chord::Chord;
pub(crate) use help::{HelpPage, HelpRow};

use super::action::Action;
use serde::Deserialize;

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
    /// Behind the leader key: one letter.
    Leader,
    /// The list of files behind an `@` in the input. Its other keys are the input's.
    Completion,
    /// The conversation.
    Transcript,
    /// The list of decisions.
    History,
    /// What is looked for in the conversation.
    Search,
    /// A line that is written: a filter, a title, a command.
    Line,
    /// A list in front: models, commands.
    List,
    /// The list of chats.
    Chats,
    /// The routing history over all chats.
    Decisions,
    /// Why a prompt went where it went.
    Why,
    /// What was learned.
    Lessons,
    /// The prompts that wait.
    Queue,
    /// A page in front: report, request, output.
    Panel,
    /// The help.
    Help,
    /// A notice that offers something.
    Notice,
}

impl Context {
    /// All contexts and how the help calls them.
    pub(crate) const ALL: [(Self, &'static str); 17] = [
        (Self::Global, "Everywhere"),
        (Self::Composer, "Writing a prompt"),
        (Self::Leader, "One letter after the leader key"),
        (Self::Completion, "Choosing a file behind an @"),
        (Self::Transcript, "Reading the conversation, with an empty input"),
        (Self::History, "In the history"),
        (Self::Search, "Searching the conversation"),
        (Self::Line, "Writing a filter, a title or a command"),
        (Self::List, "In a list"),
        (Self::Chats, "In the list of chats"),
        (Self::Decisions, "In the past routes"),
        (Self::Why, "In why"),
        (Self::Lessons, "In the lessons"),
        (Self::Queue, "In the queue"),
        (Self::Panel, "In a page: why, lessons, report, request"),
        (Self::Help, "In this help"),
        (Self::Notice, "While a notice offers something"),
    ];

    /// The context whose keys count, too, where this one says nothing.
    fn base(self) -> Option<Self> {
        match self {
            Self::Completion => Some(Self::Composer),
            Self::Search | Self::List | Self::Chats | Self::Decisions | Self::Help => Some(Self::Line),
            Self::Why | Self::Lessons | Self::Queue => Some(Self::Panel),
            _ => None,
        }
    }

    /// The contexts whose keys count here, the nearest first.
    fn chain(self) -> impl Iterator<Item = Self> {
        [Some(self), self.base(), Some(Self::Global)].into_iter().flatten()
    }
}

/// A key, where it counts, and what it does there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) context: Context,
    pub(crate) chord: Chord,
    pub(crate) action: Action,
}

/// All bindings in effect, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
    /// Of the locale: `ru`. Says which layout a letter is of that several have.
    language: String,
}

impl Keymap {
    /// The built-in table with `user`'s file over it; `name` is what the file is called in messages.
    ///
    /// # Errors
    /// A line the user can act on: which line, what is wrong, what to write.
    pub fn load(user: Option<&str>, name: &str) -> Result<Self, String> {
        let mut keymap = Self { bindings: Vec::new(), language: String::new() };
        keymap.add(DEFAULTS, "keymap.toml (built in)")?;
        if let Some(text) = user {
            keymap.add(text, name)?;
        }
        Ok(keymap)
    }

    /// For a keyboard of that locale's language, such as `bg_BG.UTF-8`.
    #[must_use]
    pub fn typed_in(self, locale: &str) -> Self {
        let language = locale.split(['_', '.', '@', '-']).next().unwrap_or_default().to_ascii_lowercase();
        Self { language, ..self }
    }

    /// What `chord` does in `context`: what it is bound to, else what it stands for. The nearest context wins.
    pub(crate) fn action(&self, context: Context, chord: &Chord) -> Option<Action> {
        chord.readings(&self.language).find_map(|reading| self.bound_near(context, &reading))
    }

    /// Whether `chord` stands for `key`, and for nothing nearer that `context` knows.
    pub(crate) fn stands_for(&self, context: Context, chord: &Chord, key: &Chord) -> bool {
        let known = |reading: &Chord| reading == key || self.bound_near(context, reading).is_some();
        chord.readings(&self.language).find(known) == Some(*key)
    }

    /// What `chord` does behind the leader key. Letters are commands there, so those of another layout count by place.
    pub(crate) fn action_behind_leader(&self, chord: &Chord) -> Option<Action> {
        let by_place = || self.bound(Context::Leader, &chord.by_place(&self.language)?);
        self.bound(Context::Leader, chord).or_else(by_place)
    }

    fn bound_near(&self, context: Context, chord: &Chord) -> Option<Action> {
        context.chain().find_map(|context| self.bound(context, chord))
    }

    /// What `chord` is bound to in `context` itself.
    fn bound(&self, context: Context, chord: &Chord) -> Option<Action> {
        self.bindings.iter().find(|b| b.context == context && b.chord == *chord).map(|binding| binding.action)
    }

    /// The first key that does `action` anywhere; behind the leader key and for a notice it is none by itself.
    pub(crate) fn key(&self, action: Action) -> Option<&Chord> {
        let anywhere = |binding: &&Binding| !matches!(binding.context, Context::Leader | Context::Notice);
        self.bindings.iter().filter(anywhere).find(|binding| binding.action == action).map(|binding| &binding.chord)
    }

    /// The key that does `action` while one writes.
    pub(crate) fn key_from_input(&self, action: Action) -> Option<&Chord> {
        self.first_key(Context::Global, action).or_else(|| self.first_key(Context::Composer, action))
    }

    /// The key that does `action` in `context`, for hints.
    pub(crate) fn key_in(&self, context: Context, action: Action) -> Option<&Chord> {
        context.chain().find_map(|context| self.first_key(context, action)).or_else(|| self.key(action))
    }

    /// The key that does `action` in `context` and that the terminal reports: many send Shift+Enter as Enter. Where it is
    /// confirmed, it is what people try first.
    pub(crate) fn key_that_works(&self, context: Context, action: Action, shift_enter: bool) -> Option<&Chord> {
        let here = |near: Context| self.bindings.iter().filter(move |it| it.context == near && it.action == action);
        // A key that the nearest context binds to something else does not work here.
        let works = |chord: &&Chord| self.action(context, chord) == Some(action);
        let near: Vec<&Chord> = context.chain().flat_map(here).map(|binding| &binding.chord).filter(works).collect();
        let everywhere = [near.as_slice(), self.key(action).as_slice()].concat();
        let best = everywhere.iter().find(|chord| shift_enter && chord.is_shift_enter());
        best.or_else(|| everywhere.iter().find(|chord| !chord.is_shift_enter())).copied()
    }

    /// The key that does what a notice offers, wherever one is.
    pub(crate) fn key_of_offer(&self, action: Action) -> Option<&Chord> {
        if action.takes_back() {
            return self.first_key(Context::Notice, Action::Undo);
        }
        self.key_from_input(action)
    }

    /// The letter behind the leader key that does `action`.
    pub(crate) fn key_behind_leader(&self, action: Action) -> Option<&Chord> {
        self.first_key(Context::Leader, action)
    }

    /// The keys behind the leader key and the titles of what they do, in the order of the table. The categories' digits
    /// are one row: there are `categories` of them.
    pub(crate) fn leader_hints(&self, categories: usize) -> Vec<(String, &'static str)> {
        let mut hints = Vec::new();
        for binding in self.bindings.iter().filter(|binding| binding.context == Context::Leader) {
            let again = self.key_behind_leader(binding.action) != Some(&binding.chord);
            match binding.action.category() {
                _ if again => {}
                Some(0) if categories > 1 => {
                    let last = Action::choosing(categories.min(9) - 1);
                    let last = last.and_then(|action| self.key_behind_leader(action));
                    let last = last.map(|key| format!("…{key}")).unwrap_or_default();
                    hints.push((format!("{}{last}", binding.chord), binding.action.title()));
                }
                Some(0) | None => hints.push((binding.chord.to_string(), binding.action.title())),
                Some(_) => {}
            }
        }
        hints
    }

    fn first_key(&self, context: Context, action: Action) -> Option<&Chord> {
        let here = |binding: &&Binding| binding.context == context && binding.action == action;
        self.bindings.iter().find(here).map(|binding| &binding.chord)
    }
}

#[cfg(test)]
mod tests;
