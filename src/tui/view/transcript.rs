//! The conversation.
//!
//! ```text
//! ╭ Merge two lists in Python ─────────────────────╮
//! │ You                                      12:01 │
//! │ Write a Python function to merge two lists     │
//! │                                                │
//! │ qwen-3-32b · coding           312 ms · 84 t/s  │
//! │ def merge_sorted(a, b):                        │
//! ╰────────────────────────────────── ↓ 12 more ───╯
//! ```

use super::picture;
use super::rows::{bytes_of, mark, paint_plain, paint_row};
use crate::chat::{Stage, Timings, Turn, TurnId};
use crate::format::{self, roughly};
use crate::router::Decision;
use crate::store::ChatRow;
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::clock::{wall, when};
use crate::tui::layout::Regions;
use crate::tui::panels::PanelKind;
use crate::tui::state::{BlockId, Content, Focus, Part, State, VisibleRow, failed};
use crate::tui::text::cells::paint;
use crate::tui::text::highlight::Run;
use crate::tui::text::row::Row;
use crate::tui::text::style::TextRole;
use crate::tui::text::wrap::Wrapped;
use crate::tui::theme::Styles;
use crate::tui::widgets::{frame, more_or_less_below, row, rows_of};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::time::Duration;

pub(super) fn draw(state: &State, styles: &Styles, now: Duration, regions: &Regions, buf: &mut Buffer) {
    if regions.transcript_framed() {
        let title = state.title.as_deref().map_or_else(|| "New chat".to_owned(), |title| one_line(title, 80));
        let style = if state.window.focus == Focus::Transcript { styles.frame_focused } else { styles.frame };
        frame(buf, regions.transcript, style, (&title, styles.strong), ("", styles.dim));
    }
    let focused = state.window.focus == Focus::Transcript && state.panel.is_none();
    let area = regions.transcript_text();
    let turns = state.conversation.turns();
    if turns.is_empty() {
        welcome(state, styles, now, area, buf);
    }
    for (line, place) in state.transcript.visible(turns).zip(rows_of(area)) {
        let turn = &turns[line.turn];
        match line.part {
            Part::PromptHead => {
                let time = when(turn.asked_at(), state, wall(state, now));
                let right = format!("{}{time}", branches(state, turn));
                let at_hand = focused && state.transcript.turn_at_hand() == Some(turn.id());
                let (who, style) = if at_hand { ("▸ You", styles.chosen) } else { ("You", styles.accent) };
                row(buf, place, (who, style), (&right, styles.dim));
            }
            Part::AnswerHead => answer_head(state, turn, styles, now, place, buf),
            Part::Thought => thought(state, turn, styles, now, place, buf),
            Part::Prompt | Part::Reasoning | Part::Answer | Part::Remarks => match line.content {
                Content::Plain(text, _) if line.part == Part::Remarks => {
                    let style = if failed(turn) { styles.error } else { styles.dim };
                    paint(buf, place, text, style);
                }
                Content::Plain(text, _) => {
                    let role = if line.part == Part::Reasoning { TextRole::Dim } else { TextRole::Text };
                    paint_plain(buf, place, text, role.into(), styles);
                }
                Content::Styled(row) => paint_row(buf, place, row, colours(state, turn, row), styles),
                Content::Head | Content::File(_) | Content::Picture { .. } => {}
            },
            Part::Files => picture::draw(state, turn, line.content, styles, place, buf),
            Part::Gap => {}
        }
        mark_found(state, turn.id(), &line, styles, place, buf);
    }
    let (below, estimated) = state.transcript.rows_below();
    more_or_less_below(below, estimated, styles, regions.transcript, buf);
}

/// What is selected in a row, and what is searched.
fn mark_found(state: &State, turn: TurnId, line: &VisibleRow, styles: &Styles, place: Rect, buf: &mut Buffer) {
    let Some(bytes) = bytes_of(line.content) else { return };
    if let Some(search) = &state.marks.search {
        for hit in search.hits_in(turn, line.part, &bytes) {
            let style = if search.hit() == Some(hit) { styles.found_here } else { styles.found };
            mark(buf, place, line.content, &hit.bytes, style);
        }
    }
    if let Some(selected) = state.marks.selection.as_ref().and_then(|selection| selection.bytes(turn, line.part)) {
        mark(buf, place, line.content, &selected, styles.selected);
    }
}

/// The colours of the line of code that a row shows, as far as they are known.
fn colours<'a>(state: &'a State, turn: &Turn, row: &Row) -> Option<&'a [Run]> {
    let code = row.code?;
    state.marks.colours.line(&BlockId { turn: turn.id(), at: code.block as usize }, code.line as usize)
}

/// `‹ 2/3 ›` where a prompt was edited or asked again: which of the branches this is.
fn branches(state: &State, turn: &Turn) -> String {
    if !state.conversation.has_siblings(turn.id()) {
        return String::new();
    }
    let siblings = state.conversation.siblings(turn.id());
    let at = siblings.iter().position(|sibling| *sibling == turn.id()).map_or(1, |at| at + 1);
    format!("‹ {at}/{} › · ", siblings.len())
}

