//! The list of chats: opening, searching, renaming, archiving, deleting.

mod draw;
mod headings;
mod list;

use super::rename::Rename;
use super::{Flow, Head, Hint, Input, OpenPanel, Opening, Panel, show};
use crate::chat::ConversationId;
use crate::engine::{self, ChatChange, Command, StoreQuery};
use crate::store::Hit;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::{Deleted, State, Wanted};
use crate::tui::update::chats;
use crate::tui::widgets::list::rows as list_rows;
use headings::Calendar;
use list::ChatList;
use ratatui::layout::{Position, Rect};

/// From so many rows on, there is air above the headings.
const AIRY: u16 = 18;
/// The fewest lines that the list has room for.
const ROWS_MIN: usize = 8;

#[derive(Debug, Default)]
pub(crate) struct Chats(ChatList);

impl Panel for Chats {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-chats",
        title: "Chats",
        words: "history list open rename delete archive switch conversations",
        help: "chats: open, search, rename, archive, delete",
        after: "new-chat",
        toggles: true,
        open,
    });
    const CONTEXT: Context = Context::Chats;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        let action = match input {
            Input::Text(text) => return Flow::Stay(search(self.0.type_text(text))),
            Input::Scroll { lines, .. } => {
                self.0.move_by(lines);
                return Flow::Stay(Vec::new());
            }
            Input::Action(action) => action,
        };
        match action {
            Action::Accept | Action::AcceptAndPin => self.open_selected(state, now),
            Action::RenameChat => self.rename_selected(state),
            Action::ArchiveChat => Flow::Stay(self.archive(state, now)),
            Action::PinChat => Flow::Stay(self.pin()),
            Action::ShowArchived => {
                self.0.toggle_archived();
                Flow::Stay(Vec::new())
            }
            Action::DeleteChat => Flow::Stay(self.delete(state, now)),
            Action::UndoDeletion => Flow::Stay(self.restore(state, now)),
            Action::ExportChat => {
                let chat = self.0.row().map(|row| row.head.id);
                Flow::Stay(chats::export(state, chat, now))
            }
            // Nothing more to erase is no reason to close: what is typed next would go into a prompt.
            _ => match self.0.edit(action) {
                Some(true) => Flow::Stay(search(self.0.changed())),
                Some(false) => Flow::Stay(Vec::new()),
                None => Flow::Pass,
            },
        }
    }

    fn fit(&mut self, state: &State) {
        self.0.set_airy(state.panel_room().1 >= AIRY);
    }

    fn head(&self, _: &State) -> Head {
        let shown = self.0.len();
        let count = match (self.0.filter().is_empty(), self.0.elsewhere()) {
            _ if !self.0.is_filled() => String::new(),
            (true, archived) if archived > 0 && !self.0.shows_archived() => format!("{shown} · {archived} archived"),
            _ => shown.to_string(),
        };
        Head::new(if self.0.shows_archived() { "Archived chats" } else { "Chats" }).with(count)
    }

    fn rows(&self, _: &State, _: u16) -> usize {
        list_rows(self.0.tallest().max(ROWS_MIN))
    }

    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        Some(draw::draw(&self.0, state, area, canvas))
    }

    fn select(&mut self, line: usize) -> bool {
        self.0.select_line(line);
        true
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[
            (Action::Accept, "open"),
            (Action::PinChat, "pin"),
            (Action::RenameChat, "rename"),
            (Action::DeleteChat, "delete"),
            (Action::ArchiveChat, "archive"),
            (Action::ShowArchived, "archived"),
            (Action::ExportChat, "export"),
            (Action::Close, "close"),
        ]
    }
}

impl Chats {
    /// Gives a chat another title.
    pub(super) fn rename(&mut self, chat: ConversationId, title: &str) {
        self.0.rename(chat, title);
    }

    fn open_selected(&self, state: &mut State, now: Now) -> Flow {
        let Some(entry) = self.0.entry() else { return Flow::Stay(Vec::new()) };
        let wanted = Wanted { chat: entry.chat(), turn: entry.turn(), found: entry.found(), why: None };
        Flow::Gone(chats::open(state, wanted, now))
    }

