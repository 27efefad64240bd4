//! What becomes of the input: sent, taken as a command, or cleared so that nothing written is lost by it.

use super::{actions, turns};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::state::{Motion, State};

/// Sends the prompt. A slash and one word are a command, or a mistyped one, and never a prompt.
pub(super) fn send(state: &mut State, now: Now) -> Vec<Effect> {
    let word = state.composer.text().trim_end().strip_prefix('/').filter(|word| is_word(word)).map(str::to_owned);
    let Some(word) = word else { return turns::send(state, now) };
    if let Some(action) = Action::named(&word).filter(|action| action.is_command()) {
        state.composer.set_text("");
        return actions::perform(state, action, now);
    }
    state.tell(format!("No command /{word}"), now);
    Vec::new()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c == '/' || c.is_whitespace())
}

/// Deletes to the beginning of the line; the second time in a row it clears the whole draft.
pub(super) fn delete_to_line_start(state: &mut State, now: Now) {
    match state.draft.line_cut.take() {
        Some(before) if !state.composer.is_empty() => clear_to(state, Some(before), now),
        _ => {
            state.draft.line_cut = Some(state.composer.revision());
            state.composer.edit(Motion::DeleteToLineStart);
        }
    }
}

/// Clears the whole draft.
pub(super) fn clear(state: &mut State, now: Now) {
    if state.composer.is_empty() {
        return state.tell("The draft is empty", now);
    }
    clear_to(state, None, now);
}

fn clear_to(state: &mut State, before: Option<u64>, now: Now) {
    state.composer.clear(before);
    state.offer("Draft cleared", Action::PutBackDeleted, "puts it back", now);
}
