//! The lines of the lessons: what the user taught, and when.

use super::{Line, Role};
use crate::router::{Lesson, Scope};
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::state::State;
use crate::tui::text::cells::{ellipsis, text_width};

/// More of a prompt than this says no more about which it was.
const PROMPT: usize = 200;
/// Fewer cells of a prompt say nothing: what else there is to say gives way.
const LEAST: usize = 24;
/// So many forms there are of what else there is to say.
const FORMS: usize = 4;

/// One line a lesson, the latest first, for `width` cells. All lines say equally much.
pub(crate) fn lessons(state: &State, width: usize) -> Vec<Line> {
    let told: Vec<_> = state.lessons_shown().map(|lesson| (lesson, forms(state, lesson))).collect();
    let fits = |form: &usize| told.iter().all(|(_, forms)| text_width(&forms[*form]) + 1 + LEAST <= width);
    let form = (0..FORMS).find(fits).unwrap_or(FORMS - 1);
    let line = |(lesson, mut forms): (&Lesson, [String; FORMS])| {
        let right = std::mem::take(&mut forms[form]);
        let room = width.saturating_sub(text_width(&right) + 1);
        let prompt = ellipsis(&one_line(&lesson.prompt, PROMPT), room);
        Line::Pair((prompt, Role::Text), (right, Role::Dim))
    };
    told.into_iter().map(line).collect()
}

/// What is said where there are none.
pub(crate) fn none(state: &State) -> Line {
    let key = state.start.keymap.key_from_input(Action::CorrectDecision).map(ToString::to_string);
    let by_key = key.map(|key| format!(", or {key} for the latest one")).unwrap_or_default();
    let text = format!(
        "No lessons yet. When a prompt went to the wrong category, say so: in the history, the number of the right \
         category corrects the selected decision{by_key}. Prompts like it then go there at once."
    );
    Line::text(text, Role::Dim)
}

/// What there is to say about a lesson besides its prompt, the longest form first.
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
