//! What leaves the screen: answers, prompts and blocks of code, as they were written, to the clipboard, into a file, or
//! through a command.

use crate::chat::Turn;
use crate::chat::code::{CodeBlock, code_blocks};
use crate::format::count;
use crate::text::sanitize::{one_line, sanitize};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::{Copied, Now, Ran};
use crate::tui::state::{Choice, Focus, Item, Kind, Order, Overlay, Picker, Sheet, State};

/// The most characters of a line of code, or of a command, that stand in a line about it.
const SHORT: usize = 60;

/// Copies `text`, which the user knows as `what`.
pub(super) fn copy(state: &mut State, text: &str, what: &str, now: Now) -> Vec<Effect> {
    if text.trim().is_empty() {
        state.tell(format!("{what} is empty: nothing to copy"), now);
        return Vec::new();
    }
    let what = format!("{what}, {},", lines(text));
    vec![Effect::Copy { text: text.to_owned(), what }]
}

/// Copies the answer of the turn at hand.
pub(super) fn copy_answer(state: &mut State, now: Now) -> Vec<Effect> {
    let text = state.turn_at_hand().and_then(answer).map(str::to_owned);
    copy_found(state, text, "the answer", now)
}

/// Copies the prompt of the turn at hand.
pub(super) fn copy_prompt(state: &mut State, now: Now) -> Vec<Effect> {
    let text = state.turn_at_hand().map(|turn| turn.prompt.to_string());
    copy_found(state, text, "the prompt", now)
}

/// Copies the last answer of the branch in sight.
pub(super) fn copy_last_answer(state: &mut State, now: Now) -> Vec<Effect> {
    let text = state.conversation.turns().iter().rev().find_map(answer).map(str::to_owned);
    copy_found(state, text, "the last answer", now)
}

fn copy_found(state: &mut State, text: Option<String>, what: &str, now: Now) -> Vec<Effect> {
    if let Some(text) = text {
        return copy(state, &text, what, now);
    }
    state.tell(format!("{what} is not there yet"), now);
    Vec::new()
}

/// What the model wrote, without the white space that it ends with.
fn answer(turn: &Turn) -> Option<&str> {
    Some(turn.answer.trim_end()).filter(|text| !text.is_empty())
}

fn lines(text: &str) -> String {
    count(text.lines().count() as u64, "line")
}

/// What was to be copied is there, or is not.
pub(super) fn copied(state: &mut State, what: &str, to: Result<Copied, String>, now: Now) {
    let text = match to {
        Ok(Copied::Desktop { by, terminal: false }) => format!("copied {what} to the clipboard ({by})"),
        Ok(Copied::Desktop { by, terminal: true }) => {
            format!("copied {what} to the clipboard ({by}), and sent it to the terminal's (OSC 52)")
        }
        Ok(Copied::Tmux { terminal: false }) => format!("copied {what} to tmux's buffer"),
        Ok(Copied::Tmux { terminal: true }) => {
            format!("copied {what} to tmux's buffer, and sent it to the terminal's clipboard (OSC 52)")
        }
        Ok(Copied::Terminal) => format!("sent {what} to the terminal's clipboard (OSC 52)"),
        Ok(Copied::File(path)) => format!("no clipboard here: {what} is in {}", path.display()),
        Err(why) => format!("{what} could not be copied: {why}"),
    };
    state.tell(one_line(&text, 400), now);
}

/// Lists the blocks of code: those of the turn at hand while one reads, else all of the branch in sight, the latest
/// first. The same key closes the list.
pub(super) fn open_code(state: &mut State, now: Now) {
    if matches!(&state.overlay, Some(Overlay::List(picker)) if picker.kind() == Kind::Code) {
        state.overlay = None;
        return;
    }
    let (blocks, place) = if state.focus == Focus::Transcript {
        let turn = state.turn_at_hand();
        (turn.map(|turn| code_blocks(&turn.answer)).unwrap_or_default(), "answer")
    } else {
        let latest = state.conversation.turns().iter().rev();
        (latest.flat_map(|turn| code_blocks(&turn.answer).into_iter().rev()).collect(), "chat")
    };
    if blocks.is_empty() {
        return state.tell(format!("there is no block of code in this {place}"), now);
    }
    let items = blocks.into_iter().map(item).collect();
    state.overlay = Some(Overlay::List(Picker::new(Kind::Code, items)));
}

