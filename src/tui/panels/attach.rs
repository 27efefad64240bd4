//! A path to attach, completed while it is typed.

use super::{Flow, Head, Hint, Input, Opening, Panel, pick, show};
use crate::attach::{Completion, Secrets};
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::panels::OpenPanel;
use crate::tui::state::State;
use crate::tui::update::attaching;
use crate::tui::widgets::picker::{Item, Look, Picker};
use ratatui::layout::{Position, Rect};

/// The paths that can be chosen: those on the disk, and the one that is typed.
#[derive(Debug)]
pub(crate) struct Attach(Picker<String>);

impl Panel for Attach {
    const OPENING: Option<Opening> = Some(Opening {
        action: "attach",
        title: "Attach a file",
        words: "picture image photo document upload add path",
        help: "attach a picture or a text file: /attach PATH",
        after: "ask-elsewhere",
        toggles: false,
        open,
    });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, _: Now) -> Flow {
        match input {
            Input::Action(Action::FocusNext) => match self.0.choice().cloned() {
                Some(path) => self.type_on(path),
                None => Flow::Stay(Vec::new()),
            },
            Input::Action(Action::Accept | Action::AcceptAndPin) => match self.0.choice().cloned() {
                Some(folder) if folder.ends_with('/') => self.type_on(folder),
                Some(path) => Flow::Gone(vec![attaching::attach_path(state, &path, Secrets::Ask)]),
                None => Flow::Stay(Vec::new()),
            },
            _ => {
                let before = self.0.filter().to_owned();
                match pick(&mut self.0, input) {
                    Flow::Stay(_) if *self.0.filter() != *before => {
                        Flow::Stay(vec![Effect::Complete(self.0.filter().to_owned())])
                    }
                    other => other,
                }
            }
        }
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Attach a file")
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        self.0.rows()
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(self.0.draw(Look { none: "type a path", prose: false }, area, canvas))
    }

    fn select(&mut self, line: usize) -> bool {
        self.0.select(line);
        true
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Accept, "attach"), (Action::FocusNext, "complete"), (Action::Close, "close")]
    }
}

impl Attach {
    /// Goes on from `path`, as if it were typed.
    fn type_on(&mut self, path: String) -> Flow {
        self.0.set_filter(&path);
        Flow::Stay(vec![Effect::Complete(path)])
    }
}

fn open(state: &mut State, _: Now) -> Vec<Effect> {
    typed(state, "")
}

/// Opens the panel with a path that is typed already, behind `/attach `.
pub(crate) fn typed(state: &mut State, path: &str) -> Vec<Effect> {
    let mut paths = Picker::with_unlisted(Vec::new(), str::to_owned);
    paths.set_filter(path);
    show(state, Attach(paths));
    vec![Effect::Complete(path.to_owned())]
}

/// The disk has these for `typed`.
pub(crate) fn completed(state: &mut State, typed: &str, offers: &[Completion]) {
    if let Some(OpenPanel::Attach(panel)) = &mut state.panel
        && panel.0.filter() == typed
    {
        let item = |offer: &Completion| Item {
            label: offer.path.clone(),
            detail: if offer.path.ends_with('/') { "folder".to_owned() } else { String::new() },
            choice: offer.path.clone(),
        };
        // Anew, so that the best of them is selected and not the path as it is typed so far.
        let mut paths = Picker::with_unlisted(offers.iter().map(item).collect(), str::to_owned);
        paths.set_filter(typed);
        panel.0 = paths;
    }
}
