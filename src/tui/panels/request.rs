//! The request that a model was sent.

use super::{About, Flow, Head, Hint, Input, OpenPanel, Opening, Panel, show};
use crate::chat::{Turn, TurnId};
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::state::{Focus, State};
use crate::tui::text::lines::{Line, rows};
use crate::tui::theme::Role;
use crate::tui::widgets::page::Page;
use ratatui::layout::{Position, Rect};

#[derive(Debug)]
pub(crate) struct Request {
    /// For which turn.
    turn: TurnId,
    /// The address, and the body as pretty JSON.
    text: String,
    page: Page,
}

impl Panel for Request {
    const OPENING: Option<Opening> = Some(Opening {
        action: "see-request",
        title: "What was sent",
        words: "request json raw prompt debug api",
        help: "what the model was sent",
        after: "open-decisions",
        toggles: true,
        open,
    });

    fn update(&mut self, input: Input, _: &mut State, _: Now) -> Flow {
        let Input::Scroll { rows, .. } = input else { return Flow::Pass };
        self.page.scroll_by(rows);
        Flow::Stay(Vec::new())
    }

    fn fit(&mut self, state: &State) {
        let (width, height) = state.panel_room();
        self.page.fit(self.rows(state, width), height);
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Request")
    }

    fn rows(&self, _: &State, width: u16) -> usize {
        rows(&self.lines(), usize::from(width))
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        self.page.draw(&self.lines(), area, canvas);
        None
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Close, "close"), (Action::Down, "more")]
    }

    fn about(&self) -> About {
        About::Prompt(self.turn)
    }
}

impl Request {
    fn lines(&self) -> Vec<Line> {
        self.text.lines().map(|line| Line::text(line, Role::Text)).collect()
    }
}

/// Opens the request of the turn that is looked into or at hand.
fn open(state: &mut State, now: Now) -> Vec<Effect> {
    let turn = match state.panel.as_ref().map(OpenPanel::about) {
        Some(About::Decision(turn)) => Some(turn),
        _ if state.window.focus == Focus::Transcript => state.turn_at_hand().map(Turn::id),
        _ => state.decision_at_hand().map(Turn::id),
    };
    let Some(turn) = turn else {
        state.tell("nothing was sent yet", now);
        return Vec::new();
    };
    let Some((url, body)) = state.conversation.request(turn) else {
        state.tell("no model was sent anything for this prompt", now);
        return Vec::new();
    };
    let body = serde_json::to_string_pretty(&body).unwrap_or_else(|error| error.to_string());
    show(state, Request { turn, text: format!("POST {url}\n\n{body}"), page: Page::default() });
    Vec::new()
}
