//! Panels: at most one lies in front of everything else and takes the keys.
//!
//! A new panel: its file in `panels/`, whose type implements [`Panel`] (its [`Opening`] names the action and the help);
//! here its `mod` and its line in `panels!`. A key for it is a row of `assets/keymap.toml`; nothing else knows it.
//!
//! Must not know what any one panel shows; that is its file's business.

pub(crate) mod attach;
pub(crate) mod chats;
pub(crate) mod code;
pub(crate) mod commands;
pub(crate) mod corrections;
pub(crate) mod decisions;
pub(crate) mod elsewhere;
pub(crate) mod files;
pub(crate) mod help;
pub(crate) mod lessons;
pub(crate) mod models;
pub(crate) mod output;
pub(crate) mod pipe;
pub(crate) mod queue;
pub(crate) mod rename;
pub(crate) mod report;
pub(crate) mod request;
pub(crate) mod save;
pub(crate) mod secret;
pub(crate) mod theme;
pub(crate) mod why;

use super::action::Action;
use super::canvas::Canvas;
use super::effect::Effect;
use super::event::Now;
use super::keys::Context;
use super::state::State;
use super::widgets::picker::Picker;
use crate::chat::TurnId;
use ratatui::layout::{Position, Rect};
use std::borrow::Cow;

/// A key that the status row tells of, and what it does here.
pub(crate) type Hint = (Action, &'static str);

/// A panel: its keys, its behaviour, its looks. While [`Panel::update`] and [`Panel::fit`] run, the panel is not in the state.
pub(crate) trait Panel {
    /// The action that opens it; `None`: only another panel does.
    const OPENING: Option<Opening> = None;
    /// The part of the keymap that counts while it is in front.
    const CONTEXT: Context = Context::Panel;

    /// Changes it, and the state, by a key, text or the wheel.
    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow;

    /// Keeps what is shown within the panel, which may have another size now, or other content.
    fn fit(&mut self, _state: &State) {}

    /// Its head: the title, and what stands at the right edge.
    fn head(&self, state: &State) -> Head;

    /// How many rows its content would like at `width` cells; it may get fewer.
    fn rows(&self, state: &State, width: u16) -> usize;

    /// Paints its content into `area`, and says where the caret stands if text is written in it.
    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position>;

    /// A click on a line: true where it is one of the panel's, which is selected then and taken.
    fn select(&mut self, _line: usize) -> bool {
        false
    }

    /// The keys that the status row tells of, the most useful first.
    fn hints(&self, state: &State) -> &'static [Hint];

    /// The turn that keys about prompts and decisions mean while it is in front.
    fn about(&self) -> About {
        About::Any
    }
}

/// The first row of a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) title: Cow<'static, str>,
    /// At the right edge: a count, a state.
    pub(crate) right: String,
}

impl Head {
    pub(crate) fn new(title: impl Into<Cow<'static, str>>) -> Self {
        Self { title: title.into(), right: String::new() }
    }

    /// With something at the right edge.
    pub(crate) fn with(self, right: impl Into<String>) -> Self {
        Self { right: right.into(), ..self }
    }
}

/// The action that opens a panel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    /// Its name, in `keymap.toml` and in the commands.
    pub(crate) action: &'static str,
    /// What people call it: its line in the commands.
    pub(crate) title: &'static str,
    /// Other words that people look for it with.
    pub(crate) words: &'static str,
    /// The help, in a few words.
    pub(crate) help: &'static str,
    /// The action behind which it stands in the commands; an unknown one: at their end.
    pub(crate) after: &'static str,
    /// True: the action closes the panel where it is in front already. False: the panel begins anew.
    pub(crate) toggles: bool,
    /// Puts it in front, or says why it cannot.
    pub(crate) open: fn(&mut State, Now) -> Vec<Effect>,
}

/// Input of a panel.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input<'a> {
    /// The user asked for this.
    Action(Action),
    /// Text was typed or pasted.
    Text(&'a str),
    /// Keys or the wheel move so many rows, or so many lines of a list.
    Scroll { rows: isize, lines: isize },
}

