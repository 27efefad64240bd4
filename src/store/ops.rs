//! What can be written: operations, of which a batch is written whole or not at all.
//!
//! An operation on a row that is not there any more, since another program deleted it, changes nothing and is no error:
//! the writer tries a batch again until it is written, so no operation may fail for ever. Of a turn that is over or was
//! taken back only the correction changes, until it is asked anew.

use super::decisions::{self, NewDecision, Outcome};
use super::model_lists::{self, ModelList};
use super::{Head, Pending, Store, blobs, blocks, chats, erase, steps, turns, view_state};
use crate::chat::{Ask, Attachment, Blob, Block, ConversationId, Ending, Place, Step, TurnId};
use crate::config::CategoryId;
use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use std::sync::Arc;

/// Something to write.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreOp {
    /// A turn, before its request leaves. Inserts it, or forgets what became of it where it is asked anew; begins its
    /// conversation, or brings it back where it is marked as deleted. The blobs of its attachments go into the same
    /// batch.
    Begin {
        /// The conversation.
        head: Head,
        /// What is asked.
        ask: Ask,
    },
    /// What is asked in places of the queue now, all of it in one batch: a prompt must not be lost between two.
    Requeue {
        /// The conversation.
        head: Head,
        /// What is asked in each place.
        asks: Vec<Ask>,
    },
    /// A decision, instead of an earlier one of the same turn.
    Decide(Box<NewDecision>),
    /// A step that begins, with the blocks that it has by then, instead of what stands at its place.
    BeginStep {
        /// The turn.
        turn: TurnId,
        /// The step's place in the turn, from 0.
        step: usize,
        /// What is known of it.
        content: Box<Step>,
    },
    /// A piece of a block that grows; the first one begins it.
    Append {
        /// The turn.
        turn: TurnId,
        /// The step's place in the turn.
        step: usize,
        /// The block's place in the step.
        block: usize,
        /// Which kind of block it is.
        kind: TextKind,
        /// The piece.
        text: Arc<str>,
    },
    /// A block that comes whole. The blob of an image goes into the same batch.
    AddBlock {
        /// The turn.
        turn: TurnId,
        /// The step's place in the turn.
        step: usize,
        /// The block's place in the step.
        block: usize,
        /// The block.
        content: Block,
    },
    /// What is known of a step now, but for its blocks.
    UpdateStep {
        /// The turn.
        turn: TurnId,
        /// The step's place in the turn.
        step: usize,
        /// The step; its blocks are not looked at.
        content: Box<Step>,
    },
    /// A turn is over: how, and what came of its decision. The last word on its steps: their updates come before it.
    End {
        /// The turn.
        turn: TurnId,
        /// How it ended; [`Ending::Interrupted`] is no ending.
        ending: Ending,
        /// What came of its decision.
        outcome: Option<Outcome>,
        /// When.
        at: Timestamp,
    },
    /// What a turn should have been taken for; `None`: for what it was.
    Correct(TurnId, Option<CategoryId>),
    /// The user took a prompt back: what followed up on it follows up on what it followed up on. It can still be
    /// recalled.
    Withdraw(TurnId),
    /// Where the user is in a conversation, and since when. A place where there is nothing to go on with is forgotten.
    SaveView(ConversationId, Box<Place>, Timestamp),
    /// A conversation gets another title.
    Rename(ConversationId, String),
    /// A conversation goes to the archive, or comes back.
    Archive(ConversationId, Option<Timestamp>),
    /// A conversation is to be found first, or not any more.
    Pin(ConversationId, bool),
    /// A conversation is marked as deleted: it is found nowhere, and can be had back until it is purged.
    Delete(ConversationId, Timestamp),
    /// The mark comes off again.
    Restore(ConversationId),
    /// Conversations that are marked as deleted go for good.
    Purge,
    /// The models that a provider listed, instead of those that it listed before.
    SaveModels(ModelList),
    /// Binary content, in the same batch as what refers to it.
    PutBlob(Blob),
}

/// The kinds of blocks that grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// The answer.
    Text,
    /// What the model thought.
    Reasoning,
}

impl Store {
    /// Writes all of `ops` in their order, or nothing. A batch with a [`StoreOp::Begin`] is on the disk when it is said to
    /// be written, so that not even a power cut takes the prompt; of others the last few may be lost then.
    ///
    /// Nothing is written when the file that was opened is not at its place any more ([`StoreError::Replaced`]).
    ///
    /// [`StoreError::Replaced`]: super::StoreError::Replaced
    pub fn write(&self, ops: Vec<StoreOp>) -> Pending<()> {
        self.run_in_place(move |connection| write(connection, ops))
    }
}

fn write(connection: &mut Connection, ops: Vec<StoreOp>) -> Result<(), (&'static str, rusqlite::Error)> {
    let Some(first) = ops.first().map(StoreOp::failed) else { return Ok(()) };
    let erases = ops.contains(&StoreOp::Purge);
    if ops.iter().any(|op| matches!(op, StoreOp::Begin { .. } | StoreOp::Requeue { .. })) {
        durably(connection, |connection| write_all(connection, ops, first))?;
    } else {
        write_all(connection, ops, first)?;
    }
    if erases && let Err(error) = erase::write_back(connection) {
        // The batch is written: doing it again would double what it appends.
        tracing::warn!(%error, "what was erased may still be in the log");
    }
    Ok(())
}

