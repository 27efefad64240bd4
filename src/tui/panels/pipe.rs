//! A command over a block of code: the line where it is written, and the question whether it should run.

use super::code::Code;
use super::output::{self, PipeRuns};
use super::{Flow, Head, Hint, Input, Panel, show};
use crate::chat::code::CodeBlock;
use crate::format::count;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::widgets::line_edit::LineEdit;
use crate::tui::widgets::list::written;
use crate::tui::widgets::scroll_text::ScrollText;
use ratatui::layout::{Position, Rect};

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

    /// The command that an empty line stands for: the last one over this language, else one that fits the language, else
    /// the last one.
    fn proposal(&self, runs: &PipeRuns) -> String {
        if runs.last_language == self.block.language && !runs.last.is_empty() {
            return runs.last.clone();
        }
        interpreter(&self.block.language).map_or_else(|| runs.last.clone(), str::to_owned)
    }

    /// The command is written: shows exactly what would run. Without one it is the proposed one.
    fn ask(&mut self, state: &mut State) -> Flow {
        if self.command.text().trim().is_empty() {
            self.command.set(&self.proposal(&state.pipe));
        }
        if self.command.text().trim().is_empty() {
            return Flow::Stay(Vec::new());
        }
        let lines = count(self.block.lines() as u64, "line");
        let question = format!("Pipe this code ({lines}) into `{}`?", self.command.text());
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

    fn head(&self, _: &State) -> Head {
        Head::new("Run over this code")
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        1
    }

    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        let hint = match self.proposal(&state.pipe) {
            none if none.is_empty() => "command to pipe it into, e.g. python3 -".to_owned(),
            command => format!("Enter: {command}"),
        };
        Some(written(&self.command, &hint, area, canvas))
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
                Flow::Gone(vec![output::run(state, command.text().to_owned(), &block)])
            }
            Input::Action(Action::Close) => {
                show(state, std::mem::take(&mut self.pipe));
                Flow::Gone(Vec::new())
            }
            Input::Action(_) | Input::Text(_) => Flow::Pass,
        }
    }

    fn fit(&mut self, state: &State) {
        self.text.fit(state.panel_room());
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Run it?")
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        self.text.len()
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        self.text.draw(area, canvas);
        None
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "run it"), (Action::Close, "back")]
    }
}

/// The usual program for code of a language that comes on its input.
fn interpreter(language: &str) -> Option<&'static str> {
    Some(match language {
        "bash" | "shell" | "console" | "shell-session" => "bash",
        "sh" => "sh",
        "zsh" => "zsh",
        "fish" => "fish",
        "python" | "python3" | "py" => "python3 -",
        "javascript" | "js" | "node" => "node -",
        "ruby" | "rb" => "ruby -",
        "perl" | "pl" => "perl -",
        "lua" => "lua -",
        "php" => "php",
        "r" => "Rscript -",
        "sql" | "sqlite" => "sqlite3",
        "json" => "jq .",
        "powershell" | "pwsh" => "pwsh -Command -",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposal(language: &str, last: &str, last_language: &str) -> String {
        let block = CodeBlock { language: language.to_owned(), ..CodeBlock::default() };
        let mut runs = PipeRuns::default();
        runs.last = last.to_owned();
        runs.last_language = last_language.to_owned();
        PipeCommand::new(block, Code::default()).proposal(&runs)
    }

    #[test]
    fn an_empty_line_proposes_a_command_that_fits_the_code() {
        assert_eq!(proposal("bash", "", ""), "bash");
        assert_eq!(proposal("python", "bash", "bash"), "python3 -");
        assert_eq!(proposal("python", "python3.14 -i", "python"), "python3.14 -i", "the last one over this language");
        assert_eq!(proposal("rust", "rustc -", "python"), "rustc -", "no usual one: the last");
        assert_eq!(proposal("rust", "", ""), "");
    }
}
