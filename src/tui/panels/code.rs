//! Blocks of code: to copy, to write to a file, to run a command over.

use super::{Flow, Head, Hint, Input, Opening, Panel, pick, pipe, save, show};
use crate::chat::code::{CodeBlock, code_blocks};
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::{Focus, State};
use crate::tui::update::copying::{self, lines};
use crate::tui::widgets::picker::{Item, Look, Picker};
use ratatui::layout::{Position, Rect};

/// The most characters of a line of code in a line about it.
const FIRST_LINE_CHARS_MAX: usize = 60;

#[derive(Debug, Default)]
pub(crate) struct Code(Picker<CodeBlock>);

impl Panel for Code {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-code",
        title: "Code blocks",
        words: "copy save write run file snippet pipe",
        help: "code blocks: copy, write to a file, pipe into a command",
        after: "copy-last-answer",
        toggles: true,
        open,
    });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        let Input::Action(action) = input else { return pick(&mut self.0, input) };
        let block = self.0.choice();
        match (action, block) {
            (Action::Accept | Action::AcceptAndPin, Some(block)) => {
                Flow::Gone(copying::copy(state, &block.code, "code", now))
            }
            (Action::SaveCode, Some(block)) => {
                let block = block.clone();
                show(state, save::SaveCode::new(block, std::mem::take(self)));
                Flow::Gone(Vec::new())
            }
            (Action::RunOverCode, Some(block)) => {
                let block = block.clone();
                show(state, pipe::PipeCommand::new(block, std::mem::take(self)));
                Flow::Gone(Vec::new())
            }
            _ => pick(&mut self.0, input),
        }
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Code")
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        self.0.rows()
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(self.0.draw(Look { none: "No match", prose: false }, area, canvas))
    }

    fn select(&mut self, line: usize) -> bool {
        self.0.select(line);
        true
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[
            (Action::Accept, "copy"),
            (Action::SaveCode, "write to a file"),
            (Action::RunOverCode, "pipe into a command"),
            (Action::Close, "close"),
        ]
    }
}

/// Lists the blocks of the turn at hand while the user reads, else all of the branch in sight, the latest first.
fn open(state: &mut State, now: Now) -> Vec<Effect> {
    let (blocks, place) = if state.window.focus == Focus::Transcript {
        let turn = state.turn_at_hand();
        (turn.map(|turn| code_blocks(turn.answer())).unwrap_or_default(), "answer")
    } else {
        let latest = state.conversation.turns().iter().rev();
        (latest.flat_map(|turn| code_blocks(turn.answer()).into_iter().rev()).collect(), "chat")
    };
    if blocks.is_empty() {
        state.tell(format!("No code in this {place}"), now);
    } else {
        show(state, Code(Picker::new(blocks.into_iter().map(item).collect())));
    }
    Vec::new()
}

fn item(block: CodeBlock) -> Item<CodeBlock> {
    let first = block.code.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let language = if block.language.is_empty() { "code" } else { &block.language };
    let label = format!("{language} · {} · {}", lines(&block.code), one_line(first, FIRST_LINE_CHARS_MAX));
    Item { label, detail: String::new(), choice: block }
}
