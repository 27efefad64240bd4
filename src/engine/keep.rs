//! Writes down what happens: prompts before their requests leave, answers while they come, places, titles.
//!
//! One task does it, in the order in which things happened, so that a conversation is never read before what was said
//! in it is written. Nobody waits for it but a turn that wants its prompt kept first. What cannot be written now is
//! written whole as soon as something can be written again; until then the user is told.

use super::knowledge::{OpenStore, Opening};
use super::{Event, Keeping};
use crate::chat::{Conversation, ConversationId, Ending, Place, Turn, TurnEvent, TurnId};
use crate::config::CategoryId;
use crate::store::{Chat, DecisionId, End, Head, NewDecision, Offer, Outcome, Piece, Store, StoreError};
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// How long a piece of an answer may wait to be written. Half of what may be lost is left for writing it.
const PACE: Duration = Duration::from_millis(120);
/// How long until something that could not be written is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Something to write down, or to read when all before it is written.
pub(super) enum Keep {
    /// A prompt, before its request leaves; whoever holds the other end of `kept` waits for it.
    Begun { head: Head, turn: Box<Turn>, kept: oneshot::Sender<()> },
    /// The time of a turn has come: what the turn before it was taken for.
    Started(TurnId, Option<CategoryId>),
    /// Something happened to a turn that was begun.
    Happened(TurnId, TurnEvent),
    /// Something else is different now.
    Changed(Change),
    /// Everything about a conversation is wanted, for the listener.
    Fetch(ConversationId),
    /// A conversation is wanted.
    Open(ConversationId, oneshot::Sender<Result<Option<Box<Chat>>, StoreError>>),
}

/// What is written in one go.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// What a turn should have been taken for.
    Corrected(TurnId, CategoryId),
    /// The user took a prompt back.
    Withdrawn(TurnId),
    /// Where the user is in a conversation.
    Placed(ConversationId, Box<Place>, Timestamp),
    /// A conversation has another title.
    Renamed(ConversationId, String),
    /// A conversation goes to the archive, or comes back.
    Archived(ConversationId, Option<Timestamp>),
    /// A conversation is deleted, as long as that is not taken back.
    Deleted(ConversationId, Timestamp),
    /// It is not deleted after all.
    Restored(ConversationId),
    /// What was deleted goes for good.
    Purged,
    /// A provider told its models.
    Offered(Offer),
}

/// The task's inside.
pub(super) struct Keeper {
    store: OpenStore,
    inbox: mpsc::UnboundedReceiver<Keep>,
    news: mpsc::UnboundedSender<Event>,
    /// The turns that are not written to their end.
    turns: BTreeMap<TurnId, Written>,
    /// Changes that are not written yet, in their order.
    changes: VecDeque<Change>,
    /// What kept the last thing from being written.
    failing: Option<String>,
    /// When there is something to write.
    due: Option<Instant>,
}

/// A turn, and how much of it is written.
struct Written {
    head: Head,
    turn: Turn,
    /// What the turn before it was taken for, as far as the router was told.
    before: Option<CategoryId>,
    /// Whether the store has it at all.
    begun: bool,
    /// Bytes of the answer and of the reasoning.
    answer: usize,
    reasoning: usize,
    /// Another model was asked: the reasoning so far is to be forgotten.
    anew: bool,
    decision: Option<DecisionId>,
}

impl Keeper {
    pub(super) fn new(
        store: OpenStore,
        inbox: mpsc::UnboundedReceiver<Keep>,
        news: mpsc::UnboundedSender<Event>,
    ) -> Self {
        Self { store, inbox, news, turns: BTreeMap::new(), changes: VecDeque::new(), failing: None, due: None }
    }

    /// Writes until nobody has anything to write any more.
    pub(super) async fn run(mut self) {
        let store = open(&mut self.store).await;
        loop {
            let next = tokio::select! {
                biased;
                () = until(self.due) => {
                    self.due = None;
                    self.write_all(store.as_ref()).await;
                    continue;
                }
                next = self.inbox.recv() => next,
            };
            match next {
                Some(keep) => self.take(keep, store.as_ref()).await,
                None => break,
            }
        }
        self.write_all(store.as_ref()).await;
    }

