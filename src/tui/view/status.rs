//! The last row: what is going on, and the three most useful keys.

use crate::chat::{Ending, Finish, Retry, Stage, Turn};
use crate::engine::PersistenceStatus;
use crate::format::roughly;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::keys::Context;
use crate::tui::panels::why::decision::correction_key;
use crate::tui::panels::{Hint, PanelKind};
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::text_width;
use crate::tui::theme::Role;
use ratatui::layout::Rect;
use std::time::Duration;

/// The cells between two hints.
const HINT_GAP: usize = 3;

pub(super) fn draw(state: &State, area: Rect, canvas: &mut Canvas) {
    if area.height == 0 {
        return;
    }
    let area = Rect::new(area.x + 1, area.y, area.width.saturating_sub(2), 1);
    let (lamp, (left, role)) = activity(state, canvas.now);
    let room = usize::from(area.width).saturating_sub(text_width(&left) + 4);
    let hints = hints(state, room);
    let mut x = area.x;
    if let Some(lamp) = lamp {
        x = canvas.text(area, "● ", lamp);
    }
    let rest = Rect { x, width: area.right() - x, ..area };
    canvas.row(rest, (&left, role), ("", role));
    draw_hints(&hints, area, canvas);
}

/// The hints at the right edge: the key stands out, and a click does what it does.
fn draw_hints(hints: &[(Action, String, String)], area: Rect, canvas: &mut Canvas) {
    let width: usize = hints.iter().map(|(_, key, what)| text_width(key) + text_width(what) + 1 + HINT_GAP).sum();
    let mut x = area.right().saturating_sub(width.saturating_sub(HINT_GAP) as u16);
    for (action, key, what) in hints {
        let place = Rect { x, width: area.right().saturating_sub(x), ..area };
        let end =
            canvas.pieces(place, [(key.as_str(), Role::Key), (" ", Role::Text), (what.as_str(), Role::Secondary)]);
        canvas.click(Rect { x, width: end - x, ..area }, *action);
        x = end + HINT_GAP as u16;
    }
}

/// What is going on. A wait says what is waited for, for how long, and how to end it.
fn activity(state: &State, now: Duration) -> (Option<Role>, (String, Role)) {
    let Some(turn) = state.current() else {
        // What still comes in chats that are not in sight must not be forgotten.
        let elsewhere = state.other_chats.running.len();
        let provider = match elsewhere {
            0 => state.start.provider.clone(),
            _ => format!("{} · {elsewhere} still answering in other chats", state.start.provider),
        };
        let text = match state.window.focus {
            Focus::Transcript => format!("reading · {provider}"),
            Focus::Decisions => format!("history · {provider}"),
            Focus::Composer => provider,
        };
        return match &state.persistence {
            PersistenceStatus::Saved => (None, (text, Role::Secondary)),
            PersistenceStatus::Incognito => (Some(Role::Warning), (format!("incognito · {text}"), Role::Warning)),
            PersistenceStatus::Unsaved(_) => (Some(Role::Error), (format!("not saved · {text}"), Role::Error)),
        };
    };
    let key = |action| state.start.keymap.key(action);
    let stop =
        key(Action::Stop).filter(|_| state.panel.is_none()).map(|key| format!("   {key} stop")).unwrap_or_default();
    let elsewhere = key(Action::Open(PanelKind::Elsewhere)).filter(|_| turn.stage.retry().is_some());
    let elsewhere = elsewhere.map(|key| format!("   {key} other model")).unwrap_or_default();
    let hue = turn.category().map_or(Role::Accent, |category| state.hue(category));
    (Some(hue), (format!("{}{}{stop}{elsewhere}", doing(state, turn, now), silence(state, turn, now)), Role::Text))
}

/// A wait that is shorter needs no words about its end.
const LONG: Duration = Duration::from_secs(5);

fn doing(state: &State, turn: &Turn, now: Duration) -> String {
    let model = turn.model().map(ToString::to_string).unwrap_or_default();
    let in_stage = now.saturating_sub(state.stage_since);
    let waited = state.waited(now);
    if let Some(Retry { what, pause, .. }) = turn.stage.retry() {
        if !state.start.config.ui.motion {
            return format!("{what}, again after {}", roughly(*pause));
        }
        let left = pause.saturating_sub(in_stage).as_secs_f64().ceil();
        return format!("{what}, again in {left} s");
    }
    match &turn.stage {
        Stage::Deciding { judge: Some(judge) } => format!("choosing a category: asking {judge}{waited}"),
        Stage::Waiting { .. } if !turn.reasoning().is_empty() => format!("{model} is thinking{waited}"),
        Stage::Waiting { responding: true, .. } => format!("{model} is reading the prompt{waited}"),
        Stage::Waiting { .. } => format!("waiting for {model}{waited}"),
        Stage::Streaming => format!("{model} is answering"),
        Stage::Queued | Stage::Deciding { judge: None } | Stage::Ended(_) => {
            format!("choosing a category{waited}")
        }
    }
}

