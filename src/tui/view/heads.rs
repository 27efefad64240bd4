//! The head of an answer: who answers, what the prompt was taken for, and how fast it came; where no sidebar stands beside
//! it, why, too. And the line that says that a model thought.

use crate::chat::{Stage, Timings, Turn};
use crate::format::{self, percent, roughly};
use crate::router::{Decider, Decision};
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::click::Click;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::theme::Role;
use ratatui::layout::Rect;
use std::time::Duration;

/// `qwen-3-32b  coding 99 % “Python” “function”                0.3 s · 84 t/s`
pub(super) fn answer(state: &State, turn: &Turn, place: Rect, canvas: &mut Canvas) {
    let right = pace(state, turn, canvas.now);
    let place = branches(state, turn, place, canvas);
    let shown = canvas.at_right(place, &right, Role::Secondary);
    let place = Rect { width: shown.x.saturating_sub(place.x + 1), ..place };
    let who = match (turn.model(), turn.decision.as_ref(), turn.stage.judge()) {
        (Some(model), Some(_), _) => model.to_string(),
        // Where it was imported from, or cut off, nothing was decided.
        _ if turn.is_over() => answered_by(turn),
        (None, _, Some(judge)) => format!("choosing a category: asking {judge}"),
        _ => "choosing a category".to_owned(),
    };
    let mut x = canvas.text(place, &ellipsis(&who, usize::from(place.width)), Role::Strong);
    let Some(decision) = turn.decision.as_ref().filter(|_| turn.model().is_some()) else { return };
    let category = turn.category().unwrap_or(&decision.category);
    let mark = if turn.correction.is_some() { " ✎" } else { "" };
    for (text, role) in [(format!("  {category}{mark}"), state.hue(category)), (why(state, decision), Role::Secondary)]
    {
        let rest = Rect { x, width: place.right().saturating_sub(x), ..place };
        if text_width(&text) <= usize::from(rest.width) {
            x = canvas.text(rest, &text, role);
        } else if role == Role::Secondary && rest.width > 12 {
            x = canvas.text(rest, &ellipsis(&text, usize::from(rest.width)), role);
        }
    }
    canvas.click(Rect { width: x.saturating_sub(place.x), ..place }, Click::Decision(turn.id()));
}

/// How sure the decision was, and what spoke for it, where no sidebar says so.
fn why(state: &State, decision: &Decision) -> String {
    if state.sidebar_shown() {
        return String::new();
    }
    let share = decision.confidence().map(|share| format!(" {}", percent(share))).unwrap_or_default();
    let words: Vec<&str> = decision.evidence.iter().map(String::as_str).take(3).collect();
    let because = match decision.decider {
        _ if !words.is_empty() => words.join(" · "),
        Decider::Override => "your choice".to_owned(),
        Decider::Default => "best guess".to_owned(),
        decider => format!("by {decider}"),
    };
    format!("{share}  {because}")
}

/// `‹ 2/3 ›` at the right edge, where a prompt was edited or asked again. Returns what is left of the row.
fn branches(state: &State, turn: &Turn, place: Rect, canvas: &mut Canvas) -> Rect {
    if !state.conversation.has_siblings(turn.id()) {
        return place;
    }
    let siblings = state.conversation.siblings(turn.id());
    let at = siblings.iter().position(|sibling| *sibling == turn.id()).map_or(1, |at| at + 1);
    let text = format!("‹ {at}/{} ›", siblings.len());
    let shown = canvas.at_right(place, &text, Role::Accent);
    let half = shown.width / 2;
    canvas.click(Rect { width: half, ..shown }, Click::Branch(turn.id(), -1));
    canvas.click(Rect { x: shown.x + half, width: shown.width - half, ..shown }, Click::Branch(turn.id(), 1));
    Rect { width: shown.x.saturating_sub(place.x + 2), ..place }
}

/// How long it takes, or how fast it was.
fn pace(state: &State, turn: &Turn, now: Duration) -> String {
    let waited = state.waited(now);
    match &turn.stage {
        Stage::Queued => String::new(),
        Stage::Waiting { .. } if !turn.reasoning().is_empty() => format!("thinking{waited}"),
        Stage::Deciding { .. } | Stage::Waiting { .. } => waited.trim_start_matches(" · ").to_owned(),
        Stage::Streaming | Stage::Ended(_) => speed(turn),
    }
}

/// What answered a turn that is over, as far as that is known.
fn answered_by(turn: &Turn) -> String {
    let decided = turn.decision.as_ref().map(Decision::model);
    turn.model().or(decided).map_or_else(|| "no answer".to_owned(), ToString::to_string)
}

/// `312 ms · 84 t/s`: the time to the first text, and the tokens a second after it when the endpoint counted them.
fn speed(turn: &Turn) -> String {
    let first = turn.timings().first_text.map(format::duration);
    let pace = tokens_per_second(turn).map(|pace| format!("{pace:.0} t/s"));
    first.into_iter().chain(pace).collect::<Vec<_>>().join(" · ")
}

/// The tokens a second behind the first text.
pub(super) fn tokens_per_second(turn: &Turn) -> Option<f64> {
    let Timings { first_text: first, total, .. } = turn.timings();
    let seconds = total?.saturating_sub(first?).as_secs_f64();
    let tokens = turn.usage()?.completion_tokens;
    // What came almost at once was not generated at that pace, only delivered.
    (seconds > 0.1 && tokens > 1).then(|| tokens as f64 / seconds)
}

/// `▾ thought for 4 s`: whether it is open, what became of it, and which key opens it.
pub(super) fn thought(state: &State, turn: &Turn, place: Rect, canvas: &mut Canvas) {
    let open = state.transcript.is_open(turn);
    let words = match turn.thought() {
        Some(thought) => format!("thought for {}", roughly(thought)),
        None if turn.is_over() || !turn.answer().is_empty() => "thought".to_owned(),
        None => "thinking".to_owned(),
    };
    let key = state.start.keymap.key(Action::ToggleReasoning);
    let key = key.map(|key| format!("{key} {}", if open { "closes" } else { "opens" })).unwrap_or_default();
    let text = format!("{} {words}", if open { '▾' } else { '▸' });
    canvas.row(place, (&text, Role::Secondary), (&key, Role::Secondary));
    canvas.click(place, Click::Thought(turn.id()));
}
