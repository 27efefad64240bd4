//! The prompts that wait behind the one that is being answered: taking one out, and changing their order.
//!
//! A place in the queue is a turn, and stays where it is in the tree; only what is asked there moves. So parents stay older
//! than the turns behind them, and the order survives a restart like any other.

use super::{Effects, Now, Session};
use crate::chat::{Ask, Stage, Turn, TurnEvent, TurnId};
use crate::store::StoreOp;

/// Why a prompt is left alone that the user meant in the queue.
const BEGUN: &str = "This prompt is being answered already";

impl Session {
    /// Takes a prompt out of the queue, as if it had never been sent.
    pub(super) fn unqueue(&mut self, id: TurnId, now: Now, out: &mut Effects) {
        if self.waiting(id).is_none() {
            return Self::notice(BEGUN, out);
        }
        self.stop(id, now, out);
    }

    /// Has a prompt change places with its neighbour in the queue. At the ends of the queue it stays.
    pub(super) fn requeue(&mut self, id: TurnId, later: bool, now: Now, out: &mut Effects) {
        if self.waiting(id).is_none() {
            return Self::notice(BEGUN, out);
        }
        let Some(other) = self.neighbour(id, later) else { return };
        let (Some(moved), Some(with)) = (self.waiting(id).map(ask), self.waiting(other).map(ask)) else { return };
        let Some(chat) = self.chat_of(id) else { return };
        self.record(id, TurnEvent::Requeued(Box::new(with)), now, out);
        self.record(other, TurnEvent::Requeued(Box::new(moved)), now, out);
        let Some(open) = self.chats.get(&chat) else { return };
        let asks = [id, other].into_iter().filter_map(|id| open.chat.conversation.turn(id)).map(ask).collect();
        let head = open.chat.head.clone();
        self.write(StoreOp::Requeue { head, asks }, Some(chat), out);
    }

    /// A turn that waits for another one.
    fn waiting(&self, id: TurnId) -> Option<&Turn> {
        let runs = self.running.iter().any(|running| running.turn == id);
        self.turn(id).filter(|turn| turn.stage == Stage::Queued && !runs)
    }

    /// The turn next to `id` on the same branch that waits, too: a prompt means what it means only behind the others of
    /// its branch.
    fn neighbour(&self, id: TurnId, later: bool) -> Option<TurnId> {
        let before = self.turn(id)?.parent();
        let chat = &self.chats.get(&self.chat_of(id)?)?.chat.conversation;
        let next = || chat.queue().find(|turn| turn.parent() == Some(id)).map(Turn::id);
        if later { next() } else { before }.filter(|other| self.waiting(*other).is_some())
    }
}

fn ask(turn: &Turn) -> Ask {
    turn.ask.clone()
}