/// The result of an input: whether the panel stays, and what the world must do.
#[derive(Debug)]
pub(crate) enum Flow {
    /// The panel stays.
    Stay(Vec<Effect>),
    /// The panel is gone, and the state has the panel that it leads to, if any.
    Gone(Vec<Effect>),
    /// The panel is gone, and the screen performs this.
    Perform(Action),
    /// The input was not for it.
    Pass,
}

/// The turn that keys about prompts and decisions mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// None of the panel: the keys mean the turn that they mean without it.
    Any,
    /// The prompt of this turn.
    Prompt(TurnId),
    /// The prompt of this turn, and the decision about it.
    Decision(TurnId),
    /// No decision: none may be changed.
    NoDecision,
}

/// Defines the kinds of panels, and hands each call to the panel in front.
macro_rules! panels {
    ($($kind:ident($panel:ty),)*) => {
        /// A panel without its state.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum PanelKind {
            $($kind,)*
        }

        impl PanelKind {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The action that opens it.
            pub(crate) fn opening(self) -> Option<Opening> {
                match self { $(Self::$kind => <$panel as Panel>::OPENING,)* }
            }
        }

        /// The panel in front.
        #[derive(Debug)]
        pub(crate) enum OpenPanel {
            $($kind(Box<$panel>),)*
        }

        $(impl From<$panel> for OpenPanel {
            fn from(panel: $panel) -> Self {
                Self::$kind(Box::new(panel))
            }
        })*

        impl OpenPanel {
            pub(crate) fn kind(&self) -> PanelKind {
                match self { $(Self::$kind(_) => PanelKind::$kind,)* }
            }

            pub(crate) fn context(&self) -> Context {
                match self { $(Self::$kind(_) => <$panel as Panel>::CONTEXT,)* }
            }

            fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
                match self { $(Self::$kind(panel) => panel.update(input, state, now),)* }
            }

            fn fit(&mut self, state: &State) {
                match self { $(Self::$kind(panel) => panel.fit(state),)* }
            }

            pub(crate) fn head(&self, state: &State) -> Head {
                match self { $(Self::$kind(panel) => panel.head(state),)* }
            }

            pub(crate) fn rows(&self, state: &State, width: u16) -> usize {
                match self { $(Self::$kind(panel) => panel.rows(state, width),)* }
            }

            pub(crate) fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
                match self { $(Self::$kind(panel) => panel.draw(state, area, canvas),)* }
            }

            fn select(&mut self, line: usize) -> bool {
                match self { $(Self::$kind(panel) => panel.select(line),)* }
            }

            pub(crate) fn hints(&self, state: &State) -> &'static [Hint] {
                match self { $(Self::$kind(panel) => panel.hints(state),)* }
            }

            pub(crate) fn about(&self) -> About {
                match self { $(Self::$kind(panel) => panel.about(),)* }
            }
        }
    };
}

panels! {
    Models(models::Models),
    Corrections(corrections::Corrections),
    Why(why::Why),
    Lessons(lessons::Lessons),
    Report(report::Report),
    Code(code::Code),
    SaveCode(save::SaveCode),
    PipeCommand(pipe::PipeCommand),
    PipeQuestion(pipe::PipeQuestion),
    Output(output::Output),
    Elsewhere(elsewhere::Elsewhere),
    Attach(attach::Attach),
    Secret(secret::Secret),
    Files(files::Files),
    Queue(queue::Queue),
    Chats(chats::Chats),
    Rename(rename::Rename),
    Decisions(decisions::Decisions),
    Request(request::Request),
    Commands(commands::Commands),
    Help(help::Help),
    Theme(theme::Theme),
}

/// Puts a panel in front.
pub(crate) fn show(state: &mut State, panel: impl Into<OpenPanel>) {
    state.panel = Some(panel.into());
}

