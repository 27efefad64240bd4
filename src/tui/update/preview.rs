//! Asks what would become of the prompt in the input, whenever it has changed.

use crate::engine::Command;
use crate::tui::effect::Effect;
use crate::tui::state::{Draft, State};

/// The question, where there is a new one. What lies in front covers the input, so nothing is asked meanwhile.
pub(super) fn ask(state: &mut State) -> Option<Effect> {
    if state.panel.is_some() {
        return None;
    }
    if state.composer.text().trim().is_empty() && state.draft.attached.files().is_empty() {
        state.draft.preview.clear();
        return None;
    }
    let route = state.draft.route();
    let place = (state.conversation.id(), state.parent());
    let Draft { preview, attached, .. } = &mut state.draft;
    let question = preview.ask(place, (state.composer.text(), attached.files()), &route)?;
    Some(Effect::Engine(Command::Preview(question)))
}
