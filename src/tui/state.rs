//! Everything the screen shows, as data. Changed by `update` only.

mod colours;
mod composer;
mod notice;
mod preview;
mod routes;
mod search;
mod selection;
mod transcript;

pub(crate) use colours::BlockId;
pub(crate) use colours::Colours;
pub(crate) use composer::{Composer, Motion};
pub(crate) use notice::Notice;
pub(crate) use preview::{Answer, Preview};
pub(crate) use routes::Routes;
pub(crate) use search::Search;
pub(crate) use selection::{Point, Selection, source};
pub(crate) use transcript::{Content, Part, Transcript, VisibleRow, failed};

use super::event::Now;
use super::keys::{Context, Keymap};
use super::layout::{Regions, WIDE};
use super::panels::decisions::Decisions;
use super::panels::output::PipeRuns;
use super::panels::{About, OpenPanel};
use super::text::highlight::HighlightJob;
use super::text::row::Row;
use crate::chat::name::Names;
use crate::chat::{Conversation, ConversationId, Editing, Place, Stage, Turn, TurnId};
use crate::config::{Config, ModelId};
use crate::engine::Keeping;
use crate::router::{Lesson, RouteOverride};
use crate::store::ChatRow;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::time::Duration;

/// Which pane the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The input.
    Composer,
    /// The conversation.
    Transcript,
    /// The list of decisions.
    Decisions,
}

/// Where to go in a chat that is being opened.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) chat: ConversationId,
    /// To this turn, instead of where one was.
    pub(crate) turn: Option<TurnId>,
    /// To the first place in it with this text.
    pub(crate) found: Option<String>,
    /// And why it went where it went; Esc leads back to the list.
    pub(crate) why: Option<Box<Decisions>>,
}

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
    pub(crate) size: (u16, u16),
    pub(crate) conversation: Conversation,
    /// The conversation's title, once it has one.
    pub(crate) title: Option<String>,
    /// The earlier prompt that is being edited.
    pub(crate) editing: Option<Editing>,
    /// The chat that one can go on with, while nothing else was begun.
    pub(crate) offer: Option<ChatRow>,
    /// Whether what happens is kept.
    pub(crate) keeping: Keeping,
    /// The place that was kept last, and when the present one is due.
    pub(crate) kept: Place,
    pub(crate) keep_at: Option<Duration>,
    /// What is still to be answered in other chats, and their titles.
    pub(crate) elsewhere: Vec<(TurnId, String)>,
    /// Where to go in the chat that is being opened.
    pub(crate) wanted: Option<Wanted>,
    /// The chats that were deleted since the start, and where they stood in the list, the latest last.
    pub(crate) deleted: Vec<(usize, ChatRow)>,
    pub(crate) transcript: Transcript,
    /// What is looked for in it.
    pub(crate) search: Option<Search>,
    /// What is selected in it with the mouse.
    pub(crate) selection: Option<Selection>,
    /// Whether the mouse is ours, or the terminal's.
    pub(crate) mouse: bool,
    /// The colours of the code in it.
    pub(crate) colours: Colours,
    pub(crate) composer: Composer,
    pub(crate) routes: Routes,
    pub(crate) preview: Preview,
    /// What the user taught, the oldest first.
    pub(crate) lessons: Vec<Lesson>,
    pub(crate) focus: Focus,
    /// What lies in front.
    pub(crate) panel: Option<OpenPanel>,
    pub(crate) notice: Option<Notice>,
    /// What the user chose for the next prompt.
    pub(crate) next: RouteOverride,
    /// The model that the user chose for the whole chat.
    pub(crate) pinned: Option<ModelId>,
    /// Whether the user shows or hides the sidebar; `None`: as the width allows.
    pub(crate) sidebar: Option<bool>,
    /// Since when the running turn is in its present stage.
    pub(crate) stage_since: Duration,
    /// When its endpoint last gave a sign of life.
    pub(crate) heard_at: Duration,
    /// Until when another Ctrl+C leaves.
    pub(crate) leave_armed: Option<Duration>,
    /// The commands that were run over code.
    pub(crate) pipe: PipeRuns,
    /// Names for turns, and for conversations.
    names: Names,
    chats: Names,
}

impl State {
    /// An empty conversation.
    pub fn new(start: Start) -> Self {
        let mut chats = Names::new(start.salt);
        let first = ConversationId(chats.next(start.begun_at, 0));
        let names = Names::new(start.salt);
        let transcript = Transcript::new(start.config.ui.reasoning);
        let mouse = start.config.ui.mouse;
        let mut state = Self {
            size: start.size,
            start,
            conversation: Conversation::new(first),
            title: None,
            editing: None,
            offer: None,
            keeping: Keeping::Kept,
            kept: Place::default(),
            keep_at: None,
            elsewhere: Vec::new(),
            wanted: None,
            deleted: Vec::new(),
            transcript,
            search: None,
            selection: None,
            mouse,
            colours: Colours::default(),
            composer: Composer::default(),
            routes: Routes::default(),
            preview: Preview::default(),
            lessons: Vec::new(),
            focus: Focus::Composer,
            panel: None,
            notice: None,
            next: RouteOverride::default(),
            pinned: None,
            sidebar: None,
            stage_since: Duration::ZERO,
            heard_at: Duration::ZERO,
            leave_armed: None,
            pipe: PipeRuns::default(),
            names,
            chats,
        };
        state.arrange();
        state
    }

    /// Where everything is.
    pub(crate) fn regions(&self) -> Regions {
        let (width, height) = self.size;
        Regions::of(width, height, self.sidebar_shown(), self.composer.rows())
    }

