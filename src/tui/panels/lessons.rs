//! The lessons: what the user taught, and when, the latest first.

use super::{Flow, Hint, Input, Opening, Panel, PanelKind, show};
use crate::router::{Lesson, Scope};
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::text::lines::{Line, Role, rows};
use crate::tui::theme::Styles;
use crate::tui::update::corrections;
use crate::tui::widgets::page::{self, paint_lines};
use crate::tui::widgets::{more_below, rows_of};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use std::time::Duration;

/// The most characters of a prompt: more would not tell better which it was.
const PROMPT_CHARS_MAX: usize = 200;
/// The fewest cells of a prompt: with fewer, the facts beside it give way.
const PROMPT_WIDTH_MIN: usize = 24;
/// The number of forms of the facts beside a prompt.
const FORMS: usize = 4;

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lessons {
    /// The selected line.
    pub(crate) selected: usize,
}

impl Panel for Lessons {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-lessons",
        help: "what pointsman learned from you",
        after: "see-why",
        toggles: true,
        open,
    });

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        match input {
            Input::Scroll { lines, .. } => {
                self.selected = self.selected.saturating_add_signed(lines);
                Flow::Stay(Vec::new())
            }
            Input::Action(Action::UndoCorrection) => {
                let lesson = latest_first(state).nth(self.selected).map(|lesson| lesson.id);
                Flow::Stay(corrections::undo_lesson(state, lesson, now))
            }
            Input::Action(_) | Input::Text(_) => Flow::Pass,
        }
    }

    fn fit(&mut self, state: &State) {
        self.selected = self.selected.min(state.lessons.len().saturating_sub(1));
    }

    fn draw(&self, state: &State, styles: &Styles, _: Duration, buf: &mut Buffer) -> Option<Position> {
        let count = state.lessons.len();
        let undo = state.start.keymap.key_in(Self::CONTEXT, Action::UndoCorrection).filter(|_| count > 0);
        let hint = undo.map_or_else(|| "Esc closes".to_owned(), |key| format!("{key} undoes · Esc closes"));
        let width = page::width((buf.area.width, buf.area.height));
        let lines = if count == 0 { vec![none(state)] } else { lines(state, width) };
        let (area, inside) = page::open(styles, "Lessons", &hint, rows(&lines, width), buf);
        if count == 0 {
            paint_lines(&lines, 0, styles, inside, buf);
            return None;
        }
        let first = (self.selected + 1).saturating_sub(usize::from(inside.height));
        for ((index, line), place) in lines.iter().enumerate().skip(first).zip(rows_of(inside)) {
            paint_lines(std::slice::from_ref(line), 0, styles, place, buf);
            if index == self.selected {
                buf.set_style(place, styles.selected);
            }
        }
        more_below(count.saturating_sub(first + usize::from(inside.height)), styles, area, buf);
        None
    }

    fn hints(&self, state: &State) -> &'static [Hint] {
        if state.lessons.is_empty() {
            return &[(Action::Close, "close")];
        }
        &[(Action::UndoCorrection, "undo"), (Action::Close, "close")]
    }
}

fn open(state: &mut State, _: Now) -> Vec<Effect> {
    show(state, Lessons::default());
    Vec::new()
}

fn latest_first(state: &State) -> impl Iterator<Item = &Lesson> {
    state.lessons.iter().rev()
}

/// One line a lesson, the latest first, for `width` cells. All lines say equally much.
fn lines(state: &State, width: usize) -> Vec<Line> {
    let told: Vec<_> = latest_first(state).map(|lesson| (lesson, forms(state, lesson))).collect();
    let fits = |form: &usize| told.iter().all(|(_, forms)| text_width(&forms[*form]) + 1 + PROMPT_WIDTH_MIN <= width);
    let form = (0..FORMS).find(fits).unwrap_or(FORMS - 1);
    let line = |(lesson, mut forms): (&Lesson, [String; FORMS])| {
        let right = std::mem::take(&mut forms[form]);
        let room = width.saturating_sub(text_width(&right) + 1);
        let prompt = ellipsis(&one_line(&lesson.prompt, PROMPT_CHARS_MAX), room);
        Line::Pair((prompt, Role::Text), (right, Role::Dim))
    };
    told.into_iter().map(line).collect()
}

/// The line that stands where there are no lessons.
fn none(state: &State) -> Line {
    let key = state.start.keymap.key_from_input(Action::Open(PanelKind::Corrections)).map(ToString::to_string);
    let by_key = key.map(|key| format!(", or {key} for the latest one")).unwrap_or_default();
    let text = format!(
        "No lessons yet. When a prompt went to the wrong category, say so: in the history, the number of the right \
         category corrects the selected decision{by_key}. Prompts like it then go there at once."
    );
    Line::text(text, Role::Dim)
}

/// The facts about a lesson besides its prompt, the longest form first.
fn forms(state: &State, lesson: &Lesson) -> [String; FORMS] {
    let when = lesson.taught_at.to_zoned(state.start.timezone.clone());
    let change = format!("{} → {}", lesson.decided, lesson.category);
    let reach = match lesson.scope {
        Scope::Always => "and its like",
        Scope::Prompt => "this prompt",
    };
    [
        format!("{change} · {reach} · {}", when.strftime("%Y-%m-%d %H:%M")),
        format!("{change} · {reach} · {}", when.strftime("%m-%d")),
        change,
        format!("→ {}", lesson.category),
    ]
}
