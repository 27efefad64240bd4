//! The pages in front: why, lessons, report. The key that opens one closes it, too.

use crate::engine::Command;
use crate::store::RouteReport;
use crate::text::sanitize::one_line;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::state::{Focus, Overlay, State};

/// The status row is not longer on any screen.
const NOTICE: usize = 400;

/// Shows why the decision at hand was made; from the history, the conversation goes to its turn as well.
pub(super) fn see_why(state: &mut State, now: Now) {
    if matches!(state.overlay, Some(Overlay::Why { .. })) {
        state.overlay = None;
        return;
    }
    let Some(turn) = state.decision_at_hand().map(|turn| turn.id) else {
        return state.tell("nothing was decided yet", now);
    };
    if state.focus == Focus::Decisions {
        state.transcript.show_turn(turn, state.conversation.turns());
    }
    state.overlay = Some(Overlay::Why { turn, top: 0, list: None });
}

/// Shows what the model of the turn at hand was sent.
pub(super) fn see_request(state: &mut State, now: Now) {
    let turn = match &state.overlay {
        Some(Overlay::Request { .. }) => return state.overlay = None,
        Some(Overlay::Why { turn, .. }) => Some(*turn),
        _ if state.focus == Focus::Transcript => state.turn_at_hand().map(|turn| turn.id),
        _ => state.decision_at_hand().map(|turn| turn.id),
    };
    let Some(turn) = turn else { return state.tell("nothing was sent yet", now) };
    let Some((url, body)) = state.conversation.request(turn) else {
        return state.tell("no model was sent anything for this prompt", now);
    };
    let body = serde_json::to_string_pretty(&body).unwrap_or_else(|error| error.to_string());
    let text = format!("POST {url}\n\n{body}");
    state.overlay = Some(Overlay::Request { turn, text, top: 0 });
}

/// Shows what was learned.
pub(super) fn lessons(state: &mut State) {
    let open = matches!(state.overlay, Some(Overlay::Lessons { .. }));
    state.overlay = (!open).then_some(Overlay::Lessons { selected: 0 });
}

/// Asks for the report and opens its page.
pub(super) fn report(state: &mut State) -> Vec<Effect> {
    if matches!(state.overlay, Some(Overlay::Report { .. })) {
        state.overlay = None;
        return Vec::new();
    }
    state.overlay = Some(Overlay::Report { report: None, top: 0 });
    vec![Effect::Engine(Command::Report)]
}

/// The report came; whoever closed its page meanwhile does not want it any more.
pub(super) fn reported(state: &mut State, figures: Box<RouteReport>) {
    if let Some(Overlay::Report { report, .. }) = &mut state.overlay {
        *report = Some(figures);
    }
}

/// The engine says something. Where the report is waited for, that is why it does not come: an empty page would hide it.
pub(super) fn noticed(state: &mut State, text: &str, now: Now) {
    if matches!(state.overlay, Some(Overlay::Report { report: None, .. })) {
        state.overlay = None;
    }
    state.tell(one_line(text, NOTICE), now);
}
