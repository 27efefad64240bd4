//! Correcting decisions: what is taught by it, asking again, and undoing it.

use super::branches;
use crate::chat::TurnId;
use crate::config::CategoryId;
use crate::engine::Command;
use crate::router::{Lesson, LessonId, RouteOverride, Scope};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::panels::{About, OpenPanel};
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::text_width;

/// A digit in the history: the decision at hand should have been that category.
pub(super) fn correct_by_number(state: &mut State, index: usize, now: Now) -> Vec<Effect> {
    let categories = state.start.config.registry.categories();
    let Some(category) = categories.get(index).map(|category| category.id.clone()) else {
        state.tell(format!("there are {} categories; the configuration can have more", categories.len()), now);
        return Vec::new();
    };
    match state.decision_at_hand().map(|turn| turn.id) {
        Some(id) => correct(state, id, category, now),
        None => nothing_decided(state, now),
    }
}

/// The decision of a turn should have been `category`.
pub(in crate::tui) fn correct(state: &mut State, id: TurnId, category: CategoryId, now: Now) -> Vec<Effect> {
    let Some(known) = state.conversation.turn(id).and_then(|turn| state.routes.category(turn)) else {
        return Vec::new();
    };
    if *known == category {
        state.tell(format!("it is {category} already"), now);
        return Vec::new();
    }
    // The engine does the same with its own record: what follows up on this turn goes by what the user said.
    let right = decided(state, id).is_some_and(|decided| *decided == category);
    state.conversation.correct(id, Some(category.clone()).filter(|_| !right));
    if right {
        return withdraw(state, id, &category, now);
    }
    state.routes.correct(id, category.clone());
    vec![Effect::Engine(Command::Correct { turn: id, category, scope: Scope::Always, at: now.wall })]
}

/// The decision was right after all: what was taught by correcting it is undone, and nothing new is taught.
fn withdraw(state: &mut State, id: TurnId, category: &CategoryId, now: Now) -> Vec<Effect> {
    let lesson = state.routes.withdraw(id).filter(|lesson| in_force(state, *lesson));
    state.tell(format!("{category} again, as it was decided"), now);
    lesson.map(|lesson| Effect::Engine(Command::Unteach { lesson, at: now.wall })).into_iter().collect()
}

/// The engine learned a correction. One that was taken back meanwhile is undone at once.
pub(super) fn taught(state: &mut State, lesson: &Lesson, now: Now) -> Vec<Effect> {
    let State { routes, conversation, .. } = state;
    if !routes.taught(lesson, |id| conversation.turn(id).map(|turn| &*turn.prompt)) {
        return vec![Effect::Engine(Command::Unteach { lesson: lesson.id, at: now.wall })];
    }
    let text = learned(state, lesson);
    state.tell(text, now);
    Vec::new()
}

/// What was learned and what can be done now. Where that is too long for the screen, the keys come first: they would be
/// cut off.
fn learned(state: &State, lesson: &Lesson) -> String {
    let key = |action| state.start.keymap.key_in(state.context(), action);
    // Ids below zero are those of lessons that no store has.
    let kept = if lesson.id < LessonId(0) { "learned until you leave" } else { "learned" };
    let what = format!("{kept}: prompts like this are {} now", lesson.category);
    let (mut long, mut keys) = (what.clone(), String::new());
    for (action, does, short) in [(Action::AskAgain, "asks again", "again"), (Action::UndoCorrection, "undoes", "undo")]
    {
        if let Some(key) = key(action) {
            long = format!("{long} · {key} {does}");
            keys = format!("{keys}{key} {short} · ");
        }
    }
    let room = usize::from(state.regions().status.width.saturating_sub(2));
    let shortest = format!("{keys}{kept}: {}", lesson.category);
    [long, format!("{keys}{what}")].into_iter().find(|text| text_width(text) <= room).unwrap_or(shortest)
}

