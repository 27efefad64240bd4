//! Asks what would become of the prompt in the input, whenever it has changed.

use crate::chat::Prompt;
use crate::engine::Command;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::state::{Draft, State};

/// The question, where there is a new one. An open panel covers the input, so the question waits until it is closed.
pub(super) fn ask(state: &mut State, now: Now) -> Option<Effect> {
    if state.panel.is_some() {
        state.draft.preview.postpone();
        return None;
    }
    if state.composer.is_blank() && state.draft.attached.files().is_empty() {
        state.draft.preview.clear();
        return None;
    }
    let route = state.draft.route();
    let place = (state.conversation.id(), state.parent());
    let (composer, Draft { preview, attached, .. }) = (&state.composer, &mut state.draft);
    if preview.is_asked(composer.revision(), attached.files(), &route)
        || !preview.is_time(composer.revision(), composer.len(), now.since_start)
    {
        return None;
    }
    let prompt = Prompt { text: composer.shared_text().clone(), attachments: attached.files().into() };
    let question = preview.ask(place, composer.revision(), prompt, route);
    Some(Effect::Engine(Command::Preview(question)))
}
