//! Everything the screen shows, as data. Changed by `update` only.

mod appearance;
mod attached;
mod attention;
mod awaited_file;
mod colours;
mod completion;
mod composer;
mod context_meter;
mod decision_cursor;
mod draft;
mod gallery;
mod ids;
mod marks;
mod model_memory;
mod notice;
mod other_chats;
mod preview;
mod queue;
mod saved_view;
mod search;
mod selection;
mod strip;
mod transcript;
mod window;

pub use appearance::Appearance;
pub(crate) use attached::{Attached, chip};
pub(crate) use attention::{Attention, NAME};
pub(crate) use awaited_file::{AwaitedFile, FileUse};
pub(crate) use colours::BlockId;
pub(crate) use colours::Colours;
pub(crate) use completion::{OFFERS_SHOWN_MAX, PathCompletion, path_at};
pub(crate) use composer::{Composer, Motion};
pub(crate) use context_meter::ContextCache;
pub(crate) use decision_cursor::DecisionCursor;
pub(crate) use draft::Draft;
pub(crate) use gallery::{Gallery, Hung, key_of};
pub(crate) use marks::Marks;
pub(crate) use model_memory::ModelMemory;
pub(crate) use notice::Notice;
pub(crate) use other_chats::{Deleted, OtherChats, Wanted};
pub(crate) use preview::{Answer, Preview};
pub(crate) use queue::{LeavingQueue, Unqueued};
pub(crate) use saved_view::SavedView;
pub(crate) use search::Search;
pub(crate) use selection::{Point, Selection, source};
pub(crate) use strip::StripRow;
pub(crate) use transcript::{Advice, Content, Part, Transcript, VisibleRow, failed};
pub(crate) use window::{Focus, Window};

use super::action::Action;
use super::event::Now;
use super::keys::{Chord, Context, Keymap};
use super::layout::{self, Regions};
use super::panels::output::PipeRuns;
use super::panels::{About, OpenPanel};
use super::text::highlight::HighlightJob;
use super::text::row::Row;
use super::theme::{self, Role};
use crate::chat::{Conversation, Place, Stage, Turn, TurnId};
use crate::config::{CategoryId, Config, ModelId};
use crate::engine::PersistenceStatus;
use crate::router::{KnownOutcome, Lesson};
use ids::Ids;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::layout::Rect;
use std::sync::Arc;
use std::time::Duration;

/// Prompts to try, for a first chat: one for each kind of text.
pub(crate) const EXAMPLES: [&str; 3] = [
    "Write a Python function to merge two sorted lists",
    "Explain the halting problem, and prove that it cannot be decided",
    "Plan a weekend in Lisbon for two people who love food",
];

/// What a screen begins with.
#[derive(Debug, Clone)]
pub struct Start {
    /// The settings.
    pub config: Arc<Config>,
    /// Who answers and why, in one line.
    pub connection: String,
    /// The name of who answers.
    pub provider: String,
    /// Whether a judge can be asked.
    pub can_judge: bool,
    /// The name under which everything is answered, where no model is connected.
    pub stand_in: Option<ModelId>,
    /// The colours.
    pub appearance: Appearance,
    /// Which key does what.
    pub keymap: Arc<Keymap>,
    /// Where the user's clock is.
    pub timezone: TimeZone,
    /// The screen's size in cells: width, height.
    pub size: (u16, u16),
    /// When the program was started.
    pub begun_at: Timestamp,
    /// Tells this program from others that run at the same time.
    pub salt: u64,
}

