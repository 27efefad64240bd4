//! A command over a block of code: the line where it is written, and the question whether it should run.

use super::code::Code;
use super::output;
use super::{Flow, Hint, Input, Panel, show};
use crate::chat::code::CodeBlock;
use crate::tui::action::Action;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::theme::Styles;
use crate::tui::widgets::line_edit::LineEdit;
use crate::tui::widgets::list::draw_input;
use crate::tui::widgets::scroll_text::ScrollText;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use std::time::Duration;

/// A command that is to be run over a block of code, as far as it is written.
#[derive(Debug, Default)]
pub(crate) struct PipeCommand {
    /// The input of the command.
    block: CodeBlock,
    command: LineEdit,
    /// The list to go back to.
    list: Code,
}

/// The question whether a command should run.
#[derive(Debug)]
pub(crate) struct PipeQuestion {
    pipe: PipeCommand,
    /// The question, and what it is about.
    text: ScrollText,
}

impl PipeCommand {
    pub(super) fn new(block: CodeBlock, list: Code) -> Self {
        Self { block, command: LineEdit::default(), list }
    }

    /// The command is written: shows exactly what would run. Without one it is the last one again.
    fn ask(&mut self, state: &mut State) -> Flow {
        if self.command.text().trim().is_empty() {
            self.command.set(&state.pipe.last);
        }
        if self.command.text().trim().is_empty() {
            return Flow::Stay(Vec::new());
        }
        let key =
            |action| state.start.keymap.key_in(Self::CONTEXT, action).map(ToString::to_string).unwrap_or_default();
        let these = match self.block.lines() {
            1 => "this line".to_owned(),
            many => format!("these {many} lines"),
        };
        let question = format!(
            "run `{}` with {these} as its input? {} runs it, {} does not",
            self.command.text(),
            key(Action::Accept),
            key(Action::Close)
        );
        let text = ScrollText::new(&question, &self.block.code);
        show(state, PipeQuestion { pipe: std::mem::take(self), text });
        Flow::Gone(Vec::new())
    }
}

impl Panel for PipeCommand {
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, _: Now) -> Flow {
        match input {
            Input::Text(text) => self.command.insert(text),
            Input::Action(Action::RemoveFile) => _ = self.command.edit(Action::DeleteRight),
            Input::Action(Action::Accept | Action::AcceptAndPin) => return self.ask(state),
            Input::Action(Action::Close) => {
                show(state, std::mem::take(&mut self.list));
                return Flow::Gone(Vec::new());
            }
            Input::Action(action) if self.command.edit(action).is_some() => {}
            Input::Action(_) | Input::Scroll { .. } => return Flow::Pass,
        }
        Flow::Stay(Vec::new())
    }

    fn draw(&self, state: &State, styles: &Styles, _: Duration, buf: &mut Buffer) -> Option<Position> {
        let hint = match &*state.pipe.last {
            "" => "a command that reads it from its input, such as python3 -".to_owned(),
            last => format!("Enter: {last}"),
        };
        draw_input(("Run over this code", "Enter goes on"), (&self.command, &hint), styles, buf)
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "go on"), (Action::Close, "back")]
    }
}

impl Panel for PipeQuestion {
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, _: Now) -> Flow {
        match input {
            Input::Scroll { rows, .. } => {
                self.text.scroll_by(rows);
                Flow::Stay(Vec::new())
            }
            Input::Action(Action::Accept | Action::AcceptAndPin) => {
                let PipeCommand { block, command, .. } = std::mem::take(&mut self.pipe);
                Flow::Gone(vec![output::run(state, command.text().to_owned(), format!("{}\n", block.code))])
            }
            Input::Action(Action::Close) => {
                show(state, std::mem::take(&mut self.pipe));
                Flow::Gone(Vec::new())
            }
            Input::Action(_) | Input::Text(_) => Flow::Pass,
        }
    }

    fn fit(&mut self, state: &State) {
        self.text.fit(state.window.size);
    }

    fn draw(&self, _: &State, styles: &Styles, _: Duration, buf: &mut Buffer) -> Option<Position> {
        self.text.draw(("Run it?", ""), styles, buf);
        None
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "run it"), (Action::Close, "back")]
    }
}