    async fn take(&mut self, keep: Keep, store: Option<&Store>) {
        match keep {
            Keep::Happened(id, event) => self.happened(id, event, store).await,
            Keep::Started(id, before) => {
                if let Some(written) = self.turns.get_mut(&id) {
                    written.before = before;
                }
            }
            Keep::Begun { head, turn, kept } => {
                let turn = *turn;
                let id = turn.id;
                let written = Written {
                    head,
                    turn,
                    before: None,
                    begun: false,
                    answer: 0,
                    reasoning: 0,
                    anew: false,
                    decision: None,
                };
                self.turns.insert(id, written);
                self.write(id, store).await;
                // Kept or not: the chat goes on. Whoever waited may be gone.
                let _ = kept.send(());
            }
            Keep::Open(id, reply) => {
                let chat = match store {
                    Some(store) => store.chat(id).await.map(|chat| self.with_unwritten(id, chat)),
                    None => Ok(None),
                };
                // Whoever wanted it may be gone.
                let _ = reply.send(chat.map(|chat| chat.map(Box::new)));
            }
            Keep::Fetch(id) => {
                let chat = match store {
                    Some(store) => store.kept_chat(id).await,
                    None => Ok(None),
                };
                let event = match chat {
                    Ok(Some(chat)) => Event::Fetched(Box::new(chat)),
                    Ok(None) => Event::Notice("this chat is not kept, so it cannot be written".to_owned()),
                    Err(error) => Event::Notice(error.to_string()),
                };
                let _ = self.news.send(event);
            }
            Keep::Changed(change) => {
                self.changes.push_back(change);
                self.write_changes(store).await;
            }
        }
    }

    /// A chat as it was read, with what is not written of it.
    fn with_unwritten(&self, id: ConversationId, chat: Option<Chat>) -> Option<Chat> {
        let mut unwritten = self.turns.values().filter(|written| written.head.id == id).peekable();
        let Some(first) = unwritten.peek() else { return chat };
        let new = || Chat { head: first.head.clone(), conversation: Conversation::new(id), place: Place::default() };
        let Chat { head, conversation, place } = chat.unwrap_or_else(new);
        let mut turns: BTreeMap<TurnId, Turn> =
            conversation.all().into_iter().map(|turn| (turn.id, turn.clone())).collect();
        turns.extend(unwritten.map(|written| (written.turn.id, written.turn.clone())));
        let conversation = Conversation::restore(id, turns.into_values().collect(), place.leaf);
        Some(Chat { head, conversation, place })
    }

    async fn happened(&mut self, id: TurnId, event: TurnEvent, store: Option<&Store>) {
        let Some(written) = self.turns.get_mut(&id) else { return };
        // What is to be known even of an answer that is cut off: why it was asked, whom, and with what.
        let urgent = matches!(event, TurnEvent::Decided(_) | TurnEvent::Asked { .. });
        if matches!(event, TurnEvent::Asked { .. }) {
            (written.anew, written.reasoning) = (true, 0);
        }
        written.turn.apply(event);
        if urgent || written.turn.is_over() {
            self.write(id, store).await;
        } else {
            self.due.get_or_insert_with(|| Instant::now() + PACE);
        }
    }

    async fn write_all(&mut self, store: Option<&Store>) {
        let turns: Vec<TurnId> = self.turns.keys().copied().collect();
        for id in turns {
            self.write(id, store).await;
        }
        self.write_changes(store).await;
    }

    /// Writes what changed, as far as that is possible. A change may be about a turn, so turns that are over come first.
    async fn write_changes(&mut self, store: Option<&Store>) {
        let Some(store) = store else { return self.changes.clear() };
        while let Some(change) = self.changes.front()
            && self.turns.values().all(|written| !written.turn.is_over())
        {
            let done = apply(store, change.clone()).await;
            if self.noted(done).is_none() {
                return;
            }
            self.changes.pop_front();
        }
    }

    /// Writes what is not written of a turn; one that is over and written whole is let go.
    async fn write(&mut self, id: TurnId, store: Option<&Store>) {
        let Some(mut written) = self.turns.remove(&id) else { return };
        let over = written.turn.is_over();
        let done = match store {
            Some(store) => match written.write(store).await {
                // That there was nothing to write says nothing of the disk.
                Ok(false) => true,
                wrote => self.noted(wrote).is_some(),
            },
            // Nothing is kept, so nothing waits to be.
            None => true,
        };
        if !over || !done {
            self.turns.insert(id, written);
        }
    }

