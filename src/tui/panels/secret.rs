//! The question whether a file that looks like a secret is to be sent.

use super::{Flow, Head, Hint, Input, Panel, show};
use crate::attach::Secrets;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::update::attaching;
use crate::tui::widgets::scroll_text::ScrollText;
use ratatui::layout::{Position, Rect};

#[derive(Debug)]
pub(crate) struct Secret {
    /// The file, as it was named.
    path: String,
    /// The question.
    text: ScrollText,
}

/// Asks whether the file at `path` is to be sent.
pub(crate) fn ask(state: &mut State, path: String, name: &str) {
    let key = |action| {
        let key = state.start.keymap.key_in(Secret::CONTEXT, action);
        key.map(ToString::to_string).unwrap_or_default()
    };
    let (send, leave) = (key(Action::Accept), key(Action::Close));
    let question = format!("{name} looks like a secret: send it? {send} attaches it, {leave} does not");
    let why = "Its name or its content is that of a key, a password or a list of them. What is attached goes to the \
               provider of the model that answers, and is kept with the chat.";
    show(state, Secret { path, text: ScrollText::new(&question, why) });
}

impl Panel for Secret {
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        match input {
            Input::Action(Action::Accept | Action::AcceptAndPin) => {
                Flow::Gone(vec![attaching::attach_path(state, &self.path, Secrets::Send)])
            }
            Input::Action(Action::Close) => {
                state.tell(format!("{} is not attached", self.path), now);
                Flow::Gone(Vec::new())
            }
            Input::Scroll { rows, .. } => {
                self.text.scroll_by(rows);
                Flow::Stay(Vec::new())
            }
            Input::Action(_) | Input::Text(_) => Flow::Pass,
        }
    }

    fn fit(&mut self, state: &State) {
        self.text.fit(state.panel_room());
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Send it?")
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        self.text.len()
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        self.text.draw(area, canvas);
        None
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "attach it"), (Action::Close, "leave it")]
    }
}
