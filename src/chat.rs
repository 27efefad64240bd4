//! What a conversation is made of: turns in branches, messages, ids, how many messages fit a model, and the code in an
//! answer.
//!
//! Pure. Must not know who answers or how: routing is `router`'s, what happens to a turn and when is `engine`'s.

pub mod code;
pub mod context_window;
mod conversation;
mod message;
pub mod name;
mod place;
mod request;
mod title;
mod turn;

pub use conversation::Conversation;
pub use message::{Exchange, Finish, Message, Role, Usage};
pub use name::{ConversationId, TurnId};
pub use place::{Editing, Place, Reading, Spot};
pub use request::Request;
pub use title::title;
pub use turn::{Ending, Note, Pause, Stage, Timings, Turn, TurnEvent};
