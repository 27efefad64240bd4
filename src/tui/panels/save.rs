//! The name of the file that a block of code is written to.

use super::code::Code;
use super::{Flow, Head, Hint, Input, Panel, show};
use crate::chat::code::CodeBlock;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::widgets::line_edit::LineEdit;
use crate::tui::widgets::list::written;
use ratatui::layout::{Position, Rect};

/// A block of code that is to be written, and its name as far as that is written.
#[derive(Debug)]
pub(crate) struct SaveCode {
    block: CodeBlock,
    name: LineEdit,
    /// The list to go back to.
    list: Code,
}

impl SaveCode {
    /// Proposes a name that fits the language.
    pub(super) fn new(block: CodeBlock, list: Code) -> Self {
        let name = LineEdit::new(&format!("pointsman.{}", block.file_ending()));
        Self { block, name, list }
    }

    fn save(&self) -> Option<Effect> {
        let name = self.name.text().trim().to_owned();
        let text = format!("{}\n", self.block.code);
        (!name.is_empty()).then_some(Effect::Save { name, text, files: Vec::new() })
    }
}

impl Panel for SaveCode {
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, _: Now) -> Flow {
        let effects = match input {
            Input::Text(text) => {
                self.name.insert(text);
                return Flow::Stay(Vec::new());
            }
            Input::Action(Action::Accept | Action::AcceptAndPin) => match self.save() {
                Some(effect) => vec![effect],
                None => return Flow::Stay(Vec::new()),
            },
            Input::Action(Action::Close) => Vec::new(),
            Input::Action(Action::RemoveFile) => {
                self.name.edit(Action::DeleteRight);
                return Flow::Stay(Vec::new());
            }
            Input::Action(action) if self.name.edit(action).is_some() => return Flow::Stay(Vec::new()),
            Input::Action(_) | Input::Scroll { .. } => return Flow::Pass,
        };
        show(state, std::mem::take(&mut self.list));
        Flow::Gone(effects)
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Write the code to")
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        1
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(written(&self.name, "a file name", area, canvas))
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "write"), (Action::Close, "back")]
    }
}
