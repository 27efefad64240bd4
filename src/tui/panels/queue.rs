//! The prompts that wait for the answer that comes: edit, drop, or move them. Owns the selection only; the order is the
//! conversation's, and changes when the engine has changed it.

use super::{Flow, Head, Hint, Input, Opening, Panel, show};
use crate::chat::{Turn, TurnId};
use crate::engine::Command;
use crate::format::count;
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::click::Click;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::{State, Unqueued};
use crate::tui::theme::Role;
use crate::tui::widgets::{first_shown, more_below};
use ratatui::layout::{Position, Rect};

/// The most characters of a prompt: more would not tell better which it is.
const PROMPT_CHARS_MAX: usize = 200;

#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// The selected place.
    selected: usize,
}

impl Panel for Queue {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-queue",
        title: "Queue",
        words: "waiting pending order reorder edit drop queued prompts",
        help: "the prompts that wait: edit, drop, move them",
        after: "open-files",
        toggles: true,
        open,
    });
    const CONTEXT: Context = Context::Queue;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        let action = match input {
            Input::Scroll { lines, .. } => {
                self.selected = self.selected.saturating_add_signed(lines);
                return Flow::Stay(Vec::new());
            }
            Input::Action(action) => action,
            // A letter that is no key here must not reach the input behind the panel.
            Input::Text(_) => return Flow::Stay(Vec::new()),
        };
        let Some(turn) = self.turn(state) else { return Flow::Pass };
        match action {
            Action::Accept => edit(state, turn, now),
            Action::DropQueued => Flow::Stay(vec![take_out(state, turn, Unqueued::Dropped)]),
            Action::MoveUp => self.move_by(-1, turn, state),
            Action::MoveDown => self.move_by(1, turn, state),
            _ => Flow::Pass,
        }
    }

    fn fit(&mut self, state: &State) {
        self.selected = self.selected.min(state.queued().saturating_sub(1));
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Queue")
    }

    fn rows(&self, state: &State, _: u16) -> usize {
        state.queued()
    }

    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        let waiting = state.queued();
        if waiting == 0 {
            canvas.text(area, "Nothing waits", Role::Secondary);
        }
        let first = first_shown(self.selected, area.height);
        for ((index, turn), place) in state.queue().enumerate().skip(first).zip(rows_of(area)) {
            if index == self.selected {
                canvas.tint(place, Role::Selected);
            }
            canvas.click(place, Click::Row(index));
            let prompt = format!("{} {}", index + 1, one_line(turn.prompt(), PROMPT_CHARS_MAX));
            canvas.row(place, (&prompt, Role::Text), (&facts(turn), Role::Secondary));
        }
        more_below(waiting.saturating_sub(first + usize::from(area.height)), area, canvas);
        None
    }

    fn select(&mut self, line: usize) -> bool {
        self.selected = line;
        true
    }

    fn hints(&self, state: &State) -> &'static [Hint] {
        if state.queued() == 0 {
            return &[(Action::Close, "close")];
        }
        &[
            (Action::Accept, "edit"),
            (Action::DropQueued, "drop"),
            (Action::MoveUp, "earlier"),
            (Action::MoveDown, "later"),
            (Action::Close, "close"),
        ]
    }
}

impl Queue {
    /// The turn in the selected place.
    fn turn(&self, state: &State) -> Option<TurnId> {
        state.queue().nth(self.selected).map(Turn::id)
    }

    /// Has the selected prompt change places with its neighbour, and stays with it.
    fn move_by(&mut self, places: isize, turn: TurnId, state: &State) -> Flow {
        let to = self.selected.saturating_add_signed(places);
        if to == self.selected || to >= state.queued() {
            return Flow::Stay(Vec::new());
        }
        self.selected = to;
        Flow::Stay(vec![Effect::Engine(Command::Requeue { turn, later: places > 0 })])
    }
}

fn open(state: &mut State, now: Now) -> Vec<Effect> {
    if state.queued() == 0 {
        state.tell("Nothing is queued", now);
    } else {
        show(state, Queue::default());
    }
    Vec::new()
}

/// Takes a prompt back into the input, with its files and its route. What is written there is never replaced.
fn edit(state: &mut State, turn: TurnId, now: Now) -> Flow {
    if !state.composer.is_empty() || !state.draft.attached.is_empty() || state.draft.editing.is_some() {
        state.tell("Send or clear what you are writing first", now);
        return Flow::Stay(Vec::new());
    }
    Flow::Gone(vec![take_out(state, turn, Unqueued::Edited)])
}

fn take_out(state: &mut State, turn: TurnId, what: Unqueued) -> Effect {
    state.leaving_queue.note(turn, what);
    Effect::Engine(Command::Unqueue(turn))
}

/// What was chosen for a prompt, and what goes along with it.
fn facts(turn: &Turn) -> String {
    let route = turn.route();
    let chosen = route.category.as_ref().map(ToString::to_string);
    let model = route.model.as_ref().map(ToString::to_string);
    let files = turn.ask.prompt.attachments.len() as u64;
    let files = (files > 0).then(|| count(files, "file"));
    [chosen, model, files].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
