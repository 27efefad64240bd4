//! What there is to say about one decision: the sidebar says it in short, the panel *why* in full.

use crate::format;
use crate::router::{Decider, Decision};
use crate::tui::action::Action;
use crate::tui::keys::{Chord, Context};
use crate::tui::state::State;

/// The key that says in the history: it should have been the category of that number.
pub(crate) fn correction_key(state: &State, index: usize) -> Option<&Chord> {
    state.start.keymap.key_in(Context::History, Action::correcting_to(index)?)
}

/// `decided by the judge · 312 ms`.
pub(crate) fn decided_by(decision: &Decision) -> String {
    let took = format::duration(decision.elapsed);
    match decision.decider {
        Decider::Override => "your choice".to_owned(),
        Decider::Default => format!("best guess, nothing sure · {took}"),
        decider => format!("decided by {} · {took}", named(decider)),
    }
}

/// A decider with its article, where it has one.
fn named(decider: Decider) -> String {
    match decider {
        Decider::Memory => "memory".to_owned(),
        Decider::Capability => "the attachment".to_owned(),
        Decider::FollowUp => "what came before".to_owned(),
        other => format!("the {other}"),
    }
}