    /// Tells the user when things stop being kept, and when they are kept again.
    fn noted<T>(&mut self, result: Result<T, StoreError>) -> Option<T> {
        match result {
            Ok(value) => {
                if self.failing.take().is_some() {
                    self.tell(Keeping::Kept);
                    self.due = Some(Instant::now());
                }
                Some(value)
            }
            Err(error) => {
                // Once for each cause: a full disk refuses many things, one after the other.
                if self.failing.as_deref() != Some(error.cause()) {
                    self.tell(Keeping::Nothing(error.to_string()));
                    self.failing = Some(error.cause().to_owned());
                }
                self.due = Some(Instant::now() + AGAIN);
                None
            }
        }
    }

    fn tell(&self, keeping: Keeping) {
        // Whoever listened is gone: then the program is about to end.
        let _ = self.news.send(Event::Keeping(keeping));
    }
}

impl Written {
    /// Writes what is not written, and says whether there was anything. The turn comes before its decision: an answer
    /// must not wait for what is said about it.
    async fn write(&mut self, store: &Store) -> Result<bool, StoreError> {
        let wrote = self.write_turn(store).await?;
        Ok(self.write_decision(store).await? || wrote)
    }

    async fn write_turn(&mut self, store: &Store) -> Result<bool, StoreError> {
        let fresh = !self.begun;
        if fresh {
            store.begin(self.head.clone(), self.turn.clone()).await?;
            self.begun = true;
        }
        let Turn { answer, reasoning, .. } = &self.turn;
        if self.turn.is_over() || self.anew {
            store.update(self.turn.clone()).await?;
        } else if fresh {
            // It was written with all that had come.
        } else if self.answer < answer.len() || self.reasoning < reasoning.len() {
            let rest = |text: &str, from: usize| text.get(from..).unwrap_or_default().to_owned();
            let (answer, reasoning) = (rest(answer, self.answer), rest(reasoning, self.reasoning));
            store.append(self.turn.id, Piece { answer, reasoning }).await?;
        } else {
            return Ok(false);
        }
        (self.answer, self.reasoning) = (self.turn.answer.len(), self.turn.reasoning.len());
        self.anew = false;
        Ok(true)
    }

    async fn write_decision(&mut self, store: &Store) -> Result<bool, StoreError> {
        let Some(decision) = &self.turn.decision else { return Ok(false) };
        let (id, new) = if let Some(id) = self.decision {
            (id, false)
        } else {
            let new = NewDecision {
                decided_at: Timestamp::now(),
                prompt: self.turn.prompt.clone(),
                decision: decision.clone(),
                overridden: !self.turn.route.is_none(),
                turn: Some(self.turn.id),
                previous: self.before.clone(),
            };
            (*self.decision.insert(store.record(new).await?), true)
        };
        match outcome(&self.turn) {
            Some(outcome) => store.finish(id, outcome).await.map(|()| true),
            None => Ok(new),
        }
    }
}

/// What came of a turn's decision, once it is over.
fn outcome(turn: &Turn) -> Option<Outcome> {
    let crate::chat::Stage::Ended(ending) = &turn.stage else { return None };
    let end = match ending {
        Ending::Answered(_) => End::Answered,
        Ending::Stopped => End::Stopped,
        Ending::Failed(_) => End::Failed,
        Ending::Interrupted => return None,
    };
    Some(Outcome {
        end,
        answered_by: turn.model.clone(),
        first_text: turn.timings.first_text,
        total: turn.timings.total,
        prompt_tokens: turn.usage.map(|usage| usage.prompt_tokens),
        completion_tokens: turn.usage.map(|usage| usage.completion_tokens),
    })
}

async fn apply(store: &Store, change: Change) -> Result<(), StoreError> {
    match change {
        Change::Corrected(turn, category) => store.correct_turn(turn, category).await,
        Change::Withdrawn(turn) => store.withdraw(turn).await,
        Change::Placed(chat, place, at) => store.keep_place(chat, *place, at).await,
        Change::Renamed(chat, title) => store.rename(chat, title).await,
        Change::Archived(chat, at) => store.archive(chat, at).await,
        Change::Deleted(chat, at) => store.delete(chat, at).await,
        Change::Restored(chat) => store.restore(chat).await,
        Change::Purged => store.purge().await.map(drop),
        Change::Offered(offer) => store.keep_offer(offer).await,
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// The store, when it is known whether there is one.
pub(super) async fn open(store: &mut OpenStore) -> Option<Store> {
    match &*store.wait_for(|opening| !matches!(opening, Opening::Underway)).await.ok()? {
        Opening::Open { store, .. } => Some(store.clone()),
        Opening::Underway | Opening::Nowhere => None,
    }
}

#[cfg(test)]
mod tests;
