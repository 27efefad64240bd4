//! What a conversation is made of: messages, how many of them fit a model, and the cleaning of text from outside.
//!
//! Pure. Must not know who answers or how: routing is `router`'s, the life of a turn is `engine`'s.

pub mod context_window;
mod message;
pub mod sanitize;

pub use message::{Exchange, Message, Role};
