//! What a click does. The view says it for each place while it paints, so that a click never means anything but what is
//! painted there.

use super::action::Action;
use crate::chat::TurnId;
use std::sync::Arc;

/// What a click in a place does.
#[derive(Debug, Clone, PartialEq)]
pub enum Click {
    /// What a key would do.
    Act(ClickAction),
    /// Selects this line of the panel in front and takes it.
    Row(usize),
    /// Shows the decision about a turn.
    Decision(TurnId),
    /// Shows or hides what a model thought.
    Thought(TurnId),
    /// Goes so many branches on.
    Branch(TurnId, isize),
    /// Copies the block of code that begins at the byte of the answer.
    Code(TurnId, usize),
    /// Lists what came with a turn: files, pictures, sources.
    Files(TurnId),
    /// Opens an address with the desktop's program.
    Link(Arc<str>),
    /// Puts an example into the input.
    Example(usize),
}

/// An action that a click performs: opaque outside of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClickAction(pub(crate) Action);

impl From<Action> for Click {
    fn from(action: Action) -> Self {
        Self::Act(ClickAction(action))
    }
}