/// Everything the screen shows.
pub struct State {
    pub(crate) start: Start,
    pub(crate) window: Window,
    pub(crate) attention: Attention,
    pub(crate) conversation: Conversation,
    /// The conversation's title, once it has one.
    pub(crate) title: Option<String>,
    /// Whether what happens is saved.
    pub(crate) persistence: PersistenceStatus,
    pub(crate) saved_view: SavedView,
    pub(crate) other_chats: OtherChats,
    pub(crate) transcript: Transcript,
    /// What is marked in it.
    pub(crate) marks: Marks,
    pub(crate) composer: Composer,
    /// What belongs to the prompt in it.
    pub(crate) draft: Draft,
    /// How much the conversation and the draft take of a model's window.
    pub(crate) context_cache: ContextCache,
    /// The selection in the list of decisions.
    pub(crate) cursor: DecisionCursor,
    /// What the user taught, the oldest first.
    pub(crate) lessons: Option<Vec<Lesson>>,
    /// What became of models' answers, the oldest first.
    pub(crate) outcomes: Vec<KnownOutcome>,
    /// What is known of models.
    pub(crate) models: ModelMemory,
    /// What lies in front.
    pub(crate) panel: Option<OpenPanel>,
    pub(crate) notice: Option<Notice>,
    /// Since when the running turn is in its present stage.
    pub(crate) stage_since: Duration,
    /// When its endpoint last gave a sign of life.
    pub(crate) heard_at: Duration,
    /// The prompts that are being taken out of the queue.
    pub(crate) leaving_queue: LeavingQueue,
    /// Until when another Ctrl+C leaves.
    pub(crate) leave_armed: Option<Duration>,
    /// Whether the next key is a letter behind the leader key.
    pub(crate) leader: bool,
    /// The files that are opened or saved as soon as their content is there.
    pub(crate) awaited: Vec<AwaitedFile>,
    /// The commands that were run over code.
    pub(crate) pipe: PipeRuns,
    ids: Ids,
}

impl State {
    /// An empty conversation.
    pub fn new(start: Start) -> Self {
        let mut ids = Ids::new(start.salt);
        let first = ids.chat(start.begun_at);
        let transcript = Transcript::new(start.config.ui.reasoning, Advice::of(&start.keymap));
        let window = Window::new(start.size, start.config.ui.mouse);
        let mut state = Self {
            start,
            window,
            attention: Attention::default(),
            conversation: Conversation::new(first),
            title: None,
            persistence: PersistenceStatus::Saved,
            saved_view: SavedView::default(),
            other_chats: OtherChats::default(),
            transcript,
            marks: Marks::default(),
            composer: Composer::default(),
            draft: Draft::default(),
            context_cache: ContextCache::default(),
            cursor: DecisionCursor::default(),
            lessons: None,
            outcomes: Vec::new(),
            models: ModelMemory::default(),
            panel: None,
            notice: None,
            stage_since: Duration::ZERO,
            heard_at: Duration::ZERO,
            leaving_queue: LeavingQueue::default(),
            leave_armed: None,
            leader: false,
            awaited: Vec::new(),
            pipe: PipeRuns::default(),
            ids,
        };
        state.arrange();
        state
    }

    /// Where everything is.
    pub(crate) fn regions(&self) -> Regions {
        let chips = self.chips().len() as u16;
        let (sidebar, text) = (self.sidebar_shown(), self.composer.rows());
        Regions::of(self.window.size, layout::Wanted { sidebar, text, chips, strip: self.strip_rows() })
    }

    /// The regions as far as widths are concerned: they depend on nothing that is written or shown.
    fn widths(&self) -> Regions {
        Regions::of(self.window.size, layout::Wanted { sidebar: self.sidebar_shown(), ..layout::Wanted::default() })
    }

    /// The rows that the strip above the composer would like.
    fn strip_rows(&self) -> u16 {
        let width = self.widths().column(Rect::default()).width.saturating_sub(2);
        self.strip(usize::from(width)).len() as u16
    }

    /// The columns inside of a panel, and the most rows below its head.
    pub(crate) fn panel_room(&self) -> (u16, u16) {
        self.regions().panel_room()
    }

    /// The hue of a category.
    pub(crate) fn hue(&self, category: &CategoryId) -> Role {
        theme::hue(category, self.start.config.registry.categories())
    }

    /// The rows of chips above the input's text.
    pub(crate) fn chips(&self) -> Vec<String> {
        if self.draft.attached.is_empty() {
            return Vec::new();
        }
        self.draft.attached.rows(usize::from(self.widths().composer_text().width))
    }

    /// Brings what depends on sizes up to date. Cheap when nothing changed: only what is new is laid out.
    pub(crate) fn arrange(&mut self) {
        if self.window.focus == Focus::Decisions && !self.sidebar_shown() {
            self.window.focus = Focus::Composer;
        }
        // One column is free for the caret behind the last character. Neither the height of the input nor the sidebar
        // changes the input's width, so the width comes first and the rows follow from it.
        self.composer.set_width(self.widths().composer_text().width.saturating_sub(1));
        let regions = self.regions();
        self.composer.set_height(regions.composer_text().height);
        let text = regions.transcript_text();
        self.transcript.set_viewport(text.width, text.height);
    }

