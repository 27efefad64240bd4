//! Correcting decisions: what is taught by it, asking again, and undoing it.

use super::branches;
use crate::chat::{Correction, Turn, TurnEvent, TurnId};
use crate::config::CategoryId;
use crate::engine::Command;
use crate::router::{Lesson, LessonId, RouteOverride, Scope};
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::panels::{About, OpenPanel};
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::text_width;

/// A digit in the history, or in front of the decision that a panel shows: it should have been that category. A panel that
/// shows no decision takes no digits: they would teach something about a prompt that is not in sight.
pub(super) fn correct_by_number(state: &mut State, index: usize, now: Now) -> Vec<Effect> {
    if state.panel.as_ref().is_some_and(|panel| !matches!(panel.about(), About::Decision(_))) {
        return Vec::new();
    }
    let categories = state.start.config.registry.categories();
    let Some(category) = categories.get(index).map(|category| category.id.clone()) else {
        state.tell(format!("No category {} (there are {})", index + 1, categories.len()), now);
        return Vec::new();
    };
    match state.decision_at_hand().map(Turn::id) {
        Some(id) => correct(state, id, category, now),
        None => nothing_decided(state, now),
    }
}

/// The decision of a turn should have been `category`; where that is what was decided, an earlier correction is taken
/// back, and what came of it unlearned.
pub(in crate::tui) fn correct(state: &mut State, id: TurnId, category: CategoryId, now: Now) -> Vec<Effect> {
    let Some(turn) = state.conversation.turn(id) else { return Vec::new() };
    let Some(decision) = &turn.decision else { return Vec::new() };
    if turn.category() == Some(&category) {
        state.tell(format!("Already {category}"), now);
        return Vec::new();
    }
    let right = decision.category == category;
    // The engine does the same with its own record: what follows up on this turn goes by what the user said.
    let correction = (!right).then(|| Correction { category: category.clone(), lesson: None });
    let named = turn.excerpt();
    state.conversation.apply(id, TurnEvent::Corrected(correction));
    if right {
        state.tell(format!("{named} is {category} again"), now);
    } else {
        state.cursor.note_correction(id);
    }
    vec![Effect::Engine(Command::Correct { turn: id, category, scope: Scope::Always, at: now.wall })]
}

/// The engine learned a correction.
pub(super) fn taught(state: &mut State, lesson: &Lesson, now: Now) {
    let text = learned(state, lesson);
    state.tell(text, now);
}

/// What was learned of which prompt, and what can be done now. Where that is too long for the screen, the prompt gives way.
fn learned(state: &State, lesson: &Lesson) -> String {
    // Ids below zero are those of lessons that no store has.
    let kept = if lesson.id < LessonId(0) { "Learned until you leave" } else { "Learned" };
    let keys = [(Action::AskAgain, "ask again"), (Action::UndoCorrection, "undo")].into_iter();
    let key = |(action, does)| Some(format!(" · {} {does}", state.start.keymap.key_in(state.context(), action)?));
    let keys: String = keys.filter_map(key).collect();
    let room = usize::from(state.regions().status.width.saturating_sub(2));
    let named = |chars| format!("{kept}: “{}” → {}{keys}", one_line(&lesson.prompt, chars), lesson.category);
    let mut texts = [40, 24, 12].map(named).into_iter();
    let shortest = format!("{kept}: {}{keys}", lesson.category);
    texts.find(|text| text_width(text) <= room).unwrap_or(shortest)
}

/// A lesson is no longer in force, nor is the correction from which it came.
pub(super) fn untaught(state: &mut State, lesson: LessonId, now: Now) {
    let of_lesson = |turn: &&Turn| turn.correction.as_ref().is_some_and(|it| it.lesson == Some(lesson));
    let turn = state.cursor.corrected().filter_map(|turn| state.conversation.turn(turn)).find(of_lesson);
    let known = turn.and_then(|turn| Some((turn.id(), turn.excerpt(), turn.decision.as_ref()?.category.clone())));
    let text = match known {
        Some((id, prompt, category)) => {
            state.conversation.apply(id, TurnEvent::Corrected(None));
            format!("Undone: {prompt} is {category} again")
        }
        None => "Undone".to_owned(),
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
        let corrected = turn.corrected().cloned();
        let route = corrected.map(|category| RouteOverride { category: Some(category), model: None });
        (turn.id(), route.unwrap_or_else(|| turn.route().clone()))
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
    let lesson = corrected.and_then(|turn| turn.correction.as_ref()?.lesson);
    let is_pending = |turn: &Turn| state.cursor.corrected().any(|id| id == turn.id());
    if lesson.is_none() && corrected.is_some_and(is_pending) {
        state.tell("Still learning · try again in a moment", now);
        return Vec::new();
    }
    undo_lesson(state, lesson, now)
}

/// Undoes a lesson, where there is one.
pub(in crate::tui) fn undo_lesson(state: &mut State, lesson: Option<LessonId>, now: Now) -> Vec<Effect> {
    // A later lesson about the same prompt has replaced the earlier one.
    let Some(lesson) = lesson.filter(|id| in_force(state, *id)) else {
        state.tell("Nothing to undo", now);
        return Vec::new();
    };
    vec![Effect::Engine(Command::Unteach { lesson, at: now.wall })]
}

/// The corrected turn that is pointed at; outside of the list of decisions, the one that was corrected last.
fn correction_at_hand(state: &State) -> Option<&Turn> {
    let looked_into = matches!(state.panel.as_ref().map(OpenPanel::about), Some(About::Decision(_)));
    let is_corrected = |turn: &&Turn| turn.correction.is_some();
    if looked_into || state.window.focus == Focus::Decisions {
        return state.decision_at_hand().filter(is_corrected);
    }
    state.cursor.corrected().find_map(|turn| state.conversation.turn(turn).filter(is_corrected))
}

/// Whether a lesson counts, as far as that is known here: a later one about the same prompt replaces it.
fn in_force(state: &State, id: LessonId) -> bool {
    state.lessons.as_ref().is_none_or(|lessons| lessons.iter().any(|lesson| lesson.id == id))
}

fn nothing_decided(state: &mut State, now: Now) -> Vec<Effect> {
    state.tell("Nothing routed yet", now);
    Vec::new()
}
