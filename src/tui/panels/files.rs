//! The files of the prompt that is written, or of an earlier one: to open, and to take away.

use super::{Flow, Head, Hint, Input, Opening, Panel, pick, show};
use crate::chat::Attachment;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::{State, chip};
use crate::tui::update::attaching;
use crate::tui::widgets::picker::{Item, Look, Picker};
use ratatui::layout::{Position, Rect};

#[derive(Debug)]
pub(crate) struct Files(Picker<Attachment>);

impl Panel for Files {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-files",
        title: "Attached files",
        words: "image picture open remove detach",
        help: "attached files: open one, or take it away",
        after: "attach",
        toggles: true,
        open,
    });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        match input {
            Input::Action(Action::Accept | Action::AcceptAndPin) => match self.0.choice().cloned() {
                Some(file) => Flow::Gone(vec![attaching::open(state, file)]),
                None => Flow::Gone(Vec::new()),
            },
            Input::Action(Action::RemoveFile) => self.remove(state, now),
            _ => pick(&mut self.0, input),
        }
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Files")
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        self.0.rows()
    }

    fn draw(&self, _: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(self.0.draw(Look { none: "No such file", prose: false }, area, canvas))
    }

    fn select(&mut self, line: usize) -> bool {
        self.0.select(line);
        true
    }

    fn hints(&self, state: &State) -> &'static [Hint] {
        if state.draft.attached.is_empty() {
            return &[(Action::Accept, "open"), (Action::Close, "close")];
        }
        &[(Action::Accept, "open"), (Action::RemoveFile, "remove"), (Action::Close, "close")]
    }
}

impl Files {
    /// Takes the selected file away from the prompt that is written; what was sent stays.
    fn remove(&mut self, state: &mut State, now: Now) -> Flow {
        let chosen = self.0.choice();
        let at = state.draft.attached.files().iter().position(|file| Some(file) == chosen);
        match at.and_then(|at| state.draft.attached.remove(at)) {
            Some(file) => state.tell(format!("Removed {}", file.name), now),
            None => state.tell("Already sent: it stays with its prompt", now),
        }
        let files = state.draft.attached.files();
        if at.is_none() || files.is_empty() {
            return Flow::Gone(Vec::new());
        }
        self.0.set_items(files.iter().map(item).collect());
        Flow::Stay(Vec::new())
    }
}

fn open(state: &mut State, now: Now) -> Vec<Effect> {
    let files = attaching::at_hand(state);
    if files.is_empty() {
        state.tell("No files here. /attach PATH adds one", now);
        return Vec::new();
    }
    show(state, Files(Picker::new(files.iter().map(item).collect())));
    Vec::new()
}

fn item(file: &Attachment) -> Item<Attachment> {
    let label = format!("{} {}", file.mark(), file.name);
    // The list filters by names: the figures of a chip would match any digit.
    let detail = chip(file).strip_prefix(&label).unwrap_or_default().trim_start().to_owned();
    Item { label, detail, choice: file.clone() }
}