    /// Brings what depends on sizes up to date. Cheap when nothing changed: only what is new is laid out.
    pub(crate) fn arrange(&mut self) {
        let (width, height) = self.size;
        if self.focus == Focus::Decisions && !self.sidebar_shown() {
            self.focus = Focus::Composer;
        }
        // One column is kept free for the caret behind the last character. Neither the height of the input nor the
        // sidebar changes the input's width, so the width comes first and the rows follow from it.
        let regions = Regions::of(width, height, self.sidebar_shown(), 1);
        self.composer.set_width(regions.composer_text().width.saturating_sub(1));
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
        if let Some(search) = &mut self.search {
            search.refresh(self.conversation.turns(), |turn| self.transcript.is_open(turn));
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
            let id = BlockId { turn: turns[turn].id, at };
            wanted = wanted.or(self.colours.want(&id, language, &code, last));
        }
        wanted
    }

    /// Where the links in sight lead.
    pub(crate) fn links_in_sight(&self) -> impl Iterator<Item = Arc<str>> {
        let rows = self.transcript.visible(self.conversation.turns()).filter_map(|row| match row.content {
            Content::Styled(row) => Some(row),
            Content::Head | Content::Plain(..) => None,
        });
        rows.flat_map(|row| row.spans.iter().filter_map(|span| span.link.clone()))
    }

    /// Whether the sidebar is shown, beside the conversation or over it.
    pub(crate) fn sidebar_shown(&self) -> bool {
        self.sidebar.unwrap_or(self.size.0 >= WIDE)
    }

    /// The context whose keys count.
    pub(crate) fn context(&self) -> Context {
        if let Some(panel) = &self.panel {
            return panel.context();
        }
        match self.focus {
            _ if self.search.as_ref().is_some_and(|search| search.typing) => Context::Search,
            Focus::Composer => Context::Composer,
            Focus::Transcript => Context::Transcript,
            Focus::Decisions => Context::History,
        }
    }

    /// The turn that runs or is about to.
    pub(crate) fn current(&self) -> Option<&Turn> {
        self.conversation.current()
    }

    /// How many turns wait for their time.
    pub(crate) fn queued(&self) -> usize {
        let queued = |id: &&TurnId| self.conversation.turn(**id).is_some_and(|turn| turn.stage == Stage::Queued);
        self.conversation.open().iter().filter(queued).count()
    }

    /// The turn whose decision the sidebar shows: the selected one, else the latest that has one or waits for it.
    pub(crate) fn shown_turn(&self) -> Option<&Turn> {
        match self.routes.selected() {
            Some(id) => self.conversation.turn(id),
            None => self.conversation.turns().iter().rev().find(|turn| turn.stage != Stage::Queued),
        }
    }

    /// The decision that keys are about: the one that is looked into, the selected one, else the latest.
    pub(crate) fn decision_at_hand(&self) -> Option<&Turn> {
        let looked_into = match self.panel.as_ref().map(OpenPanel::about) {
            Some(About::Decision(turn)) => Some(turn),
            Some(About::NoDecision) => return None,
            _ => self.routes.selected(),
        };
        match looked_into {
            Some(id) => self.conversation.turn(id).filter(|turn| turn.decision.is_some()),
            None => self.decided().next(),
        }
    }

    /// The turns with a decision, the latest first: the history.
    pub(crate) fn decided(&self) -> impl Iterator<Item = &Turn> {
        self.conversation.turns().iter().rev().filter(|turn| turn.decision.is_some())
    }

    /// What the next prompt is sent with: this prompt's choice wins over the pin.
    pub(crate) fn route(&self) -> RouteOverride {
        if !self.next.is_none() {
            return self.next.clone();
        }
        RouteOverride { category: None, model: self.pinned.clone() }
    }

    /// Tells the user something.
    pub(crate) fn tell(&mut self, text: impl Into<String>, now: Now) {
        self.notice = Some(Notice::new(text, now.since_start));
    }

    /// A new conversation, with nothing in it.
    pub(crate) fn new_conversation(&mut self, now: Now) -> Conversation {
        Conversation::new(ConversationId(self.chats.next(now.wall, 0)))
    }

    /// What the next prompt follows up on: what came before the edited one, else the end of the branch in sight.
    pub(crate) fn parent(&self) -> Option<TurnId> {
        match &self.editing {
            Some(editing) => self.conversation.turn(editing.turn).and_then(|turn| turn.parent),
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
            draft: self.composer.draft().to_owned(),
            editing: self.editing.clone(),
            next: self.next.clone(),
            pinned: self.pinned.clone(),
            leaf: self.conversation.leaf(),
            reading: self.transcript.reading(),
        }
    }

    /// Whether `place` is where the user is. Costs no copy of the draft, since it is asked after every event.
    pub(crate) fn is_at(&self, place: &Place) -> bool {
        let Place { draft, editing, next, pinned, leaf, reading } = place;
        *reading == self.transcript.reading()
            && *leaf == self.conversation.leaf()
            && *pinned == self.pinned
            && *next == self.next
            && *editing == self.editing
            && draft == self.composer.draft()
    }

    /// A name for a turn that follows up on `parent`.
    pub(crate) fn new_turn_id(&mut self, parent: Option<TurnId>, now: Now) -> TurnId {
        TurnId(self.names.next(now.wall, parent.map_or(0, |parent| parent.0)))
    }

    /// When the screen changes by itself, since the start; `None`: never. While something is waited for, the seconds
    /// count; a notice goes when its time is over.
    pub fn next_tick(&self, now: Duration) -> Option<Duration> {
        let running = self.current().map(|_| {
            let waited = now.saturating_sub(self.stage_since);
            self.stage_since + Duration::from_secs(waited.as_secs() + 1)
        });
        let notice = self.notice.as_ref().map(|notice| notice.until);
        [running, notice, self.leave_armed, self.keep_at].into_iter().flatten().min()
    }
}
