//! What the other tasks report to the session.

use crate::chat::{ConversationId, TurnEvent, TurnId};
use crate::engine::Event;
use crate::provider::Found;
use crate::router::{Lesson, LocalDecision};
use crate::store::{Chat, StoreError};

/// A conversation as it was read; `None` when it is not in the store.
pub(in crate::engine) type ReadResult = Result<Option<Box<Chat>>, StoreError>;

/// Something that happened.
#[derive(Debug)]
pub(in crate::engine) enum News {
    /// Something happened to a turn that runs.
    Turn(TurnId, TurnEvent),
    /// A conversation was read.
    Read(ConversationId, ReadResult),
    /// What would become of a prompt, with the number of the question; `None`: working it out failed.
    Previewed(Option<(u64, Box<LocalDecision>)>),
    /// A lesson was learned.
    Learned(Lesson),
    /// A lesson was unlearned.
    Unlearned(Lesson),
    /// The writer is done with so many operations.
    Saved(u64),
    /// A server on this machine was looked for.
    Discovered(Option<Found>),
    /// Something that is only to be passed on.
    Tell(Event),
}