fn item(block: CodeBlock) -> Item {
    let first = block.code.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let language = if block.language.is_empty() { "code" } else { &block.language };
    let label = format!("{language} · {} · {}", lines(&block.code), one_line(first, SHORT));
    Item { label, detail: String::new(), choice: Choice::Code(block) }
}

/// The block that is selected in the list of them.
fn selected(state: &State) -> Option<&CodeBlock> {
    match &state.overlay {
        Some(Overlay::List(picker)) => match picker.choice() {
            Some(Choice::Code(block)) => Some(block),
            _ => None,
        },
        _ => None,
    }
}

/// Writes the selected block to a file.
pub(super) fn save(state: &State) -> Vec<Effect> {
    let save = |block: &CodeBlock| Effect::Save {
        name: format!("pointsman.{}", block.file_ending()),
        text: format!("{}\n", block.code),
    };
    selected(state).map(save).into_iter().collect()
}

/// Asks for the command that gets the selected block.
pub(super) fn ask_command(state: &mut State) {
    if let Some(block) = selected(state).cloned()
        && let Some(Overlay::List(list)) = state.overlay.take()
    {
        state.overlay = Some(Overlay::Command(Box::new(Order { block, command: String::new(), list })));
    }
}

/// The command is written: shows exactly what would run. Without one it is the last one again.
pub(super) fn confirm(state: &mut State) {
    let Some(Overlay::Command(mut order)) = state.overlay.take() else { return };
    if order.command.trim().is_empty() {
        order.command.clone_from(&state.last_command);
    }
    if order.command.trim().is_empty() {
        state.overlay = Some(Overlay::Command(order));
        return;
    }
    let key = |action| state.start.keymap.key_in(state.context(), action).map(ToString::to_string).unwrap_or_default();
    let these = match order.block.lines() {
        1 => "this line".to_owned(),
        many => format!("these {many} lines"),
    };
    let head = format!(
        "run `{}` with {these} as its input? {} runs it, {} does not",
        order.command,
        key(Action::Accept),
        key(Action::Close)
    );
    let sheet = Sheet::new(&head, &order.block.code);
    state.overlay = Some(Overlay::Confirm { order, sheet });
}

/// Runs the command that was confirmed.
pub(super) fn run(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Confirm { order, .. }) = state.overlay.take() else { return Vec::new() };
    let Order { block, command, .. } = *order;
    state.runs += 1;
    let run = state.runs;
    state.running = Some(run);
    state.last_command.clone_from(&command);
    let sheet = Sheet::new(&format!("`{command}` runs; closing this ends it"), "");
    state.overlay = Some(Overlay::Output { run, command: command.clone(), sheet });
    vec![Effect::Run { run, command, input: format!("{}\n", block.code) }]
}

/// A step back: from the question to the command, from the command to the list.
pub(super) fn go_back(state: &mut State) {
    state.overlay = match state.overlay.take() {
        Some(Overlay::Confirm { order, .. }) => Some(Overlay::Command(order)),
        Some(Overlay::Command(order)) => Some(Overlay::List(order.list)),
        other => other,
    };
}

/// A command ended. Of one that was closed nobody wants to know.
pub(super) fn ran(state: &mut State, run: u64, ran: Result<Ran, String>) {
    if state.running != Some(run) {
        return;
    }
    state.running = None;
    let Some(Overlay::Output { command, sheet, .. }) = &mut state.overlay else { return };
    *sheet = match ran {
        Ok(Ran { success, status, output, cut }) => {
            let clean = sanitize(&output);
            let text = clean.trim_end();
            let mut head = format!("`{command}` {} · {status}", if success { "ended well" } else { "failed" });
            if text.is_empty() {
                head.push_str(" · it printed nothing");
            } else if cut {
                head.push_str(" · it printed more than is shown");
            }
            Sheet::new(&head, text)
        }
        Err(why) => Sheet::new(&format!("`{command}` failed · {}", one_line(&why, 400)), ""),
    };
}

/// A command runs only while its page is in front: whatever took its place closed it.
pub(super) fn end_unseen(state: &mut State, now: Now) -> Vec<Effect> {
    let seen = matches!(&state.overlay, Some(Overlay::Output { run, .. }) if state.running == Some(*run));
    if seen || state.running.take().is_none() {
        return Vec::new();
    }
    state.tell(format!("`{}` was ended", one_line(&state.last_command, SHORT)), now);
    vec![Effect::Kill]
}
