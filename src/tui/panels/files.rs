//! The files of the prompt that is written, or of an earlier turn with what its answer brought: pictures, recordings,
//! sources. To open, to save, and to take away.

use super::{Flow, Head, Hint, Input, Opening, Panel, pick, show};
use crate::chat::{Attachment, BlobRef, Block, Source, Turn, media_ending};
use crate::format::size::size;
use crate::text::address::host_end;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::keys::Context;
use crate::tui::state::{FileUse, State, chip};
use crate::tui::update::{attaching, clicks};
use crate::tui::widgets::picker::{Item, Look, Picker};
use ratatui::layout::{Position, Rect};

/// The most characters of a host: what is longer would be cut at its end, which says whose it is.
const HOST_CHARS_MAX: usize = 40;

#[derive(Debug)]
pub(crate) struct Files(Picker<Entry>);

/// Something that goes with a turn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    /// A file that was attached to the prompt.
    Attached(Attachment),
    /// A picture or a recording that came with the answer, and what it is called.
    Made(String, BlobRef),
    /// What the answer cites, and its number.
    Cited(usize, Source),
}

impl Panel for Files {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-files",
        title: "Attached files",
        words: "image picture recording source link citation open save remove detach",
        help: "files, pictures and sources of a turn: open, save, take away",
        after: "attach",
        toggles: true,
        open,
    });
    const CONTEXT: Context = Context::List;

    fn update(&mut self, input: Input, state: &mut State, now: Now) -> Flow {
        match input {
            Input::Action(Action::Accept | Action::AcceptAndPin) => match self.0.choice().cloned() {
                Some(Entry::Cited(_, source)) => Flow::Gone(open_source(state, &source, now)),
                Some(file) => Flow::Gone(load(state, file, FileUse::Open)),
                None => Flow::Gone(Vec::new()),
            },
            Input::Action(Action::SaveCode) => match self.0.choice().cloned() {
                Some(file @ (Entry::Attached(_) | Entry::Made(..))) => Flow::Gone(load(state, file, FileUse::Save)),
                Some(Entry::Cited(..)) => {
                    state.tell("A source is opened, not saved", now);
                    Flow::Stay(Vec::new())
                }
                None => Flow::Stay(Vec::new()),
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
            return &[(Action::Accept, "open"), (Action::SaveCode, "save"), (Action::Close, "close")];
        }
        &[
            (Action::Accept, "open"),
            (Action::RemoveFile, "remove"),
            (Action::SaveCode, "save"),
            (Action::Close, "close"),
        ]
    }
}

impl Files {
    /// Takes the selected file away from the prompt that is written; what was sent stays.
    fn remove(&mut self, state: &mut State, now: Now) -> Flow {
        let chosen = match self.0.choice() {
            Some(Entry::Attached(file)) => Some(file),
            _ => None,
        };
        let at = state.draft.attached.files().iter().position(|file| Some(file) == chosen);
        match at.and_then(|at| state.draft.attached.remove(at)) {
            Some(file) => state.tell(format!("Removed {}", file.name), now),
            None => state.tell("Already sent: it stays with its prompt", now),
        }
        let files = of_draft(state);
        if at.is_none() || files.is_empty() {
            return Flow::Gone(Vec::new());
        }
        self.0.set_items(files.iter().map(item).collect());
        Flow::Stay(Vec::new())
    }
}

fn load(state: &mut State, file: Entry, then: FileUse) -> Vec<Effect> {
    let (name, blob) = match file {
        Entry::Attached(Attachment { name, blob, .. }) => (name, blob),
        Entry::Made(name, blob) => (name, blob),
        Entry::Cited(..) => return Vec::new(),
    };
    vec![attaching::load(state, name, blob.hash, then)]
}

/// Opens a source in the browser, where it is plain where that leads.
fn open_source(state: &mut State, source: &Source, now: Now) -> Vec<Effect> {
    if let Some(link) = source.link() {
        return clicks::open_link(state, link, now);
    }
    state.tell(format!("Not opened, as it is no plain address of the web: {}", source.words()), now);
    Vec::new()
}

/// Lists the files of the prompt that is written, else what goes with the turn at hand, else with the last turn that has
/// anything.
fn open(state: &mut State, now: Now) -> Vec<Effect> {
    let draft = of_draft(state);
    let some = |entries: Vec<Entry>| Some(entries).filter(|entries| !entries.is_empty());
    let at_hand = || state.turn_at_hand().map(of_turn).and_then(some);
    let last = || state.conversation.turns().iter().rev().map(of_turn).find_map(some);
    let entries = some(draft).or_else(at_hand).or_else(last).unwrap_or_default();
    list(state, &entries, now)
}

/// Puts a list in front, where there is anything in it.
pub(crate) fn list(state: &mut State, entries: &[Entry], now: Now) -> Vec<Effect> {
    if entries.is_empty() {
        state.tell("No files here. /attach PATH adds one", now);
        return Vec::new();
    }
    show(state, Files(Picker::new(entries.iter().map(item).collect())));
    Vec::new()
}

fn of_draft(state: &State) -> Vec<Entry> {
    state.draft.attached.files().iter().cloned().map(Entry::Attached).collect()
}

/// What goes with a turn.
pub(crate) fn of_turn(turn: &Turn) -> Vec<Entry> {
    let attached = turn.ask.prompt.attachments.iter().cloned().map(Entry::Attached);
    let cited = turn.sources().iter().enumerate().map(|(at, source)| Entry::Cited(at + 1, source.clone()));
    attached.chain(turn.media().filter_map(made)).chain(cited).collect()
}

fn made(block: &Block) -> Option<Entry> {
    let (name, blob) = (block.media_name()?, block.blob()?);
    Some(Entry::Made(format!("{name}.{}", media_ending(&blob.media_type)), blob.clone()))
}

/// A line of the list. It filters by names: the figures of a file would match any digit.
fn item(entry: &Entry) -> Item<Entry> {
    let (label, detail) = match entry {
        Entry::Attached(file) => {
            let label = format!("{} {}", file.mark(), file.name);
            let detail = chip(file).strip_prefix(&label).unwrap_or_default().trim_start().to_owned();
            (label, detail)
        }
        Entry::Made(name, blob) => {
            let mark = if blob.is_image() { '▣' } else { '♪' };
            (format!("{mark} {name}"), format!("{} · {}", blob.media_type, size(blob.size)))
        }
        Entry::Cited(number, source) => {
            // The host comes first, since a title may claim anything and push what follows it out of sight.
            let label = match (source.host(), source.title.as_str()) {
                (None, _) => format!("{number} {}", source.words()),
                (Some(host), "") if host.len() <= HOST_CHARS_MAX => format!("{number} {}", source.url),
                (Some(host), title) => {
                    let host = host_end(host, HOST_CHARS_MAX);
                    format!("{number} {host} · {title}").trim_end_matches(" · ").to_owned()
                }
            };
            (label, String::new())
        }
    };
    Item { label, detail, choice: entry.clone() }
}