    fn rename_selected(&mut self, state: &mut State) -> Flow {
        let Some(head) = self.0.row().map(|row| row.head.clone()) else { return Flow::Stay(Vec::new()) };
        show(state, Rename::new(head.id, &head.title, Some(std::mem::take(self))));
        Flow::Gone(Vec::new())
    }

    /// Puts the selected chat in the archive, or takes it out.
    fn archive(&mut self, state: &mut State, now: Now) -> Vec<Effect> {
        let Some(head) = self.0.row().map(|row| row.head.clone()) else { return Vec::new() };
        let archived = !head.archived;
        self.0.archive(head.id, archived);
        let text = if archived {
            format!("Archived {}", head.title)
        } else {
            format!("Back from the archive: {}", head.title)
        };
        if archived {
            let key = state.start.keymap.key_in(Self::CONTEXT, Action::ArchiveChat);
            let back = key.map(|key| format!(" · {key} restores it")).unwrap_or_default();
            state.tell(format!("{text}{back}"), now);
        } else {
            state.tell(text, now);
        }
        vec![Effect::Engine(Command::Change(head.id, ChatChange::Archive(archived.then_some(now.wall))))]
    }

    /// Pins the selected chat to the top of the list, or lets it go.
    fn pin(&mut self) -> Vec<Effect> {
        let Some((id, pinned)) = self.0.row().map(|row| (row.head.id, !row.head.pinned)) else { return Vec::new() };
        self.0.pin(id, pinned);
        vec![Effect::Engine(Command::Change(id, ChatChange::Pin(pinned)))]
    }

    fn delete(&mut self, state: &mut State, now: Now) -> Vec<Effect> {
        let Some(head) = self.0.row().map(|row| row.head.clone()) else { return Vec::new() };
        let in_sight = head.id == state.conversation.id();
        if in_sight && !state.conversation.open().is_empty() {
            state.tell("an answer is coming in this chat; stop it first", now);
            return Vec::new();
        }
        let row = self.0.delete(head.id);
        state.other_chats.deleted.push(Deleted { chat: head.id, title: head.title.clone(), row });
        // Deleted before it is left, so that leaving it says nothing of its answers.
        let mut effects = vec![Effect::Engine(Command::Change(head.id, ChatChange::Delete(now.wall)))];
        if in_sight {
            // The next prompt must not go into a chat that is deleted.
            effects.extend(chats::start_anew(state, now));
        }
        state.offer(&format!("Deleted {}", head.title), Action::UndoDeletion, "brings it back", now);
        effects
    }

    /// Takes the last deletion back.
    fn restore(&mut self, state: &mut State, now: Now) -> Vec<Effect> {
        let Some(Deleted { chat, title, row }) = state.other_chats.deleted.pop() else {
            state.tell("Nothing was deleted since the start", now);
            return Vec::new();
        };
        state.tell(format!("Restored {title}"), now);
        let restore = Effect::Engine(Command::Change(chat, ChatChange::Restore));
        match row {
            Some((at, row)) => {
                self.0.restore(at, row);
                vec![restore]
            }
            // It was deleted outside of this list.
            None => vec![restore, Effect::Engine(Command::Query(StoreQuery::Chats))],
        }
    }
}

fn open(state: &mut State, _: Now) -> Vec<Effect> {
    show(state, Chats::default());
    vec![Effect::Engine(Command::Query(StoreQuery::Chats))]
}

fn search(question: Option<(u64, String)>) -> Vec<Effect> {
    question
        .map(|(serial, text)| Effect::Engine(Command::Query(StoreQuery::Search { serial, text })))
        .into_iter()
        .collect()
}

/// Takes the chats, unless the list was closed meanwhile.
pub(crate) fn listed(state: &mut State, listed: engine::ChatList, now: Now) {
    let Some(OpenPanel::Chats(chats)) = &mut state.panel else { return };
    match listed {
        engine::ChatList::Listed(rows) => {
            chats.0.fill(rows, Calendar::new(now.wall, &state.start.timezone));
        }
        engine::ChatList::Unavailable => {
            state.panel = None;
            state.tell("there is no list: nothing is being kept", now);
        }
    }
}

/// Takes the places where what was typed occurs.
pub(crate) fn found(state: &mut State, serial: u64, hits: Vec<Hit>) {
    if let Some(OpenPanel::Chats(chats)) = &mut state.panel {
        chats.0.found(serial, hits);
    }
}
