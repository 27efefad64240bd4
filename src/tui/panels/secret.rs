//! The question whether a file that looks like a secret is to be sent.

use super::{Flow, Hint, Input, Panel, show};
use crate::attach::Secrets;
use crate::tui::action::Action;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::theme::Styles;
use crate::tui::update::attaching;
use crate::tui::widgets::scroll_text::ScrollText;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use std::time::Duration;

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
        self.text.fit(state.window.size);
    }

    fn draw(&self, _: &State, styles: &Styles, _: Duration, buf: &mut Buffer) -> Option<Position> {
        self.text.draw(("Send it?", ""), styles, buf);
        None
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "attach it"), (Action::Close, "leave it")]
    }
}
