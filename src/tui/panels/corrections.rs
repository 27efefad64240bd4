//! The categories that a decision should have been.

use super::{Flow, Head, Hint, Input, Opening, Panel, pick, show};
use crate::chat::{Turn, TurnId};
use crate::config::{Category, CategoryId};
use crate::format::columns;
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::update::corrections;
use crate::tui::widgets::picker::{Item, Look, Picker};
use ratatui::layout::{Position, Rect};

/// The most characters of the prompt in the title.
const PROMPT_CHARS_MAX: usize = 48;

#[derive(Debug)]
pub(crate) struct Corrections {
    turn: TurnId,
    categories: Picker<CategoryId>,
}

impl Panel for Corrections {
    const OPENING: Option<Opening> = Some(Opening {
        action: "correct-decision",
        title: "Correct the route",
        words: "wrong category teach fix decision lesson",
        help: "correct the route",
        after: "open-model-picker",
        toggles: false,
        open,
    });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        let Input::Action(Action::Accept | Action::AcceptAndPin) = input else {
            return pick(&mut self.categories, input);
        };
        let Some(category) = self.categories.choice().cloned() else { return Flow::Gone(Vec::new()) };
        Flow::Gone(corrections::correct(state, self.turn, category, now))
    }

    fn head(&self, state: &State) -> Head {
        let prompt = state.conversation.turn(self.turn).map(|turn| one_line(turn.prompt(), PROMPT_CHARS_MAX));
        Head::new(format!("Correct “{}” to", prompt.unwrap_or_default()))
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        self.categories.rows()
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(self.categories.draw(Look { none: "No such category", prose: true }, area, canvas))
    }

    fn select(&mut self, line: usize) -> bool {
        self.categories.select(line);
        true
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "correct"), (Action::Close, "close")]
    }
}

fn open(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(turn) = state.decision_at_hand().map(Turn::id) else {
        state.tell("Nothing routed yet", now);
        return Vec::new();
    };
    let categories = state.start.config.registry.categories();
    let width = columns::widest(categories.iter().map(|category| category.id.as_str()));
    let present = state.conversation.turn(turn).and_then(Turn::category);
    let item = |(index, category): (usize, &Category)| Item {
        label: format!("{} {} {}", mark(present, category), index + 1, columns::left(category.id.as_str(), width)),
        detail: category.description.clone(),
        choice: category.id.clone(),
    };
    let items = categories.iter().enumerate().map(item).collect();
    show(state, Corrections { turn, categories: Picker::new(items) });
    Vec::new()
}

/// The mark of the category that the prompt has now.
fn mark(present: Option<&CategoryId>, category: &Category) -> char {
    if present == Some(&category.id) { '●' } else { ' ' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::TurnEvent;
    use crate::engine;
    use crate::examples;
    use crate::router::Decider;
    use crate::tui::event::Event;
    use crate::tui::panels::OpenPanel;
    use crate::tui::update::update;
    use jiff::Timestamp;
    use std::time::Duration;

    #[test]
    fn the_dialog_marks_the_present_category_and_chooses_another_by_its_number() {
        let now = Now { since_start: Duration::ZERO, wall: Timestamp::UNIX_EPOCH };
        let mut state = State::new(examples::start());
        let press = |state: &mut State, key: &str| update(state, Event::Key(key.parse().unwrap()), now);
        for key in ["a", "enter"] {
            press(&mut state, key);
        }
        let decision = examples::decision("coding", "qwen-3-32b", Decider::Classifier);
        let event = TurnEvent::Decided(Box::new(decision));
        update(&mut state, Event::Engine(engine::Event::Turn(TurnId(1), event)), now);
        press(&mut state, "alt-c");
        let labels: Vec<&str> = match &state.panel {
            Some(OpenPanel::Corrections(panel)) => panel.categories.lines().map(|item| item.label.as_str()).collect(),
            _ => Vec::new(),
        };
        assert!(labels[0].starts_with("● 1 coding") && labels[1].starts_with("  2 reasoning"), "{labels:?}");
        press(&mut state, "2");
        press(&mut state, "enter");
        assert_eq!(state.conversation.turn(TurnId(1)).and_then(Turn::corrected), Some(&"reasoning".into()));
    }
}
