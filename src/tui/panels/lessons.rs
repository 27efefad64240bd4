//! What was learned: the lessons that the user taught, and below them what became of models' answers; of each the latest
//! first.

use super::{Flow, Head, Hint, Input, Opening, Panel, PanelKind, show};
use crate::config::CategoryId;
use crate::engine::Command;
use crate::router::{KnownOutcome, Lesson, Scope};
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::text::lines::{Line, rows};
use crate::tui::theme::Role;
use crate::tui::update::corrections;
use crate::tui::widgets::cells::{lamp, select};
use crate::tui::widgets::page::paint_lines;
use crate::tui::widgets::{first_shown, more_below};
use ratatui::layout::{Position, Rect};

/// The most characters of a prompt: more would not tell better which it was.
const PROMPT_CHARS_MAX: usize = 200;
/// The most characters of the name of a file that a lesson was imported from.
const FILE_CHARS_MAX: usize = 24;
/// The fewest cells of a prompt: with fewer, the facts beside it give way.
const PROMPT_WIDTH_MIN: usize = 24;
/// The cells of the lamp before a prompt.
const LAMP: usize = 2;
/// The number of forms of the facts beside a prompt.
const FORMS: usize = 4;

/// A prompt with the category that it is about, and the facts beside it, the longest form first.
struct Told<'a> {
    prompt: &'a str,
    category: &'a CategoryId,
    facts: [String; FORMS],
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lessons {
    /// The selected line.
    pub(crate) selected: usize,
}

impl Panel for Lessons {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-lessons",
        title: "Lessons",
        words: "learned taught corrections forget training",
        help: "what pointsman learned from you",
        after: "see-why",
        toggles: true,
        open,
    });

    const CONTEXT: Context = Context::Lessons;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        match input {
            Input::Scroll { lines, .. } => {
                self.selected = self.selected.saturating_add_signed(lines);
                Flow::Stay(Vec::new())
            }
            Input::Action(Action::UndoCorrection) => {
                let outcome = self.selected.checked_sub(lessons(state).count()).and_then(|at| outcomes(state).nth(at));
                if let Some(outcome) = outcome.map(|known| known.id) {
                    return Flow::Stay(vec![Effect::Engine(Command::UndoOutcome { outcome, at: now.wall })]);
                }
                let lesson = lessons(state).nth(self.selected).map(|lesson| lesson.id);
                Flow::Stay(corrections::undo_lesson(state, lesson, now))
            }
            Input::Action(_) | Input::Text(_) => Flow::Pass,
        }
    }

    fn fit(&mut self, state: &State) {
        self.selected = self.selected.min(count(state).saturating_sub(1));
    }

    fn head(&self, state: &State) -> Head {
        let count = count(state);
        Head::new("Lessons").with(if count > 0 { count.to_string() } else { String::new() })
    }

    fn rows(&self, state: &State, width: u16) -> usize {
        match count(state) {
            0 => rows(&[none(state)], usize::from(width)),
            count => count,
        }
    }

    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        let count = count(state);
        if count == 0 {
            paint_lines(&[none(state)], 0, area, canvas);
            return None;
        }
        let first = first_shown(self.selected, area.height);
        let categories = state.start.config.registry.categories();
        let lines = lines(state, usize::from(area.width).saturating_sub(LAMP));
        for ((index, (category, prompt, facts)), place) in lines.iter().enumerate().skip(first).zip(rows_of(area)) {
            if index == self.selected {
                select(place, canvas);
            }
            let rest = lamp(Some(category), categories, '■', place, canvas);
            canvas.row(rest, (prompt, Role::Text), (facts, Role::Secondary));
            canvas.click(place, Click::Row(index));
        }
        more_below(count.saturating_sub(first + usize::from(area.height)), area, canvas);
        None
    }

    fn hints(&self, state: &State) -> &'static [Hint] {
        if count(state) == 0 {
            return &[(Action::Close, "close")];
        }
        &[(Action::UndoCorrection, "undo"), (Action::Close, "close")]
    }
}

