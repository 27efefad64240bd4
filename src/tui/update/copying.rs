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
        state.tell(format!("Nothing to copy: the {what} is empty"), now);
        return Vec::new();
    }
    let what = format!("{what}, {}", lines(text));
    vec![Effect::Copy { text: text.to_owned(), what }]
}

/// Copies the answer of the turn at hand.
pub(super) fn copy_answer(state: &mut State, now: Now) -> Vec<Effect> {
    let text = state.turn_at_hand().and_then(answer).map(str::to_owned);
    copy_found(state, text, "answer", now)
}

/// Copies the prompt of the turn at hand.
pub(super) fn copy_prompt(state: &mut State, now: Now) -> Vec<Effect> {
    let text = state.turn_at_hand().filter(|turn| !turn.is_continuation()).map(|turn| turn.prompt().to_string());
    copy_found(state, text, "prompt", now)
}

/// Copies what is selected in the input, else the last answer of the branch in sight.
pub(super) fn copy_last_answer(state: &mut State, now: Now) -> Vec<Effect> {
    if let Some(text) = state.composer.selected_text() {
        return copy(state, &text, "selection", now);
    }
    let text = state.conversation.turns().iter().rev().find_map(answer).map(str::to_owned);
    copy_found(state, text, "last answer", now)
}

fn copy_found(state: &mut State, text: Option<String>, what: &str, now: Now) -> Vec<Effect> {
    if let Some(text) = text {
        return copy(state, &text, what, now);
    }
    state.tell(format!("No {what} yet"), now);
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
        Ok(Copied::Desktop { by, terminal: false }) => format!("Copied {what} ({by})"),
        Ok(Copied::Desktop { by, terminal: true }) => {
            format!("Copied {what} ({by}, and via terminal)")
        }
        Ok(Copied::Tmux { terminal: false }) => format!("Copied {what} (tmux buffer)"),
        Ok(Copied::Tmux { terminal: true }) => {
            format!("Copied {what} (tmux buffer, and via terminal)")
        }
        Ok(Copied::Terminal) => format!("Copied {what} (via terminal)"),
        Ok(Copied::File(path)) => format!("No clipboard here: {what}, saved in {}", path.display()),
        Err(why) => format!("Not copied ({what}): {why}"),
    };
    state.tell(one_line(&text, 400), now);
}
