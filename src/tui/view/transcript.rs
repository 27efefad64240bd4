//! The conversation: no frames, one rail a turn in the hue of its category.
//!
//! ```text
//! ▌ Write a Python function to merge two sorted lists       12:02      the prompt, on a surface
//!
//! ▌ qwen-3-32b  coding                            312 ms · 84 t/s      the answer, its rail in the hue
//! ▌ A merge in O(n + m):
//! ▌  python                                              c copies      code, on a surface
//! ```

use super::picture;
use super::rows::{bytes_of, mark, paint_plain, paint_row};
use super::{heads, welcome};
use crate::chat::{Turn, TurnId};
use crate::tui::action::Action;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::clock::{wall, when};
use crate::tui::layout::Regions;
use crate::tui::state::{BlockId, Content, Focus, Part, State, VisibleRow, failed};
use crate::tui::text::cells::text_width;
use crate::tui::text::highlight::Run;
use crate::tui::text::row::Row;
use crate::tui::text::style::TextStyle;
use crate::tui::theme::Role;
use ratatui::layout::Rect;

const RAIL: &str = "▌";
/// The rail of the prompt at hand while the conversation has the focus: another sign, so that it is seen without colour.
const RAIL_AT_HAND: &str = "▶";

pub(super) fn draw(state: &State, regions: &Regions, canvas: &mut Canvas) {
    let area = regions.transcript_text();
    let turns = state.conversation.turns();
    if turns.is_empty() {
        welcome::draw(state, regions, canvas);
        return;
    }
    let focused = state.window.focus == Focus::Transcript && state.panel.is_none();
    let at_hand = state.transcript.turn_at_hand().filter(|_| focused);
    for (line, place) in state.transcript.visible(turns).zip(rows_of(area)) {
        let turn = &turns[line.turn];
        let whole = Rect { x: regions.rail(), width: place.right() - regions.rail(), ..place };
        rail(state, turn, line.part, at_hand == Some(turn.id()), whole, canvas);
        draw_row(state, turn, &line, place, canvas);
        mark_found(state, turn.id(), &line, place, canvas);
    }
    more_below(state, area, canvas);
}

/// The rail of a row, and the surface of a prompt.
fn rail(state: &State, turn: &Turn, part: Part, at_hand: bool, row: Rect, canvas: &mut Canvas) {
    match part {
        Part::Prompt | Part::PromptHead | Part::Files => {
            canvas.fill(row, if at_hand { Role::Selected } else { Role::Panel });
            let (sign, role) = if at_hand { (RAIL_AT_HAND, Role::Accent) } else { (RAIL, Role::Strong) };
            canvas.text(row, sign, role);
        }
        Part::AnswerHead
        | Part::Thought
        | Part::Reasoning
        | Part::Pause
        | Part::Answer
        | Part::Besides
        | Part::Remarks => {
            let hue = turn.category().map_or(Role::Rule, |category| state.hue(category));
            canvas.text(row, RAIL, hue);
        }
        Part::Gap => {}
    }
}

fn draw_row(state: &State, turn: &Turn, line: &VisibleRow, place: Rect, canvas: &mut Canvas) {
    match (line.part, line.content) {
        (Part::Prompt, content) => {
            let (text, source) = if let Content::Plain(text, source) = content { (text, source) } else { ("", 0) };
            if turn.is_continuation() {
                canvas.text(place, "↳ continued", Role::Secondary);
            }
            // Without surfaces, weight tells prompts from answers.
            let strong = !canvas.styles.has_surfaces();
            paint_plain(canvas, place, text, TextStyle { strong, ..TextStyle::default() });
            if source == 0 {
                let time = when(turn.asked_at(), state, wall(state, canvas.now));
                canvas.at_right(Rect { width: place.width.saturating_sub(1), ..place }, &time, Role::Secondary);
            }
        }
        (Part::AnswerHead, _) => heads::answer(state, turn, place, canvas),
        (Part::Thought, _) => heads::thought(state, turn, place, canvas),
        (Part::Files, content) => picture::draw(state, turn, content, place, canvas),
        (Part::Reasoning, Content::Plain(text, _)) => {
            let style = TextStyle { role: Role::Comment, emphasis: true, ..TextStyle::default() };
            paint_plain(canvas, place, text, style);
        }
        (Part::Remarks, Content::Plain(text, _)) => {
            let role = if failed(turn) { Role::Error } else { Role::Secondary };
            canvas.text(place, text, role);
        }
        (part, Content::Styled(row)) => {
            if part == Part::Besides && !row.text.is_empty() {
                canvas.click(place, Click::Files(turn.id()));
            }
            styled(state, turn, row, place, canvas);
        }
        _ => {}
    }
}

/// A row of Markdown; code stands on a surface.
fn styled(state: &State, turn: &Turn, row: &Row, place: Rect, canvas: &mut Canvas) {
    if row.code.is_some() || row.head.is_some() {
        let before = row.indent.saturating_sub(1).min(place.width);
        canvas.fill(Rect { x: place.x + before, width: place.width - before, ..place }, Role::Panel);
    }
    paint_row(canvas, place, row, colours(state, turn, row));
    if let Some(at) = row.head {
        let copy = canvas.at_right(Rect { width: place.width.saturating_sub(1), ..place }, "copy", Role::Secondary);
        canvas.click(copy, Click::Code(turn.id(), at as usize));
    }
    let mut x = place.x;
    for (_, span, text) in row.pieces() {
        let width = text_width(text) as u16;
        if let Some(link) = &span.link {
            canvas.click(Rect::new(x, place.y, width, 1).intersection(place), Click::Link(link.clone()));
        }
        x = x.saturating_add(width);
    }
}

/// What is selected in a row, and what is searched.
fn mark_found(state: &State, turn: TurnId, line: &VisibleRow, place: Rect, canvas: &mut Canvas) {
    let Some(bytes) = bytes_of(line.content) else { return };
    if let Some(search) = &state.marks.search {
        for hit in search.hits_in(turn, line.part, &bytes) {
            let role = if search.hit() == Some(hit) { Role::FoundHere } else { Role::Found };
            mark(canvas, place, line.content, &hit.bytes, role);
        }
    }
    if let Some(selected) = state.marks.selection.as_ref().and_then(|selection| selection.bytes(turn, line.part)) {
        mark(canvas, place, line.content, &selected, Role::Selection);
    }
}

/// The colours of the line of code that a row shows, as far as they are known.
fn colours<'a>(state: &'a State, turn: &Turn, row: &Row) -> Option<&'a [Run]> {
    let code = row.code?;
    state.marks.colours.line(&BlockId { turn: turn.id(), at: code.block as usize }, code.line as usize)
}

/// How many rows there are below what is in sight.
fn more_below(state: &State, area: Rect, canvas: &mut Canvas) {
    let (below, estimated) = state.transcript.rows_below();
    let text = format!(" ↓ {}{below} more ", if estimated { "≈ " } else { "" });
    let width = text_width(&text) as u16;
    if below == 0 || area.height == 0 || width >= area.width {
        return;
    }
    let place = Rect::new(area.right() - width, area.bottom() - 1, width, 1);
    canvas.fill(place, Role::Raised);
    canvas.text(place, &text, Role::Accent);
    canvas.click(place, Action::Bottom);
}