fn write_all(
    connection: &mut Connection,
    ops: Vec<StoreOp>,
    first: &'static str,
) -> Result<(), (&'static str, rusqlite::Error)> {
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let transaction = begun.map_err(|error| (first, error))?;
    for op in joined(ops) {
        let failed = op.failed();
        op.apply(&transaction).map_err(|error| (failed, error))?;
    }
    transaction.commit().map_err(|error| (first, error))
}

/// Does `work` so that its commits, and those before it, outlive a power cut.
pub(super) fn durably<T, E>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, (E, rusqlite::Error)>,
) -> Result<T, (E, rusqlite::Error)> {
    // A setting that cannot be made fails here as it would fail in the work.
    let _ = connection.pragma_update(None, "synchronous", "full");
    let done = work(connection);
    let _ = connection.pragma_update(None, "synchronous", "normal");
    done
}

/// The same operations, with neighbouring pieces of one block joined.
pub fn joined(ops: Vec<StoreOp>) -> Vec<StoreOp> {
    let mut joined = Vec::with_capacity(ops.len());
    let mut ops = ops.into_iter().peekable();
    while let Some(op) = ops.next() {
        let place = op.grows();
        let mut whole = String::new();
        while let Some(StoreOp::Append { text: more, .. }) =
            ops.next_if(|next| place.is_some() && next.grows() == place)
        {
            if let (StoreOp::Append { text, .. }, true) = (&op, whole.is_empty()) {
                whole.push_str(text);
            }
            whole.push_str(&more);
        }
        joined.push(match op {
            StoreOp::Append { turn, step, block, kind, .. } if !whole.is_empty() => {
                StoreOp::Append { turn, step, block, kind, text: whole.into() }
            }
            op => op,
        });
    }
    joined
}

impl StoreOp {
    /// The files that it refers to, whose content goes into the same batch.
    pub fn attachments(&self) -> Vec<&Attachment> {
        match self {
            Self::Begin { ask, .. } => ask.prompt.attachments.iter().collect(),
            Self::SaveView(_, place, _) => place.attached().collect(),
            _ => Vec::new(),
        }
    }

    /// The block that it is a piece of.
    fn grows(&self) -> Option<(blocks::Place, TextKind)> {
        let Self::Append { turn, step, block, kind, .. } = self else { return None };
        Some(((*turn, *step, *block), *kind))
    }

    /// What failed when it fails.
    fn failed(&self) -> &'static str {
        match self {
            Self::Begin { .. } => "the prompt could not be kept",
            Self::Requeue { .. } => "the order of the queue could not be kept",
            Self::Decide(_) => "the decision could not be kept",
            Self::BeginStep { .. }
            | Self::Append { .. }
            | Self::AddBlock { .. }
            | Self::UpdateStep { .. }
            | Self::End { .. } => "the answer could not be kept",
            Self::Correct(..) => "the correction could not be kept",
            Self::Withdraw(_) => "the prompt could not be taken back",
            Self::SaveView(..) => "the draft could not be kept",
            Self::Rename(..) => "the title could not be kept",
            Self::Archive(..) => "the chat could not be put away",
            Self::Pin(..) => "the chat could not be pinned",
            Self::Delete(..) => "the chat could not be deleted",
            Self::Restore(_) => "the chat could not be restored",
            Self::Purge => "the deleted chats could not be erased",
            Self::SaveModels(_) => "the list of models could not be kept",
            Self::PutBlob(_) => "the file could not be kept",
        }
    }

    fn apply(self, connection: &Connection) -> rusqlite::Result<()> {
        match self {
            Self::Begin { head, ask } => turns::begin(connection, &head, &ask),
            Self::Requeue { head, asks } => asks.iter().try_for_each(|ask| turns::begin(connection, &head, ask)),
            Self::Decide(decision) => decisions::record(connection, *decision),
            Self::BeginStep { turn, step, content } => steps::begin(connection, turn, step, &content),
            Self::Append { turn, step, block, kind, text } => {
                blocks::append(connection, (turn, step, block), kind, &text)
            }
            Self::AddBlock { turn, step, block, content } => blocks::add(connection, (turn, step, block), &content),
            Self::UpdateStep { turn, step, content } => steps::update(connection, turn, step, &content),
            Self::End { turn, ending, outcome, at } => turns::end(connection, turn, &ending, outcome.as_ref(), at),
            Self::Correct(turn, category) => turns::correct(connection, turn, category.as_ref()),
            Self::Withdraw(turn) => turns::withdraw(connection, turn),
            Self::SaveView(chat, place, at) => view_state::save(connection, chat, &place, at),
            Self::Rename(chat, title) => chats::set(connection, chat, "title", title),
            Self::Archive(chat, at) => chats::set(connection, chat, "archived_at", at.map(Timestamp::as_millisecond)),
            Self::Pin(chat, pinned) => chats::set(connection, chat, "pinned", pinned),
            Self::Delete(chat, at) => chats::set(connection, chat, "deleted_at", Some(at.as_millisecond())),
            Self::Restore(chat) => chats::set(connection, chat, "deleted_at", None::<i64>),
            Self::Purge => erase::erase_marked(connection),
            Self::SaveModels(offer) => model_lists::save(connection, &offer),
            Self::PutBlob(blob) => blobs::put(connection, &blob.reference().hash, &blob),
        }
    }
}
