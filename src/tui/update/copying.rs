//! Copying what stands in the conversation, as it was written.

use crate::chat::Turn;
use crate::format::count;
use crate::text::sanitize::one_line;
use crate::tui::effect::Effect;
use crate::tui::event::{Copied, Now};
use crate::tui::state::State;

/// Copies `text`, which the user knows as `what`.
pub(in crate::tui) fn copy(state: &mut State, text: &str, what: &str, now: Now) -> Vec<Effect> {
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
    let text = state.turn_at_hand().filter(|turn| !turn.is_continuation()).map(|turn| turn.prompt().to_string());
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
    Some(turn.answer().trim_end()).filter(|text| !text.is_empty())
}

/// How many lines a text has, in words.
pub(in crate::tui) fn lines(text: &str) -> String {
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