    /// Lays out what will be in sight. To be done before a frame, and only then: a flood of text is laid out once a frame.
    pub fn prepare(&mut self) {
        self.transcript.settle(self.conversation.turns());
        self.refresh_search();
    }

    /// Finds what is looked for in what is new.
    pub(crate) fn refresh_search(&mut self) {
        if let Some(search) = &mut self.marks.search {
            search.refresh(self.conversation.asked(), |turn| self.transcript.is_open(turn));
        }
    }

    /// What has to be done for the colours of the code in sight, if anything. It must be done: until its result comes
    /// back, nothing else is wanted.
    pub(crate) fn wanted_colours(&mut self) -> Option<HighlightJob> {
        let turns = self.conversation.turns();
        let mut blocks: Vec<(usize, usize, usize)> = Vec::new();
        for row in self.transcript.visible(turns) {
            let Content::Styled(Row { code: Some(code), .. }) = row.content else { continue };
            let (at, line) = (code.block as usize, code.line as usize);
            match blocks.last_mut().filter(|(turn, block, _)| (*turn, *block) == (row.turn, at)) {
                Some((.., last)) => *last = line,
                None => blocks.push((row.turn, at, line)),
            }
        }
        let mut wanted = None;
        for (turn, at, last) in blocks {
            let Some((language, code)) = self.transcript.code(turn, at, turns) else { continue };
            let id = BlockId { turn: turns[turn].id(), at };
            wanted = wanted.or(self.marks.colours.want(&id, language, &code, last));
        }
        wanted
    }

    /// Where the links in sight lead.
    pub(crate) fn links_in_sight(&self) -> impl Iterator<Item = Arc<str>> {
        let rows = self.transcript.visible(self.conversation.turns()).filter_map(|row| match row.content {
            Content::Styled(row) => Some(row),
            _ => None,
        });
        rows.flat_map(|row| row.spans.iter().filter_map(|span| span.link.clone()))
    }

    /// Whether the sidebar is shown, beside the conversation or over it.
    pub(crate) fn sidebar_shown(&self) -> bool {
        self.window.sidebar_shown()
    }

    /// The context whose keys count.
    pub(crate) fn context(&self) -> Context {
        if let Some(panel) = &self.panel {
            return panel.context();
        }
        match self.window.focus {
            _ if self.marks.search.as_ref().is_some_and(|search| search.typing) => Context::Search,
            Focus::Composer if self.draft.completion.is_open() => Context::Completion,
            Focus::Composer => Context::Composer,
            Focus::Transcript => Context::Transcript,
            Focus::Decisions => Context::History,
        }
    }

    /// The turn that runs or is about to.
    pub(crate) fn current(&self) -> Option<&Turn> {
        self.conversation.current()
    }

    /// The turn whose decision the sidebar shows: the selected one, the one that is read, else the latest that has one or
    /// waits for it.
    pub(crate) fn shown_turn(&self) -> Option<&Turn> {
        let latest = || self.conversation.turns().iter().rev().find(|turn| turn.stage != Stage::Queued);
        match self.cursor.selected() {
            Some(id) => self.conversation.turn(id),
            None => self.turn_read().or_else(latest),
        }
    }

    /// The decision that keys are about: the one that is looked into, the selected one, that of the turn which is read,
    /// else the latest.
    pub(crate) fn decision_at_hand(&self) -> Option<&Turn> {
        let looked_into = match self.panel.as_ref().map(OpenPanel::about) {
            Some(About::Decision(turn)) => Some(turn),
            Some(About::NoDecision) => return None,
            _ => self.cursor.selected(),
        };
        let meant = looked_into.and_then(|id| self.conversation.turn(id)).or_else(|| self.turn_read());
        match meant {
            Some(turn) => Some(turn).filter(|turn| turn.decision.is_some()),
            None => self.decided().next(),
        }
    }

    /// The turn that the user reads, where that is not the latest by itself: the one at hand while the conversation has the
    /// focus, or while the latest decision is out of sight.
    fn turn_read(&self) -> Option<&Turn> {
        match self.window.focus {
            Focus::Decisions => None,
            Focus::Transcript => self.turn_at_hand(),
            Focus::Composer => self.turn_at_hand().filter(|_| self.reads_back()),
        }
    }

    /// Whether the user scrolled back so far that nothing of the latest decision's turn is in sight.
    fn reads_back(&self) -> bool {
        let turns = self.conversation.turns();
        let in_sight = turns.get(self.transcript.turns_in_sight()).unwrap_or_default();
        let latest = self.decided().next().map(Turn::id);
        self.transcript.reading().is_some() && in_sight.iter().all(|turn| Some(turn.id()) != latest)
    }

