//! Another title for a chat.

use super::chats::Chats;
use super::{Flow, Head, Hint, Input, Panel, show};
use crate::chat::ConversationId;
use crate::engine::{ChatChange, Command};
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::widgets::line_edit::LineEdit;
use crate::tui::widgets::list::written;
use ratatui::layout::{Position, Rect};

#[derive(Debug)]
pub(crate) struct Rename {
    chat: ConversationId,
    /// Its title, as far as it is written.
    title: LineEdit,
    /// The list to go back to, if it was opened from there.
    list: Option<Chats>,
}

impl Panel for Rename {
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, _: Now) -> Flow {
        match input {
            Input::Text(text) => self.title.insert(text),
            Input::Action(Action::RemoveFile) => _ = self.title.edit(Action::DeleteRight),
            Input::Action(Action::Accept | Action::AcceptAndPin) => return self.close(state, true),
            Input::Action(Action::Close) => return self.close(state, false),
            Input::Action(action) if self.title.edit(action).is_some() => {}
            Input::Action(_) | Input::Scroll { .. } => return Flow::Pass,
        }
        Flow::Stay(Vec::new())
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Title")
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        1
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(written(&self.title, "", area, canvas))
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "rename"), (Action::Close, "cancel")]
    }
}

impl Rename {
    pub(in crate::tui) fn new(chat: ConversationId, title: &str, list: Option<Chats>) -> Self {
        Self { chat, title: LineEdit::new(title), list }
    }

    /// Goes back to the list, with the title that was written, unless there is none.
    fn close(&mut self, state: &mut State, save: bool) -> Flow {
        let (chat, title) = (self.chat, self.title.text().trim().to_owned());
        let mut effects = Vec::new();
        if save && !title.is_empty() {
            if let Some(list) = &mut self.list {
                list.rename(chat, &title);
            }
            if chat == state.conversation.id() {
                state.title = Some(title.clone());
            }
            effects.push(Effect::Engine(Command::Change(chat, ChatChange::Rename(title))));
        }
        if let Some(list) = self.list.take() {
            show(state, list);
        }
        Flow::Gone(effects)
    }
}
