//! What follows from a click on something that does something. Selecting text is `mouse`'s.

use super::{actions, branches, copying};
use crate::chat::code::code_blocks;
use crate::tui::click::{Click, ClickAction};
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::panels::{self, files, why::Why};
use crate::tui::state::{EXAMPLES, Focus, State};

pub(super) fn click(state: &mut State, click: Click, now: Now) -> Vec<Effect> {
    // The press went to the conversation; what is typed next is still text.
    if !matches!(click, Click::Act(_) | Click::Row(_)) {
        state.window.focus = Focus::Composer;
    }
    match click {
        Click::Act(ClickAction(action)) => return actions::perform(state, action, now),
        Click::Row(line) => {
            return match panels::click(state, line, now) {
                Ok(effects) => effects,
                Err(action) => actions::perform(state, action, now),
            };
        }
        Click::Decision(turn) => {
            state.transcript.show_turn(turn, state.conversation.turns());
            panels::show(state, Why::new(turn, None));
        }
        Click::Thought(turn) => {
            if let Some(turn) = state.conversation.turn(turn).cloned() {
                state.transcript.toggle_reasoning(&turn);
            }
        }
        Click::Branch(turn, steps) => branches::flip_at(state, turn, steps, now),
        Click::Code(turn, at) => {
            let answer = state.conversation.turn(turn).map(|turn| turn.answer().to_owned()).unwrap_or_default();
            let block = code_blocks(answer.get(at..).unwrap_or_default()).into_iter().next();
            return block.map(|block| copying::copy(state, &block.code, "the code", now)).unwrap_or_default();
        }
        Click::Files(turn) => {
            let files = state.conversation.turn(turn).map(files::of_turn).unwrap_or_default();
            return files::list(state, &files, now);
        }
        Click::Link(address) => return open_link(state, &address, now),
        Click::Example(index) => try_example(state, index),
    }
    Vec::new()
}

/// Opens an address in the browser: only such that lead to the web, since a model may have written it.
pub(in crate::tui) fn open_link(state: &mut State, address: &str, now: Now) -> Vec<Effect> {
    if address.starts_with("https://") || address.starts_with("http://") {
        return vec![Effect::OpenLink(address.to_owned())];
    }
    state.tell(format!("Not opened, as it does not lead to the web: {address}"), now);
    Vec::new()
}

/// Puts an example into an empty input, or in the place of another example.
pub(super) fn try_example(state: &mut State, index: usize) {
    let text = state.composer.text();
    if (text.is_empty() || EXAMPLES.contains(&text)) && state.conversation.is_empty() {
        state.composer.set_text(EXAMPLES[index % EXAMPLES.len()]);
        state.window.focus = Focus::Composer;
    }
}