/// Opens a panel, or closes it where the same action does both.
pub(crate) fn open(state: &mut State, kind: PanelKind, now: Now) -> Vec<Effect> {
    let Some(opening) = kind.opening() else { return Vec::new() };
    if opening.toggles && state.panel.as_ref().is_some_and(|panel| panel.kind() == kind) {
        state.panel = None;
        return Vec::new();
    }
    (opening.open)(state, now)
}

/// Does what the user asked for in the panel in front. Gives back the action that the screen has to do, if any.
pub(crate) fn perform(state: &mut State, action: Action, now: Now) -> Result<Vec<Effect>, Action> {
    if state.panel.is_none() {
        return Err(action);
    }
    if let Some(rows) = scrolling(action) {
        return Ok(scroll(state, rows, rows, now));
    }
    match update(state, Input::Action(action), now) {
        Flow::Stay(effects) | Flow::Gone(effects) => Ok(effects),
        Flow::Perform(action) => Err(action),
        Flow::Pass if matches!(action, Action::Accept | Action::AcceptAndPin | Action::Close) => {
            state.panel = None;
            Ok(Vec::new())
        }
        Flow::Pass => Err(action),
    }
}

/// Types text into the panel in front, if it takes any.
pub(crate) fn type_text(state: &mut State, text: &str, now: Now) -> Vec<Effect> {
    effects(update(state, Input::Text(text), now))
}

/// Moves what the panel in front shows.
pub(crate) fn scroll(state: &mut State, rows: isize, lines: isize, now: Now) -> Vec<Effect> {
    effects(update(state, Input::Scroll { rows, lines }, now))
}

/// A click on a line of the panel in front selects and takes it.
pub(crate) fn click(state: &mut State, line: usize, now: Now) -> Result<Vec<Effect>, Action> {
    let selected = state.panel.as_mut().is_some_and(|panel| panel.select(line));
    if selected { perform(state, Action::Accept, now) } else { Ok(Vec::new()) }
}

/// Keeps what the panel in front shows within it.
pub(crate) fn fit(state: &mut State) {
    if let Some(mut panel) = state.panel.take() {
        panel.fit(state);
        state.panel = Some(panel);
    }
}

/// Lets a list to choose from take input; choosing is left to the panel.
fn pick<T: Clone + PartialEq>(picker: &mut Picker<T>, input: Input) -> Flow {
    match input {
        Input::Text(text) => picker.type_text(text),
        Input::Scroll { lines, .. } => picker.move_by(lines),
        // Taking back more than was typed closes the list, as it was opened.
        Input::Action(Action::DeleteLeft) if picker.filter().is_empty() => return Flow::Gone(Vec::new()),
        // In an empty line there is nothing else to go to the ends of.
        Input::Action(Action::LineStart) if picker.filter().is_empty() => picker.move_by(isize::MIN),
        Input::Action(Action::LineEnd) if picker.filter().is_empty() => picker.move_by(isize::MAX),
        // Where there is no file to remove, the key edits.
        Input::Action(Action::RemoveFile) => _ = picker.edit(Action::DeleteRight),
        Input::Action(action) => match picker.edit(action) {
            Some(_) => {}
            None => return Flow::Pass,
        },
    }
    Flow::Stay(Vec::new())
}

fn update(state: &mut State, input: Input, now: Now) -> Flow {
    let Some(mut panel) = state.panel.take() else { return Flow::Pass };
    let flow = panel.update(input, state, now);
    if matches!(flow, Flow::Stay(_) | Flow::Pass) {
        state.panel = Some(panel);
    }
    flow
}

fn effects(flow: Flow) -> Vec<Effect> {
    match flow {
        Flow::Stay(effects) | Flow::Gone(effects) => effects,
        Flow::Perform(_) | Flow::Pass => Vec::new(),
    }
}

/// The rows that an action moves by, if it scrolls.
fn scrolling(action: Action) -> Option<isize> {
    match action {
        Action::Up => Some(-1),
        Action::Down => Some(1),
        Action::PageUp => Some(-10),
        Action::PageDown => Some(10),
        Action::Top => Some(isize::MIN),
        Action::Bottom => Some(isize::MAX),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
