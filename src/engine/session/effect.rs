//! What the session wants done, as data.

use crate::chat::{Blob, ConversationId, TurnId};
use crate::engine::Event;
use crate::engine::learning::{LearnJob, LessonRef};
use crate::engine::queries::StoreQuery;
use crate::engine::turn::TurnInput;
use crate::provider::Found;
use crate::router::LessonId;
use crate::store::StoreOp;
use jiff::Timestamp;

/// Something for the driver to do.
#[derive(Debug, PartialEq)]
pub(in crate::engine) enum SessionEffect {
    /// Write this.
    Write(StoreOp),
    /// Write this, which has to be attempted before the turn may start.
    WriteBefore(TurnId, StoreOp),
    /// Run this turn.
    StartTurn(Box<TurnInput>),
    /// Drop a turn that runs, and with it its connection, or that waits.
    DropTurn(TurnId),
    /// Work out what would become of a prompt; the number comes back.
    Preview(u64, Box<TurnInput>),
    /// Learn or unlearn something.
    Learn(LearnJob),
    /// Hold the content of a file until it is saved.
    Hold(Blob),
    /// Look something up.
    Query(StoreQuery),
    /// Read a conversation from the store.
    Read(ConversationId),
    /// Ask the providers for their models, and look for a server where none can answer.
    ListModels,
    /// Let the server that was found answer.
    Connect(Found),
    /// Report this.
    Emit(Event),
}

impl SessionEffect {
    pub(super) fn unteach(lesson: LessonId, at: Timestamp) -> Self {
        Self::Learn(LearnJob::Unteach(LessonRef::Id(lesson), at))
    }
}
