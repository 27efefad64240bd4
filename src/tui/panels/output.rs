//! The output of a command over a block of code. The command runs only while this panel is in front.
//!
//! ```text
//! ╭ Output ─────────────────────────── Esc closes ─╮
//! │ ✓ `python3 -` · exit 0                         │
//! │                                                │
//! │ 1 2 3                                          │
//! ╰──────────────────────────────────── ↓ 9 more ──╯
//! ```

use super::{About, Flow, Head, Hint, Input, OpenPanel, Panel, show};
use crate::chat::code::CodeBlock;
use crate::text::sanitize::{one_line, sanitize};
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::{Now, Ran};
use crate::tui::state::State;
use crate::tui::widgets::scroll_text::ScrollText;
use ratatui::layout::{Position, Rect};

/// The most characters of a command in a line about it.
const COMMAND_CHARS_MAX: usize = 60;
/// The most characters of the reason why a command could not run.
const REASON_CHARS_MAX: usize = 400;

/// The commands that were run over code.
#[derive(Debug, Default)]
pub(crate) struct PipeRuns {
    /// The last one, as it was written.
    pub(crate) last: String,
    /// The language of the code that it ran over.
    pub(super) last_language: String,
    /// The number of runs.
    count: u64,
    /// The one that runs.
    running: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Output {
    /// Of which run.
    run: u64,
    /// As it was written.
    command: String,
    /// The way it ended, and its output.
    text: ScrollText,
}

impl Panel for Output {
    fn update(&mut self, input: Input, state: &mut State, _: Now) -> Flow {
        match input {
            Input::Scroll { rows, .. } => {
                self.text.scroll_by(rows);
                Flow::Stay(Vec::new())
            }
            // Leaving ends the command first.
            Input::Action(Action::Leave) if state.leave_armed.is_none() => Flow::Gone(Vec::new()),
            Input::Action(_) | Input::Text(_) => Flow::Pass,
        }
    }

    fn fit(&mut self, state: &State) {
        self.text.fit(state.panel_room());
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Output")
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        self.text.len()
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        self.text.draw(area, canvas);
        None
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Close, "close"), (Action::Down, "more")]
    }

    // Output is about no decision.
    fn about(&self) -> About {
        About::NoDecision
    }
}

/// Runs a command over `block`, and shows what it prints.
pub(super) fn run(state: &mut State, command: String, block: &CodeBlock) -> Effect {
    state.pipe.count += 1;
    let run = state.pipe.count;
    state.pipe.running = Some(run);
    state.pipe.last.clone_from(&command);
    state.pipe.last_language.clone_from(&block.language);
    let input = format!("{}\n", block.code);
    let text = ScrollText::new(&format!("`{command}` runs; closing this ends it"), "");
    show(state, Output { run, command: command.clone(), text });
    Effect::Run { run, command, input }
}

/// Shows what a command printed that ended, unless its panel was closed.
pub(crate) fn ran(state: &mut State, run: u64, ran: Result<Ran, String>) {
    if state.pipe.running != Some(run) {
        return;
    }
    state.pipe.running = None;
    let Some(OpenPanel::Output(output)) = &mut state.panel else { return };
    let command = &output.command;
    output.text = match ran {
        Ok(Ran { success, status, output, cut }) => {
            let clean = sanitize(&output);
            let text = clean.trim_end();
            let mut head =
                format!("{} `{command}` · {}", if success { "✓" } else { "✗" }, status.replace("exit status:", "exit"));
            if text.is_empty() {
                head.push_str(" · no output");
            } else if cut {
                head.push_str(" · cut, it printed more");
            }
            ScrollText::new(&head, text)
        }
        Err(why) => ScrollText::new(&format!("✗ `{command}` · {}", one_line(&why, REASON_CHARS_MAX)), ""),
    };
}

/// Ends a command whose panel is not in front any more: whatever took its place closed it.
pub(crate) fn end_unseen(state: &mut State, now: Now) -> Vec<Effect> {
    let seen = matches!(&state.panel, Some(OpenPanel::Output(output)) if state.pipe.running == Some(output.run));
    if seen || state.pipe.running.take().is_none() {
        return Vec::new();
    }
    state.tell(format!("Ended `{}`", one_line(&state.pipe.last, COMMAND_CHARS_MAX)), now);
    vec![Effect::Kill]
}