/// A lesson is no longer in force.
pub(super) fn untaught(state: &mut State, lesson: LessonId, now: Now) {
    let text = match state.routes.untaught(lesson) {
        Some((id, category)) => {
            state.conversation.correct(id, None);
            format!("undone: the lesson about {category} is gone")
        }
        None => "undone: the lesson is gone".to_owned(),
    };
    state.tell(text, now);
}

/// Asks the prompt of the decision at hand again, as the category that the user takes it for.
pub(super) fn ask_again(state: &mut State, now: Now) -> Vec<Effect> {
    let reading = state.panel.is_none() && state.window.focus != Focus::Decisions;
    if reading && let Some(effects) = branches::ask_waiting(state, now) {
        return effects;
    }
    // While one reads, it is about the prompt at hand.
    let at_hand = state.turn_at_hand().filter(|_| reading && state.window.focus == Focus::Transcript);
    let asked = at_hand.or_else(|| state.decision_at_hand()).map(|turn| {
        // As corrected; where nothing was, as it was asked.
        let corrected = state.routes.correction(turn.id).or(turn.corrected.as_ref()).cloned();
        let route = corrected.map(|category| RouteOverride { category: Some(category), model: None });
        (turn.id, route.unwrap_or_else(|| turn.route.clone()))
    });
    let Some((turn, route)) = asked else {
        return nothing_decided(state, now);
    };
    state.panel = None;
    branches::ask_again(state, turn, route, now)
}

/// Undoes the lesson that came of a correction.
pub(super) fn undo(state: &mut State, now: Now) -> Vec<Effect> {
    let corrected = correction_at_hand(state);
    let lesson = corrected.and_then(|id| state.routes.lesson(id).or_else(|| earlier_lesson(state, id)));
    if corrected.is_some() && lesson.is_none() {
        state.tell("it is still being learned; again in a moment", now);
        return Vec::new();
    }
    undo_lesson(state, lesson, now)
}

/// Undoes a lesson, where there is one.
pub(in crate::tui) fn undo_lesson(state: &mut State, lesson: Option<LessonId>, now: Now) -> Vec<Effect> {
    // A later lesson about the same prompt has replaced the earlier one.
    let Some(lesson) = lesson.filter(|id| in_force(state, *id)) else {
        state.tell("there is no correction here that could be undone", now);
        return Vec::new();
    };
    vec![Effect::Engine(Command::Unteach { lesson, at: now.wall })]
}

/// The correction of the decision that is pointed at; outside of the history, the latest correction.
fn correction_at_hand(state: &State) -> Option<TurnId> {
    let looked_into = matches!(state.panel.as_ref().map(OpenPanel::about), Some(About::Decision(_)));
    if looked_into || state.window.focus == Focus::Decisions {
        let id = state.decision_at_hand()?.id;
        return state.conversation.turn(id)?.corrected.as_ref().map(|_| id);
    }
    state.routes.corrected_last()
}

/// The lesson that came of a correction in an earlier run.
fn earlier_lesson(state: &State, id: TurnId) -> Option<LessonId> {
    let turn = state.conversation.turn(id)?;
    let about = |lesson: &&Lesson| lesson.prompt == turn.prompt && Some(&lesson.category) == turn.corrected.as_ref();
    state.lessons.iter().rev().find(about).map(|lesson| lesson.id)
}

/// What the decision of a turn was, whatever the user said since.
fn decided(state: &State, id: TurnId) -> Option<&CategoryId> {
    let decision = state.conversation.turn(id)?.decision.as_ref()?;
    Some(&decision.category)
}

/// Whether a lesson counts: a later one about the same prompt replaces it.
fn in_force(state: &State, id: LessonId) -> bool {
    state.lessons.iter().any(|lesson| lesson.id == id)
}

fn nothing_decided(state: &mut State, now: Now) -> Vec<Effect> {
    state.tell("nothing was decided yet", now);
    Vec::new()
}
