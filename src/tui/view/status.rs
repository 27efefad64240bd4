//! The last row: what is going on, and the most useful keys.

use crate::chat::{Ending, Finish, Retry, Stage, Turn};
use crate::engine::PersistenceStatus;
use crate::tui::action::Action;
use crate::tui::keys::Context;
use crate::tui::panels::why::decision::correction_key;
use crate::tui::panels::{Hint, PanelKind};
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::{paint, text_width};
use crate::tui::text::wrap::Wrapped;
use crate::tui::theme::Styles;
use crate::tui::widgets::row;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};
use std::time::Duration;

/// So many rows above the last one a notice takes at most: what is written must stay in sight.
const NOTICE: usize = 3;

pub(super) fn draw(state: &State, styles: &Styles, now: Duration, area: Rect, buf: &mut Buffer) {
    if area.height == 0 {
        return;
    }
    let area = Rect::new(area.x + 1, area.y, area.width.saturating_sub(2), 1);
    let (left, style) = activity(state, styles, now);
    let left = if state.notice.is_some() { above(&left, style, area, buf) } else { left };
    let room = usize::from(area.width).saturating_sub(text_width(&left) + 2);
    // A notice has the whole row: half of it would not help.
    let hints = if state.notice.is_some() { String::new() } else { hints(state, room) };
    row(buf, area, (&left, style), (&hints, styles.dim));
}

/// A notice that one row does not hold stands over the rows above it, but for its last row, which is given back.
fn above(text: &str, style: Style, area: Rect, buf: &mut Buffer) -> String {
    let wrapped = Wrapped::new(text, usize::from(area.width));
    let more = wrapped.len().saturating_sub(1).min(NOTICE).min(usize::from(area.y));
    for row in 0..more {
        let place = Rect { y: area.y - (more - row) as u16, ..area };
        Clear.render(place, buf);
        paint(buf, place, wrapped.row(text, row), style);
    }
    text.get(wrapped.range(more).start..).unwrap_or_default().to_owned()
}

/// What is going on. A wait says what is waited for, for how long, and how to end it.
fn activity(state: &State, styles: &Styles, now: Duration) -> (String, Style) {
    if let Some(notice) = &state.notice {
        return (notice.text.clone(), styles.notice);
    }
    let Some(turn) = state.current() else {
        // What still comes in chats that are not in sight must not be forgotten.
        let elsewhere = state.other_chats.running.len();
        let provider = &match elsewhere {
            0 => state.start.provider.clone(),
            _ => format!("{} · {elsewhere} still answering in other chats", state.start.provider),
        };
        return match &state.persistence {
            PersistenceStatus::Saved => (provider.clone(), styles.dim),
            PersistenceStatus::Incognito => (format!("incognito · {provider}"), styles.notice),
            PersistenceStatus::Unsaved(_) => (format!("not kept · {provider}"), styles.error),
        };
    };
    let key = |action| state.start.keymap.key(action);
    let stop = key(Action::Stop).map(|key| format!(" · {key} stops")).unwrap_or_default();
    let elsewhere = key(Action::Open(PanelKind::Elsewhere)).filter(|_| turn.stage.retry().is_some());
    let elsewhere = elsewhere.map(|key| format!(" · {key} another model")).unwrap_or_default();
    (format!("{}{stop}{elsewhere}{}", doing(state, turn, now), silence(state, turn, now)), styles.notice)
}

/// A wait that is shorter needs no words about its end.
const LONG: Duration = Duration::from_secs(5);

fn doing(state: &State, turn: &Turn, now: Duration) -> String {
    let model = turn.model().map(ToString::to_string).unwrap_or_default();
    let in_stage = now.saturating_sub(state.stage_since);
    let waited = in_stage.as_secs();
    if let Some(Retry { what, pause, .. }) = turn.stage.retry() {
        let left = pause.saturating_sub(in_stage).as_secs_f64().ceil();
        return format!("{what}, again in {left} s");
    }
    match &turn.stage {
        Stage::Deciding { judge: Some(judge) } => format!("asking {judge} for the category · {waited} s"),
        Stage::Waiting { .. } if !turn.reasoning().is_empty() => format!("{model} is thinking"),
        Stage::Waiting { responding: true, .. } => format!("{model} has the prompt · {waited} s"),
        Stage::Waiting { .. } => format!("waiting for {model} · {waited} s"),
        Stage::Streaming => format!("{model} answers"),
        Stage::Queued | Stage::Deciding { judge: None } | Stage::Ended(_) => format!("deciding · {waited} s"),
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
    let nothing = if begun { format!(" · nothing for {} s", silent.as_secs()) } else { String::new() };
    format!("{nothing} · given up after {} s", limit.as_secs())
}

/// As many hints as there is room for, the most useful first.
fn hints(state: &State, room: usize) -> String {
    if state.leader {
        let hints = state.leader_hints().into_iter().map(|(letter, title)| format!("{letter} {title}"));
        return crate::tui::text::cells::ellipsis(&hints.collect::<Vec<_>>().join(" · "), room);
    }
    let mut line = String::new();
    let keyed = |&(action, what): &Hint| state.hint_key(action).map(|key| format!("{key} {what}"));
    let numbers = (state.context() == Context::History).then(|| correcting(state)).flatten();
    let wanted = incomplete(state).iter().chain(wanted(state));
    for hint in numbers.into_iter().chain(wanted.filter_map(keyed)) {
        let longer = if line.is_empty() { hint } else { format!("{line} · {hint}") };
        if text_width(&longer) > room {
            break;
        }
        line = longer;
    }
    line
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
fn correcting(state: &State) -> Option<String> {
    let count = state.start.config.registry.categories().len().min(9);
    let key = |index| correction_key(state, index);
    let (first, last) = (key(0)?, key(count.checked_sub(1)?)?);
    Some(if count == 1 { format!("{first} correct") } else { format!("{first}–{last} correct") })
}

fn wanted(state: &State) -> &'static [Hint] {
    if let Some(panel) = &state.panel {
        return panel.hints(state);
    }
    match state.window.focus {
        Focus::Composer if state.draft.completion.is_open() => {
            &[(Action::Accept, "attach"), (Action::Down, "next"), (Action::Close, "close the list")]
        }
        Focus::Composer if !state.sidebar_shown() => &[
            (Action::Send, "send"),
            (Action::Open(PanelKind::Help), "help"),
            (Action::ToggleSidebar, "why"),
            (Action::Open(PanelKind::Models), "model"),
            (Action::Open(PanelKind::Commands), "commands"),
        ],
        Focus::Composer => &[
            (Action::Send, "send"),
            (Action::Open(PanelKind::Help), "help"),
            (Action::Open(PanelKind::Models), "model"),
            (Action::Open(PanelKind::Chats), "chats"),
            (Action::Open(PanelKind::Commands), "commands"),
            (Action::Newline, "newline"),
        ],
        Focus::Transcript => &[
            (Action::FocusComposer, "write"),
            (Action::CopyAnswer, "copy"),
            (Action::Open(PanelKind::Code), "code"),
            (Action::EditPrompt, "edit"),
            (Action::Open(PanelKind::Elsewhere), "ask another model"),
            (Action::NextBranch, "other branch"),
            (Action::Bottom, "latest"),
            (Action::Open(PanelKind::Help), "help"),
        ],
        Focus::Decisions => &[
            (Action::AskAgain, "ask again"),
            (Action::UndoCorrection, "undo"),
            (Action::Open(PanelKind::Why), "why"),
            (Action::FocusNext, "write"),
            (Action::Open(PanelKind::Help), "help"),
        ],
    }
}
