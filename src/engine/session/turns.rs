//! Queueing, starting, stopping and recording turns.

use super::{Effects, Now, OpenChat, Running, Session, SessionEffect};
use crate::chat::{Ask, Conversation, ConversationId, Delta, Ending, Place, Stage, Turn, TurnEvent, TurnId};
use crate::engine::{Event, recorder};
use crate::router::RouteOverride;
use crate::store::{Chat, Head, StoreOp};

impl Session {
    /// A prompt waits for its time.
    pub(super) fn submit(&mut self, ask: Ask, out: &mut Effects) {
        let (chat, id) = (ask.chat, ask.turn);
        if let Some(parent) = ask.parent {
            self.went_on_below(parent, ask.asked_at, out);
        }
        let title = ask.prompt.title();
        let open = self.chats.entry(chat).or_insert_with(|| {
            let head =
                Head { id: chat, title: title.clone(), started_at: ask.asked_at, archived: false, pinned: false };
            OpenChat {
                chat: Chat { head, conversation: Conversation::new(chat), place: Place::default() },
                last_write: 0,
                deleted: false,
            }
        });
        let Chat { head, conversation, .. } = &open.chat;
        let renamed = conversation.retitles(&ask, &head.title) && title != head.title;
        if renamed {
            open.chat.head.title.clone_from(&title);
        }
        open.chat.conversation.push(Turn::new(ask));
        self.begin(chat, id, out);
        if renamed {
            self.write(StoreOp::Rename(chat, title), Some(chat), out);
        }
    }

    /// A turn that was never answered waits for its time again.
    pub(super) fn ask_anew(&mut self, turn: TurnId, out: &mut Effects) {
        let Some(chat) = self.chat_of(turn) else { return };
        if let Some(open) = self.chats.get_mut(&chat) {
            open.chat.conversation.ask_anew(turn);
        }
        self.begin(chat, turn, out);
    }

    /// Another model answers a turn of which nothing was answered yet.
    pub(super) fn redirect(&mut self, id: TurnId, route: RouteOverride, now: Now, out: &mut Effects) {
        if self.turn(id).is_none_or(|turn| turn.is_over() || !turn.is_unanswered()) {
            let why = "the answer had begun meanwhile; ask again to have one of another model beside it";
            return Self::notice(why, out);
        }
        self.drop_turn(id, out);
        self.record(id, TurnEvent::Redirected(route), now, out);
        if let Some(chat) = self.chat_of(id) {
            self.begin(chat, id, out);
        }
    }

    /// Stops a turn, whether it runs or waits.
    pub(super) fn stop(&mut self, id: TurnId, now: Now, out: &mut Effects) {
        if self.turn(id).is_none_or(Turn::is_over) {
            return;
        }
        let after = self.drop_turn(id, out).and_then(|running| running.since_asked(now));
        self.record(id, TurnEvent::Ended { ending: Ending::Stopped, after }, now, out);
    }

    /// Drops a turn, whether it runs or waits.
    fn drop_turn(&mut self, id: TurnId, out: &mut Effects) -> Option<Running> {
        out.push(SessionEffect::DropTurn(id));
        let at = self.running.iter().position(|running| running.turn == id)?;
        Some(self.running.swap_remove(at))
    }

    /// Has a turn written that waits, and starts it when its time has come.
    fn begin(&mut self, chat: ConversationId, id: TurnId, out: &mut Effects) {
        let Some(open) = self.chats.get_mut(&chat) else { return };
        let Some(turn) = open.chat.conversation.turn(id).filter(|turn| turn.stage == Stage::Queued) else { return };
        let op = StoreOp::Begin { head: open.chat.head.clone(), ask: turn.ask.clone() };
        self.written += 1;
        open.last_write = self.written;
        out.push(SessionEffect::WriteBefore(id, op));
        self.start_next(chat, out);
    }

    /// Starts the first turn that waits, unless one of the same conversation runs.
    fn start_next(&mut self, chat: ConversationId, out: &mut Effects) {
        if self.running.iter().any(|running| running.chat == chat) {
            return;
        }
        let Some(conversation) = self.chats.get(&chat).map(|open| &open.chat.conversation) else { return };
        let Some(turn) = conversation.current().filter(|turn| turn.stage == Stage::Queued) else { return };
        let Some(input) = self.input(turn) else { return };
        let before = input.category_before.clone();
        self.running.push(Running { chat, turn: input.ask.turn, before, asked: None });
        out.push(SessionEffect::StartTurn(Box::new(input)));
    }

    /// Records what happened to a turn, has it written, and reports it.
    pub(super) fn record(&mut self, id: TurnId, event: TurnEvent, now: Now, out: &mut Effects) {
        let Some(chat) = self.chat_of(id) else { return };
        let event = self.timed(id, event, now);
        let before = self.running.iter().find(|running| running.turn == id).and_then(|running| running.before.clone());
        let Some(open) = self.chats.get_mut(&chat) else { return };
        let Some((turn, grown)) = open.chat.conversation.record(id, event.clone()) else { return };
        let ops = recorder::operations(turn, event.clone(), grown, before.as_ref(), now.wall);
        if turn.is_withdrawn() {
            open.chat.conversation.remove(id);
        }
        for op in ops {
            self.write(op, Some(chat), out);
        }
        if let TurnEvent::Came { delta: Delta::Image(blob) | Delta::Audio(blob), .. } = &event {
            out.push(SessionEffect::Hold(blob.clone()));
        }
        let ended = matches!(event, TurnEvent::Ended { .. });
        Self::emit(Event::Turn(id, event), out);
        if ended {
            self.asked_again(id, now, out);
            self.running.retain(|running| running.turn != id);
            self.connect(out);
            self.start_next(chat, out);
        }
    }

    /// Notes when the model of a turn was asked, and fills in how long ago that was at an end that does not say.
    fn timed(&mut self, id: TurnId, event: TurnEvent, now: Now) -> TurnEvent {
        let Some(running) = self.running.iter_mut().find(|running| running.turn == id) else { return event };
        running.note(&event, now);
        match event {
            TurnEvent::Ended { ending, after: None } => TurnEvent::Ended { ending, after: running.since_asked(now) },
            event => event,
        }
    }
}
