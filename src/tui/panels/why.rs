//! Why a turn went where it went: everything that is known about one decision.

pub(crate) mod decision;
mod lines;

use super::{About, Flow, Head, Hint, Input, Opening, Panel, PanelKind, decisions, show};
use crate::chat::{Turn, TurnId};
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::{Focus, State};
use crate::tui::text::lines::{Line, rows};
use crate::tui::theme::Role;
use crate::tui::widgets::page::Page;
use ratatui::layout::{Position, Rect};

#[derive(Debug)]
pub(crate) struct Why {
    turn: TurnId,
    page: Page,
    /// The list to go back to, when it was opened from there.
    list: Option<Box<decisions::Decisions>>,
}

impl Panel for Why {
    const OPENING: Option<Opening> = Some(Opening {
        action: "see-why",
        title: "Why this route",
        words: "explain reason decision route",
        help: "why the prompt went where it went",
        after: "undo-correction",
        toggles: true,
        open,
    });

    const CONTEXT: Context = Context::Why;

    fn update(&mut self, input: Input, state: &mut State, _: Now) -> Flow {
        match input {
            Input::Scroll { rows, .. } => {
                self.page.scroll_by(rows);
                Flow::Stay(Vec::new())
            }
            // The decision is right: that needs no more than going back.
            Input::Action(Action::Close | Action::Accept) => match self.list.take() {
                // A correction shows in the list, too.
                Some(list) => Flow::Gone(decisions::go_back(state, list)),
                None => Flow::Gone(Vec::new()),
            },
            Input::Action(_) | Input::Text(_) => Flow::Pass,
        }
    }

    fn fit(&mut self, state: &State) {
        let (width, height) = state.panel_room();
        self.page.fit(self.rows(state, width), height);
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Why")
    }

    fn rows(&self, state: &State, width: u16) -> usize {
        rows(&self.lines(state, width), usize::from(width))
    }

    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        self.page.draw(&self.lines(state, area.width), area, canvas);
        None
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[
            (Action::Close, "close"),
            (Action::Open(PanelKind::Request), "what was sent"),
            (Action::Open(PanelKind::Elsewhere), "ask another model"),
        ]
    }

    fn about(&self) -> About {
        About::Decision(self.turn)
    }
}

impl Why {
    /// The page about a turn; `list` is the one to go back to.
    pub(crate) fn new(turn: TurnId, list: Option<Box<decisions::Decisions>>) -> Self {
        Self { turn, page: Page::default(), list }
    }

    fn lines(&self, state: &State, width: u16) -> Vec<Line> {
        let known = state.conversation.turn(self.turn).and_then(|turn| turn.decision.as_ref().map(|it| (turn, it)));
        let lines = known.map(|(turn, decision)| lines::why(state, turn, decision, width.into()));
        let mut lines = lines.unwrap_or_default();
        lines.extend([Line::Air, Line::text(lines::keys(state), Role::Secondary)]);
        lines
    }
}

/// Shows why the decision at hand was made; from the list of decisions, the conversation goes to its turn as well.
fn open(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(turn) = state.decision_at_hand().map(Turn::id) else {
        state.tell("Nothing routed yet", now);
        return Vec::new();
    };
    if state.window.focus == Focus::Decisions {
        state.transcript.show_turn(turn, state.conversation.turns());
    }
    show(state, Why::new(turn, None));
    Vec::new()
}