/// How long nothing has come, and when that is too long, once one begins to wonder.
fn silence(state: &State, turn: &Turn, now: Duration) -> String {
    let silent = now.saturating_sub(state.heard_at);
    let responding = match turn.stage {
        Stage::Waiting { responding, retry: None } => responding,
        Stage::Streaming => true,
        _ => return String::new(),
    };
    let Some(model) = turn.model().filter(|_| silent >= LONG) else { return String::new() };
    let config = &state.start.config;
    let timeouts = config.timeouts(config.address(model).provider);
    let begun = turn.stage == Stage::Streaming || !turn.reasoning().is_empty();
    let limit = match (begun, responding) {
        (true, _) => timeouts.idle,
        (false, true) => timeouts.first_token,
        (false, false) => timeouts.first_byte,
    };
    let nothing =
        if begun && config.ui.motion { format!(" · nothing for {} s", silent.as_secs()) } else { String::new() };
    // Without the seconds of the wait there is nothing that this would be a part of.
    let of = if config.ui.motion { " of" } else { " ·" };
    format!("{nothing}{of} at most {}", roughly(limit))
}

/// As many hints as there is room for, the most useful first.
fn hints(state: &State, room: usize) -> Vec<(Action, String, String)> {
    let keyed = |&(action, what): &Hint| Some((action, state.hint_key(action)?.to_string(), what.to_owned()));
    let numbers = (state.context() == Context::History).then(|| correcting(state)).flatten();
    let more = state.panel.as_ref().is_none_or(|panel| {
        let (width, height) = state.panel_room();
        panel.rows(state, width) > usize::from(height)
    });
    let wanted = incomplete(state).iter().chain(wanted(state)).filter(|(action, _)| more || *action != Action::Down);
    let (mut shown, mut width) = (Vec::new(), 0);
    for hint in numbers.into_iter().chain(wanted.filter_map(keyed)) {
        width += text_width(&hint.1) + 1 + text_width(&hint.2) + if shown.is_empty() { 0 } else { HINT_GAP };
        if width > room {
            break;
        }
        shown.push(hint);
    }
    shown
}

/// What can be done about the last turn, where it did not end well.
fn incomplete(state: &State) -> &'static [Hint] {
    let last = state.conversation.turns().last().filter(|_| state.panel.is_none() && state.composer.is_empty());
    match last.map(|turn| (&turn.stage, turn.answer().trim().is_empty())) {
        Some((Stage::Ended(Ending::Failed(_) | Ending::Interrupted), false)) => &[
            (Action::ContinueAnswer, "go on"),
            (Action::AskAgain, "ask again"),
            (Action::Open(PanelKind::Elsewhere), "another model"),
        ],
        Some((Stage::Ended(Ending::Answered(Finish::Length) | Ending::Stopped), false)) => {
            &[(Action::ContinueAnswer, "go on")]
        }
        Some((Stage::Ended(Ending::Failed(_) | Ending::Answered(_)), true)) => &[
            (Action::AskAgain, "ask again"),
            (Action::Open(PanelKind::Elsewhere), "another model"),
            (Action::Open(PanelKind::Why), "details"),
        ],
        _ => &[],
    }
}

/// The keys that correct the decision at hand, from the first category's to the last one's.
fn correcting(state: &State) -> Option<(Action, String, String)> {
    let count = state.start.config.registry.categories().len().min(9);
    let key = |index| correction_key(state, index);
    let (first, last) = (key(0)?, key(count.checked_sub(1)?)?);
    let keys = if count == 1 { first.to_string() } else { format!("{first}–{last}") };
    Some((Action::Open(PanelKind::Corrections), keys, "correct".to_owned()))
}

fn wanted(state: &State) -> &'static [Hint] {
    if let Some(panel) = &state.panel {
        return panel.hints(state);
    }
    if state.leader {
        return &[(Action::Stop, "cancel")];
    }
    match state.window.focus {
        Focus::Composer if state.draft.completion.is_open() => {
            &[(Action::Accept, "attach"), (Action::Down, "next"), (Action::Close, "close the list")]
        }
        Focus::Composer => {
            &[(Action::Send, "send"), (Action::Newline, "newline"), (Action::Open(PanelKind::Commands), "commands")]
        }
        Focus::Transcript => &[
            (Action::FocusComposer, "write"),
            (Action::CopyAnswer, "copy"),
            (Action::Open(PanelKind::Code), "code"),
            (Action::EditPrompt, "edit"),
            (Action::Open(PanelKind::Elsewhere), "other model"),
        ],
        Focus::Decisions => {
            &[(Action::Open(PanelKind::Why), "why"), (Action::AskAgain, "ask again"), (Action::UndoCorrection, "undo")]
        }
    }
}
