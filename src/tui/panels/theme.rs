//! The themes, each shown while it is selected.

use super::{Flow, Head, Hint, Input, Opening, Panel, pick, show};
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::widgets::picker::{Item, Look, Picker};
use ratatui::layout::{Position, Rect};

#[derive(Debug)]
pub(crate) struct Theme(Picker<String>);

impl Panel for Theme {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-themes",
        title: "Theme",
        words: "colours colors appearance dark light palette look",
        help: "choose the colours; each is shown while it is selected",
        after: "toggle-mouse",
        toggles: true,
        open,
    });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        let flow = match input {
            Input::Action(Action::Accept | Action::AcceptAndPin) => match self.0.choice().cloned() {
                Some(theme) => {
                    state.start.appearance.choose(&theme);
                    state.tell(format!("Theme {theme} · ui.theme = \"{theme}\" in config.toml keeps it"), now);
                    Flow::Gone(Vec::new())
                }
                None => Flow::Stay(Vec::new()),
            },
            Input::Action(Action::Close) => Flow::Gone(Vec::new()),
            input => pick(&mut self.0, input),
        };
        // What is selected is shown; what is not chosen goes with the panel.
        let selected = self.0.choice().filter(|_| matches!(flow, Flow::Stay(_)));
        state.start.appearance.look_at(selected.map(String::as_str));
        flow
    }

    fn head(&self, state: &State) -> Head {
        Head::new("Theme").with(format!("now {}", state.start.appearance.chosen()))
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        self.0.rows()
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(self.0.draw(Look { none: "no such theme", prose: false }, area, canvas))
    }

    fn select(&mut self, line: usize) -> bool {
        self.0.select(line);
        true
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "choose"), (Action::Close, "leave it")]
    }
}

fn open(state: &mut State, _: Now) -> Vec<Effect> {
    let item = |(id, name): (String, String)| Item { label: id.clone(), detail: name, choice: id };
    let mut themes = Picker::new(state.start.appearance.names().into_iter().map(item).collect());
    let chosen = themes.lines().position(|line| line.choice == state.start.appearance.chosen());
    themes.select(chosen.unwrap_or(0));
    show(state, Theme(themes));
    Vec::new()
}
