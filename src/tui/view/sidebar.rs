//! The decision of the selected turn, and the history of all decisions of this run.
//!
//! ```text
//! ╭ Route ────────────────────╮
//! │ ● coding                  │
//! │   reasoning               │
//! │ qwen-3-32b · oxlo         │
//! │ by judge in 312 ms        │
//! │ deepseek-v3.2 says coding │
//! ├ History ──────────────────┤
//! │ 12:01 coding qwen-3 1.9 s │
//! ╰───────────────────────────╯
//! ```

use super::{frame, row, rows_of};
use crate::engine::{Ending, Stage, Turn};
use crate::human;
use crate::router::{Decider, Decision};
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::{ellipsis, paint, text_width};
use crate::tui::text::wrap::Wrapped;
use crate::tui::theme::Styles;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::time::Duration;

pub(super) fn draw(state: &State, styles: &Styles, now: Duration, area: Rect, buf: &mut Buffer) {
    if area.width < 12 || area.height < 3 {
        return;
    }
    let shown = state.shown_turn();
    let lines = |short| match shown {
        Some(turn) => route_lines(state, turn, styles, now, short),
        None => vec![Line::plain("No decision yet", styles.dim)],
    };
    let focused = state.focus == Focus::History;
    let style = if focused { styles.frame_focused } else { styles.frame };
    let inside = frame(buf, area, style, ("Route", styles.strong), ("", styles.dim));
    let history = match inside.height {
        10.. => 5,
        5.. => 3,
        _ => 0,
    };
    let most = inside.height - history;
    let width = usize::from(inside.width);
    let height = |lines: &[Line]| lines.iter().map(|line| line.rows(width)).sum::<usize>() as u16;
    let whole = lines(false);
    let lines = if height(&whole) > most { lines(true) } else { whole };
    let wanted = height(&lines);
    let route = Rect { height: wanted.min(most), ..inside };
    paint_lines(&lines, route, buf);
    let below = inside.height - route.height;
    if below >= 2 {
        let divider = Rect::new(area.x, route.bottom(), area.width, 1);
        divide(buf, divider, style, ("History", styles.strong));
        draw_history(state, styles, Rect::new(inside.x, divider.y + 1, inside.width, below - 1), buf);
    }
}

/// A line across a frame, with a title.
fn divide(buf: &mut Buffer, area: Rect, style: Style, title: (&str, Style)) {
    let line = format!("├{}┤", "─".repeat(usize::from(area.width.saturating_sub(2))));
    paint(buf, area, &line, style);
    let title_area = Rect::new(area.x + 1, area.y, area.width.saturating_sub(2), 1);
    paint(buf, title_area, &format!(" {} ", title.0), title.1);
}

/// Text on the left, more on the right; the left part may take several rows.
struct Line {
    left: String,
    left_style: Style,
    right: String,
    right_style: Style,
}

impl Line {
    fn plain(text: impl Into<String>, style: Style) -> Self {
        Self { left: text.into(), left_style: style, right: String::new(), right_style: style }
    }

    fn rows(&self, width: usize) -> usize {
        if self.right.is_empty() { Wrapped::new(&self.left, width).len().max(1) } else { 1 }
    }
}

fn paint_lines(lines: &[Line], area: Rect, buf: &mut Buffer) {
    let mut places = rows_of(area);
    for line in lines {
        if line.right.is_empty() {
            let wrapped = Wrapped::new(&line.left, usize::from(area.width));
            for index in 0..wrapped.len().max(1) {
                let Some(place) = places.next() else { return };
                paint(buf, place, wrapped.row(&line.left, index), line.left_style);
            }
        } else {
            let Some(place) = places.next() else { return };
            row(buf, place, (&line.left, line.left_style), (&line.right, line.right_style));
        }
    }
}

/// What there is to say about a decision. The short form leaves out the categories that were not chosen.
fn route_lines(state: &State, turn: &Turn, styles: &Styles, now: Duration, short: bool) -> Vec<Line> {
    let Some(decision) = &turn.decision else {
        let waited = now.saturating_sub(state.stage_since).as_secs();
        let who = turn.judge.as_ref().map_or_else(|| "deciding".to_owned(), |judge| format!("asking {judge}"));
        return vec![Line::plain(format!("{who} · {waited} s"), styles.notice)];
    };
    let mut lines = category_lines(state, decision, styles, short);
    let model = turn.model.as_ref().unwrap_or_else(|| decision.model());
    lines.push(Line::plain(format!("{model} · {}", decision.provider()), styles.strong));
    lines.push(Line::plain(by_line(decision), styles.text));
    lines.push(Line::plain(decision.reason.clone(), styles.dim));
    let fallbacks: Vec<&str> = decision.candidates.iter().skip(1).map(|candidate| candidate.model.as_str()).collect();
    if !fallbacks.is_empty() {
        lines.push(Line::plain(format!("then {}", fallbacks.join(", ")), styles.dim));
    }
    lines.extend(timing_lines(turn, styles));
    lines
}