fn open(state: &mut State, _: Now) -> Vec<Effect> {
    show(state, Lessons::default());
    // They are read when they are first asked for.
    if state.lessons.is_none() { vec![Effect::Engine(Command::Recall)] } else { Vec::new() }
}

/// How many lines there are.
fn count(state: &State) -> usize {
    lessons(state).count() + state.outcomes.len()
}

fn lessons(state: &State) -> impl Iterator<Item = &Lesson> {
    state.lessons.iter().flatten().rev()
}

fn outcomes(state: &State) -> impl Iterator<Item = &KnownOutcome> {
    state.outcomes.iter().rev()
}

/// A line: the category, the prompt, and the facts beside it.
type Shown<'a> = (&'a CategoryId, String, String);

/// One line a lesson, then one line an outcome, for `width` cells.
fn lines(state: &State, width: usize) -> Vec<Shown<'_>> {
    let lessons = lessons(state).map(|lesson| Told {
        prompt: &lesson.prompt,
        category: &lesson.category,
        facts: forms(state, lesson),
    });
    let outcomes = outcomes(state).map(|known| Told {
        prompt: known.outcome.asked(),
        category: &known.outcome.category,
        facts: forms_of_outcome(state, known),
    });
    let mut lines = paired(lessons.collect(), width);
    lines.extend(paired(outcomes.collect(), width));
    lines
}

/// Lines of one kind: all say equally much.
fn paired(told: Vec<Told<'_>>, width: usize) -> Vec<Shown<'_>> {
    let fits = |form: &usize| told.iter().all(|told| text_width(&told.facts[*form]) + 1 + PROMPT_WIDTH_MIN <= width);
    let form = (0..FORMS).find(fits).unwrap_or(FORMS - 1);
    told.into_iter().map(|told| shown(told, form, width)).collect()
}

fn shown(mut told: Told<'_>, form: usize, width: usize) -> Shown<'_> {
    let right = std::mem::take(&mut told.facts[form]);
    let room = width.saturating_sub(text_width(&right) + 1);
    (told.category, ellipsis(&one_line(told.prompt, PROMPT_CHARS_MAX), room), right)
}

/// The line that stands where there are no lessons.
fn none(state: &State) -> Line {
    if state.lessons.is_none() {
        return Line::text("Reading the lessons…", Role::Secondary);
    }
    let key = state.start.keymap.key_from_input(Action::Open(PanelKind::Corrections)).map(ToString::to_string);
    let by_key = key.map(|key| format!(", or {key} for the latest one")).unwrap_or_default();
    let text = format!(
        "No lessons yet. When a prompt went to the wrong category, say so: in the history, the number of the right \
         category corrects the selected decision{by_key}. Prompts like it then go there at once."
    );
    Line::text(text, Role::Secondary)
}

/// The facts about a lesson besides its prompt, the longest form first.
fn forms(state: &State, lesson: &Lesson) -> [String; FORMS] {
    let when = lesson.taught_at.to_zoned(state.start.timezone.clone());
    let change = format!("{} → {}", lesson.decided, lesson.category);
    let reach = match lesson.scope {
        Scope::Always => "and its like",
        Scope::Prompt => "this prompt",
    };
    let reach = match &lesson.imported_from {
        Some(file) => format!("{reach} · from {}", one_line(file, FILE_CHARS_MAX)),
        None => reach.to_owned(),
    };
    [
        format!("{change} · {reach} · {}", when.strftime("%Y-%m-%d %H:%M")),
        format!("{change} · {reach} · {}", when.strftime("%m-%d")),
        change,
        format!("→ {}", lesson.category),
    ]
}

/// The facts about an outcome besides its prompt, the longest form first.
fn forms_of_outcome(state: &State, KnownOutcome { outcome, .. }: &KnownOutcome) -> [String; FORMS] {
    let when = outcome.at.to_zoned(state.start.timezone.clone());
    let what = one_line(&format!("{outcome} · {}", outcome.category), PROMPT_CHARS_MAX);
    [
        format!("{what} · {}", when.strftime("%Y-%m-%d %H:%M")),
        format!("{what} · {}", when.strftime("%m-%d")),
        what,
        one_line(&outcome.to_string(), PROMPT_CHARS_MAX),
    ]
}