    /// The turns with a decision, the latest first: the history.
    pub(crate) fn decided(&self) -> impl Iterator<Item = &Turn> {
        self.conversation.turns().iter().rev().filter(|turn| turn.decision.is_some())
    }

    /// Tells the user something.
    pub(crate) fn tell(&mut self, text: impl Into<String>, now: Now) {
        self.notice = Some(Notice::new(text, now.since_start));
    }

    /// Tells the user something, and offers `action`, which `does` this, by its key while the notice is there.
    pub(crate) fn offer(&mut self, text: &str, action: Action, does: &str, now: Now) {
        let key = self.start.keymap.key_of_offer(action);
        let offer = key.map(|key| format!(" · {key} {does}")).unwrap_or_default();
        self.notice = Some(Notice::new(format!("{text}{offer}"), now.since_start).offering(action));
    }

    /// The key for a hint about `action` where the user is: one that this terminal reports.
    pub(crate) fn hint_key(&self, action: Action) -> Option<&Chord> {
        self.start.keymap.key_that_works(self.context(), action, self.window.shift_enter)
    }

    /// The letters behind the leader key and what they do, while it waits for one.
    pub(crate) fn leader_hints(&self) -> Vec<(String, &'static str)> {
        if !self.leader {
            return Vec::new();
        }
        self.start.keymap.leader_hints(self.start.config.registry.categories().len())
    }

    /// A new conversation, with nothing in it.
    pub(crate) fn new_conversation(&mut self, now: Now) -> Conversation {
        Conversation::new(self.ids.chat(now.wall))
    }

    /// What the next prompt follows up on: what came before the edited one, else the end of the branch in sight.
    pub(crate) fn parent(&self) -> Option<TurnId> {
        match &self.draft.editing {
            Some(editing) => self.conversation.turn(editing.turn).and_then(Turn::parent),
            None => self.conversation.leaf(),
        }
    }

    /// The turn that keys in the conversation are about.
    pub(crate) fn turn_at_hand(&self) -> Option<&Turn> {
        self.conversation.turn(self.transcript.turn_at_hand()?)
    }

    /// Where the user is in this conversation.
    pub(crate) fn place(&self) -> Place {
        Place {
            draft: self.composer.draft().clone(),
            attachments: self.draft.attached.files().to_vec(),
            editing: self.draft.editing.clone(),
            next: self.draft.choice.clone(),
            pinned: self.draft.pinned.clone(),
            leaf: self.conversation.leaf(),
            reading: self.transcript.reading(),
        }
    }

    /// Whether `place` is where the user is. Costs no copy of the draft, since it is asked after every event.
    pub(crate) fn is_at(&self, place: &Place) -> bool {
        let Place { draft, attachments, editing, next, pinned, leaf, reading } = place;
        *reading == self.transcript.reading()
            && *leaf == self.conversation.leaf()
            && *pinned == self.draft.pinned
            && *next == self.draft.choice
            && *editing == self.draft.editing
            && *attachments == self.draft.attached.files()
            && self.composer.has_draft(draft)
    }

    /// A name for a turn that follows up on `parent`.
    pub(crate) fn new_turn_id(&mut self, parent: Option<TurnId>, now: Now) -> TurnId {
        self.ids.turn(parent, now.wall)
    }

    /// ` · 12 s`: how long the running turn is in its stage. Nothing where the user wants no motion: seconds that stand
    /// still would be wrong.
    pub(crate) fn waited(&self, now: Duration) -> String {
        let seconds = now.saturating_sub(self.stage_since).as_secs();
        if self.start.config.ui.motion { format!(" · {seconds} s") } else { String::new() }
    }

    /// When the screen changes by itself, since the start; `None`: never. While something is waited for, the seconds
    /// count; a notice goes when its time is over.
    pub fn next_tick(&self, now: Duration) -> Option<Duration> {
        let running = self.current().filter(|_| self.start.config.ui.motion).map(|_| {
            let waited = now.saturating_sub(self.stage_since);
            self.stage_since + Duration::from_secs(waited.as_secs() + 1)
        });
        let notice = self.notice.as_ref().map(|notice| notice.until);
        [running, notice, self.leave_armed, self.saved_view.due, self.draft.preview.due()].into_iter().flatten().min()
    }
}