/// All categories, the chosen one marked; with bars where the decider gives probabilities.
fn category_lines(state: &State, decision: &Decision, styles: &Styles, short: bool) -> Vec<Line> {
    let line = |id: &crate::config::CategoryId| {
        let chosen = *id == decision.category;
        // A judge knows only how sure it is of its own choice.
        let known = decision.probabilities.iter().find(|(known, _)| known == id).map(|(_, probability)| *probability);
        let right = known.map(|p| format!("{:10} {:3.0} %", bar(p), p * 100.0)).unwrap_or_default();
        let style = if chosen { styles.chosen } else { styles.dim };
        Line {
            left: format!("{} {id}", if chosen { "●" } else { " " }), left_style: style, right, right_style: style
        }
    };
    let ids = state.start.config.registry.categories().iter().map(|category| &category.id);
    ids.filter(|id| !short || **id == decision.category).map(line).collect()
}

fn bar(probability: f64) -> String {
    "▇".repeat((probability.clamp(0.0, 1.0) * 10.0).round() as usize)
}

/// `by judge in 312 ms · 1 request`.
fn by_line(decision: &Decision) -> String {
    let requests = match decision.requests {
        0 => String::new(),
        1 => " · 1 request".to_owned(),
        more => format!(" · {more} requests"),
    };
    match decision.decider {
        Decider::Override => "by you".to_owned(),
        decider => format!("by {decider} in {}{requests}", human::duration(decision.elapsed)),
    }
}

fn timing_lines(turn: &Turn, styles: &Styles) -> Vec<Line> {
    let mut lines = Vec::new();
    match &turn.stage {
        Stage::Ended(Ending::Failed(_)) => lines.push(Line::plain("failed", styles.error)),
        Stage::Ended(Ending::Stopped) => lines.push(Line::plain("stopped by you", styles.dim)),
        _ => {}
    }
    let timings = [("first text", turn.timings.first_text), ("answer", turn.timings.total)];
    for (name, time) in timings {
        if let Some(time) = time {
            lines.push(Line {
                left: name.to_owned(),
                left_style: styles.dim,
                right: human::duration(time),
                right_style: styles.text,
            });
        }
    }
    if let Some(usage) = turn.usage {
        lines.push(Line {
            left: "tokens".to_owned(),
            left_style: styles.dim,
            right: format!("{} + {}", usage.prompt_tokens, usage.completion_tokens),
            right_style: styles.text,
        });
    }
    lines
}

fn draw_history(state: &State, styles: &Styles, inside: Rect, buf: &mut Buffer) {
    let focused = state.focus == Focus::History;
    // Without a selection the first line, the latest decision, is the one that is shown above.
    let selected = state.routes.selected();
    let at = selected.and_then(|id| state.decided().position(|turn| turn.id == id)).unwrap_or(0);
    let first = (at + 1).saturating_sub(usize::from(inside.height));
    let marked = (focused || selected.is_some()).then_some(at);
    for ((index, turn), place) in state.decided().enumerate().skip(first).zip(rows_of(inside)) {
        history_row(state, turn, styles, marked == Some(index), place, buf);
    }
}

fn history_row(state: &State, turn: &Turn, styles: &Styles, selected: bool, place: Rect, buf: &mut Buffer) {
    let Some(decision) = &turn.decision else { return };
    let time = turn.asked_at.to_zoned(state.start.timezone.clone()).strftime("%H:%M").to_string();
    let mark = match (&turn.stage, decision.decider) {
        (Stage::Ended(Ending::Failed(_)), _) => "✗",
        (_, Decider::Override) => "✎",
        _ => " ",
    };
    let model = turn.model.as_ref().unwrap_or_else(|| decision.model());
    let left = format!("{time} {:9}{mark}{model}", ellipsis(decision.category.as_str(), 9));
    let right = match (&turn.stage, turn.timings.total) {
        (Stage::Ended(_), Some(total)) => human::duration(total),
        (Stage::Ended(_), None) => String::new(),
        _ => "…".to_owned(),
    };
    // Who answered matters more than how long it took.
    let fits = text_width(&left) + 1 + text_width(&right) <= usize::from(place.width);
    let right = if fits { right } else { String::new() };
    let style = if selected { styles.selected } else { styles.text };
    if selected {
        buf.set_style(place, styles.selected);
    }
    row(buf, place, (&left, style), (&right, style));
}