fn answer_head(state: &State, turn: &Turn, styles: &Styles, now: Duration, place: Rect, buf: &mut Buffer) {
    let waited = now.saturating_sub(state.stage_since);
    let category = turn.decision.as_ref().map(|decision| decision.category.as_str());
    let who = match (turn.model(), category, turn.stage.judge()) {
        (Some(model), Some(category), _) => format!("{model} · {category}{}", besides(state, turn)),
        // Where it was imported from, or cut off, nobody decided.
        _ if turn.is_over() => who_answered(turn),
        (None, _, Some(judge)) => format!("{judge} is asked which category this is"),
        _ => "deciding".to_owned(),
    };
    let right = match &turn.stage {
        Stage::Queued => String::new(),
        Stage::Deciding { .. } | Stage::Waiting { .. } => format!("{} s", waited.as_secs()),
        Stage::Streaming | Stage::Ended(_) => speed(turn),
    };
    row(buf, place, (&who, styles.strong), (&right, styles.dim));
}

/// `▾ thought for 4 s`: whether it is open, what became of it, and which key opens it.
fn thought(state: &State, turn: &Turn, styles: &Styles, now: Duration, place: Rect, buf: &mut Buffer) {
    let open = state.transcript.is_open(turn);
    let words = match turn.thought() {
        Some(thought) => format!("thought for {}", roughly(thought)),
        None if turn.is_over() || !turn.answer().is_empty() => "thought".to_owned(),
        None => format!("thinking · {} s", now.saturating_sub(state.stage_since).as_secs()),
    };
    let key = state
        .start
        .keymap
        .key(Action::ToggleReasoning)
        .map(|key| format!("{key} {}", if open { "closes" } else { "opens" }));
    let text = format!("{} {words}", if open { '▾' } else { '▸' });
    row(buf, place, (&text, styles.dim), (&key.unwrap_or_default(), styles.dim));
}

/// Who answered a turn that is over, as far as that is known.
fn who_answered(turn: &Turn) -> String {
    let decided = turn.decision.as_ref().map(Decision::model);
    turn.model().or(decided).map_or_else(|| "no answer".to_owned(), ToString::to_string)
}

/// What else the head of an answer has to say: who decided, where no sidebar tells it.
fn besides(state: &State, turn: &Turn) -> String {
    let decision = turn.decision.as_ref().filter(|_| !state.sidebar_shown());
    decision.map(|decision| format!(" · by {}", decision.decider)).unwrap_or_default()
}

/// `312 ms · 84 t/s`: the time to the first text, and the tokens a second after it when the endpoint counted them.
fn speed(turn: &Turn) -> String {
    let Timings { first_text: first, total, .. } = turn.timings();
    let mut parts: Vec<String> = first.map(format::duration).into_iter().collect();
    if let (Some(first), Some(total), Some(usage)) = (first, total, turn.usage()) {
        let seconds = total.saturating_sub(first).as_secs_f64();
        // What came almost at once was not generated at that pace, only delivered.
        if seconds > 0.1 && usage.completion_tokens > 1 {
            parts.push(format!("{:.0} t/s", usage.completion_tokens as f64 / seconds));
        }
    }
    parts.join(" · ")
}

/// What one can go on with.
fn go_on(state: &State, offer: &ChatRow, now: Duration) -> String {
    let key = |action| state.start.keymap.key(action).map(ToString::to_string).unwrap_or_default();
    let how = if offer.interrupted { "it was interrupted" } else { "as you left it" };
    format!(
        "{} on an empty line continues “{}”, {how} ({}, {}). {} lists all chats.",
        key(Action::Send),
        one_line(&offer.head.title, 60),
        format::count(offer.turns, "turn"),
        when(offer.updated_at, state, wall(state, now)),
        key(Action::Open(PanelKind::Chats)),
    )
}

/// Three lines for the first minute: what this is, who answers and why, what to press; and what one can go on with.
fn welcome(state: &State, styles: &Styles, now: Duration, area: Rect, buf: &mut Buffer) {
    let keymap = &state.start.keymap;
    let key = |action| keymap.key(action).map(ToString::to_string).unwrap_or_default();
    let (send, help, models) =
        (key(Action::Send), key(Action::Open(PanelKind::Help)), key(Action::Open(PanelKind::Models)));
    let lines = [
        ("pointsman sends each prompt to the model that should answer it.".to_owned(), styles.strong),
        (state.start.connection.clone(), styles.text),
        (format!("Type and press {send}. {help} shows all keys, {models} chooses a model."), styles.dim),
    ];
    let offer = state.other_chats.offer.as_ref().map(|offer| (go_on(state, offer, now), styles.notice));
    let lines: Vec<_> = lines.into_iter().chain(offer).collect();
    let lines = lines.into_iter().map(|(text, style)| (Wrapped::new(&text, usize::from(area.width)), text, style));
    let lines: Vec<_> = lines.collect();
    let rows: usize = lines.iter().map(|(wrapped, ..)| wrapped.len()).sum();
    let air = rows + lines.len() <= usize::from(area.height);
    let mut places = rows_of(area);
    for (wrapped, text, style) in lines {
        for index in 0..wrapped.len() {
            if let Some(place) = places.next() {
                paint(buf, place, wrapped.row(&text, index), style);
            }
        }
        if air {
            places.next();
        }
    }
}
